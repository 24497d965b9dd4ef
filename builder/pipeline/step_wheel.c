/* A wheel: audit the modules, pack aside, audit what was packed, keep it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "audit/audit.h"
#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/str.h"
#include "link/link.h"
#include "pipeline/internal.h"
#include "project/unpacked.h"
#include "python/abi/abi.h"
#include "sys/fs.h"
#include "sys/path.h"
#include "target/target.h"
#include "wheel/pack.h"
#include "wheel/wheel.h"

/* "libproj:share/proj" is below that library's tree, "cython:src/a.h" what Cython made of what lies there,
 * anything else below the source. */
static char *data_path(struct run *r, const struct step *module, const char *from, const char *src)
{
    const char *colon = strchr(from, ':');
    if (!colon)
        return path_join(src, from);
    if (str_starts(from, "cython:"))
        return xstrf("%s/" CYTHON_FOLDER "/%s", src, colon + 1);
    size_t len;
    struct build_input *inputs = step_inputs(r, module, &len);
    for (size_t i = 0; i < len; i++)
        if (slice_is((struct slice){from, (size_t)(colon - from)}, inputs[i].name))
            return path_join(inputs[i].tree, colon + 1);
    return path_join(src, from);
}

/* A file with the text that the recipe gives; the caller frees its path. */
static char *text_file(const struct step_run *s, size_t i, const char *text, struct err *e)
{
    AUTO_FREE char *folder = path_join(s->draft.work, "texts");
    AUTO_FREE char *path = xstrf("%s/%zu", folder, i);
    if (folder_make(folder, e) < 0 || file_write(path, text, strlen(text), 0644, e) < 0)
        return NULL;
    return xstrdup(path);
}

int wheel_collect_files(struct wheel_files *files, const struct step_run *s, const struct step *module,
    const struct built *built, const char *src, struct err *e)
{
    struct run *r = s->run;
    const struct recipe *recipe = r->graph->nodes[module->node].recipe;
    AUTO_FREE char *module_tree = step_tree(r, module);
    if (wheel_files_add_packages(files, src, recipe, e) < 0)
        return -1;
    for (size_t i = 0; i < built->count; i++) {
        AUTO_FREE char *path = path_join(module_tree, built->items[i].path);
        if (wheel_files_add(files, built->items[i].file, path, e) < 0)
            return -1;
    }
    for (size_t i = 0; i < recipe->wheel.data_count; i++) {
        const struct wheel_data *d = &recipe->wheel.data[i];
        AUTO_FREE char *from = d->text ? text_file(s, i, d->text, e) : data_path(r, module, d->from, src);
        if (!from || wheel_files_add_tree(files, from, d->to, e) < 0)
            return -1;
    }
    return 0;
}

const char *wheel_platform_tags(struct run *r, const char *policy)
{
    struct platform p;
    AUTO(strbuf) struct strbuf tags = {0};
    if (!platform_find(&p, policy))
        return arena_strdup(r->arena, policy);
    platform_wheel_tag(&p, &tags);
    return arena_strdup(r->arena, strbuf_str(&tags));
}

/* What the recipes of the libraries that are really inside warn of: no look at a file finds that. */
static const struct rule caution = {
    .id = "caution", .severity = SEVERITY_WARNING, .help = "a library inside has to be used with care"};

static void tell_cautions(struct wheel_result *w, struct run *r, const struct contents *c)
{
    for (size_t i = 0; i < c->len; i++)
        if (c->items[i].caution) {
            struct finding told = {.rule = &caution,
                .severity = caution.severity,
                .subject = arena_strf(r->arena, "%s %s", c->items[i].name, c->items[i].version),
                .message = c->items[i].borrowed
                               ? arena_strf(r->arena, "where the interpreter's own cannot be borrowed: %s",
                                     c->items[i].caution)
                               : c->items[i].caution};
            wheel_result_add_finding(r, w, &told);
        }
}

/* What the recipe allows to be absent, and is. */
static const struct rule absent_module = {
    .id = "absent-module", .severity = SEVERITY_WARNING, .help = "an optional module could not be made"};

static void tell_absent(struct wheel_result *w, struct run *r, const struct built *b)
{
    for (size_t i = 0; i < b->absent_count; i++) {
        struct finding told = {.rule = &absent_module,
            .severity = absent_module.severity,
            .subject = b->absent[i].name,
            .message =
                arena_strf(r->arena, "is left out (%s), since: %s", b->absent[i].reason, b->absent[i].why)};
        wheel_result_add_finding(r, w, &told);
    }
}

void wheel_sbom(struct strbuf *out, struct run *r, const struct node *n, const struct contents *contents,
    const char *version, int64_t epoch)
{
    struct component whole = {0};
    component_from_node(&whole, n);
    if (version)
        whole.version = version;
    size_t *needs = arena_alloc(r->arena, (contents->len + 1) * sizeof *needs);
    for (size_t i = 0; i < contents->len; i++)
        needs[i] = i;
    whole.needs = needs;
    whole.need_count = contents->len;
    sbom_write(out, &(struct sbom_request){.wheel = &whole,
                        .components = contents->items,
                        .component_count = contents->len,
                        .toolchain = r->machine.toolchain.version,
                        .source_date_epoch = epoch});
}

int wheel_result_describe(struct wheel_result *w, struct run *r, const char *path, const char *python,
    const char *abi, struct err *e)
{
    struct digest digest;
    struct file_identity id;
    w->path = arena_strdup(r->arena, path);
    w->file_name = path_base(w->path);
    w->tag = arena_strf(r->arena, "%s-%s-%s", python, abi, w->policy);
    if (digest_file(&digest, path, e) < 0 || file_identity_get(&id, path, e) != 1)
        return e->text ? -1 : err_set(e, ERR_PACKAGE, "%s: vanished", path);
    w->sha256 = arena_strdup(r->arena, digest.hex);
    w->size = id.size;
    return 0;
}

static int pack(struct step_run *s, struct wheel_result *w, const struct contents *contents,
    const struct built *built, struct err *e)
{
    struct run *r = s->run;
    const struct recipe *recipe = r->graph->nodes[s->step->node].recipe;
    const struct step *source = step_source_of(r, s->step);
    AUTO_FREE char *source_tree = step_tree(r, source);
    AUTO_FREE char *src = path_join(source_tree, "src");
    int64_t epoch = step_source_epoch(r, source, e);
    if (epoch < 0)
        return -1;
    AUTO(wheel_metadata) struct wheel_metadata metadata = {0};
    AUTO(wheel_files) struct wheel_files files = {0};
    if (wheel_metadata_gather(&metadata, r->arena, src, recipe, e) < 0 ||
        wheel_collect_files(&files, s, step_made_of(r, s->step), built, src, e) < 0)
        return -1;
    for (size_t i = 0; i < metadata.notes.len; i++)
        event_detail(r->sink, "%s: %s", s->step->label, metadata.notes.items[i]);

    AUTO(strbuf) struct strbuf sbom = {0};
    wheel_sbom(&sbom, r, &r->graph->nodes[s->step->node], contents, NULL, epoch);

    AUTO_FREE char *aside = path_join(s->draft.work, "wheel");
    if (folder_make(aside, e) < 0)
        return -1;
    const struct python_abi *stable = &s->step->stable;
    bool is_stable = stable->kind != PYTHON_ABI_VERSION;
    AUTO_FREE char *python_tag = tag_python(3, is_stable ? stable->minor : s->step->python->abi.minor);
    const char *abi_tag = is_stable ? python_abi_wheel_tag(stable) : s->step->python->abi_tag;
    struct wheel_request request = {
        .metadata = &metadata,
        .src = src,
        .license = recipe->license,
        .files = &files,
        .components = contents->items,
        .component_count = contents->len,
        .python_tag = python_tag,
        .abi_tag = abi_tag,
        .platform_tags = wheel_platform_tags(r, w->policy),
        .sbom = strbuf_str(&sbom),
        .sbom_len = sbom.len,
        .source_date_epoch = epoch,
        .folder = aside,
    };
    AUTO_FREE char *path = wheel_pack(&request, e);
    return path ? wheel_result_describe(w, r, path, python_tag, abi_tag, e) : -1;
}

/* A project's wheel for any platform has nothing that could be judged. */
static int is_for_any_platform(struct step_run *s, const struct step *made, struct err *e)
{
    struct unpacked unpacked;
    if (!step_has_wheel(made))
        return 0;
    return wheel_taken(&unpacked, s->run, made, e) < 0 ? -1 : unpacked.is_pure;
}

/* For its try: the modules of ours. Of what a backend made nobody knows which can be imported alone. */
static void tell_imports(struct step_run *s, const struct built *b)
{
    struct json *imports = json_set_array(s->draft.facts, WHEEL_IMPORTS);
    bool is_ours = !step_has_wheel(step_made_of(s->run, s->step));
    for (size_t i = 0; is_ours && i < b->count; i++)
        if (!b->items[i].shared_copy)
            json_add_text(imports, b->items[i].name);
}

static int prepare(struct step_run *s, struct commands *out, struct err *e)
{
    (void)out;
    struct run *r = s->run;
    const struct step *made = step_made_of(r, s->step);
    AUTO_FREE char *tree = step_tree(r, made);
    struct wheel_result *w = arena_new(r->arena, struct wheel_result);
    struct contents contents = {0};
    struct built built;
    s->wheel = w;
    w->extension = r->graph->nodes[s->step->node].recipe->name;
    int pure = is_for_any_platform(s, made, e);
    if (pure < 0 || built_read(&built, r, made, e) < 0)
        return -1;
    if (!pure && !built.count)
        return err_set(e, ERR_FINDINGS,
            "%s: the backend made it for this platform, and nothing in it is compiled: what it could not "
            "build "
            "it may have left out (logs: %s/.staticbuild/logs)",
            s->step->label, tree);
    contents_of(&contents, r, made, tree, &built);
    if (!pure && judge_modules(s, w, &built, tree, &contents, e) < 0)
        return -1;
    if (pure)
        w->policy = "any";
    contents_tell(w, r->arena, &contents);
    tell_cautions(w, r, &contents);
    hardened_tell(w, s, &contents);
    tell_absent(w, r, &built);
    int failed =
        step_has_wheel(made) ? pack_project(s, w, &contents, &built, e) : pack(s, w, &contents, &built, e);
    if (failed || judge_wheel(s, w, &built, e) < 0)
        return -1;
    tell_imports(s, &built);
    return 0;
}

static int finish(struct step_run *s, struct commands *more, struct err *e)
{
    (void)more;
    struct wheel_result *w = s->wheel;
    AUTO_FREE char *kept = path_join(s->draft.stage, w->file_name);
    if (file_rename(w->path, kept, e) < 0)
        return -1;
    wheel_result_put(json_set_object(s->draft.facts, "wheel"), w);
    return step_commit(s, e);
}

const struct step_hooks step_wheel_hooks = {
    .prepare = prepare, .finish = finish, .widest = 1, .failure = ERR_PACKAGE};
