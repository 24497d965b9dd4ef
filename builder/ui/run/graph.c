/* What a recipe is made of, as a tree of lines or as JSON. */
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "json/json.h"
#include "recipe/location_shown.h"
#include "ui/run/report.h"

/* Deeper graphs than this are shown up to here: a reader is lost long before. */
enum { DEEPEST = 64 };

static void label_of(struct strbuf *out, const struct recipe *recipe)
{
    strbuf_addf(out, "%s %s", recipe->name, recipe->version);
    for (size_t i = 0; i < recipe->features.len; i++)
        strbuf_addf(out, "%s%s", i ? "," : " [", recipe->features.items[i]);
    if (recipe->features.len)
        strbuf_addc(out, ']');
}

struct graph_drawing {
    struct strbuf *out;
    const struct graph *g;
    struct style style;
    bool *seen;
};

static void draw(struct graph_drawing *d, size_t at, const char *role, unsigned depth);

static void draw_edges(struct graph_drawing *d, const struct edges *edges, const char *role, unsigned depth)
{
    for (size_t i = 0; i < edges->len; i++)
        draw(d, edges->items[i], role, depth);
}

static void draw(struct graph_drawing *d, size_t at, const char *role, unsigned depth)
{
    const struct node *n = &d->g->nodes[at];
    bool below = n->libraries.len || n->builds.len || n->tools.len || n->host_count || n->tried_with.len ||
                 n->built_in.len;
    AUTO(strbuf) struct strbuf label = {0};
    label_of(&label, n->recipe);
    text_pad(d->out, 2 * depth);
    strbuf_adds(d->out, role);
    tone_add(d->out, d->style, depth ? TONE_PLAIN : TONE_BOLD, label.ptr);
    if (d->seen[at] && below) {
        strbuf_adds(d->out, " (above)\n");
        return;
    }
    strbuf_addc(d->out, '\n');
    d->seen[at] = true;
    if (depth + 1 >= DEEPEST)
        return;
    draw_edges(d, &n->libraries, "", depth + 1);
    draw_edges(d, &n->builds, "to build: ", depth + 1);
    draw_edges(d, &n->tools, "tool: ", depth + 1);
    draw_edges(d, &n->wheels, "compiled with: ", depth + 1);
    draw_edges(d, &n->built_in, "built in: ", depth + 1);
    draw_edges(d, &n->tried_with, "tried with: ", depth + 1);
    for (size_t i = 0; i < n->host_count; i++) {
        const struct host_requirement *h = &n->host[i];
        text_pad(d->out, 2 * (depth + 1));
        strbuf_addf(d->out, "host: %s%s%s\n", h->name, *h->constraint ? " " : "", h->constraint);
    }
}

void report_graph(struct strbuf *out, const struct graph *g, struct style style)
{
    struct graph_drawing d = {.out = out, .g = g, .style = style};
    AUTO_FREE bool *seen = d.seen = xcalloc(g->len + 1, sizeof *seen);
    for (size_t i = 0; i < g->len; i++)
        if (g->nodes[i].asked_for)
            draw(&d, i, "", 0);
}

static void set_names(struct json *object, const char *key, const struct graph *g, const struct edges *edges)
{
    struct json *list = json_set_array(object, key);
    for (size_t i = 0; i < edges->len; i++)
        json_add_text(list, g->nodes[edges->items[i]].recipe->name);
}

static void add_source(struct json *list, const struct source *source)
{
    struct json *object = json_add_object(list);
    json_set_text(object, "into", source->into);
    if (source->path)
        json_set_text(object, "path", source->path);
    if (source->sha256)
        json_set_text(object, "sha256", source->sha256);
    struct json *urls = json_set_array(object, "urls");
    for (size_t i = 0; i < source->urls.len; i++) {
        AUTO_FREE char *shown = location_shown(source->urls.items[i]);
        json_add_text(urls, shown);
    }
}

void report_graph_json(struct strbuf *out, const struct graph *g)
{
    AUTO_JSON struct json *document = json_new_object();
    json_set_text(document, "format", "staticbuild-graph-1");
    json_set_text(document, "program", "staticbuild " STATICBUILD_VERSION);
    struct json *nodes = json_set_array(document, "nodes");
    for (size_t i = 0; i < g->len; i++) {
        const struct node *n = &g->nodes[g->order[i]];
        struct json *object = json_add_object(nodes);
        json_set_text(object, "name", n->recipe->name);
        json_set_text(object, "version", n->recipe->version);
        json_set_text(object, "kind", recipe_kind_name(n->recipe->kind));
        json_set_text(object, "recipe", n->recipe->file);
        json_set_text(object, "license", n->recipe->license);
        struct json *features = json_set_array(object, "features");
        for (size_t f = 0; f < n->recipe->features.len; f++)
            json_add_text(features, n->recipe->features.items[f]);
        json_set_bool(object, "asked_for", n->asked_for);
        set_names(object, "libraries", g, &n->libraries);
        set_names(object, "build", g, &n->builds);
        set_names(object, "tools", g, &n->tools);
        set_names(object, "wheels", g, &n->wheels);
        set_names(object, "built_in", g, &n->built_in);
        set_names(object, "tried_with", g, &n->tried_with);
        struct json *host = json_set_array(object, "host");
        for (size_t h = 0; h < n->host_count; h++) {
            struct json *tool = json_add_object(host);
            json_set_text(tool, "name", n->host[h].name);
            json_set_text(tool, "constraint", n->host[h].constraint);
        }
        struct json *sources = json_set_array(object, "sources");
        for (size_t s = 0; s < n->source_count; s++)
            add_source(sources, n->sources[s]);
    }
    json_write(document, JSON_INDENTED, out);
    strbuf_addc(out, '\n');
}
