/* What importing a module costs: an interpreter alone, with the module, and with another build of it, started
 * in turn and looked at while they are stopped. */
#ifndef FOOTPRINT_IMPORTS_H
#define FOOTPRINT_IMPORTS_H

#include "base/vec.h"
#include "footprint/module.h"
#include "footprint/sample.h"
#include "footprint/subject.h"

/* What is told of each run besides memory by kind, role and file. */
enum figure {
    FIGURE_IMPORT_MS,
    FIGURE_IMPORT_CPU_MS, /* of the processor alone: steadier when others work too */
    FIGURE_READY_MS,      /* from starting the program to its barrier */
    FIGURE_VIRT,
    FIGURE_RSS,
    FIGURE_PSS,
    FIGURE_USS,
    FIGURE_SWAP,
    FIGURE_PRIVATE_CLEAN,
    FIGURE_PRIVATE_DIRTY,
    FIGURE_SHARED_CLEAN,
    FIGURE_SHARED_DIRTY,
    FIGURE_WRITTEN, /* pages of files' relro and data that are no longer the file's */
    FIGURE_PAGE_TABLES,
    FIGURE_MINOR_FAULTS,
    FIGURE_MAJOR_FAULTS,
    FIGURE_MAPPINGS,
    FIGURE_LIBRARIES,
    FIGURE_OPEN_FILES,
    FIGURE_LOOKUPS,       /* of symbols, by the loader's own statistics; few runs */
    FIGURE_LOADER_CYCLES, /* of the loader before the program begins, likewise */
    FIGURES,
};

enum figure_unit { UNIT_MS, UNIT_BYTES, UNIT_COUNT };
const char *figure_name(enum figure figure);  /* "import_ms": for JSON */
const char *figure_title(enum figure figure); /* "import time": for people */
enum figure_unit figure_unit(enum figure figure);

/* One start of one subject. */
struct import_run {
    double figures[FIGURES]; /* NAN: not known */
    struct memory kinds[REGION_KINDS];
    struct memory roles[FILE_ROLES];
};

/* A file in all runs of a subject; those that lack it count as 0. */
struct file_runs {
    const char *name;
    enum file_role role;
    struct memory *runs; /* run_count */
};

/* What the files that the import brought ask of the loader, told from the files. */
struct added_objects {
    size_t objects;
    uint64_t file_bytes, relocations[RELOCATION_CLASSES], pages_written, constructors, tls_size;
    size_t unread; /* could not be read as ELF */
};

enum { LOADER_RUNS = 5 };

struct subject_runs {
    const struct subject *subject; /* NULL: the interpreter alone */
    const char *label;
    struct import_run *runs;
    size_t run_count;
    VEC(struct file_runs) files;
    double loader[2][LOADER_RUNS]; /* of FIGURE_LOOKUPS and FIGURE_LOADER_CYCLES */
    size_t loader_count;
    struct added_objects added;
    struct sample last; /* of the last run */
};

enum { SUBJECT_ALONE, SUBJECT_MEASURED, SUBJECT_AGAINST, SUBJECTS_MOST };

struct import_measurement {
    struct arena arena;
    const char *python, *version;
    struct subject_runs subjects[SUBJECTS_MOST];
    size_t subject_count; /* 2, or 3 with another build */
    size_t runs;
    const char *remark; /* what the reader has to know about the figures, or NULL */
};

struct import_request {
    const char *python, *version;
    const struct subject *measured, *against; /* against may be NULL */
    const char *scratch;                      /* absolute; exists */
    unsigned runs;
    /* Told after each start, for progress; may be NULL. */
    void (*progress)(void *arg, size_t done, size_t all);
    void *arg;
};

/* Measures; the caller releases. The first start of each warms the caches and is not counted. */
int import_measure(struct import_measurement *m, const struct import_request *r, struct err *e);
void import_measurement_release(struct import_measurement *m);

/* Writes the values of one figure, of a field of a kind, of a role or of a file, and gives how many there
 * are; out has room for m->runs and for LOADER_RUNS. */
size_t subject_figure(const struct subject_runs *s, enum figure figure, double *out);
size_t subject_kind(
    const struct subject_runs *s, enum region_kind kind, enum memory_field field, double *out);
size_t subject_role(const struct subject_runs *s, enum file_role role, enum memory_field field, double *out);
size_t subject_file(
    const struct subject_runs *s, const struct file_runs *f, enum memory_field field, double *out);

#endif
