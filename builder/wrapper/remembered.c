/* setuptools compiles every file of a module when one has changed, and none when a header has. So what
 * decides stands here: the words, the folder, and the times of all files that the compiler has read, which it
 * writes in the form of a makefile. */
#include "wrapper/remembered.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "wrapper/bytes.h"

static uint64_t add_hash(uint64_t hash, const char *text)
{
    static const uint64_t prime = 0x100000001b3; /* FNV-1a */
    for (; *text; text++)
        hash = (hash ^ (unsigned char)*text) * prime;
    return hash * prime;
}

/* One object of one source; what writes dependencies of its own is left alone, since its build system reads
 * them. */
static const char *object_of(const struct words *argv)
{
    const char *object = NULL;
    bool compiles = false;
    for (size_t i = 1; i < argv->count; i++) {
        const char *word = argv->items[i];
        if (word_starts(word, "-M") || word_starts(word, "-Wp,-M") || strcmp(word, "-") == 0)
            return NULL;
        compiles |= strcmp(word, "-c") == 0;
        if (strcmp(word, "-o") == 0 && i + 1 < argv->count)
            object = argv->items[++i];
        else if (word_starts(word, "-o") && word[2])
            object = word + 2;
    }
    return compiles && object && word_ends(object, ".o") ? object : NULL;
}

static char *path_of(const struct config *c, uint64_t hash, const char *suffix)
{
    char *path = NULL;
    if (asprintf(&path, "%s/%016llx%s", c->remembered, (unsigned long long)hash, suffix) < 0)
        return NULL;
    return path;
}

void remembered_init(struct remembered *r, const struct config *c, const struct words *argv)
{
    char folder[4096];
    const char *object = c->remembered ? object_of(argv) : NULL;
    *r = (struct remembered){0};
    if (!object || !getcwd(folder, sizeof folder))
        return;
    uint64_t hash = add_hash(add_hash(0xcbf29ce484222325, folder), object);
    r->dependencies = path_of(c, hash, ".d");
    r->words = path_of(c, hash, ".words");
    r->object = r->dependencies && r->words ? strdup(object) : NULL;
}

void remembered_release(struct remembered *r)
{
    free(r->object);
    free(r->dependencies);
    free(r->words);
    *r = (struct remembered){0};
}

static bool is_before(const struct timespec *a, const struct timespec *b)
{
    return a->tv_sec != b->tv_sec ? a->tv_sec < b->tv_sec : a->tv_nsec < b->tv_nsec;
}

static bool has_words(const struct remembered *r, const struct words *argv)
{
    struct bytes file;
    if (!bytes_open(&file, r->words))
        return false;
    const char *at = (const char *)file.start;
    size_t left = file.size;
    bool same = true;
    for (size_t i = 0; i < argv->count && same; i++) {
        size_t len = strlen(argv->items[i]) + 1;
        same = len <= left && memcmp(at, argv->items[i], len) == 0;
        at += same ? len : 0;
        left -= same ? len : 0;
    }
    bytes_close(&file);
    return same && !left;
}

/* The next name of a makefile's list: blanks part, a backslash keeps what follows it. False at the end. */
static bool next_name(const char **at, const char *end, char *name)
{
    const char *p = *at;
    while (p < end && (*p == ' ' || *p == '\n' || (*p == '\\' && p + 1 < end && p[1] == '\n')))
        p++;
    bool found = p < end;
    for (; p < end && *p != ' ' && *p != '\n'; p++) {
        if (*p == '\\' && p + 1 < end && p[1] != '\n')
            p++;
        else if (*p == '$' && p + 1 < end && p[1] == '$')
            p++;
        else if (*p == '\\')
            break;
        *name++ = *p;
    }
    *name = '\0';
    *at = p;
    return found;
}

/* What stands behind "object:". */
static bool is_newer_than_all(const struct remembered *r, const struct timespec *made)
{
    struct bytes file;
    struct stat st;
    if (!bytes_open(&file, r->dependencies))
        return false;
    const char *at = (const char *)file.start, *end = at + file.size;
    char *name = wrapper_memory(NULL, file.size + 1);
    bool newer = next_name(&at, end, name) && word_ends(name, ":");
    size_t count = 0;
    for (; newer && next_name(&at, end, name); count++)
        newer = stat(name, &st) == 0 && is_before(&st.st_mtim, made);
    free(name);
    bytes_close(&file);
    return newer && count;
}

bool remembered_is_done(const struct remembered *r, const struct words *argv)
{
    struct stat st;
    return r->object && stat(r->object, &st) == 0 && S_ISREG(st.st_mode) && st.st_size &&
           has_words(r, argv) && is_newer_than_all(r, &st.st_mtim);
}

void remembered_begin(const struct remembered *r, struct words *out)
{
    unlink(r->words);
    words_add(out, "-MMD");
    words_add(out, "-MF");
    words_add(out, r->dependencies);
}

void remembered_end(const struct remembered *r, const struct words *argv)
{
    FILE *f = fopen(r->words, "we");
    bool failed = !f;
    for (size_t i = 0; !failed && i < argv->count; i++)
        failed = fwrite(argv->items[i], strlen(argv->items[i]) + 1, 1, f) != 1;
    if (f)
        failed |= fclose(f) != 0;
    if (failed)
        unlink(r->words);
}
