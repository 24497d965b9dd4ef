/* Archives are compiled with hidden names, so that a shared object of them would export none: copies in which
 * all are visible are linked, each whole. */
#include "link/loadable.h"

#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/vec.h"
#include "elf/edit.h"
#include "link/internal.h"
#include "sched/helper.h"
#include "sys/fs.h"
#include "sys/path.h"

struct loadable_job {
    const char *from, *to;
};

struct showing {
    struct arena arena;
    VEC(struct ar_new_member) members;
};

static void show_symbol(
    void *arg, const struct elf_object *o, const struct elf_symbol *s, struct elf_symbol_edit *edit)
{
    (void)arg;
    (void)o;
    (void)s;
    edit->visible = true;
}

static void show_member(void *arg, const struct elf_object *o, struct slice name)
{
    struct showing *all = arg;
    struct strbuf edited = {0};
    struct ar_new_member m = {name, {(const char *)o->bytes, o->size}};
    if (elf_object_edit(&edited, o, show_symbol, NULL))
        m.data = (struct slice){edited.ptr, edited.len};
    m.name.ptr = arena_strndup(&all->arena, name.ptr, name.len);
    m.data.ptr = arena_memdup(&all->arena, m.data.ptr, m.data.len);
    strbuf_release(&edited);
    vec_push(&all->members, m);
}

static int run(const void *request, struct err *e)
{
    const struct loadable_job *job = request;
    struct showing all = {.arena = {0}};
    AUTO(strbuf) struct strbuf out = {0};
    int status = archive_each_object(job->from, show_member, &all, e);
    if (!status && ar_write(&out, all.members.items, all.members.len, e) < 0)
        status = err_wrap(e, "%s", job->to);
    vec_release(&all.members);
    arena_release(&all.arena);
    return status < 0 ? -1 : file_write(job->to, out.ptr, out.len, 0644, e);
}

static const struct field fields[] = {
    FIELD(TEXT, struct loadable_job, from),
    FIELD(TEXT, struct loadable_job, to),
};

const struct helper loadable_helper = {
    .word = "internal-loadable",
    .fields = fields,
    .field_count = COUNT(fields),
    .request_bytes = sizeof(struct loadable_job),
    .starts_nothing = true,
    .run = run,
};

static bool has_cxx(const struct loadable_request *r)
{
    for (size_t i = r->library; i < r->library_count; i++)
        if (texts_have(&r->libraries[i].recipe->provides.system_libraries, "stdc++"))
            return true;
    return false;
}

static void link_one(const struct loadable_request *r, const char *shown, const char *name,
    const struct strvec *env, struct commands *out)
{
    struct command *c = link_command(out, "loadable", r->work, r->logs, name, env);
    strvec_push(&c->argv, has_cxx(r) ? r->toolchain->cxx : r->toolchain->cc);
    strvec_push(&c->argv, "-shared");
    strvec_push(&c->argv, "-Wl,-Bsymbolic");
    strvec_push(&c->argv, "-o");
    strvec_pushf(&c->argv, "%s/%.*s.so", r->out, (int)(strlen(name) - strlen(".a")), name);
    strvec_push(&c->argv, "-Wl,--whole-archive");
    strvec_push(&c->argv, shown);
    strvec_push(&c->argv, "-Wl,--no-whole-archive");
    for (size_t i = r->library; i < r->library_count; i++) {
        const struct build_input *library = &r->libraries[i];
        const struct texts *archives = &library->recipe->provides.archives;
        for (size_t k = 0; library->role == INPUT_LIBRARY && k < archives->len; k++)
            if (i != r->library || strcmp(path_base(archives->items[k]), name) != 0)
                strvec_pushf(&c->argv, "%s/%s", library->tree, archives->items[k]);
    }
    for (size_t i = r->library; i < r->library_count; i++) {
        const struct texts *system = &r->libraries[i].recipe->provides.system_libraries;
        for (size_t k = 0; r->libraries[i].role == INPUT_LIBRARY && k < system->len; k++)
            strvec_pushf(&c->argv, "-l%s", system->items[k]);
    }
}

void loadable_commands(const struct loadable_request *r, const struct strvec *env, struct commands *out)
{
    const struct build_input *library = &r->libraries[r->library];
    const struct texts *archives = &library->recipe->provides.archives;
    for (size_t k = 0; k < archives->len; k++) {
        const char *name = path_base(archives->items[k]);
        AUTO_FREE char *from = path_join(library->tree, archives->items[k]);
        AUTO_FREE char *shown = path_join(r->work, name);
        struct command *c = link_command(out, "show", r->work, r->logs, name, env);
        command_set_helper(c, &loadable_helper, &(struct loadable_job){from, shown});
        link_one(r, shown, name, env, out);
    }
}
