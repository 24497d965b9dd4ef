#include "audit/files.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "audit/archive_facts.h"
#include "audit/environment.h"
#include "audit/inside.h"
#include "audit/rules.h"
#include "audit/siblings.h"
#include "audit/walk.h"
#include "audit/wheel.h"
#include "audit/wheel_facts.h"
#include "base/alloc.h"
#include "base/cleanup.h"
#include "elf/ar.h"

enum {
    WINDOW = 64, /* files whose results are held together */
    HEAD = 64,    /* bytes that tell what a file is */
};

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

enum opened { OPENED_FOLDER = -2 }; /* instead of a descriptor */

/* Opens what is a regular file, and tells a folder. O_NONBLOCK: opening a FIFO nobody writes to must not
 * hang. */
static int open_regular(const char *path, uint64_t *size, struct err *e)
{
    struct stat st;
    AUTO_CLOSE int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (fd < 0 || fstat(fd, &st) < 0)
        return err_errno(e, ERR_ENVIRONMENT, "%s", path);
    if (S_ISDIR(st.st_mode))
        return OPENED_FOLDER;
    if (!S_ISREG(st.st_mode))
        return err_set(e, ERR_ENVIRONMENT, "%s: is not a regular file", path);
    *size = (uint64_t)st.st_size;
    return steal_fd(&fd);
}

static int audit_linked(struct audited *a, struct view bytes, const struct workshop *shop, struct err *e)
{
    AUTO(arena) struct arena scratch = {0};
    struct elf_image image;
    struct audit_context context = context_of(shop->options, a->path);
    context_read_name(&context, a->path);
    a->kind = AUDITED_MODULE;
    a->modules = xcalloc(1, sizeof *a->modules);
    if (elf_open(&image, &scratch, bytes.bytes, bytes.size, e) < 0)
        return err_wrap(e, "%s", a->path);
    if (context.explain || context.details)
        inside_read(&context, &scratch, &image, a->path);
    AUTO(map) struct map siblings = {0};
    siblings_find(&siblings, &image, a->path);
    context.siblings = &siblings;
    if (audit_module(&image, &context, a->modules, e) < 0) {
        audit_report_release(a->modules);
        return -1;
    }
    a->module_count = 1;
    audited_conclude(a);
    return 0;
}

static int audit_objects(struct audited *a, struct view bytes, const struct workshop *shop, struct err *e)
{
    AUTO(arena) struct arena scratch = {0};
    struct archive_facts facts;
    if (archive_facts_read(&facts, &scratch, a->path, bytes.bytes, bytes.size, e) < 0)
        return -1;
    struct audit_context context = context_of(shop->options, a->path);
    struct check c = {
        .context = &context,
        .platform = context.target,
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

static int audit_as(
    struct audited *a, enum looks looks, struct view bytes, const struct workshop *shop, struct err *e)
{
    switch (looks) {
    case LOOKS_WHEEL:
        return audit_wheel(a, bytes.bytes, bytes.size, shop, e);
    case LOOKS_LINKED:
        return audit_linked(a, bytes, shop, e);
    case LOOKS_OBJECT:
    case LOOKS_ARCHIVE:
        return audit_objects(a, bytes, shop, e);
    case LOOKS_CUT:
        return err_set(
            e, ERR_ENVIRONMENT, "%s: an ELF file that is cut short, or of an unknown kind", a->path);
    case LOOKS_FOREIGN:
        break;
    }
    return err_set(e, ERR_ENVIRONMENT,
        "%s: neither a wheel, a linked ELF file (a module, a library, a program), a static archive nor an "
        "object",
        a->path);
}

/* What audit_one found, where it did not fail. */
enum outcome { OUTCOME_JUDGED, OUTCOME_FOREIGN, OUTCOME_FOLDER };

static int audit_view(
    struct audited *a, const struct view *view, bool named, const struct workshop *shop, struct err *e)
{
    enum looks looks = look_at(a->path, view->bytes, view->size);
    if (!named && (looks == LOOKS_FOREIGN || (looks == LOOKS_CUT && !is_shared_name(a->path))))
        return OUTCOME_FOREIGN;
    return audit_as(a, looks, *view, shop, e);
}

/* Whether a file found in a folder is worth mapping; most there are not, and their first bytes tell. */
static bool is_candidate(const char *path, int fd)
{
    unsigned char head[HEAD];
    if (is_shared_name(path))
        return true;
    ssize_t got = pread(fd, head, sizeof head, 0);
    return got < 0 || look_at(path, head, (size_t)got) != LOOKS_FOREIGN;
}

/* Judges what path names; named: by the user, who wants to hear of everything. Fails with the reason. */
static int audit_one(
    struct audited *a, const char *path, bool named, const struct workshop *shop, struct err *e)
{
    a->path = arena_strdup(&a->whole.arena, path);
    AUTO_CLOSE int fd = open_regular(path, &a->size, e);
    if (fd == OPENED_FOLDER)
        return OUTCOME_FOLDER;
    if (fd < 0)
        return -1;
    if (!named && !is_candidate(path, fd))
        return OUTCOME_FOREIGN;
    struct bench *bench = shelf_take(shop->shelf);
    struct view view;
    int status = window_map(&bench->window, &view, fd, a->size, path, e);
    if (status == 0)
        status = audit_view(a, &view, named, shop, e);
    view_release(&view);
    shelf_give(shop->shelf, bench);
    return status;
}

/* Leaves of a file that could not be judged only its path and the reason. */
static void give_up(struct audited *a, struct err *why)
{
    AUTO_FREE char *path = xstrdup(a->path ? a->path : "");
    audited_release(a);
    a->path = arena_strdup(&a->whole.arena, path);
    err_move(&a->unreadable, why);
}

/* One path in its turn. */
struct turn {
    struct walk_item item;
    struct audited result;
    enum outcome outcome;
};

struct session {
    struct workshop shop;
    struct audit_sink *sink;
    struct turn *turns;
    struct environment environment;
    bool in_environment;
};

static void do_turn(void *arg, size_t i)
{
    struct session *s = arg;
    struct turn *t = &s->turns[i % WINDOW];
    if (t->item.kind != WALK_FILE)
        return;
    struct err why = ERR_INIT;
    int status = audit_one(&t->result, t->item.path, t->item.named, &s->shop, &why);
    if (status < 0)
        give_up(&t->result, &why);
    t->outcome = status < 0 ? OUTCOME_JUDGED : (enum outcome)status;
    if (t->outcome == OUTCOME_JUDGED && s->sink->draw)
        s->sink->draw(&t->result, s->sink->arg);
}

/* Hands over what did not come out of do_turn. */
static int take_now(struct session *s, struct audited *a, struct err *e)
{
    if (s->sink->draw)
        s->sink->draw(a, s->sink->arg);
    return s->sink->take(a, s->sink->arg, e);
}

static int do_turns(struct session *s, struct walk *walk, struct err *e);

/* A folder that was named: everything in it has its turns before what was named after it. */
static int take_folder(struct session *s, const char *path, struct err *e)
{
    struct session inner = {.shop = s->shop, .sink = s->sink, .turns = xcalloc(WINDOW, sizeof *inner.turns)};
    struct walk *walk = walk_folder(path);
    int status = do_turns(&inner, walk, e);
    if (inner.in_environment)
        environment_release(&inner.environment);
    walk_free(walk);
    free(inner.turns);
    return status;
}

static int take_turn(struct session *s, struct turn *t, struct err *e)
{
    struct audited *a = &t->result;
    switch (t->item.kind) {
    case WALK_FILE:
        if (t->outcome == OUTCOME_FOLDER)
            return take_folder(s, t->item.path, e);
        if (t->outcome == OUTCOME_FOREIGN)
            return 0;
        if (s->in_environment)
            environment_add(&s->environment, a);
        return s->sink->take(a, s->sink->arg, e);
    case WALK_UNREAD:
        a->path = arena_strdup(&a->whole.arena, t->item.path);
        err_move(&a->unreadable, &t->item.why);
        return take_now(s, a, e);
    case WALK_ENTER:
        environment_open(&s->environment, t->item.path);
        s->in_environment = true;
        return 0;
    case WALK_LEAVE:
        environment_judge(&s->environment, a, s->shop.options);
        environment_release(&s->environment);
        s->in_environment = false;
        return take_now(s, a, e);
    }
    return 0;
}

static void release_turn(struct turn *t)
{
    free(t->item.path);
    err_release(&t->item.why);
    audited_release(&t->result);
    *t = (struct turn){0};
}

/* Files are found, judged and handed over at the same time; a window of them is held. */
static int do_turns(struct session *s, struct walk *walk, struct err *e)
{
    struct stream *stream = stream_new(s->shop.pool, WINDOW, do_turn, s);
    size_t found = 0, taken = 0;
    int status = 0;
    for (bool more = true; more || taken < found; taken++) {
        while (more && found - taken < WINDOW) {
            more = status == 0 && walk_next(walk, &s->turns[found % WINDOW].item);
            if (!more)
                break;
            stream_add(stream);
            found++;
        }
        if (taken == found)
            break;
        struct turn *t = &s->turns[taken % WINDOW];
        stream_wait(stream, taken);
        if (status == 0)
            status = take_turn(s, t, e);
        release_turn(t);
    }
    stream_free(stream);
    return status;
}

int audit_paths(
    const struct strvec *paths, const struct audit_options *options, struct audit_sink *sink, struct err *e)
{
    struct walk *walk = walk_new(paths, e);
    if (!walk)
        return -1;
    struct session s = {.sink = sink, .turns = xcalloc(WINDOW, sizeof *s.turns)};
    workshop_init(&s.shop, options);
    int status = do_turns(&s, walk, e);
    workshop_release(&s.shop);
    free(s.turns);
    walk_free(walk);
    return status;
}

int audit_file(struct audited *a, const char *path, const struct audit_options *options, struct err *e)
{
    struct workshop shop;
    struct err why = ERR_INIT;
    *a = (struct audited){0};
    workshop_init(&shop, options);
    int status = audit_one(a, path, true, &shop, &why);
    workshop_release(&shop);
    if (status == OUTCOME_FOLDER)
        err_set(&why, ERR_ENVIRONMENT, "%s: is a folder", path);
    if (status == OUTCOME_JUDGED)
        return 0;
    audited_release(a);
    return err_move(e, &why);
}

int audit_bytes(struct audited *a, const char *path, const void *bytes, size_t size,
    const struct audit_options *options, struct err *e)
{
    struct workshop shop;
    struct err why = ERR_INIT;
    *a = (struct audited){.size = size};
    a->path = arena_strdup(&a->whole.arena, path);
    workshop_init(&shop, options);
    int status = audit_as(a, look_at(path, bytes, size), (struct view){bytes, size, false}, &shop, &why);
    workshop_release(&shop);
    if (status == 0)
        return 0;
    audited_release(a);
    return err_move(e, &why);
}
