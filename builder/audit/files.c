#include "audit/files.h"

#include <pthread.h>
#include <string.h>

#include "audit/objects.h"
#include "audit/wheels.h"
#include "base/alloc.h"
#include "base/cleanup.h"
#include "elf/ar.h"
#include "sys/fs.h"

enum { WINDOW = 256, THREADS_MAX = 64 };

struct slot {
    bool done;
    enum audit_outcome outcome;
    struct audit_report report;
    struct err error;
};

struct run {
    const char *const *paths;
    size_t len;
    const struct audit_context *context;
    unsigned wheel_jobs;
    size_t member_limit;
    audit_visitor *visit;
    void *arg;
    pthread_mutex_t lock;
    pthread_cond_t room; /* the window has moved */
    size_t next;         /* path to take */
    size_t told;         /* paths that visit was called for */
    bool telling;        /* a thread is in visit */
    struct slot *slots;  /* of path i: slots[i % WINDOW] */
};

enum audit_outcome audit_bytes(const void *bytes, size_t size, const struct audit_context *context,
    struct audit_report *report, struct err *e)
{
    enum elf_kind kind = elf_identify(bytes, size);
    int status;
    if (kind == ELF_KIND_LINKED) {
        AUTO(arena) struct arena arena = {0};
        struct elf_image image;
        status = elf_open(&image, &arena, bytes, size, e);
        if (status < 0)
            err_wrap(e, "%s", context->subject);
        else
            status = audit_module(&image, context, report, e);
    } else if (kind == ELF_KIND_OBJECT || ar_is_archive(bytes, size)) {
        status = audit_objects(bytes, size, context, report, e);
    } else if (kind == ELF_KIND_OTHER) {
        status = err_set(
            e, ERR_ENVIRONMENT, "%s: a core dump, or an ELF file of an unknown type", context->subject);
    } else {
        return AUDIT_OTHER;
    }
    return status < 0 ? AUDIT_UNREADABLE : AUDIT_JUDGED;
}

static enum audit_outcome judge_wheel(
    struct run *run, const char *path, const struct audit_context *context, struct slot *slot)
{
    AUTO(wheel) struct wheel wheel = {0};
    if (wheel_open(&wheel, path, run->member_limit, &slot->error) < 0 ||
        audit_wheel_file(&wheel, context, run->wheel_jobs, &slot->report, &slot->error) < 0)
        return AUDIT_UNREADABLE;
    return AUDIT_JUDGED;
}

static enum audit_outcome judge_path(struct run *run, const char *path, struct slot *slot)
{
    struct audit_context context = *run->context;
    context.subject = path;
    if (str_ends(path, ".whl"))
        return judge_wheel(run, path, &context, slot);
    struct mapping file;
    if (mapping_open(&file, path, &slot->error) < 0)
        return AUDIT_UNREADABLE;
    enum audit_outcome outcome = audit_bytes(file.bytes, file.size, &context, &slot->report, &slot->error);
    mapping_release(&file);
    return outcome;
}

/* Calls visit for everything that is done and whose turn it is. Called and left with the lock held. */
static void tell(struct run *run)
{
    while (!run->telling && run->told < run->len && run->slots[run->told % WINDOW].done) {
        size_t index = run->told;
        struct slot slot = run->slots[index % WINDOW];
        run->telling = true;
        pthread_mutex_unlock(&run->lock);
        struct audit_visit visit = {index, run->paths[index], slot.outcome, &slot.report, &slot.error};
        run->visit(run->arg, &visit);
        audit_report_release(&slot.report);
        err_release(&slot.error);
        pthread_mutex_lock(&run->lock);
        run->slots[index % WINDOW] = (struct slot){0};
        run->telling = false;
        run->told++;
        pthread_cond_broadcast(&run->room);
    }
}

static void *work(void *arg)
{
    struct run *run = arg;
    pthread_mutex_lock(&run->lock);
    while (run->next < run->len) {
        if (run->next - run->told >= WINDOW) {
            pthread_cond_wait(&run->room, &run->lock);
            continue;
        }
        size_t index = run->next++;
        pthread_mutex_unlock(&run->lock);
        struct slot slot = {.done = true};
        slot.outcome = judge_path(run, run->paths[index], &slot);
        pthread_mutex_lock(&run->lock);
        run->slots[index % WINDOW] = slot;
        tell(run);
    }
    pthread_mutex_unlock(&run->lock);
    return NULL;
}

void audit_paths(const char *const *paths, size_t len, const struct audit_context *context, unsigned jobs,
    size_t member_limit, audit_visitor *visit, void *arg)
{
    struct run run = {
        .paths = paths,
        .len = len,
        .context = context,
        .wheel_jobs = len == 1 ? jobs : 1,
        .member_limit = member_limit,
        .visit = visit,
        .arg = arg,
        .slots = xcalloc(WINDOW, sizeof *run.slots),
    };
    pthread_mutex_init(&run.lock, NULL);
    pthread_cond_init(&run.room, NULL);
    pthread_t ids[THREADS_MAX];
    unsigned started = 0;
    while (started + 1 < jobs && started + 1 < len && started < THREADS_MAX &&
           pthread_create(&ids[started], NULL, work, &run) == 0)
        started++;
    work(&run);
    for (unsigned i = 0; i < started; i++)
        pthread_join(ids[i], NULL);
    pthread_cond_destroy(&run.room);
    pthread_mutex_destroy(&run.lock);
    free(run.slots);
}
