/* Findings one by one, for programs that show them where somebody looks anyway: annotations of a code host,
 * JUnit's XML for the page of a pipeline, a table in Markdown for a comment or a summary. */
#include <string.h>

#include "base/cleanup.h"
#include "base/utf8.h"
#include "ui/audit/internal.h"

/* Text in which some characters stand for others, and nothing is that a reader's program could take for its
 * own. */
struct escape {
    char from;
    const char *to;
};

static void add_escaped(struct strbuf *out, const char *text, const struct escape *escapes)
{
    AUTO(strbuf) struct strbuf harmless = {0};
    utf8_add_harmless(&harmless, text, strlen(text), "\n\t");
    for (const char *p = strbuf_str(&harmless); *p; p++) {
        const struct escape *e = escapes;
        while (e->to && e->from != *p)
            e++;
        if (e->to)
            strbuf_adds(out, e->to);
        else
            strbuf_addc(out, *p);
    }
}

/* Workflow commands: the message, and a property, in which more has a meaning. */
static const struct escape of_message[] = {{'%', "%25"}, {'\n', "%0A"}, {'\t', " "}, {0, NULL}};
static const struct escape of_property[] = {
    {'%', "%25"}, {'\n', "%0A"}, {'\t', " "}, {':', "%3A"}, {',', "%2C"}, {0, NULL}};

void draw_github(struct strbuf *out, const struct audited *a, const struct audit_drawing *d)
{
    size_t len;
    AUTO_FREE struct placed_finding *all = audited_findings(a, &len);
    for (size_t i = 0; i < len; i++) {
        const struct finding *f = all[i].finding;
        if (f->severity < d->least)
            continue;
        strbuf_addf(out, "::%s file=", f->severity == SEVERITY_NOTE ? "notice" : severity_name(f->severity));
        add_escaped(out, a->path, of_property);
        strbuf_addf(out, ",title=%s::", f->rule->id);
        if (strcmp(f->subject, a->path) != 0) {
            add_escaped(out, f->subject, of_message);
            strbuf_adds(out, ": ");
        }
        add_escaped(out, f->message, of_message);
        if (f->remedy) {
            strbuf_adds(out, "%0A");
            add_escaped(out, f->remedy, of_message);
        }
        strbuf_addc(out, '\n');
    }
}

static const struct escape of_xml[] = {{'&', "&amp;"}, {'<', "&lt;"}, {'>', "&gt;"}, {'"', "&quot;"},
    {'\n', "&#10;"}, {'\t', "&#9;"}, {0, NULL}};

static void add_attribute(struct strbuf *out, const char *name, const char *text)
{
    strbuf_addf(out, " %s=\"", name);
    add_escaped(out, text, of_xml);
    strbuf_addc(out, '"');
}

/* A file is a suite, and a case that fails where it does not pass; its findings are cases as well: errors
 * fail, others are told. */
void draw_junit(struct strbuf *out, const struct audited *a, const struct audit_drawing *d)
{
    size_t len, told = 0, failed = 0;
    AUTO_FREE struct placed_finding *all = audited_findings(a, &len);
    for (size_t i = 0; i < len; i++) {
        told += all[i].finding->severity >= d->least;
        failed += all[i].finding->severity == SEVERITY_ERROR;
    }
    AUTO(strbuf) struct strbuf verdict = {0};
    verdict_add(&verdict, a);
    strbuf_adds(out, "  <testsuite");
    add_attribute(out, "name", a->path);
    strbuf_addf(out, " tests=\"%zu\" failures=\"%zu\" errors=\"0\">\n    <testcase name=\"passes\"", told + 1,
        failed + !a->passes);
    add_attribute(out, "classname", a->path);
    if (a->passes) {
        strbuf_adds(out, "/>\n");
    } else {
        strbuf_adds(out, "><failure");
        add_attribute(out, "message", verdict.len ? verdict.ptr : "does not pass");
        strbuf_adds(out, "/></testcase>\n");
    }
    for (size_t i = 0; i < len; i++) {
        const struct finding *f = all[i].finding;
        if (f->severity < d->least)
            continue;
        bool fails = f->severity == SEVERITY_ERROR;
        strbuf_adds(out, "    <testcase");
        add_attribute(out, "name", f->rule->id);
        add_attribute(out, "classname", f->subject);
        strbuf_adds(out, fails ? "><failure" : "><system-out>");
        if (fails)
            add_attribute(out, "message", f->message);
        else
            add_escaped(out, f->message, of_xml);
        strbuf_adds(out, fails ? ">" : "");
        if (fails && f->remedy)
            add_escaped(out, f->remedy, of_xml);
        strbuf_adds(out, fails ? "</failure></testcase>\n" : "</system-out></testcase>\n");
    }
    strbuf_adds(out, "  </testsuite>\n");
}

void frame_junit(struct strbuf *before, struct strbuf *after)
{
    strbuf_adds(
        before, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"staticbuild audit\">\n");
    strbuf_adds(after, "</testsuites>\n");
}

/* What would end a cell, or begin something else. */
static const struct escape of_markdown[] = {{'|', "\\|"}, {'\n', " "}, {'\t', " "}, {'<', "&lt;"},
    {'&', "&amp;"}, {'*', "\\*"}, {'_', "\\_"}, {'`', "\\`"}, {'[', "\\["}, {'\\', "\\\\"}, {0, NULL}};

void draw_markdown(struct strbuf *out, const struct audited *a, const struct audit_drawing *d)
{
    size_t len, told = 0;
    AUTO_FREE struct placed_finding *all = audited_findings(a, &len);
    AUTO(strbuf) struct strbuf verdict = {0};
    verdict_add(&verdict, a);
    strbuf_adds(out, "### ");
    add_escaped(out, a->path, of_markdown);
    strbuf_adds(out, a->passes ? ": passes" : ": does not pass");
    if (verdict.len) {
        strbuf_adds(out, "; ");
        add_escaped(out, verdict.ptr, of_markdown);
    }
    strbuf_adds(out, "\n\n");
    for (size_t i = 0; i < len; i++) {
        const struct finding *f = all[i].finding;
        if (f->severity < d->least)
            continue;
        if (told++ == 0)
            strbuf_adds(out, "| severity | rule | where | what |\n|---|---|---|---|\n");
        strbuf_addf(out, "| %s | %s | ", severity_name(f->severity), f->rule->id);
        add_escaped(out, strcmp(f->subject, a->path) == 0 ? "" : f->subject, of_markdown);
        strbuf_adds(out, " | ");
        add_escaped(out, f->message, of_markdown);
        strbuf_adds(out, " |\n");
    }
    strbuf_adds(out, told ? "\n" : "");
}
