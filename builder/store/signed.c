/* Signatures of trees, and who is trusted. */
#include "store/signed.h"

#include <string.h>

#include "base/cleanup.h"
#include "hash/hash.h"
#include "hash/signature.h"
#include "store/manifest.h"
#include "sys/path.h"

static const char SCHEME[] = "ed25519";

static int add_statement(struct strbuf *out, const char *tree, const char *key_text, struct err *e)
{
    AUTO_FREE char *path = path_join(tree, MANIFEST_PATH);
    struct digest key, manifest;
    digest_bytes(&key, key_text, strlen(key_text));
    if (digest_file(&manifest, path, e) < 0)
        return -1;
    strbuf_addf(out, "staticbuild-tree 1\nkey %s\nmanifest %s\n", key.hex, manifest.hex);
    return 0;
}

int tree_sign(struct strbuf *out, const char *tree, const char *key_text, const char *key_file, struct err *e)
{
    AUTO(strbuf) struct strbuf statement = {0};
    char key[PUBLIC_KEY_DIGITS + 1], signature[SIGNATURE_DIGITS + 1];
    if (add_statement(&statement, tree, key_text, e) < 0 ||
        text_sign(key, signature, key_file, strbuf_str(&statement), e) < 0)
        return -1;
    strbuf_addf(out, "%s %s %s\n", SCHEME, key, signature);
    return 0;
}

static bool is_trusted(struct slice key, const struct strvec *trusted)
{
    for (size_t i = 0; i < trusted->len; i++)
        if (slice_is(key, trusted->items[i]))
            return true;
    return false;
}

int tree_is_vouched_for(
    const char *tree, const char *key_text, const char *lines, const struct strvec *trusted, struct err *e)
{
    AUTO(strbuf) struct strbuf statement = {0};
    if (add_statement(&statement, tree, key_text, e) < 0)
        return -1;
    for (struct slice rest = slice_of(lines); rest.ptr;) {
        struct slice line = slice_cut(&rest, '\n'), scheme = slice_cut(&line, ' ');
        struct slice key = line.ptr ? slice_cut(&line, ' ') : slice_of("");
        if (line.ptr && slice_is(scheme, SCHEME) && is_trusted(key, trusted) &&
            text_is_signed(key, line, strbuf_str(&statement)))
            return 1;
    }
    return 0;
}
