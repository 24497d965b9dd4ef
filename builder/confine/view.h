/* What a build sees of this machine: the C library, the compilers and the programs, and nothing of other
 * libraries that could be compiled or linked with. A library that no recipe declared is not found, and what
 * was built says the same on every machine.
 *
 * A view is a folder of symbolic links, made once for a state of the machine and bound over the folders that
 * it replaces:
 *
 *     VIEW/N/…      what is seen of one folder of this machine, as links to /.host/usr/…, where all is
 *     VIEW/empty/   an empty folder
 *     VIEW/etc/     copies of the few files of /etc that programs need
 *     VIEW/stub/    programs that say that they are hidden; first in PATH
 *     VIEW/binds    lines FROM<tab>TO in the order of binding; FROM is a path below VIEW, or absolute
 *
 * What belongs to the C library and the compilers is found by asking the compilers, not a package manager. */
#ifndef CONFINE_VIEW_H
#define CONFINE_VIEW_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "sys/facts.h"

#define VIEW_HOST "/.host" /* below it, inside: this machine's usr as it is */
#define VIEW_STUB "/.stub" /* where VIEW/stub is bound */

struct view_request {
    struct strvec compilers;   /* absolute paths; the first is this machine's own */
    struct strvec interpreted; /* folders of headers that stay whole: interpreters' */
    const struct fact_memory *memory;
};
void view_request_release(struct view_request *r);

/* Adds all that a view depends on as lines: the compilers, and the folders that they and it read, each with
 * what tells a later state from this one. Asks the compilers only when what they say is not remembered. */
int view_facts(struct strbuf *out, const struct view_request *r, struct err *e);

/* Fills an empty folder. */
int view_make(const char *folder, const struct view_request *r, struct err *e);

struct view_bind {
    const char *from, *to; /* absolute */
};

struct host_view {
    const char *folder;
    struct view_bind *binds;
    size_t binds_count;
};

/* Reads VIEW/binds; all of *v lives in the arena. */
int view_open(struct host_view *v, struct arena *a, const char *folder, struct err *e);

#endif
