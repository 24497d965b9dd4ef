/* Entry points that their source does not mark for export: `PyObject *PyInit_x(void)` without PyMODINIT_FUNC
 * is hidden by -fvisibility=hidden, and no version script brings a hidden symbol back. So the objects are
 * told before they are linked; what leaves the module is for the version script alone to say. */
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "elf/edit.h"
#include "link/internal.h"
#include "sched/helper.h"
#include "sys/fs.h"
#include "sys/path.h"

enum { LARGEST_OBJECT = 1 << 30 };

/* arg: the names. */
static void expose_symbol(
    void *arg, const struct elf_object *o, const struct elf_symbol *s, struct elf_symbol_edit *edit)
{
    (void)o;
    edit->visible = s->section != SHN_UNDEF && strvec_has((const struct strvec *)arg, s->name);
}

static int expose_object(const struct strvec *wanted, const char *path, struct err *e)
{
    AUTO(strbuf) struct strbuf bytes = {0};
    AUTO(strbuf) struct strbuf edited = {0};
    AUTO(err) struct err foreign = ERR_INIT; /* byte-code of a compiler: the linker knows it */
    struct elf_object object;
    if (file_read(&bytes, path, LARGEST_OBJECT, e) < 0)
        return -1;
    if (elf_object_open(&object, strbuf_str(&bytes), bytes.len, &foreign) < 0 ||
        !elf_object_edit(&edited, &object, expose_symbol, (void *)wanted))
        return 0;
    return file_write(path, edited.ptr, edited.len, 0644, e);
}

struct expose_request {
    struct strvec names, objects;
};

static const struct field fields[] = {
    FIELD(TEXTS, struct expose_request, names),
    FIELD(TEXTS, struct expose_request, objects),
};

static int run(const void *request, struct err *e)
{
    const struct expose_request *r = request;
    for (size_t i = 0; i < r->objects.len; i++)
        if (expose_object(&r->names, r->objects.items[i], e) < 0)
            return -1;
    return 0;
}

const struct helper expose_helper = {
    .word = "internal-expose",
    .fields = fields,
    .field_count = COUNT(fields),
    .request_bytes = sizeof(struct expose_request),
    .starts_nothing = true,
    .run = run,
};

/* Those that all interpreters have in common were told when they were made. */
static bool is_own(const struct link_request *r, const char *object)
{
    AUTO_FREE char *folder = path_dir(object);
    return strcmp(folder, r->work) == 0;
}

void expose_command(const struct link_request *r, const struct strvec *objects, const struct strvec *env,
    struct commands *out)
{
    AUTO(strvec) struct strvec names = {0};
    AUTO(strvec) struct strvec own = {0};
    for (size_t i = 0; i < objects->len; i++)
        if (is_own(r, objects->items[i]))
            strvec_push(&own, objects->items[i]);
    if (!own.len)
        return;
    for (size_t i = 0; i < MODULE_ENTRY_POINTS; i++) {
        AUTO_FREE char *name = module_entry_point_of(r->module->name, i);
        strvec_push(&names, name);
    }
    struct command *c = module_command(r, "expose", env, out);
    command_set_helper(c, &expose_helper, &(struct expose_request){names, own});
}
