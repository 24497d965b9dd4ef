/* What importing costs: pairs of processes, with and without, until the difference is known well enough.
 * */
#include "footprint/imports.h"

#include <linux/magic.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/vfs.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/map.h"
#include "footprint/driver.h"
#include "footprint/loader_statistics.h"
#include "footprint/own_pages.h"
#include "sys/clock.h"
#include "sys/path.h"

static const struct {
    const char *name, *title;
    enum figure_unit unit;
} figures[FIGURES] = {
    [FIGURE_IMPORT_MS] = {"import_ms", "import time", UNIT_MS},
    [FIGURE_IMPORT_CPU_MS] = {"import_cpu_ms", "of it, processor time", UNIT_MS},
    [FIGURE_READY_MS] = {"ready_ms", "start to ready", UNIT_MS},
    [FIGURE_VIRT] = {"virt", "addresses (VIRT)", UNIT_BYTES},
    [FIGURE_RSS] = {"rss", "present (RSS)", UNIT_BYTES},
    [FIGURE_PSS] = {"pss", "its share (PSS)", UNIT_BYTES},
    [FIGURE_USS] = {"uss", "its own (USS)", UNIT_BYTES},
    [FIGURE_SWAP] = {"swap", "swapped", UNIT_BYTES},
    [FIGURE_PRIVATE_CLEAN] = {"private_clean", "private clean", UNIT_BYTES},
    [FIGURE_PRIVATE_DIRTY] = {"private_dirty", "private dirty", UNIT_BYTES},
    [FIGURE_SHARED_CLEAN] = {"shared_clean", "shared clean", UNIT_BYTES},
    [FIGURE_SHARED_DIRTY] = {"shared_dirty", "shared dirty", UNIT_BYTES},
    [FIGURE_WRITTEN] = {"written", "relro and data written to", UNIT_BYTES},
    [FIGURE_PAGE_TABLES] = {"page_tables", "page tables", UNIT_BYTES},
    [FIGURE_MINOR_FAULTS] = {"minor_faults", "minor page faults", UNIT_COUNT},
    [FIGURE_MAJOR_FAULTS] = {"major_faults", "major page faults", UNIT_COUNT},
    [FIGURE_MAPPINGS] = {"mappings", "mappings", UNIT_COUNT},
    [FIGURE_LIBRARIES] = {"libraries", "libraries mapped", UNIT_COUNT},
    [FIGURE_OPEN_FILES] = {"open_files", "open files", UNIT_COUNT},
    [FIGURE_LOOKUPS] = {"lookups", "symbol look-ups", UNIT_COUNT},
    [FIGURE_LOADER_CYCLES] = {"loader_cycles", "loader before main, cycles", UNIT_COUNT},
};

enum { RUNS_LEAST = 5 };

const char *figure_name(enum figure figure)
{
    return figures[figure].name;
}

const char *figure_title(enum figure figure)
{
    return figures[figure].title;
}

enum figure_unit figure_unit(enum figure figure)
{
    return figures[figure].unit;
}

struct measuring {
    struct import_measurement *m;
    const struct import_request *r;
    struct strvec none;
    size_t done, all;
};

static const struct strvec *names_of(const struct measuring *g, const struct subject_runs *s)
{
    return s->subject ? &s->subject->names : &g->none;
}

static struct driver_request request_for(
    const struct measuring *g, const struct subject_runs *s, const char *loader_log)
{
    return (struct driver_request){.python = g->r->python,
        .mode = DRIVER_IMPORT,
        .site = s->subject ? s->subject->site : NULL,
        .names = names_of(g, s),
        .scratch = g->r->scratch,
        .loader_log = loader_log};
}

/* The module that was meant, and not another of its name, must have been imported. */
static int check_places(const struct subject *subject, const struct driver_stop *stop, struct err *e)
{
    if (!subject || !subject->site)
        return 0;
    AUTO_FREE char *real = realpath(subject->site, NULL);
    for (size_t i = 0; i < stop->places.len; i++) {
        const char *place = stop->places.items[i];
        AUTO_FREE char *real_place = *place ? realpath(place, NULL) : NULL;
        size_t len = real ? strlen(real) : 0;
        if (real_place && (!real || strncmp(real_place, real, len) != 0 || real_place[len] != '/'))
            return err_set(e, ERR_ENVIRONMENT, "%s was imported from %s, not from %s",
                i < subject->names.len ? subject->names.items[i] : "a module", place, subject->label);
    }
    return 0;
}

static void keep_figures(
    struct import_run *run, const struct sample *s, const struct driver_stop *stop, double ready_seconds)
{
    double *f = run->figures;
    static const enum memory_field fields[] = {[FIGURE_VIRT] = MEMORY_VIRT,
        [FIGURE_RSS] = MEMORY_RSS,
        [FIGURE_PSS] = MEMORY_PSS,
        [FIGURE_USS] = MEMORY_USS,
        [FIGURE_SWAP] = MEMORY_SWAP,
        [FIGURE_PRIVATE_CLEAN] = MEMORY_PRIVATE_CLEAN,
        [FIGURE_PRIVATE_DIRTY] = MEMORY_PRIVATE_DIRTY,
        [FIGURE_SHARED_CLEAN] = MEMORY_SHARED_CLEAN,
        [FIGURE_SHARED_DIRTY] = MEMORY_SHARED_DIRTY};
    for (int i = FIGURE_VIRT; i <= FIGURE_SHARED_DIRTY; i++)
        f[i] = (double)memory_field(&s->total, fields[i]);
    f[FIGURE_IMPORT_MS] = stop->seconds * 1000;
    f[FIGURE_IMPORT_CPU_MS] = stop->cpu_seconds * 1000;
    f[FIGURE_READY_MS] = ready_seconds * 1000;
    f[FIGURE_WRITTEN] = (double)(s->kinds[REGION_RELRO].anonymous + s->kinds[REGION_DATA].anonymous);
    f[FIGURE_PAGE_TABLES] = (double)s->page_tables;
    f[FIGURE_MINOR_FAULTS] = (double)s->minor_faults;
    f[FIGURE_MAJOR_FAULTS] = (double)s->major_faults;
    f[FIGURE_MAPPINGS] = (double)s->mapping_count;
    f[FIGURE_LIBRARIES] = (double)s->libraries;
    f[FIGURE_OPEN_FILES] = s->open_files < 0 ? NAN : (double)s->open_files;
    f[FIGURE_LOOKUPS] = f[FIGURE_LOADER_CYCLES] = NAN;
    memcpy(run->kinds, s->kinds, sizeof run->kinds);
    memcpy(run->roles, s->roles, sizeof run->roles);
}

static struct file_runs *file_row(struct measuring *g, struct subject_runs *s, const struct mapped_file *f)
{
    vec_each (&s->files, row)
        if (strcmp(row->name, f->name) == 0)
            return row;
    struct arena *a = &g->m->arena;
    vec_push(&s->files, ((struct file_runs){arena_strdup(a, f->name), f->role,
                            arena_alloc(a, g->m->runs * sizeof(struct memory))}));
    return &s->files.items[s->files.len - 1];
}

static void keep_files(
    struct measuring *g, struct subject_runs *s, const struct sample *sample, size_t number)
{
    for (size_t i = 0; i < sample->file_count; i++)
        memory_add(&file_row(g, s, &sample->files[i])->runs[number], &sample->files[i].total);
}

static int sample_stopped(struct sample *sample, pid_t pid, struct err *e)
{
    struct watched w;
    if (watched_open(&w, "/proc", pid, e) < 0)
        return -1;
    int status = sample_take(sample, &w, SAMPLE_ALL, e);
    watched_release(&w);
    return status;
}

/* number is -1 for the start that warms the caches. */
static int start_once(struct measuring *g, struct subject_runs *s, long number, struct err *e)
{
    struct driver_request request = request_for(g, s, NULL);
    struct driver d;
    struct driver_stop stop;
    struct sample sample;
    int64_t begin = clock_monotonic_ns();
    if (driver_start(&d, &request, e) < 0)
        return -1;
    int status = driver_wait(&d, &stop, 1, e);
    double ready = (double)(clock_monotonic_ns() - begin) / 1e9;
    if (status == 0) {
        status = check_places(s->subject, &stop, e);
        if (status == 0 && (status = sample_stopped(&sample, stop.pid, e)) == 0) {
            if (number >= 0) {
                keep_figures(&s->runs[number], &sample, &stop, ready);
                keep_files(g, s, &sample, (size_t)number);
                s->run_count = (size_t)number + 1;
            }
            sample_release(&s->last);
            s->last = sample;
        }
        driver_stop_release(&stop);
    }
    driver_end(&d);
    return status;
}

/* The loader writes its statistics when the program ends, so these runs do. */
static int ask_loader(struct measuring *g, struct subject_runs *s, struct err *e)
{
    AUTO_FREE char *log = xstrf("%s/loader", g->r->scratch);
    struct driver_request request = request_for(g, s, log);
    struct driver d;
    struct driver_stop stop;
    struct loader_statistics told;
    if (driver_start(&d, &request, e) < 0)
        return -1;
    pid_t pid = d.pid;
    if (driver_wait(&d, &stop, 1, e) < 0) {
        driver_end(&d);
        return -1;
    }
    driver_stop_release(&stop);
    driver_resume(pid);
    if (driver_finish(&d, e) < 0)
        return -1;
    AUTO_FREE char *path = xstrf("%s.%d", log, (int)pid);
    if (loader_statistics_read(&told, path)) {
        s->loader[0][s->loader_count] = (double)told.lookups;
        s->loader[1][s->loader_count++] = (double)told.startup_cycles;
    }
    return 0;
}

static bool is_of_baseline(const struct import_measurement *m, const char *name)
{
    vec_each (&m->subjects[SUBJECT_ALONE].files, f)
        if (strcmp(f->name, name) == 0)
            return true;
    return false;
}

/* What the files tell that the interpreter alone does not map. */
static void read_added(const struct import_measurement *m, struct subject_runs *s)
{
    for (size_t i = 0; i < s->last.file_count; i++) {
        const struct mapped_file *f = &s->last.files[i];
        struct module_footprint module;
        AUTO(err) struct err ignored = ERR_INIT;
        if (!f->is_object || is_of_baseline(m, f->name))
            continue;
        s->added.objects++;
        if (f->deleted || module_footprint_read(&module, f->name, NULL, &ignored) < 0) {
            s->added.unread++;
            continue;
        }
        s->added.file_bytes += module.size;
        for (size_t k = 0; k < module.relocation_count; k++)
            s->added.relocations[module.relocations[k].class] += module.relocations[k].count;
        s->added.pages_written +=
            module.pages.relro_written + module.pages.data_written + module.pages.code_written;
        s->added.constructors += module.constructors;
        s->added.tls_size += module.tls_size;
        module_footprint_release(&module);
    }
}

static int run_all(struct measuring *g, struct err *e)
{
    struct import_measurement *m = g->m;
    g->all = (m->runs + 1 + LOADER_RUNS) * m->subject_count;
    for (long number = -1; number < (long)m->runs; number++)
        for (size_t i = 0; i < m->subject_count; i++) {
            own_pages_let_go();
            if (start_once(g, &m->subjects[i], number, e) < 0)
                return -1;
            if (g->r->progress)
                g->r->progress(g->r->arg, ++g->done, g->all);
        }
    for (int number = 0; number < LOADER_RUNS; number++)
        for (size_t i = 0; i < m->subject_count; i++) {
            if (ask_loader(g, &m->subjects[i], e) < 0)
                return -1;
            if (g->r->progress)
                g->r->progress(g->r->arg, ++g->done, g->all);
        }
    for (size_t i = SUBJECT_MEASURED; i < m->subject_count; i++)
        read_added(m, &m->subjects[i]);
    return 0;
}

/* Pages of a file system in memory are dirty by nature. */
static const char *remark_on(const struct import_request *r)
{
    struct statfs fs;
    bool in_memory = statfs(r->scratch, &fs) == 0 && fs.f_type == TMPFS_MAGIC;
    if (r->runs < RUNS_LEAST)
        return "too few starts to tell a difference from noise: 5 of each at least (--runs)";
    if (in_memory)
        return "the cache folder is in memory (tmpfs): clean pages of what is installed there count as "
               "dirty; "
               "STATICBUILD_CACHE names another";
    return NULL;
}

int import_measure(struct import_measurement *m, const struct import_request *r, struct err *e)
{
    *m = (struct import_measurement){.runs = r->runs, .subject_count = r->against ? 3 : 2};
    m->python = arena_strdup(&m->arena, r->python);
    m->version = arena_strdup(&m->arena, r->version);
    m->remark = remark_on(r);
    m->subjects[SUBJECT_ALONE].label = "the interpreter alone";
    m->subjects[SUBJECT_MEASURED].subject = r->measured;
    m->subjects[SUBJECT_AGAINST].subject = r->against;
    for (size_t i = 0; i < m->subject_count; i++) {
        struct subject_runs *s = &m->subjects[i];
        s->runs = arena_alloc(&m->arena, m->runs * sizeof *s->runs);
        if (s->subject)
            s->label = arena_strdup(&m->arena, s->subject->label);
    }
    struct measuring g = {.m = m, .r = r};
    if (run_all(&g, e) == 0)
        return 0;
    import_measurement_release(m);
    return -1;
}

void import_measurement_release(struct import_measurement *m)
{
    for (size_t i = 0; i < SUBJECTS_MOST; i++) {
        vec_release(&m->subjects[i].files);
        sample_release(&m->subjects[i].last);
    }
    arena_release(&m->arena);
}

size_t subject_figure(const struct subject_runs *s, enum figure figure, double *out)
{
    size_t count = 0;
    if (figure == FIGURE_LOOKUPS || figure == FIGURE_LOADER_CYCLES) {
        memcpy(out, s->loader[figure - FIGURE_LOOKUPS], s->loader_count * sizeof *out);
        return s->loader_count;
    }
    for (size_t i = 0; i < s->run_count; i++)
        if (!isnan(s->runs[i].figures[figure]))
            out[count++] = s->runs[i].figures[figure];
    return count;
}

size_t subject_kind(const struct subject_runs *s, enum region_kind kind, enum memory_field field, double *out)
{
    for (size_t i = 0; i < s->run_count; i++)
        out[i] = (double)memory_field(&s->runs[i].kinds[kind], field);
    return s->run_count;
}

size_t subject_role(const struct subject_runs *s, enum file_role role, enum memory_field field, double *out)
{
    for (size_t i = 0; i < s->run_count; i++)
        out[i] = (double)memory_field(&s->runs[i].roles[role], field);
    return s->run_count;
}

size_t subject_file(
    const struct subject_runs *s, const struct file_runs *f, enum memory_field field, double *out)
{
    for (size_t i = 0; i < s->run_count; i++)
        out[i] = (double)memory_field(&f->runs[i], field);
    return s->run_count;
}
