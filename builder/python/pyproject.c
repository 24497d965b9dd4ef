/* What [project] of a pyproject.toml says, as metadata. */
#include "python/pyproject.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "python/pep508.h"
#include "sys/fs.h"
#include "sys/path.h"
#include "toml/toml.h"

enum { README_LIMIT = 4 << 20 };

/* What every reader of a key needs. */
struct pyproject_reading {
    struct pyproject *p;
    struct arena *a;
    const char *root, *path;
    struct err *e;
};

static void wrong(struct pyproject_reading *r, const struct toml_node *at, const char *what)
{
    err_at(r->e, ERR_PACKAGE, r->path, at->pos.line, at->pos.column, "project.%s: %s",
        at->key ? at->key : "…", what);
}

static void add(struct pyproject_reading *r, const char *field, const char *value)
{
    metadata_add(&r->p->metadata, r->a, field, value);
}

static const char *text_of(struct pyproject_reading *r, const struct toml_node *n)
{
    if (n->type == TOML_STRING)
        return n->string;
    wrong(r, n, "a string was expected");
    return NULL;
}

static bool list_of_texts(struct pyproject_reading *r, const struct toml_node *n)
{
    if (n->type != TOML_ARRAY) {
        wrong(r, n, "an array of strings was expected");
        return false;
    }
    toml_each (n, it)
        if (it->type != TOML_STRING) {
            wrong(r, n, "an array of strings was expected");
            return false;
        }
    return true;
}

static bool table(struct pyproject_reading *r, const struct toml_node *n)
{
    if (n->type != TOML_TABLE)
        wrong(r, n, "a table was expected");
    return n->type == TOML_TABLE;
}

/* The text of a file below the project, in the arena; NULL with an error added. */
static const char *file_text(struct pyproject_reading *r, const struct toml_node *at, const char *name)
{
    AUTO(strbuf) struct strbuf text = {0};
    AUTO(err) struct err why = ERR_INIT;
    AUTO_FREE char *path = path_join(r->root, name);
    if (!path_stays_inside(name))
        wrong(r, at, "the file must lie below the project");
    else if (file_read(&text, path, README_LIMIT, &why) < 0)
        wrong(r, at, why.text);
    else if (memchr(strbuf_str(&text), '\0', text.len))
        wrong(r, at, "the file is not text");
    else
        return arena_strndup(r->a, strbuf_str(&text), text.len);
    return NULL;
}

static void read_readme(struct pyproject_reading *r, const struct toml_node *n)
{
    const struct toml_node *file = n, *type = NULL;
    if (n->type == TOML_TABLE) {
        file = toml_get(n, "file");
        type = toml_get(n, "content-type");
        const struct toml_node *text = toml_get(n, "text");
        if (!type || type->type != TOML_STRING || (!file == !text)) {
            wrong(r, n, "content-type and one of file and text were expected");
            return;
        }
        const char *body = text ? text_of(r, text) : NULL;
        if (body)
            r->p->metadata.description = arena_strdup(r->a, body);
    }
    if (file) {
        const char *name = text_of(r, file);
        if (!name)
            return;
        r->p->metadata.description = file_text(r, file, name);
        if (!type) {
            AUTO_FREE char *lower = xstrdup(name);
            for (char *c = lower; *c; c++)
                *c = (char)tolower((unsigned char)*c);
            const char *kind = str_ends(lower, ".md")    ? "text/markdown"
                               : str_ends(lower, ".rst") ? "text/x-rst"
                                                         : "text/plain";
            add(r, "Description-Content-Type", kind);
        }
    }
    if (type)
        add(r, "Description-Content-Type", type->string);
}

static void read_license(struct pyproject_reading *r, const struct toml_node *n)
{
    if (n->type == TOML_STRING) {
        add(r, "License-Expression", n->string);
        return;
    }
    if (!table(r, n))
        return;
    const struct toml_node *file = toml_get(n, "file"), *text = toml_get(n, "text");
    if (file && !text) { /* the text is shipped as a file; its name is all that License needs */
        const char *name = text_of(r, file);
        if (name)
            strvec_push(&r->p->license_files, name);
    } else if (text && !file) {
        const char *value = text_of(r, text);
        if (value)
            add(r, "License", value);
    } else {
        wrong(r, n, "one of file and text was expected");
    }
}

/* PEP 621: people with an address go to the -email field as "Name <address>", the others to the plain one. */
static void read_people(
    struct pyproject_reading *r, const struct toml_node *n, const char *field, const char *email_field)
{
    AUTO(strbuf) struct strbuf names = {0};
    AUTO(strbuf) struct strbuf addresses = {0};
    if (n->type != TOML_ARRAY) {
        wrong(r, n, "an array of tables was expected");
        return;
    }
    toml_each (n, it) {
        const struct toml_node *name = toml_get(it->type == TOML_TABLE ? it : NULL, "name");
        const struct toml_node *email = toml_get(it->type == TOML_TABLE ? it : NULL, "email");
        if ((!name && !email) || (name && name->type != TOML_STRING) ||
            (email && email->type != TOML_STRING)) {
            wrong(r, n, "each entry is a table with name, email or both");
            return;
        }
        struct strbuf *out = email ? &addresses : &names;
        if (out->len)
            strbuf_adds(out, ", ");
        if (email && name)
            strbuf_addf(out, strpbrk(name->string, ",.<>@\"") ? "\"%s\" <%s>" : "%s <%s>", name->string,
                email->string);
        else
            strbuf_adds(out, email ? email->string : name->string);
    }
    if (names.len)
        add(r, field, strbuf_str(&names));
    if (addresses.len)
        add(r, email_field, strbuf_str(&addresses));
}

static void read_keywords(struct pyproject_reading *r, const struct toml_node *n)
{
    AUTO(strbuf) struct strbuf out = {0};
    if (!list_of_texts(r, n))
        return;
    toml_each (n, it)
        strbuf_addf(&out, "%s%s", out.len ? "," : "", it->string);
    if (out.len)
        add(r, "Keywords", strbuf_str(&out));
}

static void read_urls(struct pyproject_reading *r, const struct toml_node *n)
{
    if (!table(r, n))
        return;
    toml_each (n, it)
        if (text_of(r, it)) {
            AUTO_FREE char *value = xstrf("%s, %s", it->key, it->string);
            add(r, "Project-URL", value);
        }
}

static void add_requirement(
    struct pyproject_reading *r, const struct toml_node *at, const char *text, const char *extra)
{
    AUTO(err) struct err why = ERR_INIT;
    struct pep508 requirement;
    if (pep508_parse(&requirement, r->a, text, &why) < 0) {
        wrong(r, at, why.text);
        return;
    }
    AUTO_FREE char *value = pep508_format(&requirement, extra);
    add(r, "Requires-Dist", value);
}

static void read_dependencies(struct pyproject_reading *r, const struct toml_node *n)
{
    if (list_of_texts(r, n))
        toml_each (n, it)
            add_requirement(r, n, it->string, NULL);
}

static void read_optional(struct pyproject_reading *r, const struct toml_node *n)
{
    if (!table(r, n))
        return;
    toml_each (n, group) {
        if (!python_name_is_valid(slice_of(group->key)))
            wrong(r, group, "is not an extra's name");
        if (!list_of_texts(r, group))
            continue;
        AUTO_FREE char *extra = python_name_normalise(group->key);
        add(r, "Provides-Extra", extra);
        toml_each (group, it)
            add_requirement(r, group, it->string, extra);
    }
}

static void add_entry_points(struct pyproject_reading *r, const struct toml_node *n, const char *group)
{
    if (!table(r, n))
        return;
    toml_each (n, it) {
        struct pyproject *p = r->p;
        if (!text_of(r, it))
            continue;
        struct entry_point ep = {
            arena_strdup(r->a, group), arena_strdup(r->a, it->key), arena_strdup(r->a, it->string)};
        if (!entry_point_is_valid(&ep)) {
            wrong(r, it, "an entry point is written module:function");
            continue;
        }
        if (p->entry_point_count == p->entry_point_cap) {
            p->entry_point_cap = p->entry_point_cap ? p->entry_point_cap * 2 : 8;
            p->entry_points = xrealloc(p->entry_points, p->entry_point_cap, sizeof *p->entry_points);
        }
        p->entry_points[p->entry_point_count++] = ep;
    }
}

static void read_list(struct pyproject_reading *r, const struct toml_node *n, const char *field)
{
    if (list_of_texts(r, n))
        toml_each (n, it)
            add(r, field, it->string);
}

static void read_key(struct pyproject_reading *r, const struct toml_node *n)
{
    static const struct {
        const char *key, *field;
    } simple[] = {
        {"name", "Name"},
        {"version", "Version"},
        {"description", "Summary"},
        {"requires-python", "Requires-Python"},
    };
    for (size_t i = 0; i < COUNT(simple); i++)
        if (strcmp(n->key, simple[i].key) == 0) {
            const char *value = text_of(r, n);
            if (value && strchr(value, '\n'))
                wrong(r, n, "must be one line");
            else if (value)
                add(r, simple[i].field, value);
            return;
        }
    if (strcmp(n->key, "readme") == 0) {
        read_readme(r, n);
    } else if (strcmp(n->key, "license") == 0) {
        read_license(r, n);
    } else if (strcmp(n->key, "license-files") == 0) {
        r->p->has_license_files = true;
        if (list_of_texts(r, n))
            toml_each (n, it)
                strvec_push(&r->p->license_files, it->string);
    } else if (strcmp(n->key, "authors") == 0) {
        read_people(r, n, "Author", "Author-email");
    } else if (strcmp(n->key, "maintainers") == 0) {
        read_people(r, n, "Maintainer", "Maintainer-email");
    } else if (strcmp(n->key, "keywords") == 0) {
        read_keywords(r, n);
    } else if (strcmp(n->key, "classifiers") == 0) {
        read_list(r, n, "Classifier");
    } else if (strcmp(n->key, "urls") == 0) {
        read_urls(r, n);
    } else if (strcmp(n->key, "dependencies") == 0) {
        read_dependencies(r, n);
    } else if (strcmp(n->key, "optional-dependencies") == 0) {
        read_optional(r, n);
    } else if (strcmp(n->key, "scripts") == 0) {
        add_entry_points(r, n, "console_scripts");
    } else if (strcmp(n->key, "gui-scripts") == 0) {
        add_entry_points(r, n, "gui_scripts");
    } else if (strcmp(n->key, "entry-points") == 0) {
        if (table(r, n))
            toml_each (n, group)
                add_entry_points(r, group, group->key);
    } else if (strcmp(n->key, "import-names") == 0) {
        read_list(r, n, "Import-Name");
    } else if (strcmp(n->key, "import-namespaces") == 0) {
        read_list(r, n, "Import-Namespace");
    } else if (strcmp(n->key, "dynamic") == 0) {
        if (list_of_texts(r, n))
            toml_each (n, it)
                strvec_push(&r->p->dynamic, it->string);
    } else {
        wrong(r, n, "is not a key of [project]");
    }
}

int pyproject_read(struct pyproject *p, struct arena *a, const char *root, struct err *e)
{
    *p = (struct pyproject){0};
    AUTO_FREE char *path = path_join(root, "pyproject.toml");
    AUTO(arena) struct arena scratch = {0};
    AUTO(strbuf) struct strbuf text = {0};
    int there = path_exists(path, e);
    if (there != 1)
        return there;
    if (file_read(&text, path, TOML_MAX_SIZE, e) < 0)
        return -1;
    const struct toml_node *file = toml_parse(&scratch, path, strbuf_str(&text), text.len, e);
    if (!file)
        return -1;
    const struct toml_node *project = toml_get(file, "project");
    if (!project)
        return 0;
    struct pyproject_reading r = {p, a, root, path, e};
    p->has_project = true;
    if (project->type == TOML_TABLE)
        toml_each (project, n)
            read_key(&r, n);
    else
        wrong(&r, project, "a table was expected");
    if (!e->text && !metadata_get(&p->metadata, "Name"))
        wrong(&r, project, "name is missing");
    if (!e->text)
        return 0;
    pyproject_release(p);
    return -1;
}

void pyproject_release(struct pyproject *p)
{
    metadata_release(&p->metadata);
    free(p->entry_points);
    strvec_release(&p->license_files);
    strvec_release(&p->dynamic);
    *p = (struct pyproject){0};
}
