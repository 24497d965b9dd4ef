/* The libraries that a program loads, as a tree of lines or as JSON. */
#include "ui/loader/tree.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "sys/path.h"

/* Longer chains are drawn up to here. */
enum { DEEPEST = 100 };

struct tree_lines {
    const char *branch, *last, *beside, *empty;
};

/* Box drawing needs UTF-8, which is asked as the C library would: LC_ALL, LC_CTYPE, LANG. */
static struct tree_lines lines_of_locale(void)
{
    const char *locale = getenv("LC_ALL");
    locale = locale && *locale ? locale : getenv("LC_CTYPE");
    locale = locale && *locale ? locale : getenv("LANG");
    if (locale && (strcasestr(locale, "utf-8") || strcasestr(locale, "utf8")))
        return (struct tree_lines){"├── ", "└── ", "│   ", "    "};
    return (struct tree_lines){"|-- ", "`-- ", "|   ", "    "};
}

struct tree_drawing {
    struct strbuf *out;
    const struct loader_tree *tree;
    struct style style;
    struct tree_lines lines;
    struct strbuf indent; /* what stands before the next line */
    bool *seen;
    bool details;
};

static void add_safe(const struct tree_drawing *d, enum tone tone, const char *text)
{
    AUTO(strbuf) struct strbuf safe = {0};
    text_add_safe(&safe, text, 0);
    tone_add(d->out, d->style, tone, strbuf_str(&safe));
}

/* "GLIBC_2.34" and "GLIBC_2.2.5" are of one family. */
static size_t family_length(const char *version)
{
    return strcspn(version, "0123456789");
}

static bool same_family(const char *a, const char *b)
{
    size_t len = family_length(a);
    return len == family_length(b) && memcmp(a, b, len) == 0;
}

/* Whether another version of the edge stands for this one: newer and of its family. */
static bool is_covered(const struct loader_edge *edge, size_t version)
{
    const char *name = edge->versions[version].name;
    if (edge->version_count > 512)
        return false;
    for (size_t i = 0; i < edge->version_count; i++)
        if (i != version && same_family(name, edge->versions[i].name) &&
            strverscmp(edge->versions[i].name, name) > 0)
            return true;
    return false;
}

static void add_versions(const struct tree_drawing *d, const struct loader_edge *edge)
{
    enum { MOST_SHOWN = 64 };
    size_t shown = 0;
    for (size_t i = 0; i < edge->version_count; i++) {
        const struct loader_version *v = &edge->versions[i];
        bool missing = v->state == LOADER_VERSION_MISSING && d->tree->objects.items[edge->to]->image;
        if (!missing && !d->details && is_covered(edge, i))
            continue;
        if (shown++ >= MOST_SHOWN && !missing)
            continue;
        strbuf_adds(d->out, shown == 1 ? "  " : ", ");
        add_safe(d, missing ? v->weak ? TONE_WARN : TONE_BAD : TONE_DIM, v->name);
        if (d->details)
            strbuf_addf(d->out, " (%zu)", v->symbols);
        if (missing)
            tone_add(
                d->out, d->style, v->weak ? TONE_WARN : TONE_BAD, v->weak ? " missing (weak)" : " missing");
    }
    if (shown > MOST_SHOWN)
        strbuf_addf(d->out, " and %zu more", shown - MOST_SHOWN);
}

/* How it was found, where that is not what everybody expects. */
static void add_via(const struct tree_drawing *d, const struct loader_object *o)
{
    bool usual = o->via == VIA_CONF || o->via == VIA_BUILT_IN || o->via == VIA_LOADER || o->via == VIA_PATH;
    if (o->via == VIA_NOTHING || (usual && !d->details))
        return;
    AUTO(strbuf) struct strbuf text = {0};
    strbuf_addf(&text, "  (%s", loader_via_name(o->via));
    if (o->via_text)
        strbuf_addf(&text, " %s", *o->via_text ? o->via_text : "empty: the working folder");
    if (o->via == VIA_RPATH || o->via == VIA_RUNPATH)
        strbuf_addf(&text, " of %s", path_base(d->tree->objects.items[o->via_of]->path));
    strbuf_addc(&text, ')');
    add_safe(d, TONE_DIM, text.ptr);
}

static void draw_edge(struct tree_drawing *d, const struct loader_edge *edge, bool last, unsigned depth);

static void draw_below(struct tree_drawing *d, const struct loader_object *o, unsigned depth)
{
    for (size_t i = 0; i < o->edge_count; i++)
        draw_edge(d, &o->edges[i], i + 1 == o->edge_count, depth);
}

static void draw_edge(struct tree_drawing *d, const struct loader_edge *edge, bool last, unsigned depth)
{
    const struct loader_object *o = d->tree->objects.items[edge->to];
    tone_add(d->out, d->style, TONE_DIM, strbuf_str(&d->indent));
    tone_add(d->out, d->style, TONE_DIM, last ? d->lines.last : d->lines.branch);
    add_safe(d, o->image ? TONE_NAME : TONE_BAD, edge->name);
    if (edge->kind != EDGE_NEEDED)
        strbuf_addf(d->out, " (%s, looked into first)", loader_edge_kind_name(edge->kind));
    bool again = d->seen[edge->to];
    if (o->path && !again) {
        strbuf_adds(d->out, " => ");
        add_safe(d, TONE_PLAIN, o->path);
    }
    if (!o->image) {
        strbuf_adds(d->out, ": ");
        add_safe(d, TONE_BAD, o->trouble ? o->trouble : "not found");
    }
    if (!o->image && o->passed_over) {
        strbuf_adds(d->out, "; ");
        add_safe(d, TONE_PLAIN, o->passed_over);
    }
    if (!again)
        add_via(d, o);
    add_versions(d, edge);
    bool below = o->edge_count > 0;
    if (again)
        tone_add(d->out, d->style, TONE_DIM, "  (above)");
    strbuf_addc(d->out, '\n');
    d->seen[edge->to] = true;
    if (again || !below || depth >= DEEPEST)
        return;
    size_t before = d->indent.len;
    strbuf_adds(&d->indent, last ? d->lines.empty : d->lines.beside);
    draw_below(d, o, depth + 1);
    d->indent.len = before;
    d->indent.ptr[before] = '\0';
}

static void draw_first(const struct tree_drawing *d)
{
    const struct loader_tree *t = d->tree;
    const struct loader_object *first = t->objects.items[0];
    add_safe(d, TONE_BOLD, first->path);
    strbuf_addf(d->out, ": %s, %d bits, ", arch_machine_name(t->abi.machine), t->abi.wide ? 64 : 32);
    if (!first->image->dynamic_count) {
        strbuf_adds(d->out, "linked statically\n");
        return;
    }
    strbuf_adds(d->out, t->abi.libc == LIBC_MUSL ? "musl" : "glibc");
    strbuf_adds(d->out, t->abi.interpreter ? ", loader " : ", no loader found");
    if (t->abi.interpreter)
        add_safe(d, TONE_PLAIN, t->abi.interpreter);
    strbuf_addc(d->out, '\n');
}

static void add_totals(const struct tree_drawing *d, const char *unused_path)
{
    const struct loader_tree *t = d->tree;
    size_t loaded = 0;
    vec_each (&t->objects, o)
        loaded += (*o)->image != NULL;
    strbuf_addf(d->out, "%zu librar%s", loaded - 1, loaded == 2 ? "y" : "ies");
    AUTO(strbuf) struct strbuf text = {0};
    if (t->missing)
        strbuf_addf(&text, ", %zu not found", t->missing);
    if (t->missing_versions)
        strbuf_addf(
            &text, ", %zu version%s missing", t->missing_versions, t->missing_versions == 1 ? "" : "s");
    tone_add(d->out, d->style, TONE_BAD, strbuf_str(&text));
    strbuf_addc(d->out, '\n');
    if (t->cut)
        strbuf_adds(d->out, "not everything was followed: too many libraries or folders\n");
    if (unused_path) {
        strbuf_adds(d->out, "LD_LIBRARY_PATH is set and was not followed: --library-path ");
        add_safe(d, TONE_PLAIN, unused_path);
        strbuf_addc(d->out, '\n');
    }
}

void report_tree(struct strbuf *out, const struct loader_tree *tree, bool details, const char *unused_path,
    struct style style)
{
    struct tree_drawing d = {
        .out = out, .tree = tree, .style = style, .lines = lines_of_locale(), .details = details};
    AUTO_FREE bool *seen = d.seen = xcalloc(tree->objects.len + 1, sizeof *seen);
    draw_first(&d);
    d.seen[0] = true;
    draw_below(&d, tree->objects.items[0], 1);
    if (tree->objects.items[0]->image->dynamic_count)
        add_totals(&d, unused_path);
    for (size_t i = 0; i < tree->machine->troubles.len; i++) {
        add_safe(&d, TONE_WARN, tree->machine->troubles.items[i]);
        strbuf_addc(out, '\n');
    }
    strbuf_release(&d.indent);
}

static void add_edge(struct json *list, const struct loader_edge *edge)
{
    static const char *const states[] = {
        [LOADER_VERSION_THERE] = "there",
        [LOADER_VERSION_MISSING] = "missing",
        [LOADER_VERSION_UNTOLD] = "unversioned",
    };
    struct json *object = json_add_object(list);
    json_set_text(object, "name", edge->name);
    json_set_text(object, "kind", loader_edge_kind_name(edge->kind));
    json_set_int(object, "to", (int64_t)edge->to);
    struct json *versions = json_set_array(object, "versions");
    for (size_t i = 0; i < edge->version_count; i++) {
        struct json *v = json_add_object(versions);
        json_set_text(v, "name", edge->versions[i].name);
        json_set_int(v, "symbols", (int64_t)edge->versions[i].symbols);
        json_set_bool(v, "weak", edge->versions[i].weak);
        json_set_text(v, "state", states[edge->versions[i].state]);
    }
}

static void add_object(struct json *list, const struct loader_object *o)
{
    struct json *object = json_add_object(list);
    json_set_text(object, "name", o->name);
    json_set_text(object, "path", o->path);
    json_set_text(object, "soname", o->image ? o->image->soname : NULL);
    json_set_text(object, "found", loader_via_name(o->via));
    json_set_text(object, "entry", o->via_text);
    json_set_int(object, "entry_of", (int64_t)o->via_of);
    json_set_int(object, "asked_by", (int64_t)o->asked_by);
    json_set_text(object, "rpath", o->image ? o->image->rpath : NULL);
    json_set_text(object, "runpath", o->image ? o->image->runpath : NULL);
    json_set_text(object, "trouble", o->trouble);
    json_set_text(object, "passed_over", o->passed_over);
    struct json *needed = json_set_array(object, "needed");
    for (size_t i = 0; i < o->edge_count; i++)
        add_edge(needed, &o->edges[i]);
}

void report_tree_json(struct json *list, const struct loader_tree *t)
{
    struct json *object = json_add_object(list);
    json_set_text(object, "path", t->objects.items[0]->path);
    json_set_text(object, "machine", arch_machine_name(t->abi.machine));
    json_set_int(object, "bits", t->abi.wide ? 64 : 32);
    json_set_text(object, "libc", t->abi.libc == LIBC_MUSL ? "musl" : "glibc");
    json_set_text(object, "loader", t->abi.interpreter);
    json_set_text(object, "lib", t->abi.lib);
    json_set_text(object, "platform", t->abi.platform);
    json_set_text(object, "library_path", t->machine->library_path);
    struct json *hwcaps = json_set_array(object, "hwcaps");
    for (size_t i = 0; i < t->abi.hwcap_count; i++)
        json_add_text(hwcaps, t->abi.hwcaps[i]);
    struct json *folders = json_set_array(object, "folders");
    for (size_t i = 0; i < t->abi.system.len; i++)
        json_add_text(folders, t->abi.system.items[i]);
    json_set_int(object, "missing", (int64_t)t->missing);
    json_set_int(object, "missing_versions", (int64_t)t->missing_versions);
    json_set_bool(object, "complete", !t->cut);
    struct json *objects = json_set_array(object, "objects");
    vec_each (&t->objects, o)
        add_object(objects, *o);
}
