/* What is wrong with a recipe although each of its keys is fine. */
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "python/abi/abi.h"
#include "recipe/internal.h"
#include "recipe/version.h"

static bool is_kind(const struct checker *c, enum recipe_kind kind)
{
    return c->kind == 1u << kind;
}

void each_body(
    const struct toml_node *root, void (*visit)(void *arg, const struct toml_node *body), void *arg)
{
    static const char *const overlays[] = {"features", "versions", "target"};
    visit(arg, root);
    for (size_t i = 0; i < COUNT(overlays); i++)
        toml_each (toml_member(root, overlays[i], TOML_TABLE), it)
            if (it->type == TOML_TABLE)
                visit(arg, it);
}

static void check_source(struct checker *c, const struct toml_node *source)
{
    const struct toml_node *urls = toml_get(source, "urls"), *path = toml_get(source, "path");
    const struct toml_node *sha256 = toml_get(source, "sha256"), *exclude = toml_get(source, "exclude");
    if (urls && path)
        mistake_add(&c->mistakes, path->key_pos, "a [[source]] has either urls or a path");
    else if (!urls && !path)
        mistake_add(&c->mistakes, source->pos, "this [[source]] has no \"urls\"");
    else if (urls && urls->type == TOML_ARRAY && urls->list.len == 0)
        mistake_add(&c->mistakes, urls->pos, "\"urls\" is empty");
    else if (urls && !sha256)
        mistake_add(&c->mistakes, source->pos,
            "this [[source]] has no \"sha256\": what is fetched must be known beforehand");
    else if (path && sha256)
        mistake_add(
            &c->mistakes, sha256->key_pos, "a folder has no \"sha256\": its files are hashed when used");
    if (path && exclude)
        mistake_add(
            &c->mistakes, exclude->key_pos, "\"exclude\" is for archives; a folder is taken as it is");
}

static bool array_has(const struct toml_node *array, const char *text)
{
    toml_each (array, it)
        if (it->type == TOML_STRING && strcmp(it->string, text) == 0)
            return true;
    return false;
}

/* An overlay may speak of the archives of the base. */
struct archives {
    struct checker *c;
    const struct toml_node *base, *own;
};

static void check_archive_names(const struct archives *known, const struct toml_node *array, const char *key)
{
    toml_each (array, it)
        if (it->type == TOML_STRING && !array_has(known->base, it->string) &&
            !array_has(known->own, it->string))
            mistake_add(
                &known->c->mistakes, it->pos, "%s \"%s\" is not one of \"archives\"", key, it->string);
}

static void check_data(struct checker *c, const struct toml_node *data)
{
    const struct toml_node *from = toml_get(data, "from"), *text = toml_get(data, "text");
    if (from && text)
        mistake_add(&c->mistakes, text->key_pos, "a [[wheel.data]] has either \"from\" or a \"text\"");
    else if (!from && !text)
        mistake_add(&c->mistakes, data->pos, "this [[wheel.data]] has neither \"from\" nor \"text\"");
}

static void check_body(void *arg, const struct toml_node *body)
{
    struct archives *known = arg;
    toml_each (toml_member(body, "source", TOML_ARRAY), it)
        if (it->type == TOML_TABLE)
            check_source(known->c, it);

    const struct toml_node *provides = toml_member(body, "provides", TOML_TABLE);
    known->own = toml_member(provides, "archives", TOML_ARRAY);
    check_archive_names(known, toml_member(provides, "whole-archive", TOML_ARRAY), "whole-archive");
    toml_each (toml_member(provides, "link-groups", TOML_ARRAY), it)
        if (it->type == TOML_ARRAY)
            check_archive_names(known, it, "link-groups");

    toml_each (toml_member(toml_member(body, "wheel", TOML_TABLE), "data", TOML_ARRAY), it)
        if (it->type == TOML_TABLE)
            check_data(known->c, it);
    check_sharing(known->c, toml_member(toml_member(body, "wheel", TOML_TABLE), "sharing", TOML_TABLE));
    toml_each (toml_member(body, "module", TOML_ARRAY), module)
        toml_each (toml_member(module, "libraries", TOML_ARRAY), it)
            if (it->type == TOML_STRING)
                vec_push(&known->c->references, ((struct reference){it->string, it->pos, true}));
}

static bool any_overlay_has(const struct toml_node *root, const char *table, const char *key)
{
    static const char *const overlays[] = {"features", "versions", "target"};
    for (size_t i = 0; i < COUNT(overlays); i++)
        toml_each (toml_member(root, overlays[i], TOML_TABLE), it)
            if (it->type == TOML_TABLE && toml_get(it, table) &&
                (!key || (toml_get(it, table)->type == TOML_TABLE && toml_get(toml_get(it, table), key))))
                return true;
    return false;
}

/* Systems that give a whole wheel, and who says what is in that. */
static const struct wheel_maker {
    const char *system, *decides;
    const char *own[5]; /* tables that have no place there */
} wheel_makers[] = {
    {"pep517", "the project's backend", {"module", "provides"}},
    {"wheel", "whoever made the wheel", {"module", "wheel", "provides", "requires"}},
};

static const struct wheel_maker *wheel_maker_of(const struct toml_node *root)
{
    const struct toml_node *system =
        toml_member(toml_member(root, "build", TOML_TABLE), "system", TOML_STRING);
    for (size_t i = 0; system && i < COUNT(wheel_makers); i++)
        if (strcmp(system->string, wheel_makers[i].system) == 0)
            return &wheel_makers[i];
    return NULL;
}

/* Of what is in a wheel that a backend makes, how often is said here. */
static void check_wheel_of_backend(struct checker *c, const struct toml_node *root)
{
    toml_each (toml_member(root, "wheel", TOML_TABLE), it)
        if (strcmp(it->key, "sharing") != 0)
            mistake_add(&c->mistakes, it->key_pos,
                "\"%s\" has no place here: with system \"pep517\" the project's backend decides it", it->key);
    toml_each (toml_member(toml_member(root, "wheel", TOML_TABLE), "sharing", TOML_TABLE), it)
        if (it->type == TOML_STRING && strcmp(it->string, "borrow") == 0)
            mistake_add(&c->mistakes, it->pos, "what a project's backend linked cannot borrow");
}

static void check_wheel_maker(
    struct checker *c, const struct toml_node *root, const struct wheel_maker *maker)
{
    if (!is_kind(c, RECIPE_EXTENSION))
        mistake_add(&c->mistakes, toml_get(root, "build")->key_pos,
            "system \"%s\" makes wheels: it goes with kind = \"extension\"", maker->system);
    for (size_t i = 0; maker->own[i]; i++) {
        const struct toml_node *table = toml_get(root, maker->own[i]);
        if (table)
            mistake_add(&c->mistakes, table->key_pos,
                "with system \"%s\" %s decides it: [%s] has no place here", maker->system, maker->decides,
                maker->own[i]);
    }
    if (strcmp(maker->system, "pep517") == 0)
        check_wheel_of_backend(c, root);
}

/* configure, cmake and meson are told each option once; a backend may take several values of one. */
static void check_listed_options(void *arg, const struct toml_node *body)
{
    struct checker *c = arg;
    const struct toml_node *build = toml_member(body, "build", TOML_TABLE);
    toml_each (toml_member(build, "options", TOML_TABLE), it)
        if (it->type == TOML_ARRAY)
            mistake_add(&c->mistakes, it->pos,
                "a list of values goes with system = \"pep517\": other build systems take one for an option");
}

static void check_build(struct checker *c, const struct toml_node *root)
{
    const struct toml_node *build = toml_member(root, "build", TOML_TABLE);
    const struct toml_node *system = toml_member(build, "system", TOML_STRING);
    if (!system)
        return;
    bool commands = strcmp(system->string, "commands") == 0;
    if (strcmp(system->string, "pep517") != 0)
        each_body(root, check_listed_options, c);
    const struct toml_node *steps = toml_get(build, "steps");
    bool installs = toml_get(build, "install") || any_overlay_has(root, "build", "install");
    if (commands && !steps && !installs && !any_overlay_has(root, "build", "steps"))
        mistake_add(&c->mistakes, system->pos, "system \"commands\" has neither \"steps\" nor \"install\"");
    if (!commands && steps)
        mistake_add(&c->mistakes, steps->key_pos, "\"steps\" goes with system = \"commands\"");
    if (wheel_maker_of(root))
        check_wheel_maker(c, root, wheel_maker_of(root));
}

/* What it installs is packed as it is, and only what it is run for shows that it works. */
static void check_program(struct checker *c, const struct toml_node *root)
{
    const struct toml_node *recipe = toml_member(root, "recipe", TOML_TABLE);
    const struct toml_node *provides = toml_member(root, "provides", TOML_TABLE);
    const struct toml_node *test = toml_member(root, "test", TOML_TABLE);
    if (!toml_get(recipe, "license"))
        mistake_add(
            &c->mistakes, recipe->key_pos, "[recipe] has no \"license\": what goes into a wheel needs one");
    if (!provides || !toml_get(provides, "programs"))
        mistake_add(
            &c->mistakes, recipe->key_pos, "there is no [provides] programs: a program says which it is");
    if (!test || (!toml_get(test, "script") && !toml_get(test, "command")))
        mistake_add(&c->mistakes, recipe->key_pos,
            "there is no [test] with a script or a command: a program has to be run once");
    toml_each (toml_member(root, "wheel", TOML_TABLE), it)
        if (strcmp(it->key, "metadata") != 0)
            mistake_add(&c->mistakes, it->key_pos,
                "\"%s\" has no place here: the wheel of a program holds what its build installs", it->key);
    toml_each (toml_member(root, "python", TOML_TABLE), it)
        if (strcmp(it->key, "abi3") == 0 || strcmp(it->key, "abi3t") == 0)
            mistake_add(&c->mistakes, it->key_pos, "\"%s\" is for modules, and a program has none", it->key);
}

static bool is_of_minor(const char *version, int minor)
{
    AUTO_FREE char *begin = xstrf("3.%d.", minor);
    return str_starts(version, begin);
}

/* Which Python it is the headers of says its name; they come from a development package as they are, or of a
 * source that is configured. */
static void check_python_abi(struct checker *c, const struct toml_node *root)
{
    static const char *const foreign[] = {"requires", "provides", "hardening", "features"};
    const struct toml_node *recipe = toml_member(root, "recipe", TOML_TABLE);
    const struct toml_node *name = toml_member(recipe, "name", TOML_STRING);
    const struct toml_node *version = toml_member(recipe, "version", TOML_STRING);
    const struct toml_node *system =
        toml_member(toml_member(root, "build", TOML_TABLE), "system", TOML_STRING);
    struct python_abi abi = {0};
    bool named = name && str_starts(name->string, PYTHON_ABI_PREFIX) &&
                 python_abi_parse(&abi, slice_of(name->string + strlen(PYTHON_ABI_PREFIX)));
    if (name && !named)
        mistake_add(&c->mistakes, name->pos,
            "the headers of a Python are called by that: " PYTHON_ABI_PREFIX "3.14, or " PYTHON_ABI_PREFIX
            "3.14t of the free-threaded build");
    if (named && version && !is_of_minor(version->string, abi.minor))
        mistake_add(
            &c->mistakes, version->pos, "\"%s\" is no version of Python 3.%d", version->string, abi.minor);
    if (system && strcmp(system->string, "autotools") != 0)
        mistake_add(&c->mistakes, system->pos,
            "the source of a Python is configured with system \"autotools\"; a development package needs no "
            "[build]");
    for (size_t i = 0; i < COUNT(foreign); i++) {
        const struct toml_node *table = toml_get(root, foreign[i]);
        if (table)
            mistake_add(&c->mistakes, table->key_pos,
                "[%s] has no place here: of a Python there are only headers, and what its modules are called",
                foreign[i]);
    }
}

/* It is linked again, from the archives that its build leaves. */
static void check_interpreter(struct checker *c, const struct toml_node *root)
{
    const struct toml_node *recipe = toml_member(root, "recipe", TOML_TABLE);
    const struct toml_node *provides = toml_member(root, "provides", TOML_TABLE);
    const struct toml_node *own = toml_member(root, "interpreter", TOML_TABLE);
    const struct toml_node *version = toml_member(recipe, "version", TOML_STRING);
    const struct toml_node *system =
        toml_member(toml_member(root, "build", TOML_TABLE), "system", TOML_STRING);
    const struct toml_node *layout = toml_member(own, "layout", TOML_STRING);
    bool single = layout && strcmp(layout->string, "single") == 0;
    if (!toml_get(recipe, "license"))
        mistake_add(
            &c->mistakes, recipe->key_pos, "[recipe] has no \"license\": what is given away needs one");
    if (!provides || !toml_get(provides, "whole-archive") || !toml_get(provides, "programs"))
        mistake_add(&c->mistakes, recipe->key_pos,
            "there is no [provides] with whole-archive and programs: an interpreter is linked again, from "
            "libpython and what that needs");
    if (system && strcmp(system->string, "autotools") != 0)
        mistake_add(&c->mistakes, system->pos, "CPython is built with system \"autotools\"");
    if (version && !str_starts(version->string, "3."))
        mistake_add(&c->mistakes, version->pos, "\"%s\" is no version of Python 3", version->string);
    static const char *const of_single[] = {"sources", "compressed"};
    for (size_t i = 0; i < COUNT(of_single); i++) {
        const struct toml_node *key = own ? toml_get(own, of_single[i]) : NULL;
        if (key && !single && !any_overlay_has(root, "interpreter", "layout"))
            mistake_add(&c->mistakes, key->key_pos, "\"%s\" goes with layout = \"single\"", of_single[i]);
    }
}

/* A recipe that cannot give what its kind is for. */
static void check_kind(struct checker *c, const struct toml_node *root)
{
    const struct toml_node *recipe = toml_member(root, "recipe", TOML_TABLE);
    const struct toml_node *kind = toml_member(recipe, "kind", TOML_STRING);
    if (!kind)
        return;
    if (!toml_get(root, "source") && !any_overlay_has(root, "source", NULL))
        mistake_add(&c->mistakes, recipe->key_pos, "there is no [[source]]");
    if (is_kind(c, RECIPE_LIBRARY) && !toml_get(recipe, "license"))
        mistake_add(
            &c->mistakes, recipe->key_pos, "[recipe] has no \"license\": what goes into a wheel needs one");
    if (is_kind(c, RECIPE_LIBRARY) && !toml_get(root, "provides"))
        mistake_add(&c->mistakes, recipe->key_pos, "there is no [provides]: a library says what it gives");
    if (is_kind(c, RECIPE_PROGRAM))
        check_program(c, root);
    if (is_kind(c, RECIPE_PYTHON_ABI))
        check_python_abi(c, root);
    if (is_kind(c, RECIPE_INTERPRETER))
        check_interpreter(c, root);
    if (is_kind(c, RECIPE_EXTENSION) && !toml_get(root, "module") && !wheel_maker_of(root))
        mistake_add(&c->mistakes, recipe->key_pos, "there is no [[module]]: an extension has at least one");
}

/* Our own compile lines say what they are made for; a backend does as it does. */
static void check_abi3t_made(struct checker *c, const struct toml_node *root)
{
    const struct toml_node *abi3t = toml_get(toml_member(root, "python", TOML_TABLE), "abi3t");
    if (abi3t && wheel_maker_of(root))
        mistake_add(&c->mistakes, abi3t->key_pos,
            "\"abi3t\" goes with [[module]]: with system \"%s\" %s decides for what modules are made",
            wheel_maker_of(root)->system, wheel_maker_of(root)->decides);
}

static void check_modules(struct checker *c, const struct toml_node *root)
{
    const struct toml_node *modules = toml_member(root, "module", TOML_ARRAY);
    AUTO(map) struct map seen = {0};
    toml_each (modules, it) {
        const struct toml_node *name = toml_member(it, "name", TOML_STRING);
        if (name && map_set(&seen, name->string, c))
            mistake_add(&c->mistakes, name->pos, "module \"%s\" is there already", name->string);
    }
}

static void check_versions(struct checker *c, const struct toml_node *root)
{
    const struct toml_node *recipe = toml_member(root, "recipe", TOML_TABLE);
    const struct toml_node *version = toml_member(recipe, "version", TOML_STRING);
    toml_each (toml_member(root, "versions", TOML_TABLE), it)
        if (version && version_compare(it->key, version->string) == 0)
            mistake_add(
                &c->mistakes, it->key_pos, "version \"%s\" is what [recipe] describes already", it->key);
}

void check_rules(struct checker *c, const struct toml_node *root)
{
    const struct toml_node *provides = toml_member(root, "provides", TOML_TABLE);
    struct archives known = {c, toml_member(provides, "archives", TOML_ARRAY), NULL};
    each_body(root, check_body, &known);
    check_kind(c, root);
    check_build(c, root);
    check_modules(c, root);
    check_abi3t_made(c, root);
    check_versions(c, root);
    vec_each (&c->references, it)
        if (!map_get(it->library ? &c->libraries : &c->required, it->name))
            mistake_add(&c->mistakes, it->at, "\"%s\" is not in [requires]%s", it->name,
                it->library ? " libraries" : "");
}
