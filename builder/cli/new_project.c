/* Fills the templates of a new project in, a set for each language; nothing that is there is written over. */
#include "cli/new_project.h"

#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/count.h"
#include "sys/fs.h"
#include "sys/path.h"
#include "template/template.h"

#define UNKNOWN_LICENSE "LicenseRef-unknown"

/* A row a language. */
static const struct language {
    const char *suffix, *template_name, *tools;
} languages[] = {
    [NEW_C] = {".c", "new/module.c", ""},
    [NEW_CXX] = {".cpp", "new/module.cpp", ""},
    [NEW_CYTHON] = {".pyx", "new/module.pyx", "tools = [\"cython >= 3.0\"]\n"},
};

struct project_writing {
    const char *folder; /* beside the one that it becomes */
    struct map values;
};

static int write_from(
    const struct project_writing *w, const char *template_name, const char *to, struct err *e)
{
    AUTO(strbuf) struct strbuf name = {0};
    AUTO(strbuf) struct strbuf text = {0};
    AUTO_FREE char *from = template_path(template_name, e);
    if (!from || template_fill(&name, template_name, slice_of(to), &w->values, TEMPLATE_PLAIN, e) < 0 ||
        template_add(&text, from, &w->values, e) < 0)
        return -1;
    AUTO_FREE char *path = path_join(w->folder, strbuf_str(&name));
    AUTO_FREE char *parent = path_dir(path);
    return folder_make(parent, e) < 0 ? -1 : file_write(path, text.ptr, text.len, 0644, e);
}

static int write_all(const struct project_writing *w, const struct language *l, struct err *e)
{
    static const struct {
        const char *template_name, *to;
    } files[] = {
        {"new/recipe.toml", "recipe/{{name}}.toml"},
        {"new/test.py", "recipe/test_{{module}}.py"},
        {"new/init.py", "{{module}}/__init__.py"},
        {"new/license", "LICENSE"},
        {"new/gitignore", ".gitignore"},
    };
    for (size_t i = 0; i < COUNT(files); i++)
        if (write_from(w, files[i].template_name, files[i].to, e) < 0)
            return -1;
    return write_from(w, l->template_name, "{{module}}/_{{module}}{{suffix}}", e);
}

/* What is left to be done, in order. */
static int tell(const char *folder, const char *name, const char *license, struct err *e)
{
    AUTO(strbuf) struct strbuf out = {0};
    strbuf_addf(&out, "%s/recipe/%s.toml\n", folder, name);
    if (!license)
        strbuf_addf(&out,
            "say which licence it has, in the recipe and in %s/LICENSE: no wheel is made of "
            "\"" UNKNOWN_LICENSE "\"\n",
            folder);
    strbuf_addf(&out, "then: cd %s && staticbuild recipe/%s.toml\n", folder, name);
    return output_put(&out, e);
}

int new_project(const char *folder, const char *name, const char *module, enum new_language language,
    const char *license, struct err *e)
{
    const struct language *l = &languages[language];
    AUTO_FREE char *parent = path_dir(folder);
    int there = path_exists(folder, e);
    if (there)
        return there < 0
                   ? -1
                   : err_set(e, ERR_USAGE, "%s is there already; choose another name, or --output", folder);
    if (folder_make(parent, e) < 0)
        return -1;
    AUTO_FREE char *aside = folder_make_temporary(parent, ".new-", e);
    if (!aside)
        return -1;
    AUTO_FREE char *made = path_join(aside, "made"); /* with the permissions that folders have here */
    struct project_writing w = {.folder = made};
    template_set(&w.values, "name", name);
    template_set(&w.values, "module", module);
    template_set(&w.values, "suffix", l->suffix);
    template_set(&w.values, "tools", l->tools);
    template_set(&w.values, "license", license ? license : UNKNOWN_LICENSE);
    template_set(&w.values, "license-note", license ? "" : " # an SPDX expression, as in \"MIT\"");
    bool failed = write_all(&w, l, e) < 0 || file_rename(made, folder, e) < 0;
    map_release(&w.values);
    AUTO(err) struct err left = ERR_INIT;
    tree_remove(aside, &left);
    return failed ? -1 : tell(folder, name, license, e);
}
