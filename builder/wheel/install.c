/* Unpacks a wheel: as an installer would, for the smoke test, and as it is. */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "sys/fs.h"
#include "sys/path.h"
#include "wheel/wheel.h"

enum { MISTAKES_MAX = 20 }; /* that are told */

struct installing {
    struct wheel *w;
    const char *folder, *python;
    char *data; /* "pyzmq-27.1.0.data/" */
};

static int check_empty(const char *folder, struct err *e)
{
    AUTO(strvec) struct strvec names = {0};
    if (folder_names(&names, folder, e) < 0)
        return -1;
    if (names.len)
        return err_set(
            e, ERR_PACKAGE, "%s: is not empty; a wheel is unpacked into a folder of its own", folder);
    return 0;
}

/* What makes it unsafe to unpack; *mistakes counts them. */
static void check_members(const struct wheel *w, int *mistakes, struct err *e)
{
    static const uint32_t refused[] = {ZIP_SYMLINK, ZIP_SPECIAL, ZIP_SETUID, ZIP_ABSOLUTE, ZIP_PARENT,
        ZIP_NAME, ZIP_DUPLICATE, ZIP_LOCAL_DIFFERS, ZIP_LOCAL_MISSING, ZIP_OVERLAP, ZIP_ENCRYPTED, ZIP_METHOD,
        ZIP_SIZE, ZIP_BOMB};
    for (size_t i = 0; i < w->zip.len; i++)
        for (size_t j = 0; j < COUNT(refused); j++)
            if (w->zip.members[i].facts & refused[j] && (*mistakes)++ < MISTAKES_MAX)
                err_add(e, ERR_PACKAGE, "%s: %s: has %s", w->path, w->zip.members[i].name,
                    zip_member_fact_text(refused[j]));
}

/* The same, and what makes the result other than what the wheel says. */
static int check_wheel(const struct wheel *w, struct err *e)
{
    int mistakes = 0;
    check_members(w, &mistakes, e);
    for (size_t i = 0; i < w->problem_count && mistakes++ < MISTAKES_MAX; i++)
        err_add(e, ERR_PACKAGE, "%s: %s: %s", w->path, w->problems[i].subject, w->problems[i].message);
    return e->text ? -1 : 0;
}

/* Where a member goes below the folder; NULL with *e set for a scheme that is not known. */
static char *destination(const struct installing *in, const char *name, bool *script, struct err *e)
{
    *script = false;
    size_t len = strlen(in->data);
    if (strncmp(name, in->data, len) != 0)
        return xstrdup(name);
    const char *scheme = name + len, *slash = strchr(scheme, '/');
    size_t scheme_len = slash ? (size_t)(slash - scheme) : strlen(scheme);
    struct slice s = {scheme, scheme_len};
    const char *rest = slash ? slash + 1 : "";
    if (slice_is(s, "purelib") || slice_is(s, "platlib") || slice_is(s, "data"))
        return xstrdup(rest);
    if (slice_is(s, "headers"))
        return xstrf("include/%s/%s", in->w->name.name, rest);
    *script = slice_is(s, "scripts");
    if (*script)
        return xstrf("bin/%s", rest);
    err_set(e, ERR_PACKAGE, "%s: %s: \"%.*s\" is not one of purelib, platlib, scripts, headers, data",
        in->w->path, name, (int)(scheme_len < 100 ? scheme_len : 100), scheme);
    return NULL;
}

static int write_script(const struct installing *in, const char *path, struct slice bytes, struct err *e)
{
    static const char mark[] = "#!python";
    size_t len = sizeof mark - 1;
    if (!in->python || bytes.len < len || memcmp(bytes.ptr, mark, len) != 0)
        return file_write(path, bytes.ptr, bytes.len, 0755, e);
    AUTO(strbuf) struct strbuf text = {0};
    strbuf_addf(&text, "#!%s", in->python);
    strbuf_add(&text, bytes.ptr + len, bytes.len - len);
    return file_write(path, text.ptr, text.len, 0755, e);
}

static int install_member(
    const struct installing *in, const struct zip_member *m, struct zip_scratch *s, struct err *e)
{
    bool script;
    struct slice bytes;
    struct wheel_problem problem;
    if (m->facts & ZIP_FOLDER)
        return 0;
    AUTO_FREE char *name = destination(in, m->name, &script, e);
    if (!name)
        return -1;
    if (!path_stays_inside(name))
        return err_set(e, ERR_PACKAGE, "%s: %s: would be unpacked outside its folder", in->w->path, m->name);
    if (wheel_check_member(in->w, m, s, &bytes, &problem)) {
        err_set(e, ERR_PACKAGE, "%s: %s: %s", in->w->path, problem.subject, problem.message);
        wheel_problem_release(&problem);
        return -1;
    }
    AUTO_FREE char *path = path_join(in->folder, name);
    AUTO_FREE char *parent = path_dir(path);
    if (folder_make(parent, e) < 0)
        return -1;
    int there = path_exists(path, e);
    if (there < 0)
        return -1;
    if (there)
        return err_set(
            e, ERR_PACKAGE, "%s: %s: another member was unpacked to the same place", in->w->path, m->name);
    if (script)
        return write_script(in, path, bytes, e);
    return file_write(path, bytes.ptr, bytes.len, m->mode & 0111 ? 0755 : 0644, e);
}

int wheel_install(struct wheel *w, const char *folder, const char *python, struct err *e)
{
    if (check_empty(folder, e) < 0 || check_wheel(w, e) < 0 || folder_make(folder, e) < 0)
        return -1;
    AUTO_FREE char *data = xstrndup(w->dist_info, strlen(w->dist_info) - strlen("dist-info"));
    AUTO_FREE char *data_folder = xstrf("%sdata/", data);
    struct installing in = {w, folder, python, data_folder};
    AUTO(zip_scratch) struct zip_scratch s = {0};
    for (size_t i = 0; i < w->zip.len; i++)
        if (install_member(&in, &w->zip.members[i], &s, e) < 0)
            return -1;
    return 0;
}

static int unpack_member(const struct wheel *w, const char *folder, const struct zip_member *m,
    struct zip_scratch *s, struct err *e)
{
    struct slice bytes;
    if (m->facts & ZIP_FOLDER)
        return 0;
    if (!path_stays_inside(m->name))
        return err_set(e, ERR_PACKAGE, "%s: %s: would be unpacked outside its folder", w->path, m->name);
    AUTO_FREE char *path = path_join(folder, m->name);
    AUTO_FREE char *parent = path_dir(path);
    if (zip_read(m, w->member_bytes_max, s, &bytes, e) < 0)
        return err_wrap(e, "%s: %s", w->path, m->name);
    return folder_make(parent, e) < 0
               ? -1
               : file_write(path, bytes.ptr, bytes.len, m->mode & 0111 ? 0755 : 0644, e);
}

int wheel_take_apart(struct wheel *w, const char *folder, struct err *e)
{
    int mistakes = 0;
    if (check_empty(folder, e) < 0)
        return -1;
    check_members(w, &mistakes, e);
    if (e->text || folder_make(folder, e) < 0)
        return -1;
    AUTO(zip_scratch) struct zip_scratch s = {0};
    for (size_t i = 0; i < w->zip.len; i++)
        if (unpack_member(w, folder, &w->zip.members[i], &s, e) < 0)
            return -1;
    return 0;
}

const char *wheel_installed_path(const char *name)
{
    const char *slash = strchr(name, '/');
    if (!slash || slash - name < 5 || memcmp(slash - 5, ".data", 5) != 0)
        return name;
    if (str_starts(slash + 1, "platlib/") || str_starts(slash + 1, "purelib/"))
        return slash + 1 + strlen("platlib/");
    return name;
}
