/* The commands that make a shared copy: compile the modules, begin, probe each, rename, link the library. */
#include "link/shared.h"

#include <stdlib.h>
#include <string.h>

#include "base/count.h"
#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/vec.h"
#include "link/internal.h"
#include "link/shared_internal.h"
#include "sched/helper.h"
#include "sys/fs.h"
#include "sys/path.h"
#include "toolchain/hardening.h"
#include "kit/kit.h"

/* Under another name than the compiler's: kits hide what comes from a libstdc++.a. */
#define RUNTIME_ENDING ".shared.a"

enum { DIGITS = 8 };

static char *plain_name(const char *recipe)
{
    struct strbuf b = {0};
    if (*recipe >= '0' && *recipe <= '9')
        strbuf_addc(&b, '_');
    for (const char *p = recipe; *p; p++) {
        char c = *p >= 'A' && *p <= 'Z' ? (char)(*p - 'A' + 'a') : *p;
        strbuf_addc(&b, (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ? c : '_');
    }
    return strbuf_steal(&b);
}

char *shared_name(const char *recipe, const char *digest)
{
    AUTO_FREE char *plain = plain_name(recipe);
    return xstrf("%s_%.*s", plain, DIGITS, digest);
}

char *shared_file(const char *recipe, const char *name)
{
    AUTO_FREE char *plain = plain_name(recipe);
    return xstrf("%s.libs/lib%s.so", plain, name);
}

char *shared_run_path(const char *module_file, const char *library_file)
{
    struct strbuf b = {0};
    AUTO_FREE char *folder = path_dir(library_file);
    strbuf_adds(&b, "$ORIGIN/");
    for (const char *p = module_file; (p = strchr(p, '/')); p++)
        strbuf_adds(&b, "../");
    strbuf_adds(&b, folder);
    return strbuf_steal(&b);
}

char *shared_archive_of(const char *path, const char **below)
{
    static const char mark[] = "/" SHARED_ARCHIVES "/";
    const char *at = strstr(path, mark), *end;
    for (const char *next; at && (next = strstr(at + 1, mark));)
        at = next;
    if (!at || !(end = strchr(at + strlen(mark), '/')))
        return NULL;
    at += strlen(mark);
    size_t runtime = strlen(SHARING_RUNTIME), len = strlen(end);
    if ((size_t)(end - at) == runtime && strncmp(at, SHARING_RUNTIME, runtime) == 0) {
        bool is_copy = str_ends(end, RUNTIME_ENDING);
        *below = NULL;
        return xstrf("%.*s%s", (int)(len - (is_copy ? strlen(RUNTIME_ENDING) : 0)), end, is_copy ? ".a" : "");
    }
    *below = end;
    return xstrndup(at, (size_t)(end - at));
}

/* Whether the last word about it among the flags asks for link-time optimisation. */
static bool has_lto(const struct texts *flags)
{
    bool has = false;
    for (size_t i = 0; i < flags->len; i++)
        if (str_starts(flags->items[i], "-flto"))
            has = true;
        else if (strcmp(flags->items[i], "-fno-lto") == 0)
            has = false;
    return has;
}

/* Symbols of intermediate code cannot be renamed: the objects of a module become one of machine code. */
static void make_plain(
    const struct link_request *m, struct strvec *objects, const struct strvec *env, struct commands *out)
{
    struct command *c = module_command(m, "plain", env, out);
    AUTO_FREE char *plain = xstrf("%s/plain.o", m->work);
    strvec_push(&c->argv, module_has_cxx(m->module) ? m->toolchain->cxx : m->toolchain->cc);
    strvec_push_all(&c->argv, &m->toolchain->cflags);
    for (size_t i = 0; i < m->module->cflags.len; i++)
        strvec_push(&c->argv, m->module->cflags.items[i]);
    strvec_push(&c->argv, "-r");
    strvec_push(&c->argv, "-nostdlib");
    if (!m->toolchain->is_clang)
        strvec_push(&c->argv, "-flinker-output=nolto-rel");
    strvec_push(&c->argv, "-o");
    strvec_push(&c->argv, plain);
    strvec_push_all(&c->argv, objects);
    strvec_clear(objects);
    strvec_push(objects, plain);
}

/* Inline variables of a shared C++ library may be defined in a module's objects as well. */
static bool shares_cxx_library(const struct shared_request *r)
{
    const struct link_request *m = &r->modules[0];
    for (size_t i = 0; i < m->library_count; i++)
        if (r->shared[i] && texts_have(&m->libraries[i].recipe->provides.system_libraries, "stdc++"))
            return true;
    return false;
}

/* out: NULL when it was compiled before. */
static int compile_module(struct sharing_work *s, size_t i, bool *used, struct commands *out, struct err *e)
{
    struct link_request *m = &s->modules[i];
    struct strvec *objects = &s->objects[i];
    m->module = link_check(&s->arena, m, used, e);
    m->visible_inlines = shares_cxx_library(s->r);
    return m->module ? compile_commands(m, used, s->env, objects, out, e) : -1;
}

/* What its objects become before they are looked at. */
static void prepare_objects(struct sharing_work *s, size_t i)
{
    struct link_request *m = &s->modules[i];
    if (has_lto(&m->module->cflags))
        make_plain(m, &s->objects[i], s->env, s->out);
}

static void note_module(struct sharing_work *s, size_t i, const bool *used)
{
    const struct link_request *m = &s->modules[i];
    const struct strvec *objects = &s->objects[i];
    expose_command(m, objects, s->env, s->out);
    strvec_pushf(&s->job.probes, "%s/probe-%zu.so", s->r->work, i);
    strvec_push_all(&s->job.objects, objects);
    for (size_t k = 0; k < objects->len; k++) {
        strvec_push(&s->job.modules, m->module->name);
        strvec_pushf(&s->job.new_objects, "%s/" SHARED_OBJECTS "/%s/%s", s->r->tree, m->module->name,
            path_base(objects->items[k]));
    }
    for (size_t k = 0; k < m->library_count; k++)
        s->used[k] |= used[k];
}

/* What the module lacks without the shared code: nothing of the compiler's own is there either. */
static void probe_module(struct sharing_work *s, size_t i, const bool *used)
{
    const struct link_request *m = &s->modules[i];
    struct command *c = module_command(m, "probe", s->env, s->out);
    strvec_push(&c->argv, m->toolchain->cc);
    hardening_flags_of(&c->argv, &m->toolchain->module_ldflags, m->recipe);
    strvec_push(&c->argv, "-nodefaultlibs");
    strvec_pushf(&c->argv, "-Wl,--version-script=%s", m->version_script);
    strvec_push(&c->argv, "-o");
    strvec_push(&c->argv, s->job.probes.items[i]);
    strvec_push_all(&c->argv, &s->objects[i]);
    push_libraries(m, used, &(struct archive_places){.shared = s->r->shared}, &c->argv);
}

void sharing_add_archives(struct sharing_work *s)
{
    const struct link_request *m = &s->modules[0];
    for (size_t i = 0; i < m->library_count; i++) {
        const struct build_input *library = &m->libraries[i];
        const struct texts *archives = &library->recipe->provides.archives;
        bool linked = s->used[i] && library->role == INPUT_LIBRARY, shared = s->r->shared[i];
        for (size_t k = 0; linked && k < archives->len; k++) {
            strvec_pushf(
                shared ? &s->job.archives : &s->job.own_archives, "%s/%s", library->tree, archives->items[k]);
            strvec_pushf(shared ? &s->job.new_archives : &s->job.new_own_archives,
                "%s/" SHARED_ARCHIVES "/%s/%s", shared ? s->r->work : s->r->tree, library->name,
                archives->items[k]);
        }
    }
}

/* The compiler's archives, in a folder that still tells where they were. */
static void add_runtime(struct sharing_work *s, const char *archive)
{
    const char *base = path_base(archive);
    strvec_push(&s->job.archives, archive);
    strvec_pushf(&s->job.new_archives, "%s/" SHARED_ARCHIVES "/" SHARING_RUNTIME "%.*s" RUNTIME_ENDING,
        s->r->work, (int)(strlen(archive) - (str_ends(base, ".a") ? strlen(".a") : 0)), archive);
}

void sharing_add_runtimes(struct sharing_work *s)
{
    if (s->r->cxx_runtime)
        add_runtime(s, s->r->modules[0].toolchain->libstdcxx);
    if (s->r->cxx_runtime && s->r->unwinder)
        add_runtime(s, s->r->unwinder);
}

void sharing_add_helper(struct sharing_work *s, bool renames)
{
    struct command *c =
        link_command(s->out, renames ? "rename" : "begin", s->r->work, s->r->logs, NULL, s->env);
    s->job.renames = renames;
    command_set_helper(c, &shared_helper, &s->job);
}

static void push_runtime(const struct sharing_work *s, struct strvec *argv)
{
    const struct toolchain *t = s->r->modules[0].toolchain;
    if (!s->r->cxx_runtime)
        return;
    strvec_push(argv, "-Wl,--start-group");
    for (size_t i = 0; i < s->job.new_archives.len; i++)
        if (str_ends(s->job.new_archives.items[i], RUNTIME_ENDING))
            strvec_push(argv, s->job.new_archives.items[i]);
    if (t->kit)
        strvec_push(argv, "-l:" KIT_RUNTIME_ARCHIVE);
    strvec_push(argv, "-Wl,--end-group");
    static const char *const system[] = {"-lm", "-lpthread", "-ldl", "-lrt"};
    for (size_t i = 0; i < COUNT(system); i++)
        strvec_push(argv, system[i]);
}

void sharing_link_library(struct sharing_work *s)
{
    const struct link_request *m = &s->modules[0];
    const struct toolchain *t = m->toolchain;
    struct command *c = link_command(s->out, "link-shared-copy", s->r->work, s->r->logs, NULL, s->env);
    AUTO_FREE char *own = path_join(s->r->tree, SHARED_ARCHIVES);
    AUTO_FREE char *copied = path_join(s->r->work, SHARED_ARCHIVES);
    struct archive_places places = {own, copied, s->r->shared};
    strvec_push(&c->argv, links_cxx(m, s->used) && !s->r->cxx_runtime ? t->cxx : t->cc);
    AUTO(strvec) struct strvec flags = {0};
    hardening_flags_of(&flags, &t->module_ldflags, m->recipe);
    for (size_t i = 0; i < flags.len; i++)
        if (!str_starts(flags.items[i], "-Wl,--exclude-libs")) /* it would export nothing */
            strvec_push(&c->argv, flags.items[i]);
    strvec_push(&c->argv, "-Wl,-Bsymbolic");
    strvec_push(&c->argv, "-Wl,-z,defs");
    strvec_pushf(&c->argv, "-Wl,-soname,%s", path_base(s->r->out));
    strvec_pushf(&c->argv, "-Wl,--version-script=%s", s->job.version_script);
    strvec_pushf(&c->argv, "-Wl,-Map=%s/" SHARED_MAP, s->r->tree);
    strvec_push(&c->argv, "-o");
    strvec_push(&c->argv, s->r->out);
    strvec_pushf(&c->argv, "@%s", s->job.arguments);
    push_libraries(m, s->used, &places, &c->argv);
    push_runtime(s, &c->argv);
    push_system_libraries(m, s->used, &c->argv);
    if (s->r->keeps_symbols)
        return;
    AUTO_FREE char *debug = path_join(s->r->tree, SHARED_DEBUG);
    struct debug_split split = {.toolchain = t,
        .name = "shared-copy",
        .file = s->r->out,
        .debug = debug,
        .work = s->r->work,
        .logs = s->r->logs};
    debug_command(&split, s->env, s->out);
    strip_command(&split, s->env, s->out);
}

static int add_all(struct sharing_work *s, bool *used, struct err *e)
{
    const struct shared_request *r = s->r;
    size_t libraries = r->modules[0].library_count;
    for (size_t i = 0; i < r->module_count; i++)
        if (compile_module(s, i, used + i * libraries, NULL, e) < 0)
            return -1;
    for (size_t i = 0; i < r->module_count; i++)
        prepare_objects(s, i);
    for (size_t i = 0; i < r->module_count; i++)
        note_module(s, i, used + i * libraries);
    sharing_add_archives(s);
    sharing_add_runtimes(s);
    sharing_add_helper(s, false);
    for (size_t i = 0; i < r->module_count; i++)
        probe_module(s, i, used + i * libraries);
    sharing_add_helper(s, true);
    sharing_link_library(s);
    return 0;
}

void sharing_release(struct sharing_work *s)
{
    for (size_t i = 0; i < s->r->module_count; i++)
        strvec_release(&s->objects[i]);
    free(s->objects);
    free(s->used);
    shared_job_release(&s->job);
    arena_release(&s->arena);
}

void sharing_begin(struct sharing_work *s)
{
    const struct shared_request *r = s->r;
    s->used = xcalloc(r->modules[0].library_count + 1, sizeof *s->used);
    s->objects = xcalloc(r->module_count + 1, sizeof *s->objects);
    s->modules = arena_memdup(&s->arena, r->modules, r->module_count * sizeof *r->modules);
    s->job.name = r->name;
    s->job.cxx_runtime = r->cxx_runtime;
    s->job.operators = arena_strf(&s->arena, "%s/operators", r->work);
    s->job.arguments = arena_strf(&s->arena, "%s/arguments", r->work);
    s->job.version_script = arena_strf(&s->arena, "%s/library.version", r->work);
    s->job.taken = arena_strf(&s->arena, "%s/" SHARED_TAKEN, r->tree);
}

int shared_compile_commands(const struct shared_request *r, const struct strvec *env, struct commands *out,
    size_t **owners, struct err *e)
{
    struct sharing_work s = {.r = r, .env = env, .out = out};
    AUTO_FREE bool *used = xcalloc(r->modules[0].library_count + 1, sizeof *used);
    VEC(size_t) whose = {0};
    int status = r->cxx_runtime ? toolchain_require_cxx(r->modules[0].toolchain, e) : 0;
    sharing_begin(&s);
    for (size_t i = 0; i < r->module_count && !status; i++) {
        size_t before = out->len;
        status = compile_module(&s, i, used, out, e);
        for (size_t k = before; k < out->len; k++)
            vec_push(&whose, i);
    }
    sharing_release(&s);
    *owners = whose.items;
    return status;
}

int shared_commands(
    const struct shared_request *r, const struct strvec *env, struct commands *out, struct err *e)
{
    struct sharing_work s = {.r = r, .env = env, .out = out};
    size_t libraries = r->modules[0].library_count;
    AUTO_FREE bool *used = xcalloc(r->module_count * libraries + 1, sizeof *used);
    sharing_begin(&s);
    int status = add_all(&s, used, e);
    sharing_release(&s);
    return status;
}
