/* A process and all that come from it; all that there are. */
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/vec.h"
#include "footprint/process.h"
#include "sys/fs.h"

enum { STAT_LIMIT = 4096, TREE_MAX = 100000 };

struct born {
    pid_t pid, parent;
    uint64_t start_ticks;
};

struct census {
    VEC(struct born) all;
};

static bool read_stat(const char *proc, const char *name, struct process_facts *facts)
{
    AUTO_FREE char *path = xstrf("%s/%s/stat", proc, name);
    AUTO(err) struct err ended = ERR_INIT;
    AUTO_CLOSE int fd = file_open(path, O_RDONLY, 0, &ended);
    char text[STAT_LIMIT];
    ssize_t n = fd < 0 ? -1 : file_take(fd, text, sizeof text - 1, -1, path, &ended);
    if (n <= 0)
        return false;
    text[n] = '\0';
    return process_facts_parse(facts, text);
}

static int by_birth(const void *a, const void *b)
{
    const struct born *x = a, *y = b;
    if (x->start_ticks != y->start_ticks)
        return x->start_ticks < y->start_ticks ? -1 : 1;
    return x->pid < y->pid ? -1 : x->pid > y->pid;
}

static int take_census(struct census *c, const char *proc, struct err *e)
{
    AUTO(strvec) struct strvec names = {0};
    int there = folder_names(&names, proc, e);
    if (there != 1)
        return there < 0 ? -1 : err_set(e, ERR_ENVIRONMENT, "%s: No such file or directory", proc);
    for (size_t i = 0; i < names.len; i++) {
        struct process_facts f;
        if (!isdigit((unsigned char)names.items[i][0]) || !read_stat(proc, names.items[i], &f))
            continue; /* it ended meanwhile */
        if (f.state != 'Z' && f.state != 'X' && !f.kernel_thread)
            vec_push(&c->all, ((struct born){f.pid, f.parent, f.start_ticks}));
    }
    if (c->all.len)
        qsort(c->all.items, c->all.len, sizeof *c->all.items, by_birth);
    return 0;
}

static bool has_pid(const struct watched_list *list, pid_t pid)
{
    for (size_t i = 0; i < list->len; i++)
        if (list->items[i].pid == pid)
            return true;
    return false;
}

/* One that was born later than it was counted has the number of another one. */
static void add_child(struct watched_list *list, const char *proc, const struct born *b)
{
    AUTO(err) struct err why = ERR_INIT;
    struct watched w;
    if (watched_open(&w, proc, b->pid, &why) < 0) {
        AUTO_FREE char *path = xstrf("%s/%d", proc, (int)b->pid);
        AUTO(err) struct err ignored = ERR_INIT;
        if (path_exists(path, &ignored) != 0 && !list->unread++)
            list->why = xstrdup(why.text);
        return;
    }
    if (w.start_ticks == b->start_ticks)
        vec_push(list, w);
    else
        watched_release(&w);
}

/* A child is born after its parent, but for two in one tick: then a second walk finds it. */
int watched_tree(struct watched_list *list, const char *proc, pid_t parent, struct err *e)
{
    struct watched first;
    struct census census = {0};
    *list = (struct watched_list){0};
    if (watched_open(&first, proc, parent, e) < 0)
        return -1;
    vec_push(list, first);
    if (take_census(&census, proc, e) < 0) {
        watched_list_release(list);
        return -1;
    }
    for (size_t before = 0; before < list->len && list->len < TREE_MAX;) {
        before = list->len;
        vec_each (&census.all, b)
            if (has_pid(list, b->parent) && !has_pid(list, b->pid))
                add_child(list, proc, b);
    }
    vec_release(&census.all);
    return 0;
}

int watched_all(struct watched_list *list, const char *proc, struct err *e)
{
    struct census census = {0};
    *list = (struct watched_list){0};
    int status = take_census(&census, proc, e);
    vec_each (&census.all, b)
        add_child(list, proc, b);
    vec_release(&census.all);
    return status;
}

void watched_list_release(struct watched_list *list)
{
    for (size_t i = 0; i < list->len; i++)
        watched_release(&list->items[i]);
    free(list->why);
    vec_release(list);
}
