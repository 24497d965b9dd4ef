/* A wheel that a project's backend made becomes one of ours: the same files, under the tags that were proved,
 * with the licences and the bill of what was linked in. One for any platform stays as it is. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "audit/bom.h"
#include "pipeline/internal.h"
#include "project/unpacked.h"
#include "python/abi/abi.h"
#include "python/pep508.h"
#include "store/manifest.h"
#include "sys/fs.h"
#include "sys/path.h"
#include "wheel/dist_info.h"
#include "wheel/pack.h"

enum { METADATA_LIMIT = 16 << 20 };

/* What is taken apart, and what it becomes. */
struct remaking {
    struct step_run *step;
    const struct unpacked *unpacked;
    const struct built *built;
    char *folder;    /* the unpacked wheel */
    char *dist_info; /* the folder's name in it: "PyYAML-6.0.dist-info" */
    struct wheel_metadata metadata;
    struct wheel_files files, info;
};

static void remaking_release(struct remaking *m)
{
    free(m->folder);
    free(m->dist_info);
    wheel_metadata_release(&m->metadata);
    wheel_files_release(&m->files);
    wheel_files_release(&m->info);
}

static int find_dist_info(struct remaking *m, struct err *e)
{
    AUTO(strvec) struct strvec names = {0};
    if (folder_names(&names, m->folder, e) < 0)
        return -1;
    for (size_t i = 0; i < names.len; i++) {
        if (!str_ends(names.items[i], ".dist-info"))
            continue;
        if (m->dist_info)
            return err_set(e, ERR_PACKAGE, "%s: has two dist-info folders", m->unpacked->file_name);
        m->dist_info = xstrdup(names.items[i]);
    }
    return m->dist_info ? 0 : err_set(e, ERR_PACKAGE, "%s: has no dist-info folder", m->unpacked->file_name);
}

static int read_metadata(struct remaking *m, struct err *e)
{
    AUTO_FREE char *path = xstrf("%s/%s/METADATA", m->folder, m->dist_info);
    AUTO(strbuf) struct strbuf text = {0};
    struct metadata *core = &m->metadata.core;
    if (file_read(&text, path, METADATA_LIMIT, e) < 0 ||
        metadata_parse(core, m->step->run->arena, path, strbuf_str(&text), text.len, e) < 0)
        return -1;
    return metadata_check(core, m->unpacked->file_name, e);
}

/* A recipe that names the project and its version must be right; what lies in a folder has the version that
 * its backend gives it, a wheel that was made already its own. */
static int check_identity(const struct remaking *m, const struct node *n, struct err *e)
{
    const struct recipe *recipe = n->recipe;
    const char *name = metadata_get(&m->metadata.core, "Name");
    const char *version = metadata_get(&m->metadata.core, "Version");
    bool local = n->source_count && n->sources[0]->path;
    bool made_before = recipe->build.system == BUILD_WHEEL;
    if ((local || made_before) && map_get(&m->step->run->projects, recipe->file))
        return 0; /* nobody said what it is called */
    AUTO_FREE char *theirs = python_name_normalise(name);
    AUTO_FREE char *ours = python_name_normalise(recipe->name);
    if (strcmp(theirs, ours) != 0)
        return err_set(e, ERR_RECIPE, "%s: recipe.name is \"%s\", but the backend made a wheel of \"%s\"",
            recipe->file, recipe->name, name);
    if (local)
        return 0;
    AUTO_FREE char *made = wheel_version_escape(version, e);
    AUTO_FREE char *said = made ? wheel_version_escape(recipe->version, e) : NULL;
    if (!said)
        return err_wrap(e, "%s", recipe->file);
    if (strcmp(made, said) != 0)
        return err_set(e, ERR_RECIPE, "%s: recipe.version is %s, but the backend made a wheel of %s",
            recipe->file, recipe->version, version);
    return 0;
}

/* maturin ships what cargo-cyclonedx says of all crates that took part, with the path of the source in it;
 * ours lists those that are inside. */
static int is_bill_of_cargo(const struct remaking *m, const char *name, const char *from, struct err *e)
{
    AUTO(strbuf) struct strbuf text = {0};
    AUTO(err) struct err unread = ERR_INIT; /* then it stays what it is */
    if (!m->built->crate_count || !str_starts(name, "sboms/") || !str_ends(name, ".json"))
        return 0;
    if (file_read(&text, from, METADATA_LIMIT, e) < 0)
        return -1;
    AUTO_JSON struct json *bill = json_parse(from, strbuf_str(&text), text.len, &unread);
    const struct json *tools = json_get(json_get(bill, "metadata"), "tools");
    const char *tool = json_kind(tools) == JSON_IS_ARRAY && json_len(tools)
                           ? json_get_text(json_at(tools, 0), "name")
                           : NULL;
    return tool && strcmp(tool, "cargo-cyclonedx") == 0;
}

/* Of dist-info what is not made anew. Licence texts lie in licenses/, and before PEP 639 beside METADATA. */
static int sort_info(struct remaking *m, const char *name, const char *from, struct err *e)
{
    static const char *const made_anew[] = {
        "METADATA", "WHEEL", "RECORD", "RECORD.jws", "RECORD.p7s", "sboms/staticbuild.cdx.json"};
    for (size_t i = 0; i < COUNT(made_anew); i++)
        if (strcmp(made_anew[i], name) == 0)
            return 0;
    int is_cargos = is_bill_of_cargo(m, name, from, e);
    if (is_cargos)
        return is_cargos < 0 ? -1 : 0;
    const struct metadata *core = &m->metadata.core;
    bool license = str_starts(name, "licenses/");
    for (size_t i = 0; i < core->len && !license; i++)
        license =
            strcasecmp(core->fields[i].name, "License-File") == 0 && strcmp(core->fields[i].value, name) == 0;
    if (!license)
        return wheel_files_add(&m->info, name, from, e);
    strvec_push(
        &m->metadata.license_files, str_starts(name, "licenses/") ? name + strlen("licenses/") : name);
    return 0;
}

static int copy_license(const char *from, const char *folder, const char *name, struct err *e)
{
    AUTO_FREE char *to = path_join(folder, name);
    return file_copy_into(from, to, e);
}

/* What the recipe names of the source, and the backend left out. */
static int add_licenses(struct remaking *m, const char *folder, struct err *e)
{
    const struct recipe *recipe = m->step->run->graph->nodes[m->step->step->node].recipe;
    AUTO_FREE char *src = project_source(m->step->run, m->step->step);
    for (size_t i = 0; i < recipe->license_files.len; i++) {
        const char *name = recipe->license_files.items[i];
        AUTO_FREE char *from = path_join(src, name);
        if (strvec_has(&m->metadata.license_files, name))
            continue;
        if (copy_license(from, folder, name, e) < 0)
            return -1;
        strvec_push(&m->metadata.license_files, name);
    }
    return 0;
}

/* The texts together, so that they can be found below one folder. */
static int gather_licenses(struct remaking *m, const char *folder, struct err *e)
{
    for (size_t i = 0; i < m->metadata.license_files.len; i++) {
        const char *name = m->metadata.license_files.items[i];
        AUTO_FREE char *new_place = xstrf("%s/%s/licenses/%s", m->folder, m->dist_info, name);
        AUTO_FREE char *old_place = xstrf("%s/%s/%s", m->folder, m->dist_info, name);
        int is_new = path_is_file(new_place, e);
        if (is_new < 0 || copy_license(is_new ? new_place : old_place, folder, name, e) < 0)
            return -1;
    }
    if (add_licenses(m, folder, e) < 0)
        return -1;
    strvec_sort(&m->metadata.license_files);
    return 0;
}

/* NAME-VERSION.data is called as the new wheel is. */
static int sort_files(struct remaking *m, struct err *e)
{
    AUTO(strvec) struct strvec files = {0};
    AUTO_FREE char *stem = dist_info_stem(&m->metadata, e);
    if (!stem || tree_list(m->folder, NULL, NULL, &files, e) < 0)
        return -1;
    AUTO_FREE char *own = xstrf("%s/", m->dist_info);
    size_t stem_len = strlen(m->dist_info) - strlen(".dist-info");
    AUTO_FREE char *data = xstrf("%.*s.data/", (int)stem_len, m->dist_info);
    for (size_t i = 0; i < files.len; i++) {
        const char *name = files.items[i];
        AUTO_FREE char *from = path_join(m->folder, name);
        AUTO_FREE char *moved = str_starts(name, data) ? xstrf("%s%s", stem, name + stem_len) : xstrdup(name);
        int failed = str_starts(name, own) ? sort_info(m, name + strlen(own), from, e)
                                           : wheel_files_add(&m->files, moved, from, e);
        if (failed)
            return -1;
    }
    return 0;
}

/* The tags that are true: a module named for one interpreter is not for any, whatever the backend says. */
static void choose_tags(const struct remaking *m, struct arena *a, const char **python, const char **abi)
{
    const struct interpreter *p = m->step->step->python;
    *python = m->unpacked->python;
    *abi = m->unpacked->abi;
    for (size_t i = 0; i < m->built->count && strcmp(m->unpacked->abi, "none") == 0; i++) {
        struct python_abi named;
        if (!m->built->items[i].entries.len)
            continue;
        AUTO_FREE char *tag = tag_python(3, p->abi.minor);
        bool stable = python_abi_of_file(&named, m->built->items[i].file) && named.kind != PYTHON_ABI_VERSION;
        *python = arena_strdup(a, tag);
        *abi = stable ? python_abi_wheel_tag(&named) : p->abi_tag;
    }
}

/* What others linked no map tells: what is recognised, and what bills of materials list. */
static void tell_recognised(struct wheel_result *w, struct arena *a, const struct audited *audited)
{
    struct held_list held = {0};
    held_gather(&held, audited);
    w->recognised = true;
    w->inside_count = 0;
    w->inside = arena_alloc(a, (held.list.len + 1) * sizeof *w->inside);
    vec_each (&held.list, h) {
        struct inside *before = w->inside_count ? &w->inside[w->inside_count - 1] : NULL;
        if (!before || strcmp(before->name, h->name) != 0 || strcmp(before->version, h->version) != 0)
            w->inside[w->inside_count++] =
                (struct inside){.name = arena_strdup(a, h->name), .version = arena_strdup(a, h->version)};
    }
    held_release(&held);
}

/* A bill that this program wrote before stays, for it knew more. */
static int keep_bill(struct strbuf *out, const struct remaking *m, struct err *e)
{
    AUTO_FREE char *own = xstrf("%s/%s/sboms/staticbuild.cdx.json", m->folder, m->dist_info);
    int there = path_is_file(own, e);
    return there > 0 ? file_read(out, own, METADATA_LIMIT, e) : there;
}

static int describe_theirs(
    struct strbuf *sbom, struct wheel_result *w, const struct remaking *m, int64_t epoch, struct err *e)
{
    struct audited audited;
    struct audit_options options = {.jobs = 1};
    AUTO_FREE char *tree = path_dir(m->folder);
    AUTO_FREE char *original = path_join(tree, m->unpacked->file_name);
    if (keep_bill(sbom, m, e) < 0 || audit_file(&audited, original, &options, e) < 0)
        return -1;
    tell_recognised(w, m->step->run->arena, &audited);
    if (!sbom->len)
        report_sbom(sbom, &audited, epoch);
    audited_release(&audited);
    return 0;
}

static int pack_anew(struct remaking *m, struct wheel_result *w, const struct contents *contents,
    const char *aside, struct err *e)
{
    struct run *r = m->step->run;
    const struct node *n = &r->graph->nodes[m->step->step->node];
    int64_t epoch = step_source_epoch(r, step_source_of(r, m->step->step), e);
    AUTO_FREE char *licenses = path_join(m->step->draft.work, "licenses");
    if (epoch < 0 || find_dist_info(m, e) < 0 || read_metadata(m, e) < 0 || check_identity(m, n, e) < 0 ||
        sort_files(m, e) < 0 || gather_licenses(m, licenses, e) < 0)
        return -1;
    AUTO(strbuf) struct strbuf sbom = {0};
    if (n->recipe->build.system != BUILD_WHEEL)
        wheel_sbom(&sbom, r, n, contents, metadata_get(&m->metadata.core, "Version"), epoch);
    else if (describe_theirs(&sbom, w, m, epoch, e) < 0)
        return -1;
    const char *python, *abi;
    choose_tags(m, r->arena, &python, &abi);
    struct wheel_request request = {
        .metadata = &m->metadata,
        .src = licenses,
        .license = n->recipe->license,
        .files = &m->files,
        .info = &m->info,
        .components = contents->items,
        .component_count = contents->len,
        .python_tag = python,
        .abi_tag = abi,
        .platform_tags = wheel_platform_tags(r, w->policy),
        .sbom = strbuf_str(&sbom),
        .sbom_len = sbom.len,
        .source_date_epoch = epoch,
        .folder = aside,
    };
    AUTO_FREE char *path = wheel_pack(&request, e);
    return path ? wheel_result_describe(w, r, path, python, abi, e) : -1;
}

int pack_project(struct step_run *s, struct wheel_result *w, const struct contents *contents,
    const struct built *b, struct err *e)
{
    struct unpacked unpacked;
    const struct step *made = step_made_of(s->run, s->step);
    AUTO_FREE char *tree = step_tree(s->run, made);
    AUTO_FREE char *aside = path_join(s->draft.work, "wheel");
    if (wheel_taken(&unpacked, s->run, made, e) < 0 || folder_make(aside, e) < 0)
        return -1;
    if (unpacked.is_pure) {
        AUTO_FREE char *original = path_join(tree, unpacked.file_name);
        AUTO_FREE char *copy = path_join(aside, unpacked.file_name);
        return file_copy(original, copy, e) < 0
                   ? -1
                   : wheel_result_describe(w, s->run, copy, unpacked.python, unpacked.abi, e);
    }
    struct remaking m = {.step = s, .unpacked = &unpacked, .built = b, .folder = path_join(tree, "wheel")};
    int failed = pack_anew(&m, w, contents, aside, e);
    remaking_release(&m);
    return failed;
}
