/* `list --outdated`: which of the recipes have a newer version published where their sources come from. */
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>

#include "base/cleanup.h"
#include "base/vec.h"
#include "cli/recipe_listing.h"
#include "json/json.h"
#include "project/newer.h"
#include "ui/text/layout.h"

struct outdated_row {
    const char *name, *version;
    const struct recipe_file *file;
    struct newer newer;
};

struct outdated_report {
    VEC(struct outdated_row) rows;
    size_t counts[NEWER_PUBLISHED + 1];
};

static void ask_all(struct outdated_report *t, struct recipe_listing *l)
{
    struct loop *loop = loop_new();
    struct utsname machine;
    uname(&machine);
    const char *target = arena_strf(&l->arena, "linux-%s", machine.machine);
    for (size_t i = 0; i < l->names.len; i++) {
        struct outdated_row row = {.name = l->names.entries[i].key, .file = l->names.entries[i].value};
        struct texts versions = recipe_file_versions(row.file);
        row.version = versions.len ? versions.items[0] : "";
        newer_ask(&row.newer, &l->arena, loop, row.file, target);
        t->counts[row.newer.answer]++;
        vec_push(&t->rows, row);
    }
    loop_free(loop);
}

static void put_json(struct strbuf *out, const struct outdated_report *t)
{
    AUTO_JSON struct json *document = json_new_object();
    json_set_text(document, "format", "staticbuild-outdated-1");
    json_set_text(document, "program", "staticbuild " STATICBUILD_VERSION);
    struct json *list = json_set_array(document, "recipes");
    vec_each (&t->rows, row) {
        struct json *object = json_add_object(list);
        json_set_text(object, "name", row->name);
        json_set_text(object, "file", recipe_file_path(row->file));
        json_set_text(object, "version", row->version);
        json_set_text(object, "answer", newer_word(row->newer.answer));
        json_set_text(object, "newest", row->newer.version);
        json_set_text(object, "where", row->newer.where);
        json_set_text(object, "reason", row->newer.reason);
    }
    json_write(document, JSON_INDENTED, out);
    strbuf_addc(out, '\n');
}

static void put_names(struct strbuf *out, const struct outdated_report *t)
{
    vec_each (&t->rows, row) {
        if (row->newer.answer != NEWER_PUBLISHED)
            continue;
        text_add_safe(out, row->name, 0);
        strbuf_addc(out, '\n');
    }
}

/* "cannot be asked: a, b", in lines of the width. */
static void put_unasked(struct strbuf *out, const struct outdated_report *t, struct style style)
{
    static const char head[] = "cannot be asked:";
    size_t used = strlen(head);
    strbuf_adds(out, head);
    vec_each (&t->rows, row) {
        if (row->newer.answer != NEWER_NOT_ASKED)
            continue;
        size_t columns = text_columns(row->name) + 1;
        if (used + columns > style.width) {
            strbuf_adds(out, "\n   ");
            used = 3;
        }
        strbuf_addc(out, ' ');
        text_add_safe(out, row->name, 0);
        used += columns;
    }
    strbuf_addc(out, '\n');
}

static void put_text(struct strbuf *out, const struct outdated_report *t, struct style style)
{
    size_t name_columns = 0, version_columns = 0;
    vec_each (&t->rows, row) {
        size_t name = text_columns(row->name), version = text_columns(row->version);
        name_columns = name > name_columns ? name : name_columns;
        version_columns = version > version_columns ? version : version_columns;
    }
    vec_each (&t->rows, row) {
        if (row->newer.answer != NEWER_PUBLISHED)
            continue;
        tone_add(out, style, TONE_NAME, row->name);
        text_pad(out, name_columns - text_columns(row->name) + 2);
        text_add_safe(out, row->version, 0);
        text_pad(out, version_columns - text_columns(row->version) + 2);
        strbuf_adds(out, "has ");
        text_add_safe(out, row->newer.version, 0);
        strbuf_adds(out, " at ");
        text_add_safe(out, row->newer.where, 0);
        strbuf_addc(out, '\n');
    }
    strbuf_addf(out,
        "%zu outdated, %zu as new as what is published, %zu not answered, %zu that cannot be asked\n",
        t->counts[NEWER_PUBLISHED], t->counts[NEWER_NONE], t->counts[NEWER_FAILED],
        t->counts[NEWER_NOT_ASKED]);
    if (t->counts[NEWER_NOT_ASKED])
        put_unasked(out, t, style);
}

static void complain(const struct outdated_report *t)
{
    vec_each (&t->rows, row) {
        AUTO(strbuf) struct strbuf text = {0};
        if (!row->newer.reason)
            continue;
        strbuf_addf(&text, "%s: %s", row->name, row->newer.reason);
        output_complain(text.ptr);
    }
}

int list_outdated(struct recipe_listing *l, const struct invocation *inv, struct err *e)
{
    struct outdated_report t = {0};
    AUTO(strbuf) struct strbuf out = {0};
    ask_all(&t, l);
    if (inv->names_only)
        put_names(&out, &t);
    else if (inv->format == FORMAT_JSON)
        put_json(&out, &t);
    else
        put_text(&out, &t, style_of(stdout));
    complain(&t);
    size_t outdated = t.counts[NEWER_PUBLISHED], failed = t.counts[NEWER_FAILED];
    vec_release(&t.rows);
    if (output_put(&out, e) < 0)
        return -1;
    if (outdated)
        return err_set(e, ERR_FINDINGS, "%zu recipe%s outdated", outdated, outdated == 1 ? " is" : "s are");
    if (failed)
        return err_set(e, ERR_FETCH, "of %zu recipe%s nobody could say what is published", failed,
            failed == 1 ? "" : "s");
    return 0;
}
