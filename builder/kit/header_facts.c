/* The machine's headers are a fact of the kit: the C library's package of headers changes alone. What decides
 * is their text; it is read anew only when a size, a time or an inode is another one. */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "hash/hash.h"
#include "sys/fs.h"
#include "sys/path.h"
#include "kit/hiding.h"
#include "kit/internal.h"

/* Headers that public ones include are in here: packages replace them, which changes the folder. */
static const char *const inner_folders[] = {"bits", "bits/types", "gnu"};

enum { HEADER_BYTES = 1 << 24 };

/* What the compiler said, as long as it is the same compiler. */
static int find_folders(struct strvec *dirs, const struct kit_request *r, struct err *e)
{
    AUTO_FREE char *known = fact_get(r->memory, "header-folders-1", r->cc);
    if (!known) {
        if (kit_header_folders(dirs, r, false, e) < 0)
            return -1;
        AUTO(strbuf) struct strbuf text = {0};
        for (size_t i = 0; i < dirs->len; i++)
            strbuf_addf(&text, "%s\n", dirs->items[i]);
        fact_set(r->memory, "header-folders-1", r->cc, strbuf_str(&text));
        return 0;
    }
    for (struct slice rest = slice_of(known); rest.ptr && rest.len;) {
        struct slice dir = slice_cut(&rest, '\n');
        if (dir.len)
            strvec_pushn(dirs, dir.ptr, dir.len);
    }
    return 0;
}

static int add_stamp(struct strbuf *stamps, const char *path, struct err *e)
{
    struct file_identity id;
    int there = file_identity_get(&id, path, e);
    if (there > 0)
        strbuf_addf(stamps, "%s %ju %ju %jd %jd\n", path, (uintmax_t)id.inode, (uintmax_t)id.size,
            (intmax_t)id.mtime_ns, (intmax_t)id.ctime_ns);
    return there < 0 ? -1 : 0;
}

static int has(const char *dir, const char *name, struct err *e)
{
    AUTO_FREE char *path = path_join(dir, name);
    return path_exists(path, e);
}

static int add_stamps(
    struct strbuf *stamps, const char *dir, const char *const *names, size_t count, struct err *e)
{
    for (size_t i = 0; i < count; i++) {
        AUTO_FREE char *path = path_join(dir, names[i]);
        if (add_stamp(stamps, path, e) < 0)
            return -1;
    }
    return 0;
}

/* Most of the folders have no header of the C library: they are looked at from outside. */
static int add_folder(struct strbuf *stamps, const char *dir, struct err *e)
{
    size_t count = 0;
    int own = has(dir, "features.h", e), inner = own < 0 ? -1 : has(dir, "bits", e);
    if (inner < 0)
        return -1;
    if (!own && !inner)
        return add_stamp(stamps, dir, e);
    while (public_headers[count])
        count++;
    return add_stamps(stamps, dir, public_headers, count, e) < 0
               ? -1
               : add_stamps(stamps, dir, inner_folders, COUNT(inner_folders), e);
}

/* Adds the headers of a folder, each once. */
static int list_folder(struct strvec *files, const char *dir, struct err *e)
{
    for (size_t i = 0; public_headers[i]; i++)
        strvec_pushf(files, "%s/%s", dir, public_headers[i]);
    for (size_t i = 0; i < COUNT(inner_folders); i++) {
        AUTO_FREE char *path = path_join(dir, inner_folders[i]);
        AUTO(strvec) struct strvec names = {0};
        if (strchr(inner_folders[i], '/')) /* in the one before */
            continue;
        int there = path_is_folder(path, e);
        if (there < 0)
            return -1;
        if (!there)
            continue;
        if (tree_list(path, NULL, NULL, &names, e) < 0)
            return -1;
        for (size_t k = 0; k < names.len; k++)
            strvec_pushf(files, "%s/%s", path, names.items[k]);
    }
    return 0;
}

static int digest_texts(struct digest *d, const struct strvec *files, struct err *e)
{
    struct hasher *h = hasher_new();
    int failed = 0;
    for (size_t i = 0; i < files->len && !failed; i++) {
        AUTO(strbuf) struct strbuf text = {0};
        int there = path_is_file(files->items[i], e);
        failed = there < 0;
        if (there <= 0)
            continue;
        failed = file_read(&text, files->items[i], HEADER_BYTES, e) < 0;
        hasher_add(h, path_base(files->items[i]), strlen(path_base(files->items[i])) + 1);
        hasher_add(h, &text.len, sizeof text.len);
        hasher_add(h, strbuf_str(&text), text.len);
    }
    hasher_finish(h, d);
    return failed ? -1 : 0;
}

static int digest_headers(struct digest *d, const struct kit_request *r, struct err *e)
{
    AUTO(strvec) struct strvec dirs = {0};
    AUTO(strvec) struct strvec files = {0};
    AUTO(strbuf) struct strbuf stamps = {0};
    if (find_folders(&dirs, r, e) < 0)
        return -1;
    for (size_t i = 0; i < dirs.len; i++)
        if (add_folder(&stamps, dirs.items[i], e) < 0)
            return -1;
    digest_bytes(d, strbuf_str(&stamps), stamps.len);
    AUTO_FREE char *kind = xstrf("headers-1-%.16s", d->hex);
    AUTO_FREE char *known = fact_get(r->memory, kind, r->cc);
    if (known && digest_is_valid(known)) {
        memcpy(d->hex, known, sizeof d->hex);
        return 0;
    }
    for (size_t i = 0; i < dirs.len; i++)
        if (list_folder(&files, dirs.items[i], e) < 0)
            return -1;
    if (digest_texts(d, &files, e) < 0)
        return -1;
    fact_set(r->memory, kind, r->cc, d->hex);
    return 0;
}

int header_facts(struct strbuf *out, const struct kit_request *r, struct err *e)
{
    struct digest d;
    if (digest_headers(&d, r, e) < 0)
        return -1;
    strbuf_addf(out, "headers %s\n", d.hex);
    return 0;
}
