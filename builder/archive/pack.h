/* Packs a folder for another machine: a tar under zstd. The same files make the same bytes. */
#ifndef ARCHIVE_PACK_H
#define ARCHIVE_PACK_H

#include "base/err.h"

/* Writes the archive of all that is below folder, each entry under the name top, without owners and with one
 * time for all. Only folders, files and links are packed; a link that leads out of the folder is an error, as
 * who unpacks it would refuse it. */
int pack_folder(const char *folder, const char *top, const char *archive, struct err *e);

/* The same as a command: work over all bytes of a folder, which shall stop nobody else. */
struct archive_request {
    const char *folder, *top, *archive;
};
struct command;
void archive_command(struct command *c, const struct archive_request *r);

extern const struct helper archive_helper;

#endif
