/* Unpacking as a command for the task runner. */
#include <locale.h>
#include <stdbool.h>
#include <string.h>

#include "archive/load.h"
#include "archive/unpack.h"
#include "base/alloc.h"
#include "base/cleanup.h"
#include "sys/environment.h"
#include "sys/read.h"

static const struct field fields[] = {
    FIELD(TEXT, struct unpack_request, archive),
    FIELD(TEXT_OR_NULL, struct unpack_request, shown),
    FIELD(TEXT_OR_NULL, struct unpack_request, sha256),
    FIELD(TEXT, struct unpack_request, into),
    FIELD(TEXT_OR_NULL, struct unpack_request, newest),
    FIELD(NUMBER, struct unpack_request, bytes_max),
    FIELD(NUMBER, struct unpack_request, entries_max),
    FIELD(TEXTS, struct unpack_request, exclude),
};

void unpack_command(struct command *c, const struct unpack_request *r)
{
    command_set_helper(c, &unpack_helper, r);
    environment_clean(&c->env, NULL, LOCALE_UTF8, NULL, NULL); /* UTC: zip keeps local times */
    c->memory_bytes = UNPACK_MEMORY_BYTES;
}

/* Names are bytes. libarchive turns those that a tar says to be UTF-8 into the locale's characters, and
 * composes them (Unicode's form C) when these are UTF-8 too: then two files would be one. Where it cannot
 * turn a name it leaves its bytes, so that "C" is the locale for tar; a name of a zip would be lost there. */
static const char *locale_for(const char *archive)
{
    char magic[2];
    struct stat st;
    AUTO(err) struct err ignored = ERR_INIT; /* unpacking says what is wrong with it */
    AUTO_CLOSE int fd = file_open_regular(archive, &st, &ignored);
    bool zip = fd >= 0 && file_take(fd, magic, sizeof magic, 0, archive, &ignored) == sizeof magic &&
               memcmp(magic, "PK", 2) == 0;
    return zip ? "C.UTF-8" : "C";
}

static int run(const void *request, struct err *e)
{
    struct unpack_request r = *(const struct unpack_request *)request;
    r.shown = r.shown ? r.shown : r.archive;
    setlocale(LC_CTYPE, locale_for(r.archive)); /* whatever the user's is */
    return unpack_archive(&r, e);
}

const struct helper unpack_helper = {
    .word = "internal-unpack",
    .fields = fields,
    .field_count = COUNT(fields),
    .request_bytes = sizeof(struct unpack_request),
    .starts_nothing = true,
    .load = libarchive_load,
    .run = run,
};
