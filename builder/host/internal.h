/* For host/ and its tests. */
#ifndef HOST_INTERNAL_H
#define HOST_INTERNAL_H

#include "base/str.h"
#include "host/host.h"

enum { HOST_PROGRAMS_MOST = 6, HOST_FAMILIES = HOST_SUSE };

/* One row of the table. */
struct tool_entry {
    const char *name;
    const char *programs[HOST_PROGRAMS_MOST]; /* all are needed; "a|b" is either */
    const char *probe[3]; /* arguments that make the first program print its version; none: --version */
    const char *input;    /* what it reads from stdin meanwhile, or NULL */
    const char *packages[HOST_FAMILIES]; /* by family - 1; several with blanks between */
};

/* NULL when the table does not have it. */
const struct tool_entry *tool_entry_of(const char *name);

/* The version in what a program printed: the first number with a dot that no word runs into, else the first
 * number. Empty when there is none. */
struct slice version_in(const char *text);

/* "apt-get install", NULL for HOST_UNKNOWN. */
const char *host_install_command(enum host_family family);

/* "install the packages a b: apt-get install a b", for a family that is known. The caller frees it. */
char *host_remedy_of(const char *packages);

/* The packages of a tool in a family, NULL when they are not known. */
const char *host_packages(const char *tool, enum host_family family);

#endif
