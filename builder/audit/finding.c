/* Findings as JSON, written and read again. */
#include "audit/finding.h"

struct json *finding_add(struct json *list, const struct finding *f)
{
    struct json *object = json_add_object(list);
    json_set_text(object, "rule", f->rule->id);
    json_set_text(object, "severity", severity_name(f->severity));
    json_set_text(object, "subject", f->subject);
    json_set_text(object, "message", f->message);
    json_set_text(object, "remedy", f->remedy);
    json_set_text(object, "library", f->library);
    json_set_text(object, "symbol", f->symbol);
    json_set_text(object, "version", f->version);
    json_set_text(object, "policy", f->policy);
    json_set_int(object, "evidence_total", (int64_t)f->evidence_total);
    struct json *evidence = json_set_array(object, "evidence");
    for (size_t i = 0; i < f->evidence_count; i++)
        json_add_text(evidence, f->evidence[i]);
    return object;
}

void findings_set(struct json *object, const struct finding *findings, size_t count)
{
    struct json *list = json_set_array(object, "findings");
    for (size_t i = 0; i < count; i++)
        finding_add(list, &findings[i]);
}

static const char *text_of(const struct json *object, const char *key, struct arena *a)
{
    const char *text = json_get_text(object, key);
    return text ? arena_strdup(a, text) : NULL;
}

static const char *required(const struct json *object, const char *key, struct arena *a)
{
    const char *text = text_of(object, key, a);
    return text ? text : "";
}

static const struct rule *rule_of(const char *id, enum severity severity, struct arena *a)
{
    const struct rule *known = audit_rule_find(id);
    if (known)
        return known;
    struct rule *rule = arena_alloc(a, sizeof *rule);
    *rule = (struct rule){.id = id, .severity = severity, .help = ""};
    return rule;
}

static struct finding read_one(const struct json *object, struct arena *a)
{
    enum severity severity = SEVERITY_WARNING;
    const char *word = json_get_text(object, "severity");
    const struct json *evidence = json_get(object, "evidence");
    size_t count = json_len(evidence);
    const char **texts = arena_alloc(a, (count + 1) * sizeof *texts);
    for (size_t i = 0; i < count; i++) {
        const char *text = json_text(json_at(evidence, i));
        texts[i] = arena_strdup(a, text ? text : "");
    }
    if (word)
        severity_parse(word, &severity);
    return (struct finding){
        .rule = rule_of(required(object, "rule", a), severity, a),
        .severity = severity,
        .subject = required(object, "subject", a),
        .message = required(object, "message", a),
        .remedy = text_of(object, "remedy", a),
        .library = text_of(object, "library", a),
        .symbol = text_of(object, "symbol", a),
        .version = text_of(object, "version", a),
        .policy = text_of(object, "policy", a),
        .evidence = texts,
        .evidence_count = count,
        .evidence_total = (size_t)json_get_int(object, "evidence_total", (int64_t)count),
    };
}

struct finding *findings_get(const struct json *object, size_t *count, struct arena *a)
{
    const struct json *list = json_get(object, "findings");
    *count = json_len(list);
    struct finding *findings = arena_alloc(a, (*count + 1) * sizeof *findings);
    for (size_t i = 0; i < *count; i++)
        findings[i] = read_one(json_at(list, i), a);
    return findings;
}

static const char *copy_text(const char *text, struct arena *a)
{
    return text ? arena_strdup(a, text) : NULL;
}

struct finding finding_copy(const struct finding *f, struct arena *a)
{
    struct finding copy = *f;
    const char **evidence = arena_alloc(a, (f->evidence_count + 1) * sizeof *evidence);
    for (size_t i = 0; i < f->evidence_count; i++)
        evidence[i] = arena_strdup(a, f->evidence[i]);
    copy.evidence = evidence;
    copy.subject = copy_text(f->subject, a);
    copy.message = copy_text(f->message, a);
    copy.remedy = copy_text(f->remedy, a);
    copy.library = copy_text(f->library, a);
    copy.symbol = copy_text(f->symbol, a);
    copy.version = copy_text(f->version, a);
    copy.policy = copy_text(f->policy, a);
    return copy;
}
