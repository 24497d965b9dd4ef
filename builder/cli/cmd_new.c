/* `staticbuild new`: a recipe to fill in. */
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "cli/commands.h"
#include "cli/flags.h"
#include "sys/durable.h"
#include "sys/fs.h"
#include "sys/path.h"
#include "template/template.h"

enum { LARGEST_TEMPLATE = 1 << 20 };

static int no_such_template(const char *folder, const char *name, struct err *e)
{
    AUTO(strbuf) struct strbuf names = {0};
    AUTO(strvec) struct strvec files = {0};
    if (folder_names(&files, folder, e) < 0)
        return -1;
    for (size_t i = 0; i < files.len; i++) {
        const char *file = files.items[i];
        if (file[0] != '.' && str_ends(file, ".toml"))
            strbuf_addf(&names, "%s%.*s", names.len ? ", " : "", (int)(strlen(file) - strlen(".toml")), file);
    }
    return err_set(e, ERR_USAGE, "--template %s: not one of %s (in %s)", name, strbuf_str(&names), folder);
}

static bool is_recipe_name(const char *name)
{
    size_t len = strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._+-");
    return *name && !name[len] && name[0] != '.' && name[0] != '-';
}

/* "meson" is library-meson; a library is built with CMake when nothing else is said. NULL when there is none;
 * the caller frees it. */
static char *skeleton_path(const char *folder, const char *name)
{
    const char *const before[] = {"", "library-", "extension-"};
    if (strcmp(name, "cmake") == 0)
        name = "library";
    for (size_t i = 0; i < COUNT(before); i++) {
        AUTO_FREE char *path = xstrf("%s/%s%s.toml", folder, before[i], name);
        if (path_may_be_file(path))
            return steal_ptr(&path);
    }
    return NULL;
}

/* As a word of Python or C: "my-ext" has a module my_ext. The caller frees it. */
static char *identifier(const char *name)
{
    char *word = xstrf("%s%s", *name >= '0' && *name <= '9' ? "_" : "", name);
    for (char *p = word; *p; p++)
        if (*p == '-' || *p == '.' || *p == '+')
            *p = '_';
    return word;
}

/* What stands between "lib" and ".a" of its archive. */
static const char *archive_stem(const char *name)
{
    return str_starts(name, "lib") && name[3] ? name + 3 : name;
}

static int read_template(struct strbuf *out, const char *name, struct err *e)
{
    AUTO_FREE char *folder = template_path("recipes", e);
    if (!folder)
        return -1;
    AUTO_FREE char *path = strchr(name, '/') ? NULL : skeleton_path(folder, name);
    if (!path)
        return no_such_template(folder, name, e);
    return file_read(out, path, LARGEST_TEMPLATE, e);
}

static int run(struct invocation *inv, struct err *e)
{
    const char *name = inv->arguments.items[0];
    const char *skeleton = inv->template_name ? inv->template_name : "library";
    if (!is_recipe_name(name))
        return err_set(e, ERR_USAGE,
            "\"%s\" is not a name for a recipe: letters, digits, \".\", \"_\", \"+\" and \"-\"", name);
    AUTO_FREE char *path = inv->output ? xstrdup(inv->output) : xstrf("recipe/%s.toml", name);
    int there = path_exists(path, e);
    if (there < 0)
        return -1;
    if (there)
        return err_set(e, ERR_USAGE, "%s is there already; choose another file with --output", path);
    AUTO(strbuf) struct strbuf text = {0};
    AUTO(strbuf) struct strbuf filled = {0};
    if (read_template(&text, skeleton, e) < 0)
        return -1;
    AUTO(map) struct map values = {0};
    AUTO_FREE char *module = identifier(name);
    template_set(&values, "name", name);
    template_set(&values, "module", module);
    template_set(&values, "stem", archive_stem(name));
    if (template_fill(&filled, skeleton, slice_of(strbuf_str(&text)), &values, TEMPLATE_PLAIN, e) < 0)
        return err_wrap(e, "template %s", skeleton);
    AUTO_FREE char *folder = path_dir(path);
    if (folder_make(folder, e) < 0 || file_write_durably(path, filled.ptr, filled.len, 0644, e) < 0)
        return -1;
    AUTO(strbuf) struct strbuf out = {0};
    strbuf_addf(&out, "%s\n", path);
    return output_put(&out, e);
}

static const struct flag *const options[] = {
    OPTION(.name = "output", .letter = 'o', .kind = FLAG_TEXT, .value = "FILE", .completes = COMPLETE_FILES,
        .help = "write this file; \"recipe/NAME.toml\" if not given", .at = AT(output)),
    OPTION(.name = "template", .letter = 't', .kind = FLAG_TEXT, .value = "NAME",
        .completes = COMPLETE_TEMPLATES, .help = "the skeleton to start from; \"library\" if not given",
        .at = AT(template_name)),
    NULL,
};

const struct subcommand subcommand_new = {
    .name = "new",
    .summary = "write a new recipe from a template",
    .arguments = "NAME",
    .least = 1,
    .most = 1,
    .about = "Writes recipe/NAME.toml from a skeleton with a comment for each thing to fill in.",
    .examples = {{"new libpng --template cmake", "a library that is built with CMake"}},
    .options = options,
    .run = run,
};
