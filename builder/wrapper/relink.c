/* Files of the project are copied, whatever they are linked by: by their names, or by -l in one of its own
 * folders. Everything else, the compiler's and libraries of the build, stays where it is. */
#include "wrapper/relink.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "wrapper/bytes.h"
#include "wrapper/paths.h"
#include "wrapper/thin.h"

struct relink {
    const struct config *config;
    const char *folder;
    struct words out;
    unsigned copies;
    bool failed;
};

static bool is_own(const struct config *c, const char *real)
{
    if (c->root && path_lies_in(real, c->root))
        return false;
    for (size_t i = 0; i < c->own.count; i++)
        if (path_lies_in(real, c->own.items[i]))
            return true;
    return false;
}

static bool copy(const char *from, const char *to)
{
    struct bytes b;
    if (!bytes_open(&b, from))
        return false;
    int fd = open(to, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    bool whole =
        fd >= 0 && (archive_is_thin(&b) ? archive_fill(fd, from, &b) : write_all(fd, b.start, b.size));
    bytes_close(&b);
    return fd >= 0 && close(fd) == 0 && whole;
}

/* prefix is what stands before the path in the same word. */
static void add_copy(struct relink *r, const char *prefix, const char *from)
{
    struct words to = {0};
    words_addf(&to, "%s/%03u-%s", r->folder, r->copies++, path_last(from));
    r->failed = r->failed || !copy(from, to.items[0]);
    words_addf(&r->out, "%s%s", prefix, to.items[0]);
    words_release(&to);
}

static bool is_shared_object(const char *path)
{
    return word_ends(path, ".so") || strstr(path_last(path), ".so.");
}

static void add_file(struct relink *r, const char *prefix, const char *path)
{
    char *real = realpath(path, NULL);
    struct stat st;
    bool copied = real && is_own(r->config, real) && !is_shared_object(real) && stat(real, &st) == 0 &&
                  S_ISREG(st.st_mode);
    if (copied)
        add_copy(r, prefix, real);
    else
        words_addf(&r->out, "%s%s", prefix, real ? real : path);
    free(real);
}

/* What -lNAME finds in a folder of the project's own; NULL when it is found elsewhere. The caller frees it.
 */
static char *own_library(const struct config *c, const struct words *argv, const char *name)
{
    static const char *const endings[] = {".so", ".a"};
    for (size_t i = 1; i < argv->count; i++) {
        const char *folder = argv->items[i];
        if (!word_starts(folder, "-L"))
            continue;
        folder = folder[2] ? folder + 2 : i + 1 < argv->count ? argv->items[i + 1] : ".";
        char *real = realpath(folder, NULL);
        bool own = real && is_own(c, real);
        for (size_t k = 0; own && k < sizeof endings / sizeof *endings; k++) {
            struct words path = {0};
            words_addf(&path, "%s/lib%s%s", real, name, endings[k]);
            char *found = access(path.items[0], R_OK) == 0 ? strdup(path.items[0]) : NULL;
            words_release(&path);
            if (found) {
                free(real);
                return found;
            }
        }
        free(real);
    }
    return NULL;
}

static void add_library(struct relink *r, const struct words *argv, const char *word)
{
    char *own = word[2] != ':' ? own_library(r->config, argv, word + 2) : NULL;
    if (own)
        add_file(r, "", own);
    else
        words_add(&r->out, word);
    free(own);
}

static void add_word(struct relink *r, const struct words *argv, size_t *at)
{
    static const char *const with_file[] = {"--version-script=", "--dynamic-list="};
    static const char *const with_value[] = {"-o", "-m", "-z", "-plugin", "-soname", "-h", "-u", "-e", "-T"};
    const char *word = argv->items[*at];
    if (*word != '-') {
        add_file(r, "", word);
        return;
    }
    if (word_starts(word, "-L")) {
        const char *folder = word[2] || *at + 1 == argv->count ? word + 2 : argv->items[++*at];
        char *real = realpath(folder, NULL);
        words_addf(&r->out, "-L%s", real ? real : folder);
        free(real);
        return;
    }
    if (word_starts(word, "-l")) {
        add_library(r, argv, word);
        return;
    }
    for (size_t i = 0; i < sizeof with_file / sizeof *with_file; i++)
        if (word_starts(word, with_file[i])) {
            add_file(r, with_file[i], word + strlen(with_file[i]));
            return;
        }
    words_add(&r->out, word);
    for (size_t i = 0; i < sizeof with_value / sizeof *with_value; i++)
        if (strcmp(word, with_value[i]) == 0 && *at + 1 < argv->count)
            words_add(&r->out, argv->items[++*at]);
}

char *relink_keep(const struct config *c, const struct words *argv, const char *name)
{
    struct words paths = {0};
    if (!c->relinks || !*name)
        return NULL;
    words_addf(&paths, "%s/%s", c->relinks, name);
    words_addf(&paths, "%s/" RELINK_WORDS, paths.items[0]);
    struct relink r = {.config = c, .folder = paths.items[0]};
    r.failed = mkdir(r.folder, 0755) < 0 && errno != EEXIST;
    words_add(&r.out, argv->items[0]);
    for (size_t i = 1; i < argv->count && !r.failed; i++)
        add_word(&r, argv, &i);
    r.failed = r.failed || words_write(&r.out, 0, paths.items[1]) < 0;
    char *folder = r.failed ? NULL : strdup(r.folder);
    words_release(&r.out);
    words_release(&paths);
    return folder;
}
