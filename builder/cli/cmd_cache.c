/* What is in the cache, whether it is what it was, and room in it. */
#include <string.h>
#include <time.h>

#include "base/cleanup.h"
#include "base/quantity.h"
#include "cli/commands.h"
#include "cli/flags.h"
#include "recipe/mistakes.h"
#include "ui/cache/report.h"

struct cache_question {
    const struct invocation *inv;
    struct arena arena;
    struct store store;
    struct inventory inventory;
    struct strbuf out;
    struct strvec tidied;
};

static void cache_question_release(struct cache_question *q)
{
    store_release(&q->store);
    arena_release(&q->arena);
    strbuf_release(&q->out);
    strvec_release(&q->tidied);
}

static int64_t now_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return now.tv_sec * 1000000000LL + now.tv_nsec;
}

/* True when JSON is wanted: then it is there. */
static bool put_json(struct cache_question *q, struct json *document)
{
    AUTO_JSON struct json *owned = document;
    if (q->inv->format == FORMAT_JSON) {
        json_write(owned, JSON_INDENTED, &q->out);
        strbuf_addc(&q->out, '\n');
    }
    return q->inv->format == FORMAT_JSON;
}

static int list(struct cache_question *q, struct err *e)
{
    if (!put_json(q, stock_json(&q->store, &q->inventory)))
        report_stock(&q->out, &q->inventory, now_ns(), style_of(stdout));
    return output_put(&q->out, e);
}

static int size(struct cache_question *q, struct err *e)
{
    if (!put_json(q, sizes_json(&q->store, &q->inventory)))
        report_sizes(&q->out, &q->inventory, style_of(stdout));
    return output_put(&q->out, e);
}

static int verify(struct cache_question *q, struct err *e)
{
    struct verification v;
    if (store_verify(&v, &q->arena, &q->store, &q->inventory, e) < 0)
        return -1;
    if (!put_json(q, verification_json(&q->store, &v)))
        report_verification(&q->out, &v, style_of(stdout));
    if (output_put(&q->out, e) < 0)
        return -1;
    return v.count ? err_set(e, ERR_FINDINGS, "%zu of %zu trees and downloads %s not what %s", v.count,
                         v.tree_count + v.download_count, v.count == 1 ? "is" : "are",
                         v.count == 1 ? "it was" : "they were")
                   : 0;
}

static int read_limits(struct room_limits *limits, const struct invocation *inv, struct err *e)
{
    double seconds = 0;
    *limits =
        (struct room_limits){.has_size = inv->max_size, .has_age = inv->max_age, .only_tell = inv->dry_run};
    if (!limits->has_size && !limits->has_age)
        return err_set(e, ERR_USAGE, "cache gc: give --max-size N, --max-age D, or both");
    if (limits->has_size && !size_parse(inv->max_size, &limits->size_max))
        err_add(e, ERR_USAGE, "--max-size %s: not a size such as 500M, 20G or 2GiB", inv->max_size);
    if (limits->has_age && !duration_parse(inv->max_age, &seconds))
        err_add(e, ERR_USAGE, "--max-age %s: not a time such as 12h, 30d or 8w", inv->max_age);
    limits->used_since_ns = now_ns() - (int64_t)(seconds < 1e9 ? seconds * 1e9 : 1e18);
    return e->kind ? -1 : 0;
}

static int gc(struct cache_question *q, struct err *e)
{
    const struct invocation *inv = q->inv;
    struct room_limits limits;
    struct room_made made = {0};
    if (read_limits(&limits, inv, e) < 0 ||
        store_make_room(&made, &q->arena, &q->store, &q->inventory, &limits, e) < 0)
        return -1;
    struct room_words words = {limits.only_tell, inv->verbose || limits.only_tell};
    if (!put_json(q, room_json(&q->store, &made, limits.only_tell)))
        report_room(&q->out, &made, words, style_of(stdout));
    return output_put(&q->out, e);
}

/* Every name has to mean something, before anything goes. */
static int check_names(struct cache_question *q, const struct strvec *names, struct err *e)
{
    for (size_t i = 0; i < names->len; i++) {
        struct guess guess = {.word = names->items[i]};
        bool found = false;
        for (size_t k = 0; k < q->inventory.count && !found; k++) {
            found = stored_is_called(&q->inventory.items[k], names->items[i]);
            guess_consider(&guess, q->inventory.items[k].name);
            guess_consider(&guess, q->inventory.items[k].of);
        }
        if (!found)
            err_add(e, ERR_USAGE, "nothing in the cache is called \"%s\"%s; `cache list` names what there is",
                names->items[i], guess_text(&q->arena, &guess));
    }
    return e->kind ? -1 : 0;
}

static int rm(struct cache_question *q, struct err *e)
{
    AUTO(strvec) struct strvec names = {0};
    struct room_made made = {0};
    for (size_t i = 1; i < q->inv->arguments.len; i++)
        strvec_push(&names, q->inv->arguments.items[i]);
    if (check_names(q, &names, e) < 0 ||
        store_drop(&made, &q->arena, &q->store, &q->inventory, &names, e) < 0)
        return -1;
    if (!put_json(q, room_json(&q->store, &made, false)))
        report_room(&q->out, &made, (struct room_words){.in_full = true}, style_of(stdout));
    if (output_put(&q->out, e) < 0)
        return -1;
    return made.in_use_count ? err_set(e, ERR_ENVIRONMENT, "a run that goes on uses what was to be removed")
                             : 0;
}

/* What stands behind `cache`. */
static const struct verb {
    const char *name;
    bool takes_names;
    int (*answer)(struct cache_question *q, struct err *e);
} verbs[] = {{"list", false, list}, {"size", false, size}, {"verify", false, verify}, {"gc", false, gc},
    {"rm", true, rm}};

static const struct verb *find_verb(const struct strvec *arguments, struct err *e)
{
    AUTO(arena) struct arena arena = {0};
    struct guess guess = {.word = arguments->items[0]};
    for (size_t i = 0; i < COUNT(verbs); i++) {
        guess_consider(&guess, verbs[i].name);
        if (strcmp(verbs[i].name, guess.word) != 0)
            continue;
        if (verbs[i].takes_names == (arguments->len > 1))
            return &verbs[i];
        err_set(e, ERR_USAGE,
            verbs[i].takes_names ? "cache %s: say of what: `cache %s NAME...`"
                                 : "cache %s: takes nothing but options: `cache %s`",
            guess.word, guess.word);
        return NULL;
    }
    err_set(e, ERR_USAGE, "cache %s: give one of list, size, verify, gc, rm%s", guess.word,
        guess_text(&arena, &guess));
    return NULL;
}

static int run(struct invocation *inv, struct err *e)
{
    AUTO(cache_question) struct cache_question q = {.inv = inv};
    const struct verb *verb = find_verb(&inv->arguments, e);
    if (verb && verb->answer != gc && (inv->max_size || inv->max_age || inv->dry_run))
        return err_set(e, ERR_USAGE, "--max-size, --max-age and --dry-run go with `cache gc`");
    if (!verb || store_open(&q.store, NULL, e) < 0)
        return -1;
    if (verb->answer == gc && !inv->dry_run) /* what killed runs left is nobody's */
        store_tidy(&q.store, UINT64_MAX, &q.tidied);
    if (inventory_take(&q.inventory, &q.arena, &q.store, e) < 0)
        return -1;
    return verb->answer(&q, e);
}

static const struct flag *const options[] = {
    OPTION(.name = "dry-run", .letter = 'n', .kind = FLAG_YES,
        .help = "with gc: say what would go, and remove nothing", .at = AT(dry_run)),
    OPTION(.name = "max-size", .kind = FLAG_TEXT, .value = "N",
        .help = "with gc: remove what was used least recently until the rest takes no more than this, as in "
                "500M, 20G or 2GiB",
        .at = AT(max_size)),
    OPTION(.name = "max-age", .kind = FLAG_TEXT, .value = "D",
        .help = "with gc: remove what was not used for so long, as in 12h, 30d or 8w", .at = AT(max_age)),
    &option_format,
    &option_verbose,
    NULL,
};

const struct subcommand subcommand_cache = {
    .name = "cache",
    .summary = "say what the cache holds, prove it, make room in it",
    .arguments = "list | size | verify | gc | rm NAME...",
    .least = 1,
    .most = ANY_NUMBER,
    .about = "`cache list` names what there is: finished trees, downloads, and the work folders of steps "
             "that failed, with their size, how long ago they were made and last used, and what they were "
             "made for. `cache size` sums up by kind.\n\n"
             "`cache verify` reads everything again and holds trees against their manifests, downloads "
             "against their hashes. What is damaged is named, with each file that differs, and set aside; it "
             "is made or fetched again when it is needed. The status is 1 then.\n\n"
             "`cache gc` removes what was not used for --max-age, and what was used least recently until the "
             "rest fits into --max-size. `cache rm` removes what is called NAME: a recipe's name for "
             "everything that was made for it, a name with its version, one tree as `cache list --format "
             "json` has it in its path, or the beginning of a download's hash. What a run uses that goes on "
             "stays in both, and is named.",
    .examples = {{"cache list", "what there is"},
        {"cache gc --max-size 20G --max-age 30d", "at most 20 GB, and nothing that was not used for a month"},
        {"cache gc --max-size 5G --dry-run", "what would go"},
        {"cache verify --format json", "whether everything is what it was"},
        {"cache rm libzmq", "all that was made for libzmq"}},
    .completes = COMPLETE_VERBS,
    .verbs = "list size verify gc rm",
    .options = options,
    .run = run,
};
