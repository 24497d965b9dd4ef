/* The cost of an import as JSON. */
#include "footprint/compare.h"
#include "ui/footprint/report.h"
#include "ui/footprint/internal.h"

void json_set_spread(struct json *object, const char *name, struct spread s)
{
    struct json *o = json_set_object(object, name);
    json_set_count(o, "count", s.count);
    json_set_real(o, "median", s.median);
    json_set_real(o, "low", s.low);
    json_set_real(o, "high", s.high);
    json_set_real(o, "least", s.least);
    json_set_real(o, "most", s.most);
}

static void json_set_difference(struct json *object, const char *name, struct difference d)
{
    static const char *const verdicts[] = {[DIFFERENCE_UNKNOWN] = "unknown",
        [DIFFERENCE_NONE] = "noise",
        [DIFFERENCE_LESS] = "less",
        [DIFFERENCE_MORE] = "more"};
    struct json *o = json_set_object(object, name);
    json_set_text(o, "verdict", verdicts[d.verdict]);
    json_set_real(o, "shift", d.shift);
    json_set_real(o, "shift_low", d.shift_low);
    json_set_real(o, "shift_high", d.shift_high);
    json_set_real(o, "ratio", d.ratio);
    json_set_real(o, "ratio_low", d.ratio_low);
    json_set_real(o, "ratio_high", d.ratio_high);
}

static void figures_json(struct json *object, const struct subject_runs *s)
{
    struct json *list = json_set_object(object, "figures");
    for (int f = 0; f < FIGURES; f++)
        json_set_spread(list, figure_name(f), figure_spread(s, f));
    struct json *kinds = json_set_array(object, "kinds");
    for (int k = 0; k < REGION_KINDS; k++) {
        struct json *o = json_add_object(kinds);
        json_set_text(o, "kind", region_kind_name(k));
        struct json *memory = json_set_object(o, "memory");
        for (int f = 0; f < MEMORY_FIELDS; f++)
            json_set_spread(memory, memory_field_name(f), kind_spread(s, k, f));
    }
    struct json *roles = json_set_array(object, "roles");
    for (int r = 0; r < FILE_ROLES; r++) {
        struct json *o = json_add_object(roles);
        json_set_text(o, "role", file_role_name(r));
        struct json *memory = json_set_object(o, "memory");
        for (int f = 0; f < MEMORY_FIELDS; f++)
            json_set_spread(memory, memory_field_name(f), role_spread(s, r, f));
    }
}

static void files_json(struct json *object, const struct subject_runs *s)
{
    struct json *list = json_set_array(object, "files");
    vec_each (&s->files, f) {
        struct json *o = json_add_object(list);
        json_set_text(o, "path", f->name);
        json_set_text(o, "role", file_role_name(f->role));
        struct json *memory = json_set_object(o, "memory");
        for (int i = 0; i < MEMORY_FIELDS; i++)
            json_set_spread(memory, memory_field_name(i), file_spread(s, f, i));
    }
}

static void added_json(struct json *object, const struct added_objects *a)
{
    struct json *o = json_set_object(object, "added_objects");
    json_set_count(o, "objects", a->objects);
    json_set_count(o, "unread", a->unread);
    json_set_count(o, "file_bytes", a->file_bytes);
    json_set_count(o, "pages_written", a->pages_written);
    json_set_count(o, "constructors", a->constructors);
    json_set_count(o, "tls_size", a->tls_size);
    struct json *relocations = json_set_object(o, "relocations");
    for (int k = 0; k < RELOCATION_CLASSES; k++)
        json_set_count(relocations, relocation_class_name(k), a->relocations[k]);
}

static void compare(
    struct json *object, const char *name, const struct subject_runs *a, const struct subject_runs *b)
{
    struct json *list = json_set_object(object, name);
    for (int f = 0; f < FIGURES; f++)
        json_set_difference(list, figure_name(f), figure_difference(a, b, f));
}

void report_import_json(struct json *o, const struct import_measurement *m)
{
    json_set_text(o, "python", m->python);
    json_set_text(o, "version", m->version);
    json_set_count(o, "runs", m->runs);
    struct json *names = json_set_array(o, "names");
    const struct strvec *imported = &m->subjects[SUBJECT_MEASURED].subject->names;
    for (size_t i = 0; i < imported->len; i++)
        json_add_text(names, imported->items[i]);
    struct json *list = json_set_array(o, "subjects");
    for (size_t i = 0; i < m->subject_count; i++) {
        const struct subject_runs *s = &m->subjects[i];
        struct json *subject = json_add_object(list);
        json_set_text(subject, "label", s->label);
        figures_json(subject, s);
        files_json(subject, s);
        added_json(subject, &s->added);
    }
    const struct subject_runs *s = m->subjects;
    compare(o, "added", &s[SUBJECT_MEASURED], &s[SUBJECT_ALONE]);
    if (m->subject_count > 2)
        compare(o, "against", &s[SUBJECT_MEASURED], &s[SUBJECT_AGAINST]);
    else
        json_set_text(o, "against", NULL);
    json_set_text(o, "remark", m->remark);
}
