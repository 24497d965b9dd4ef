/* A library that the interpreter has itself, for a module of its own: another module takes the interpreter's
 * copy where that is new enough and has all that the module takes, else its own. What refers to a function of
 * the library comes to a jump (ld's --wrap), whose target is chosen when the module is imported:
 * templates/borrow.c.in. */
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/count.h"
#include "base/map.h"
#include "elf/edit.h"
#include "link/internal.h"
#include "sched/helper.h"
#include "sys/fs.h"
#include "sys/path.h"
#include "template/template.h"

#define OWN_ENTRY "staticbuild_own_init"

static char FUNCTION[] = "function", OTHER[] = "other"; /* what the library defines, by name */

struct borrow_job {
    const char *library; /* its recipe's name */
    const char *module, *version, *floor, *entry;
    struct strvec objects;          /* of the module; the one with the entry point is changed */
    struct strvec archives;         /* of other libraries that it links */
    struct strvec lent;             /* of the library itself */
    const char *source, *arguments; /* files to make */
};

struct borrow_work {
    const struct borrow_job *job;
    struct map defined;
    struct strvec taken;
    struct strvec others; /* what is no function and taken all the same */
    bool has_intermediate;
};

static void note_defined(void *arg, const struct elf_object *o, struct slice name)
{
    struct borrow_work *b = arg;
    (void)name;
    for (size_t i = 1; i < o->symbol_count; i++) {
        struct elf_symbol s;
        if (elf_object_symbol_at(o, i, &s) && s.bind != STB_LOCAL && s.section != SHN_UNDEF)
            map_set(&b->defined, s.name, s.type == STT_FUNC ? FUNCTION : OTHER);
    }
}

static void note_taken(void *arg, const struct elf_object *o, struct slice name)
{
    struct borrow_work *b = arg;
    (void)name;
    b->has_intermediate |= elf_object_lto(o) != ELF_LTO_NONE;
    for (size_t i = 1; i < o->symbol_count; i++) {
        struct elf_symbol s;
        if (!elf_object_symbol_at(o, i, &s) || s.section != SHN_UNDEF)
            continue;
        const char *what = map_get(&b->defined, s.name);
        if (what == OTHER)
            strvec_push(&b->others, s.name);
        else if (what && !strvec_has(&b->taken, s.name))
            strvec_push(&b->taken, s.name);
    }
}

static void rename_entry(
    void *arg, const struct elf_object *o, const struct elf_symbol *s, struct elf_symbol_edit *edit)
{
    (void)o;
    if (s->section != SHN_UNDEF && strcmp(s->name, (const char *)arg) == 0)
        edit->name = OWN_ENTRY;
}

enum { LARGEST_OBJECT = 1 << 30 };

static int look_at_object(struct borrow_work *b, const char *path, struct err *e)
{
    AUTO(strbuf) struct strbuf bytes = {0};
    AUTO(strbuf) struct strbuf edited = {0};
    AUTO(err) struct err foreign = ERR_INIT; /* byte-code of a compiler */
    struct elf_object object;
    if (file_read(&bytes, path, LARGEST_OBJECT, e) < 0)
        return -1;
    if (elf_object_open(&object, strbuf_str(&bytes), bytes.len, &foreign) < 0) {
        b->has_intermediate = true;
        return 0;
    }
    note_taken(b, &object, (struct slice){0});
    if (!elf_object_edit(&edited, &object, rename_entry, (void *)b->job->entry))
        return 0;
    return file_write(path, edited.ptr, edited.len, 0644, e);
}

static int write_source(const struct borrow_work *b, struct err *e)
{
    const struct borrow_job *job = b->job;
    AUTO_FREE char *template = template_path("borrow.c.in", e);
    AUTO(strbuf) struct strbuf taken = {0};
    AUTO(strbuf) struct strbuf out = {0};
    AUTO(map) struct map values = {0};
    for (size_t i = 0; i < b->taken.len; i++)
        strbuf_addf(&taken, "\\\n    TAKE(%zu, %s) ", i, b->taken.items[i]);
    template_set(&values, "taken", strbuf_str(&taken));
    template_set(&values, "library", job->library);
    template_set(&values, "module", job->module);
    template_set(&values, "version", job->version);
    template_set(&values, "floor", job->floor);
    template_set(&values, "entry", job->entry);
    if (!template || template_add(&out, template, &values, e) < 0)
        return -1;
    return file_write(job->source, out.ptr, out.len, 0644, e);
}

static int write_arguments(const struct borrow_work *b, struct err *e)
{
    AUTO(strbuf) struct strbuf out = {0};
    for (size_t i = 0; i < b->taken.len; i++)
        strbuf_addf(&out, "-Wl,--wrap=%s\n", b->taken.items[i]);
    return file_write(b->job->arguments, strbuf_str(&out), out.len, 0644, e);
}

static int borrow(struct borrow_work *b, struct err *e)
{
    const struct borrow_job *job = b->job;
    for (size_t i = 0; i < job->lent.len; i++)
        if (archive_each_object(job->lent.items[i], note_defined, b, e) < 0)
            return -1;
    for (size_t i = 0; i < job->objects.len; i++)
        if (look_at_object(b, job->objects.items[i], e) < 0)
            return -1;
    for (size_t i = 0; i < job->archives.len; i++)
        if (archive_each_object(job->archives.items[i], note_taken, b, e) < 0)
            return -1;
    if (b->has_intermediate)
        return err_set(e, ERR_PACKAGE,
            "%s is borrowed, and what takes it is intermediate code of the compiler: leave -flto out",
            job->library);
    if (b->others.len)
        return err_set(e, ERR_PACKAGE,
            "%s is borrowed, and only functions can be: the module takes the variable %s", job->library,
            b->others.items[0]);
    if (!b->taken.len)
        return err_set(e, ERR_PACKAGE, "%s is borrowed, and the module takes nothing of it", job->library);
    return write_source(b, e) < 0 || write_arguments(b, e) < 0 ? -1 : 0;
}

static int run(const void *request, struct err *e)
{
    struct borrow_work b = {.job = request};
    int status = borrow(&b, e);
    map_release(&b.defined);
    strvec_release(&b.taken);
    strvec_release(&b.others);
    return status;
}

static const struct field fields[] = {
    FIELD(TEXT, struct borrow_job, library),
    FIELD(TEXT, struct borrow_job, module),
    FIELD(TEXT, struct borrow_job, version),
    FIELD(TEXT, struct borrow_job, floor),
    FIELD(TEXT, struct borrow_job, entry),
    FIELD(TEXTS, struct borrow_job, objects),
    FIELD(TEXTS, struct borrow_job, archives),
    FIELD(TEXTS, struct borrow_job, lent),
    FIELD(TEXT, struct borrow_job, source),
    FIELD(TEXT, struct borrow_job, arguments),
};

const struct helper borrow_helper = {
    .word = "internal-borrow",
    .fields = fields,
    .field_count = COUNT(fields),
    .request_bytes = sizeof(struct borrow_job),
    .starts_nothing = true,
    .run = run,
};

/* Of r->libraries; library_count when nothing is borrowed. */
static size_t borrowed_library(const struct link_request *r, const bool *used)
{
    size_t i = 0;
    while (i < r->library_count && !(used[i] && r->libraries[i].role == INPUT_LIBRARY &&
                                       recipe_sharing(r->recipe, r->libraries[i].name) == SHARING_BORROW))
        i++;
    return i;
}

bool module_borrows(const struct link_request *r, const bool *used)
{
    return borrowed_library(r, used) < r->library_count;
}

char *borrow_file(const struct link_request *r, const char *ending)
{
    return xstrf("%s/borrow.%s", r->work, ending);
}

static void push_archives(struct strvec *out, const struct build_input *library)
{
    const struct texts *archives = &library->recipe->provides.archives;
    for (size_t i = 0; i < archives->len; i++)
        strvec_pushf(out, "%s/%s", library->tree, archives->items[i]);
}

void borrow_command(const struct link_request *r, const bool *used, const struct strvec *objects,
    const struct strvec *env, struct commands *out)
{
    const struct build_input *library = &r->libraries[borrowed_library(r, used)];
    const struct borrowable *row = recipe_borrowable(library->name);
    AUTO_FREE char *source = borrow_file(r, "c");
    AUTO_FREE char *arguments = borrow_file(r, "arguments");
    AUTO_FREE char *entry = module_entry_point(r->module->name);
    AUTO_FREE char *floor = xstrf("%u", recipe_borrow_floor(r->recipe, library->name));
    AUTO(strvec) struct strvec archives = {0};
    AUTO(strvec) struct strvec lent = {0};
    push_archives(&lent, library);
    for (size_t i = 0; i < r->library_count; i++)
        if (used[i] && r->libraries[i].role == INPUT_LIBRARY && &r->libraries[i] != library)
            push_archives(&archives, &r->libraries[i]);
    struct command *c = module_command(r, "borrow", env, out);
    command_set_helper(c, &borrow_helper,
        &(struct borrow_job){.library = library->name,
            .module = row->module,
            .version = row->version,
            .floor = floor,
            .entry = entry,
            .objects = *objects,
            .archives = archives,
            .lent = lent,
            .source = source,
            .arguments = arguments});
}
