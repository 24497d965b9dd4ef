/* What the files share that make an interpreter: step_interpreter.c tells the story. */
#ifndef PIPELINE_INTERPRETER_H
#define PIPELINE_INTERPRETER_H

#include "pipeline/internal.h"

/* Below the work folder. */
#define INTERPRETER_PROGRAM "program/python" /* as it was linked, without its symbol table */
#define INTERPRETER_TREE "tree"              /* what is packed: bin/, lib/, include/, share/ */
#define INTERPRETER_ZIP "library.zip"        /* of one that is a single file */
#define INTERPRETER_MAP "maps/python.map"    /* below the stage */

/* "cpython-3.13.5-manylinux_2_17_x86_64.tar.zst", in the arena, once s->wheel->policy is known. */
const char *interpreter_file(const struct step_run *s);

/* The step that made what is built in of an extension. */
const struct step *interpreter_built_in(const struct step_run *s, size_t extension);

/* interpreter_judge.c: the audit of the program; fills s->wheel with what is inside it and what is wrong, and
 * lays the licences of all that below INTERPRETER_TREE. */
int interpreter_judge(struct step_run *s, struct err *e);

/* interpreter_layout.c: everything that its build installed and that belongs into the tree, with the new
 * program and what is Python of what is built in. Then, of one that is a single file, that. */
int interpreter_lay_out(struct step_run *s, struct err *e);
int interpreter_join(struct step_run *s, struct err *e);

/* interpreter_try.c: starts it elsewhere than where it was made: a try for itself, and one for each
 * extension. What came of them goes to s->wheel; one that failed is an error. */
int interpreter_add_tries(struct step_run *s, struct commands *out, struct err *e);
int interpreter_read_tries(struct step_run *s, struct err *e);

#endif
