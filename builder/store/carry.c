/* Two helpers: work over all bytes of a tree, which shall stop nobody else. */
#include "store/carry.h"

#include <stdlib.h>
#include <string.h>

#include "archive/load.h"
#include "archive/pack.h"
#include "archive/unpack.h"
#include "base/alloc.h"
#include "base/cleanup.h"
#include "store/internal.h"
#include "store/signed.h"
#include "sys/environment.h"
#include "sys/fs.h"

/* A manifest of many entries is held in memory beside what unpacking takes. */
#define TAKE_MEMORY_BYTES (4 * UNPACK_MEMORY_BYTES)

static const struct field pack_fields[] = {
    FIELD(TEXT, struct pack_request, tree),
    FIELD(TEXT, struct pack_request, archive),
    FIELD(TEXT, struct pack_request, key),
    FIELD(TEXT_OR_NULL, struct pack_request, sign_key),
    FIELD(TEXT, struct pack_request, said),
};

static const struct field take_fields[] = {
    FIELD(TEXT, struct take_request, archive),
    FIELD(TEXT, struct take_request, into),
    FIELD(TEXT, struct take_request, key),
    FIELD(TEXT, struct take_request, signature),
    FIELD(BOOL, struct take_request, has_trusted),
    FIELD(TEXTS, struct take_request, trusted),
    FIELD(TEXT, struct take_request, said),
};

static void set_helper(struct command *c, const struct helper *h, const void *request)
{
    command_set_helper(c, h, request);
    environment_clean(&c->env, NULL, LOCALE_C, NULL, NULL);
}

void pack_command(struct command *c, const struct pack_request *r)
{
    set_helper(c, &pack_helper, r);
}

void take_command(struct command *c, const struct take_request *r)
{
    set_helper(c, &take_helper, r);
    c->memory_bytes = TAKE_MEMORY_BYTES;
}

static int say(const char *path, const char *text, struct err *e)
{
    return file_write(path, text, strlen(text), 0644, e);
}

static int pack(struct strbuf *said, const struct pack_request *r, struct err *e)
{
    struct digest d;
    if (pack_folder(r->tree, "tree", r->archive, e) < 0 || digest_file(&d, r->archive, e) < 0)
        return -1;
    strbuf_addf(said, "%s\n", d.hex);
    return r->sign_key ? tree_sign(said, r->tree, r->key, r->sign_key, e) : 0;
}

static int run_pack(const void *request, struct err *e)
{
    const struct pack_request *r = request;
    AUTO(strbuf) struct strbuf said = {0};
    AUTO(err) struct err ignored = ERR_INIT;
    if (pack(&said, r, e) == 0)
        return say(r->said, strbuf_str(&said), e);
    say(r->said, e->text, &ignored);
    return -1;
}

static int run_take(const void *request, struct err *e)
{
    const struct take_request *r = request;
    const struct unpack_request unpack = {.archive = r->archive, .shown = "its archive", .into = r->into};
    const struct key key = {.text = r->key};
    AUTO_FREE char *why = NULL;
    AUTO(err) struct err failure = ERR_INIT;
    if (unpack_archive(&unpack, &failure) < 0)
        return say(r->said, failure.text, e);
    int whole = tree_is_whole(r->into, &key, &why, e);
    if (whole == 1 && r->has_trusted)
        whole = tree_is_trusted(r->into, r->key, r->signature, &r->trusted, &why, e);
    return whole < 0 ? -1 : say(r->said, whole ? "" : why, e);
}

const struct helper pack_helper = {
    .word = "internal-pack",
    .fields = pack_fields,
    .field_count = COUNT(pack_fields),
    .request_bytes = sizeof(struct pack_request),
    .starts_nothing = true,
    .load = libarchive_load,
    .run = run_pack,
};

const struct helper take_helper = {
    .word = "internal-take",
    .fields = take_fields,
    .field_count = COUNT(take_fields),
    .request_bytes = sizeof(struct take_request),
    .starts_nothing = true,
    .load = libarchive_load,
    .run = run_take,
};
