/* For this folder and its fuzz target. */
#ifndef ARCHIVE_INTERNAL_H
#define ARCHIVE_INTERNAL_H

#include <stddef.h>

#include "base/err.h"
#include "base/str.h"

struct archive;

/* A reader of libarchive for what sources come in, not opened yet; the caller frees it with
 * libarchive's read_free. NULL when that cannot be loaded. */
struct archive *archive_reader_new(struct err *e);

/* The archive's descriptor, or -1. */
int archive_file_open(const char *path, struct err *e);

/* A reader of it from its beginning; shown is what messages call the archive. NULL with ERR_BUILD. */
struct archive *archive_reader_open(int fd, const char *shown, struct err *e);

/* All of a file that begins as a Unix archive does: 1; 0 when it does not; or -1. */
int archive_unix_read(struct strbuf *out, int fd, const char *shown, struct err *e);

/* A Debian package (deb(5)) is such an archive, with its files in the member data.tar.*: where that is in the
 * bytes. Another one is ERR_BUILD. */
int archive_package_files(struct slice *files, struct slice bytes, const char *shown, struct err *e);

/* Reads from memory, which must outlive the reader. */
struct archive *archive_reader_open_bytes(const void *bytes, size_t size, const char *shown, struct err *e);

/* Frees a reader that could not be opened, and says why. Gives NULL. */
struct archive *archive_reader_refuse(struct archive *a, const char *shown, struct err *e);

#endif
