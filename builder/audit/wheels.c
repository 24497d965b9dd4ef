#include "audit/wheels.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "audit/internal.h"
#include "base/alloc.h"
#include "audit/rules.h"
#include "base/cleanup.h"
#include "elf/ar.h"
#include "sys/path.h"

/* "cp311" says 11; "cp3" and "py3" say nothing. */
static int minor_of_tag(const char *tag)
{
    return str_starts(tag, "cp3") ? atoi(tag + 3) : 0;
}

void wheel_read_claim(const struct wheel *w, struct wheel_claim *claim)
{
    *claim = (struct wheel_claim){0};
    if (!w->named)
        return;
    for (size_t i = 0; i < w->name.platform.len; i++) {
        struct platform p;
        if (platform_find(&p, w->name.platform.items[i]) &&
            (!claim->has_platform || platform_compare(&p, &claim->platform) < 0)) {
            claim->platform = p;
            claim->has_platform = true;
        }
    }
    int minor = w->name.python.len == 1 ? minor_of_tag(w->name.python.items[0]) : 0;
    for (size_t i = 0; i < w->name.abi.len; i++) {
        const char *abi = w->name.abi.items[i];
        if (str_starts(abi, "abi3")) /* abi3t as well: PEP 803 */
            claim->abi3_minor = minor;
        else if (str_starts(abi, "cp3"))
            claim->python_minor = minor;
        claim->free_threaded |= (str_starts(abi, "cp3") || str_starts(abi, "abi3")) && str_ends(abi, "t");
    }
}

struct job {
    struct wheel *wheel;
    struct audit_context context; /* without subject */
    size_t *order;                /* members, largest first, so that threads end together */
    atomic_size_t next;
    struct audit_report **reports; /* by member; NULL for those that are no ELF */
    char **damage;                 /* by member; or NULL */
    bool *is_object;
    pthread_mutex_t lock;
    VEC(struct wheel_problem) problems; /* of members; behind the lock */
};

static void judge_linked(struct job *job, size_t i, struct slice bytes)
{
    const char *name = job->wheel->zip.members[i].name;
    struct audit_context context = job->context;
    context.subject = context.wheel_path = name;
    AUTO(arena) struct arena arena = {0};
    struct err e = ERR_INIT;
    struct elf_image image;
    struct audit_report *report = xcalloc(1, sizeof *report);
    if (elf_open(&image, &arena, bytes.ptr, bytes.len, &e) < 0 ||
        audit_module(&image, &context, report, &e) < 0) {
        free(report);
        job->damage[i] = xstrdup(e.text);
        err_release(&e);
        return;
    }
    job->reports[i] = report;
}

static void judge_member(struct job *job, size_t i, struct zip_scratch *scratch)
{
    struct slice bytes;
    struct wheel_problem problem;
    if (wheel_check_member(job->wheel, &job->wheel->zip.members[i], scratch, &bytes, &problem) != 0) {
        pthread_mutex_lock(&job->lock);
        vec_push(&job->problems, problem);
        pthread_mutex_unlock(&job->lock);
    }
    if (!bytes.ptr)
        return;
    switch (elf_identify(bytes.ptr, bytes.len)) {
    case ELF_KIND_LINKED:
        judge_linked(job, i, bytes);
        break;
    case ELF_KIND_OBJECT:
        job->is_object[i] = true;
        break;
    case ELF_KIND_OTHER:
        job->damage[i] = xstrdup("an ELF file of an unknown type");
        break;
    case ELF_KIND_NONE:
        job->is_object[i] = ar_is_archive(bytes.ptr, bytes.len);
        break;
    }
}

static void *run_job(void *arg)
{
    struct job *job = arg;
    AUTO(zip_scratch) struct zip_scratch scratch = {0};
    for (size_t k; (k = atomic_fetch_add(&job->next, 1)) < job->wheel->zip.len;)
        judge_member(job, job->order[k], &scratch);
    return NULL;
}

static int larger_first(const void *a, const void *b, void *arg)
{
    const struct zip_member *members = arg;
    uint64_t x = members[*(const size_t *)a].plain_bytes, y = members[*(const size_t *)b].plain_bytes;
    if (x != y)
        return x > y ? -1 : 1;
    return *(const size_t *)a < *(const size_t *)b ? -1 : 1;
}

enum { THREADS_MAX = 64 };

static void run_threads(struct job *job, unsigned jobs)
{
    size_t len = job->wheel->zip.len;
    unsigned threads = jobs < 1 ? 1 : jobs > THREADS_MAX ? THREADS_MAX : jobs, started = 0;
    pthread_t ids[THREADS_MAX];
    for (size_t i = 0; i < len; i++)
        job->order[i] = i;
    if (len)
        qsort_r(job->order, len, sizeof *job->order, larger_first, job->wheel->zip.members);
    /* Where the machine gives no thread, this one does the work. */
    while (
        started + 1 < threads && started + 1 < len && pthread_create(&ids[started], NULL, run_job, job) == 0)
        started++;
    run_job(job);
    for (unsigned i = 0; i < started; i++)
        pthread_join(ids[i], NULL);
}

static int by_path(const void *a, const void *b)
{
    return strcmp(((const struct audit_report *)a)->subject, ((const struct audit_report *)b)->subject);
}

static int by_subject(const void *a, const void *b)
{
    const struct wheel_problem *x = a, *y = b;
    int order = strcmp(x->subject, y->subject);
    return order ? order : strcmp(x->message, y->message);
}

static void take_members(struct audit_report *report, struct job *job)
{
    size_t len = job->wheel->zip.len, count = 0;
    for (size_t i = 0; i < len; i++)
        count += job->reports[i] != NULL;
    report->members = arena_alloc(&report->arena, count * sizeof *report->members);
    for (size_t i = 0; i < len; i++)
        if (job->reports[i]) {
            report->members[report->member_count++] = *job->reports[i];
            free(job->reports[i]);
        }
    if (count)
        qsort(report->members, count, sizeof *report->members, by_path);
}

/* A wheel earns what holds for all its files: the newest of what they earn. */
static void join_members(struct audit_report *report)
{
    for (size_t i = 0; i < report->member_count; i++) {
        const struct audit_report *m = &report->members[i];
        report->errors += m->errors;
        report->warnings += m->warnings;
        report->notes += m->notes;
        report->holds &= m->holds;
        if (!i) {
            report->arch = m->arch;
            report->has_earned = m->has_earned;
            report->earned = m->earned;
            report->machine = m->machine;
            continue;
        }
        if (m->arch != report->arch)
            report->arch = NULL;
        report->has_earned &= m->has_earned && m->arch == report->arch;
        if (report->has_earned && platform_compare(&m->earned, &report->earned) > 0)
            report->earned = m->earned;
    }
}

static void judge_whole(struct audit_report *report, struct job *job, const struct audit_context *context)
{
    AUTO(arena) struct arena scratch = {0};
    struct wheel *w = job->wheel;
    size_t len = w->zip.len;
    if (job->problems.len)
        qsort(job->problems.items, job->problems.len, sizeof *job->problems.items, by_subject);
    struct wheel_problem *problems =
        arena_alloc(&scratch, (w->problems_len + job->problems.len) * sizeof *problems);
    const char **damaged = arena_alloc(&scratch, len * sizeof *damaged),
               **objects = arena_alloc(&scratch, len * sizeof *objects);
    struct wheel_facts facts = {.wheel = w,
        .members = report->members,
        .member_count = report->member_count,
        .problems = problems,
        .damaged = damaged,
        .objects = objects};
    for (size_t i = 0; i < w->problems_len; i++)
        problems[facts.problem_count++] = w->problems[i];
    vec_each (&job->problems, p)
        problems[facts.problem_count++] = *p;
    for (size_t i = 0; i < len; i++) {
        if (job->damage[i])
            damaged[facts.damaged_count++] =
                arena_strf(&scratch, "%s: %s", w->zip.members[i].name, job->damage[i]);
        if (job->is_object[i])
            objects[facts.object_count++] = w->zip.members[i].name;
    }
    struct check c = {.context = context,
        .platform = job->context.target ? job->context.target : job->context.claimed,
        .wheel = &facts,
        .report = report,
        .scratch = &scratch};
    run_rules(&c, SCOPE_WHEEL);
}

int audit_wheel_file(struct wheel *wheel, const struct audit_context *context, unsigned jobs,
    struct audit_report *report, struct err *e)
{
    (void)e;
    static char here;
    *report = (struct audit_report){.role = AUDIT_WHEEL, .holds = true, .machine = "no machine"};
    report->subject = arena_strdup(&report->arena, context->subject);
    struct wheel_claim claim;
    wheel_read_claim(wheel, &claim);
    report->has_claimed = claim.has_platform;
    report->claimed = claim.platform;

    AUTO(map) struct map siblings = {0};
    for (size_t i = 0; i < wheel->zip.len; i++)
        map_set(&siblings, path_base(wheel->zip.members[i].name), &here);
    struct job job = {.wheel = wheel, .context = *context};
    job.context.claimed = claim.has_platform ? &report->claimed : NULL;
    job.context.python_minor = claim.python_minor;
    job.context.abi3_minor = claim.abi3_minor;
    job.context.free_threaded = claim.free_threaded;
    job.context.siblings = &siblings;
    job.context.keep_exports = true;
    AUTO(arena) struct arena scratch = {0};
    job.order = arena_alloc(&scratch, wheel->zip.len * sizeof *job.order);
    job.reports = arena_alloc(&scratch, wheel->zip.len * sizeof *job.reports);
    job.damage = arena_alloc(&scratch, wheel->zip.len * sizeof *job.damage);
    job.is_object = arena_alloc(&scratch, wheel->zip.len * sizeof *job.is_object);
    pthread_mutex_init(&job.lock, NULL);
    run_threads(&job, jobs);
    pthread_mutex_destroy(&job.lock);

    take_members(report, &job);
    judge_whole(report, &job, context);
    join_members(report);
    for (size_t i = 0; i < wheel->zip.len; i++)
        free(job.damage[i]);
    vec_each (&job.problems, p)
        wheel_problem_release(p);
    vec_release(&job.problems);
    return 0;
}
