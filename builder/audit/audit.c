/* Judges one linked file: gathers its facts, asks the rules, and sums up what platform it earns. */
#include "audit/audit.h"

#include <stdlib.h>
#include <string.h>

#include "audit/contents.h"
#include "audit/details.h"
#include "audit/explain_internal.h"
#include "audit/internal.h"
#include "audit/rules.h"
#include "audit/trace.h"
#include "base/cleanup.h"

static void summarize_needed(struct check *c)
{
    struct audit_report *r = c->report;
    const struct elf_image *image = c->image;
    r->needed = arena_alloc(&r->arena, image->needed_count * sizeof *r->needed);
    r->needed_count = image->needed_count;
    for (size_t i = 0; i < image->needed_count; i++) {
        struct audit_needed *n = &r->needed[i];
        n->library = keep(c, image->needed[i]);
        n->beside = library_beside(c->context, n->library);
        n->promised = library_promised(c, n->library);
        n->maybe_more = !c->facts->complete[i];
        for (size_t k = 0; k < c->facts->version_count; k++)
            if (strcmp(c->facts->versions[k].version->file, n->library) == 0)
                n->symbols += c->facts->versions[k].symbols;
    }
}

enum { NAMED = 3 };

static int by_name(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The imports that keep the file from an older policy. */
static const char *names_of(struct check *c, const struct version_fact *v)
{
    const char **names = arena_alloc(c->scratch, (v->symbols + 1) * sizeof *names);
    size_t count = 0;
    for (size_t i = 0; i < c->facts->import_count && count < v->symbols; i++)
        if (c->facts->imports[i].version == v->version)
            names[count++] = c->facts->imports[i].name;
    if (!count)
        return NULL;
    qsort(names, count, sizeof *names, by_name);
    struct strbuf text = {0};
    for (size_t i = 0; i < count && i < NAMED; i++)
        strbuf_addf(&text, "%s%s", i ? ", " : "", names[i]);
    strbuf_adds(&text, count > NAMED ? ", …" : "");
    const char *kept = keep(c, strbuf_str(&text));
    strbuf_release(&text);
    return kept;
}

static bool holds_there(const struct check *c, const struct version_fact *v)
{
    return v->has_earliest && c->report->has_earned && strcmp(v->earliest.name, c->report->earned.name) == 0;
}

static int compare_versions(const void *a, const void *b)
{
    return strcmp(((const struct audit_version *)a)->library, ((const struct audit_version *)b)->library);
}

static void summarize_versions(struct check *c)
{
    struct audit_report *r = c->report;
    r->versions = arena_alloc(&r->arena, c->facts->version_count * sizeof *r->versions);
    r->version_count = c->facts->version_count;
    for (size_t i = 0; i < r->version_count; i++) {
        const struct version_fact *v = &c->facts->versions[i];
        r->versions[i] = (struct audit_version){
            .library = keep(c, v->version->file),
            .version = keep(c, v->version->name),
            .policy = v->has_earliest ? keep(c, v->earliest.name) : NULL,
            .symbols = v->symbols,
            .names = holds_there(c, v) ? names_of(c, v) : NULL,
        };
    }
    for (size_t i = 1; i < r->version_count; i++) /* few, nearly sorted, and equal ones stay in order */
        for (size_t k = i; k > 0 && compare_versions(&r->versions[k - 1], &r->versions[k]) > 0; k--) {
            struct audit_version swapped = r->versions[k];
            r->versions[k] = r->versions[k - 1];
            r->versions[k - 1] = swapped;
        }
}

static void summarize_inside(struct check *c)
{
    struct audit_report *r = c->report;
    r->inside = arena_alloc(&r->arena, c->context->inside_count * sizeof *r->inside);
    r->inside_count = c->context->inside_count;
    for (size_t i = 0; i < r->inside_count; i++)
        r->inside[i] = (struct audit_static){
            .archive = keep(c, c->context->inside[i].archive),
            .members = c->context->inside[i].members,
            .size = c->context->inside[i].size,
            .writable = c->context->inside[i].writable,
        };
}

static void judge_platform(struct check *c)
{
    struct audit_report *r = c->report;
    const struct audit_context *context = c->context;
    r->arch = c->facts->arch;
    r->libc = libc_told(c->image, context->subject);
    r->has_claimed = context->claimed;
    if (r->has_claimed)
        r->claimed = *platform_for(context->claimed, context->claimed_count, r->arch, r->libc);
    r->has_earned = r->arch;
    if (r->has_earned)
        r->earned = lowest_policy(c);
    r->holds = !c->platform || fits_platform(c, c->platform);
}

int audit_module(const struct elf_image *image, const struct audit_context *context,
    struct audit_report *report, struct err *e)
{
    *report = (struct audit_report){0};
    if (!image->dynamic_count && image->type == ET_DYN)
        return err_set(e, ERR_DAMAGED, "%s: a shared object without PT_DYNAMIC", context->subject);
    report->subject = arena_strdup(&report->arena, context->subject);
    report->machine = arch_machine_name(image->machine);
    report->soname = image->soname ? arena_strdup(&report->arena, image->soname) : NULL;

    AUTO(arena) struct arena own = {0};
    struct arena *scratch = context->scratch ? context->scratch : &own;
    const struct platform *list = context->target ? context->target : context->claimed;
    const struct platform *platform =
        platform_for(list, context->target ? context->target_count : context->claimed_count, arch_told(image),
            libc_told(image, context->subject));
    struct facts facts;
    facts_gather(&facts, image, context, platform, scratch);
    report->role = facts.role;
    struct check c = {
        .context = context,
        .image = image,
        .facts = &facts,
        .platform = platform,
        .report = report,
        .scratch = scratch,
    };
    struct scanned_contents contents = {0};
    if (!context->skip_contents) {
        contents_scan(&contents, image, &facts, context->build_root, scratch);
        c.contents = &contents;
    }
    identify_contents(&c);
    judge_platform(&c);
    run_rules(&c, SCOPE_MODULE);
    summarize_needed(&c);
    summarize_versions(&c);
    summarize_inside(&c);
    if (context->explain) {
        explain_symbols(&c);
        explain_libraries(&c);
    }
    report->size = image->size;
    if (context->details)
        details_gather(&c);
    if (context->trace)
        trace_gather(&c, context->trace);
    return 0;
}
