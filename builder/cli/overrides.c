/* --severity, as audit and finish understand it. */
#include "cli/overrides.h"

#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "audit/rules.h"

const struct rule *override_rule(const char *option, const char *id, struct err *e)
{
    const struct rule *rule = audit_rule_find(id), *near = NULL;
    if (rule)
        return rule;
    size_t best = 4;
    for (size_t i = 0; (rule = audit_rule_at(i)); i++) {
        size_t distance = str_distance(rule->id, id, 3);
        if (distance < best) {
            best = distance;
            near = rule;
        }
    }
    if (near)
        err_add(e, ERR_USAGE, "%s %s: no such rule (did you mean %s?)", option, id, near->id);
    else
        err_add(e, ERR_USAGE, "%s %s: no such rule; `staticbuild audit --rules` lists them", option, id);
    return NULL;
}

static void override_all(struct overrides *o, enum severity severity)
{
    const struct rule *rule;
    for (size_t i = 0; (rule = audit_rule_at(i)); i++)
        vec_push(&o->list, ((struct audit_override){rule, severity}));
}

void overrides_severity(struct overrides *o, const char *text, struct err *e)
{
    const char *equals = strchr(text, '=');
    if (!equals && severity_parse(text, &o->least))
        return;
    AUTO_FREE char *id = xstrndup(text, equals ? (size_t)(equals - text) : strlen(text));
    struct audit_override override = {0};
    if (!equals || !severity_parse(equals + 1, &override.severity)) {
        err_add(
            e, ERR_USAGE, "--severity %s: not RULE=LEVEL or LEVEL with error, warning, note or off", text);
        return;
    }
    if (strcmp(id, "*") == 0) {
        override_all(o, override.severity);
        return;
    }
    override.rule = override_rule("--severity", id, e);
    if (override.rule)
        vec_push(&o->list, override);
}

void overrides_release(struct overrides *o)
{
    vec_release(&o->list);
}
