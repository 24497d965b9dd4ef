/* Packing as a command for the task runner. */
#include "archive/load.h"
#include "archive/pack.h"
#include "base/count.h"
#include "sched/helper.h"
#include "sched/tasks.h"
#include "sys/environment.h"

static const struct field fields[] = {
    FIELD(TEXT, struct archive_request, folder),
    FIELD(TEXT, struct archive_request, top),
    FIELD(TEXT, struct archive_request, archive),
};

void archive_command(struct command *c, const struct archive_request *r)
{
    command_set_helper(c, &archive_helper, r);
    environment_clean(&c->env, NULL, LOCALE_C, NULL, NULL);
}

static int run(const void *request, struct err *e)
{
    const struct archive_request *r = request;
    return pack_folder(r->folder, r->top, r->archive, e);
}

const struct helper archive_helper = {
    .word = "internal-archive",
    .fields = fields,
    .field_count = COUNT(fields),
    .request_bytes = sizeof(struct archive_request),
    .starts_nothing = true,
    .load = libarchive_load,
    .run = run,
};
