/* `staticbuild new`: a project to begin with, or a recipe to fill in. */
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "cli/commands.h"
#include "cli/flags.h"
#include "cli/new_from.h"
#include "cli/new_project.h"
#include "json/json.h"
#include "project/request.h"
#include "python/pep508.h"
#include "recipe/texts.h"
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

/* The caller frees them. */
static char *source_lines(const char *name, const struct new_found *found)
{
    if (!found)
        return xstrf(
            "urls = [\"https://example.org/%s-1.0.tar.gz\"]\n"
            "sha256 = \"\"                              # 64 digits: staticbuild fetch --print-sha256 URL",
            name);
    if (!found->url)
        return xstrdup("path = \".\"                               # the folder that holds recipe/");
    struct strbuf out = {0};
    strbuf_adds(&out, "urls = [");
    json_quote(found->url, &out); /* basic strings of TOML are texts of JSON */
    strbuf_addf(&out, "]\nsha256 = \"%s\"", found->sha256);
    return strbuf_steal(&out);
}

/* From a skeleton; found: what is known of it, or NULL. */
static int fill_skeleton(struct strbuf *out, const char *template_name, const char *name,
    const struct new_found *found, struct err *e)
{
    AUTO(strbuf) struct strbuf text = {0};
    AUTO(map) struct map values = {0};
    AUTO_FREE char *module = identifier(name);
    AUTO_FREE char *source = source_lines(name, found);
    const char *license = found ? found->license : NULL;
    if (read_template(&text, template_name, e) < 0)
        return -1;
    template_set(&values, "name", name);
    template_set(&values, "module", module);
    template_set(&values, "stem", archive_stem(name));
    template_set(&values, "version", found ? found->version : "1.0");
    template_set(&values, "license", license ? license : "LicenseRef-unknown");
    template_set(&values, "license-note",
        license ? " # by the words of its text: look whether it is so"
                : "           # an SPDX expression; no wheel is made before it is said");
    template_set(&values, "license-files", found ? found->license_files : "\"LICENSE\"");
    template_set(&values, "source", source);
    if (template_fill(out, template_name, slice_of(strbuf_str(&text)), &values, TEMPLATE_PLAIN, e) < 0)
        return err_wrap(e, "template %s", template_name);
    return 0;
}

/* Below folder. The caller frees it. */
static char *recipe_path(const struct invocation *inv, const char *folder, const char *name)
{
    if (inv->output)
        return xstrdup(inv->output);
    AUTO_FREE char *mixed = xstrf("%s/recipe/%s.toml", folder, name);
    return path_clean(mixed);
}

static int new_recipe(const struct invocation *inv, const char *name, struct err *e)
{
    AUTO(strbuf) struct strbuf text = {0};
    AUTO_FREE char *path = recipe_path(inv, ".", name);
    return fill_skeleton(&text, inv->template_name, name, NULL, e) < 0 ? -1 : output_new_file(path, &text, e);
}

static int new_recipe_from(const struct invocation *inv, struct arena *a, const char *name, struct err *e)
{
    AUTO(strbuf) struct strbuf text = {0};
    struct new_found found;
    if (new_look(&found, a, inv, name, e) < 0)
        return -1;
    if (!is_recipe_name(found.name))
        return err_set(
            e, ERR_USAGE, "\"%s\" is not a name for a recipe: write `new NAME --from …`", found.name);
    AUTO_FREE char *path = recipe_path(inv, found.url ? "." : inv->from, found.name);
    const struct project_request request = {.name = found.name,
        .version = found.version,
        .folder = found.url ? NULL : inv->from,
        .url = found.url,
        .sha256 = found.sha256,
        .requires_python = found.requires_python};
    if (found.is_project)
        project_request_recipe(&text, &request);
    else if (fill_skeleton(&text, found.template_name, found.name, &found, e) < 0)
        return -1;
    return output_new_file(path, &text, e);
}

static int check_license_option(struct arena *a, const char *license, struct err *e)
{
    const char *problem = license ? check_license(a, license) : NULL;
    return problem ? err_set(e, ERR_USAGE, "--license \"%s\" %s", license, problem) : 0;
}

static int run(struct invocation *inv, struct err *e)
{
    AUTO(arena) struct arena a = {0};
    const char *name = inv->arguments.len ? inv->arguments.items[0] : NULL;
    if (!name && !inv->from)
        return err_set(e, ERR_USAGE, "`new` needs NAME, or --from WHAT (try `staticbuild help new`)");
    if (name && !is_recipe_name(name))
        return err_set(e, ERR_USAGE,
            "\"%s\" is not a name for a recipe: letters, digits, \".\", \"_\", \"+\" and \"-\"", name);
    if (inv->from && (inv->template_name || inv->cython || inv->cxx || inv->license))
        return err_set(e, ERR_USAGE,
            "--from finds out what it is, and goes without --template, --cython, --c++ and --license");
    if (inv->from)
        return new_recipe_from(inv, &a, name, e);
    if (inv->template_name && (inv->cython || inv->cxx || inv->license))
        return err_set(
            e, ERR_USAGE, "--cython, --c++ and --license are for a new project, and go without --template");
    if (inv->cython && inv->cxx)
        return err_set(e, ERR_USAGE, "--cython or --c++: a new project has one module");
    if (inv->template_name)
        return new_recipe(inv, name, e);
    AUTO_FREE char *module = identifier(name);
    if (!python_name_is_valid(slice_of(name)))
        return err_set(e, ERR_USAGE,
            "\"%s\" is not a name for a distribution: letters, digits, \".\", \"_\" and \"-\", with a letter "
            "or a digit at "
            "both ends",
            name);
    return check_license_option(&a, inv->license, e) < 0
               ? -1
               : new_project(inv->output ? inv->output : name, name, module,
                     inv->cython ? NEW_CYTHON
                     : inv->cxx  ? NEW_CXX
                                 : NEW_C,
                     inv->license, e);
}

static const struct flag *const options[] = {
    OPTION(.name = "output", .letter = 'o', .kind = FLAG_TEXT, .value = "FILE", .completes = COMPLETE_FILES,
        .help = "make this folder, or with --template this file; NAME, or \"recipe/NAME.toml\", if not given",
        .at = AT(output)),
    OPTION(.name = "from", .kind = FLAG_TEXT, .value = "WHAT", .completes = COMPLETE_FILES,
        .help = "a recipe of what is there: pypi:NAME, pypi:NAME==VERSION, a location as [[source]] urls has "
                "them, or a folder; "
                "version, hash, licence and build system are looked up",
        .at = AT(from)),
    OPTION(.name = "cython", .kind = FLAG_YES, .help = "the module of a new project is in Cython",
        .at = AT(cython)),
    OPTION(.name = "c++", .kind = FLAG_YES, .help = "the module of a new project is in C++", .at = AT(cxx)),
    OPTION(.name = "license", .kind = FLAG_TEXT, .value = "SPDX",
        .help = "the licence of a new project, as in MIT; without one no wheel is made of it",
        .at = AT(license)),
    OPTION(.name = "template", .letter = 't', .kind = FLAG_TEXT, .value = "NAME",
        .completes = COMPLETE_TEMPLATES,
        .help = "no project, but the recipe alone, from this skeleton: library, extension, meson …",
        .at = AT(template_name)),
    NULL,
};

const struct subcommand subcommand_new = {
    .name = "new",
    .summary = "begin a project, or a recipe from a template",
    .arguments = "[NAME]",
    .most = 1,
    .about = "Makes the folder NAME: a package with one module in C, a test, and a recipe that makes wheels "
             "of it at once. With "
             "--template, writes recipe/NAME.toml alone, from a skeleton with a comment for each thing to "
             "fill in.",
    .examples = {{"new fast-sums --license MIT", "a project with a module in C"},
        {"new faster-sums --cython --license Apache-2.0", "in Cython"},
        {"new --from pypi:markupsafe", "a recipe of a project that is published"},
        {"new libpng --template cmake", "a recipe of a library that is built with CMake"}},
    .options = options,
    .run = run,
};
