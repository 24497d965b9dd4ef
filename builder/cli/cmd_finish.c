/* `staticbuild finish`: a run for wheels that were made already, by whatever tool. */
#include "cli/commands.h"
#include "cli/flags.h"

static const struct flag *const options[] = {
    &option_output,
    &option_debug_files,
    &option_python,
    OPTIONS_OF_BUILDING,
    &option_require_tried,
    &option_dry_run,
    OPTION(.name = "target", .kind = FLAG_TEXT, .value = "TARGET",
        .help =
            "the oldest system that must be able to load the result, such as manylinux_2_28; a wheel that "
            "needs a newer one is refused; the lowest that is proved if not given",
        .at = AT(target)),
    OPTION(.name = "severity", .kind = FLAG_LIST, .value = "RULE=LEVEL",
        .help = "what a rule's findings (* for all) are: error, warning, note or off; may be given often",
        .at = AT(severity)),
    OPTIONS_OF_REPORTS,
    NULL,
};

const struct subcommand subcommand_finish = {
    .name = "finish",
    .summary = "make proved wheels of wheels that were made already",
    .arguments = "WHEEL...",
    .least = 1,
    .most = ANY_NUMBER,
    .completes = COMPLETE_FILES,
    .about =
        "Does to wheels that any tool made what a run ends with: symbol tables go, the platform tag becomes "
        "the lowest that is proved, licence texts are gathered, a bill of materials is added, of what others "
        "list and what is recognised inside, and RECORD is written anew. Then the wheel is audited, "
        "installed "
        "and imported, and put into dist. A wheel that does not pass is not made; one for any platform stays "
        "as it is.\n\n"
        "Nothing is compiled, and no library is copied beside modules: one that no platform promises has to "
        "be "
        "linked in, or shipped by the project.",
    .examples = {{"finish build/*.whl -o wheelhouse", "what a backend made"},
        {"finish x.whl --severity isa-code=warning",
            "one that runs on newer processors only, which is meant"},
        {"finish x.whl --target manylinux_2_28", "refused when it needs a newer system"}},
    .projects = true,
    .finishes = true,
    .builds = true,
    .options = options,
    .run = cmd_run,
};
