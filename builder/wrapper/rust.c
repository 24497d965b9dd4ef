/* cargo starts rustc once for each crate, and says in the environment which crate it is; what it is made of
 * is on the command line. So the log knows what came into a module, and what only helped to compile it. */
#include "wrapper/rust.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "wrapper/paths.h"

/* The value of an option in the word at *at ("NAME=VALUE", or "NAME VALUE" in two); *at is moved to the last
 * word of it. NULL: it is another one. */
static const char *value_of(const struct words *argv, size_t *at, const char *option)
{
    const char *word = argv->items[*at];
    if (!word_starts(word, option))
        return NULL;
    word += strlen(option);
    if (*word == '=')
        return word + 1;
    return !*word && *at + 1 < argv->count ? argv->items[++*at] : NULL;
}

/* "-C opt-level=3", "-Copt-level=3" and "--codegen=opt-level=3" are the same. */
static const char *codegen_of(const struct words *argv, size_t *at)
{
    const char *word = argv->items[*at];
    if (word_starts(word, "--codegen"))
        return value_of(argv, at, "--codegen");
    if (!word_starts(word, "-C"))
        return NULL;
    return word[2] ? word + 2 : *at + 1 < argv->count ? argv->items[++*at] : NULL;
}

/* "static=NAME" of "-l static=NAME" and "-lstatic=NAME", where the build has libNAME.a. */
static const char *static_library_of(const struct config *c, const struct words *argv, size_t *at)
{
    const char *word = argv->items[*at];
    if (!c->root || !word_starts(word, "-l"))
        return NULL;
    const char *value = word[2] ? word + 2 : *at + 1 < argv->count ? argv->items[++*at] : "";
    struct words path = {0};
    words_addf(
        &path, "%s/usr/lib/lib%s.a", c->root, value + strcspn(value, "=") + (strchr(value, '=') != NULL));
    bool ours = word_starts(value, "static=") && access(path.items[0], R_OK) == 0;
    words_release(&path);
    return ours ? value : NULL;
}

/* A library that is bundled is taken into the crate, where nobody knows it again. */
static bool take_library(struct words *out, const struct config *c, const struct words *argv, size_t *at)
{
    size_t last = *at;
    const char *value = static_library_of(c, argv, &last);
    if (!value)
        return false;
    words_add(out, "-l");
    words_addf(out, "static:-bundle=%s", value + strlen("static="));
    *at = last;
    return true;
}

void rust_words(struct words *out, const struct config *c, const char *who, const struct words *argv)
{
    words_add(out, c->programs[WRAPPER_RUSTC]);
    words_add_all(out, &c->rust);
    for (size_t i = 0; i < argv->count; i++) {
        size_t last = i;
        if (take_library(out, c, argv, &i))
            continue;
        const char *codegen = codegen_of(argv, &last);
        if (codegen && strcmp(codegen, "target-cpu=native") == 0) {
            config_log(c, "dropped", who, "-Ctarget-cpu=native");
            i = last;
        } else {
            words_add(out, argv->items[i]);
        }
    }
}

/* "name=target/release/deps/libname-0123.rlib" -> "libname-0123". */
static void add_extern(struct words *list, const char *value)
{
    const char *path = strchr(value, '=');
    if (!path)
        return;
    const char *name = path_last(path + 1);
    words_addf(list, "%.*s", (int)strcspn(name, "."), name);
}

static const char *said(const char *variable)
{
    const char *value = getenv(variable);
    return value ? value : "";
}

void rust_note(const struct config *c, const char *who, const struct words *argv)
{
    const char *name = NULL, *kind = "bin", *extra = "", *value;
    struct words externs = {0}, line = {0};
    for (size_t i = 0; i < argv->count; i++) {
        if ((value = value_of(argv, &i, "--crate-name")))
            name = value;
        else if ((value = value_of(argv, &i, "--crate-type")))
            kind = value;
        else if ((value = value_of(argv, &i, "--extern")))
            add_extern(&externs, value);
        else if ((value = codegen_of(argv, &i)) && word_starts(value, "extra-filename="))
            extra = value + strlen("extra-filename=");
    }
    if (name && *said("CARGO_PKG_NAME")) {
        words_addf(&line, "lib%s%s\t%s\t%s\t%s\t%s\t%s\t", name, extra, kind, said("CARGO_PKG_NAME"),
            said("CARGO_PKG_VERSION"), said("CARGO_PKG_LICENSE"), said("CARGO_MANIFEST_DIR"));
        for (size_t i = 0; i < externs.count; i++)
            words_addf(&line, "%s%s%s", line.items[line.count - 1], i ? " " : "", externs.items[i]);
        config_log(c, "crate", who, line.items[line.count - 1]);
    }
    words_release(&externs);
    words_release(&line);
}
