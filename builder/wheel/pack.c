/* Packs a wheel so that the same content always gives the same bytes. */
#include "wheel/pack.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "hash/hash.h"
#include "sys/fs.h"
#include "sys/path.h"
#include "wheel/dist_info.h"
#include "zip/writer.h"

/* A wheel being written. */
struct packing {
    const struct wheel_request *r;
    struct wheel_name name;
    char *stem;      /* "pyzmq-27.1.0" */
    char *dist_info; /* "pyzmq-27.1.0.dist-info" */
    struct zip_writer *zip;
    struct strbuf record;
};

static void packing_release(struct packing *p)
{
    wheel_name_release(&p->name);
    free(p->stem);
    free(p->dist_info);
    zip_writer_free(p->zip);
    strbuf_release(&p->record);
}

static int name_it(struct packing *p, struct err *e)
{
    const struct wheel_request *r = p->r;
    p->stem = dist_info_stem(r->metadata, e);
    if (!p->stem)
        return -1;
    p->dist_info = xstrf("%s.dist-info", p->stem);
    const char *dash = strchr(p->stem, '-');
    p->name.name = xstrndup(p->stem, (size_t)(dash - p->stem));
    p->name.version = xstrdup(dash + 1);
    p->name.build = xstrdup(r->build_tag ? r->build_tag : "");
    tag_set_add(&p->name.python, r->python_tag);
    tag_set_add(&p->name.abi, r->abi_tag);
    tag_set_add(&p->name.platform, r->platform_tags);
    /* What is written must be what is read back. */
    AUTO_FREE char *file = wheel_name_format(&p->name);
    struct wheel_name again = {0};
    int got = wheel_name_parse(&again, file, e);
    wheel_name_release(&again);
    return got;
}

static int add_bytes(
    struct packing *p, const char *to, bool executable, const void *bytes, size_t len, struct err *e)
{
    struct digest digest;
    digest_bytes(&digest, bytes, len);
    record_line(&p->record, to, &digest, len);
    return zip_writer_add(p->zip, to, executable, bytes, len, e);
}

static int add_file(struct packing *p, const char *to, bool executable, const char *from, struct err *e)
{
    struct mapping m = {0};
    if (mapping_open(&m, from, e) < 0)
        return -1;
    int got = add_bytes(p, to, executable, m.bytes, m.size, e);
    mapping_release(&m);
    return got;
}

static int by_place(const void *a, const void *b)
{
    return strcmp(((const struct wheel_file *)a)->to, ((const struct wheel_file *)b)->to);
}

static int add_content(struct packing *p, struct err *e)
{
    const struct wheel_files *files = p->r->files;
    struct wheel_file *sorted = xcalloc(files->len, sizeof *sorted);
    if (files->len) {
        memcpy(sorted, files->items, files->len * sizeof *sorted);
        qsort(sorted, files->len, sizeof *sorted, by_place);
    }
    int got = 0;
    AUTO_FREE char *own = xstrf("%s/", p->dist_info);
    for (size_t i = 0; i < files->len && got == 0; i++)
        got = str_starts(sorted[i].to, own)
                  ? err_set(e, ERR_PACKAGE, "%s: would lie in the wheel's own %s; leave it out",
                        sorted[i].from, own)
                  : add_file(p, sorted[i].to, sorted[i].executable, sorted[i].from, e);
    free(sorted);
    return got;
}

/* A member of dist-info: from a file, or a text. */
struct info {
    char *to; /* below dist-info */
    char *from;
    struct strbuf text;
};

struct infos {
    struct info *items;
    size_t len;
};

static void infos_release(struct infos *v)
{
    for (size_t i = 0; i < v->len; i++) {
        free(v->items[i].to);
        free(v->items[i].from);
        strbuf_release(&v->items[i].text);
    }
    free(v->items);
}

static struct info *add_info(struct infos *v, char *to, char *from)
{
    v->items = xrealloc(v->items, v->len + 1, sizeof *v->items);
    v->items[v->len] = (struct info){.to = to, .from = from};
    return &v->items[v->len++];
}

static int by_info(const void *a, const void *b)
{
    return strcmp(((const struct info *)a)->to, ((const struct info *)b)->to);
}

/* The distribution's own texts keep their path; those of what is inside lie in a folder of its name, those of
 * the compiler's libraries in one for all of them. */
static int gather_licenses(
    const struct wheel_request *r, struct infos *v, struct strvec *names, struct err *e)
{
    for (size_t i = 0; i < r->metadata->license_files.len; i++) {
        const char *name = r->metadata->license_files.items[i];
        strvec_push(names, name);
        add_info(v, xstrf("licenses/%s", name), path_join(r->src, name));
    }
    for (size_t i = 0; i < r->component_count; i++) {
        const struct component *c = &r->components[i];
        for (size_t j = 0; c->license_folder && j < c->license_files.len; j++) {
            const char *name = c->license_files.items[j];
            AUTO_FREE char *shown = c->crate
                                        ? xstrf("crates/%s-%s/%s", c->name, c->version, name)
                                        : xstrf("%s/%s", c->runtime ? "compiler-runtime" : c->name, name);
            if (!path_stays_inside(name))
                return err_set(e, ERR_PACKAGE, "%s: a licence text must lie below its source", shown);
            if (strvec_has(names, shown))
                continue;
            strvec_push(names, shown);
            add_info(v, xstrf("licenses/%s", shown), path_join(c->license_folder, name));
        }
    }
    strvec_sort(names);
    return 0;
}

static int gather_info(struct packing *p, struct infos *v, struct err *e)
{
    const struct wheel_request *r = p->r;
    AUTO(strvec) struct strvec license_files = {0};
    if (gather_licenses(r, v, &license_files, e) < 0)
        return -1;
    for (size_t i = 0; i < r->metadata->sboms.len; i++) {
        const char *name = r->metadata->sboms.items[i];
        if (strcmp(path_base(name), "staticbuild.cdx.json") != 0)
            add_info(v, xstrf("sboms/%s", path_base(name)), path_join(r->src, name));
    }
    for (size_t i = 0; r->info && i < r->info->len; i++)
        add_info(v, xstrdup(r->info->items[i].to), xstrdup(r->info->items[i].from));
    if (r->sbom)
        strbuf_add(&add_info(v, xstrdup("sboms/staticbuild.cdx.json"), NULL)->text, r->sbom, r->sbom_len);
    if (r->metadata->entry_point_count)
        dist_info_entry_points(&add_info(v, xstrdup("entry_points.txt"), NULL)->text, r->metadata);
    dist_info_wheel(&add_info(v, xstrdup("WHEEL"), NULL)->text, &p->name);
    return dist_info_metadata(&add_info(v, xstrdup("METADATA"), NULL)->text, r, &license_files, e);
}

static int add_dist_info(struct packing *p, struct err *e)
{
    __attribute__((cleanup(infos_release))) struct infos v = {0};
    if (gather_info(p, &v, e) < 0)
        return -1;
    qsort(v.items, v.len, sizeof *v.items, by_info);
    for (size_t i = 0; i < v.len; i++) {
        const struct info *one = &v.items[i];
        AUTO_FREE char *to = xstrf("%s/%s", p->dist_info, one->to);
        int got = one->from ? add_file(p, to, false, one->from, e)
                            : add_bytes(p, to, false, strbuf_str(&one->text), one->text.len, e);
        if (got < 0)
            return -1;
    }
    AUTO_FREE char *record = xstrf("%s/RECORD", p->dist_info);
    record_line(&p->record, record, NULL, 0);
    return zip_writer_add(p->zip, record, false, strbuf_str(&p->record), p->record.len, e);
}

static char *pack(struct packing *p, struct err *e)
{
    if (name_it(p, e) < 0)
        return NULL;
    AUTO_FREE char *file = wheel_name_format(&p->name);
    AUTO_FREE char *path = path_join(p->r->folder, file);
    AUTO_FREE char *aside = xstrf("%s/.%s.XXXXXX", p->r->folder, file);
    AUTO_CLOSE int fd = mkostemp(aside, O_CLOEXEC);
    if (fd < 0) {
        err_errno(e, ERR_PACKAGE, "%s: cannot be written", path);
        return NULL;
    }
    p->zip = zip_writer_new(fd, path, p->r->source_date_epoch, ZIP_LEVEL_DEFAULT);
    if (add_content(p, e) < 0 || add_dist_info(p, e) < 0 || zip_writer_finish(p->zip, e) < 0) {
        unlink(aside);
        return NULL;
    }
    if (fchmod(fd, 0644) < 0 || rename(aside, path) < 0) {
        err_errno(e, ERR_PACKAGE, "%s: cannot be written", path);
        unlink(aside);
        return NULL;
    }
    return steal_ptr(&path);
}

char *wheel_pack(const struct wheel_request *r, struct err *e)
{
    struct packing p = {.r = r};
    char *path = pack(&p, e);
    packing_release(&p);
    return path;
}
