/* The options of all commands, in one table. */
#include "cli/flags.h"

#include <stddef.h>
#include <string.h>

#define AT(field) offsetof(struct invocation, field)

const struct flag flags[] = {
    {"output", 'o', FLAG_TEXT, "DIR", NULL, "run wheel", "put the wheels here; \"dist\" if not given",
        AT(output)},
    {"output", 'o', FLAG_TEXT, "FILE", NULL, "new", "write this file; \"recipe/NAME.toml\" if not given",
        AT(output)},
    {"template", 't', FLAG_TEXT, "NAME", NULL, "new", "the skeleton to start from; \"library\" if not given",
        AT(template_name)},
    {"debug-files", 0, FLAG_TEXT, "DIR", NULL, "run wheel",
        "keep the symbol tables of the modules, which wheels do not have, in this folder, where debuggers "
        "and "
        "profilers find them by build id",
        AT(debug_files)},
    {"python", 'p', FLAG_TEXT, "LIST", NULL, "run plan why fetch wheel",
        "interpreters to build for: versions and paths parted by commas (3.9,3.11,/opt/py/bin/python3), or "
        "\"all\", which is the default",
        AT(python)},
    {"python", 'p', FLAG_TEXT, "PYTHON", NULL, "audit",
        "with --prove: the interpreter, a version or a path; the first that the wheels fit if not given",
        AT(python)},
    {"python", 'p', FLAG_TEXT, "PYTHON", NULL, "footprint",
        "the interpreter to measure with, a version or a path; the first that the wheel fits if not given",
        AT(python)},
    {"python-root", 0, FLAG_TEXT, "DIR", NULL, "run plan why fetch",
        "build for the interpreters of another system, whose files (interpreter, standard library, headers, "
        "C "
        "library) are in this folder; run by its own loader, and by qemu-user where the processor is another",
        AT(python_root)},
    {"jobs", 'j', FLAG_NUMBER, "N", NULL, "run fetch build wheel",
        "run this many commands side by side; as many as processors if not given", AT(jobs)},
    {"jobs", 'j', FLAG_NUMBER, "N", NULL, "audit",
        "judge this many files side by side; as many as processors if not given", AT(jobs)},
    {"keep-going", 'k', FLAG_YES, NULL, NULL, "run fetch build wheel",
        "after a failure go on with what does not need it", AT(keep_going)},
    {"require-tried", 0, FLAG_YES, NULL, NULL, "run wheel",
        "refuse a wheel that an interpreter here should have tried and did not, with status 1",
        AT(require_tried)},
    {"offline", 0, FLAG_YES, NULL, NULL, "run fetch build wheel",
        "use only what was fetched before, and the mirror when it is a folder", AT(offline)},
    {"sandbox", 0, FLAG_WORD, "MODE", "auto strict none", "run plan why build wheel",
        "whether builds and tests run apart from the machine, by bubblewrap: auto (where that can be done, "
        "else it is said), "
        "strict (or fail, and use nothing that was made otherwise) or none; auto if not given",
        AT(sandbox)},
    {"mirror", 0, FLAG_TEXT, "DIR|URL", NULL, "run fetch build wheel",
        "ask this folder or URL first for sources, as files named by their SHA-256", AT(mirror)},
    {"share", 0, FLAG_TEXT, "DIR", NULL, "run fetch build wheel",
        "ask this folder, which others use too, for finished steps and sources first, and give it what was "
        "made; "
        "who can write to it is trusted",
        AT(share)},
    {"share-read-only", 0, FLAG_YES, NULL, NULL, "run fetch build wheel",
        "give nothing to the folder of --share", AT(share_read_only)},
    {"library", 'l', FLAG_LIST, "REQUIREMENT", NULL, "wheel",
        "link this library of a recipe into the project's modules, as in \"libyaml >= 0.2\"; may be given "
        "often",
        AT(libraries)},
    {"config-setting", 'C', FLAG_LIST, "KEY=VALUE", NULL, "wheel",
        "for the project's backend, in its own words, as pip takes it; may be given often", AT(settings)},
    {"dry-run", 'n', FLAG_YES, NULL, NULL, "run wheel", "print the plan and stop", AT(dry_run)},
    {"dry-run", 'n', FLAG_YES, NULL, NULL, "cache", "with gc: say what would go, and remove nothing",
        AT(dry_run)},
    {"max-size", 0, FLAG_TEXT, "N", NULL, "cache",
        "with gc: remove what was used least recently until the rest takes no more than this, as in 500M, "
        "20G or "
        "2GiB",
        AT(max_size)},
    {"max-age", 0, FLAG_TEXT, "D", NULL, "cache",
        "with gc: remove what was not used for so long, as in 12h, 30d or 8w", AT(max_age)},
    {"keys", 0, FLAG_YES, NULL, NULL, "plan", "print also the facts that each step depends on",
        AT(with_keys)},
    {"names", 0, FLAG_YES, NULL, NULL, "list", "print the names alone", AT(names_only)},
    {"outdated", 0, FLAG_YES, NULL, NULL, "list",
        "say which recipes have newer versions where their sources are published: at the package index for "
        "\"pypi:\", in Debian's pools for \"debian:\"; status 1 when one has",
        AT(outdated)},
    {"templates", 0, FLAG_YES, NULL, NULL, "list", "print the names of the templates that `new` has",
        AT(templates)},
    {"target", 0, FLAG_TEXT, "TARGET", NULL, "run plan why fetch build wheel",
        "the oldest system that must be able to load the result, such as manylinux_2_28 or musllinux_1_2, or "
        "\"native\"; manylinux_2_17 if not given (`target list` names them)",
        AT(target)},
    {"target", 0, FLAG_TEXT, "TAG", NULL, "audit",
        "the platform tag to hold files against, such as manylinux_2_17_x86_64, or manylinux_2_28 for any "
        "architecture; what each claims if not given",
        AT(target)},
    {"allow", 0, FLAG_LIST, "PATTERN", NULL, "audit",
        "libraries that may be needed besides those of the platform (\"libcuda.so.*\"); may be given often",
        AT(allow)},
    {"deny", 0, FLAG_LIST, "RULE", NULL, "audit", "make what this rule finds an error; may be given often",
        AT(deny)},
    {"strict", 0, FLAG_YES, NULL, NULL, "audit",
        "make an error of everything that recipes here are held to: the same as the --deny list that "
        "`audit --rules --strict` prints",
        AT(strict)},
    {"together", 0, FLAG_YES, NULL, NULL, "audit",
        "say also what the wheels that are named do to each other in one process", AT(together)},
    {"prove", 0, FLAG_YES, NULL, NULL, "audit",
        "with --together, of wheels: RUN THEIR CODE: import each alone, then each two in both orders, in "
        "children that "
        "bubblewrap confines where it is there; as text after the report, as json instead of it",
        AT(prove)},
    {"diff", 0, FLAG_YES, NULL, NULL, "audit",
        "say what the second of two files gained and lost against the first: tag, files, libraries, exports, "
        "code of others, sizes, findings; as text or json",
        AT(diff)},
    {"allow-empty", 0, FLAG_YES, NULL, NULL, "audit",
        "take a folder without anything to judge, and a wheel for a platform without compiled code",
        AT(allow_empty)},
    {"holds", 0, FLAG_TEXT, "WHAT", NULL, "sbom",
        "say which files hold a library in such a version: \"openssl < 3.5.8\"", AT(holds)},
    {"check", 0, FLAG_YES, NULL, NULL, "sbom",
        "say what the bills of materials in wheels do not list, or list otherwise", AT(check)},
    {"severity", 0, FLAG_LIST, "[RULE=]LEVEL", NULL, "audit",
        "what a rule's findings (* for all) are: error, warning, note or off; LEVEL alone: what is told; may "
        "be given often",
        AT(severity)},
    {"explain", 0, FLAG_YES, NULL, NULL, "audit",
        "show the evidence of every finding, what pulled in each symbol that needs a newer platform, and "
        "what is taken from each library",
        AT(explain)},
    {"map", 0, FLAG_TEXT, "FILE", NULL, "footprint",
        "the link map of the file; those of modules built here are found without", AT(map)},
    {"map", 0, FLAG_TEXT, "FILE", NULL, "audit",
        "with --explain: the link map of the file; those of modules built here are found without", AT(map)},
    {"tree", 0, FLAG_YES, NULL, NULL, "audit",
        "show the libraries that the dynamic loader would load, and where it would find them", AT(tree)},
    {"root", 0, FLAG_TEXT, "DIR", NULL, "audit symbol",
        "look for libraries below this folder, as if it were the root of a machine; audit: with --tree",
        AT(root)},
    {"library-path", 0, FLAG_TEXT, "FOLDERS", NULL, "audit symbol",
        "look into these folders first, parted by colons, as with LD_LIBRARY_PATH, which itself is not "
        "followed; audit: with --tree",
        AT(library_path)},
    {"isa", 0, FLAG_YES, NULL, NULL, "audit",
        "look for instructions that not every processor of the architecture has, in folders and single files "
        "too, not "
        "only in wheels that are named",
        AT(isa)},
    {"rules", 0, FLAG_YES, NULL, NULL, "audit", "list the rules, and audit nothing", AT(rules)},
    {"memory-limit", 0, FLAG_NUMBER, "MIB", NULL, "audit",
        "hold at most this much of what wheels contain in memory at once; 1024 if not given",
        AT(memory_limit)},
    {"needed-by", 0, FLAG_TEXT, "FILE", NULL, "symbol",
        "instead of one symbol: all that FILE needs, and who has it", AT(needed_by)},
    {"import", 0, FLAG_LIST, "NAME", NULL, "footprint",
        "import this module; what the wheel brings if not given; may be given often", AT(import_names)},
    {"against", 0, FLAG_TEXT, "WHEEL|DIR|installed", NULL, "footprint",
        "measure the same module also from another wheel, from a folder of installed modules, or as it is "
        "installed for the interpreter",
        AT(against)},
    {"runs", 0, FLAG_NUMBER, "N", NULL, "footprint",
        "start each this many times, in turn; 15 if not given, 5 with --fork", AT(runs)},
    {"fork", 0, FLAG_YES, NULL, NULL, "footprint", "measure several interpreters against one that forks",
        AT(fork)},
    {"workers", 0, FLAG_NUMBER, "N", NULL, "footprint", "with --fork: this many workers; 4 if not given",
        AT(workers)},
    {"gc-freeze", 0, FLAG_YES, NULL, NULL, "footprint", "with --fork: measure also what gc.freeze() saves",
        AT(gc_freeze)},
    {"touch", 0, FLAG_TEXT, "SCRIPT", NULL, "footprint",
        "with --fork: what each worker runs, four times; it uses a further quarter of the modules each time "
        "if "
        "not given",
        AT(touch)},
    {"pid", 0, FLAG_TEXT, "PID", NULL, "footprint",
        "explain the memory of this process, and of those that come from it", AT(pid)},
    {"follow", 0, FLAG_TEXT, "TIME", NULL, "footprint",
        "with --pid: look again and again for this long (\"10s\", \"2m\"), and say what changed", AT(follow)},
    {"man", 0, FLAG_YES, NULL, NULL, "help", "print the manual page (roff)", AT(manual)},
    {"completion", 0, FLAG_TEXT, "SHELL", NULL, "help", "print completions for bash, zsh or fish",
        AT(completion)},
    {"format", 0, FLAG_WORD, "FORMAT", "text json", "run wheel fetch build list tree symbol target cache",
        "how the result is written to standard output: text or json", AT(format)},
    {"format", 0, FLAG_WORD, "FORMAT", "text json sarif html junit github markdown auditwheel-json", "audit",
        "how the result is written to standard output: text, json, sarif (for code-scanning pages), junit, "
        "github (annotations), markdown, auditwheel-json (the keys of `auditwheel show --json`, a document a "
        "wheel), "
        "or html (one page)",
        AT(format)},
    {"format", 0, FLAG_WORD, "FORMAT", "text json html", "footprint",
        "how the result is written to standard output: text, json or html (one page)", AT(page)},
    {"progress", 0, FLAG_WORD, "STYLE", "auto tty plain json", "run wheel fetch build",
        "how progress is written to standard error: tty, plain or json; tty on a terminal if not given",
        AT(progress)},
    {"verbose", 'v', FLAG_YES, NULL, NULL, "run wheel plan fetch build tree audit symbol footprint cache",
        "say more", AT(verbose)},
    {"quiet", 'q', FLAG_YES, NULL, NULL, "run wheel plan fetch build tree audit symbol footprint",
        "say only what is wrong, and the result", AT(quiet)},
    {"help", 'h', FLAG_YES, NULL, NULL, "*", "say how the command is used", AT(help)},
    {"version", 'V', FLAG_YES, NULL, NULL, "*", "print the program's version", AT(version)},
};
const size_t flags_len = COUNT(flags);

const struct variable variables[] = {
    {"STATICBUILD_CACHE",
        "folder of downloads and finished builds, yours alone; \"~/.cache/staticbuild\" if not set"},
    {"STATICBUILD_FAILED_SIZE", "what the work folders of failed steps may take together, as in 500M or 5G; "
                                "2G if not set. The newest stays"},
    {"STATICBUILD_MIRROR", "as --mirror"},
    {"STATICBUILD_SHARE", "as --share"},
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
    {"http_proxy, https_proxy, no_proxy, CURL_CA_BUNDLE, SSL_CERT_FILE", "as for curl"},
};
const size_t variables_len = COUNT(variables);

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

bool flag_is_for(const struct flag *flag, const struct subcommand *command)
{
    size_t place;
    return strcmp(flag->commands, "*") == 0 || (command && word_place(flag->commands, command->name, &place));
}

static const struct flag *better(
    const struct flag *found, const struct flag *flag, const struct subcommand *command)
{
    return found && (flag_is_for(found, command) || !flag_is_for(flag, command)) ? found : flag;
}

const struct flag *flag_find(const char *name, size_t len, const struct subcommand *command)
{
    const struct flag *found = NULL;
    for (size_t i = 0; i < flags_len; i++)
        if (strlen(flags[i].name) == len && memcmp(flags[i].name, name, len) == 0)
            found = better(found, &flags[i], command);
    return found;
}

const struct flag *flag_find_letter(char letter, const struct subcommand *command)
{
    const struct flag *found = NULL;
    for (size_t i = 0; i < flags_len; i++)
        if (letter && flags[i].letter == letter)
            found = better(found, &flags[i], command);
    return found;
}
