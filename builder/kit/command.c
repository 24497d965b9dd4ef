/* The child of ourselves that makes a kit: its compilers run beside the downloads, and can be killed. */
#include "base/alloc.h"
#include "base/cleanup.h"
#include "store/store.h"
#include "kit/internal.h"

/* A kit_request in texts, and where it is to be made. */
struct request {
    const char *target, *cc, *cxx, *ar, *compiler_line, *glibc, *templates, *home, *store, *dir;
    bool is_clang;
    uint64_t jobs;
};

static const struct field fields[] = {
    FIELD(TEXT, struct request, target),
    FIELD(TEXT, struct request, cc),
    FIELD(TEXT, struct request, cxx),
    FIELD(TEXT, struct request, ar),
    FIELD(BOOL, struct request, is_clang),
    FIELD(TEXT, struct request, compiler_line),
    FIELD(TEXT, struct request, glibc),
    FIELD(TEXT, struct request, templates),
    FIELD(TEXT, struct request, home),
    FIELD(TEXT, struct request, store),
    FIELD(TEXT, struct request, dir),
    FIELD(NUMBER, struct request, jobs),
};

void kit_command(struct command *c, const struct kit_request *r, const char *store, const char *dir)
{
    const struct request request = {
        .target = r->target->name,
        .cc = r->cc,
        .cxx = r->cxx,
        .ar = r->ar,
        .is_clang = r->is_clang,
        .compiler_line = r->compiler_line,
        .glibc = r->glibc,
        .templates = r->templates,
        .home = r->home,
        .store = store,
        .dir = dir,
        .jobs = r->jobs,
    };
    command_set_helper(c, &kit_helper, &request);
}

static int run(const void *asked, struct err *e)
{
    const struct request *r = asked;
    struct platform target;
    struct store store;
    if (!platform_find(&target, r->target))
        return err_set(e, ERR_ENVIRONMENT, "%s: no such target", r->target);
    if (store_open(&store, r->store, e) < 0)
        return -1;
    struct fact_memory memory = store_memory(&store);
    struct kit_request request = {
        .target = &target,
        .cc = r->cc,
        .cxx = r->cxx,
        .ar = r->ar,
        .is_clang = r->is_clang,
        .compiler_line = r->compiler_line,
        .glibc = r->glibc,
        .templates = r->templates,
        .memory = &memory,
        .home = r->home,
        .jobs = (unsigned)r->jobs,
    };
    int failed = kit_make(&request, r->dir, e);
    store_release(&store);
    return failed;
}

const struct helper kit_helper = {
    .word = "internal-kit",
    .fields = fields,
    .field_count = COUNT(fields),
    .request_bytes = sizeof(struct request),
    .run = run,
};
