/* libarchive, loaded when an archive is first read or written: linked in, its eleven libraries would cost
 * every start of the program more than everything else. Linked in as a static library it costs a start
 * nothing. */
#ifndef ARCHIVE_ARCHIVE_API_H
#define ARCHIVE_ARCHIVE_API_H

#include <archive.h>
#include <archive_entry.h>

#include "archive/load.h"

/* One line a function of libarchive that we call: ARCHIVE_FUNCTION(name without "archive_"). */
#define ARCHIVE_FUNCTIONS(ARCHIVE_FUNCTION)           \
    ARCHIVE_FUNCTION(entry_filetype)                  \
    ARCHIVE_FUNCTION(entry_free)                      \
    ARCHIVE_FUNCTION(entry_hardlink)                  \
    ARCHIVE_FUNCTION(entry_is_encrypted)              \
    ARCHIVE_FUNCTION(entry_mtime)                     \
    ARCHIVE_FUNCTION(entry_mtime_is_set)              \
    ARCHIVE_FUNCTION(entry_mtime_nsec)                \
    ARCHIVE_FUNCTION(entry_new)                       \
    ARCHIVE_FUNCTION(entry_pathname)                  \
    ARCHIVE_FUNCTION(entry_perm)                      \
    ARCHIVE_FUNCTION(entry_set_filetype)              \
    ARCHIVE_FUNCTION(entry_set_mtime)                 \
    ARCHIVE_FUNCTION(entry_set_pathname)              \
    ARCHIVE_FUNCTION(entry_set_perm)                  \
    ARCHIVE_FUNCTION(entry_set_size)                  \
    ARCHIVE_FUNCTION(entry_set_symlink)               \
    ARCHIVE_FUNCTION(entry_size)                      \
    ARCHIVE_FUNCTION(entry_size_is_set)               \
    ARCHIVE_FUNCTION(entry_symlink)                   \
    ARCHIVE_FUNCTION(error_string)                    \
    ARCHIVE_FUNCTION(read_data_block)                 \
    ARCHIVE_FUNCTION(read_free)                       \
    ARCHIVE_FUNCTION(read_new)                        \
    ARCHIVE_FUNCTION(read_next_header)                \
    ARCHIVE_FUNCTION(read_open_fd)                    \
    ARCHIVE_FUNCTION(read_open_memory)                \
    ARCHIVE_FUNCTION(read_support_filter_bzip2)       \
    ARCHIVE_FUNCTION(read_support_filter_gzip)        \
    ARCHIVE_FUNCTION(read_support_filter_xz)          \
    ARCHIVE_FUNCTION(read_support_filter_zstd)        \
    ARCHIVE_FUNCTION(read_support_format_tar)         \
    ARCHIVE_FUNCTION(read_support_format_zip)         \
    ARCHIVE_FUNCTION(write_add_filter_zstd)           \
    ARCHIVE_FUNCTION(write_close)                     \
    ARCHIVE_FUNCTION(write_data)                      \
    ARCHIVE_FUNCTION(write_free)                      \
    ARCHIVE_FUNCTION(write_header)                    \
    ARCHIVE_FUNCTION(write_new)                       \
    ARCHIVE_FUNCTION(write_open_filename)             \
    ARCHIVE_FUNCTION(write_set_format_pax_restricted) \
    ARCHIVE_FUNCTION(write_set_options)

struct archive_api {
#define ARCHIVE_FUNCTION(name) __typeof__(archive_##name) *name;
    ARCHIVE_FUNCTIONS(ARCHIVE_FUNCTION)
#undef ARCHIVE_FUNCTION
};

/* The loaded library, which stays loaded; NULL before libarchive_load. */
extern const struct archive_api *libarchive;

#endif
