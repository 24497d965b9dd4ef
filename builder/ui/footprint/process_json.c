/* A process and what it shares, as JSON. */
#include "ui/footprint/report.h"
#include "ui/footprint/internal.h"

static void kinds_json(struct json *object, const struct sample *s)
{
    struct json *list = json_set_array(object, "kinds");
    for (int k = 0; k < REGION_KINDS; k++) {
        if (!s->kind_counts[k])
            continue;
        struct json *o = json_add_object(list);
        json_set_text(o, "kind", region_kind_name(k));
        json_set_count(o, "mappings", s->kind_counts[k]);
        json_set_memory(o, "memory", &s->kinds[k]);
    }
}

static void files_json(struct json *object, const struct process_view *v)
{
    struct json *list = json_set_array(object, "files");
    for (size_t i = 0; i < v->sample.file_count; i++) {
        const struct mapped_file *f = &v->sample.files[i];
        struct json *o = json_add_object(list);
        json_set_text(o, "path", f->name);
        json_set_text(o, "role", file_role_name(f->role));
        json_set_bool(o, "removed", f->deleted);
        json_set_memory(o, "memory", &f->total);
        json_set_count(o, "sharers", v->sharers[i].processes);
        struct json *names = json_set_array(o, "sharer_names");
        for (size_t k = 0; k < v->sharers[i].name_count; k++)
            json_add_text(names, v->sharers[i].names[k]);
    }
}

static void regions_json(struct json *object, const struct sample *s)
{
    struct json *list = json_set_array(object, "mappings");
    for (size_t i = 0; i < s->region_count; i++) {
        const struct region *g = &s->regions[i];
        struct json *o = json_add_object(list);
        char start[20];
        snprintf(start, sizeof start, "%llx", (unsigned long long)g->start);
        json_set_text(o, "address", start); /* a JSON number would lose digits */
        json_set_text(o, "kind", region_kind_name(g->kind));
        json_set_text(o, "name", g->name);
        json_set_memory(o, "memory", &g->memory);
    }
}

static void tree_json(struct json *object, const struct process_view *v)
{
    struct json *tree = json_set_object(object, "tree");
    json_set_count(tree, "pss", v->tree_pss);
    json_set_count(tree, "uss", v->tree_uss);
    json_set_count(tree, "swap_pss", v->tree_swap_pss);
    json_set_count(tree, "unread", v->unread);
    json_set_text(tree, "why_unread", v->why_unread);
    struct json *list = json_set_array(tree, "processes");
    for (size_t i = 0; i < v->member_count; i++) {
        struct json *o = json_add_object(list);
        json_set_int(o, "pid", v->members[i].pid);
        json_set_int(o, "parent", v->members[i].parent);
        json_set_text(o, "name", v->members[i].name);
        json_set_memory(o, "memory", &v->members[i].total);
    }
}

static void moments_json(struct json *object, const struct process_view *v)
{
    struct json *list = json_set_array(object, "moments");
    for (size_t i = 0; i < v->moment_count; i++) {
        const struct moment *m = &v->moments[i];
        struct json *o = json_add_object(list);
        json_set_real(o, "seconds", m->seconds);
        json_set_memory(o, "memory", &m->total);
        json_set_count(o, "minor_faults", m->minor_faults);
        json_set_count(o, "major_faults", m->major_faults);
        json_set_count(o, "tree_pss", m->tree_pss);
        json_set_count(o, "tree_uss", m->tree_uss);
        json_set_count(o, "processes", m->processes);
    }
    json_set_text(object, "ended", v->ended);
}

void report_process_json(struct json *o, const struct process_view *v)
{
    const struct sample *s = &v->sample;
    json_set_int(o, "pid", s->pid);
    json_set_int(o, "parent", s->parent);
    json_set_text(o, "name", s->name);
    json_set_text(o, "command", s->command);
    json_set_text(o, "program", s->program);
    json_set_bool(o, "steady", s->steady);
    json_set_bool(o, "has_pss", s->has_pss);
    json_set_memory(o, "memory", &s->total);
    json_set_count(o, "pss_rounding", s->pss_rounding);
    json_set_count(o, "shared_anonymous", s->shared_anonymous);
    json_set_count(o, "page_tables", s->page_tables);
    json_set_count(o, "peak_rss", s->peak_rss);
    json_set_count(o, "minor_faults", s->minor_faults);
    json_set_count(o, "major_faults", s->major_faults);
    json_set_count(o, "threads", s->threads);
    json_set_int(o, "open_files", s->open_files);
    json_set_count(o, "libraries", s->libraries);
    kinds_json(o, s);
    files_json(o, v);
    regions_json(o, s);
    tree_json(o, v);
    moments_json(o, v);
    struct json *notes = json_set_array(o, "not_read");
    for (size_t i = 0; i < s->note_count; i++)
        json_add_text(notes, s->notes[i]);
    json_set_count(o, "unseen_processes", v->unseen);
}
