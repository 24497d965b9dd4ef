/* templates/schema/audit.schema.json */
#include <assert.h>

#include "audit/finding.h"
#include "base/alloc.h"
#include "base/cleanup.h"
#include "json/stream.h"
#include "ui/audit/internal.h"
#include "ui/audit/explain.h"

enum { FILES_DEPTH = 2 }; /* the document, its list of files */

/* All of them, those of its modules too: the most serious first. */
static void add_findings(struct json *object, const struct audited *a)
{
    size_t count;
    AUTO_FREE struct placed_finding *all = audited_findings(a, &count);
    struct json *list = json_set_array(object, "findings");
    for (size_t i = 0; i < count; i++)
        json_set_text(
            finding_add(list, all[i].finding), "module", all[i].module ? all[i].module->subject : NULL);
}

static void add_needed(struct json *module, const struct audit_report *r)
{
    struct json *needed = json_set_array(module, "needed");
    for (size_t i = 0; i < r->needed_count; i++) {
        struct json *n = json_add_object(needed);
        json_set_text(n, "library", r->needed[i].library);
        json_set_bool(n, "promised", r->needed[i].promised);
        json_set_bool(n, "beside", r->needed[i].beside);
        json_set_int(n, "symbols", (int64_t)r->needed[i].symbols);
        explain_needed_json(n, &r->needed[i]);
    }
}

static void add_versions(struct json *module, const struct audit_report *r)
{
    struct json *versions = json_set_array(module, "versions");
    for (size_t i = 0; i < r->version_count; i++) {
        struct json *v = json_add_object(versions);
        json_set_text(v, "library", r->versions[i].library);
        json_set_text(v, "version", r->versions[i].version);
        json_set_text(v, "policy", r->versions[i].policy);
        json_set_int(v, "symbols", (int64_t)r->versions[i].symbols);
    }
}

/* What --explain asks for. */
static void add_symbols(struct json *module, const struct audit_report *r)
{
    struct json *symbols = json_set_array(module, "symbols");
    for (size_t i = 0; i < r->symbol_count; i++) {
        struct json *s = json_add_object(symbols);
        json_set_text(s, "symbol", r->symbols[i].symbol);
        json_set_text(s, "library", r->symbols[i].library);
        json_set_text(s, "version", r->symbols[i].version);
        json_set_text(s, "policy", r->symbols[i].policy);
        explain_symbol_json(s, &r->symbols[i]);
    }
}

static void add_module(struct json *list, const struct audit_report *r)
{
    struct json *object = json_add_object(list);
    json_set_text(object, "subject", r->subject);
    json_set_text(object, "machine", r->machine);
    json_set_text(object, "soname", r->soname);
    json_set_text(object, "earned", r->has_earned ? r->earned.name : NULL);
    json_set_bool(object, "holds", r->holds);
    json_set_int(object, "size", (int64_t)r->size);
    add_needed(object, r);
    add_versions(object, r);
    add_symbols(object, r);
    explain_module_json(object, r);
    findings_set(object, r->findings, r->finding_count);
}

void draw_json(struct strbuf *out, const struct audited *a)
{
    AUTO_JSON struct json *object = json_new_object();
    json_set_text(object, "path", a->path);
    json_set_text(object, "kind", audited_kind_name(a->kind));
    json_set_bool(object, "passes", a->passes);
    json_set_text(object, "earned", a->has_earned ? a->earned.name : NULL);
    json_set_text(object, "claimed", a->has_claimed ? a->claimed.name : NULL);
    if (a->has_claimed)
        json_set_bool(object, "claim_holds", a->claim_holds);
    json_set_text(object, "tags", a->claim);
    json_set_int(object, "size", (int64_t)a->size);
    json_set_int(object, "members", (int64_t)a->members);
    add_findings(object, a);
    struct json *parts = json_set_array(object, "parts");
    for (size_t i = 0; i < a->part_count; i++) {
        struct json *p = json_add_object(parts);
        json_set_text(p, "name", a->parts[i].name);
        json_set_text(p, "version", a->parts[i].version);
        json_set_text(p, "source", a->parts[i].source);
        json_set_text(p, "subject", a->parts[i].subject);
    }
    struct json *modules = json_set_array(object, "modules");
    for (size_t i = 0; i < a->module_count; i++)
        add_module(modules, &a->modules[i]);
    struct json_stream s = json_stream_at(out, FILES_DEPTH);
    json_stream_put(&s, NULL, object);
}

void frame_json(struct strbuf *before, struct strbuf *after, const struct audit_totals *t)
{
    AUTO_JSON struct json *document = json_new_object();
    json_set_text(document, "format", "staticbuild-audit-1");
    json_set_text(document, "program", "staticbuild " STATICBUILD_VERSION);
    json_set_bool(document, "passes", !t->failed && !t->unread.len);
    struct json *totals = json_set_object(document, "totals");
    json_set_int(totals, "files", (int64_t)t->files);
    json_set_int(totals, "failed", (int64_t)t->failed);
    json_set_int(totals, "errors", (int64_t)t->errors);
    json_set_int(totals, "warnings", (int64_t)t->warnings);
    json_set_int(totals, "notes", (int64_t)t->notes);
    struct json *unread = json_set_array(document, "unread");
    for (size_t i = 0; i < t->unread.len; i++)
        json_add_text(unread, t->unread.items[i]);
    struct json_stream s = json_stream_at(before, 0);
    json_stream_object(&s, NULL);
    json_stream_put_members(&s, document);
    json_stream_array(&s, "files");
    assert(s.depth == FILES_DEPTH);
    json_stream_leave_elements(&s, after);
    while (s.depth)
        json_stream_end(&s);
    strbuf_addc(after, '\n');
}

void report_rules_json(struct strbuf *out)
{
    AUTO_JSON struct json *document = json_new_object();
    json_set_text(document, "format", "staticbuild-rules-1"); /* templates/schema/rules.schema.json */
    struct json *rules = json_set_array(document, "rules");
    const struct rule *rule;
    for (size_t i = 0; (rule = audit_rule_at(i)); i++) {
        struct json *object = json_add_object(rules);
        json_set_text(object, "id", rule->id);
        json_set_text(object, "severity", severity_name(rule->severity));
        json_set_bool(object, "strict", audit_rule_is_strict(rule));
        json_set_text(object, "help", rule->help);
    }
    json_write(document, JSON_INDENTED, out);
    strbuf_addc(out, '\n');
}
