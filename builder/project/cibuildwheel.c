/* [tool.cibuildwheel]: which builds are selected, for what, and what of the rest has another place here. */
#include "project/cibuildwheel.h"

#include <fnmatch.h>
#include <string.h>
#include <sys/utsname.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/count.h"
#include "base/vec.h"
#include "python/pep440.h"
#include "python/python_symbols.h"
#include "sys/fs.h"
#include "toml/toml.h"

enum { OLDEST = 8 }; /* that cibuildwheel builds for */

struct settings_reading {
    struct ci_settings *s;
    struct arena *a;
    const char *path;
    const char *machine;       /* the architecture that is built for: "aarch64" */
    struct strvec build, skip; /* patterns; braces are expanded */
    VEC(struct ci_left) left;
    VEC(const char *) config;
    struct err *e;
};

static void wrong(struct settings_reading *r, const struct toml_node *n, const char *what)
{
    err_at(r->e, ERR_RECIPE, r->path, n->pos.line, n->pos.column, "%s: %s, found %s", n->key ? n->key : "it",
        what, toml_type_name(n->type));
}

/* "cp3{9,10}-*" is two patterns. Braces inside of braces are taken as they are. */
static void add_pattern(struct strvec *out, struct slice pattern)
{
    const char *open = memchr(pattern.ptr, '{', pattern.len);
    const char *end = pattern.ptr + pattern.len;
    const char *close = open ? memchr(open, '}', (size_t)(end - open)) : NULL;
    if (!close) {
        strvec_pushn(out, pattern.ptr, pattern.len);
        return;
    }
    struct slice words = {open + 1, (size_t)(close - open - 1)};
    while (words.ptr) {
        struct slice word = slice_cut(&words, ',');
        AUTO_FREE char *whole = xstrf("%.*s%.*s%.*s", (int)(open - pattern.ptr), pattern.ptr, (int)word.len,
            word.ptr, (int)(end - close - 1), close + 1);
        add_pattern(out, slice_of(whole));
    }
}

static void add_patterns(struct strvec *out, const char *text)
{
    struct slice rest = slice_of(text);
    while (rest.ptr) {
        struct slice pattern = slice_cut(&rest, ' ');
        if (pattern.len)
            add_pattern(out, pattern);
    }
}

/* A text with spaces, or a list. */
static void read_patterns(struct settings_reading *r, const struct toml_node *n, struct strvec *out)
{
    strvec_release(out);
    *out = (struct strvec){0};
    if (n->type == TOML_STRING) {
        add_patterns(out, n->string);
        return;
    }
    if (n->type != TOML_ARRAY) {
        wrong(r, n, "patterns are expected");
        return;
    }
    toml_each (n, it)
        if (it->type == TOML_STRING)
            add_patterns(out, it->string);
        else
            wrong(r, it, "a pattern is expected");
}

static void read_build(struct settings_reading *r, const struct toml_node *n)
{
    read_patterns(r, n, &r->build);
}

static void read_skip(struct settings_reading *r, const struct toml_node *n)
{
    read_patterns(r, n, &r->skip);
}

static void leave(struct settings_reading *r, const struct toml_node *n, const char *advice)
{
    vec_push(&r->left, ((struct ci_left){arena_strdup(r->a, n->key), n->key_pos.line, advice}));
}

/* The names of cibuildwheel's own images, which are those of policies; another's may have one of them in its
 * address. */
static void read_image(struct settings_reading *r, const struct toml_node *n)
{
    static const struct {
        const char *word, *target;
    } images[] = {{"manylinux2014", "manylinux_2_17"}, {"manylinux_2_28", "manylinux_2_28"},
        {"manylinux_2_31", "manylinux_2_31"}, {"manylinux_2_34", "manylinux_2_34"},
        {"manylinux_2_35", "manylinux_2_35"}, {"manylinux_2_39", "manylinux_2_39"}};
    AUTO_FREE char *own = xstrf("manylinux-%s-image", r->machine);
    if (n->type != TOML_STRING) {
        wrong(r, n, "a name is expected");
        return;
    }
    if (strcmp(n->key, own) != 0) {
        leave(r, n, "another platform is another target, as in --target musllinux_1_2");
        return;
    }
    for (size_t i = 0; i < COUNT(images); i++)
        if (strstr(n->string, images[i].word)) {
            r->s->target = images[i].target;
            return;
        }
    leave(r, n, "its name says no policy; choose one with --target");
}

static void add_config(struct settings_reading *r, const char *key, const struct toml_node *value)
{
    if (value->type == TOML_STRING)
        vec_push(&r->config, arena_strf(r->a, "%s=%s", key, value->string));
    else if (value->type == TOML_BOOL)
        vec_push(&r->config, arena_strf(r->a, "%s=%s", key, value->boolean ? "true" : "false"));
    else
        wrong(r, value, "a text is expected");
}

/* A table, or "key=value key=value". */
static void read_config(struct settings_reading *r, const struct toml_node *n)
{
    r->config.len = 0;
    if (n->type == TOML_TABLE) {
        toml_each (n, it)
            if (it->type == TOML_ARRAY)
                toml_each (it, value)
                    add_config(r, it->key, value);
            else
                add_config(r, it->key, it);
        return;
    }
    if (n->type != TOML_STRING) {
        wrong(r, n, "a table or a text is expected");
        return;
    }
    struct slice rest = slice_of(n->string);
    while (rest.ptr) {
        struct slice word = slice_cut(&rest, ' ');
        if (word.len)
            vec_push(&r->config, arena_strndup(r->a, word.ptr, word.len));
    }
}

static void read_archs(struct settings_reading *r, const struct toml_node *n)
{
    const char *const own[] = {"auto", "auto64", "native", r->machine};
    struct strvec words = {0};
    read_patterns(r, n, &words);
    for (size_t i = 0; i < words.len; i++) {
        bool known = false;
        for (size_t k = 0; k < COUNT(own); k++)
            known |= strcmp(words.items[i], own[k]) == 0;
        if (!known) {
            leave(r, n, "another architecture is another target (staticbuild target list)");
            break;
        }
    }
    strvec_release(&words);
}

/* A row a setting: what takes it, or what is said of it; neither: it has no meaning here. */
static const struct ci_key {
    const char *key;
    void (*read)(struct settings_reading *r, const struct toml_node *n);
    const char *advice;
} keys[] = {
    {"build", read_build, NULL},
    {"skip", read_skip, NULL},
    {"archs", read_archs, NULL},
    {"config-settings", read_config, NULL},
    {"before-all", NULL, "libraries are recipes: --library NAME, or libraries of [tool.staticbuild]"},
    {"before-build", NULL, "what a build needs is in requires of [build-system], and is locked by hash"},
    {"before-test", NULL, "a test is a recipe's [test]"},
    {"test-command", NULL,
        "a test is a recipe's [test] script or command; the wheel is imported in any case"},
    {"test-requires", NULL, "a test is a recipe's, and what it needs is requires of its [test]"},
    {"test-extras", NULL, "a test is a recipe's, and what it needs is requires of its [test]"},
    {"test-sources", NULL, "a test is a recipe's [test]"},
    {"test-groups", NULL, "a test is a recipe's, and what it needs is requires of its [test]"},
    {"environment", NULL, "flags and variables of a shell reach no build; a recipe's [build] env does"},
    {"environment-pass", NULL, "flags and variables of a shell reach no build; a recipe's [build] env does"},
    {"overrides", NULL, "one command a case takes their place"},
    {"repair-wheel-command", NULL, NULL},
    {"build-frontend", NULL, NULL},
    {"build-verbosity", NULL, NULL},
    {"container-engine", NULL, NULL},
    {"dependency-versions", NULL, NULL},
    {"audit-command", NULL, NULL},
};

static void read_key(struct settings_reading *r, const struct toml_node *n)
{
    for (size_t i = 0; i < COUNT(keys); i++) {
        if (strcmp(keys[i].key, n->key) != 0)
            continue;
        if (keys[i].read)
            keys[i].read(r, n);
        else if (keys[i].advice)
            leave(r, n, keys[i].advice);
        return;
    }
    if (str_ends(n->key, "-image")) {
        read_image(r, n);
        return;
    }
    if (n->type != TOML_TABLE) /* tables are other platforms' */
        leave(r, n, "nothing here has this meaning");
}

static bool fits(const struct strvec *patterns, const char *identifier)
{
    for (size_t i = 0; i < patterns->len; i++)
        if (fnmatch(patterns->items[i], identifier, 0) == 0)
            return true;
    return false;
}

/* Free-threaded builds are wanted only where a pattern says so. */
static bool is_built(const struct settings_reading *r, int minor, bool free_threaded)
{
    AUTO_FREE char *identifier = xstrf("cp3%d%s-manylinux_%s", minor, free_threaded ? "t" : "", r->machine);
    return (r->build.len ? fits(&r->build, identifier) : !free_threaded) && !fits(&r->skip, identifier);
}

static int choose_pythons(struct settings_reading *r, const char *requires)
{
    VEC(const char *) chosen = {0};
    int status = 0;
    for (int minor = OLDEST; minor <= PYTHON_SYMBOLS_NEWEST && status >= 0; minor++) {
        AUTO_FREE char *newest = xstrf("3.%d.999", minor); /* ">=3.9.2" takes what 3.9 has become */
        status = pep440_satisfies(newest, requires, r->e);
        for (int t = 0; t < 2 && status == 1; t++)
            if ((!t || minor >= PYTHON_FREE_THREADED_OLDEST) && is_built(r, minor, t))
                vec_push(&chosen, arena_strf(r->a, "3.%d%s", minor, t ? "t" : ""));
    }
    r->s->pythons =
        (struct texts){arena_memdup(r->a, chosen.items, chosen.len * sizeof *chosen.items), chosen.len};
    vec_release(&chosen);
    if (status < 0)
        r->e->kind = ERR_RECIPE;
    return status < 0 ? err_wrap(r->e, "%s: requires-python", r->path) : 0;
}

static int read_all(struct settings_reading *r)
{
    const struct toml_node *root = NULL;
    if (toml_read_file(&root, r->a, r->path, r->e) < 0)
        return -1;
    const struct toml_node *tool = toml_member(root, "tool", TOML_TABLE);
    const struct toml_node *ours = toml_member(tool, "cibuildwheel", TOML_TABLE);
    const struct toml_node *project = toml_member(root, "project", TOML_TABLE);
    const struct toml_node *requires = toml_member(project, "requires-python", TOML_STRING);
    toml_each (ours, it)
        read_key(r, it);
    toml_each (toml_member(ours, "linux", TOML_TABLE), it)
        read_key(r, it);
    if (r->e->text)
        return -1;
    r->s->left = arena_memdup(r->a, r->left.items, r->left.len * sizeof *r->left.items);
    r->s->left_count = r->left.len;
    r->s->config = (struct texts){
        arena_memdup(r->a, r->config.items, r->config.len * sizeof *r->config.items), r->config.len};
    return choose_pythons(r, requires ? requires->string : "");
}

int ci_settings_read(struct ci_settings *s, struct arena *a, const char *path, struct err *e)
{
    struct utsname here;
    uname(&here);
    *s = (struct ci_settings){0};
    struct settings_reading r = {.s = s, .a = a, .path = path, .machine = here.machine, .e = e};
    int status = read_all(&r);
    strvec_release(&r.build);
    strvec_release(&r.skip);
    vec_release(&r.left);
    vec_release(&r.config);
    return status;
}
