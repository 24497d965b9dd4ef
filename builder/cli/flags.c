/* The options that several commands understand, and how one is found. */
#include "cli/flags.h"

#include <string.h>

const struct flag option_output = {.name = "output",
    .letter = 'o',
    .kind = FLAG_TEXT,
    .value = "DIR",
    .completes = COMPLETE_FILES,
    .help = "put the wheels here; \"dist\" if not given",
    .at = AT(output)};

const struct flag option_debug_files = {.name = "debug-files",
    .kind = FLAG_TEXT,
    .value = "DIR",
    .help = "keep the symbol tables of the modules, which wheels do not have, in this folder, where "
            "debuggers and profilers find them by build id",
    .at = AT(debug_files)};

const struct flag option_python = {.name = "python",
    .letter = 'p',
    .kind = FLAG_TEXT,
    .value = "LIST",
    .help =
        "Pythons to build for, parted by commas: versions (3.9, 3.14t), interpreters' paths, or recipes of "
        "headers; one that is not installed is taken from the recipe of its headers, and its wheel is not "
        "tried. \"all\" is every one of both; those that are installed when not given",
    .at = AT(python)};

const struct flag option_python_root = {.name = "python-root",
    .kind = FLAG_TEXT,
    .value = "DIR",
    .help = "build for the interpreters of another system, whose files (interpreter, standard library, "
            "headers, C library) are in this folder; run by its own loader, and by qemu-user where the "
            "processor is another",
    .at = AT(python_root)};

const struct flag option_jobs = {.name = "jobs",
    .letter = 'j',
    .kind = FLAG_NUMBER,
    .value = "N",
    .help = "run this many commands side by side, those of make, ninja and cargo included; if not given, as "
            "many as processors, or under another make what its jobserver has",
    .at = AT(jobs)};

const struct flag option_load_average = {.name = "load-average",
    .kind = FLAG_NUMBER,
    .value = "N",
    .help = "start nothing more while the load of the machine is N or more; make is told so too",
    .at = AT(load)};

const struct flag option_keep_work = {.name = "keep-work",
    .kind = FLAG_YES,
    .help = "keep the folders that steps are made in also when they come to a good end, for `shell`",
    .at = AT(keep_work)};

const struct flag option_keep_going = {.name = "keep-going",
    .letter = 'k',
    .kind = FLAG_YES,
    .help = "after a failure go on with what does not need it",
    .at = AT(keep_going)};

const struct flag option_require_tried = {.name = "require-tried",
    .kind = FLAG_YES,
    .help = "refuse a wheel that an interpreter here should have tried and did not, with status 1",
    .at = AT(require_tried)};

const struct flag option_offline = {.name = "offline",
    .kind = FLAG_YES,
    .help = "use only what was fetched before, and the mirror when it is a folder",
    .at = AT(offline)};

const struct flag option_shard = {.name = "shard",
    .kind = FLAG_TEXT,
    .value = "I/N",
    .help = "make part I of N alone, each goal being in one of them; 0/N is what several of them need, to be "
            "made "
            "first. All machines have to be asked for the same, and meet in --share",
    .at = AT(shard)};

const struct flag option_durations = {.name = "durations",
    .kind = FLAG_TEXT,
    .value = "FILE",
    .completes = COMPLETE_FILES,
    .help =
        "balance shards by how long steps took, as `plan --print-durations` wrote it; the same file on all "
        "machines",
    .at = AT(durations)};

const struct flag option_launcher = {.name = "launcher",
    .kind = FLAG_TEXT,
    .value = "NAME",
    .help =
        "call compilers through ccache, sccache, distcc or icecc, whatever build system calls them; with all "
        "but ccache, what compiles reaches the network",
    .at = AT(launcher)};

const struct flag option_locked = {.name = "locked",
    .kind = FLAG_YES,
    .help =
        "take nothing but what staticbuild.lock says, and fail with status 3 where something else would be "
        "taken",
    .at = AT(locked)};

const struct flag option_sandbox = {.name = "sandbox",
    .kind = FLAG_WORD,
    .value = "MODE",
    .words = "auto strict none",
    .help = "whether builds and tests run apart from the machine, by bubblewrap: auto (where that can be "
            "done, else it is said), strict (or fail, and use nothing that was made otherwise) or none; auto "
            "if not given",
    .at = AT(sandbox)};

const struct flag option_mirror = {.name = "mirror",
    .kind = FLAG_TEXT,
    .value = "DIR|URL",
    .completes = COMPLETE_FILES,
    .help = "ask this folder or URL first for sources, as files named by their SHA-256",
    .at = AT(mirror)};

const struct flag option_share = {.name = "share",
    .kind = FLAG_TEXT,
    .value = "DIR|URL",
    .completes = COMPLETE_FILES,
    .help = "ask this folder, or server (https://…, s3://BUCKET/…), which others use too, for finished steps "
            "and sources first, and give it what was made; who can write to it is trusted",
    .at = AT(share)};

const struct flag option_share_read_only = {.name = "share-read-only",
    .kind = FLAG_YES,
    .help = "give nothing to what --share names",
    .at = AT(share_read_only)};

const struct flag option_cache_sign = {.name = "cache-sign",
    .kind = FLAG_TEXT,
    .value = "KEY",
    .completes = COMPLETE_FILES,
    .help = "sign what is given to --share with this private key (a PEM file of Ed25519)",
    .at = AT(cache_sign)};

const struct flag option_cache_trust = {.name = "cache-trust",
    .kind = FLAG_LIST,
    .value = "PUBKEY",
    .completes = COMPLETE_FILES,
    .help = "take finished steps from --share only if this public key (a PEM file) has signed them; may be "
            "given often",
    .at = AT(cache_trust)};

const struct flag option_library = {.name = "library",
    .letter = 'l',
    .kind = FLAG_LIST,
    .value = "REQUIREMENT",
    .help =
        "link this library of a recipe into the project's modules, as in \"libyaml >= 0.2\"; may be given "
        "often",
    .at = AT(libraries)};

const struct flag option_with = {.name = "with",
    .kind = FLAG_LIST,
    .value = "EXTENSION",
    .completes = COMPLETE_RECIPES,
    .help = "build the modules of this extension's recipe into the interpreter that is made (kind = "
            "\"interpreter\"), beside what its own recipe says; may be given often",
    .at = AT(with)};

const struct flag option_dry_run = {
    .name = "dry-run", .letter = 'n', .kind = FLAG_YES, .help = "print the plan and stop", .at = AT(dry_run)};

const struct flag option_target = {.name = "target",
    .kind = FLAG_TEXT,
    .value = "TARGET",
    .help =
        "the oldest system that must be able to load the result, such as manylinux_2_28 or "
        "musllinux_1_2, or \"native\"; manylinux_2_17 if not given (`target list` names them). A list with "
        "commas: each in turn",
    .at = AT(target)};

const struct flag option_root = {.name = "root",
    .kind = FLAG_TEXT,
    .value = "DIR",
    .help = "look for libraries below this folder, as if it were the root of a machine; audit: with --tree",
    .at = AT(root)};

const struct flag option_library_path = {.name = "library-path",
    .kind = FLAG_TEXT,
    .value = "FOLDERS",
    .help = "look into these folders first, parted by colons, as with LD_LIBRARY_PATH, which itself is not "
            "followed; audit: with --tree",
    .at = AT(library_path)};

const struct flag option_format = {.name = "format",
    .kind = FLAG_WORD,
    .value = "FORMAT",
    .words = "text json",
    .help = "how the result is written to standard output: text or json",
    .at = AT(format)};

const struct flag option_progress = {.name = "progress",
    .kind = FLAG_WORD,
    .value = "STYLE",
    .words = "auto tty plain json",
    .help = "how progress is written to standard error: tty, plain or json; tty on a terminal if not given",
    .at = AT(progress)};

const struct flag option_timings = {.name = "timings",
    .kind = FLAG_TEXT,
    .value = "FILE",
    .completes = COMPLETE_FILES,
    .help =
        "write a page to this file about where the time went: what ran when, what the whole run waited for, "
        "what each recipe cost",
    .at = AT(timings)};

const struct flag option_verbose = {
    .name = "verbose", .letter = 'v', .kind = FLAG_YES, .help = "say more", .at = AT(verbose)};

const struct flag option_quiet = {.name = "quiet",
    .letter = 'q',
    .kind = FLAG_YES,
    .help = "say only what is wrong, and the result",
    .at = AT(quiet)};

static const struct flag option_help = {
    .name = "help", .letter = 'h', .kind = FLAG_YES, .help = "say how the command is used", .at = AT(help)};

static const struct flag option_version = {.name = "version",
    .letter = 'V',
    .kind = FLAG_YES,
    .help = "print the program's version",
    .at = AT(version)};

const struct flag *const options_of_all[] = {&option_help, &option_version, NULL};

const struct variable variables[] = {
    {"STATICBUILD_CACHE",
        "folder of downloads and finished builds, yours alone; \"~/.cache/staticbuild\" if not set"},
    {"STATICBUILD_FAILED_SIZE", "what the work folders of failed steps may take together, as in 500M or 5G; "
                                "2G if not set. The newest stays"},
    {"STATICBUILD_MIRROR", "as --mirror"},
    {"STATICBUILD_SHARE", "as --share"},
    {"STATICBUILD_SHARE_TOKEN, STATICBUILD_SHARE_TOKEN_FILE",
        "the token that a server of --share asks for (Authorization: Bearer), or the file that holds it"},
    {"AWS_ENDPOINT_URL, AWS_REGION, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN",
        "where an \"s3:\" location of --share is, and who asks"},
    {"STATICBUILD_TARGET", "as --target of run, wheel, plan, fetch and build"},
    {"STATICBUILD_SANDBOX", "as --sandbox"},
    {"STATICBUILD_BWRAP", "the bubblewrap program that confines builds, by its path"},
    {"STATICBUILD_CC, STATICBUILD_CXX", "the compilers for the target, by name or path"},
    {"STATICBUILD_DEBIAN_MIRROR",
        "where \"debian:\" sources are looked for; the machine's apt sources if not set"},
    {"STATICBUILD_DATA",
        "folder that holds recipes/ and templates/; those installed with the program if not set"},
    {"PIP_INDEX_URL", "the index of \"pypi:\" sources; what pip is configured with if not set"},
    {"SOURCE_DATE_EPOCH",
        "seconds since 1970 for every time in a wheel; the newest file of the source if not set"},
    {"NO_COLOR", "no colours when set to anything"},
    {"STATICBUILD_CONNECT_TIMEOUT, STATICBUILD_STALL_TIMEOUT",
        "seconds to wait for a connection, and without a sign of life; 30 if not set"},
    {"STATICBUILD_RETRY_DELAY",
        "seconds before a failed download is tried again, doubled each time; 0.5 if not set"},
    {"CCACHE_*, SCCACHE_*, AWS_*, DISTCC_*, ICECC_*", "with --launcher, what that program reads"},
    {"http_proxy, https_proxy, no_proxy, CURL_CA_BUNDLE, SSL_CERT_FILE", "as for curl"},
};
const size_t variable_count = COUNT(variables);

bool word_place(const char *words, const char *word, size_t *place)
{
    struct slice rest = slice_of(words);
    for (size_t i = 0; rest.ptr; i++)
        if (slice_is(slice_cut(&rest, ' '), word)) {
            *place = i;
            return true;
        }
    return false;
}

const struct flag *flag_at(const struct subcommand *command, size_t number)
{
    size_t own_count = 0;
    while (command->options && command->options[own_count])
        if (own_count++ == number)
            return command->options[number];
    return number - own_count < COUNT(options_of_all) ? options_of_all[number - own_count] : NULL;
}

const struct flag *flag_of(const struct subcommand *command, const struct flag_spelling *spelling)
{
    const struct flag *flag;
    for (size_t i = 0; (flag = flag_at(command, i)); i++)
        if (spelling->letter ? flag->letter == spelling->letter
                             : strlen(flag->name) == spelling->name_len &&
                                   memcmp(flag->name, spelling->name, spelling->name_len) == 0)
            return flag;
    return NULL;
}

const struct flag *flag_of_any(const struct program *program, const struct flag_spelling *spelling)
{
    const struct flag *found = NULL;
    for (size_t i = 0; i < program->subcommand_count && !found; i++)
        found = flag_of(program->subcommands[i], spelling);
    return found;
}
