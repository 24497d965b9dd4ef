/* One folder out of many trees. Files are links, so that it costs nothing, and the linker's map names
 * archives where they are: scripts name them by their trees. */
#include "project/root.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "build/pc.h"
#include "project/cmake_names.h"
#include "sys/fs.h"
#include "sys/path.h"
#include "wrapper/config.h"

enum { PACKAGE_LIMIT = 1 << 20 };

static bool is_linked(const struct build_input *input)
{
    return input->role == INPUT_LIBRARY;
}

/* What stands there already is another library's, which comes first. */
static int link_file(const char *from, const char *to, struct err *e)
{
    AUTO_FREE char *folder = path_dir(to);
    if (folder_make(folder, e) < 0)
        return -1;
    return symlink(from, to) == 0 || errno == EEXIST ? 0 : err_errno(e, ERR_ENVIRONMENT, "%s", to);
}

static int link_all(const char *from, const char *to, struct err *e)
{
    AUTO(strvec) struct strvec files = {0};
    int there = path_is_folder(from, e);
    if (there <= 0)
        return there;
    if (tree_list(from, NULL, NULL, &files, e) < 0)
        return -1;
    for (size_t i = 0; i < files.len; i++) {
        AUTO_FREE char *file = path_join(from, files.items[i]);
        AUTO_FREE char *link = path_join(to, files.items[i]);
        if (link_file(file, link, e) < 0)
            return -1;
    }
    return 0;
}

static void add_archives(struct strvec *out, const struct build_input *input)
{
    const struct texts *archives = &input->recipe->provides.archives;
    for (size_t i = 0; i < archives->len; i++) {
        AUTO_FREE char *path = path_join(input->tree, archives->items[i]);
        if (!strvec_has(out, path))
            strvec_push(out, path);
    }
}

static void add_system(struct strvec *out, const struct build_input *input)
{
    const struct texts *names = &input->recipe->provides.system_libraries;
    for (size_t i = 0; i < names->len; i++)
        if (!strvec_has(out, names->items[i]))
            strvec_push(out, names->items[i]);
}

void root_script(struct strbuf *out, const struct root *r, size_t i, const char *archive)
{
    AUTO(strvec) struct strvec archives = {0};
    AUTO(strvec) struct strvec system = {0};
    const struct texts *own = &r->inputs[i].recipe->provides.archives;
    for (size_t k = 0; k < own->len; k++)
        if (strcmp(path_base(own->items[k]), archive) == 0)
            strvec_pushf(&archives, "%s/%s", r->inputs[i].tree, own->items[k]);
    for (size_t k = i; k < r->input_count; k++) {
        if (!is_linked(&r->inputs[k]))
            continue;
        add_archives(&archives, &r->inputs[k]);
        add_system(&system, &r->inputs[k]);
    }
    strbuf_adds(out, "GROUP (");
    for (size_t k = 0; k < archives.len; k++)
        strbuf_addf(out, " \"%s\"", archives.items[k]);
    strbuf_adds(out, " )\n");
    for (size_t k = 0; k < system.len; k++)
        strbuf_addf(out, "INPUT ( -l%s )\n", system.items[k]);
}

static int add_library(const struct root *r, size_t i, const char *lib, struct err *e)
{
    const struct provides *p = &r->inputs[i].recipe->provides;
    const struct texts *archives = &p->archives;
    AUTO_FREE char *linked = p->loaded ? path_join(r->folder, ROOT_LINKED) : xstrdup(lib);
    if (folder_make(linked, e) < 0)
        return -1;
    for (size_t k = 0; k < archives->len; k++) {
        const char *name = path_base(archives->items[k]);
        AUTO(strbuf) struct strbuf text = {0};
        AUTO_FREE char *from = path_join(r->inputs[i].tree, archives->items[k]);
        AUTO_FREE char *to = path_join(lib, name);
        AUTO_FREE char *script = xstrf("%s/%.*s.so", linked, (int)(strlen(name) - strlen(".a")), name);
        root_script(&text, r, i, name);
        if (link_file(from, to, e) < 0 || file_write(script, text.ptr, text.len, 0644, e) < 0)
            return -1;
    }
    return 0;
}

/* Files of a tree's own folder for pkg-config: what they lead to is here. */
static int join_packages(const struct root *r, const struct build_input *input, const char *below,
    const char *folder, struct err *e)
{
    AUTO(strvec) struct strvec names = {0};
    AUTO(strvec) struct strvec trees = {0};
    AUTO_FREE char *from = path_join(input->tree, below);
    AUTO_FREE char *beside = path_dir(input->tree);
    AUTO_FREE char *prefix = path_join(r->folder, "usr");
    if (folder_names(&names, from, e) < 0)
        return -1;
    for (size_t i = 0; i < r->input_count; i++)
        if (is_linked(&r->inputs[i]))
            strvec_push(&trees, r->inputs[i].tree);
    for (size_t i = 0; i < names.len; i++) {
        AUTO(strbuf) struct strbuf text = {0}, made = {0};
        AUTO_FREE char *path = path_join(from, names.items[i]);
        AUTO_FREE char *to = path_join(folder, names.items[i]);
        if (!str_ends(names.items[i], ".pc"))
            continue;
        if (file_read(&text, path, PACKAGE_LIMIT, e) < 0)
            return -1;
        pc_join(&made, (struct slice){strbuf_str(&text), text.len}, beside, &trees, prefix);
        if (file_write(to, made.ptr, made.len, 0644, e) < 0)
            return -1;
    }
    return 0;
}

/* A library without a file for pkg-config gets one, under its recipe's name. */
static int add_package(
    const struct root *r, const struct build_input *input, const char *folder, struct err *e)
{
    AUTO(strbuf) struct strbuf text = {0};
    AUTO_FREE char *path = xstrf("%s/%s.pc", folder, input->name);
    const struct provides *p = &input->recipe->provides;
    if (p->pkg_config.len)
        return join_packages(r, input, "lib/pkgconfig", folder, e) < 0
                   ? -1
                   : join_packages(r, input, "share/pkgconfig", folder, e);
    strbuf_addf(&text,
        "prefix=%s/usr\nincludedir=${prefix}/include\nlibdir=${prefix}/lib\n"
        "Name: %s\nDescription: %s\nVersion: %s\nCflags: -I${includedir}",
        r->folder, input->name, input->name, input->recipe->version);
    for (size_t i = 0; i < p->defines.len; i++)
        strbuf_addf(&text, " -D%s", p->defines.items[i]);
    strbuf_adds(&text, "\nLibs:");
    for (size_t i = 0; i < p->archives.len; i++) {
        const char *name = path_base(p->archives.items[i]);
        if (str_starts(name, "lib"))
            strbuf_addf(
                &text, " -l%.*s", (int)(strlen(name) - strlen("lib") - strlen(".a")), name + strlen("lib"));
    }
    strbuf_addc(&text, '\n');
    return file_write(path, text.ptr, text.len, 0644, e);
}

int root_make(const struct root *r, struct err *e)
{
    AUTO_FREE char *include = path_join(r->folder, "usr/include");
    AUTO_FREE char *lib = path_join(r->folder, "usr/lib");
    AUTO_FREE char *packages = path_join(lib, "pkgconfig");
    if (folder_make(include, e) < 0 || folder_make(packages, e) < 0)
        return -1;
    for (size_t i = 0; i < r->input_count; i++) {
        AUTO_FREE char *headers = path_join(r->inputs[i].tree, "include");
        if (is_linked(&r->inputs[i]) && (link_all(headers, include, e) < 0 || add_library(r, i, lib, e) < 0 ||
                                            add_package(r, &r->inputs[i], packages, e) < 0 ||
                                            cmake_names_write(lib, r->inputs[i].tree, e) < 0))
            return -1;
    }
    return 0;
}

void root_packages(struct strbuf *out, const struct root *r)
{
    strbuf_addf(out, "%s/usr/lib/pkgconfig", r->folder);
}
