/* The first commands of every step that begins with sources: unpack, then patch. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "archive/unpack.h"
#include "base/alloc.h"
#include "base/cleanup.h"
#include "pipeline/internal.h"
#include "sys/fs.h"
#include "sys/path.h"

static void log_to(struct step_run *s, struct command *c, const char *name)
{
    c->log = xstrf("%s/%s.log", s->draft.logs, name);
}

int step_unpack(struct step_run *s, struct commands *out, struct err *e)
{
    const struct node *n = &s->run->graph->nodes[s->step->node];
    s->src = path_join(s->draft.work, "src");
    if (folder_make(s->src, e) < 0)
        return -1;
    for (size_t i = 0; i < n->sources_len; i++) {
        const struct source *source = n->sources[i];
        AUTO_FREE char *into = path_join(s->src, source->into);
        if (folder_make(into, e) < 0)
            return -1;
        if (source->path) {
            if (source_copy_local(source->path, into, e) < 0)
                return -1;
            continue;
        }
        AUTO_FREE char *archive = store_download_path(&s->run->store, source->sha256);
        AUTO_FREE char *newest = xstrf("%s/newest-%zu", s->draft.work, i);
        struct unpack_request request = {
            .archive = archive, .shown = source->name, .into = into, .newest = newest};
        struct command *c = commands_add(out, "unpack");
        unpack_command(c, &request);
        log_to(s, c, "unpack");
    }
    for (size_t i = 0; i < n->recipe->patches_len; i++) {
        const struct patch *patch = &n->recipe->patches[i];
        struct command *c = commands_add(out, "patch");
        patch_command(c, patch->file, s->src, patch->strip, s->run->build_path);
        log_to(s, c, "patch");
    }
    return 0;
}

/* 1980-01-01: the first moment that a zip can tell; what local folders, which have no release time, are
 * given. */
static const int64_t EARLIEST = 315532800;

int64_t step_epoch(const struct step_run *s)
{
    if (s->run->source_date_epoch >= 0)
        return s->run->source_date_epoch;
    int64_t newest = EARLIEST;
    for (size_t i = 0; i < s->run->graph->nodes[s->step->node].sources_len; i++) {
        AUTO_FREE char *path = xstrf("%s/newest-%zu", s->draft.work, i);
        AUTO(strbuf) struct strbuf text = {0};
        struct err ignored = ERR_INIT;
        if (path_exists(path) && file_read(&text, path, 64, &ignored) == 0) {
            long long value = strtoll(strbuf_str(&text), NULL, 10);
            newest = value > newest ? value : newest;
        }
        err_release(&ignored);
    }
    return newest;
}
