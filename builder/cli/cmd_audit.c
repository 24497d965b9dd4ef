#include <stdlib.h>
#include <string.h>

#include "audit/audit.h"
#include "base/alloc.h"
#include "base/cleanup.h"
#include "cli/commands.h"
#include "sys/fs.h"
#include "sys/path.h"
#include "ui/report_audit.h"
#include "wheel/wheel.h"

struct auditing {
    const struct invocation *inv;
    struct platform target;
    bool has_target;
    VEC(struct audited) files;
    struct err unreadable; /* of all files that could not be read, a line each */
};

static int judge(
    struct audited *a, const void *bytes, size_t size, const struct audit_context *context, struct err *e)
{
    AUTO(arena) struct arena scratch = {0};
    struct elf_image image;
    struct audit_report report = {0};
    if (elf_open(&image, &scratch, bytes, size, e) < 0 || audit_module(&image, context, &report, e) < 0)
        return err_wrap(e, "%s", context->subject);
    vec_push(&a->reports, report);
    return 0;
}

static struct audit_context context_of(const struct auditing *g, const char *subject)
{
    return (struct audit_context){
        .subject = subject,
        .target = g->has_target ? &g->target : NULL,
        .explain = g->inv->explain,
    };
}

static int audit_file(struct auditing *g, struct audited *a, struct err *e)
{
    struct mapping bytes;
    if (mapping_open(&bytes, a->path, e) < 0)
        return -1;
    int status;
    if (elf_identify(bytes.bytes, bytes.size) == ELF_KIND_LINKED) {
        struct audit_context context = context_of(g, a->path);
        status = judge(a, bytes.bytes, bytes.size, &context, e);
    } else {
        status = err_set(e, ERR_ENVIRONMENT,
            "%s: neither a wheel nor a linked ELF file (a module, a library, a program)", a->path);
    }
    mapping_release(&bytes);
    return status;
}

static void add_problem(struct audited *a, const struct wheel_problem *p)
{
    struct audited_problem problem = {xstrdup(p->subject ? p->subject : ""), xstrdup(p->message)};
    vec_push(&a->problems, problem);
}

/* A wheel promises to work on each platform of its tags, so the oldest is what counts. */
static void read_claim(struct audited *a, const struct wheel *wheel)
{
    for (size_t i = 0; wheel->named && i < wheel->name.platform.len; i++) {
        struct platform p;
        if (platform_find(&p, wheel->name.platform.items[i]) &&
            (!a->has_claimed || platform_compare(&p, &a->claimed) < 0)) {
            a->claimed = p;
            a->has_claimed = true;
        }
    }
}

/* The minor version in "cp311", or 0. */
static int minor_of_tag(const char *tag)
{
    return strncmp(tag, "cp3", 3) == 0 ? atoi(tag + 3) : 0;
}

static void read_tags(struct audit_context *context, const struct wheel_name *name)
{
    int minor = name->python.len ? minor_of_tag(name->python.items[0]) : 0;
    for (size_t i = 0; i < name->abi.len; i++) {
        const char *abi = name->abi.items[i];
        if (strcmp(abi, "abi3") == 0)
            context->abi3_minor = minor;
        else
            context->python_minor = minor;
        context->free_threaded |= str_starts(abi, "cp3") && str_ends(abi, "t");
    }
}

static int audit_members(struct auditing *g, struct audited *a, const struct wheel *wheel, struct err *e)
{
    static char here;
    AUTO(map) struct map siblings = {0};
    for (size_t i = 0; i < wheel->zip.len; i++)
        map_set(&siblings, path_base(wheel->zip.members[i].name), &here);
    struct audit_context context = context_of(g, NULL);
    context.claimed = a->has_claimed ? &a->claimed : NULL;
    context.siblings = &siblings;
    if (wheel->named)
        read_tags(&context, &wheel->name);
    struct zip_scratch scratch = {0};
    int status = 0;
    for (size_t i = 0; i < wheel->zip.len && status == 0; i++) {
        const struct zip_member *m = &wheel->zip.members[i];
        struct slice bytes = {0};
        struct wheel_problem problem = {0};
        if (wheel_check_member(wheel, m, &scratch, &bytes, &problem) != 0) {
            add_problem(a, &problem);
            wheel_problem_release(&problem);
        }
        if (bytes.ptr && elf_identify(bytes.ptr, bytes.len) == ELF_KIND_LINKED) {
            context.subject = context.wheel_path = m->name;
            status = judge(a, bytes.ptr, bytes.len, &context, e);
        }
    }
    zip_scratch_release(&scratch);
    return status;
}

static int audit_wheel(struct auditing *g, struct audited *a, struct err *e)
{
    AUTO(wheel) struct wheel wheel = {0};
    a->is_wheel = true;
    if (wheel_open(&wheel, a->path, 0, e) < 0)
        return -1;
    read_claim(a, &wheel);
    for (size_t i = 0; i < wheel.problems_len; i++)
        add_problem(a, &wheel.problems[i]);
    return audit_members(g, a, &wheel, e);
}

/* What cannot be read is told at the end; the others are audited all the same. */
static void audit_path(struct auditing *g, const char *path)
{
    struct audited a = {.path = xstrdup(path)};
    struct err wrong = ERR_INIT;
    int status = str_ends(path, ".whl") ? audit_wheel(g, &a, &wrong) : audit_file(g, &a, &wrong);
    if (status == 0) {
        vec_push(&g->files, a);
        return;
    }
    err_add(&g->unreadable, ERR_ENVIRONMENT, "%s", wrong.text);
    err_release(&wrong);
    audited_release(&a);
}

/* In a folder only what is a wheel or linked ELF is meant. */
static bool is_auditable(const char *path)
{
    if (str_ends(path, ".whl"))
        return true;
    struct err ignored = ERR_INIT;
    struct mapping bytes;
    if (mapping_open(&bytes, path, &ignored) < 0) {
        err_release(&ignored);
        return false;
    }
    bool linked = elf_identify(bytes.bytes, bytes.size) == ELF_KIND_LINKED;
    mapping_release(&bytes);
    return linked;
}

static void audit_folder(struct auditing *g, const char *folder)
{
    AUTO(strvec) struct strvec names = {0};
    struct err wrong = ERR_INIT;
    if (tree_list(folder, NULL, NULL, &names, &wrong) < 0) {
        err_add(&g->unreadable, ERR_ENVIRONMENT, "%s", wrong.text);
        err_release(&wrong);
        return;
    }
    for (size_t i = 0; i < names.len; i++) {
        AUTO_FREE char *path = path_join(folder, names.items[i]);
        if (is_auditable(path))
            audit_path(g, path);
    }
}

static int read_target(struct auditing *g, struct err *e)
{
    const char *tag = g->inv->target;
    if (!tag || strcmp(tag, "any") == 0)
        return 0;
    g->has_target = platform_find(&g->target, tag);
    if (!g->has_target)
        return err_set(e, ERR_USAGE,
            "--target %s: not a platform tag that is known here, such as manylinux_2_17_x86_64 or any", tag);
    return 0;
}

static int conclude(struct auditing *g, struct err *e)
{
    size_t failed = 0;
    vec_each (&g->files, a)
        failed += !audited_passes(a);
    if (g->unreadable.kind != ERR_NONE)
        return err_move(e, &g->unreadable);
    if (failed)
        return err_set(e, ERR_FINDINGS, "%zu of %zu file%s not pass", failed, g->files.len,
            g->files.len == 1 ? " does" : "s do");
    return 0;
}

int cmd_audit(struct invocation *inv, struct err *e)
{
    if (inv->tree)
        return audit_trees(inv, e);
    struct auditing g = {.inv = inv};
    if (read_target(&g, e) < 0)
        return -1;
    for (size_t i = 0; i < inv->arguments.len; i++) {
        if (path_is_folder(inv->arguments.items[i]))
            audit_folder(&g, inv->arguments.items[i]);
        else
            audit_path(&g, inv->arguments.items[i]);
    }
    AUTO(strbuf) struct strbuf out = {0};
    if (inv->format == FORMAT_JSON)
        report_audited_json(&out, g.files.items, g.files.len);
    else
        report_audited(&out, g.files.items, g.files.len, inv->explain, style_of(stdout));
    int status = output_put(&out, e);
    if (status == 0)
        status = conclude(&g, e);
    err_release(&g.unreadable);
    vec_each (&g.files, a)
        audited_release(a);
    vec_release(&g.files);
    return status;
}
