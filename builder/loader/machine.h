/* A machine as its dynamic loader knows it: a root folder and the folders that are searched for libraries.
 *
 * The root is this machine's own, or a folder that stands for "/" of another one (a container's file system,
 * a sysroot of another architecture). Paths are always as seen from inside the root; links in a foreign root
 * are followed as if it were "/", so that nothing outside of it is looked at. /etc/ld.so.cache is not read:
 * it may be old, and what it was made from is there. Read once and constant afterwards: threads may share it.
 */
#ifndef LOADER_MACHINE_H
#define LOADER_MACHINE_H

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

struct loader_machine {
    char *root;             /* absolute, or "" for this machine; owned */
    struct strvec folders;  /* of /etc/ld.so.conf and what it includes, in order, without doubles */
    struct strvec preload;  /* of /etc/ld.so.preload */
    char *library_path;     /* to be searched as LD_LIBRARY_PATH, or NULL; owned */
    struct strvec troubles; /* what was wrong with those files, a line each */
};

/* root NULL or "/" is this machine. library_path may be NULL. Fails (ERR_ENVIRONMENT) when root is not a
 * folder; what is wrong with the loader's files is in troubles. */
int loader_machine_open(struct loader_machine *m, const char *root, const char *library_path, struct err *e);
void loader_machine_release(struct loader_machine *m);

/* Where a path inside the root is for us to open; the caller frees it. NULL when it is too long or its links
 * go round in circles. That it exists is not said. */
char *loader_machine_path(const struct loader_machine *m, const char *path);

/* True for a folder, or a file of any other kind, inside the root. */
bool loader_machine_has_folder(const struct loader_machine *m, const char *path);
bool loader_machine_has(const struct loader_machine *m, const char *path);

/* For a library folder that is written in the file of musl: "/etc/ld-musl-x86_64.path"; its folders are added
 * to out. False when there is none. */
bool loader_machine_musl_folders(const struct loader_machine *m, const char *loader_name, struct strvec *out);

/* What ld.so.conf(5) says next: a folder, or patterns of files to include with blanks between them. Other
 * lines are passed over. rest->ptr may be NULL. */
enum loader_conf_kind { LOADER_CONF_END, LOADER_CONF_FOLDER, LOADER_CONF_INCLUDE };
enum loader_conf_kind loader_conf_next(struct slice *rest, struct slice *value);

#endif
