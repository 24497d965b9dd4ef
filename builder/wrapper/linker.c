/* Search folders that are not the build's are dropped, whoever gave them: the compiler has some of its own.
 * So are run paths, but for those that begin where the module is. A link of an extension module is known by
 * what goes in: an object that defines an entry point. It exports its entry points and nothing else. It, and
 * any other shared object, leaves a map of what came from where. */
#include "wrapper/linker.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "wrapper/objects.h"
#include "wrapper/paths.h"
#include "wrapper/relink.h"

/* Options whose value may stand in the next word, as far as it could be taken for something else. */
static const char *const with_value[] = {"-o", "-m", "-z", "-T", "-h", "-soname", "--soname", "-e", "-u",
    "-y", "-plugin", "-dynamic-linker", "--dynamic-linker", "-plugin-opt", "--defsym", "-Map",
    "--dynamic-list", "-rpath-link", "--rpath-link", "-b", "--oformat", "-A", "-F", "-f", "-G"};

#define COUNT(array) (sizeof(array) / sizeof *(array))

/* Reading a command: the words to come, and what was seen. */
struct link_words {
    const struct config *config;
    const char *who;
    const struct words *argv;
    struct words kept;
    struct words scripts; /* version scripts of the caller's */
    bool shared, has_entry_point;
};

/* Whether word is the option of that name, with one dash or two, its value behind '=' or in the next word. */
static bool take_option(const struct link_words *r, size_t *at, const char *name, const char **value)
{
    const char *word = r->argv->items[*at];
    if (*word != '-')
        return false;
    word += word[1] == '-' ? 2 : 1;
    if (!word_starts(word, name))
        return false;
    word += strlen(name);
    if (*word == '=')
        *value = word + 1;
    else if (!*word && *at + 1 < r->argv->count)
        *value = r->argv->items[++*at];
    else
        return false;
    return true;
}

static bool stays_with_module(const char *run_path)
{
    for (const char *p = run_path; p && *p; p = strchr(p, ':')) {
        p += *p == ':';
        if (!word_starts(p, "$ORIGIN") && !word_starts(p, "${ORIGIN}"))
            return false;
    }
    return *run_path;
}

static bool take_run_path(struct link_words *r, size_t *at)
{
    size_t next = *at;
    const char *value;
    if (!take_option(r, &next, "rpath", &value) && !take_option(r, &next, "rpath-link", &value) &&
        !(strcmp(r->argv->items[*at], "-R") == 0 && take_option(r, &next, "R", &value)))
        return false;
    if (stays_with_module(value)) {
        words_addf(&r->kept, "-rpath=%s", value);
    } else {
        struct words line = {0};
        words_addf(&line, "-rpath %s", value);
        config_log(r->config, "dropped", r->who, line.items[0]);
        words_release(&line);
    }
    *at = next;
    return true;
}

/* Nothing is said of these: most are the compiler's own, and the caller's were told of by the driver. */
static bool take_search_folder(struct link_words *r, size_t *at)
{
    const char *word = r->argv->items[*at], *value = NULL;
    size_t next = *at;
    if (strcmp(word, "-L") == 0)
        take_option(r, &next, "L", &value);
    else if (word_starts(word, "-L"))
        value = word + 2;
    else
        take_option(r, &next, "library-path", &value);
    if (!value || path_is_allowed(r->config, value))
        return false;
    *at = next;
    return true;
}

static bool take_script(struct link_words *r, size_t *at)
{
    const char *value;
    if (!take_option(r, at, "version-script", &value))
        return false;
    words_add(&r->scripts, value);
    return true;
}

/* libNAME.so, libNAME.so.1 or libNAME.a. */
static bool is_library(const char *path)
{
    const char *name = path_last(path);
    return word_starts(name, "lib") &&
           (word_ends(name, ".so") || word_ends(name, ".a") || strstr(name, ".so."));
}

/* What is linked in place of a shared object of the root; the same path otherwise. Owned as path is. */
static char *linkable(const struct config *c, char *path)
{
    char *real = c->root ? realpath(path, NULL) : NULL;
    struct words places = {0};
    if (!real)
        return path;
    words_addf(&places, "%s/usr/lib", c->root);
    words_addf(&places, "%s/" ROOT_LINKED "/%s", c->root, path_last(path));
    if (path_lies_in(real, places.items[0]) && access(places.items[1], R_OK) == 0) {
        free(path);
        path = strdup(places.items[1]);
    }
    words_release(&places);
    free(real);
    return path;
}

/* The library of that name which is the build's; NULL when there is none. The caller frees it. */
static char *own_library(const struct config *c, const char *path)
{
    for (size_t i = 0; i < c->allowed.count; i++) {
        static const char *const below[] = {"", "/lib", "/usr/lib"};
        for (size_t k = 0; k < COUNT(below); k++) {
            struct words own = {0};
            words_addf(&own, "%s%s/%s", c->allowed.items[i], below[k], path_last(path));
            char *found = access(own.items[0], R_OK) == 0 ? strdup(own.items[0]) : NULL;
            words_release(&own);
            if (found)
                return linkable(c, found);
        }
    }
    return NULL;
}

/* False: the link cannot be. */
static bool take_input(struct link_words *r, struct linking *l, const char *path)
{
    if (strchr(path, '/') && is_library(path) && !path_is_allowed(r->config, path)) {
        char *own = own_library(r->config, path);
        struct words line = {0};
        words_addf(&line, "%s", path);
        if (own) {
            config_log(r->config, "redirected", r->who, line.items[0]);
            words_add(&r->kept, own);
        } else {
            config_log(r->config, "refused", r->who, line.items[0]);
            free(l->refused);
            l->refused = strdup(path);
        }
        free(own);
        words_release(&line);
        return own != NULL;
    }
    r->has_entry_point = r->has_entry_point || object_has_entry_point(path);
    char *linked = linkable(r->config, strdup(path));
    words_add(&r->kept, linked ? linked : path);
    free(linked);
    return true;
}

/* An extension module takes Python's functions from the interpreter that loads it. */
static bool is_libpython(const char *word)
{
    return word_starts(word, "-lpython3") || word_starts(word, "-l:libpython3");
}

static bool has_value(const char *word)
{
    for (size_t i = 0; i < COUNT(with_value); i++)
        if (strcmp(word, with_value[i]) == 0)
            return true;
    return false;
}

static void take_word(struct link_words *r, struct linking *l, size_t *at)
{
    const char *word = r->argv->items[*at];
    if (take_run_path(r, at) || take_search_folder(r, at) || take_script(r, at))
        return;
    if (strcmp(word, "-shared") == 0 || strcmp(word, "--shared") == 0 || strcmp(word, "-Bshareable") == 0)
        r->shared = true;
    if (*word != '-') {
        take_input(r, l, word);
        return;
    }
    words_add(&r->kept, word);
    if (has_value(word) && *at + 1 < r->argv->count) {
        const char *value = r->argv->items[++*at];
        words_add(&r->kept, value);
        if (strcmp(word, "-o") == 0)
            l->output = value;
    } else if (word_starts(word, "-o") && word[2] && !word_starts(word, "-oformat")) {
        l->output = word + 2;
    }
}

/* The caller's scripts stay, unless one of them says what a module's entry points are: that is rustc's, which
 * exports everything else that is called from C as well. */
static void add_scripts(struct linking *l, const struct link_words *r)
{
    bool ours = l->module && r->config->exports;
    for (size_t i = 0; i < r->scripts.count && ours; i++)
        ours = script_names_entry_point(r->scripts.items[i]);
    for (size_t i = 0; i < r->scripts.count; i++) {
        if (ours)
            config_log(r->config, "redirected", r->who, r->scripts.items[i]);
        else
            words_addf(&l->argv, "--version-script=%s", r->scripts.items[i]);
    }
    if (ours)
        words_addf(&l->argv, "--version-script=%s", r->config->exports);
}

/* Before folders that the caller names. */
static void add_linked(struct linking *l, const struct config *c)
{
    struct words folder = {0};
    words_addf(&folder, "%s/" ROOT_LINKED, c->root ? c->root : "");
    if (c->root && access(folder.items[0], R_OK) == 0)
        words_addf(&l->argv, "-L%s", folder.items[0]);
    words_release(&folder);
}

/* A shared object that no interpreter imports, but a project loads itself (ctypes, cffi's ABI mode), exports
 * what it was made for. */
static void add_hardening(struct linking *l, const struct config *c)
{
    for (size_t i = 0; i < c->module.count; i++) {
        if (strcmp(c->module.items[i], "-z") == 0 && i + 1 < c->module.count) {
            words_add(&l->argv, "-z");
            words_add(&l->argv, c->module.items[++i]);
        } else if (word_starts(c->module.items[i], "--build-id")) {
            words_add(&l->argv, c->module.items[i]);
        }
    }
}

void linking_init(struct linking *l, const struct config *c, const char *who, const struct words *argv)
{
    struct link_words r = {.config = c, .who = who, .argv = argv};
    *l = (struct linking){.output = "a.out"};
    for (size_t i = 0; i < argv->count; i++)
        take_word(&r, l, &i);
    l->shared = r.shared;
    l->module = r.shared && r.has_entry_point;
    words_add(&l->argv, c->programs[WRAPPER_LD]);
    if (c->confined)
        words_add(&l->argv, "-nostdlib");
    add_linked(l, c);
    if (l->module)
        words_add_all(&l->argv, &c->module);
    else if (l->shared)
        add_hardening(l, c);
    for (size_t i = 0; i < r.kept.count; i++) {
        if (l->module && is_libpython(r.kept.items[i]))
            config_log(c, "dropped", who, r.kept.items[i]);
        else
            words_add(&l->argv, r.kept.items[i]);
    }
    if (c->root)
        words_addf(&l->argv, "-L%s/usr/lib", c->root);
    add_scripts(l, &r);
    if (l->shared && c->maps) {
        struct words map = {0};
        words_addf(&map, "%s/%s-%ld.map", c->maps, path_last(l->output), (long)getpid());
        l->map = strdup(map.items[0]);
        words_addf(&l->argv, "-Map=%s", map.items[0]);
        words_release(&map);
    }
    words_release(&r.kept);
    words_release(&r.scripts);
}

void linking_release(struct linking *l)
{
    words_release(&l->argv);
    free(l->map);
    free(l->refused);
    *l = (struct linking){0};
}

void linking_note(const struct linking *l, const struct config *c, const char *who)
{
    char id[129];
    struct words line = {0};
    object_build_id(l->output, id, sizeof id);
    char *kept = relink_keep(c, &l->argv, id);
    words_addf(&line, "%s\t%s\t%s\t%s", id, l->map ? l->map : "", l->output, kept ? kept : "");
    config_log(c, "module", who, line.items[0]);
    words_release(&line);
    free(kept);
}
