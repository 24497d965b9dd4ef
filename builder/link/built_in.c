/* Modules as objects of a program, and that program. */
#include "link/built_in.h"

#include <ctype.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "link/internal.h"
#include "sys/path.h"
#include "toolchain/hardening.h"

/* '_' becomes "__", '.' "_d", and a byte that no name in C has "_x" and its digits: so it can be read back.
 */
char *built_in_entry(const char *dotted)
{
    struct strbuf out = {0};
    strbuf_adds(&out, "PyInit_");
    for (const char *p = dotted; *p; p++)
        if (*p == '.')
            strbuf_adds(&out, "_d");
        else if (*p == '_')
            strbuf_adds(&out, "__");
        else if (isascii((unsigned char)*p) && isalnum((unsigned char)*p))
            strbuf_addc(&out, *p);
        else
            strbuf_addf(&out, "_x%02x", (unsigned)(unsigned char)*p);
    return strbuf_steal(&out);
}

/* What several files of C++ have a copy of becomes one here, so that none is left that the linker would drop
 * later, with names that are local by then. */
static void join_command(const struct link_request *r, const bool *used, const struct strvec *objects,
    const char *joined, const struct strvec *env, struct commands *out)
{
    struct command *c = module_command(r, "join", env, out);
    strvec_push(&c->argv, r->toolchain->cc);
    strvec_push(&c->argv, "-r");
    strvec_push(&c->argv, "-nostdlib");
    if (links_cxx(r, used) && !r->toolchain->is_clang)
        strvec_push(&c->argv, "-Wl,--force-group-allocation");
    strvec_push(&c->argv, "-o");
    strvec_push(&c->argv, joined);
    strvec_push_all(&c->argv, objects);
}

static void name_command(
    const struct link_request *r, const char *joined, const struct strvec *env, struct commands *out)
{
    struct command *c = module_command(r, "name", env, out);
    AUTO_FREE char *entry = module_entry_point(r->module->name);
    AUTO_FREE char *name = built_in_entry(r->module->name);
    strvec_push(&c->argv, r->toolchain->objcopy);
    strvec_push(&c->argv, "--redefine-sym");
    strvec_pushf(&c->argv, "%s=%s", entry, name);
    strvec_push(&c->argv, "--keep-global-symbol");
    strvec_push(&c->argv, name);
    strvec_push(&c->argv, joined);
    strvec_push(&c->argv, r->out);
}

int built_in_commands(const struct link_request *modules, size_t module_count, const struct strvec *env,
    struct commands *out, struct err *e)
{
    AUTO(arena) struct arena a = {0};
    struct link_request *all = arena_memdup(&a, modules, module_count * sizeof *all);
    struct strvec *objects = arena_alloc(&a, (module_count + 1) * sizeof *objects);
    bool **used = arena_alloc(&a, (module_count + 1) * sizeof *used);
    int failed = 0;
    for (size_t i = 0; i < module_count && !failed; i++) {
        used[i] = arena_alloc(&a, (all[i].library_count + 1) * sizeof **used);
        all[i].module = link_check(&a, &modules[i], used[i], e);
        failed = !all[i].module || compile_commands(&all[i], used[i], env, &objects[i], out, e) < 0 ? -1 : 0;
    }
    for (size_t i = 0; i < module_count && !failed; i++)
        join_command(&all[i], used[i], &objects[i], arena_strf(&a, "%s/joined.o", all[i].work), env, out);
    for (size_t i = 0; i < module_count && !failed; i++)
        name_command(&all[i], arena_strf(&a, "%s/joined.o", all[i].work), env, out);
    for (size_t i = 0; i < module_count; i++)
        strvec_release(&objects[i]);
    return failed;
}

static void compile_main(
    const struct program_request *r, const char *object, const struct strvec *env, struct commands *out)
{
    struct command *c = link_command(out, "main", r->work, r->logs, NULL, env);
    strvec_push(&c->argv, r->toolchain->cc);
    hardening_flags_of(&c->argv, &r->toolchain->cflags, r->recipe);
    for (size_t i = 0; i < r->defines->len; i++)
        strvec_pushf(&c->argv, "-D%s", r->defines->items[i]);
    strvec_pushf(&c->argv, "-ffile-prefix-map=%s=.", r->work);
    strvec_pushf(&c->argv, "-ffile-prefix-map=%s=python", r->python->include);
    strvec_pushf(&c->argv, "-I%s", r->python->include);
    strvec_push(&c->argv, "-c");
    strvec_push(&c->argv, r->source);
    strvec_push(&c->argv, "-o");
    strvec_push(&c->argv, object);
}

/* libpython comes whole, as its recipe says: nothing of the program asks for most of the C API, and modules
 * that are loaded later do. What the program exports of it keeps the linker from collecting it again. */
static void link_program(const struct program_request *r, const struct link_request *as, const bool *used,
    const char *object, const struct strvec *env, struct commands *out)
{
    struct command *c = link_command(out, "link", r->work, r->logs, NULL, env);
    bool cxx = r->has_cxx || links_cxx(as, used);
    strvec_push(&c->argv, cxx ? r->toolchain->cxx : r->toolchain->cc);
    hardening_flags_of(&c->argv, &r->toolchain->ldflags, r->recipe);
    strvec_push(&c->argv, r->pie ? "-pie" : "-no-pie");
    if (cxx && !toolchain_needs_kit(r->toolchain))
        strvec_push(&c->argv, "-static-libstdc++");
    strvec_push(&c->argv, "-Wl,--gc-sections");
    strvec_pushf(&c->argv, "-Wl,--dynamic-list=%s", r->exports);
    strvec_pushf(&c->argv, "-Wl,-Map=%s", r->map);
    strvec_push(&c->argv, "-o");
    strvec_push(&c->argv, r->out);
    strvec_push(&c->argv, object);
    strvec_push_all(&c->argv, r->objects);
    push_libraries(as, used, &(struct archive_places){0}, &c->argv);
    push_system_libraries(as, used, &c->argv);
}

int program_commands(
    const struct program_request *r, const struct strvec *env, struct commands *out, struct err *e)
{
    AUTO(arena) struct arena a = {0};
    const struct module_spec none = {.name = r->recipe->name};
    const struct link_request as = {.recipe = r->recipe,
        .module = &none,
        .toolchain = r->toolchain,
        .libraries = r->libraries,
        .library_count = r->library_count};
    bool *used = arena_alloc(&a, r->library_count + 1);
    memset(used, true, r->library_count);
    if ((r->has_cxx || links_cxx(&as, used)) && toolchain_require_cxx(r->toolchain, e) < 0)
        return -1;
    const char *object = arena_strf(&a, "%s/main.o", r->work);
    const struct debug_split split = {
        .toolchain = r->toolchain, .file = r->out, .debug = r->debug, .work = r->work, .logs = r->logs};
    compile_main(r, object, env, out);
    link_program(r, &as, used, object, env, out);
    debug_command(&split, env, out);
    strip_command(&split, env, out);
    return 0;
}
