/* Unpacking and patching as commands for the task runner. */
#include <locale.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "archive/unpack.h"
#include "base/alloc.h"
#include "base/cleanup.h"
#include "sys/dirs.h"
#include "sys/path.h"
#include "sys/read.h"

void unpack_command(struct command *c, const struct unpack_request *r)
{
    command_set_itself(c, "internal-unpack");
    strvec_push(&c->argv, r->archive);
    strvec_push(&c->argv, r->shown ? r->shown : r->archive);
    strvec_push(&c->argv, r->into);
    strvec_push(&c->argv, r->newest ? r->newest : "");
    strvec_push(&c->argv, r->sha256 ? r->sha256 : "");
    for (size_t i = 0; i < r->exclude_len; i++) {
        AUTO_FREE char *clean = path_clean(r->exclude[i]);
        strvec_push(&c->argv, clean);
    }
    strvec_push(&c->env, "LC_ALL=C.UTF-8");
    strvec_push(&c->env, "TZ=UTC"); /* zip keeps local times */
    c->helper = true;
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

int unpack_main(int argc, char **argv)
{
    enum { WORDS = 5 };
    if (argc < WORDS)
        return 2;
    AUTO(err) struct err e = ERR_INIT;
    setlocale(LC_CTYPE, locale_for(argv[0])); /* whatever the user's is */
    struct unpack_request r = {.archive = argv[0],
        .shown = argv[1],
        .into = argv[2],
        .newest = *argv[3] ? argv[3] : NULL,
        .sha256 = *argv[4] ? argv[4] : NULL,
        .exclude = (const char *const *)argv + WORDS,
        .exclude_len = (size_t)argc - WORDS};
    if (unpack_archive(&r, &e) == 0)
        return 0;
    fprintf(stderr, "error: %s\n", e.text);
    return 1;
}

void patch_command(struct command *c, const char *patch, const char *src, unsigned strip, const char *path)
{
    static const char *const words[] = {
        "patch", "--forward", "--fuzz=0", "--batch", "--no-backup-if-mismatch", "--reject-file=-"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        strvec_push(&c->argv, words[i]);
    strvec_pushf(&c->argv, "-p%u", strip);
    strvec_push(&c->argv, "-i");
    strvec_push(&c->argv, patch);
    strvec_push(&c->env, "LC_ALL=C");
    strvec_push(&c->env, "TZ=UTC");
    strvec_pushf(&c->env, "PATH=%s", path ? path : "/usr/bin:/bin");
    c->dir = xstrdup(src);
}
