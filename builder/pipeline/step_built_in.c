/* One extension for an interpreter that it is built into: its modules become objects, and what is Python of
 * it is laid out as an installer would, without a RECORD: nobody can take out again, or replace, what is in
 * the program, and pip refuses to where that is missing. The tree is
 *
 *     objects/zmq.backend.cython._zmq.o
 *     site/zmq/…  site/pyzmq-27.1.0.dist-info/…
 */
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "link/built_in.h"
#include "pipeline/internal.h"
#include "sys/fs.h"
#include "sys/path.h"
#include "wheel/dist_info.h"

static int add_modules(struct step_run *s, struct commands *out, struct err *e)
{
    struct link_request *requests = module_requests(s, e);
    AUTO_FREE char *objects = path_join(s->draft.stage, BUILT_IN_OBJECTS);
    if (!requests || folder_make(objects, e) < 0)
        return -1;
    for (size_t i = 0; i < step_recipe(s)->module_count; i++)
        requests[i].out = arena_strf(s->run->arena, "%s/%s.o", objects, requests[i].module->name);
    return built_in_commands(requests, step_recipe(s)->module_count, &s->environment, out, e);
}

static int prepare(struct step_run *s, struct commands *out, struct err *e)
{
    if (module_begin(s, true, out, e) < 0)
        return -1;
    return module_has_steps(s) ? 0 : add_modules(s, out, e);
}

static int copy(const char *from, const char *folder, const char *to, struct err *e)
{
    AUTO_FREE char *place = path_join(folder, to);
    return file_copy_into(from, place, e);
}

static int put(const char *folder, const char *name, const struct strbuf *text, struct err *e)
{
    AUTO_FREE char *path = path_join(folder, name);
    return text->len ? file_write(path, text->ptr, text->len, 0644, e) : 0;
}

/* The texts of a dist-info folder that do not speak of the files of a wheel. */
static int lay_info(struct step_run *s, const struct wheel_metadata *metadata, const char *src,
    const char *site, struct err *e)
{
    AUTO(strbuf) struct strbuf text = {0}, entries = {0}, installer = {0};
    AUTO_FREE char *stem = dist_info_stem(metadata, e);
    AUTO_FREE char *info = stem ? xstrf("%s/%s.dist-info", site, stem) : NULL;
    AUTO_FREE char *licences = info ? path_join(info, "licenses") : NULL;
    const struct wheel_request request = {
        .metadata = metadata, .src = src, .license = step_recipe(s)->license};
    if (!info || folder_make(info, e) < 0 ||
        dist_info_metadata(&text, &request, &metadata->license_files, e) < 0)
        return -1;
    if (metadata->entry_point_count)
        dist_info_entry_points(&entries, metadata);
    strbuf_adds(&installer, "staticbuild\n");
    for (size_t i = 0; i < metadata->license_files.len; i++) {
        AUTO_FREE char *from = path_join(src, metadata->license_files.items[i]);
        if (copy(from, licences, metadata->license_files.items[i], e) < 0)
            return -1;
    }
    return put(info, "METADATA", &text, e) < 0 || put(info, "entry_points.txt", &entries, e) < 0 ||
                   put(info, "INSTALLER", &installer, e) < 0
               ? -1
               : 0;
}

static int lay_out(struct step_run *s, struct err *e)
{
    AUTO(wheel_metadata) struct wheel_metadata metadata = {0};
    AUTO(wheel_files) struct wheel_files files = {0};
    const struct built none = {0};
    AUTO_FREE char *tree = step_tree(s->run, step_source_of(s->run, s->step));
    AUTO_FREE char *src = path_join(tree, "src");
    AUTO_FREE char *site = path_join(s->draft.stage, BUILT_IN_SITE);
    if (wheel_metadata_gather(&metadata, s->run->arena, src, step_recipe(s), e) < 0 ||
        wheel_collect_files(&files, s, s->step, &none, src, e) < 0)
        return -1;
    for (size_t i = 0; i < files.len; i++)
        if (copy(files.items[i].from, site, files.items[i].to, e) < 0)
            return -1;
    return lay_info(s, &metadata, src, site, e);
}

/* What a module step would fill. */
static int remove_unused(struct step_run *s, struct err *e)
{
    static const char *const folders[] = {"modules", "maps"};
    for (size_t i = 0; i < COUNT(folders); i++) {
        AUTO_FREE char *path = path_join(s->draft.stage, folders[i]);
        if (tree_remove(path, e) < 0)
            return -1;
    }
    return 0;
}

static int finish(struct step_run *s, struct commands *more, struct err *e)
{
    if (s->phase == 1 && module_has_steps(s))
        return add_modules(s, more, e);
    if (module_check_entries(s, e) < 0 || lay_out(s, e) < 0 || remove_unused(s, e) < 0)
        return -1;
    return step_commit(s, e);
}

const struct step_hooks step_built_in_hooks = {
    .prepare = prepare, .finish = finish, .width = module_width, .apart = true, .failure = ERR_PACKAGE};
