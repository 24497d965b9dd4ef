/* All that is known of one process at one moment. */
#ifndef FOOTPRINT_SAMPLE_H
#define FOOTPRINT_SAMPLE_H

#include "base/arena.h"
#include "footprint/memory.h"
#include "footprint/process.h"

/* A file that the process maps, or an object it is made of. */
struct mapped_file {
    const char *name;
    uint64_t inode;
    unsigned major, minor;
    bool deleted;
    bool is_object; /* some of it is code */
    uint64_t base;  /* the address where its first byte is, or would be */
    uint64_t end;   /* the address behind its .bss, by its program headers; 0: not known */
    bool end_asked;
    enum file_role role;
    struct memory total; /* with the bss behind it */
    struct memory kinds[REGION_KINDS];
};

enum { MOST_NOTES = 4 };

struct sample {
    struct arena arena; /* owns everything here */
    pid_t pid, parent;
    const char *name;    /* as the process calls itself */
    const char *command; /* its arguments, parted by spaces; "" when not shown */
    const char *program; /* path, or NULL when not shown */
    uint64_t start_ticks;
    struct region *regions; /* by address */
    size_t region_count;
    struct mapped_file *files; /* in the order of addresses */
    size_t file_count;
    struct memory total; /* all regions but [vsyscall], which is in no process */
    struct memory kinds[REGION_KINDS];
    size_t kind_counts[REGION_KINDS]; /* mappings */
    struct memory roles[FILE_ROLES];
    uint64_t pss_rounding; /* of total.pss: what smaps cut off, which gives whole kB for each mapping */
    bool steady;           /* smaps, smaps_rollup and stat agree: nothing changed between them */
    bool has_pss;
    uint64_t page_tables; /* bytes that the kernel needs for it besides; 0 when not told */
    uint64_t peak_rss;
    uint64_t minor_faults, major_faults, threads;
    uint64_t shared_anonymous;     /* see memory_shared_anonymous */
    int open_files;                /* -1: not shown */
    size_t libraries;              /* objects besides the program */
    const char *notes[MOST_NOTES]; /* what could not be read, and why */
    size_t note_count;
};

enum sample_depth {
    SAMPLE_TOTALS, /* smaps_rollup alone where the kernel has it: total, steady and faults are filled */
    SAMPLE_ALL,
};

/* Measures a process without touching it; on success *s is the caller's, who releases it. A process that ends
 * meanwhile is an error; one that becomes another program is read again, twice at most. */
int sample_take(struct sample *s, const struct watched *w, enum sample_depth depth, struct err *e);
void sample_release(struct sample *s);

/* Gives the address behind the .bss of an object, 0 when it cannot be told. */
typedef uint64_t object_end(const struct mapped_file *f, const void *arg);

/* Says what each region is, and adds up: regions and program must be filled. The kernel joins .bss with other
 * anonymous memory right behind it; such a mapping is .bss when at least half of it is, as far as end (may be
 * NULL) knows. For sample_take and tests. */
void sample_sort(struct sample *s, object_end *end, const void *arg);

/* An object_end that reads the file in the process's own view of the file system; arg is its struct watched.
 */
object_end watched_object_end;

#endif
