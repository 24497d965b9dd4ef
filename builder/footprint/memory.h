/* Memory as the kernel counts it, and the parts of an address space that have it. */
#ifndef FOOTPRINT_MEMORY_H
#define FOOTPRINT_MEMORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Bytes, in the words of Documentation/filesystems/proc.rst (smaps). A page is shared when another mapping
 * has it too, in whatever process; pss counts a page that n mappings have as an n-th of it. */
struct memory {
    uint64_t virt; /* addresses */
    uint64_t rss;  /* present: the sum of the next four */
    uint64_t shared_clean, shared_dirty, private_clean, private_dirty;
    uint64_t pss;
    uint64_t anonymous; /* of rss: not, or no longer, a file's */
    uint64_t huge;      /* of rss: in transparent huge pages */
    uint64_t hugetlb;   /* besides rss: reserved huge pages */
    uint64_t swap, swap_pss;
    uint64_t locked;
};

/* Adds; a sum that does not fit stays at the largest number. */
void memory_add(struct memory *sum, const struct memory *m);

/* What nobody else has: private clean and dirty pages (USS). */
uint64_t memory_uss(const struct memory *m);

/* Of the pages that are not a file's, those that another mapping has too: what a fork left shared. */
uint64_t memory_shared_anonymous(const struct memory *m);

/* The numbers of a struct memory and of what is made from them, for tables. */
enum memory_field {
    MEMORY_VIRT,
    MEMORY_RSS,
    MEMORY_PSS,
    MEMORY_USS,
    MEMORY_SWAP,
    MEMORY_PRIVATE_CLEAN,
    MEMORY_PRIVATE_DIRTY,
    MEMORY_SHARED_CLEAN,
    MEMORY_SHARED_DIRTY,
    MEMORY_ANONYMOUS,
    MEMORY_FIELDS,
};
const char *memory_field_name(enum memory_field field); /* "private_dirty" */
uint64_t memory_field(const struct memory *m, enum memory_field field);

enum region_kind {
    REGION_TEXT,         /* code of a file */
    REGION_CONSTANTS,    /* read-only parts of an object, never written */
    REGION_RELRO,        /* read-only since the loader has relocated it */
    REGION_DATA,         /* writable parts of an object */
    REGION_BSS,          /* anonymous, directly behind the data of an object */
    REGION_HEAP,         /* [heap] */
    REGION_STACK,        /* of the main thread */
    REGION_THREAD_STACK, /* anonymous, directly above a guard */
    REGION_ARENA,        /* a heap of malloc for threads */
    REGION_ANONYMOUS,
    REGION_SHARED,   /* memory that processes share on purpose: memfd, /dev/shm, System V, shared anonymous */
    REGION_FILE,     /* a file that is no object: locale archives, fonts, databases */
    REGION_RESERVED, /* no access: guards, and addresses kept for later */
    REGION_KERNEL,   /* [vdso], [vvar], [vsyscall] */
    REGION_KINDS,
};
const char *region_kind_name(enum region_kind kind); /* "thread stack" */

/* What a file is to the process. */
enum file_role { FILE_PROGRAM, FILE_LIBC, FILE_MODULE, FILE_LIBRARY, FILE_OTHER, FILE_ROLES };
const char *file_role_name(enum file_role role);

enum { REGION_READ = 1, REGION_WRITE = 2, REGION_EXECUTE = 4, REGION_MAY_SHARE = 8 };

/* One line of /proc/PID/maps with what smaps says of it. */
struct region {
    uint64_t start, end; /* end is the first address behind it */
    uint64_t offset, inode;
    unsigned major, minor; /* of the device */
    unsigned access;       /* REGION_READ … */
    const char *name;      /* a path, "[heap]", or "" */
    bool deleted;          /* the file was removed since */
    bool accounted;        /* VmFlags has ac: it is, or was once, private and writable */
    bool has_flags;        /* VmFlags was told */
    enum region_kind kind;
    size_t file; /* index into the files of a sample, or NO_FILE */
    struct memory memory;
};
#define NO_FILE ((size_t)-1)

#endif
