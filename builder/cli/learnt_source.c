/* Fetching what nobody has the hash of, once, into a folder of this process, and then under its hash. */
#include "cli/learnt_source.h"

#include "base/alloc.h"
#include "base/cleanup.h"
#include "fetch/fetch.h"
#include "recipe/location.h"
#include "store/store.h"
#include "store/work.h"
#include "sys/fs.h"
#include "sys/path.h"
#include "ui/progress/progress.h"

struct learning {
    struct arena arena;
    struct store store;
    struct work_folder folder;
    struct loop *loop;
    struct fetcher *fetcher;
    struct fetch_request *requests;
    size_t count, left;
};

static void one_done(void *arg)
{
    struct learning *l = arg;
    if (--l->left == 0)
        loop_stop(l->loop);
}

/* What is wrong with any of them is told before the first is fetched. */
static int check_all(const struct strvec *locations, struct err *e)
{
    for (size_t i = 0; i < locations->len; i++) {
        struct location at = {0};
        AUTO(err) struct err why = ERR_INIT;
        if (location_parse(&at, locations->items[i], &why) < 0)
            err_add(e, why.kind, "%s", why.text);
        else if (!location_names_file(&at))
            err_add(e, ERR_RECIPE, "\"%s\" does not name a file", locations->items[i]);
        location_release(&at);
    }
    return e->text ? -1 : 0;
}

static void begin_one(struct learning *l, const struct strvec *locations, size_t i)
{
    const char *const *url = (const char *const *)&locations->items[i];
    l->requests[i] = (struct fetch_request){.label = path_base(*url),
        .urls = url,
        .url_count = 1,
        .final_path = arena_strf(&l->arena, "%s/%zu", l->folder.path, i)};
    fetcher_add(l->fetcher, &l->requests[i], one_done, l);
}

/* Under its hash, where runs look for it. */
static int keep_one(struct learning *l, struct digest *found, size_t i, struct err *e)
{
    struct fetch_request *r = &l->requests[i];
    if (r->result < 0)
        return err_add(e, r->error.kind, "%s", r->error.text);
    *found = r->found;
    AUTO_FREE char *kept = store_download_path(&l->store, r->found.hex);
    AUTO_FREE char *folder = path_dir(kept);
    return folder_make(folder, e) < 0 || file_rename(r->final_path, kept, e) < 0 ? -1 : 0;
}

static int learn(struct learning *l, struct digest *found, const struct strvec *locations, struct err *e)
{
    l->count = l->left = locations->len;
    l->requests = arena_alloc(&l->arena, l->count * sizeof *l->requests);
    for (size_t i = 0; i < l->count; i++)
        begin_one(l, locations, i);
    if (l->left && loop_run(l->loop, e) < 0)
        return -1;
    for (size_t i = 0; i < l->count; i++)
        keep_one(l, &found[i], i, e);
    return e->text ? -1 : 0;
}

static void learning_release(struct learning *l)
{
    AUTO(err) struct err left = ERR_INIT;
    fetcher_free(l->fetcher);
    loop_free(l->loop);
    for (size_t i = 0; i < l->count; i++)
        fetch_request_release(&l->requests[i]);
    arena_release(&l->arena);
    work_remove(&l->folder, &left);
    store_release(&l->store);
}

int sources_learn(
    struct digest *found, const struct strvec *locations, const struct invocation *inv, struct err *e)
{
    if (check_all(locations, e) < 0)
        return -1;
    AUTO_PROGRESS struct progress *progress =
        progress_new(inv->progress, inv->verbose ? VERBOSITY_VERBOSE : VERBOSITY_QUIET, stderr);
    struct learning l = {.loop = loop_new()};
    struct fetch_options options = {.mirror = inv->mirror, .offline = inv->offline};
    l.fetcher = fetcher_new(l.loop, &options, &progress->sink);
    bool failed = store_open(&l.store, NULL, e) < 0 || work_open(&l.folder, &l.store, "learnt", e) < 0 ||
                  learn(&l, found, locations, e) < 0;
    learning_release(&l);
    return failed ? -1 : 0;
}
