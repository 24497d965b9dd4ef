/* `sbom`: what is inside of files that others built, as a bill of materials; whether the one that they have
 * says so; which of them hold a library in a version that somebody warns of. */
#include <stdlib.h>
#include <string.h>

#include "audit/bom.h"
#include "base/alloc.h"
#include "base/cleanup.h"
#include "cli/commands.h"
#include "cli/flags.h"
#include "inspect/library.h"
#include "recipe/version.h"
#include "sys/clock.h"
#include "ui/text/layout.h"

/* "openssl < 3.5.8" */
struct sbom_question {
    char *name;
    const char *constraint;
    const struct library *library; /* that is called so, or NULL */
};

struct sbom_answer {
    const struct sbom_question *holds; /* or NULL */
    bool check;
    struct strbuf out, unread;
    int64_t epoch;
    size_t files, answers;
};

static int read_question(struct sbom_question *q, const char *text, struct err *e)
{
    size_t len = strcspn(text, " <>=!~");
    q->constraint = text + len + strspn(text + len, " ");
    q->name = xstrndup(text, len);
    const char *problem = constraint_problem(q->constraint);
    if (!len || problem)
        return err_set(e, ERR_USAGE, "--holds \"%s\": not \"NAME < VERSION\" or the like%s%s", text,
            problem ? ": " : "", problem ? problem : "");
    q->library = library_of_package(q->name);
    return 0;
}

/* Who asks for zlib does not ask for a crate of that name, which others wrote; who asks for zlib-rs does. */
static bool is_asked_for(const struct sbom_question *q, const struct held *h)
{
    bool library = q->library && (!h->crate || strcmp(q->library->name, q->name) == 0);
    return library ? !h->crate && strcmp(h->name, q->library->name) == 0 : strcmp(h->name, q->name) == 0;
}

static void answer(struct sbom_answer *t, const struct audited *a)
{
    struct held_list held = {0};
    held_gather(&held, a);
    vec_each (&held.list, h) {
        bool known = *h->version && version_is_valid(slice_of(h->version));
        if (!is_asked_for(t->holds, h) || (known && !version_satisfies(h->version, t->holds->constraint)))
            continue;
        t->answers++;
        text_add_safe(&t->out, a->path, 0);
        if (h->place && strcmp(h->place, a->path) != 0) {
            strbuf_adds(&t->out, ": ");
            text_add_safe(&t->out, h->place, 0);
        }
        strbuf_addf(&t->out, ": %s %s", h->name, known ? h->version : "of a version that is not known");
        strbuf_adds(&t->out, h->likely ? " (likely)\n" : "\n");
    }
    held_release(&held);
}

static void check(struct sbom_answer *t, const struct audited *a)
{
    static const char *const rules[] = {"sbom-absent", "sbom-unreadable", "sbom-differs"};
    for (size_t i = 0; i < a->whole.finding_count; i++) {
        const struct finding *f = &a->whole.findings[i];
        for (size_t k = 0; k < COUNT(rules); k++) {
            if (strcmp(f->rule->id, rules[k]) != 0)
                continue;
            t->answers++;
            text_add_safe(&t->out, f->subject, 0);
            strbuf_adds(&t->out, ": ");
            text_add_safe(&t->out, f->message, 0);
            strbuf_addc(&t->out, '\n');
        }
    }
}

static int take(struct audited *a, void *arg, struct err *e)
{
    struct sbom_answer *t = arg;
    (void)e;
    if (a->unreadable.kind != ERR_NONE) {
        strbuf_addf(&t->unread, "%s%s", t->unread.len ? "\n" : "", a->unreadable.text);
        return 0;
    }
    if (a->kind == AUDITED_ENVIRONMENT)
        return 0; /* its files were told */
    t->files++;
    if (t->holds)
        answer(t, a);
    else if (t->check)
        check(t, a);
    else
        report_sbom(&t->out, a, t->epoch);
    return 0;
}

static int conclude(struct sbom_answer *t, struct err *e)
{
    if (output_put(&t->out, e) < 0)
        return -1;
    if (t->unread.len)
        return err_set(e, ERR_ENVIRONMENT, "%s", t->unread.ptr);
    if (!t->files)
        return err_set(e, ERR_FINDINGS,
            "nothing to look into was found: name wheels, modules, libraries or programs, or folders of "
            "them");
    if (t->holds && t->answers)
        return err_set(e, ERR_FINDINGS, "found in %zu place%s", t->answers, t->answers == 1 ? "" : "s");
    if (t->answers)
        return err_set(e, ERR_FINDINGS, "bills of materials do not say what is inside");
    return 0;
}

static int run(struct invocation *inv, struct err *e)
{
    struct sbom_question question = {0};
    struct sbom_answer t = {.check = inv->check};
    if (inv->holds && inv->check)
        return err_set(e, ERR_USAGE, "--holds and --check are two questions: ask one");
    if (!inv->holds && !inv->check && inv->arguments.len > 1)
        return err_set(e, ERR_USAGE, "`sbom` writes the bill of one file; give one, or --holds or --check");
    t.epoch = clock_source_date_epoch(e);
    if (e->kind != ERR_NONE)
        return -1;
    int status = 0;
    if (inv->holds) {
        status = read_question(&question, inv->holds, e);
        t.holds = &question;
    }
    struct audit_options options = {.jobs = inv->jobs};
    struct audit_sink sink = {NULL, take, &t};
    if (status == 0)
        status = audit_paths(&inv->arguments, &options, &sink, e);
    if (status == 0)
        status = conclude(&t, e);
    strbuf_release(&t.out);
    strbuf_release(&t.unread);
    free(question.name);
    return status;
}

static const struct flag *const options[] = {
    OPTION(.name = "holds", .kind = FLAG_TEXT, .value = "WHAT",
        .help = "say which files hold a library in such a version: \"openssl < 3.5.8\"", .at = AT(holds)),
    OPTION(.name = "check", .kind = FLAG_YES,
        .help = "say what the bills of materials in wheels do not list, or list otherwise", .at = AT(check)),
    NULL,
};

const struct subcommand subcommand_sbom = {
    .name = "sbom",
    .summary = "say which libraries are inside of modules and wheels, with the evidence",
    .arguments = "PATH...",
    .least = 1,
    .most = ANY_NUMBER,
    .completes = COMPLETE_FILES,
    .about = "Recognises the libraries that were linked into a wheel, a module or a program, or ship beside "
             "it, and writes a CycloneDX 1.6 bill of materials, each component with the evidence for it and "
             "where it is. Nothing is run or fetched.\n\n"
             "With --holds it answers which files, in folders and wheels too, hold a library in a version "
             "that somebody warns of, and with --check it compares with the bills of materials that wheels "
             "have (PEP 770). The status is 1 when something is found.",
    .examples = {{"sbom numpy.whl >numpy.cdx.json", "what is in a wheel that nobody described"},
        {"sbom --holds 'openssl < 3.5.8' site-packages", "who has an old OpenSSL inside"},
        {"sbom --check dist/*.whl", "whether bills of materials say what is inside"}},
    .options = options,
    .run = run,
};
