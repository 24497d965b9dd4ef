/* The helper of a shared copy: which symbols the modules take of it, and everything written anew with the
 * names that these have there.
 *
 * Four things would go wrong in silence: definitions that their archive hides cannot be exported, and the
 * linker says nothing; what is STB_GNU_UNIQUE the loader binds to anybody's definition of that name; an
 * inline variable that both an archive and a module define would be two; and a module's own operator new
 * would not be that of the code in the copy which frees. */
#include <ar.h>
#include <string.h>

#include "base/count.h"
#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/map.h"
#include "base/vec.h"
#include "elf/ar.h"
#include "elf/edit.h"
#include "link/internal.h"
#include "link/shared.h"
#include "link/shared_internal.h"
#include "sched/helper.h"
#include "sys/fs.h"
#include "sys/path.h"

/* What the shared archives define: a name, and DEFINED or, for what code may write, VARIABLE. */
static char DEFINED[] = "defined", VARIABLE[] = "variable";

int archive_each_object(const char *path,
    void (*see)(void *arg, const struct elf_object *o, struct slice name), void *arg, struct err *e)
{
    AUTO(mapping) struct mapping m = {0};
    struct ar_walk walk;
    struct ar_member member;
    if (mapping_open(&m, path, e) < 0)
        return -1;
    int more = ar_open(&walk, m.bytes, m.size, e) < 0 ? -1 : 1;
    while (more > 0 && (more = ar_next(&walk, &member, e)) > 0) {
        struct elf_object o;
        AUTO(err) struct err foreign = ERR_INIT; /* text, and the like */
        if (elf_identify(member.data.ptr, member.data.len) == ELF_KIND_OBJECT &&
            elf_object_open(&o, member.data.ptr, member.data.len, &foreign) == 0)
            see(arg, &o, member.name);
    }
    return more < 0 ? err_wrap(e, "%s", path) : 0;
}

static void note_definitions(void *arg, const struct elf_object *o, struct slice name)
{
    struct map *defined = arg;
    (void)name;
    for (size_t i = 1; i < o->symbol_count; i++) {
        struct elf_symbol s;
        if (!elf_object_symbol_at(o, i, &s) || s.bind == STB_LOCAL || s.section == SHN_UNDEF ||
            str_starts(s.name, "DW.ref."))
            continue;
        if (elf_symbol_is_variable(o, &s))
            map_set(defined, s.name, VARIABLE);
        else if (!map_get(defined, s.name))
            map_set(defined, s.name, DEFINED);
    }
}

static int read_definitions(const struct shared_job *job, struct map *defined, struct err *e)
{
    for (size_t i = 0; i < job->archives.len; i++)
        if (archive_each_object(job->archives.items[i], note_definitions, defined, e) < 0)
            return -1;
    return 0;
}

/* The operators new and delete that a program may replace ([replacement.functions]). */
static bool is_operator(const char *name)
{
    static const char *const stems[] = {"_Znw", "_Zna", "_Zdl", "_Zda"};
    for (size_t i = 0; i < COUNT(stems); i++)
        if (str_starts(name, stems[i]))
            return true;
    return false;
}

struct beginning {
    const struct shared_job *job;
    struct map defined;
    const char *replacing; /* the module that has operators of its own; NULL: none yet */
    size_t operators_count;
};

struct begun_archive {
    struct beginning *beginning;
    struct arena arena;
    VEC(struct ar_new_member) members;
};

static void begin_symbol(
    void *arg, const struct elf_object *o, const struct elf_symbol *s, struct elf_symbol_edit *edit)
{
    struct beginning *b = arg;
    edit->undefined = s->section != SHN_UNDEF && s->bind != STB_GLOBAL && s->visibility == STV_DEFAULT &&
                      map_get(&b->defined, s->name) == VARIABLE && elf_symbol_is_variable(o, s);
}

/* Whether the object defines a symbol that is one of those. */
static bool defines(const struct elf_object *o, bool (*is_one)(const char *name))
{
    for (size_t i = 1; i < o->symbol_count; i++) {
        struct elf_symbol s;
        if (elf_object_symbol_at(o, i, &s) && s.bind != STB_LOCAL && s.section != SHN_UNDEF && is_one(s.name))
            return true;
    }
    return false;
}

bool shared_has_operators(const struct elf_object *o)
{
    return defines(o, is_operator);
}

static bool is_entry(const char *name)
{
    return str_starts(name, "PyInit") || str_starts(name, "PyModExport");
}

/* An object with operators goes into the copy as it is, with all that it keeps; the module is left with an
 * archive of nothing in its place. */
static int move_operators(
    struct beginning *b, const char *module, const struct elf_object *o, const char *object, struct err *e)
{
    static const char instead[] =
        " defines operator new or delete, and there is one for the C++ runtime that "
        "modules share: ",
                      or_else[] = ", or say in [wheel] sharing = { \"libstdc++\" = \"duplicate\", reason = "
                                  "\"…\" }";
    if (b->replacing && strcmp(b->replacing, module) != 0)
        return err_set(e, ERR_PACKAGE, "%s as well as %s%sleave it to one of them%s", module, b->replacing,
            instead, or_else);
    if (defines(o, is_entry))
        return err_set(e, ERR_PACKAGE, "%s%sput it into a source file of its own, which is then shared%s",
            module, instead, or_else);
    AUTO_FREE char *moved = xstrf("%s/%03zu-%s", b->job->operators, b->operators_count++, path_base(object));
    b->replacing = module;
    return file_copy(object, moved, e) < 0 ? -1 : file_write(object, ARMAG, SARMAG, 0644, e);
}

enum { OBJECT_BYTES = 1 << 30 };

static int read_object(const char *path, struct strbuf *bytes, struct elf_object *o, struct err *e)
{
    if (file_read(bytes, path, OBJECT_BYTES, e) < 0)
        return -1;
    if (elf_object_open(o, strbuf_str(bytes), bytes->len, e) < 0)
        return err_wrap(e, "%s", path);
    if (elf_object_lto(o) != ELF_LTO_NONE)
        return err_set(
            e, ERR_PACKAGE, "%s: is a compiler's intermediate code: a shared copy needs machine code", path);
    return 0;
}

static void begin_member(void *arg, const struct elf_object *o, struct slice name)
{
    struct begun_archive *a = arg;
    struct strbuf edited = {0};
    struct ar_new_member m = {name, {(const char *)o->bytes, o->size}};
    if (elf_object_edit(&edited, o, begin_symbol, a->beginning))
        m.data = (struct slice){edited.ptr, edited.len};
    m.name.ptr = arena_strndup(&a->arena, name.ptr, name.len);
    m.data.ptr = arena_memdup(&a->arena, m.data.ptr, m.data.len);
    strbuf_release(&edited);
    vec_push(&a->members, m);
}

/* A static library of a project's own. */
static int begin_archive(struct beginning *b, const char *path, struct err *e)
{
    struct begun_archive a = {.beginning = b};
    AUTO(strbuf) struct strbuf out = {0};
    int status = archive_each_object(path, begin_member, &a, e);
    if (!status && ar_write(&out, a.members.items, a.members.len, e) < 0)
        status = err_wrap(e, "%s", path);
    vec_release(&a.members);
    arena_release(&a.arena);
    return status < 0 ? -1 : file_write(path, out.ptr, out.len, 0644, e);
}

static int begin_object(struct beginning *b, const char *module, const char *path, struct err *e)
{
    AUTO(strbuf) struct strbuf bytes = {0};
    AUTO(strbuf) struct strbuf edited = {0};
    struct elf_object o;
    if (file_read(&bytes, path, OBJECT_BYTES, e) < 0)
        return -1;
    if (ar_is_archive(bytes.ptr, bytes.len))
        return begin_archive(b, path, e);
    strbuf_clear(&bytes);
    if (read_object(path, &bytes, &o, e) < 0)
        return -1;
    if (b->job->cxx_runtime && defines(&o, is_operator))
        return move_operators(b, module, &o, path, e);
    if (!elf_object_edit(&edited, &o, begin_symbol, b))
        return 0;
    return file_write(path, edited.ptr, edited.len, 0644, e);
}

/* Before the modules are probed: variables of inline code that the shared archives have too become references
 * in the modules' objects, as do operator new and delete, which then go into the copy. */
static int shared_begin(const struct shared_job *job, struct err *e)
{
    struct beginning b = {.job = job};
    int status = folder_make(job->operators, e) < 0 ? -1 : read_definitions(job, &b.defined, e);
    for (size_t i = 0; i < job->objects.len && !status; i++)
        status = begin_object(&b, job->modules.items[i], job->objects.items[i], e);
    map_release(&b.defined);
    return status;
}

struct renaming {
    const struct shared_job *job;
    struct strvec taken; /* sorted */
    struct map renamed;  /* name to its new name in new_names */
    struct arena arena;
    VEC(struct ar_new_member) members; /* of the archive at hand */
};

/* What a module lacks when it is linked without the shared code: 1 when there is something, 0 or -1. */
static int note_taken(struct renaming *r, const struct map *defined, const char *probe, struct err *e)
{
    int takes = 0;
    AUTO(mapping) struct mapping m = {0};
    AUTO(arena) struct arena scratch = {0};
    struct elf_image image;
    if (mapping_open(&m, probe, e) < 0)
        return -1;
    if (elf_open(&image, &scratch, m.bytes, m.size, e) < 0)
        return err_wrap(e, "%s", probe);
    for (size_t i = 1; i < image.symbol_count; i++) {
        struct elf_symbol s;
        if (!elf_symbol_at(&image, i, &s) || s.section != SHN_UNDEF || !map_get(defined, s.name))
            continue;
        takes = 1;
        if (map_get(&r->renamed, s.name))
            continue;
        char *name = arena_strf(&r->arena, "%s.%s", s.name, r->job->name);
        map_set(&r->renamed, s.name, name);
        strvec_push(&r->taken, s.name);
    }
    return takes;
}

/* One that takes nothing is linked as if there were no copy. */
static int note_takers(struct renaming *r, const struct map *defined, struct err *e)
{
    const struct shared_job *job = r->job;
    AUTO(strvec) struct strvec names = {0};
    AUTO(strbuf) struct strbuf takers = {0};
    AUTO_FREE char *file = xstrf("%s.by", job->taken);
    for (size_t i = 0; i < job->modules.len; i++)
        if (!strvec_has(&names, job->modules.items[i]))
            strvec_push(&names, job->modules.items[i]);
    for (size_t i = 0; i < job->probes.len; i++) {
        int takes = note_taken(r, defined, job->probes.items[i], e);
        if (takes < 0)
            return -1;
        if (takes && i < names.len)
            strbuf_addf(&takers, "%s\n", names.items[i]);
    }
    return file_write(file, strbuf_str(&takers), takers.len, 0644, e);
}

/* In what becomes the copy. */
static void rename_symbol(
    void *arg, const struct elf_object *o, const struct elf_symbol *s, struct elf_symbol_edit *edit)
{
    struct renaming *r = arg;
    (void)o;
    edit->weak = true;
    edit->name = map_get(&r->renamed, s->name);
    edit->visible = edit->name != NULL;
}

static void rename_member(void *arg, const struct elf_object *o, struct slice name)
{
    struct renaming *r = arg;
    struct strbuf edited = {0};
    struct ar_new_member m = {name, {(const char *)o->bytes, o->size}};
    if (elf_object_edit(&edited, o, rename_symbol, r))
        m.data = (struct slice){edited.ptr, edited.len};
    m.name.ptr = arena_strndup(&r->arena, name.ptr, name.len);
    m.data.ptr = arena_memdup(&r->arena, m.data.ptr, m.data.len);
    strbuf_release(&edited);
    vec_push(&r->members, m);
}

static int make_room(const char *path, struct err *e)
{
    AUTO_FREE char *folder = path_dir(path);
    return folder_make(folder, e);
}

static int rename_archive(struct renaming *r, const char *from, const char *to, struct err *e)
{
    AUTO(strbuf) struct strbuf out = {0};
    r->members.len = 0;
    if (archive_each_object(from, rename_member, r, e) < 0 || make_room(to, e) < 0)
        return -1;
    if (ar_write(&out, r->members.items, r->members.len, e) < 0)
        return err_wrap(e, "%s", to);
    return file_write(to, out.ptr, out.len, 0644, e);
}

static int rename_object(struct renaming *r, const char *from, const char *to, struct err *e)
{
    AUTO(strbuf) struct strbuf bytes = {0};
    AUTO(strbuf) struct strbuf edited = {0};
    struct elf_object o;
    if (make_room(to, e) < 0 || file_read(&bytes, from, OBJECT_BYTES, e) < 0)
        return -1;
    if (ar_is_archive(bytes.ptr, bytes.len)) /* a static library, or it went into the copy */
        return bytes.len > SARMAG ? rename_archive(r, from, to, e)
                                  : file_write(to, bytes.ptr, bytes.len, 0644, e);
    if (elf_object_open(&o, strbuf_str(&bytes), bytes.len, e) < 0)
        return err_wrap(e, "%s", from);
    const struct strbuf *result = elf_object_edit(&edited, &o, rename_symbol, r) ? &edited : &bytes;
    return file_write(to, result->ptr, result->len, 0644, e);
}

static int rename_files(struct renaming *r, const struct strvec *from, const struct strvec *to,
    int (*rename)(struct renaming *, const char *, const char *, struct err *), struct err *e)
{
    for (size_t i = 0; i < from->len; i++)
        if (rename(r, from->items[i], to->items[i], e) < 0)
            return -1;
    return 0;
}

/* Adds a word to a file of arguments (gcc, "@file"), quoted as it wants it. */
static void add_argument(struct strbuf *out, const char *word)
{
    strbuf_addc(out, '"');
    for (; *word; word++) {
        if (*word == '"' || *word == '\\')
            strbuf_addc(out, '\\');
        strbuf_addc(out, *word);
    }
    strbuf_adds(out, "\"\n");
}

/* Objects of modules that went into the copy. */
static int list_operators(const struct shared_job *job, struct strvec *paths, struct err *e)
{
    AUTO(strvec) struct strvec names = {0};
    if (folder_names(&names, job->operators, e) < 0)
        return -1;
    strvec_sort(&names);
    for (size_t i = 0; i < names.len; i++)
        strvec_pushf(paths, "%s/%s", job->operators, names.items[i]);
    return 0;
}

static int read_operators(const struct shared_job *job, struct map *defined, struct err *e)
{
    AUTO(strvec) struct strvec paths = {0};
    int status = list_operators(job, &paths, e);
    for (size_t i = 0; i < paths.len && !status; i++) {
        AUTO(strbuf) struct strbuf bytes = {0};
        struct elf_object o;
        status = read_object(paths.items[i], &bytes, &o, e);
        if (!status)
            note_definitions(defined, &o, (struct slice){0});
    }
    return status;
}

static int write_arguments(struct renaming *r, struct err *e)
{
    AUTO(strbuf) struct strbuf out = {0};
    AUTO(strvec) struct strvec operators = {0};
    if (list_operators(r->job, &operators, e) < 0)
        return -1;
    for (size_t i = 0; i < operators.len; i++) {
        if (rename_object(r, operators.items[i], operators.items[i], e) < 0)
            return -1;
        add_argument(&out, operators.items[i]);
    }
    /* libstdc++ asks for it weakly, which brings no member: then anybody's would be taken. */
    if (r->job->cxx_runtime)
        add_argument(&out, "-Wl,-u,__cxa_pure_virtual");
    for (size_t i = 0; i < r->taken.len; i++) {
        AUTO_FREE char *word = xstrf("-Wl,-u,%s", (const char *)map_get(&r->renamed, r->taken.items[i]));
        add_argument(&out, word);
    }
    return file_write(r->job->arguments, strbuf_str(&out), out.len, 0644, e);
}

static int write_names(struct renaming *r, struct err *e)
{
    AUTO(strbuf) struct strbuf script = {0};
    AUTO(strbuf) struct strbuf taken = {0};
    strbuf_addf(&script, "%s {\n", r->job->name);
    for (size_t i = 0; i < r->taken.len; i++) {
        strbuf_addf(&script, "%s    \"%s\";\n", i ? "" : "  global:\n",
            (const char *)map_get(&r->renamed, r->taken.items[i]));
        strbuf_addf(&taken, "%s\n", r->taken.items[i]);
    }
    strbuf_adds(&script, "  local:\n    *;\n};\n");
    if (file_write(r->job->version_script, strbuf_str(&script), script.len, 0644, e) < 0)
        return -1;
    return file_write(r->job->taken, strbuf_str(&taken), taken.len, 0644, e);
}

/* After it: sees what is taken, and writes everything with its new names. */
static int shared_rename(const struct shared_job *job, struct err *e)
{
    struct renaming r = {.job = job};
    AUTO(map) struct map defined = {0};
    int status = read_definitions(job, &defined, e) < 0 ? -1 : read_operators(job, &defined, e);
    status = status < 0 ? -1 : note_takers(&r, &defined, e);
    strvec_sort(&r.taken);
    if (!status && (write_names(&r, e) < 0 || write_arguments(&r, e) < 0 ||
                       rename_files(&r, &job->archives, &job->new_archives, rename_archive, e) < 0 ||
                       rename_files(&r, &job->own_archives, &job->new_own_archives, rename_archive, e) < 0 ||
                       rename_files(&r, &job->objects, &job->new_objects, rename_object, e) < 0))
        status = -1;
    strvec_release(&r.taken);
    map_release(&r.renamed);
    vec_release(&r.members);
    arena_release(&r.arena);
    return status;
}

void shared_job_release(struct shared_job *job)
{
    struct strvec *lists[] = {&job->modules, &job->objects, &job->new_objects, &job->probes, &job->archives,
        &job->new_archives, &job->own_archives, &job->new_own_archives};
    for (size_t i = 0; i < COUNT(lists); i++)
        strvec_release(lists[i]);
}

static const struct field fields[] = {
    FIELD(BOOL, struct shared_job, renames),
    FIELD(TEXT, struct shared_job, name),
    FIELD(BOOL, struct shared_job, cxx_runtime),
    FIELD(TEXTS, struct shared_job, modules),
    FIELD(TEXTS, struct shared_job, objects),
    FIELD(TEXTS, struct shared_job, new_objects),
    FIELD(TEXTS, struct shared_job, probes),
    FIELD(TEXTS, struct shared_job, archives),
    FIELD(TEXTS, struct shared_job, new_archives),
    FIELD(TEXTS, struct shared_job, own_archives),
    FIELD(TEXTS, struct shared_job, new_own_archives),
    FIELD(TEXT, struct shared_job, operators),
    FIELD(TEXT, struct shared_job, arguments),
    FIELD(TEXT, struct shared_job, version_script),
    FIELD(TEXT, struct shared_job, taken),
};

static int run(const void *request, struct err *e)
{
    const struct shared_job *job = request;
    return job->renames ? shared_rename(job, e) : shared_begin(job, e);
}

const struct helper shared_helper = {
    .word = "internal-shared-copy",
    .fields = fields,
    .field_count = COUNT(fields),
    .request_bytes = sizeof(struct shared_job),
    .starts_nothing = true,
    .run = run,
};
