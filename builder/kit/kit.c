/* Makes a kit, part after part, and says which facts it follows from. */
#include "kit/kit.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/arena.h"
#include "base/cleanup.h"
#include "hash/hash.h"
#include "host/host.h"
#include "sys/fs.h"
#include "sys/path.h"
#include "template/template.h"
#include "kit/internal.h"

/* To be raised when the same facts give another kit. */
#define KIT_RULES "5"

static const char *const libraries[] = {"libc.so.6", "libm.so.6", "libpthread.so.0", "libdl.so.2",
    "librt.so.1", "libutil.so.1", "libanl.so.1", "libresolv.so.2", "libmvec.so.1"};

static const struct {
    const char *name;
    bool cxx; /* only where there is a C++ compiler */
} archives[] = {
    {"libc_nonshared.a", false},
    {"libgcc.a", false},
    {"libgcc_eh.a", false},
    {"libstdc++.a", true},
};

char *kit_libatomic(const struct kit_request *r, struct err *e)
{
    AUTO_FREE char *libgcc = compiler_file(r->cc, "libgcc.a", r->memory, e);
    if (!libgcc)
        return NULL;
    AUTO_FREE char *folder = path_dir(libgcc);
    AUTO_FREE char *path = path_join(folder, "libatomic.a");
    int there = path_is_file(path, e);
    return there < 0 ? NULL : there ? steal_ptr(&path) : xstrdup("");
}

/* They stand side by side; older glibcs and other machines lack some of them. */
int kit_libraries(struct strvec *out, const struct kit_request *r, struct err *e)
{
    AUTO_FREE char *libc = compiler_file(r->cc, "libc.so.6", r->memory, e);
    if (!libc)
        return -1;
    if (!*libc) {
        AUTO_FREE char *remedy = host_remedy("gcc");
        return err_set(e, ERR_MISSING, "%s finds no libc.so.6 (%s)", r->cc, remedy);
    }
    AUTO_FREE char *folder = path_dir(libc);
    for (size_t i = 0; i < COUNT(libraries); i++) {
        AUTO_FREE char *path = path_join(folder, libraries[i]);
        int there = path_is_file(path, e);
        if (there < 0)
            return -1;
        if (there)
            strvec_push(out, path);
    }
    const char *name = r->target->arch->glibc_loader;
    AUTO_FREE char *beside = path_join(folder, name);
    int has_loader = path_is_file(beside, e);
    if (has_loader < 0)
        return -1;
    if (has_loader) {
        strvec_push(out, beside);
        return 0;
    }
    AUTO_FREE char *loader = compiler_file(r->cc, name, r->memory, e);
    if (!loader)
        return -1;
    if (!*loader)
        return err_set(e, ERR_MISSING, "%s: %s is not beside it", libc, name);
    strvec_push(out, loader);
    return 0;
}

static int add_digest(struct strbuf *out, const struct kit_request *r, const char *path, struct err *e)
{
    struct digest d;
    AUTO_FREE char *known = fact_get(r->memory, "sha256-1", path);
    if (known && digest_is_valid(known)) {
        memcpy(d.hex, known, sizeof d.hex);
    } else {
        if (digest_file(&d, path, e) < 0)
            return -1;
        fact_set(r->memory, "sha256-1", path, d.hex);
    }
    strbuf_addf(out, "%s %s\n", path_base(path), d.hex);
    return 0;
}

static int check_glibc(const struct kit_request *r, struct err *e)
{
    const struct platform *t = r->target;
    struct slice rest = slice_of(r->glibc);
    slice_cut(&rest, '.');
    if (!rest.ptr || !rest.len)
        return err_set(e, ERR_ENVIRONMENT,
            "%s compiles for another C library than glibc: %s cannot be made with it", r->cc, t->name);
    int minor = atoi(rest.ptr);
    if (minor >= t->minor)
        return 0;
    return err_set(e, ERR_ENVIRONMENT,
        "%s has glibc %s, which is older than %s (2.%d): choose an older target, or compile on a newer "
        "system",
        r->cc, r->glibc, t->name, t->minor);
}

/* What the program fills in or compiles. */
static int add_templates(struct strbuf *out, const struct kit_request *r, struct err *e)
{
    static const char *const folders[] = {"compat", "overlay", "kit"};
    struct hasher *h = hasher_new();
    int failed = 0;
    for (size_t i = 0; i < COUNT(folders) && !failed; i++) {
        AUTO_FREE char *folder = path_join(r->templates, folders[i]);
        AUTO(strvec) struct strvec files = {0};
        int there = path_is_folder(folder, e);
        failed = there < 0 || (there && tree_list(folder, NULL, NULL, &files, e) < 0);
        for (size_t k = 0; k < files.len && !failed; k++) {
            AUTO_FREE char *path = path_join(folder, files.items[k]);
            AUTO(strbuf) struct strbuf text = {0};
            failed = file_read(&text, path, 1 << 20, e) < 0;
            hasher_add(h, files.items[k], strlen(files.items[k]) + 1);
            hasher_add(h, &text.len, sizeof text.len);
            hasher_add(h, strbuf_str(&text), text.len);
        }
    }
    struct digest d;
    hasher_finish(h, &d);
    if (!failed)
        strbuf_addf(out, "templates %s\n", d.hex);
    return failed ? -1 : 0;
}

int kit_identity(struct strbuf *out, const struct kit_request *r, struct err *e)
{
    AUTO(strvec) struct strvec paths = {0};
    if (check_glibc(r, e) < 0 || kit_libraries(&paths, r, e) < 0)
        return -1;
    for (size_t i = 0; i < COUNT(archives); i++) {
        if (archives[i].cxx && !*r->cxx)
            continue;
        AUTO_FREE char *path = compiler_file(r->cc, archives[i].name, r->memory, e);
        if (!path)
            return -1;
        if (!*path) {
            AUTO_FREE char *remedy = host_remedy(archives[i].cxx ? "g++" : "gcc");
            return err_set(e, ERR_MISSING, "%s has no static %s: %s", r->cc, archives[i].name, remedy);
        }
        strvec_push(&paths, path);
    }
    AUTO_FREE char *libatomic = kit_libatomic(r, e);
    if (!libatomic)
        return -1;
    if (*libatomic)
        strvec_push(&paths, libatomic);
    strbuf_addf(out, "kit " KIT_RULES " %s\n%s\n", r->target->name, r->compiler_line);
    for (size_t i = 0; i < paths.len; i++)
        if (add_digest(out, r, paths.items[i], e) < 0)
            return -1;
    return header_facts(out, r, e) < 0 ? -1 : add_templates(out, r, e);
}

void kit_request_of(struct kit_request *out, const struct toolchain *t)
{
    *out = (struct kit_request){
        .target = &t->target.platform,
        .cc = t->real_cc,
        .cxx = t->real_cxx,
        .ar = t->ar,
        .is_clang = t->is_clang,
        .compiler_line = t->compiler_line,
        .glibc = t->glibc,
        .templates = t->templates,
    };
}

/* A kit is another one when one of these is another one, though what it makes may be the same: its programs
 * name paths. */
int kit_ask(struct toolchain *t, struct arena *a, const struct fact_memory *memory, struct err *e)
{
    if (!toolchain_needs_kit(t))
        return 0;
    struct kit_request request;
    AUTO(strbuf) struct strbuf identity = {0};
    AUTO_FREE char *templates = template_path("", e);
    if (!templates)
        return -1;
    t->templates = arena_strdup(a, templates);
    kit_request_of(&request, t);
    request.memory = memory;
    if (kit_identity(&identity, &request, e) < 0)
        return -1;
    t->kit_facts = arena_strf(a, "kit for %s\n%scc %s\ncxx %s\nar %s\n", t->target.platform.name,
        strbuf_str(&identity), t->cc, t->cxx, t->ar);
    t->identity = arena_strf(a, "%s%s", t->identity, strbuf_str(&identity));
    return 0;
}

int kit_make(const struct kit_request *r, const char *dir, struct err *e)
{
    AUTO_FREE char *lib = path_join(dir, "lib");
    AUTO_FREE char *include = path_join(dir, "include");
    AUTO_FREE char *bin = path_join(dir, "bin");
    AUTO(strvec) struct strvec paths = {0};
    if (check_glibc(r, e) < 0 || kit_libraries(&paths, r, e) < 0 || folder_make(lib, e) < 0 ||
        folder_make(include, e) < 0 || folder_make(bin, e) < 0)
        return -1;
    if (stubs_write(r->target, (const char *const *)paths.items, paths.len, lib, e) < 0 ||
        unwinder_write(r->target, lib, e) < 0 || scripts_write(r, lib, e) < 0 || compat_make(r, dir, e) < 0 ||
        overlay_write(r, include, e) < 0 || headers_hide(r, dir, e) < 0 || runtime_scan(r, dir, e) < 0 ||
        wiring_write(r, dir, e) < 0)
        return err_wrap(e, "making what %s needs", r->target->name);
    return 0;
}
