/* The plan: the ordered steps that turn a graph into wheels, each with a key and the readable text the key is
 * made of. Pure: the same graph and facts give the same plan, so it is tested with golden files and printed
 * by `staticbuild plan`. */
#ifndef PLAN_PLAN_H
#define PLAN_PLAN_H

#include <stdint.h>

#include "host/rust.h"
#include "python/interpreter.h"
#include "resolve/graph.h"
#include "store/store.h"

/* What they are says steps.def. */
enum step_kind {
#define STEP(id, hooks, word, suffix, travels) STEP_##id,
#include "plan/steps.def"
#undef STEP
    STEP_KINDS_COUNT
};

/* What the modules of a wheel have one copy of. */
struct sharing {
    struct edges closure;  /* what the extension links, in link order */
    const bool *libraries; /* by closure: it is in the shared copy */
    bool cxx_runtime;
    struct texts names; /* of all that: "libxml2", "libstdc++" */
};

struct step {
    enum step_kind kind;
    const char *label; /* "build libzmq 4.3.4 [curve]", "wheel pyzmq 27.1.0 cp311" */
    const char *name;  /* first part of its folder in the store; NULL: it has none (STEP_DOWNLOAD) */
    const char *slot;  /* what it is, in whatever version: "wheel pyzmq cp311" */
    size_t node;   /* in the graph; NO_NODE for STEP_KIT, STEP_ENVIRONMENT and STEP_PACKAGES; of several that
                      need a   download the first */
    size_t *needs; /* steps that must be done, sorted */
    size_t need_count;
    const struct interpreter *python; /* for one interpreter: the one it is compiled with */
    const struct sharing *sharing;    /* STEP_SHARED, STEP_MODULE: NULL: each module has its own of all */
    struct python_abi
        stable; /* the stable ABI that it is made for; kind PYTHON_ABI_VERSION: of one version */
    const struct interpreter **run_with; /* STEP_TRY: every chosen interpreter the wheel is for */
    size_t run_with_count;
    const char *lock;            /* STEP_ENVIRONMENT, STEP_PACKAGES: what it holds */
    const struct source *source; /* STEP_DOWNLOAD */
    struct key key;
};

struct plan {
    struct step *steps;
    size_t len;
    size_t asking; /* steps whose result has to be known before the rest can be planned: see requirements */
};

/* What the plan is made from besides the graph: facts of the machine and the user's options. */
struct plan_facts {
    const char *toolchain;      /* toolchain.identity */
    const char *tool_toolchain; /* of what builds the tools, which run on this machine; NULL: the same */
    const char *target;         /* "manylinux_2_17_x86_64" */
    const char *kit_facts;      /* toolchain.kit_facts; NULL: the toolchain needs no kit */
    const char *place;          /* of the store: what names it has another key elsewhere; may be NULL */
    const char *platform;       /* "linux-x86_64" */
    const char *program_version;
    const struct interpreters
        *pythons; /* chosen ones for each extension node; index = node, len 0 for others */
    const struct interpreter *cython_python; /* runs Cython and python build scripts; may be NULL */
    int64_t source_date_epoch;               /* -1: from each source */
    /* The lock that a STEP_BACKEND or STEP_REQUIREMENTS of this key gave; NULL when it is not known yet. The
     * plan then ends there for that wheel, and is to be made again once the step is done. May be NULL: none
     * is known. */
    const char *(*requirements)(void *arg, const struct step *asked);
    /* What is locked of the build environments of a project for an interpreter, lines; NULL when nothing is.
     * May be NULL. */
    const char *(*locked)(void *arg, const struct node *project, const struct interpreter *python);
    /* The Rust compiler, asked when a lock names who calls it; NULL and *e when there is none. May be NULL.
     */
    const struct rust *(*rust)(void *arg, struct err *e);
    struct texts severities; /* "isa-code=warning": what findings of wheels that others made are */
    bool mirrors;            /* packages of environments are fetched too, as they are */
    bool surround;           /* projects are not built: the plan has what they would be built with */
    bool strict;             /* nothing that was made without confinement counts */
    /* The digest of a local file or source folder (test scripts, `path = "."`), by absolute path. */
    const char *(*local_digest)(void *arg, const char *path);
    void *arg;
};

/* Makes the plan in the arena, and its keys too. */
struct plan *plan_make(struct arena *a, const struct graph *g, const struct plan_facts *facts, struct err *e);

/* The step that makes a node's wheel for that interpreter; NULL when none is planned. */
const struct step *plan_wheel_for(const struct plan *p, size_t node, const struct interpreter *python);

/* Of a wheel its try, and of a try its wheel. */
const struct step *step_try_of(const struct step *wheel);
const struct step *step_wheel_of(const struct step *try);

/* The plan as text, one step a paragraph with what it needs: for `staticbuild plan`, golden files and
 * --dry-run. */
void plan_print(struct strbuf *out, const struct plan *p, bool with_keys);
void step_print(struct strbuf *out, const struct plan *p, size_t step, bool with_key); /* one of them */

const char *step_kind_name(enum step_kind kind);

/* Whether its tree may be of use to others: a kit and an environment name places of this machine. */
bool step_travels(const struct step *s);

/* Whether files of the module may be compiled once for all interpreters; those that read no header of one
 * are. */
bool module_may_share_objects(const struct module_spec *m);

#endif
