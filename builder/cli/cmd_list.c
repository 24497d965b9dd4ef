/* `staticbuild list`: the recipes there are, and what each says of itself. */
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "cli/commands.h"
#include "cli/flags.h"
#include "cli/recipe_listing.h"
#include "json/json.h"
#include "sys/dirs.h"
#include "sys/fs.h"
#include "sys/path.h"
#include "ui/text/layout.h"

static void put_json(struct strbuf *out, const struct recipe_listing *l)
{
    AUTO_JSON struct json *document = json_new_object();
    json_set_text(document, "format", "staticbuild-list-1");
    json_set_text(document, "program", "staticbuild " STATICBUILD_VERSION);
    struct json *list = json_set_array(document, "recipes");
    for (size_t i = 0; i < l->names.len; i++) {
        const struct recipe_file *file = l->names.entries[i].value;
        struct json *object = json_add_object(list);
        json_set_text(object, "name", l->names.entries[i].key);
        json_set_text(object, "project", recipe_file_name(file));
        json_set_text(object, "kind", recipe_kind_name(recipe_file_kind(file)));
        json_set_text(object, "summary", recipe_file_summary(file));
        json_set_text(object, "file", recipe_file_path(file));
        struct json *versions = json_set_array(object, "versions");
        struct texts all = recipe_file_versions(file);
        for (size_t v = 0; v < all.len; v++)
            json_add_text(versions, all.items[v]);
        struct json *features = json_set_array(object, "features");
        struct texts known = recipe_file_features(file);
        for (size_t f = 0; f < known.len; f++) {
            struct json *feature = json_add_object(features);
            json_set_text(feature, "name", known.items[f]);
            json_set_bool(feature, "default", recipe_file_feature_default(file, known.items[f]));
        }
    }
    json_write(document, JSON_INDENTED, out);
    strbuf_addc(out, '\n');
}

static void put_text(struct strbuf *out, const struct recipe_listing *l, struct style style)
{
    static const enum recipe_kind order[] = {
        RECIPE_EXTENSION, RECIPE_PROGRAM, RECIPE_LIBRARY, RECIPE_TOOL, RECIPE_PYTHON_ABI, RECIPE_INTERPRETER};
    size_t name_columns = 4, version_columns = 7;
    for (size_t i = 0; i < l->names.len; i++) {
        size_t name = text_columns(l->names.entries[i].key);
        struct texts versions = recipe_file_versions(l->names.entries[i].value);
        size_t version = versions.len ? text_columns(versions.items[0]) : 0;
        name_columns = name > name_columns ? name : name_columns;
        version_columns = version > version_columns ? version : version_columns;
    }
    for (size_t k = 0; k < COUNT(order); k++) {
        for (size_t i = 0; i < l->names.len; i++) {
            const struct recipe_file *file = l->names.entries[i].value;
            if (recipe_file_kind(file) != order[k])
                continue;
            const char *name = l->names.entries[i].key;
            struct texts versions = recipe_file_versions(file);
            const char *version = versions.len ? versions.items[0] : "";
            tone_add(out, style, TONE_NAME, name);
            text_pad(out, name_columns - text_columns(name) + 2);
            text_add_safe(out, version, 0);
            text_pad(out, version_columns - text_columns(version) + 2);
            strbuf_addf(out, "%-10s  ", recipe_kind_name(order[k]));
            size_t used = name_columns + version_columns + 16;
            text_add_safe(out, recipe_file_summary(file) ? recipe_file_summary(file) : "",
                style.width > used + 20 ? style.width - used : 20);
            strbuf_addc(out, '\n');
        }
    }
}

static void put_name(struct strbuf *out, const char *name)
{
    text_add_safe(out, name, 0);
    strbuf_addc(out, '\n');
}

/* What `new --template` takes. */
static int list_templates(struct err *e)
{
    AUTO_FREE char *templates = dirs_data("templates");
    AUTO_FREE char *folder = templates ? path_join(templates, "recipes") : NULL;
    AUTO(strvec) struct strvec names = {0};
    AUTO(strbuf) struct strbuf out = {0};
    if (folder && folder_names(&names, folder, e) < 0)
        return -1;
    for (size_t i = 0; i < names.len; i++)
        if (str_ends(names.items[i], ".toml"))
            strbuf_addf(&out, "%.*s\n", (int)(strlen(names.items[i]) - strlen(".toml")), names.items[i]);
    return output_put(&out, e);
}

static int list_all(const struct recipe_listing *l, const struct invocation *inv, struct err *e)
{
    AUTO(strbuf) struct strbuf out = {0};
    if (inv->names_only)
        for (size_t i = 0; i < l->names.len; i++)
            put_name(&out, l->names.entries[i].key);
    else if (inv->format == FORMAT_JSON)
        put_json(&out, l);
    else
        put_text(&out, l, style_of(stdout));
    return output_put(&out, e);
}

static int run(struct invocation *inv, struct err *e)
{
    if (inv->templates && inv->outdated)
        return err_set(e, ERR_USAGE, "--templates and --outdated are two lists: ask for one");
    if (inv->templates)
        return list_templates(e);
    AUTO(recipe_listing) struct recipe_listing l = {0};
    if (recipe_listing_read(&l, e) < 0)
        return -1;
    return inv->outdated ? list_outdated(&l, inv, e) : list_all(&l, inv, e);
}

static const struct flag *const options[] = {
    OPTION(.name = "names", .kind = FLAG_YES, .help = "print the names alone", .at = AT(names_only)),
    OPTION(.name = "outdated", .kind = FLAG_YES,
        .help = "say which recipes have newer versions where their sources are published: at the package "
                "index for \"pypi:\", in Debian's pools for \"debian:\"; status 1 when one has",
        .at = AT(outdated)),
    OPTION(.name = "templates", .kind = FLAG_YES, .help = "print the names of the templates that `new` has",
        .at = AT(templates)),
    &option_format,
    NULL,
};

const struct subcommand subcommand_list = {
    .name = "list",
    .summary = "list the recipes that are known here",
    .arguments = "",
    .about = "Lists recipes by name, with the version made by default, what they make and a summary: those "
             "in recipe/ of the working folder, then those that came with the program.\n\n"
             "With --outdated it asks where their sources are published for newer versions, pre-releases and "
             "withdrawn files aside: the index that pip is configured with for \"pypi:\" locations, the "
             "pools of the Debian archives that apt is configured with for \"debian:\" ones; what a plain "
             "URL names cannot be asked. The status is 0 when nothing is newer, 1 when something is, and 4 "
             "when nothing is but somebody did not answer. --names prints the outdated alone.",
    .examples = {{"list", "all recipes"}, {"list --format json", "with versions and features"},
        {"list --outdated", "those with newer versions"}},
    .options = options,
    .run = run,
};
