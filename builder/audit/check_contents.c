/* What the contents of a file tell: code of others, paths of the machine that built it, data it will look
 * for. */
#include <string.h>

#include "audit/contents.h"

enum { NAMED = 8 }; /* in a message; the evidence has all */

void check_embedded(struct check *c)
{
    struct audit_report *r = c->report;
    if (!r->embedded_count)
        return;
    struct strbuf names = {0};
    for (size_t i = 0; i < r->embedded_count && i < NAMED; i++)
        strbuf_addf(&names, "%s%s%s%s%s", i ? ", " : "", r->embedded[i].name,
            *r->embedded[i].version ? " " : "", r->embedded[i].version,
            r->embedded[i].likely ? " (likely)" : "");
    struct finding *f = add_finding(
        c, "code of others is inside: %s%s", strbuf_str(&names), r->embedded_count > NAMED ? ", …" : "");
    strbuf_release(&names);
    for (size_t i = 0; i < r->embedded_count; i++)
        add_evidence(c, f, "%s%s%s%s", r->embedded[i].name, r->embedded[i].likely ? ", likely" : "",
            r->embedded[i].version[0] ? " " : "", r->embedded[i].version);
}

static void list_paths(struct check *c, bool of_build, const char *message, const char *remedy)
{
    struct finding *f = NULL;
    for (size_t i = 0; c->contents && i < c->contents->path_count; i++) {
        const struct path_row *row = c->contents->paths[i].row;
        if (!row->what != of_build)
            continue;
        if (!f)
            f = add_finding(c, "%s", message);
        add_evidence(c, f, "%s%s%s%s", c->contents->paths[i].path, row->what ? " (" : "",
            row->what ? row->what : "", row->what ? ")" : "");
    }
    if (!f)
        return;
    f->message = arena_strf(&c->report->arena, "%s: %s%s", message, f->evidence[0],
        f->evidence_total > 1 ? arena_strf(&c->report->arena, " and %zu more", f->evidence_total - 1) : "");
    set_remedy(c, f, "%s", remedy);
}

void check_build_paths(struct check *c)
{
    list_paths(c, true, "paths of the machine that built it are inside",
        "compile with -ffile-prefix-map; give configure the --prefix and --sysconfdir that the user has");
}

void check_runtime_data(struct check *c)
{
    list_paths(c, false, "looks for files that other systems keep elsewhere, or not at all",
        "ship the data and set its path at import (SSL_CERT_FILE, TERMINFO, …), or rely on what the user "
        "configures");
}
