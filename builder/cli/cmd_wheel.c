/* `staticbuild wheel`: a run for projects that have build backends of their own. */
#include "cli/commands.h"
#include "cli/flags.h"

static int run(struct invocation *inv, struct err *e)
{
    if (!inv->arguments.len && !inv->from)
        return err_set(
            e, ERR_USAGE, "`wheel` needs PROJECT..., or --from FILE (try `staticbuild help wheel`)");
    return cmd_run(inv, e);
}

static const struct flag *const options[] = {
    &option_output,
    &option_debug_files,
    &option_python,
    OPTIONS_OF_BUILDING,
    &option_require_tried,
    OPTIONS_OF_PLACES,
    &option_library,
    OPTION(.name = "from", .kind = FLAG_TEXT, .value = "FILE", .completes = COMPLETE_FILES,
        .help = "make those of this list too, a NAME or NAME==VERSION a line, as pip reads them",
        .at = AT(from)),
    OPTION(.name = "clean", .kind = FLAG_YES,
        .help = "build projects in folders from the beginning, and not where they were built the last time",
        .at = AT(clean)),
    OPTION(.name = "infer", .kind = FLAG_YES,
        .help = "when a build fails because it does not find a library, header or package that a recipe has, "
                "build again with that recipe; what was found out is remembered for the next time",
        .at = AT(infer)),
    OPTION(.name = "config-setting", .letter = 'C', .kind = FLAG_LIST, .value = "KEY=VALUE",
        .help = "for the project's backend, in its own words, as pip takes it; may be given often, "
                "and a key that is given twice is a list",
        .at = AT(settings)),
    OPTIONS_OF_SHARDS,
    &option_dry_run,
    &option_target,
    OPTIONS_OF_REPORTS,
    NULL,
};

const struct subcommand subcommand_wheel = {
    .name = "wheel",
    .summary = "make verified wheels of projects by their own build backends",
    .arguments = "[PROJECT...]",
    .least = 0,
    .most = ANY_NUMBER,
    .completes = COMPLETE_FILES,
    .about =
        "Runs the build backend of each project, as pip would, once for each interpreter, in an "
        "environment of what it needs, which is resolved once and locked by hashes. Compilers and "
        "linkers are ours under every name, so that what is built is for the target. What was made is "
        "stripped, audited, packed under the tags that are proved, installed and imported, and put into "
        "dist. A wheel that does not pass is not made; one for any platform stays as it is.\n\n"
        "PROJECT is a folder with a pyproject.toml or a setup.py, the file of a source distribution, or "
        "pypi:NAME or pypi:NAME==VERSION, which asks the package index that pip is configured with. "
        "What a version of a project is, is asked once and remembered. A folder is built where it was built "
        "before, so that what did not change is not compiled again (--clean).\n\n"
        "Libraries of recipes are linked in when --library names them, or `libraries` of "
        "[tool.staticbuild] in the project's pyproject.toml. A build that fails because it does not find "
        "what a recipe has says so, with status 3; --infer builds again with that.",
    .examples = {{"wheel .", "the project in this folder, for every CPython found here"},
        {"wheel pypi:markupsafe==3.0.4 --python 3.11 -o wheels", "what is published, for one interpreter"},
        {"wheel pypi:pyyaml --library libyaml", "with a library of a recipe"},
        {"wheel pypi:plyvel --infer", "with the libraries that it is found to want"},
        {"wheel --from requirements.txt -o wheels", "all that a list names, each library built once"},
        {"wheel . -C--with-speedups=yes", "with a setting for its backend"}},
    .projects = true,
    .builds = true,
    .options = options,
    .run = run,
};
