/* One JSON document: templates/schema/footprint.schema.json. */
#include "ui/footprint/report.h"
#include "ui/footprint/internal.h"

struct json *footprint_document(void)
{
    static const char *const results[] = {"modules", "processes", "programs", "import", "fork"};
    struct json *document = json_new_object();
    json_set_text(document, "format", "staticbuild-footprint-1");
    json_set_text(document, "program", "staticbuild " STATICBUILD_VERSION);
    for (size_t i = 0; i < COUNT(results); i++)
        json_set_text(document, results[i], NULL);
    return document;
}

void json_set_count(struct json *object, const char *name, uint64_t value)
{
    json_set_int(object, name, value > INT64_MAX ? INT64_MAX : (int64_t)value);
}

void json_set_memory(struct json *object, const char *name, const struct memory *m)
{
    struct json *o = json_set_object(object, name);
    for (int i = 0; i < MEMORY_FIELDS; i++)
        json_set_count(o, memory_field_name(i), memory_field(m, i));
}

static void sections_json(struct json *object, const struct module_footprint *m)
{
    struct json *list = json_set_array(object, "sections");
    for (size_t i = 0; i < m->section_count; i++) {
        struct json *s = json_add_object(list);
        json_set_text(s, "name", m->sections[i].name);
        json_set_count(s, "size", m->sections[i].size);
        json_set_bool(s, "in_file", m->sections[i].in_file);
        json_set_bool(s, "writable", m->sections[i].writable);
        json_set_bool(s, "code", m->sections[i].code);
    }
}

static void relocations_json(struct json *object, const struct module_footprint *m)
{
    struct json *list = json_set_array(object, "relocations");
    for (size_t i = 0; i < m->relocation_count; i++) {
        struct json *r = json_add_object(list);
        json_set_text(r, "type", m->relocations[i].name);
        json_set_text(r, "class", relocation_class_name(m->relocations[i].class));
        json_set_count(r, "count", m->relocations[i].count);
    }
    json_set_count(object, "relocation_total", m->relocation_total);
    json_set_count(object, "lookups", m->lookups);
    struct json *pages = json_set_object(object, "pages");
    json_set_count(pages, "relro", m->pages.relro);
    json_set_count(pages, "relro_written", m->pages.relro_written);
    json_set_count(pages, "data", m->pages.data);
    json_set_count(pages, "data_written", m->pages.data_written);
    json_set_count(pages, "code_written", m->pages.code_written);
    json_set_count(pages, "bss", m->pages.bss);
}

static void symbols_json(
    struct json *object, const char *name, const struct module_symbol *symbols, size_t count)
{
    struct json *list = json_set_array(object, name);
    for (size_t i = 0; i < count; i++) {
        struct json *s = json_add_object(list);
        json_set_text(s, "name", symbols[i].name);
        json_set_count(s, "size", symbols[i].size);
    }
}

static void shares_json(struct json *object, const struct module_footprint *m)
{
    static const char *const sources[] = {
        [SHARE_UNKNOWN] = NULL, [SHARE_LINK_MAP] = "link-map", [SHARE_SYMBOLS] = "symbol-table"};
    json_set_text(object, "share_source", sources[m->share_source]);
    struct json *list = json_set_array(object, "shares");
    for (size_t i = 0; i < m->share_count; i++) {
        struct json *s = json_add_object(list);
        json_set_text(s, "name", m->shares[i].name);
        json_set_count(s, "size", m->shares[i].size);
        json_set_count(s, "members", m->shares[i].members);
    }
}

void report_module_json(struct json *o, const struct module_footprint *m)
{
    json_set_text(o, "path", m->path);
    json_set_text(o, "machine", m->machine);
    json_set_text(o, "soname", m->soname);
    json_set_count(o, "size", m->size);
    json_set_count(o, "addresses", m->memory);
    json_set_count(o, "code", m->code);
    json_set_count(o, "constants", m->constants);
    json_set_count(o, "writable", m->writable);
    json_set_count(o, "debug", m->debug);
    json_set_count(o, "exported", m->exported);
    json_set_count(o, "imported", m->imported);
    struct json *needed = json_set_array(o, "needed");
    for (size_t i = 0; i < m->needed_count; i++)
        json_add_text(needed, m->needed[i]);
    json_set_count(o, "tls_size", m->tls_size);
    json_set_bool(o, "static_tls", m->static_tls);
    json_set_count(o, "constructors", m->constructors);
    json_set_count(o, "destructors", m->destructors);
    json_set_bool(o, "bind_now", m->bind_now);
    sections_json(o, m);
    relocations_json(o, m);
    json_set_bool(o, "from_symbol_table", m->from_symbol_table);
    symbols_json(o, "functions", m->functions, m->function_count);
    symbols_json(o, "objects", m->objects, m->object_count);
    shares_json(o, m);
}
