/* What `footprint --pid` looks at: one process in full, the processes that come from it, who else maps its
 * files, and what changes while it is followed. */
#ifndef FOOTPRINT_VIEW_H
#define FOOTPRINT_VIEW_H

#include "footprint/sample.h"

/* A process of the tree; the one that was asked for comes first. */
struct tree_member {
    pid_t pid, parent;
    const char *name;
    unsigned depth; /* 0: the first */
    struct memory total;
};

enum { SHARERS_NAMED = 5 };

/* Other processes that map a file of the sample. */
struct file_sharers {
    size_t processes;
    const char *names[SHARERS_NAMED]; /* different ones */
    size_t name_count;
};

/* The tree at one moment of a follow. */
struct moment {
    double seconds;      /* since the first */
    struct memory total; /* of the process that was asked for */
    uint64_t minor_faults, major_faults;
    uint64_t tree_pss, tree_uss;
    size_t processes;
};

struct process_view {
    struct arena arena;
    struct sample sample;
    struct tree_member *members;
    size_t member_count;
    uint64_t tree_pss, tree_uss, tree_swap_pss; /* sums over members */
    size_t unread;                /* processes of the tree that could not be read: the sums lack them */
    const char *why_unread;       /* of the first, or NULL */
    struct file_sharers *sharers; /* one for each file of the sample */
    size_t unseen;                /* processes of the machine whose maps may not be read */
    struct moment *moments;
    size_t moment_count;
    const char *ended; /* it ended while it was followed, and how that was noticed; or NULL */
};

/* Looks at a process; follow_seconds above 0: again and again for so long, at most MOMENTS_MOST times. */
enum { MOMENTS_MOST = 20 };
int process_view_take(
    struct process_view *v, const char *proc, pid_t pid, double follow_seconds, struct err *e);
void process_view_release(struct process_view *v);

/* Fills view.sharers and view.unseen from the sample's files; in sharers.c. */
void view_find_sharers(struct process_view *v, const char *proc);

#endif
