/* Objects that are the same for all interpreters: of files that read none of their headers. Which these are
 * is found out by compiling each where there are none. */
#include "base/cleanup.h"
#include "link/internal.h"

int common_commands(const struct link_request *modules, size_t module_count, const struct strvec *env,
    struct strvec *objects, struct commands *out, struct err *e)
{
    AUTO(arena) struct arena a = {0};
    for (size_t i = 0; i < module_count; i++) {
        struct link_request m = modules[i];
        bool *used = arena_alloc(&a, (m.library_count + 1) * sizeof *used);
        m.module = link_check(&a, &modules[i], used, e);
        if (!m.module || compile_commands(&m, used, env, objects, out, e) < 0)
            return -1;
    }
    return 0;
}

void common_finish(const struct link_request *modules, size_t module_count, const struct strvec *objects,
    const struct strvec *env, struct commands *out)
{
    for (size_t i = 0; i < module_count; i++)
        expose_command(&modules[i], objects, env, out);
}
