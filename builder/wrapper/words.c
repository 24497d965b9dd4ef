/* Lists of words, and the response files that long ones come in. */
#include "wrapper/words.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "wrapper/bytes.h"

enum { NESTED_MAX = 16 };

void *wrapper_memory(void *old, size_t bytes)
{
    void *p = realloc(old, bytes);
    if (p)
        return p;
    fputs("staticbuild: out of memory\n", stderr);
    exit(127);
}

static void add_own(struct words *list, char *word)
{
    if (list->count + 2 > list->room) {
        list->room = list->room ? list->room * 2 : 64;
        list->items = wrapper_memory(list->items, list->room * sizeof *list->items);
    }
    list->items[list->count++] = word;
    list->items[list->count] = NULL;
}

void words_add(struct words *list, const char *word)
{
    size_t bytes = strlen(word) + 1;
    add_own(list, memcpy(wrapper_memory(NULL, bytes), word, bytes));
}

void words_addf(struct words *list, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    char *word = NULL;
    if (vasprintf(&word, format, args) < 0)
        word = wrapper_memory(NULL, SIZE_MAX / 2);
    va_end(args);
    add_own(list, word);
}

void words_add_all(struct words *list, const struct words *more)
{
    for (size_t i = 0; i < more->count; i++)
        words_add(list, more->items[i]);
}

void words_release(struct words *list)
{
    for (size_t i = 0; i < list->count; i++)
        free(list->items[i]);
    free(list->items);
    *list = (struct words){0};
}

bool word_starts(const char *word, const char *prefix)
{
    return strncmp(word, prefix, strlen(prefix)) == 0;
}

bool word_ends(const char *word, const char *suffix)
{
    size_t n = strlen(word), m = strlen(suffix);
    return n >= m && strcmp(word + n - m, suffix) == 0;
}

static void expand(struct words *out, char *const *argv, unsigned depth, bool *had_files);

/* The next word of a response file into *word, which has room for all of it. */
static bool next_word(const char **at, const char *end, char *word)
{
    const char *p = *at;
    while (p < end && isspace((unsigned char)*p))
        p++;
    if (p == end)
        return false;
    for (char quote = 0; p < end && (quote || !isspace((unsigned char)*p)); p++) {
        if (*p == '\\' && p + 1 < end)
            *word++ = *++p;
        else if (quote && *p == quote)
            quote = 0;
        else if (!quote && (*p == '\'' || *p == '"'))
            quote = *p;
        else
            *word++ = *p;
    }
    *word = '\0';
    *at = p;
    return true;
}

static bool expand_file(struct words *out, const char *path, unsigned depth, bool *had_files)
{
    struct bytes file;
    if (depth == NESTED_MAX || !bytes_open(&file, path))
        return false;
    struct words inside = {0};
    char *word = wrapper_memory(NULL, file.size + 1);
    const char *at = (const char *)file.start;
    while (next_word(&at, (const char *)file.start + file.size, word))
        words_add(&inside, word);
    if (inside.count)
        expand(out, inside.items, depth + 1, had_files);
    free(word);
    words_release(&inside);
    bytes_close(&file);
    return true;
}

static void expand(struct words *out, char *const *argv, unsigned depth, bool *had_files)
{
    for (; *argv; argv++) {
        if (**argv == '@' && expand_file(out, *argv + 1, depth, had_files))
            *had_files = true;
        else
            words_add(out, *argv);
    }
}

void words_expand(struct words *out, char *const *argv, bool *had_files)
{
    *had_files = false;
    expand(out, argv, 0, had_files);
}

int words_write(const struct words *list, size_t from, const char *path)
{
    FILE *f = fopen(path, "we");
    if (!f)
        return -1;
    for (size_t i = from; i < list->count; i++) {
        fputc('"', f);
        for (const char *c = list->items[i]; *c; c++) {
            if (*c == '"' || *c == '\\')
                fputc('\\', f);
            fputc(*c, f);
        }
        fputs("\"\n", f);
    }
    bool failed = ferror(f);
    return fclose(f) != 0 || failed ? -1 : 0;
}
