/* Finished trees: nobody writes to them, and whether somebody did can be seen. */
#ifndef SYS_PROTECT_H
#define SYS_PROTECT_H

#include "base/err.h"
#include "base/str.h"

/* Takes the right to write from everything in the folder, but not from the folder itself: that may still be
 * moved. Links are left as they are. */
int tree_protect(const char *path, struct err *e);

/* Adds a line for each entry of the tree, folders and the top too: name, mode, size, inode and the times of
 * content and of the entry itself. Two listings that are the same are of the same tree, untouched. */
int tree_listing(struct strbuf *out, const char *path, struct err *e);

#endif
