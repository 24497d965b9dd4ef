/* SARIF 2.1.0 (OASIS), for pages that show code-scanning results. */
#include <assert.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/map.h"
#include "hash/hash.h"
#include "json/stream.h"
#include "sys/path.h"
#include "ui/audit/internal.h"

enum { RESULTS_DEPTH = 4 }; /* the document, its runs, the run, its results */

/* A path as a relative or file: reference (RFC 3986). */
static void add_uri(struct strbuf *out, const char *path)
{
    if (*path == '/')
        strbuf_adds(out, "file://");
    for (const unsigned char *p = (const unsigned char *)path; *p; p++) {
        bool plain = (*p >= 'a' && *p <= 'z') || (*p >= 'A' && *p <= 'Z') || (*p >= '0' && *p <= '9') ||
                     strchr("/-._~!$&'()*+,;=@", *p);
        if (plain)
            strbuf_addc(out, (char)*p);
        else
            strbuf_addf(out, "%%%02X", *p);
    }
}

static size_t rule_index(const struct rule *rule)
{
    size_t i = 0;
    while (audit_rule_at(i) && audit_rule_at(i) != rule)
        i++;
    return i;
}

static const char *level_of(enum severity severity)
{
    return severity == SEVERITY_ERROR ? "error" : severity == SEVERITY_WARNING ? "warning" : "note";
}

static void set_location(struct json *result, const struct audited *a, const struct finding *f)
{
    AUTO(strbuf) struct strbuf uri = {0};
    add_uri(&uri, a->path);
    struct json *location = json_add_object(json_set_array(result, "locations"));
    struct json *physical = json_set_object(location, "physicalLocation");
    json_set_text(json_set_object(physical, "artifactLocation"), "uri", strbuf_str(&uri));
    json_set_int(json_set_object(physical, "region"), "startLine", 1);
    if (strcmp(f->subject, a->path) == 0 && !f->symbol)
        return;
    struct json *logical = json_add_object(json_set_array(location, "logicalLocations"));
    AUTO(strbuf) struct strbuf name = {0};
    strbuf_adds(&name, strcmp(f->subject, a->path) == 0 ? path_base(a->path) : f->subject);
    if (f->symbol)
        strbuf_addf(&name, "!%s", f->symbol);
    json_set_text(logical, "fullyQualifiedName", strbuf_str(&name));
    json_set_text(logical, "kind", f->symbol ? "function" : "module");
}

/* 1 for the first one of this text, 2 for the second, … */
static size_t number_of(struct map *seen, const char *text)
{
    uintptr_t number = (uintptr_t)map_get(seen, text) + 1;
    map_set(seen, text, (void *)number);
    return number;
}

/* What stays the same when the file is built again in another folder. Pages that follow results from one
 * upload to the next go by primaryLocationLineHash: sixteen digits and which one of several alike it is. */
static void set_fingerprint(
    struct json *result, const struct audited *a, const struct finding *f, struct map *prints)
{
    AUTO(strbuf) struct strbuf text = {0};
    const char *const parts[] = {f->rule->id, path_base(a->path),
        strcmp(f->subject, a->path) == 0 ? "" : f->subject, f->library, f->symbol, f->version,
        f->library || f->symbol || f->version ? "" : f->message};
    for (size_t i = 0; i < COUNT(parts); i++) {
        strbuf_adds(&text, parts[i] ? parts[i] : "");
        strbuf_addc(&text, '\n');
    }
    struct digest digest;
    digest_bytes(&digest, text.ptr, text.len);
    AUTO_FREE char *line = xstrf("%.16s:%zu", digest.hex, number_of(prints, digest.hex));
    struct json *fingerprints = json_set_object(result, "partialFingerprints");
    json_set_text(fingerprints, "primaryLocationLineHash", line);
    json_set_text(fingerprints, "staticbuildFinding/v1", digest.hex);
}

/* prints: those of this file so far. */
static struct json *result_of(const struct audited *a, const struct finding *f, struct map *prints)
{
    AUTO(strbuf) struct strbuf text = {0};
    struct json *result = json_new_object();
    json_set_text(result, "ruleId", f->rule->id);
    json_set_int(result, "ruleIndex", (int64_t)rule_index(f->rule));
    json_set_text(result, "level", level_of(f->severity));
    if (strcmp(f->subject, a->path) != 0)
        strbuf_addf(&text, "%s: ", f->subject);
    strbuf_adds(&text, f->message);
    if (f->remedy)
        strbuf_addf(&text, ". Remedy: %s", f->remedy);
    json_set_text(json_set_object(result, "message"), "text", strbuf_str(&text));
    set_location(result, a, f);
    set_fingerprint(result, a, f, prints);
    struct json *properties = json_set_object(result, "properties");
    struct json *evidence = json_set_array(properties, "evidence");
    for (size_t i = 0; i < f->evidence_count; i++)
        json_add_text(evidence, f->evidence[i]);
    return result;
}

void draw_sarif(struct strbuf *out, const struct audited *a)
{
    size_t len;
    AUTO_FREE struct placed_finding *all = audited_findings(a, &len);
    AUTO(map) struct map prints = {0};
    for (size_t i = 0; i < len; i++) {
        AUTO_JSON struct json *result = result_of(a, all[i].finding, &prints);
        if (i)
            strbuf_adds(out, audit_separator(AUDIT_SARIF));
        struct json_stream s = json_stream_at(out, RESULTS_DEPTH);
        json_stream_put(&s, NULL, result);
    }
}

/* "unwanted-library" as "UnwantedLibrary". */
static void add_pascal(struct strbuf *out, const char *id)
{
    bool upper = true;
    for (; *id; id++) {
        if (*id != '-')
            strbuf_addc(out, upper && *id >= 'a' && *id <= 'z' ? (char)(*id - 'a' + 'A') : *id);
        upper = *id == '-';
    }
}

static void add_rules(struct json *driver)
{
    struct json *rules = json_set_array(driver, "rules");
    const struct rule *rule;
    for (size_t i = 0; (rule = audit_rule_at(i)); i++) {
        AUTO(strbuf) struct strbuf name = {0};
        struct json *object = json_add_object(rules);
        add_pascal(&name, rule->id);
        json_set_text(object, "id", rule->id);
        json_set_text(object, "name", strbuf_str(&name));
        json_set_text(json_set_object(object, "shortDescription"), "text", rule->help);
        json_set_text(json_set_object(object, "fullDescription"), "text", rule->help);
        json_set_text(json_set_object(object, "help"), "text", rule->help);
        json_set_text(json_set_object(object, "defaultConfiguration"), "level", level_of(rule->severity));
    }
}

void frame_sarif(struct strbuf *before, struct strbuf *after, const struct audit_totals *t)
{
    AUTO_JSON struct json *document = json_new_object();
    AUTO_JSON struct json *run = json_new_object();
    json_set_text(document, "$schema", "https://json.schemastore.org/sarif-2.1.0.json");
    json_set_text(document, "version", "2.1.0");
    struct json *driver = json_set_object(json_set_object(run, "tool"), "driver");
    json_set_text(driver, "name", "staticbuild");
    json_set_text(driver, "version", STATICBUILD_VERSION);
    json_set_text(driver, "semanticVersion", STATICBUILD_VERSION);
    add_rules(driver);
    struct json *invocation = json_add_object(json_set_array(run, "invocations"));
    json_set_bool(invocation, "executionSuccessful", !t->unread.len);
    if (t->unread.len) {
        struct json *list = json_set_array(invocation, "toolExecutionNotifications");
        for (size_t i = 0; i < t->unread.len; i++) {
            struct json *notification = json_add_object(list);
            json_set_text(notification, "level", "error");
            json_set_text(json_set_object(notification, "message"), "text", t->unread.items[i]);
        }
    }
    json_set_text(run, "columnKind", "utf16CodeUnits");
    struct json_stream s = json_stream_at(before, 0);
    json_stream_object(&s, NULL);
    json_stream_put_members(&s, document);
    json_stream_array(&s, "runs");
    json_stream_object(&s, NULL);
    json_stream_put_members(&s, run);
    json_stream_array(&s, "results");
    assert(s.depth == RESULTS_DEPTH);
    json_stream_leave_elements(&s, after);
    while (s.depth)
        json_stream_end(&s);
    strbuf_addc(after, '\n');
}
