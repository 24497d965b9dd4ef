/* What the files of plan/ share while a plan is being made. */
#ifndef PLAN_INTERNAL_H
#define PLAN_INTERNAL_H

#include "base/map.h"
#include "base/vec.h"
#include "plan/plan.h"
#include "python/abi/abi.h"

#define NO_STEP SIZE_MAX

/* Indices of steps while they are gathered. */
typedef VEC(size_t) size_vec;

/* In what way the tree of another node is needed, as facts call it. */
enum need_role { NEED_LIBRARY, NEED_SEEN, NEED_TOOL, NEED_ROLES };

/* What the facts of all that need a node say of it; NULL while nobody said it. */
struct need_texts {
    const char *names[NEED_ROLES];
    const char *value;
};

struct planner {
    struct arena *arena;
    const struct graph *graph;
    const struct plan_facts *facts;
    struct plan *plan;
    size_t cap;
    size_t *made;            /* the build step of a library, tool or program node */
    struct need_texts *said; /* of each node */
    struct fact_list toolchain, tool_toolchain;
    struct map downloads;    /* by sha256: the step + 1 */
    struct map environments; /* by interpreter and lock: the step + 1 */
    struct map crates;       /* by node: the step + 1 */
    size_t kit;              /* the step of the kit; NO_STEP while nothing needed it */
    struct err *error;
};

/* A new step at the end of the plan; steps move when there are more, so hold indices. */
struct step *planner_new_step(struct planner *p, enum step_kind kind, size_t node);

/* The same with label, slot and name of its node; suffix (" cp311") may be NULL. */
struct step *planner_add_step(struct planner *p, enum step_kind kind, size_t node, const char *suffix);
size_t planner_index(const struct planner *p, const struct step *s);

/* The step that makes the kit, planned before the first that compiles for the target; NO_STEP when there is
 * none. */
size_t planner_kit(struct planner *p);

/* Adds the steps that build libraries, tools and programs. */
void planner_need_made(const struct planner *p, struct edges nodes, size_vec *needs);

/* Adds what files of an extension are compiled from and with: kit, source, libraries. */
void planner_need_to_compile(
    struct planner *p, size_t node, size_t source, struct edges closure, size_vec *needs);

/* The step that makes the headers of an interpreter; NO_STEP: they are its own. */
size_t planner_pack(const struct planner *p, const struct interpreter *python);

/* Sorts and deduplicates. */
void planner_set_needs(struct planner *p, struct step *s, size_t *needs, size_t len);

/* The step that builds a library, a tool or a program; its index is in made. */
void planner_build(struct planner *p, size_t node);

/* downloads.c: adds the steps that fetch the sources of the node; before the step that needs them. */
void planner_downloads(struct planner *p, size_t node, size_vec *needs);

/* The source step of an extension. */
size_t planner_source(struct planner *p, size_t node);

/* The wheel step of modules that were made, and its try; run_with has at least one. */
void planner_wheel(struct planner *p, size_t node, const char *tag, size_t source, size_t made,
    const struct interpreter *const *run_with, size_t run_with_count, struct python_abi stable);

/* objects.c: the step that compiles what needs no interpreter; NO_STEP when there is nothing to gain. Then
 * whether modules for that one may be made of its objects. */
size_t plan_objects(struct planner *p, size_t node, size_t source);
bool python_takes_objects(const struct interpreter *python);

/* project.c: an extension that its own backend builds. */
void plan_project(struct planner *p, size_t node);

/* opened.c: a wheel that others made, judged, packed and tried anew. */
void plan_opened(struct planner *p, size_t node);

/* program.c: what is run, and not imported. */
void plan_program(struct planner *p, size_t node);

/* Fills toolchain and tool_toolchain with the facts of what they are. */
void planner_read_toolchains(struct planner *p);

/* interpreter.c: a Python, with what is built into it. */
void plan_interpreter(struct planner *p, size_t node);

/* Each fills step->key; the steps it needs have theirs already. closure is what the node links, in link
 * order. */
void key_of_download(struct planner *p, struct step *s);
void key_of_kit(struct planner *p, struct step *s);
void key_of_python_abi(struct planner *p, struct step *s);
void key_of_build(struct planner *p, struct step *s, struct edges closure);
void key_of_source(struct planner *p, struct step *s);
void key_of_objects(struct planner *p, struct step *s, const struct step *source, struct edges closure);
void key_of_shared(struct planner *p, struct step *s, const struct step *source, struct edges closure);
void key_of_module(struct planner *p, struct step *s, const struct step *source, const struct step *shared,
    struct edges closure); /* shared: NULL when nothing is */
void key_of_backend(struct planner *p, struct step *s, const struct step *source);
void key_of_requirements(
    struct planner *p, struct step *s, const struct step *source, const char *lock, struct edges closure);
void key_of_environment(struct planner *p, struct step *s);
void key_of_packages(struct planner *p, struct step *s);
void key_of_crates(struct planner *p, struct step *s, const struct step *source);
void key_of_project(struct planner *p, struct step *s, const struct step *source, const char *lock,
    const struct rust *rust, struct edges closure); /* rust: NULL when nothing is */
void key_of_opened(struct planner *p, struct step *s);
void key_of_program(struct planner *p, struct step *s, const struct step *build, struct edges closure);
void key_of_built_in(struct planner *p, struct step *s, const struct step *source, const struct step *build,
    struct edges closure); /* build: of the interpreter */
void key_of_interpreter(struct planner *p, struct step *s, const struct step *build);
void key_of_wheel(struct planner *p, struct step *s, const struct step *module, struct edges closure);
void key_of_try(struct planner *p, struct step *s, const struct step *wheel);

/* What the modules of an extension share, in the arena; NULL when that is nothing, or with the error set. */
const struct sharing *sharing_of(struct planner *p, size_t node, struct edges closure);

#endif
