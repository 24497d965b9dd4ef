/* The table of commands, and the exit statuses: the only place that chooses one. */
#include <fcntl.h>
#include <signal.h>
#include <string.h>

#include "archive/unpack.h"
#include "base/cleanup.h"
#include "cli/commands.h"
#include "link/link.h"
#include "link/shared.h"
#include "store/wait.h"
#include "sys/signals.h"
#include "sys/tell.h"
#include "kit/kit.h"
#include "ui/run/report.h"

static const struct exit_status statuses[] = {
    {ERR_NONE, 0, "done, and verified"},
    {ERR_FINDINGS, 1, "findings: the audit or the smoke test says no"},
    {ERR_USAGE, 2, "the command line is wrong"},
    {ERR_RECIPE, 3, "a recipe is wrong, or recipes contradict each other"},
    {ERR_FETCH, 4, "a source could not be fetched, or is not what its hash says"},
    {ERR_BUILD, 5, "a library or tool could not be built"},
    {ERR_PACKAGE, 6, "a module could not be linked, or a wheel not be packed"},
    {ERR_ENVIRONMENT, 7, "the machine: a missing tool, no space, no permission, an unreadable file"},
    {ERR_INTERRUPTED, 130, "interrupted"},
};

static const struct subcommand subcommands[] = {
    {
        .name = "run",
        .summary = "make verified wheels from recipes; meant when no command is named",
        .arguments = "RECIPE...",
        .least = 1,
        .most = ANY_NUMBER,
        .completes = COMPLETE_RECIPES,
        .about =
            "Fetches what each recipe and everything it requires is made of, builds the libraries as static "
            "archives, links the extension modules, audits them, packs one wheel for each interpreter, "
            "installs and imports it, and puts it into dist. A wheel that does not pass is not made. One "
            "that "
            "could not be tried, because its test requires a distribution that no recipe makes, is told of, "
            "and "
            "refused with --require-tried.\n\n"
            "Everything is compiled and linked for the target, so that it loads on systems much older than "
            "this "
            "one.\n\n"
            "RECIPE is a file, or a name that is looked for in recipe/ of the working folder and among the "
            "recipes that came with the program. What was done before and has not changed is not done "
            "again.",
        .examples = {{"recipes/zmq.toml", "wheels of pyzmq for every CPython found here, in dist/"},
            {"zmq --python 3.9,3.11 -o wheels", "for two interpreters, in wheels/"},
            {"zmq --dry-run", "what would be done"},
            {"zmq --target manylinux_2_28", "for systems with glibc 2.28 and later"},
            {"zmq --offline --format json", "from what was fetched before; the result as JSON"}},
        .builds = true,
        .run = cmd_run,
    },
    {
        .name = "wheel",
        .summary = "make verified wheels of projects by their own build backends",
        .arguments = "PROJECT...",
        .least = 1,
        .most = ANY_NUMBER,
        .completes = COMPLETE_FILES,
        .about =
            "Runs the build backend of each project, as pip would, once for each interpreter, in an "
            "environment of "
            "what it needs, which is resolved once and locked by hashes. Compilers and linkers are ours "
            "under every "
            "name, so that what is built is for the target. What was made is stripped, audited, packed under "
            "the "
            "tags that are proved, installed and imported, and put into dist. A wheel that does not pass is "
            "not "
            "made; one for any platform stays as it is.\n\n"
            "PROJECT is a folder with a pyproject.toml or a setup.py, the file of a source distribution, or "
            "pypi:NAME or pypi:NAME==VERSION, which asks the package index that pip is configured with. What "
            "a "
            "version of a project is, is asked once and remembered.\n\n"
            "Libraries of recipes are linked in when --library names them, or `libraries` of "
            "[tool.staticbuild] in "
            "the pyproject.toml of a folder.",
        .examples = {{"wheel .", "the project in this folder, for every CPython found here"},
            {"wheel pypi:markupsafe==3.0.4 --python 3.11 -o wheels",
                "what is published, for one interpreter"},
            {"wheel pypi:pyyaml --library libyaml", "with a library of a recipe"},
            {"wheel . -C--with-speedups=yes", "with a setting for its backend"}},
        .projects = true,
        .builds = true,
        .run = cmd_run,
    },
    {
        .name = "list",
        .summary = "list the recipes that are known here",
        .arguments = "",
        .about = "Lists recipes by name, with the version made by default, what they make and a summary: "
                 "those in recipe/ of the working folder, then those that came with the program.\n\n"
                 "With --outdated it asks where their sources are published for newer versions, pre-releases "
                 "and withdrawn files aside: the index that pip is configured with for \"pypi:\" locations, "
                 "the pools of the Debian archives that apt is configured with for \"debian:\" ones; what a "
                 "plain URL names cannot be asked. The status is 0 when nothing is newer, 1 when something "
                 "is, and 4 when nothing is but somebody did not answer. --names prints the outdated alone.",
        .examples = {{"list", "all recipes"}, {"list --format json", "with versions and features"},
            {"list --outdated", "those with newer versions"}},
        .run = cmd_list,
    },
    {
        .name = "tree",
        .summary = "show what a recipe requires",
        .arguments = "RECIPE...",
        .least = 1,
        .most = ANY_NUMBER,
        .completes = COMPLETE_RECIPES,
        .about = "Prints what was asked for and, below it, the libraries, build tools and host tools it "
                 "requires, in the versions and with the features that a run would take.",
        .examples = {{"tree zmq", "libzmq with libsodium, and Cython to build with"}},
        .run = cmd_tree,
    },
    {
        .name = "plan",
        .summary = "print the steps that a run would take",
        .arguments = "RECIPE...",
        .least = 1,
        .most = ANY_NUMBER,
        .completes = COMPLETE_RECIPES,
        .about = "Prints the steps in order and what each needs. Nothing is fetched or built. A step's key "
                 "is the hash of everything its result depends on; --keys prints that list of facts.",
        .examples = {{"plan zmq --keys", "the steps, and what each depends on"}},
        .run = cmd_plan,
    },
    {
        .name = "why",
        .summary = "say why something is made again",
        .arguments = "RECIPE...",
        .least = 1,
        .most = ANY_NUMBER,
        .completes = COMPLETE_RECIPES,
        .about =
            "Holds each step of a run against what the cache has of the same thing from the last time, and "
            "prints "
            "the facts that differ: an option in a recipe, a patch, a compiler, an interpreter. Of what is "
            "finished it says when it was made, and what had changed then. Nothing is fetched or built.",
        .examples = {{"why zmq", "what a run would make, and because of what"}},
        .run = cmd_why,
    },
    {
        .name = "fetch",
        .summary = "fetch the sources alone",
        .arguments = "RECIPE...",
        .least = 1,
        .most = ANY_NUMBER,
        .completes = COMPLETE_RECIPES,
        .about = "Brings every source of the recipes and what they require into the cache, so that a later "
                 "run can do with --offline.",
        .examples = {{"fetch zmq yaml", "all sources of two extensions"}},
        .run = cmd_fetch,
    },
    {
        .name = "build",
        .summary = "build libraries and tools alone",
        .arguments = "RECIPE...",
        .least = 1,
        .most = ANY_NUMBER,
        .completes = COMPLETE_RECIPES,
        .about = "Builds the libraries and tools of the recipes, checks what they promise and puts them "
                 "into the cache. No extension module is linked.",
        .examples = {{"build libzmq", "libzmq and what it requires"}},
        .builds = true,
        .run = cmd_build,
    },
    {
        .name = "audit",
        .summary = "judge finished modules, wheels, static archives and folders of them",
        .arguments = "PATH...",
        .most = ANY_NUMBER,
        .completes = COMPLETE_FILES,
        .about =
            "Reads extension modules, shared libraries, programs, wheels, static archives and objects, or "
            "all of those in a folder, and says which platform tag they earn, which one they claim, and what "
            "stands between. Nothing is run (but with --prove), fetched, written or unpacked. The verdict "
            "comes first, then "
            "findings, the most serious ones first. In a folder of installed distributions it also says "
            "which of them carry the same library, and what the loader makes one of; --together says "
            "so of wheels.\n\n"
            "As text, a rule's first finding speaks for the others of its rule, a wheel that passes is told "
            "in "
            "six lines, and many files by sums, by those that do not pass and by a line for each other; "
            "--explain "
            "tells all. --quiet tells what does not pass and nothing else, --severity error errors alone.\n\n"
            "With --explain and --format html, a link map beside a module (NAME.so.map) tells which static "
            "libraries are inside, and how large they are.\n\n"
            "With --explain it says which archive member, function or section pulled in each symbol that "
            "needs a newer platform, and what is taken from each library. With --tree it draws the "
            "libraries that the dynamic loader would load instead of judging.\n\n"
            "With --together --prove the wheels' code is run: it says so first. Nothing else of this command "
            "runs anything.\n\n"
            "With --diff it says what NEW gained and lost against OLD, for `audit --diff OLD NEW`: two "
            "wheels, "
            "or two modules, libraries or programs. Files in two wheels are the same when their names differ "
            "in "
            "nothing but the Python they are for and the hashes of copied libraries. The status is 1 when "
            "there "
            "is a difference.\n\n"
            "PATH may be \"-\": paths are then read from standard input, a line each, or parted by NUL "
            "bytes.\n\n"
            "An error is what makes a file fail where its tag says that it works, or makes the tag untrue; a "
            "warning works today and may hurt; a note is a choice.\n\n"
            "The status is 0 when what is claimed, or the target, holds, 1 when a finding of severity error "
            "stands, and 7 when a file could not be read.",
        .examples = {{"audit dist/*.whl", "the wheels in dist"},
            {"audit module.so --target manylinux_2_17_x86_64 --explain",
                "what keeps a module from an older platform, symbol by symbol"},
            {"audit dist --format html >audit.html", "a page to look at"},
            {"audit dist --strict --deny no-licence --severity runpath=warning",
                "held to what recipes here are held to, with one rule stricter, and one milder"},
            {"audit --diff zmq-26.whl zmq-27.whl", "what a release gained and lost"},
            {"audit --tree --root rootfs rootfs/usr/bin/ssh",
                "what the loader of another system would load"}},
        .run = cmd_audit,
    },
    {
        .name = "sbom",
        .summary = "say which libraries are inside of modules and wheels, with the evidence",
        .arguments = "PATH...",
        .least = 1,
        .most = ANY_NUMBER,
        .completes = COMPLETE_FILES,
        .about = "Recognises the libraries that were linked into a wheel, a module or a program, or ship "
                 "beside it, "
                 "and writes a CycloneDX 1.6 bill of materials, each component with the evidence for it and "
                 "where it "
                 "is. Nothing is run or fetched.\n\n"
                 "With --holds it answers which files, in folders and wheels too, hold a library in a "
                 "version that "
                 "somebody warns of, and with --check it compares with the bills of materials that wheels "
                 "have (PEP "
                 "770). The status is 1 when something is found.",
        .examples = {{"sbom numpy.whl >numpy.cdx.json", "what is in a wheel that nobody described"},
            {"sbom --holds 'openssl < 3.5.8' site-packages", "who has an old OpenSSL inside"},
            {"sbom --check dist/*.whl", "whether bills of materials say what is inside"}},
        .run = cmd_sbom,
    },
    {
        .name = "symbol",
        .summary = "say who defines a symbol, who needs it, and who wins",
        .arguments = "NAME [FILE...]",
        .most = ANY_NUMBER,
        .completes = COMPLETE_FILES,
        .about =
            "Reads modules, libraries, programs, objects, static archives and wheels, and the libraries "
            "that the dynamic loader would load for them, and says who defines NAME, who needs it, at which "
            "version, and whose definition each of them would get at run time. When the first FILE is a "
            "program, the others are taken to be loaded into it. Nothing is run.\n\n"
            "NAME may be a whole error line, such as \"ImportError: /x/y.so: undefined symbol: EVP_foo, "
            "version OPENSSL_3.0.0\": then also the libraries of this machine and our recipes are searched "
            "for what is missing. So it is when nobody has it, and when no FILE is given.\n\n"
            "Lines that name no symbol (\"invalid ELF header\", \"cannot allocate memory in static TLS "
            "block\", "
            "\"No module named\") are explained. FILE may be a folder.\n\n"
            "The status is 0 when everybody gets what they need.",
        .examples = {{"symbol deflate module.so", "who provides deflate to a module"},
            {"symbol EVP_foo@OPENSSL_3.0.0", "which library or recipe has it"},
            {"symbol \"$(python3 -c 'import m' 2>&1 | tail -n 1)\"", "why an import failed"},
            {"symbol --needed-by module.so", "all that a module needs, and from whom"}},
        .run = cmd_symbol,
    },
    {
        .name = "footprint",
        .summary = "measure what modules, wheels and processes cost in memory and time",
        .arguments = "[FILE.so...|WHEEL]",
        .most = ANY_NUMBER,
        .completes = COMPLETE_FILES,
        .about =
            "With files: what each will cost when it is loaded, told without running it: sections, "
            "relocations and the pages they write to, symbols, thread-local storage, what is largest, and "
            "which static library it is of.\n\n"
            "With a wheel, or --import NAME: starts the interpreter alone and with the module imported, in "
            "turn, and says what the import takes: time, memory by kind and by file, page faults, work of "
            "the "
            "loader. With --against it says whether two builds differ by more than noise. With --fork it "
            "compares several interpreters with one that forks, and shows how long their memory stays "
            "shared. What is measured is the user's own code, which is run as such.\n\n"
            "With --pid: where the addresses of a process go, what of them is present, what it shares and "
            "with whom, and what would be free if it ended. Nothing is stopped or changed. Modules that are "
            "measured stop themselves while they are looked at.",
        .examples = {{"footprint module.so", "one module, without running it"},
            {"footprint dist/pyzmq.whl --against installed", "two builds of one module"},
            {"footprint --import json --fork --workers 4 --gc-freeze",
                "several interpreters, or one that forks"},
            {"footprint --pid 1234", "why a process is as large as it is"},
            {"footprint --pid 1234 --format html >memory.html", "as a page to look at"}},
        .run = cmd_footprint,
    },
    {
        .name = "target",
        .summary = "say what can be built for",
        .arguments = "list | show TARGET",
        .least = 1,
        .most = 2,
        .about =
            "`target list` names the targets that --target takes, and says why one cannot be built for on "
            "this machine. `target show` says what one promises, and which compiler makes it.",
        .examples = {{"target list", "everything that --target takes"},
            {"target show manylinux_2_28", "which systems it is for, and what is used"}},
        .completes = COMPLETE_VERBS,
        .verbs = "list show",
        .run = cmd_target,
    },
    {
        .name = "cache",
        .summary = "say what the cache holds, prove it, make room in it",
        .arguments = "list | size | verify | gc | rm NAME...",
        .least = 1,
        .most = ANY_NUMBER,
        .about = "`cache list` names what there is: finished trees, downloads, and the work folders of steps "
                 "that failed, "
                 "with their size, how long ago they were made and last used, and what they were made for. "
                 "`cache size` "
                 "sums up by kind.\n\n"
                 "`cache verify` reads everything again and holds trees against their manifests, downloads "
                 "against their "
                 "hashes. What is damaged is named, with each file that differs, and set aside; it is made "
                 "or fetched "
                 "again when it is needed. The status is 1 then.\n\n"
                 "`cache gc` removes what was not used for --max-age, and what was used least recently until "
                 "the rest fits "
                 "into --max-size. `cache rm` removes what is called NAME: a recipe's name for everything "
                 "that was made "
                 "for it, a name with its version, one tree as `cache list --format json` has it in its "
                 "path, or the "
                 "beginning of a download's hash. What a run uses that goes on stays in both, and is named.",
        .examples = {{"cache list", "what there is"},
            {"cache gc --max-size 20G --max-age 30d",
                "at most 20 GB, and nothing that was not used for a month"},
            {"cache gc --max-size 5G --dry-run", "what would go"},
            {"cache verify --format json", "whether everything is what it was"},
            {"cache rm libzmq", "all that was made for libzmq"}},
        .completes = COMPLETE_VERBS,
        .verbs = "list size verify gc rm",
        .run = cmd_cache,
    },
    {
        .name = "new",
        .summary = "write a new recipe from a template",
        .arguments = "NAME",
        .least = 1,
        .most = 1,
        .about = "Writes recipe/NAME.toml from a skeleton with a comment for each thing to fill in.",
        .examples = {{"new libpng --template cmake", "a library that is built with CMake"}},
        .run = cmd_new,
    },
    {
        .name = "help",
        .summary = "say how the program or a command is used",
        .arguments = "[COMMAND]",
        .most = 1,
        .completes = COMPLETE_COMMANDS,
        .about = "Prints help; with --man the manual page, with --completion a shell's completions.",
        .examples = {{"help run", "all about `run`"},
            {"help --completion bash", "completions, to be read by the shell"}},
        .run = cmd_help,
    },
    {
        .name = "version",
        .summary = "print the program's version",
        .arguments = "",
        .about = "Prints the program's name and version.",
        .run = cmd_version,
    },
};

/* What the program is when it starts itself again. */
static const struct helper *const helpers[] = {
    &unpack_helper, &expose_helper, &shared_helper, &kit_helper, &store_wait_helper};

static const struct helper *helper_find(const char *word)
{
    for (size_t i = 0; i < COUNT(helpers); i++)
        if (strcmp(helpers[i]->word, word) == 0)
            return helpers[i];
    return NULL;
}

static const struct program program = {
    .name = "staticbuild",
    .version = STATICBUILD_VERSION,
    .summary = "builds Python extension modules with their libraries linked in statically, and proves it",
    .caution = "Builds and tests run apart from the machine where bubblewrap can do that (--sandbox): "
               "without the network "
               "and your home. That keeps results honest and is no wall against an attacker: build sources "
               "that you do not "
               "trust in a virtual machine or as another user.",
    .subcommands = subcommands,
    .subcommands_len = COUNT(subcommands),
    .statuses = statuses,
    .statuses_len = COUNT(statuses),
};

static int status_of(enum err_kind kind)
{
    for (size_t i = 0; i < program.statuses_len; i++)
        if (statuses[i].kind == kind)
            return statuses[i].status;
    return 7;
}

/* A file we open must never become standard output by accident. */
static void fill_standard_descriptors(void)
{
    for (int fd = 0; fd <= 2; fd++)
        if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", O_RDWR) != fd)
            _exit(7);
}

int main(int argc, char **argv)
{
    signals_reset();
    fill_standard_descriptors();
    signal(SIGPIPE, SIG_IGN);
    const struct helper *helper = argc == 2 ? helper_find(argv[1]) : NULL;
    if (helper)
        return helper_main(helper);
    struct err e = ERR_INIT;
    bool json_errors = false;
    if (program_run(&program, argc, argv, &json_errors, &e) == 0)
        return 0;
    AUTO(strbuf) struct strbuf text = {0};
    if (json_errors)
        report_error_json(&text, &e);
    else
        report_error(&text, program.name, &e, style_of(stderr));
    tell(STDERR_FILENO, strbuf_str(&text), text.len);
    int status = status_of(e.kind);
    err_release(&e);
    return status;
}
