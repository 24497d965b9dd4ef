/* What was found out about a file, in a file of its own:
 *
 *     staticbuild-fact 1 DEVICE INODE SIZE MTIME_NS CTIME_NS PATH
 *     the text
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "store/store.h"
#include "sys/fs.h"

enum { FACT_BYTES_MOST = 1 << 20 };

static char *fact_path(const struct store *s, const char *kind, const char *path)
{
    struct digest d;
    digest_bytes(&d, path, strlen(path));
    return xstrf("%s/facts/%s-%.16s", s->root, kind, d.hex);
}

/* Adds the first line: what must be the same for the fact to hold. */
static int add_header(struct strbuf *out, const char *path)
{
    AUTO(err) struct err ignored = ERR_INIT;
    struct file_identity id;
    if (strchr(path, '\n') || file_identity_get(&id, path, &ignored) != 1)
        return -1;
    strbuf_addf(out, "staticbuild-fact 1 %" PRIu64 " %" PRIu64 " %" PRIu64 " %" PRId64 " %" PRId64 " %s\n",
        id.device, id.inode, id.size, id.mtime_ns, id.ctime_ns, path);
    return 0;
}

char *store_fact_get(const struct store *s, const char *kind, const char *path)
{
    AUTO(strbuf) struct strbuf header = {0};
    AUTO(strbuf) struct strbuf text = {0};
    AUTO(err) struct err e = ERR_INIT;
    AUTO_FREE char *file = fact_path(s, kind, path);
    if (add_header(&header, path) < 0 || file_read(&text, file, FACT_BYTES_MOST, &e) < 0)
        return NULL;
    if (!str_starts(strbuf_str(&text), header.ptr) || strlen(text.ptr) != text.len)
        return NULL;
    return xstrndup(text.ptr + header.len, text.len - header.len);
}

void store_fact_set(const struct store *s, const char *kind, const char *path, const char *text)
{
    AUTO(strbuf) struct strbuf content = {0};
    AUTO(err) struct err ignored = ERR_INIT; /* not remembering costs time only */
    AUTO_FREE char *file = fact_path(s, kind, path);
    if (add_header(&content, path) < 0)
        return;
    strbuf_adds(&content, text);
    if (content.len <= FACT_BYTES_MOST)
        file_write(file, content.ptr, content.len, 0644, &ignored);
}

static char *recall(void *arg, const char *kind, const char *path)
{
    return store_fact_get(arg, kind, path);
}

static void keep(void *arg, const char *kind, const char *path, const char *text)
{
    store_fact_set(arg, kind, path, text);
}

struct fact_memory store_memory(struct store *s)
{
    return (struct fact_memory){recall, keep, s};
}
