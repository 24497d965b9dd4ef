/* The compiler's caller may ask for this machine's processor, its headers and libraries, another linker or
 * debugging information: none of that belongs into a wheel. Everything else passes as it is, behind the flags
 * that are always given, so that the caller's optimisation wins. */
#include "wrapper/driver.h"

#include <stdlib.h>
#include <string.h>

#include "wrapper/paths.h"

/* Ends in '*': what begins so. */
static const char *const dropped[] = {"-march=native", "-mtune=native", "-mcpu=native", "-fuse-ld=*",
    "--ld-path=*", "-g", "-g0", "-g1", "-g2", "-g3", "-ggdb*", "-gdwarf*", "-gstabs*", "-gsplit-dwarf",
    "-gz*", "-D_FORTIFY_SOURCE*", "-Wp,-D_FORTIFY_SOURCE*", "-gline-tables-only", "-grecord-gcc-switches",
    "-gcolumn-info", "-gstrict-dwarf"};

static const char *const header_options[] = {"-I", "-isystem", "-idirafter", "-iquote"};

/* These end before anything is linked. */
static const char *const no_link[] = {"-c", "-S", "-E", "-M", "-MM", "-fsyntax-only"};

#define COUNT(array) (sizeof(array) / sizeof *(array))

static bool matches(const char *word, const char *pattern)
{
    size_t n = strlen(pattern);
    return pattern[n - 1] == '*' ? strncmp(word, pattern, n - 1) == 0 : strcmp(word, pattern) == 0;
}

static bool is_dropped(const char *word)
{
    for (size_t i = 0; i < COUNT(dropped); i++)
        if (matches(word, dropped[i]))
            return true;
    return false;
}

static bool links(const struct words *argv)
{
    for (size_t i = 0; i < argv->count; i++)
        for (size_t k = 0; k < COUNT(no_link); k++)
            if (strcmp(argv->items[i], no_link[k]) == 0)
                return false;
    return true;
}

/* The option's value, in the same word or in the next; *at is then moved there. NULL: it is another word. */
static const char *value_of(const struct words *argv, size_t *at, const char *option)
{
    const char *word = argv->items[*at];
    if (!word_starts(word, option))
        return NULL;
    if (word[strlen(option)])
        return word + strlen(option);
    return *at + 1 < argv->count ? argv->items[++*at] : NULL;
}

static void log_value(
    const struct config *c, const char *what, const char *who, const char *option, const char *value)
{
    struct words line = {0};
    words_addf(&line, "%s%s", option, value);
    config_log(c, what, who, line.items[0]);
    words_release(&line);
}

static bool take_headers(
    struct words *out, const struct config *c, const char *who, const struct words *argv, size_t *at)
{
    for (size_t i = 0; i < COUNT(header_options); i++) {
        size_t next = *at;
        const char *folder = value_of(argv, &next, header_options[i]);
        char *instead;
        if (!folder || !path_is_host_headers(c, folder, &instead))
            continue;
        log_value(c, instead ? "redirected" : "dropped", who, header_options[i], folder);
        if (instead) {
            words_add(out, header_options[i]);
            words_add(out, instead);
        }
        free(instead);
        *at = next;
        return true;
    }
    return false;
}

static bool take_library_folder(const struct config *c, const char *who, const struct words *argv, size_t *at)
{
    size_t next = *at;
    const char *folder = value_of(argv, &next, "-L");
    if (!folder || path_is_allowed(c, folder))
        return false;
    log_value(c, "dropped", who, "-L", folder);
    *at = next;
    return true;
}

/* What goes before the caller's words. _FORTIFY_SOURCE without optimization is a warning of glibc's, and so
 * an error for some. */
static void add_own(struct words *out, const struct config *c, const struct words *argv)
{
    bool optimizes = false;
    for (size_t i = 0; i < argv->count; i++)
        if (word_starts(argv->items[i], "-O"))
            optimizes = strcmp(argv->items[i], "-O0") != 0;
    for (size_t i = 0; i < c->compile.count; i++)
        if (optimizes || !word_starts(c->compile.items[i], "-D_FORTIFY_SOURCE"))
            words_add(out, c->compile.items[i]);
}

void driver_words(struct words *out, const struct config *c, enum wrapper_kind kind, const char *who,
    const struct words *argv)
{
    words_add(out, c->programs[kind]);
    words_addf(out, "-B%s/", c->folder);
    add_own(out, c, argv);
    for (size_t i = 0; i < argv->count; i++) {
        if (is_dropped(argv->items[i]))
            config_log(c, "dropped", who, argv->items[i]);
        else if (!take_headers(out, c, who, argv, &i) && !take_library_folder(c, who, argv, &i))
            words_add(out, argv->items[i]);
    }
    if (links(argv))
        words_add_all(out, &c->link);
}
