/* What the store brings in from a place that is shared, and gives to it. Every case is tried with a folder
 * and with a place that is only here, in memory: what is judged is judged for any. */
#include "store/bring.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/map.h"
#include "base/vec.h"
#include "store/carry.h"
#include "store/internal.h"
#include "store/manifest.h"
#include "sys/fs.h"
#include "sys/path.h"
#include "there.h"
#include "scratch.h"

/* A file, folder or link of a tree in memory. */
struct kept {
    enum entry_kind kind;
    const char *path;
    unsigned mode;
    struct slice content; /* bytes, or where it leads */
};

struct kept_tree {
    struct kept *items;
    size_t count;
};

struct memory_place {
    struct arena arena;
    struct map trees, downloads;
    bool is_down;
};

static void *open_memory(const char *location, struct err *e)
{
    (void)location;
    (void)e;
    return xcalloc(1, sizeof(struct memory_place));
}

static void close_memory(void *self)
{
    struct memory_place *m = self;
    map_release(&m->trees);
    map_release(&m->downloads);
    arena_release(&m->arena);
    free(m);
}

static int is_up(const struct memory_place *m, struct err *e)
{
    return m->is_down ? err_set(e, ERR_ENVIRONMENT, "does not answer") : 0;
}

static struct slice read_all(struct arena *a, const char *path, struct err *e)
{
    AUTO(strbuf) struct strbuf text = {0};
    if (file_read(&text, path, 1 << 20, e) < 0)
        return (struct slice){0};
    return (struct slice){arena_strndup(a, strbuf_str(&text), text.len), text.len};
}

static int has_in_memory(void *self, struct tree_query *queries, size_t count, struct err *e)
{
    struct memory_place *m = self;
    for (size_t i = 0; i < count; i++)
        queries[i].is_there = map_get(&m->trees, queries[i].key->digest.hex) != NULL;
    return is_up(m, e);
}

static int fill(const char *folder, const struct kept *k, struct err *e)
{
    AUTO_FREE char *path = path_join(folder, k->path);
    AUTO_FREE char *parent = path_dir(path);
    if (folder_make(parent, e) < 0)
        return -1;
    if (k->kind == ENTRY_LINK)
        return symlink(k->content.ptr, path);
    return k->kind == ENTRY_FOLDER ? folder_make(path, e)
                                   : file_write(path, k->content.ptr, k->content.len, k->mode | 0200, e);
}

static int get_from_memory(
    void *self, const char *name, const struct key *k, const char *folder, struct err *e)
{
    struct memory_place *m = self;
    const struct kept_tree *tree = map_get(&m->trees, k->digest.hex);
    (void)name;
    if (is_up(m, e) < 0)
        return -1;
    for (size_t i = 0; tree && i < tree->count; i++)
        if (fill(folder, &tree->items[i], e) < 0)
            return -1;
    return tree != NULL;
}

static int put_into_memory(void *self, const char *name, const struct key *k, const char *tree, struct err *e)
{
    struct memory_place *m = self;
    AUTO(manifest) struct manifest written;
    (void)name;
    manifest_init(&written, &m->arena);
    if (is_up(m, e) < 0 || manifest_read(&written, tree, e) != 1)
        return -1;
    struct kept_tree *kept = arena_new(&m->arena, struct kept_tree);
    kept->items = arena_alloc(&m->arena, (written.entry_count + 1) * sizeof *kept->items);
    AUTO_FREE char *manifest = path_join(tree, MANIFEST_PATH);
    kept->items[kept->count++] =
        (struct kept){ENTRY_FILE, MANIFEST_PATH, 0444, read_all(&m->arena, manifest, e)};
    for (size_t i = 0; i < written.entry_count; i++) {
        const struct manifest_entry *entry = &written.entries[i];
        AUTO_FREE char *path = path_join(tree, entry->path);
        kept->items[kept->count++] = (struct kept){entry->kind, entry->path, entry->mode,
            entry->kind == ENTRY_FILE ? read_all(&m->arena, path, e) : slice_of(entry->content)};
    }
    map_set(&m->trees, k->digest.hex, kept);
    return 1;
}

static int has_download_in_memory(void *self, const char *sha256, struct err *e)
{
    struct memory_place *m = self;
    return is_up(m, e) < 0 ? -1 : map_get(&m->downloads, sha256) != NULL;
}

static int get_download_from_memory(void *self, const char *sha256, const char *path, struct err *e)
{
    struct memory_place *m = self;
    const struct slice *bytes = map_get(&m->downloads, sha256);
    if (is_up(m, e) < 0 || !bytes)
        return e->kind ? -1 : 0;
    return file_write(path, bytes->ptr, bytes->len, 0644, e) < 0 ? -1 : 1;
}

static int put_download_into_memory(void *self, const char *sha256, const char *path, struct err *e)
{
    struct memory_place *m = self;
    struct slice *bytes = arena_new(&m->arena, struct slice);
    *bytes = read_all(&m->arena, path, e);
    if (is_up(m, e) < 0 || e->kind)
        return -1;
    map_set(&m->downloads, sha256, bytes);
    return 1;
}

static const struct share_row in_memory = {.locations = "memory",
    .open = open_memory,
    .close = close_memory,
    .has_trees = has_in_memory,
    .get_tree = get_from_memory,
    .put_tree = put_into_memory,
    .has_download = has_download_in_memory,
    .get_download = get_download_from_memory,
    .put_download = put_download_into_memory};

enum { FOLDER, MEMORY, PLACES };

static char *root;
static struct store ours, theirs;
static struct share place;
static struct key key;
static struct arena arena;

static void open_place(int which)
{
    AUTO(err) struct err e = ERR_INIT;
    AUTO_FREE char *shared = path_join(root, "shared");
    ck_assert_int_eq(folder_make(shared, &e), 0);
    if (which == FOLDER)
        ck_assert_msg(share_open(&place, shared, &e) == 0, "%s", e.text);
    else
        place = (struct share){
            .row = &in_memory, .self = in_memory.open(NULL, &e), .location = xstrdup("memory")};
}

static void setup(void)
{
    AUTO(err) struct err e = ERR_INIT;
    root = scratch_make();
    AUTO_FREE char *one = path_join(root, "ours"), *two = path_join(root, "theirs");
    ck_assert_int_eq(store_open(&ours, one, &e), 0);
    ck_assert_int_eq(store_open(&theirs, two, &e), 0);
    fact_add(&key.facts, &arena, "step", "build z");
    key_seal(&key, &arena);
}

static void teardown(void)
{
    share_release(&place);
    store_release(&ours);
    store_release(&theirs);
    arena_release(&arena);
    key = (struct key){0};
    scratch_remove(root);
}

static void put(const char *folder, const char *path, const char *text, mode_t mode)
{
    AUTO(err) struct err e = ERR_INIT;
    AUTO_FREE char *file = path_join(folder, path);
    AUTO_FREE char *parent = path_dir(file);
    ck_assert_int_eq(folder_make(parent, &e), 0);
    ck_assert_msg(file_write(file, text, strlen(text), mode, &e) == 0, "%s", e.text);
}

/* A tree of ours. */
static void make_tree(void)
{
    AUTO(err) struct err e = ERR_INIT;
    struct tree_draft d;
    ck_assert_int_eq(tree_draft_begin(&d, &ours, "z-1", &key, &e), DRAFT_BEGUN);
    put(d.stage, "lib/libz.a", "archive", 0644);
    put(d.stage, "bin/z", "#!", 0755);
    AUTO_FREE char *empty = path_join(d.stage, "share/empty"), *link = path_join(d.stage, "lib/libzz.a");
    ck_assert_int_eq(folder_make(empty, &e), 0);
    ck_assert_int_eq(symlink("libz.a", link), 0);
    json_set_text(d.facts, "version", "1");
    ck_assert_msg(tree_draft_commit(&d, &key, &e) == 0, "%s", e.text);
    tree_draft_release(&d);
}

static void give_tree(void)
{
    AUTO(err) struct err e = ERR_INIT;
    make_tree();
    for (int i = 0; i < 2; i++) /* the second time it is there */
        ck_assert_msg(store_give_tree(&ours, &place, "z-1", &key, &e) == 1, "%s", e.text);
}

static char *manifest_of(const struct store *s)
{
    AUTO(err) struct err e = ERR_INIT;
    AUTO(strbuf) struct strbuf text = {0};
    AUTO_FREE char *tree = store_tree_path(s, "z-1", &key);
    AUTO_FREE char *path = path_join(tree, MANIFEST_PATH);
    ck_assert_msg(file_read(&text, path, 1 << 20, &e) == 0, "%s", e.text);
    return strbuf_steal(&text);
}

static void expect_nothing_left(void)
{
    AUTO(err) struct err e = ERR_INIT;
    AUTO(strvec) struct strvec names = {0};
    AUTO_FREE char *work = path_join(theirs.root, "work");
    AUTO_FREE char *incoming = path_join(root, "shared/incoming");
    ck_assert_int_eq(folder_names(&names, work, &e), 1);
    ck_assert(folder_names(&names, incoming, &e) >= 0);
    ck_assert_uint_eq(names.len, 0);
}

START_TEST(what_one_gives_another_brings)
{
    AUTO(err) struct err e = ERR_INIT;
    AUTO_FREE char *why = NULL;
    open_place(_i);
    give_tree();
    ck_assert_msg(store_bring_tree(&theirs, &place, "z-1", &key, &why, &e) == 1, "%s", e.text);
    ck_assert_ptr_null(why);
    ck_assert_int_eq(store_has_tree(&theirs, "z-1", &key, &e), 1);
    AUTO_FREE char *given = manifest_of(&ours), *brought = manifest_of(&theirs);
    ck_assert_str_eq(brought, given);
    AUTO(manifest) struct manifest m;
    AUTO_FREE char *tree = store_tree_path(&theirs, "z-1", &key);
    manifest_init(&m, &arena);
    ck_assert_int_eq(manifest_read(&m, tree, &e), 1);
    ck_assert_int_eq(manifest_holds(&m, tree, TRUST_TIMES, &why, &e), 1);
    ck_assert_ptr_nonnull(manifest_find(&m, "share/empty"));
    for (size_t i = 0; i < m.entry_count; i++) {
        AUTO_FREE char *path = path_join(tree, m.entries[i].path);
        struct stat st;
        ck_assert_int_eq(lstat(path, &st), 0);
        ck_assert(S_ISLNK(st.st_mode) || !(st.st_mode & 0222));
    }
    AUTO_FREE char *manifest = path_join(tree, MANIFEST_PATH);
    struct stat st;
    ck_assert(stat(manifest, &st) == 0 && !(st.st_mode & 0222));
    ck_assert_int_eq(store_bring_tree(&theirs, &place, "z-1", &key, &why, &e), 1); /* is there already */
    expect_nothing_left();
}
END_TEST

START_TEST(what_nobody_gave_is_not_there)
{
    AUTO(err) struct err e = ERR_INIT;
    AUTO_FREE char *why = NULL;
    open_place(_i);
    ck_assert_int_eq(store_bring_tree(&theirs, &place, "z-1", &key, &why, &e), 0);
    ck_assert_ptr_null(why);
    ck_assert_int_eq(store_has_tree(&theirs, "z-1", &key, &e), 0);
    expect_nothing_left();
}
END_TEST

START_TEST(many_are_asked_for_at_once)
{
    AUTO(err) struct err e = ERR_INIT;
    struct key other = {0};
    fact_add(&other.facts, &arena, "step", "build y");
    key_seal(&other, &arena);
    struct tree_query queries[] = {{"y-1", &other, true}, {"z-1", &key, false}};
    open_place(_i);
    give_tree();
    ck_assert_int_eq(place.row->has_trees(place.self, queries, 2, &e), 0);
    ck_assert(!queries[0].is_there && queries[1].is_there);
}
END_TEST

/* What a place could do to a tree on its way. */
static const struct {
    const char *path, *text; /* NULL: it is missing */
    const char *why;
} harms[] = {
    {"lib/libz.a", "evil!!!", "lib/libz.a: has other content"},
    {"lib/libz.a", "archives", "lib/libz.a: has other content"},
    {"lib/libz.a", NULL, "lib/libz.a: is missing"},
    {"lib/evil.a", "", "lib/evil.a: was added"},
    {".staticbuild/key", "step: build y\n", "is of another key, or has no manifest"},
    {".staticbuild/key", NULL, "is of another key, or has no manifest"},
    {MANIFEST_PATH, NULL, "is of another key, or has no manifest"},
    {MANIFEST_PATH, "staticbuild-manifest 0\n", ":1: is no manifest of a tree"},
};

static void harm(int which, const char *path, const char *text)
{
    AUTO(err) struct err e = ERR_INIT;
    if (which == FOLDER) {
        AUTO_FREE char *tree = xstrf("%s/shared/trees/z-1-%.16s", root, key.digest.hex);
        AUTO_FREE char *file = path_join(tree, path);
        ck_assert(text || unlink(file) == 0);
        if (text)
            put(tree, path, text, 0644);
        return;
    }
    struct kept_tree *tree = map_get(&((struct memory_place *)place.self)->trees, key.digest.hex);
    size_t at = 0;
    while (at < tree->count && strcmp(tree->items[at].path, path) != 0)
        at++;
    struct slice content = slice_of(text ? text : "");
    if (text && at < tree->count)
        tree->items[at].content = content;
    else if (text) {
        struct kept *grown = arena_alloc(&arena, (tree->count + 1) * sizeof *grown);
        memcpy(grown, tree->items, tree->count * sizeof *grown);
        grown[tree->count++] = (struct kept){ENTRY_FILE, path, 0644, content};
        tree->items = grown;
    } else
        tree->items[at] = tree->items[--tree->count];
}

START_TEST(what_is_not_as_its_manifest_says_stays_out)
{
    AUTO(err) struct err e = ERR_INIT;
    AUTO_FREE char *why = NULL;
    int which = _i % PLACES, h = _i / PLACES;
    open_place(which);
    give_tree();
    harm(which, harms[h].path, harms[h].text);
    int brought = store_bring_tree(&theirs, &place, "z-1", &key, &why, &e);
    ck_assert_msg(brought == 0, "%d %s", brought, e.text);
    ck_assert_int_eq(store_has_tree(&theirs, "z-1", &key, &e), 0);
    /* A folder knows keys and manifests itself, and says that it has none. */
    bool known_by_folder = which == FOLDER && strstr(harms[h].why, "another key");
    ck_assert_msg(known_by_folder ? !why : str_ends(why, harms[h].why), "%s", why);
    expect_nothing_left();
}
END_TEST

START_TEST(a_place_that_is_down_is_named)
{
    AUTO(err) struct err e = ERR_INIT;
    AUTO_FREE char *why = NULL;
    open_place(MEMORY);
    give_tree();
    ((struct memory_place *)place.self)->is_down = true;
    ck_assert_int_eq(store_bring_tree(&theirs, &place, "z-1", &key, &why, &e), -1);
    ck_assert_str_eq(e.text, "memory: does not answer");
    ck_assert_ptr_null(why);
    expect_nothing_left();
    err_release(&e);
    ck_assert_int_eq(store_give_tree(&ours, &place, "z-1", &key, &e), -1);
    ck_assert_str_eq(e.text, "memory: does not answer");
}
END_TEST

START_TEST(what_is_being_made_is_not_waited_for)
{
    AUTO(err) struct err e = ERR_INIT;
    AUTO_FREE char *why = NULL;
    AUTO(tree_draft) struct tree_draft d;
    open_place(_i);
    give_tree();
    ck_assert_int_eq(tree_draft_begin(&d, &theirs, "z-1", &key, &e), DRAFT_BEGUN);
    ck_assert_int_eq(store_bring_tree(&theirs, &place, "z-1", &key, &why, &e), 0);
    ck_assert_ptr_null(why);
    ck_assert(there_is(d.stage));
}
END_TEST

START_TEST(a_download_is_held_against_its_hash)
{
    AUTO(err) struct err e = ERR_INIT;
    AUTO_FREE char *why = NULL;
    struct digest d;
    digest_bytes(&d, "source", 6);
    open_place(_i);
    ck_assert_int_eq(place.row->has_download(place.self, d.hex, &e), 0);
    ck_assert_int_eq(store_bring_download(&theirs, &place, d.hex, &why, &e), 0);
    AUTO_FREE char *downloads = path_join(ours.root, "downloads");
    put(downloads, d.hex, "source", 0644);
    for (int i = 0; i < 2; i++)
        ck_assert_msg(store_give_download(&ours, &place, d.hex, &e) == 1, "%s", e.text);
    ck_assert_int_eq(place.row->has_download(place.self, d.hex, &e), 1);
    ck_assert_int_eq(store_bring_download(&theirs, &place, d.hex, &why, &e), 1);
    ck_assert(store_has_download(&theirs, d.hex));
    AUTO_FREE char *path = store_download_path(&theirs, d.hex);
    ck_assert_int_eq(unlink(path), 0);
    if (_i == FOLDER) {
        AUTO_FREE char *folder = path_join(root, "shared/downloads");
        put(folder, d.hex, "evil!!", 0644);
    } else
        *(struct slice *)map_get(&((struct memory_place *)place.self)->downloads, d.hex) = slice_of("evil!!");
    ck_assert_int_eq(store_bring_download(&theirs, &place, d.hex, &why, &e), 0);
    ck_assert_msg(str_starts(why, "has SHA-256 "), "%s", why);
    ck_assert(!store_has_download(&theirs, d.hex));
    expect_nothing_left();
}
END_TEST

static const struct {
    const char *before, *after, *said; /* NULL: it is one */
} locations[] = {
    {"", "/shared", NULL},
    {"file:", "/shared", NULL},
    {"file://", "/shared", NULL},
    {"", "/missing", "is not a folder that is there"},
    {"ftp:/", "/shared",
        "nothing that keeps trees can be reached there (known: http://… and https://…, s3://BUCKET/…, the "
        "path of a "
        "folder)"},
    {"s3:", "", "nothing that keeps trees can be reached there"},
    {"http://x?key=", "/shared", "is not the http or https URL of a folder"},
};

START_TEST(a_location_has_a_row)
{
    AUTO(err) struct err e = ERR_INIT;
    AUTO_FREE char *shared = path_join(root, "shared");
    AUTO_FREE char *location =
        xstrf("%s%s%s", locations[_i].before, *locations[_i].after ? root : "b/x", locations[_i].after);
    ck_assert_int_eq(folder_make(shared, &e), 0);
    int opened = share_open(&place, location, &e);
    ck_assert_int_eq(opened, locations[_i].said ? -1 : 0);
    ck_assert_msg(!locations[_i].said || strstr(e.text, locations[_i].said), "%s", e.text);
    ck_assert(opened < 0 || place.row == &share_folder);
}
END_TEST

/* One slash parts the server from what is asked of it, however the user wrote its URL. */
START_TEST(servers_have_a_base)
{
    static const struct {
        const char *location, *base; /* NULL: refused */
    } cases[] = {{"http://cache.example/", "http://cache.example"},
        {"https://cache.example/a/b//", "https://cache.example/a/b"}, {"http://cache.example/a?b", NULL},
        {"http://cache.example/#a", NULL}, {"s3://bucket/prefix/", "https://s3.example/bucket/prefix"},
        {"s3://bucket", "https://s3.example/bucket"}, {"s3:///prefix", NULL}};
    ck_assert(setenv("AWS_ENDPOINT_URL", "https://s3.example/", 1) == 0 &&
              setenv("AWS_ACCESS_KEY_ID", "id", 1) == 0 && setenv("AWS_SECRET_ACCESS_KEY", "secret", 1) == 0);
    for (size_t i = 0; i < COUNT(cases); i++) {
        AUTO(err) struct err e = ERR_INIT;
        struct share server = {0};
        int opened = share_open(&server, cases[i].location, &e);
        ck_assert_msg(opened == (cases[i].base ? 0 : -1), "%s: %s", cases[i].location, e.text);
        if (opened == 0)
            ck_assert_str_eq(server.remote->access.base, cases[i].base);
        else
            ck_assert_msg(
                e.kind == ERR_USAGE && strstr(e.text, cases[i].location[0] == 'h' ? "\"http://cache.example/"
                                                                                  : "names no bucket"),
                "%s", e.text);
        share_release(&server);
    }
    unsetenv("AWS_ENDPOINT_URL");
    unsetenv("AWS_ACCESS_KEY_ID");
    unsetenv("AWS_SECRET_ACCESS_KEY");
}
END_TEST

/* What helpers do for a server: a tree in an archive with its digest, and out of it again when it is that
 * tree. */
START_TEST(a_tree_is_carried)
{
    AUTO(err) struct err e = ERR_INIT;
    AUTO(strbuf) struct strbuf said = {0};
    const char *const names[] = {"tree.tar.zst", "said", "into", "other"};
    char *paths[COUNT(names)];
    for (size_t i = 0; i < COUNT(names); i++)
        paths[i] = path_join(root, names[i]);
    make_tree();
    AUTO_FREE char *tree = store_tree_path(&ours, "z-1", &key);
    const struct pack_request pack = {.tree = tree, .archive = paths[0], .key = key.text, .said = paths[1]};
    ck_assert_msg(pack_helper.run(&pack, &e) == 0, "%s", e.text);
    struct digest d;
    ck_assert_int_eq(digest_file(&d, paths[0], &e), 0);
    ck_assert_int_eq(file_read(&said, paths[1], 1000, &e), 0);
    ck_assert_msg(str_starts(strbuf_str(&said), d.hex) && said.ptr[64] == '\n', "%s", strbuf_str(&said));

    ck_assert_int_eq(folder_make(paths[2], &e), 0);
    struct take_request take = {
        .archive = paths[0], .into = paths[2], .key = key.text, .signature = "", .said = paths[1]};
    ck_assert_msg(take_helper.run(&take, &e) == 0, "%s", e.text);
    strbuf_clear(&said);
    ck_assert_int_eq(file_read(&said, paths[1], 1000, &e), 0);
    ck_assert_str_eq(strbuf_str(&said), "");
    ck_assert_int_eq(folder_make(paths[3], &e), 0);
    take.into = paths[3];
    take.has_trusted = true; /* and nobody signed it */
    ck_assert_msg(take_helper.run(&take, &e) == 0, "%s", e.text);
    ck_assert_int_eq(file_read(&said, paths[1], 1000, &e), 0);
    ck_assert_str_ne(strbuf_str(&said), "");

    const struct pack_request nothing = {
        .tree = paths[0], .archive = "/nowhere/at/all", .key = key.text, .said = paths[1]};
    ck_assert_int_eq(pack_helper.run(&nothing, &e), -1);
    strbuf_clear(&said);
    AUTO(err) struct err other = ERR_INIT;
    ck_assert_int_eq(file_read(&said, paths[1], 1000, &other), 0);
    ck_assert_str_eq(strbuf_str(&said), e.text);
    for (size_t i = 0; i < COUNT(names); i++)
        free(paths[i]);
}
END_TEST

Suite *share_suite(void);
Suite *share_suite(void)
{
    Suite *s = suite_create("share");
    TCase *t = tcase_create("share");
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_loop_test(t, what_one_gives_another_brings, 0, PLACES);
    tcase_add_loop_test(t, what_nobody_gave_is_not_there, 0, PLACES);
    tcase_add_loop_test(t, many_are_asked_for_at_once, 0, PLACES);
    tcase_add_loop_test(t, what_is_not_as_its_manifest_says_stays_out, 0, PLACES * COUNT(harms));
    tcase_add_test(t, a_place_that_is_down_is_named);
    tcase_add_loop_test(t, what_is_being_made_is_not_waited_for, 0, PLACES);
    tcase_add_loop_test(t, a_download_is_held_against_its_hash, 0, PLACES);
    tcase_add_loop_test(t, a_location_has_a_row, 0, COUNT(locations));
    tcase_add_test(t, servers_have_a_base);
    tcase_add_test(t, a_tree_is_carried);
    suite_add_tcase(s, t);
    return s;
}
