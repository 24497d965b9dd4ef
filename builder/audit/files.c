/* Opens whatever a path of the command line is, and decides how it is audited. */
#include "audit/files.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "audit/archive_facts.h"
#include "audit/inside.h"
#include "audit/rules.h"
#include "audit/siblings.h"
#include "audit/subject.h"
#include "audit/wheel.h"
#include "audit/wheel_facts.h"
#include "base/alloc.h"
#include "base/cleanup.h"
#include "elf/ar.h"

enum { HEAD = 64 }; /* bytes that tell what a file is */

enum looks { LOOKS_FOREIGN, LOOKS_LINKED, LOOKS_OBJECT, LOOKS_ARCHIVE, LOOKS_WHEEL, LOOKS_CUT };

static enum looks look_at(const char *path, const unsigned char *head, size_t len)
{
    if (str_ends(path, ".whl"))
        return LOOKS_WHEEL;
    switch (elf_identify(head, len)) {
    case ELF_KIND_LINKED:
        return LOOKS_LINKED;
    case ELF_KIND_OBJECT:
        return LOOKS_OBJECT;
    case ELF_KIND_OTHER:
        return LOOKS_CUT;
    case ELF_KIND_NONE:
        break;
    }
    return ar_is_archive(head, len) ? LOOKS_ARCHIVE : LOOKS_FOREIGN;
}

/* Whether a file found in a folder is worth mapping; most there are not, and their first bytes tell. */
static bool is_candidate(const char *path, int fd)
{
    unsigned char head[HEAD];
    if (is_shared_name(path))
        return true;
    AUTO(err) struct err ignored = ERR_INIT;
    ssize_t got = file_take(fd, head, sizeof head, 0, path, &ignored);
    return got < 0 || look_at(path, head, (size_t)got) != LOOKS_FOREIGN;
}

int audit_open(const char *path, bool named, int *fd, uint64_t *size, struct err *e)
{
    struct stat st;
    AUTO_CLOSE int opened = file_open(path, O_RDONLY, 0, e);
    if (opened < 0)
        return -1;
    if (fstat(opened, &st) < 0)
        return err_errno(e, ERR_ENVIRONMENT, "%s", path);
    if (S_ISDIR(st.st_mode))
        return SUBJECT_FOLDER;
    if (!S_ISREG(st.st_mode))
        return err_set(e, ERR_ENVIRONMENT, "%s: is not a regular file", path);
    if (!named && !is_candidate(path, opened))
        return SUBJECT_FOREIGN;
    *size = (uint64_t)st.st_size;
    *fd = steal_fd(&opened);
    return SUBJECT_FILE;
}

static int judge_linked(struct audited *a, struct view bytes, const struct audit_shared *shared,
    struct arena *scratch, struct err *e)
{
    struct elf_image image;
    struct audit_context context = context_of(shared->options, a->path);
    context_read_name(&context, a->path);
    context.scratch = scratch;
    a->kind = AUDITED_MODULE;
    a->modules = xcalloc(1, sizeof *a->modules);
    if (elf_open(&image, scratch, bytes.bytes, bytes.size, e) < 0)
        return err_wrap(e, "%s", a->path);
    if (context.explain || context.details)
        inside_read(&context, scratch, &image, a->path);
    AUTO(map) struct map siblings = {0};
    context.siblings = &siblings;
    if (siblings_find(&siblings, &image, a->path, e) < 0 ||
        audit_module(&image, &context, a->modules, e) < 0) {
        audit_report_release(a->modules);
        return -1;
    }
    a->module_count = 1;
    audited_conclude(a);
    return 0;
}

static int audit_linked(
    struct audited *a, struct view bytes, const struct audit_shared *shared, struct err *e)
{
    struct workspace *workspace = workspace_take(shared->workspace_pool);
    int status = judge_linked(a, bytes, shared, &workspace->arena, e);
    workspace_give(shared->workspace_pool, workspace);
    return status;
}

static const struct arch *arch_of_first(const struct archive_facts *facts)
{
    for (size_t i = 0; i < facts->count; i++)
        if (facts->objects[i].is_elf && facts->objects[i].arch)
            return facts->objects[i].arch;
    return NULL;
}

static int audit_objects(
    struct audited *a, struct view bytes, const struct audit_shared *shared, struct err *e)
{
    AUTO(arena) struct arena scratch = {0};
    struct archive_facts facts;
    if (archive_facts_read(&facts, &scratch, a->path, bytes.bytes, bytes.size, e) < 0)
        return -1;
    struct audit_context context = context_of(shared->options, a->path);
    struct check c = {
        .context = &context,
        .platform = platform_for(context.target, context.target_count, arch_of_first(&facts), LIBC_ANY),
        .archive = &facts,
        .report = &a->whole,
        .scratch = &scratch,
    };
    a->kind = facts.is_archive ? AUDITED_ARCHIVE : AUDITED_OBJECT;
    a->members = facts.is_archive ? facts.count : 0;
    a->whole.subject = a->path;
    run_rules(&c, SCOPE_OBJECT);
    audited_conclude(a);
    return 0;
}

static int audit_as(struct audited *a, enum looks looks, struct view bytes, bool named,
    const struct audit_shared *shared, struct err *e)
{
    switch (looks) {
    case LOOKS_WHEEL:
        return audit_wheel(a, &bytes, named, shared, e);
    case LOOKS_LINKED:
        return audit_linked(a, bytes, shared, e);
    case LOOKS_OBJECT:
    case LOOKS_ARCHIVE:
        return audit_objects(a, bytes, shared, e);
    case LOOKS_CUT:
        return err_set(e, ERR_DAMAGED, "%s: an ELF file that is cut short, or of an unknown kind", a->path);
    case LOOKS_FOREIGN:
        break;
    }
    return err_set(e, ERR_ENVIRONMENT,
        "%s: neither a wheel, a linked ELF file (a module, a library, a program), a static archive nor an "
        "object",
        a->path);
}

int audit_view(struct audited *a, const char *path, const struct view *view, bool named,
    const struct audit_shared *shared, struct err *e)
{
    a->path = arena_strdup(&a->whole.arena, path);
    a->size = view->size;
    enum looks looks = look_at(path, view->bytes, view->size);
    if (!named && looks == LOOKS_LINKED && is_debug_name(path))
        return SUBJECT_FOREIGN; /* nobody loads it */
    if (!named && (looks == LOOKS_FOREIGN || (looks == LOOKS_CUT && !is_shared_name(path))))
        return SUBJECT_FOREIGN;
    return audit_as(a, looks, *view, named, shared, e);
}

/* One file that is named, in a window of its own. */
static int judge_named(struct audited *a, const char *path, const struct audit_shared *shared, struct err *e)
{
    uint64_t size;
    AUTO_CLOSE int fd = -1;
    int found = audit_open(path, true, &fd, &size, e);
    if (found != SUBJECT_FILE)
        return found < 0 ? -1 : err_set(e, ERR_ENVIRONMENT, "%s: is a folder", path);
    struct window window = {0};
    struct view view;
    int status = window_map(&window, &view, fd, size, path, e);
    if (status == 0)
        status = audit_view(a, path, &view, true, shared, e);
    view_release(&view);
    window_release(&window);
    return status;
}

int audit_file(struct audited *a, const char *path, const struct audit_options *options, struct err *e)
{
    struct audit_shared shared;
    struct err why = ERR_INIT;
    *a = (struct audited){0};
    audit_shared_init(&shared, options);
    int status = judge_named(a, path, &shared, &why);
    audit_shared_release(&shared);
    if (status == 0)
        return 0;
    audited_release(a);
    return err_move(e, &why);
}

int audit_bytes(struct audited *a, const char *path, const void *bytes, size_t size,
    const struct audit_options *options, struct err *e)
{
    struct audit_shared shared;
    struct err why = ERR_INIT;
    *a = (struct audited){.size = size};
    a->path = arena_strdup(&a->whole.arena, path);
    audit_shared_init(&shared, options);
    int status =
        audit_as(a, look_at(path, bytes, size), (struct view){bytes, size, false}, true, &shared, &why);
    audit_shared_release(&shared);
    if (status == 0)
        return 0;
    audited_release(a);
    return err_move(e, &why);
}
