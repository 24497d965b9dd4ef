/* What rules about several modules of one wheel look at: kept of a module after it was judged. */
#ifndef AUDIT_TRACE_H
#define AUDIT_TRACE_H

#include "audit/internal.h"

/* A variable: two copies in one process do not share it. */
struct trace_state {
    const char *name;
    uint64_t size;
};

/* Texts live in the report's arena. */
struct module_trace {
    const char *soname, *rpath, *runpath; /* or NULL */
    const char **needed;
    size_t needed_count;
    const char **exports; /* but entry points */
    size_t export_count;
    const char **unique; /* those that are STB_GNU_UNIQUE */
    size_t unique_count;
    bool cxx_runtime;    /* has a C++ runtime inside */
    const char **wanted; /* strong imports that neither Python nor a library with versions can provide */
    size_t wanted_count;
    struct trace_state *state;
    size_t state_count;
};

/* No more of each than this are kept. */
enum { TRACE_MAX = 1 << 17 };

void trace_gather(struct check *c, struct module_trace *trace);

#endif
