/* Protobuf by hand: a message is a row of fields, each a number with a wire type, then a varint, or a length
 * and so many bytes. https://protobuf.dev/programming-guides/encoding/ */
#include "store/receipt.h"

#include <string.h>

#include "base/cleanup.h"
#include "hash/hash.h"

enum wire { WIRE_VARINT = 0, WIRE_8_BYTES = 1, WIRE_BYTES = 2, WIRE_4_BYTES = 5 };

/* Of ActionResult, OutputFile and Digest (remote_execution.proto). */
enum {
    RESULT_FILES = 2,
    RESULT_STDOUT = 5,
    FILE_PATH = 1,
    FILE_DIGEST = 2,
    DIGEST_HASH = 1,
    DIGEST_SIZE = 2,
};

static const char ARCHIVE[] = "tree.tar.zst";

static void add_varint(struct strbuf *out, uint64_t value)
{
    for (; value >= 0x80; value >>= 7)
        strbuf_addc(out, (char)(value | 0x80));
    strbuf_addc(out, (char)value);
}

static void add_bytes(struct strbuf *out, unsigned field, const void *bytes, size_t len)
{
    add_varint(out, field << 3 | WIRE_BYTES);
    add_varint(out, len);
    strbuf_add(out, bytes, len);
}

void receipt_write(const struct receipt *r, struct strbuf *out)
{
    AUTO(strbuf) struct strbuf digest = {0};
    AUTO(strbuf) struct strbuf file = {0};
    add_bytes(&digest, DIGEST_HASH, r->sha256, strlen(r->sha256));
    add_varint(&digest, DIGEST_SIZE << 3 | WIRE_VARINT);
    add_varint(&digest, r->size_bytes);
    add_bytes(&file, FILE_PATH, ARCHIVE, strlen(ARCHIVE));
    add_bytes(&file, FILE_DIGEST, digest.ptr, digest.len);
    add_bytes(out, RESULT_FILES, file.ptr, file.len);
    if (*r->signature)
        add_bytes(out, RESULT_STDOUT, r->signature, strlen(r->signature));
}

struct proto_field {
    uint64_t number;
    enum wire wire;
    uint64_t value;     /* WIRE_VARINT */
    struct slice bytes; /* the others */
};

static bool take_varint(struct slice *rest, uint64_t *out)
{
    *out = 0;
    for (unsigned shift = 0; rest->len && shift < 64; shift += 7) {
        uint64_t byte = (unsigned char)*rest->ptr;
        rest->ptr++;
        rest->len--;
        *out |= (byte & 0x7f) << shift;
        if (!(byte & 0x80))
            return true;
    }
    return false;
}

/* False at what is no field. */
static bool take_field(struct slice *rest, struct proto_field *f)
{
    uint64_t tag, len = 0;
    *f = (struct proto_field){0};
    if (!take_varint(rest, &tag))
        return false;
    f->number = tag >> 3;
    f->wire = (enum wire)(tag & 7);
    if (f->wire == WIRE_VARINT)
        return take_varint(rest, &f->value);
    if (f->wire == WIRE_8_BYTES || f->wire == WIRE_4_BYTES)
        len = f->wire == WIRE_8_BYTES ? 8 : 4;
    else if (f->wire != WIRE_BYTES || !take_varint(rest, &len))
        return false;
    if (len > rest->len)
        return false;
    f->bytes = (struct slice){rest->ptr, (size_t)len};
    rest->ptr += len;
    rest->len -= (size_t)len;
    return true;
}

static bool read_digest(struct receipt *out, struct arena *a, struct slice rest)
{
    struct proto_field f;
    while (rest.len) {
        if (!take_field(&rest, &f))
            return false;
        if (f.number == DIGEST_HASH && f.wire == WIRE_BYTES)
            out->sha256 = arena_strndup(a, f.bytes.ptr, f.bytes.len);
        if (f.number == DIGEST_SIZE && f.wire == WIRE_VARINT)
            out->size_bytes = f.value;
    }
    return true;
}

/* Of a file that is another, nothing is kept. */
static bool read_file(struct receipt *out, struct arena *a, struct slice rest)
{
    struct receipt found = {.sha256 = ""};
    bool is_archive = false;
    struct proto_field f;
    while (rest.len) {
        if (!take_field(&rest, &f) ||
            (f.number == FILE_DIGEST && f.wire == WIRE_BYTES && !read_digest(&found, a, f.bytes)))
            return false;
        is_archive =
            is_archive || (f.number == FILE_PATH && f.wire == WIRE_BYTES && slice_is(f.bytes, ARCHIVE));
    }
    if (is_archive) {
        out->sha256 = found.sha256;
        out->size_bytes = found.size_bytes;
    }
    return true;
}

bool receipt_read(struct receipt *out, struct arena *a, struct slice bytes)
{
    struct proto_field f;
    *out = (struct receipt){.sha256 = "", .signature = ""};
    while (bytes.len) {
        if (!take_field(&bytes, &f) ||
            (f.number == RESULT_FILES && f.wire == WIRE_BYTES && !read_file(out, a, f.bytes)))
            return false;
        if (f.number == RESULT_STDOUT && f.wire == WIRE_BYTES)
            out->signature = arena_strndup(a, f.bytes.ptr, f.bytes.len);
    }
    return digest_is_valid(out->sha256) && out->size_bytes > 0;
}
