/* Which other processes map the files of a sample. */
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/map.h"
#include "footprint/smaps.h"
#include "footprint/view.h"
#include "sys/read.h"

struct looking {
    struct process_view *view;
    struct map by_file; /* "major:minor:inode" -> index + 1 */
    pid_t *last;        /* by file: the process that was counted last */
};

static char *key_of(unsigned major, unsigned minor, uint64_t inode)
{
    return xstrf("%x:%x:%llu", major, minor, (unsigned long long)inode);
}

static void name_sharer(struct looking *l, struct file_sharers *f, const char *name)
{
    for (size_t i = 0; i < f->name_count; i++)
        if (strcmp(f->names[i], name) == 0)
            return;
    if (f->name_count < SHARERS_NAMED)
        f->names[f->name_count++] = arena_strdup(&l->view->arena, name);
}

static void take_regions(struct looking *l, const struct smaps_reader *r, const struct watched *w)
{
    uint64_t inode_before = 0;
    vec_each (&r->regions, g) {
        if (!g->inode || g->inode == inode_before)
            continue; /* mostly the same file again */
        inode_before = g->inode;
        AUTO_FREE char *key = key_of(g->major, g->minor, g->inode);
        size_t place = (uintptr_t)map_get(&l->by_file, key);
        if (!place || l->last[place - 1] == w->pid)
            continue;
        l->last[place - 1] = w->pid;
        l->view->sharers[place - 1].processes++;
        name_sharer(l, &l->view->sharers[place - 1], w->name);
    }
}

/* A process that ends meanwhile shares nothing any more. */
static void look_at(struct looking *l, const char *proc, pid_t pid)
{
    AUTO(err) struct err ignored = ERR_INIT;
    struct watched w;
    if (pid == l->view->sample.pid || watched_open(&w, proc, pid, &ignored) < 0)
        return;
    AUTO(err) struct err why = ERR_INIT;
    AUTO_CLOSE int fd = -1;
    if (file_open_at(&fd, w.folder, "maps", O_RDONLY, "maps", &why) != 1) {
        l->view->unseen += why.number == EACCES || why.number == EPERM;
        watched_release(&w);
        return;
    }
    struct arena names = {0};
    struct smaps_reader r = {.arena = &names};
    char buffer[65536];
    ssize_t n;
    while ((n = file_take(fd, buffer, sizeof buffer, -1, "maps", &ignored)) > 0 &&
           smaps_feed(&r, buffer, (size_t)n, &ignored) == 0)
        ;
    take_regions(l, &r, &w);
    smaps_reader_release(&r);
    arena_release(&names);
    watched_release(&w);
}

void view_find_sharers(struct process_view *v, const char *proc)
{
    const struct sample *s = &v->sample;
    struct looking l = {.view = v, .last = xcalloc(s->file_count + 1, sizeof(pid_t))};
    AUTO(err) struct err ignored = ERR_INIT; /* then nobody is seen to share */
    AUTO(strvec) struct strvec names = {0};
    folder_names(&names, proc, &ignored);
    v->sharers = arena_alloc(&v->arena, (s->file_count + 1) * sizeof *v->sharers);
    for (size_t i = 0; i < s->file_count; i++) {
        AUTO_FREE char *key = key_of(s->files[i].major, s->files[i].minor, s->files[i].inode);
        map_set(&l.by_file, key, (void *)(uintptr_t)(i + 1));
    }
    for (size_t i = 0; i < names.len; i++)
        if (isdigit((unsigned char)names.items[i][0]))
            look_at(&l, proc, (pid_t)atol(names.items[i]));
    map_release(&l.by_file);
    free(l.last);
}
