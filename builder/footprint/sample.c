/* One look at a process: every mapping with its kind and sums. */
#include "footprint/sample.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "footprint/smaps.h"
#include "sys/read.h"

enum { TRIES = 3, STATUS_LIMIT = 65536, ROLLUP_LIMIT = 65536, COMMAND_LIMIT = 1 << 20, COMMAND_SHOWN = 300 };

static void note(struct sample *s, const struct err *why)
{
    if (s->note_count < MOST_NOTES)
        s->notes[s->note_count++] = arena_strdup(&s->arena, why->text);
}

static int read_regions(struct sample *s, const struct watched *w, const char *file, struct err *e)
{
    struct smaps_reader r = {.arena = &s->arena};
    AUTO_CLOSE int fd = watched_open_file(w, file, e);
    char buffer[65536];
    int status = fd < 0 ? -1 : 0;
    for (ssize_t n = 1; status == 0 && n > 0;) {
        n = watched_take(w, fd, file, buffer, sizeof buffer, e);
        if (n < 0)
            status = -1;
        else if (smaps_feed(&r, buffer, (size_t)n, e) < 0 || (n == 0 && smaps_end(&r, e) < 0))
            status = err_wrap(e, "/proc/%d/%s", (int)w->pid, file);
    }
    if (status == 0) {
        s->regions = arena_memdup(&s->arena, r.regions.items, r.regions.len * sizeof *s->regions);
        s->region_count = r.regions.len;
        s->has_pss = r.has_pss;
    }
    smaps_reader_release(&r);
    return status;
}

/* Gives 1 when the kernel has one (Linux 4.14 on), 0 when not. */
static int read_rollup(struct memory *total, struct sample *s, const struct watched *w, struct err *e)
{
    AUTO(err) struct err missing = ERR_INIT;
    AUTO(strbuf) struct strbuf text = {0};
    if (watched_read(w, "smaps_rollup", &text, ROLLUP_LIMIT, &missing) < 0)
        return 0;
    struct smaps_reader r = {.arena = &s->arena};
    int status = 0;
    if (smaps_feed(&r, strbuf_str(&text), text.len, e) < 0 || smaps_end(&r, e) < 0)
        status = err_wrap(e, "/proc/%d/smaps_rollup", (int)w->pid);
    else if (r.regions.len == 1) {
        *total = r.regions.items[0].memory;
        s->has_pss = r.has_pss;
        status = 1;
    }
    smaps_reader_release(&r);
    return status;
}

static bool same_but_pss(const struct memory *a, const struct memory *b)
{
    return a->rss == b->rss && a->shared_clean == b->shared_clean && a->shared_dirty == b->shared_dirty &&
           a->private_clean == b->private_clean && a->private_dirty == b->private_dirty &&
           a->anonymous == b->anonymous && a->swap == b->swap;
}

/* smaps gives the pss of a mapping in whole kB, rounded down; smaps_rollup rounds once. */
static void settle(struct sample *s, const struct memory *rollup, bool has_rollup, uint64_t virt)
{
    s->steady = (!has_rollup || same_but_pss(&s->total, rollup)) && s->total.virt == virt;
    if (has_rollup && same_but_pss(&s->total, rollup) && rollup->pss >= s->total.pss) {
        s->pss_rounding = rollup->pss - s->total.pss;
        s->total.pss = rollup->pss;
        if (rollup->swap_pss > s->total.swap_pss)
            s->total.swap_pss = rollup->swap_pss;
    }
}

static void read_words(struct sample *s, const struct watched *w, const struct process_facts *facts)
{
    AUTO(strbuf) struct strbuf status = {0};
    AUTO(strbuf) struct strbuf command = {0};
    AUTO(err) struct err no_status = ERR_INIT;
    AUTO(err) struct err no_command = ERR_INIT;
    AUTO_FREE char *program = watched_link(w, "exe");
    if (program && str_ends(program, " (deleted)"))
        program[strlen(program) - strlen(" (deleted)")] = '\0';
    if (watched_read(w, "status", &status, STATUS_LIMIT, &no_status) < 0)
        note(s, &no_status);
    if (watched_read(w, "cmdline", &command, COMMAND_LIMIT, &no_command) < 0)
        note(s, &no_command);
    for (size_t i = 0; i < command.len; i++)
        if (command.ptr[i] == '\0')
            command.ptr[i] = ' ';
    while (command.len && command.ptr[command.len - 1] == ' ')
        command.len--;
    s->name = arena_strdup(&s->arena, facts->name);
    s->command = arena_strndup(
        &s->arena, strbuf_str(&command), command.len < COMMAND_SHOWN ? command.len : COMMAND_SHOWN);
    s->program = program ? arena_strdup(&s->arena, program) : NULL;
    s->page_tables = status_number(strbuf_str(&status), "VmPTE");
    s->peak_rss = status_number(strbuf_str(&status), "VmHWM");
    s->open_files = watched_count(w, "fd");
}

static void take_facts(struct sample *s, const struct process_facts *f)
{
    s->pid = f->pid;
    s->parent = f->parent;
    s->start_ticks = f->start_ticks;
    s->minor_faults = f->minor_faults;
    s->major_faults = f->major_faults;
    s->threads = f->threads;
}

static int gone(const struct watched *w, struct err *e)
{
    return err_set(e, ERR_ENVIRONMENT, "PID %d (%s): ended while it was read", (int)w->pid, w->name);
}

/* Gives 1 when it became another program meanwhile. A process that ends shows a text that just stops, so that
 * it must be seen to live afterwards. */
static int take_once(struct sample *s, const struct watched *w, enum sample_depth depth, struct err *e)
{
    struct process_facts before, after;
    struct memory rollup = {0};
    if (watched_facts(w, &before, e) < 0)
        return -1;
    int has_rollup = read_rollup(&rollup, s, w, e);
    if (has_rollup < 0)
        return -1;
    bool whole = depth == SAMPLE_ALL || !has_rollup;
    if (whole && read_regions(s, w, "smaps", e) < 0)
        return -1;
    if (depth == SAMPLE_ALL)
        read_words(s, w, &before);
    if (watched_facts(w, &after, e) < 0)
        return -1;
    if (after.exiting || after.state == 'Z' || after.state == 'X' || (before.virt_bytes && !after.virt_bytes))
        return gone(w, e);
    if (before.code_start != after.code_start || before.stack_start != after.stack_start)
        return 1;
    if (whole && !s->region_count)
        return before.virt_bytes ? gone(w, e)
                                 : err_set(e, ERR_ENVIRONMENT, "PID %d (%s): has no memory of its own",
                                       (int)w->pid, w->name);
    take_facts(s, &after);
    if (whole) {
        s->mapping_count = s->region_count;
        if (depth == SAMPLE_ALL)
            sample_split(s, w, watched_object_end, w);
        sample_sort(s, watched_object_end, w);
        settle(s, &rollup, has_rollup, before.virt_bytes == after.virt_bytes ? after.virt_bytes : UINT64_MAX);
    } else {
        s->total = rollup;
        s->total.virt = after.virt_bytes;
        s->steady = true;
    }
    return 0;
}

int sample_take(struct sample *s, const struct watched *w, enum sample_depth depth, struct err *e)
{
    for (int i = 0; i < TRIES; i++) {
        *s = (struct sample){.open_files = -1, .name = "", .command = ""};
        int status = take_once(s, w, depth, e);
        if (status == 0)
            return 0;
        sample_release(s);
        if (status < 0)
            return -1;
    }
    return err_set(e, ERR_ENVIRONMENT, "PID %d (%s): became another program each time it was read",
        (int)w->pid, w->name);
}

void sample_release(struct sample *s)
{
    arena_release(&s->arena);
}
