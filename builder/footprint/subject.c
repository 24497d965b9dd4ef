/* What is measured: the names that a wheel brings, installed aside for the interpreter that runs them. */
#include "footprint/subject.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/vec.h"
#include "python/fits.h"
#include "sched/ask.h"
#include "sys/fs.h"
#include "sys/path.h"
#include "wheel/wheel.h"

enum { COMPILE_MS = 300000 };

/* What stands before the first slash or dot: the name that a member of the root is imported by. */
static struct slice top_of(const char *member)
{
    return (struct slice){member, strcspn(member, "/.")};
}

static bool is_extension(const char *member)
{
    return str_ends(member, ".so");
}

static bool is_identifier(struct slice s)
{
    for (size_t i = 0; i < s.len; i++)
        if (!strchr("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789", s.ptr[i]))
            return (unsigned char)s.ptr[i] >= 0x80;
    return s.len && !(s.ptr[0] >= '0' && s.ptr[0] <= '9');
}

/* "zmq/__init__.py", "one.py", "one.abi3.so" */
static bool is_importable(const char *member, struct slice top)
{
    const char *rest = member + top.len;
    return is_identifier(top) && (strcmp(rest, "/__init__.py") == 0 || strcmp(rest, ".py") == 0 ||
                                     (*rest == '.' && !strchr(rest, '/') && is_extension(rest)));
}

static bool has_extension(const char *const *members, size_t count, struct slice top)
{
    for (size_t i = 0; i < count; i++)
        if (is_extension(members[i]) && slice_eq(top_of(members[i]), top))
            return true;
    return false;
}

void subject_names(struct strvec *out, const char *const *members, size_t count)
{
    for (int any = 0; any < 2 && !out->len; any++)
        for (size_t i = 0; i < count; i++) {
            struct slice top = top_of(members[i]);
            AUTO_FREE char *name = xstrndup(top.ptr, top.len);
            if (is_importable(members[i], top) && (any || has_extension(members, count, top)) &&
                !strvec_has(out, name))
                strvec_push(out, name);
        }
    strvec_sort(out);
}

static void read_names(struct subject *s, const struct wheel *w)
{
    const char **members = xcalloc(w->zip.len + 1, sizeof *members);
    for (size_t i = 0; i < w->zip.len; i++)
        members[i] = w->zip.members[i].name;
    subject_names(&s->names, members, w->zip.len);
    free(members);
}

/* Compiles as pip does: else every import would compile, and that would be measured. What does not compile is
 * not imported either, or fails then. */
static int compile_all(const char *site, const struct interpreter *python, struct err *e)
{
    const char *words[] = {python->path, "-I", "-m", "compileall", "-q", site};
    AUTO(strvec) struct strvec argv = {0};
    for (size_t i = 0; i < COUNT(words); i++)
        strvec_push(&argv, words[i]);
    struct process_spec spec = {.argv = argv.items, .dir = "/", .in = -1, .out = -1, .err = -1};
    struct process_end end;
    return process_run(&spec, NULL, 1 << 20, COMPILE_MS, &end, e);
}

/* A file that was just written is dirty until it is on the disk, and its pages would count as such. */
static void write_back(const char *site)
{
    AUTO(err) struct err ignored = ERR_INIT;
    AUTO_CLOSE int fd = file_open(site, O_RDONLY | O_DIRECTORY, 0, &ignored);
    if (fd >= 0)
        syncfs(fd);
}

static int open_wheel(struct subject *s, struct arena *a, const char *path, const struct interpreter *python,
    const char *scratch, struct err *e)
{
    AUTO(wheel) struct wheel w = {0};
    if (wheel_open(&w, path, 0, e) < 0)
        return -1;
    if (w.named && !wheel_file_fits(path, python))
        return err_set(e, ERR_USAGE, "%s: is not for %s, which is %s; name another interpreter with --python",
            path, python->path, python->python_tag);
    if (!s->names.len)
        read_names(s, &w);
    AUTO_FREE char *site = folder_make_temporary(scratch, "site-", e);
    if (!site || wheel_install(&w, site, NULL, e) < 0 || compile_all(site, python, e) < 0)
        return -1;
    write_back(site);
    s->site = arena_strdup(a, site);
    return 0;
}

int subject_open(struct subject *s, struct arena *a, const char *what, const struct strvec *names,
    const struct interpreter *python, const char *scratch, struct err *e)
{
    int status = 0;
    *s = (struct subject){.label = arena_strdup(a, what)};
    strvec_push_all(&s->names, names);
    if (str_ends(what, ".whl")) {
        s->label = arena_strdup(a, path_base(what));
        status = open_wheel(s, a, what, python, scratch, e);
    } else if (strcmp(what, "installed") != 0) {
        AUTO_FREE char *absolute = path_absolute(what);
        int is_folder = path_is_folder(absolute, e);
        if (is_folder < 0)
            status = -1;
        else if (is_folder)
            s->site = arena_strdup(a, absolute);
        else
            status = err_set(
                e, ERR_USAGE, "%s: is neither a wheel (.whl), a folder, nor the word \"installed\"", what);
    }
    if (status == 0 && !s->names.len)
        status = err_set(e, ERR_USAGE, "%s: name what to import with --import NAME", what);
    if (status < 0)
        subject_release(s);
    return status;
}

void subject_release(struct subject *s)
{
    strvec_release(&s->names);
}
