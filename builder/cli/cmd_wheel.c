/* `staticbuild wheel`: a run for projects that have build backends of their own. */
#include "cli/commands.h"
#include "cli/flags.h"

static const struct flag *const options[] = {
    &option_output,
    &option_debug_files,
    &option_python,
    OPTIONS_OF_BUILDING,
    &option_require_tried,
    OPTIONS_OF_PLACES,
    OPTION(.name = "library", .letter = 'l', .kind = FLAG_LIST, .value = "REQUIREMENT",
        .help = "link this library of a recipe into the project's modules, as in \"libyaml >= 0.2\"; may be "
                "given often",
        .at = AT(libraries)),
    OPTION(.name = "infer", .kind = FLAG_YES,
        .help = "when a build fails because it does not find a library, header or package that a recipe has, "
                "build again with that recipe; what was found out is remembered for the next time",
        .at = AT(infer)),
    OPTION(.name = "config-setting", .letter = 'C', .kind = FLAG_LIST, .value = "KEY=VALUE",
        .help = "for the project's backend, in its own words, as pip takes it; may be given often",
        .at = AT(settings)),
    &option_dry_run,
    &option_target,
    OPTIONS_OF_REPORTS,
    NULL,
};

const struct subcommand subcommand_wheel = {
    .name = "wheel",
    .summary = "make verified wheels of projects by their own build backends",
    .arguments = "PROJECT...",
    .least = 1,
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
        "What a version of a project is, is asked once and remembered.\n\n"
        "Libraries of recipes are linked in when --library names them, or `libraries` of "
        "[tool.staticbuild] in the pyproject.toml of a folder. A build that fails because it does not find "
        "what a recipe has says so, with status 3; --infer builds again with that.",
    .examples = {{"wheel .", "the project in this folder, for every CPython found here"},
        {"wheel pypi:markupsafe==3.0.4 --python 3.11 -o wheels", "what is published, for one interpreter"},
        {"wheel pypi:pyyaml --library libyaml", "with a library of a recipe"},
        {"wheel pypi:plyvel --infer", "with the libraries that it is found to want"},
        {"wheel . -C--with-speedups=yes", "with a setting for its backend"}},
    .projects = true,
    .builds = true,
    .options = options,
    .run = cmd_run,
};
