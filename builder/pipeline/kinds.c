/* The kinds of steps, a row each. */
#include "pipeline/internal.h"

const struct step_hooks *step_hooks_of(const struct step *s)
{
    static const struct step_hooks *const table[] = {
        [STEP_DOWNLOAD] = &step_download_hooks,
        [STEP_KIT] = &step_kit_hooks,
        [STEP_BUILD] = &step_build_hooks,
        [STEP_SOURCE] = &step_source_hooks,
        [STEP_OBJECTS] = &step_objects_hooks,
        [STEP_SHARED] = &step_shared_hooks,
        [STEP_MODULE] = &step_module_hooks,
        [STEP_BACKEND] = &step_backend_hooks,
        [STEP_REQUIREMENTS] = &step_requirements_hooks,
        [STEP_ENVIRONMENT] = &step_environment_hooks,
        [STEP_CRATES] = &step_crates_hooks,
        [STEP_PROJECT] = &step_project_hooks,
        [STEP_OPENED] = &step_opened_hooks,
        [STEP_PROGRAM] = &step_program_hooks,
        [STEP_WHEEL] = &step_wheel_hooks,
        [STEP_TRY] = &step_try_hooks,
    };
    return table[s->kind];
}

unsigned step_width(const struct run *r, const struct step *s, unsigned slots)
{
    const struct step_hooks *hooks = step_hooks_of(s);
    unsigned most = hooks->width ? hooks->width(r, s, slots) : hooks->widest;
    return most && most < slots ? most : slots;
}
