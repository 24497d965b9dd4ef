/* Audits a wheel: its members side by side, then what only the whole of it tells. */
#include "audit/wheel.h"

#include <stdlib.h>
#include <string.h>

#include "audit/inside.h"
#include "audit/members.h"
#include "audit/rules.h"
#include "audit/wheel_facts.h"
#include "base/alloc.h"
#include "base/cleanup.h"
#include "elf/ar.h"
#include "python/abi/abi.h"
#include "sys/path.h"

enum {
    MODULES_MAX = 4096, /* of one wheel; what is kept of one takes some kilobytes */
    SBOM_LIMIT = 8 << 20,
    FORGOTTEN_LEAST = 32 << 10, /* packed bytes of a member that are not worth keeping once it is judged */
};

/* One wheel while its members are judged side by side. */
struct wheel_job {
    const struct audit_shared *shared;
    const struct wheel *wheel;
    const struct view *view;         /* its bytes */
    const struct zip_member **order; /* those that are read, largest first */
    size_t *sizes;                   /* bytes in memory while each of them is judged */
    struct members *members;
    struct member_facts *facts;
    struct audit_context context;
    size_t judged; /* atomic */
};

static int by_size(const void *a, const void *b)
{
    const struct zip_member *x = *(const struct zip_member *const *)a,
                            *y = *(const struct zip_member *const *)b;
    if (x->plain_bytes != y->plain_bytes)
        return x->plain_bytes > y->plain_bytes ? -1 : 1;
    return x < y ? -1 : x > y;
}

static void judge_linked(struct wheel_job *job, struct member_facts *f, const struct zip_member *m,
    struct slice bytes, struct arena *scratch)
{
    if (__atomic_add_fetch(&job->judged, 1, __ATOMIC_RELAXED) > MODULES_MAX) {
        f->kind = MEMBER_UNJUDGED;
        return;
    }
    struct err why = ERR_INIT;
    struct elf_image image;
    struct wheel_module *module = xcalloc(1, sizeof *module);
    struct audit_context context = job->context;
    context.subject = m->name;
    context.wheel_path = wheel_installed_path(m->name);
    context.trace = &module->trace;
    context.scratch = scratch;
    if (!context.stable.minor)
        context_read_name(&context, m->name);
    int status = elf_open(&image, scratch, bytes.ptr, bytes.len, &why);
    if (status == 0 && (context.explain || context.details))
        inside_read(&context, scratch, &image, NULL);
    if (status < 0 || audit_module(&image, &context, &module->report, &why) < 0) {
        f->kind = is_debug_name(m->name) ? MEMBER_OBJECT : MEMBER_DAMAGED;
        f->damage = why.text;
        audit_report_release(&module->report);
        free(module);
        return;
    }
    module->member = m;
    module->path = wheel_installed_path(m->name);
    f->kind = MEMBER_LINKED;
    f->module = module;
}

/* What a file is that is named as a shared library and is no ELF file. */
static const char *what_instead(const void *bytes, size_t len)
{
    static const struct {
        const char *begins, *is;
    } kinds[] = {{"version https://git-lfs", "a pointer of Git LFS"}, {"MZ", "a library for Windows"},
        {"\xcf\xfa\xed\xfe", "a library for macOS"}, {"\xce\xfa\xed\xfe", "a library for macOS"},
        {"\xca\xfe\xba\xbe", "a library for macOS"}, {"/* GNU ld script", "a linker script"},
        {"INPUT", "a linker script"}, {"GROUP", "a linker script"}, {"<", "a page of text"}};
    for (size_t i = 0; i < COUNT(kinds); i++) {
        size_t size = strlen(kinds[i].begins);
        if (len >= size && memcmp(bytes, kinds[i].begins, size) == 0)
            return kinds[i].is;
    }
    return len ? "no ELF file" : "an empty file";
}

static void judge_contents(struct wheel_job *job, struct member_facts *f, const struct zip_member *m,
    struct slice bytes, struct arena *scratch)
{
    switch (elf_identify(bytes.ptr, bytes.len)) {
    case ELF_KIND_LINKED:
        judge_linked(job, f, m, bytes, scratch);
        break;
    case ELF_KIND_OBJECT:
        f->kind = MEMBER_OBJECT;
        break;
    case ELF_KIND_OTHER:
        f->kind = MEMBER_DAMAGED;
        f->damage = xstrdup("an ELF file of an unknown kind");
        break;
    case ELF_KIND_NONE:
        if (ar_is_archive(bytes.ptr, bytes.len)) {
            f->kind = MEMBER_ARCHIVE;
        } else if (is_shared_name(m->name)) {
            f->kind = MEMBER_NOT_ELF;
            f->damage = xstrdup(what_instead(bytes.ptr, bytes.len));
        }
        break;
    }
}

/* Members that share bytes, or that a later one of the same name hides, are deceit, and not read: a few bytes
 * could be inflated a million times. */
static bool is_worth_reading(const struct wheel_job *job, const struct zip_member *m)
{
    return !(m->facts & ZIP_OVERLAP) && zip_find(&job->wheel->zip, m->name) == m;
}

static void forget_packed(const struct wheel_job *job, const struct zip_member *m)
{
    if (m->data && m->packed_bytes >= FORGOTTEN_LEAST)
        view_forget(job->view, m->data, m->packed_bytes);
}

static void judge_member(struct wheel_job *job, const struct zip_member *m, struct workspace *workspace)
{
    struct member_facts *f = &job->facts[m - job->wheel->zip.members];
    struct slice bytes = {0};
    f->has_problem = wheel_check_member(job->wheel, m, &workspace->scratch, &bytes, &f->problem) != 0;
    bool is_copied = bytes.ptr == (const char *)workspace->scratch.buffer;
    if (is_copied)
        forget_packed(job, m);
    if (bytes.ptr)
        judge_contents(job, f, m, bytes, &workspace->arena);
    if (!is_copied)
        forget_packed(job, m);
}

static void judge_next_member(void *arg, size_t turn)
{
    (void)turn;
    struct wheel_job *job = arg;
    size_t i = members_take(job->members);
    budget_take(job->shared->budget, job->sizes[i]);
    struct workspace *workspace = workspace_take(job->shared->workspace_pool);
    judge_member(job, job->order[i], workspace);
    workspace_give(job->shared->workspace_pool, workspace);
    budget_give(job->shared->budget, job->sizes[i]);
    members_give(job->members, i);
}

static void read_claims(
    struct audited *a, const struct wheel *wheel, struct wheel_job *job, struct arena *arena)
{
    const struct strvec *tags = &wheel->name.platform;
    struct platform *list = arena_alloc(arena, (tags->len + 1) * sizeof *list);
    size_t count = 0;
    a->claims = arena_alloc(&a->whole.arena, (tags->len + 1) * sizeof *a->claims);
    for (size_t i = 0; i < tags->len; i++) {
        struct audited_claim *claim = &a->claims[a->claim_count++];
        *claim = (struct audited_claim){.tag = arena_strdup(&a->whole.arena, tags->items[i])};
        claim->kind = platform_read_tag(&claim->platform, claim->tag);
        if (claim->kind != TAG_PLATFORM)
            continue;
        size_t at = count++;
        for (; at && platform_compare(&claim->platform, &list[at - 1]) < 0; at--)
            list[at] = list[at - 1];
        list[at] = claim->platform;
    }
    a->has_claimed = count;
    if (count)
        a->claimed = list[0];
    job->context.claimed = count ? list : NULL;
    job->context.claimed_count = count;
}

/* A wheel promises to work on each platform of its tags, so the oldest is what counts. */
static void read_claim(
    struct audited *a, const struct wheel *wheel, struct wheel_job *job, struct arena *arena)
{
    if (!wheel->named)
        return;
    AUTO_FREE char *python = tag_set_format(&wheel->name.python);
    AUTO_FREE char *abi = tag_set_format(&wheel->name.abi);
    AUTO_FREE char *platform = tag_set_format(&wheel->name.platform);
    a->claim = arena_strf(&a->whole.arena, "%s-%s-%s", python, abi, platform);
    read_claims(a, wheel, job, arena);
}

static void read_tags(struct audit_context *context, const struct wheel_name *name)
{
    const char *python_tag = name->python.len ? name->python.items[0] : "";
    for (size_t i = 0; i < name->abi.len; i++) {
        struct python_abi abi;
        if (!python_abi_of_tag(&abi, python_tag, name->abi.items[i])) {
            context->python.minor = python_abi_minor_of_tag(python_tag);
            continue;
        }
        context->python.free_threaded |= abi.free_threaded;
        if (abi.kind == PYTHON_ABI_VERSION)
            context->python.minor = abi.minor;
        else if (context->stable.kind != PYTHON_ABI_STABLE_T) /* abi3.abi3t is both */
            context->stable = abi;
    }
}

static void judge_members(struct wheel_job *job, struct map *by_base)
{
    const struct zip *zip = &job->wheel->zip;
    AUTO_FREE const struct zip_member **order = xcalloc(zip->len + 1, sizeof *order);
    AUTO_FREE size_t *sizes = xcalloc(zip->len + 1, sizeof *sizes);
    size_t count = 0;
    for (size_t i = 0; i < zip->len; i++) {
        const struct zip_member *m = &zip->members[i];
        if (is_worth_reading(job, m))
            order[count++] = m;
        map_set(by_base, path_base(m->name), (void *)m);
    }
    if (count)
        qsort(order, count, sizeof *order, by_size);
    for (size_t i = 0; i < count; i++) /* one with more is not read */
        sizes[i] = order[i]->plain_bytes < job->shared->memory_bytes_max ? order[i]->plain_bytes : 0;
    job->order = order;
    job->sizes = sizes;
    job->members = members_new(sizes, count);
    pool_share(job->shared->pool, count, judge_next_member, job);
    members_free(job->members);
}

static void gather_modules(struct wheel_facts *facts, struct arena *arena)
{
    size_t len = facts->wheel->zip.len;
    for (size_t i = 0; i < len; i++)
        facts->module_count += facts->members[i].kind == MEMBER_LINKED;
    facts->modules = arena_alloc(arena, (facts->module_count + 1) * sizeof *facts->modules);
    for (size_t i = 0, at = 0; i < len; i++)
        if (facts->members[i].kind == MEMBER_LINKED)
            facts->modules[at++] = facts->members[i].module;
}

/* What rules about the whole are asked for: as the first of its files is. */
static const struct platform *wheel_platform(
    const struct wheel_facts *facts, const struct audit_context *context)
{
    const struct audit_report *r = facts->module_count ? &facts->modules[0]->report : NULL;
    const struct platform *list = context->target ? context->target : context->claimed;
    return platform_for(list, context->target ? context->target_count : context->claimed_count,
        r ? r->arch : NULL, r ? r->libc : LIBC_ANY);
}

static void ask_wheel_rules(
    struct audited *a, const struct wheel_facts *facts, const struct audit_context *context)
{
    AUTO(arena) struct arena scratch = {0};
    struct check c = {
        .context = context,
        .platform = wheel_platform(facts, context),
        .wheel = facts,
        .report = &a->whole,
        .scratch = &scratch,
    };
    run_rules(&c, SCOPE_WHEEL);
}

static bool same_text(const char *a, const char *b)
{
    return a == b || (a && b && strcmp(a, b) == 0);
}

/* NULL when it is there already. */
static struct audited_part *add_part(struct audited *a, const char *name, const char *version,
    const char *source, const char *subject, uint64_t size)
{
    struct arena *arena = &a->whole.arena;
    for (size_t i = 0; i < a->part_count; i++)
        if (strcmp(a->parts[i].name, name) == 0 && same_text(a->parts[i].subject, subject) &&
            (!*version || strcmp(a->parts[i].version, version) == 0))
            return NULL;
    if (a->part_count % 16 == 0)
        a->parts = arena_regrow(arena, a->parts, a->part_count, a->part_count + 16, sizeof *a->parts);
    struct audited_part *part = &a->parts[a->part_count++];
    *part = (struct audited_part){.source = source, .size = size};
    part->name = arena_strdup(arena, name);
    part->version = arena_strdup(arena, version);
    part->subject = subject ? arena_strdup(arena, subject) : NULL;
    return part;
}

static void add_ingredients(struct audited *a, const struct audit_report *r, const char *member)
{
    for (size_t i = 0; i < r->ingredient_count; i++) {
        const struct ingredient *one = &r->ingredients[i];
        struct audited_part *part = add_part(a, one->name, one->version, "list", member, 0);
        if (!part)
            continue;
        part->crate = one->kind == INGREDIENT_CRATE;
        part->go_module = one->kind == INGREDIENT_GO_MODULE;
    }
}

static void add_parts(struct audited *a, const struct wheel_facts *facts)
{
    for (size_t i = 0; i < facts->part_count; i++) {
        const struct sbom_part *p = &facts->parts[i];
        struct audited_part *part =
            add_part(a, p->name, p->version, "SBOM", p->module_count ? p->modules[0] : NULL, p->size);
        if (part)
            part->crate = p->crate;
        for (size_t k = 1; k < p->module_count; k++)
            add_part(a, p->name, p->version, "SBOM", p->modules[k], 0);
    }
    for (size_t i = 0; i < facts->module_count; i++) {
        const struct wheel_module *m = facts->modules[i];
        add_ingredients(a, &m->report, m->member->name);
        for (size_t k = 0; k < m->report.embedded_count; k++)
            add_part(
                a, m->report.embedded[k].name, m->report.embedded[k].version, "texts", m->member->name, 0);
        if (m->report.itself.name)
            add_part(a, m->report.itself.name, m->report.itself.version,
                m->report.itself.witness_count ? "texts" : "file", m->member->name, 0);
        else if (is_library_of_others(&m->report, m->member->name))
            add_part(a, library_plain_name(&a->whole.arena, m->member->name), "", "file", m->member->name, 0);
    }
}

/* The modules' reports move to *a; everything else of the members ends here. */
static void hand_over(struct audited *a, struct wheel_facts *facts)
{
    a->modules = xcalloc(facts->module_count + 1, sizeof *a->modules);
    a->module_count = facts->module_count;
    for (size_t i = 0; i < facts->module_count; i++) {
        a->modules[i] = facts->modules[i]->report;
        free(facts->modules[i]);
    }
    for (size_t i = 0; i < facts->wheel->zip.len; i++) {
        free(facts->members[i].damage);
        if (facts->members[i].has_problem)
            wheel_problem_release(&facts->members[i].problem);
    }
    free(facts->members);
}

int audit_wheel(
    struct audited *a, const struct view *view, bool named, const struct audit_shared *w, struct err *e)
{
    AUTO(wheel) struct wheel wheel = {0};
    AUTO(map) struct map by_base = {0};
    AUTO(arena) struct arena scratch = {0};
    a->kind = AUDITED_WHEEL;
    if (wheel_open_bytes(&wheel, a->path, view->bytes, view->size, w->memory_bytes_max, e) < 0)
        return -1;
    struct wheel_job job = {
        .shared = w, .wheel = &wheel, .view = view, .context = context_of(w->options, a->path)};
    job.facts = xcalloc(wheel.zip.len + 1, sizeof *job.facts);
    read_claim(a, &wheel, &job, &scratch);
    job.context.siblings = &by_base;
    if (named && w->options->read_code_of_named_wheels > job.context.read_code)
        job.context.read_code = w->options->read_code_of_named_wheels;
    if (wheel.named)
        read_tags(&job.context, &wheel.name);
    if (wheel.named && *wheel.name.variant)
        job.context.variant = wheel.name.variant;
    judge_members(&job, &by_base);

    struct wheel_facts facts = {.wheel = &wheel,
        .members = job.facts,
        .by_base = &by_base,
        .claims = a->claims,
        .claim_count = a->claim_count};
    gather_modules(&facts, &scratch);
    sboms_read(&facts, &scratch, SBOM_LIMIT);
    a->whole.subject = a->path;
    a->members = wheel.zip.len;
    ask_wheel_rules(a, &facts, &job.context);
    add_parts(a, &facts);
    hand_over(a, &facts);
    audited_conclude(a);
    return 0;
}
