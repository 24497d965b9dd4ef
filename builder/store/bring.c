/* A tree that comes from elsewhere is made of bytes that somebody sent. It is filled into a folder of ours,
 * every entry is held against the manifest that came with it, and only then it becomes a tree of the store.
 * The manifest itself is what the place says it is: who can write to the place is trusted, or else who signed
 * it. */
#include "store/bring.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "hash/hash.h"
#include "store/internal.h"
#include "store/manifest.h"
#include "store/signed.h"
#include "store/work.h"
#include "sys/fs.h"
#include "sys/path.h"

int tree_is_whole(const char *folder, const struct key *k, char **why, struct err *e)
{
    AUTO(arena) struct arena scratch = {0};
    AUTO(manifest) struct manifest m;
    AUTO(err) struct err unread = ERR_INIT;
    manifest_init(&m, &scratch);
    int is_of_key = tree_is_of(folder, k, e);
    if (is_of_key == 0)
        *why = xstrdup("is of another key, or has no manifest");
    if (is_of_key != 1)
        return is_of_key;
    if (manifest_read(&m, folder, &unread) < 0) {
        if (unread.number)
            return err_move(e, &unread);
        *why = xstrdup(unread.text);
        return 0;
    }
    return manifest_holds(&m, folder, TRUST_NOTHING, why, e);
}

static int check_signature(
    const struct share *b, const char *name, const struct key *k, const char *tree, char **why, struct err *e)
{
    AUTO(strbuf) struct strbuf lines = {0};
    if (!b->trusted)
        return 1;
    int there = b->row->get_signature(b->self, name, k, &lines, e);
    return there < 0 ? -1 : tree_is_trusted(tree, k->text, strbuf_str(&lines), b->trusted, why, e);
}

int tree_is_trusted(const char *tree, const char *key_text, const char *lines, const struct strvec *trusted,
    char **why, struct err *e)
{
    int known = tree_is_vouched_for(tree, key_text, lines, trusted, e);
    if (known == 0)
        *why = xstrdup("nobody who is trusted (--cache-trust) has signed it");
    return known;
}

static int bring_into(struct tree_draft *d, const struct share *b, const char *name, const struct key *k,
    char **why, struct err *e)
{
    if (tree_remove(d->stage, e) < 0 || folder_make(d->stage, e) < 0)
        return -1;
    int got = b->row->get_tree(b->self, name, k, d->stage, e);
    if (got == 1)
        got = tree_is_whole(d->stage, k, why, e);
    if (got == 1)
        got = check_signature(b, name, k, d->stage, why, e);
    return got != 1 ? got : tree_draft_adopt(d, e) < 0 ? -1 : 1;
}

int store_bring_tree(const struct store *s, const struct share *b, const char *name, const struct key *k,
    char **why, struct err *e)
{
    struct tree_draft d;
    struct tree_query query = {name, k, false};
    *why = NULL;
    if (b->row->has_trees(b->self, &query, 1, e) < 0)
        return err_wrap(e, "%s", b->location);
    if (!query.is_there)
        return 0;
    int state = tree_draft_try(&d, s, name, k, e);
    if (state != DRAFT_BEGUN)
        return state < 0 ? -1 : state == DRAFT_READY;
    int brought = bring_into(&d, b, name, k, why, e);
    if (brought == 1)
        tree_draft_release(&d);
    else
        tree_draft_discard(&d);
    return brought < 0 ? err_wrap(e, "%s", b->location) : brought;
}

int store_give_tree(
    const struct store *s, const struct share *b, const char *name, const struct key *k, struct err *e)
{
    AUTO_FREE char *tree = store_tree_path(s, name, k);
    AUTO(strbuf) struct strbuf lines = {0};
    int given = b->row->put_tree(b->self, name, k, tree, e);
    if (given >= 0 && b->sign_key)
        given = tree_sign(&lines, tree, k->text, b->sign_key, e) < 0
                    ? -1
                    : b->row->put_signature(b->self, name, k, strbuf_str(&lines), e);
    return given < 0 ? err_wrap(e, "%s", b->location) : given;
}

static int check_download(const char *path, const char *sha256, char **why, struct err *e)
{
    struct digest d;
    if (digest_file(&d, path, e) < 0)
        return -1;
    if (strcmp(d.hex, sha256) == 0)
        return 1;
    *why = xstrf("has SHA-256 %s", d.hex);
    return 0;
}

int store_bring_download(
    const struct store *s, const struct share *b, const char *sha256, char **why, struct err *e)
{
    AUTO(err) struct err ignored = ERR_INIT;
    struct work_folder w;
    *why = NULL;
    if (work_open(&w, s, "download", e) < 0)
        return -1;
    AUTO_FREE char *aside = path_join(w.path, sha256);
    AUTO_FREE char *path = store_download_path(s, sha256);
    int got = b->row->get_download(b->self, sha256, aside, e);
    if (got == 1)
        got = check_download(aside, sha256, why, e);
    if (got == 1 && file_rename(aside, path, e) < 0)
        got = -1;
    work_remove(&w, &ignored);
    return got < 0 ? err_wrap(e, "%s", b->location) : got;
}

int store_give_download(const struct store *s, const struct share *b, const char *sha256, struct err *e)
{
    AUTO_FREE char *path = store_download_path(s, sha256);
    int given = b->row->put_download(b->self, sha256, path, e);
    return given < 0 ? err_wrap(e, "%s", b->location) : given;
}
