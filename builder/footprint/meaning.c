/* The sentences that say what a footprint means, and the glossary of its words. */
#include "footprint/meaning.h"

#include <math.h>

#include "footprint/compare.h"

static const struct footprint_word words[] = {
    {"Addresses (VIRT)",
        "What a process may use: numbers that were handed out. They cost nothing until they are "
        "touched, so that a program of many addresses can be a small one."},
    {"Present (RSS)",
        "Of these, what is in memory now. A page that ten processes share is counted in each of them."},
    {"Share (PSS)",
        "The same with each page divided by the number of those who have it: shares of all processes add "
        "up to what the machine really uses."},
    {"Own (USS)",
        "Pages that nobody else has: what would be free if the process ended, and what each further "
        "process of the kind takes."},
    {"Private dirty", "Own pages that were written to. They are on no disk: only swap could take them."},
    {"Private clean",
        "Own pages that are as they stand in a file: the kernel can drop them and read them again."},
    {"Shared clean", "Pages of files that others have mapped too, such as the code of a library."},
    {"Shared dirty",
        "Written pages that a fork left to several processes. The first that writes to one gets a copy."},
    {"Relro",
        "Tables of addresses in a library that the loader fills in and then protects: written once in every "
        "process, so never shared but by a fork."},
    {"Relocation", "A place in a file where the loader writes an address when it loads it."},
    {"Arena",
        "Where the C library keeps what a thread allocates: 64 MiB of addresses each, mostly never touched."},
    {"Minor fault", "The first touch of a page that needs no disk."},
};

const struct footprint_word *footprint_word_at(size_t i)
{
    return i < COUNT(words) ? &words[i] : NULL;
}

static double megabytes(uint64_t bytes)
{
    return (double)bytes / 1e6;
}

void module_meaning(struct strvec *out, const struct module_footprint *m)
{
    uint64_t written = m->pages.relro_written + m->pages.data_written + m->pages.code_written;
    strvec_pushf(out,
        "Every process that loads it writes to %llu page%s of it (%.2f MB), which no other process can "
        "share; the "
        "other %.2f MB are the file's own pages, in memory once for all.",
        (unsigned long long)written, written == 1 ? "" : "s", megabytes(written * MODULE_PAGE),
        megabytes(m->memory > written * MODULE_PAGE ? m->memory - written * MODULE_PAGE : 0));
    if (m->lookups)
        strvec_pushf(out, "The loader looks up %llu name%s%s.", (unsigned long long)m->lookups,
            m->lookups == 1 ? "" : "s",
            m->bind_now ? " when it is loaded" : ", those of functions when they are first called");
}

void process_meaning(struct strvec *out, const struct process_view *v)
{
    const struct memory *m = &v->sample.total;
    strvec_pushf(out,
        "Of %.1f MB of addresses %.1f MB are present: the rest was reserved or mapped and never touched, and "
        "takes no memory.",
        megabytes(m->virt), megabytes(m->rss));
    strvec_pushf(out,
        "Of what is present %.1f MB are shared with others and %.1f MB are its own; if it ended, %.1f MB "
        "would "
        "be free, and %.1f MB would stay as the cache of files until something needs the room.",
        megabytes(m->shared_clean + m->shared_dirty), megabytes(memory_uss(m)),
        megabytes(m->private_dirty + v->sample.page_tables), megabytes(m->private_clean));
    if (v->member_count > 1)
        strvec_pushf(out, "With the %zu processes that come from it, it takes %.1f MB together.",
            v->member_count - 1, megabytes(v->tree_pss));
}

void import_meaning(struct strvec *out, const struct import_measurement *m)
{
    double alone = figure_spread(&m->subjects[SUBJECT_ALONE], FIGURE_USS).median;
    double with = figure_spread(&m->subjects[SUBJECT_MEASURED], FIGURE_USS).median;
    double time = figure_spread(&m->subjects[SUBJECT_MEASURED], FIGURE_IMPORT_MS).median;
    if (!isnan(alone) && !isnan(with))
        strvec_pushf(out,
            "A process that imports it has %.1f MB of its own, against %.1f MB of the interpreter alone: "
            "each "
            "process started on its own takes the difference again, one that is forked after the import "
            "shares it.",
            with / 1e6, alone / 1e6);
    if (!isnan(time))
        strvec_pushf(out, "The import takes %.1f ms, in the middle of %zu runs.", time, m->runs);
}

void fork_meaning(struct strvec *out, const struct fork_measurement *m)
{
    const struct setup_runs *fork = fork_find_setup(m, SETUP_FORK),
                            *separate = fork_find_setup(m, SETUP_SEPARATE);
    if (!fork || !separate)
        return;
    double ready = setup_spread(m, fork, 0, FORK_PSS).median;
    double used = setup_spread(m, fork, FORK_MOMENTS - 1, FORK_PSS).median;
    double each = setup_spread(m, separate, 0, FORK_PSS).median;
    struct spread left;
    strvec_pushf(out,
        "%u workers forked from one process take %.1f MB together when they are ready, %u interpreters "
        "started on "
        "their own %.1f MB: %s.",
        m->workers, ready / 1e6, m->workers, each / 1e6,
        ready < each ? "forking after the import is the cheaper way" : "forking gains nothing here");
    if (setup_percent(&left, m, fork, FORK_MOMENTS - 1, FORK_SHARED))
        strvec_pushf(out,
            "What they share is lost as they work, since a reference count that changes makes a page a "
            "worker's "
            "own: %.0f %% of it is left in the end, and all take %.1f MB then, the interpreters %.1f MB.",
            left.median, used / 1e6, setup_spread(m, separate, FORK_MOMENTS - 1, FORK_PSS).median / 1e6);
}
