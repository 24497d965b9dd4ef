/* The audit inside the pipeline: a finding of severity error ends the step, and no wheel is made. */
#include <stdlib.h>
#include <string.h>

#include "audit/audit.h"
#include "audit/files.h"
#include "audit/finding.h"
#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/vec.h"
#include "isa/isa.h"
#include "loader/provider.h"
#include "pipeline/internal.h"
#include "sys/fs.h"
#include "sys/path.h"

void wheel_result_add_finding(struct run *r, struct wheel_result *w, const struct finding *f)
{
    w->findings =
        arena_regrow(r->arena, w->findings, w->finding_count, w->finding_count + 1, sizeof *w->findings);
    w->findings[w->finding_count++] = *f;
}

struct judgement {
    struct run *run;
    struct wheel_result *w;
    bool has_policy;
    struct platform policy; /* the newest of what the modules earned: the lowest that holds for all */
    struct strvec needed;
    struct map siblings; /* what modules have together, by its file's name */
    size_t errors;
    const char *made;          /* of it: "wheel" */
    struct contents *contents; /* of the wheel, or NULL */
    const struct audit_override *overrides;
    size_t override_count;
};

/* A library that was built here before and has what the module lacks: nearly always one that the recipe
 * forgot. NULL when there is none. */
static const char *forgotten_library(struct run *r, const struct finding *f)
{
    AUTO(providers) struct providers found = {.arena = r->arena};
    if (strcmp(f->rule->id, "undefined-symbol") != 0 || !f->symbol)
        return NULL;
    providers_in_store(&found, r->store.root, f->symbol);
    return found.items.len ? arena_strf(r->arena, "%s is in %s: add that library to [requires] libraries",
                                 f->symbol, found.items.items[0].recipe)
                           : NULL;
}

static void keep_findings(struct judgement *j, const struct audit_report *report)
{
    struct arena *a = j->run->arena;
    for (size_t i = 0; i < report->finding_count; i++) {
        const struct finding *f = &report->findings[i];
        struct finding kept = finding_copy(f, a);
        const char *library = forgotten_library(j->run, f);
        kept.remedy = library ? library : kept.remedy;
        wheel_result_add_finding(j->run, j->w, &kept);
    }
    j->errors += report->errors;
}

static void keep_recognised(struct judgement *j, const struct audit_report *report)
{
    contents_add_recognised(j->contents, j->run->arena, report->subject, &report->itself);
    for (size_t i = 0; i < report->embedded_count; i++)
        contents_add_recognised(j->contents, j->run->arena, report->subject, &report->embedded[i]);
}

static void keep_report(struct judgement *j, const struct audit_report *report)
{
    keep_findings(j, report);
    if (j->contents)
        keep_recognised(j, report);
    for (size_t i = 0; i < report->needed_count; i++)
        if (!strvec_has(&j->needed, report->needed[i].library))
            strvec_push(&j->needed, report->needed[i].library);
    if (report->has_earned && (!j->has_policy || platform_compare(&report->earned, &j->policy) > 0)) {
        j->policy = report->earned;
        j->has_policy = true;
    }
}

static int judge_bytes(
    struct judgement *j, const void *bytes, size_t size, const struct audit_context *context, struct err *e)
{
    AUTO(arena) struct arena scratch = {0};
    struct elf_image image;
    if (elf_open(&image, &scratch, bytes, size, e) < 0)
        return err_wrap(e, "%s", context->subject);
    struct audit_report report = {0};
    if (audit_module(&image, context, &report, e) < 0)
        return -1;
    keep_report(j, &report);
    audit_report_release(&report);
    return 0;
}

/* What others made is held to what its tag has to promise, and not to how recipes here are to build. */
static bool is_ours_alone(const struct step_run *s)
{
    return step_made_of(s->run, s->step)->kind != STEP_OPENED;
}

static struct audit_context context_of(
    const struct judgement *j, const struct step_run *s, const struct built_module *m)
{
    bool is_abi3t = s->step->stable.kind == PYTHON_ABI_STABLE_T;
    return (struct audit_context){
        .overrides = j->overrides,
        .override_count = j->override_count,
        .unmarked = m->unmarked.items,
        .unmarked_count = m->unmarked.len,
        .target = s->run->machine.target.native ? NULL : &s->run->machine.target.platform,
        .python = s->step->python->abi,
        .stable = {.kind = is_abi3t ? PYTHON_ABI_STABLE_T : PYTHON_ABI_STABLE, .minor = m->abi3_minor},
        .self_contained = is_ours_alone(s),
        .strict = is_ours_alone(s),
        .read_code = AUDIT_CODE_READ,
        .newer_names = s->run->machine.knows_newer ? &s->run->machine.newer_names : NULL,
    };
}

/* A target of glibc is held against the glibc that is linked with, once a run. */
static int learn_newer_names(struct run *r, struct err *e)
{
    if (r->machine.knows_newer || r->machine.target.native || r->machine.target.platform.libc != LIBC_GLIBC)
        return 0;
    struct kit_request request;
    kit_request_of(&request, &r->machine.toolchain);
    request.memory = &r->machine.memory;
    if (kit_newer_names(&r->machine.newer_names, r->arena, &request, e) < 0)
        return -1;
    r->machine.knows_newer = true;
    return 0;
}

/* What ends the step, told with every finding behind it. */
static int refuse(struct judgement *j, const char *what, struct err *e)
{
    struct pipeline_result *result = j->run->result;
    struct finding *all = arena_regrow(j->run->arena, result->findings, result->finding_count,
        result->finding_count + j->w->finding_count, sizeof *all);
    for (size_t i = 0; i < j->w->finding_count; i++)
        all[result->finding_count++] = j->w->findings[i];
    result->findings = all;
    err_set(e, ERR_FINDINGS, "%s: the audit found %zu error%s; no %s is made", what, j->errors,
        j->errors == 1 ? "" : "s", j->made);
    for (size_t i = 0; i < j->w->finding_count; i++) {
        const struct finding *f = &j->w->findings[i];
        if (f->severity == SEVERITY_ERROR)
            err_add(e, ERR_FINDINGS, "  %s: %s (%s)%s%s", f->subject, f->message, f->rule->id,
                f->remedy ? "\n    " : "", f->remedy ? f->remedy : "");
    }
    return -1;
}

static void finish(struct judgement *j)
{
    struct wheel_result *w = j->w;
    strvec_sort(&j->needed);
    w->needed.items = arena_alloc(j->run->arena, (j->needed.len + 1) * sizeof *w->needed.items);
    for (size_t i = 0; i < j->needed.len; i++)
        w->needed.items[w->needed.len++] = arena_strdup(j->run->arena, j->needed.items[i]);
    /* What was made for a target is not tried on anything older, whatever it happens to need. */
    const struct target *target = &j->run->machine.target;
    if (j->has_policy && !target->native && platform_compare(&target->platform, &j->policy) > 0)
        j->policy = target->platform;
    if (j->has_policy)
        w->policy = arena_strdup(j->run->arena, j->policy.name);
    strvec_release(&j->needed);
    map_release(&j->siblings);
}

/* What the link map said, for the rules. */
static void tell_inside(struct audit_context *context, struct arena *a, const struct built_module *m)
{
    struct audit_static *inside = arena_alloc(a, (m->archive_count + 1) * sizeof *inside);
    for (size_t i = 0; i < m->archive_count; i++) {
        const struct built_archive *archive = &m->archives[i];
        inside[i] = (struct audit_static){.archive = path_base(archive->path),
            .members = archive->members,
            .size = archive->size_bytes,
            .writable = archive->writable_bytes};
    }
    context->inside = inside;
    context->inside_count = m->archive_count;
}

static int judge_module(struct judgement *j, const struct step_run *s, const struct built_module *m,
    const char *tree, struct err *e)
{
    AUTO_FREE char *path = path_join(tree, m->path);
    AUTO(strvec) struct strvec exports = {0};
    for (size_t i = 0; i < m->exports.len; i++)
        strvec_push(&exports, m->exports.items[i]);
    struct audit_context context = context_of(j, s, m);
    AUTO(arena) struct arena scratch = {0};
    context.subject = m->file;
    context.exports = &exports;
    context.siblings = m->shared_copy ? NULL : &j->siblings;
    context.wheel_path = m->file;
    context.build_root = s->run->store.root;
    tell_inside(&context, &scratch, m);
    struct mapping bytes;
    if (mapping_open(&bytes, path, e) < 0)
        return -1;
    int failed = judge_bytes(j, bytes.bytes, bytes.size, &context, e);
    mapping_release(&bytes);
    return failed;
}

int judge_modules(struct step_run *s, struct wheel_result *w, const struct built *b, const char *tree,
    struct contents *contents, struct err *e)
{
    struct judgement j = {.run = s->run, .w = w, .contents = contents};
    j.made = s->step->kind == STEP_INTERPRETER ? "interpreter" : "wheel";
    j.overrides = hardened_overrides(s, b, &j.override_count);
    int failed = isa_load(e) < 0 ? -1 : learn_newer_names(s->run, e);
    for (size_t i = 0; i < b->count; i++)
        if (b->items[i].shared_copy || step_has_wheel(step_made_of(s->run, s->step)))
            map_set(&j.siblings, path_base(b->items[i].file), &j);
    for (size_t i = 0; i < b->count && !failed; i++)
        failed = judge_module(&j, s, &b->items[i], tree, e);
    finish(&j);
    if (failed)
        return -1;
    if (j.errors)
        return refuse(&j, s->step->label, e);
    if (!w->policy)
        return err_set(e, ERR_FINDINGS, "%s: no platform tag can be given", s->step->label);
    return 0;
}

static bool is_ours(const struct built *b, const char *member)
{
    for (size_t i = 0; i < b->count; i++)
        if (strcmp(b->items[i].file, member) == 0)
            return true;
    return false;
}

/* Modules of ours were judged, and their findings kept, before they were packed; of them only what has become
 * wrong since is new. */
static void keep_member(struct judgement *j, const struct built *b, const struct audit_report *report)
{
    if (!is_ours(b, report->subject) || report->errors)
        keep_findings(j, report);
}

static void allow_exports(struct strvec *exports, const struct built *b)
{
    for (size_t i = 0; i < b->count; i++)
        for (size_t k = 0; k < b->items[i].exports.len; k++)
            strvec_push(exports, b->items[i].exports.items[k]);
}

int judge_wheel(struct step_run *s, struct wheel_result *w, const struct built *b, struct err *e)
{
    struct audited audited;
    AUTO(strvec) struct strvec exports = {0};
    if (isa_load(e) < 0)
        return -1;
    const struct recipe *recipe = s->run->graph->nodes[s->step->node].recipe;
    allow_exports(&exports, b);
    struct audit_options options = {.self_contained = is_ours_alone(s),
        .strict = is_ours_alone(s),
        .exports = &exports,
        .read_code =
            recipe->module_count ? AUDIT_CODE_LEFT : AUDIT_CODE_READ, /* modules of ours were read before */
        .jobs = 1};
    options.overrides = hardened_overrides(s, b, &options.override_count);
    if (audit_file(&audited, w->path, &options, e) < 0)
        return -1;
    struct judgement j = {.run = s->run, .w = w, .made = "wheel"};
    keep_findings(&j, &audited.whole);
    for (size_t i = 0; i < audited.module_count; i++)
        keep_member(&j, b, &audited.modules[i]);
    bool passes = audited.passes;
    audited_release(&audited);
    if (j.errors)
        return refuse(&j, w->file_name, e);
    return passes ? 0 : err_set(e, ERR_FINDINGS, "%s: does not keep what its tag promises", w->file_name);
}
