/* A wheel that others made, opened: no code of it is run here, and none is compiled. What its RECORD says of
 * its files has to be so. */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "pipeline/internal.h"
#include "project/links.h"
#include "project/unpacked.h"
#include "sys/clock.h"
#include "sys/fs.h"
#include "sys/path.h"
#include "wheel/wheel.h"

/* What a wheel of somebody else's may be wrong in, since it is written anew. */
static bool is_mended(enum wheel_problem_kind kind)
{
    return kind == WHEEL_TAGS || kind == WHEEL_RECORD_ALGORITHM || kind == WHEEL_NOT_IN_RECORD;
}

/* Seconds since 1970 of the newest member, in whatever time zone it was packed. */
static int64_t newest_member(const struct wheel *wheel)
{
    int64_t newest = CLOCK_EARLIEST;
    for (size_t i = 0; i < wheel->zip.len; i++) {
        const struct zip_member *m = &wheel->zip.members[i];
        struct tm t = {.tm_year = (m->dos_date >> 9) + 80,
            .tm_mon = ((m->dos_date >> 5) & 15) - 1,
            .tm_mday = m->dos_date & 31,
            .tm_hour = m->dos_time >> 11,
            .tm_min = (m->dos_time >> 5) & 63,
            .tm_sec = (m->dos_time & 31) * 2};
        int64_t seconds = timegm(&t);
        newest = seconds > newest ? seconds : newest;
    }
    return newest;
}

static int check_record(struct wheel *wheel, struct err *e)
{
    wheel_verify(wheel);
    for (size_t i = 0; i < wheel->problem_count; i++)
        if (!is_mended(wheel->problems[i].kind))
            err_add(e, ERR_FINDINGS, "%s: %s: %s", path_base(wheel->path), wheel->problems[i].subject,
                wheel->problems[i].message);
    return e->text ? -1 : 0;
}

/* Under its own name, which says whom it is for. */
static int prepare(struct step_run *s, struct commands *out, struct err *e)
{
    const struct source *source = s->run->graph->nodes[s->step->node].sources[0];
    AUTO_FREE char *download = store_download_path(&s->run->store, source->sha256);
    AUTO_FREE char *kept = path_join(s->draft.stage, source->name);
    AUTO(links) struct links none = {0};
    AUTO(wheel) struct wheel wheel = {0};
    struct unpacked unpacked;
    if (file_copy(download, kept, e) < 0 || wheel_open(&wheel, kept, 0, e) < 0 || check_record(&wheel, e) < 0)
        return -1;
    int64_t asked = s->run->machine.source_date_epoch;
    json_set_int(s->draft.facts, "epoch", asked >= 0 ? asked : newest_member(&wheel));
    return wheel_take(s, &unpacked, &wheel, &none, out, e);
}

static int finish(struct step_run *s, struct commands *more, struct err *e)
{
    (void)more;
    return wheel_take_stripped(s, e) < 0 ? -1 : step_commit(s, e);
}

const struct step_hooks step_opened_hooks = {.prepare = prepare,
    .finish = finish,
    .widest = 1,
    .unpacks = true,
    .apart = true,
    .failure = ERR_PACKAGE};
