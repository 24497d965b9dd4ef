/* The first commands of every step that begins with sources: unpack, then patch. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "archive/unpack.h"
#include "base/alloc.h"
#include "base/cleanup.h"
#include "build/patch.h"
#include "pipeline/internal.h"
#include "sys/clock.h"
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
    for (size_t i = 0; i < n->source_count; i++) {
        const struct source *source = n->sources[i];
        AUTO_FREE char *into = path_join(s->src, source->into);
        if (folder_make(into, e) < 0)
            return -1;
        if (source->path) {
            if (source_copy_local(s->run, source->path, into, e) < 0)
                return -1;
            continue;
        }
        AUTO_FREE char *archive = store_download_path(&s->run->store, source->sha256);
        AUTO_FREE char *newest = xstrf("%s/newest-%zu", s->draft.work, i);
        struct unpack_request request = {.archive = archive,
            .shown = source->name,
            .sha256 = source->sha256,
            .into = into,
            .newest = newest};
        for (size_t k = 0; k < source->exclude.len; k++) {
            AUTO_FREE char *clean = path_clean(source->exclude.items[k]);
            strvec_push(&request.exclude, clean);
        }
        struct command *c = commands_add(out, "unpack");
        unpack_command(c, &request);
        strvec_release(&request.exclude);
        log_to(s, c, "unpack");
    }
    for (size_t i = 0; i < n->recipe->patch_count; i++) {
        const struct patch *patch = &n->recipe->patches[i];
        AUTO_FREE char *copy = xstrf("%s/patch-%zu", s->draft.work, i);
        if (local_file_copy(s->run, patch->file, copy, patch->digest.hex, e) < 0)
            return -1;
        struct command *c = commands_add(out, "patch");
        patch_command(c, copy, s->src, patch->strip, s->run->machine.build_path);
        log_to(s, c, "patch");
    }
    return 0;
}

/* CLOCK_EARLIEST is what local folders, which have no release time, are given. */
static int64_t newest_in_archives(const struct step_run *s)
{
    int64_t newest = CLOCK_EARLIEST;
    for (size_t i = 0; i < s->run->graph->nodes[s->step->node].source_count; i++) {
        AUTO_FREE char *path = xstrf("%s/newest-%zu", s->draft.work, i);
        AUTO(strbuf) struct strbuf text = {0};
        struct err ignored = ERR_INIT; /* a source that is a folder has none */
        if (path_may_be_file(path) && file_read(&text, path, 64, &ignored) == 0) {
            long long value = strtoll(strbuf_str(&text), NULL, 10);
            newest = value > newest ? value : newest;
        }
        err_release(&ignored);
    }
    return newest;
}

int64_t step_epoch(const struct step_run *s)
{
    return s->run->machine.source_date_epoch >= 0 ? s->run->machine.source_date_epoch : newest_in_archives(s);
}

/* patch(1) gives what it changes the present time, and make would take a patched configure.ac for one whose
 * configure has to be made anew. Old times start nothing. */
int step_age_patched_files(struct step_run *s, struct err *e)
{
    const struct node *n = &s->run->graph->nodes[s->step->node];
    AUTO(strvec) struct strvec files = {0};
    if (!n->recipe->patch_count)
        return 0;
    if (tree_list(s->src, NULL, NULL, &files, e) < 0)
        return -1;
    int64_t newest = newest_in_archives(s);
    const struct timespec times[2] = {{.tv_sec = CLOCK_EARLIEST}, {.tv_sec = CLOCK_EARLIEST}};
    for (size_t i = 0; i < files.len; i++) {
        AUTO_FREE char *path = path_join(s->src, files.items[i]);
        struct stat st;
        int there = path_look(&st, path, false, e);
        if (there < 0)
            return -1;
        if (there && S_ISREG(st.st_mode) && st.st_mtim.tv_sec > newest &&
            utimensat(AT_FDCWD, path, times, AT_SYMLINK_NOFOLLOW) < 0)
            return err_errno(e, ERR_BUILD, "%s: cannot be given an older time", path);
    }
    return 0;
}
