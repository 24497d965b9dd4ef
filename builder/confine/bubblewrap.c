/* The words of bwrap(1), and whether it can do here what they say. */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "confine/confine.h"
#include "sched/ask.h"
#include "sys/dirs.h"
#include "sys/environment.h"
#include "sys/fs.h"
#include "sys/path.h"

#define INIT_INSIDE "/.first/init"

static void push(struct strvec *out, const char *a, const char *b, const char *c)
{
    strvec_push(out, a);
    if (b)
        strvec_push(out, b);
    if (c)
        strvec_push(out, c);
}

/* /bin is a link to usr/bin nearly everywhere, and a folder where it is not. */
static void push_top(struct strvec *out)
{
    static const char *const names[] = {"/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32"};
    for (size_t i = 0; i < COUNT(names); i++) {
        AUTO(err) struct err ignored = ERR_INIT; /* then it is not shown */
        AUTO_FREE char *target = NULL;
        if (link_read(&target, -1, names[i], names[i], &ignored) == 1)
            push(out, "--symlink", target, names[i]);
        else if (path_is_folder(names[i], &ignored) == 1)
            push(out, "--ro-bind", names[i], names[i]);
    }
}

/* Four devices instead of all that --dev makes: it costs less, and nothing was missed. */
static void push_devices(struct strvec *out)
{
    static const char *const names[] = {"/dev/null", "/dev/zero", "/dev/random", "/dev/urandom"};
    for (size_t i = 0; i < COUNT(names); i++)
        push(out, "--dev-bind", names[i], names[i]);
    push(out, "--symlink", "/proc/self/fd", "/dev/fd");
    push(out, "--symlink", "/proc/self/fd/0", "/dev/stdin");
    push(out, "--symlink", "/proc/self/fd/1", "/dev/stdout");
    push(out, "--symlink", "/proc/self/fd/2", "/dev/stderr");
    push(out, "--symlink", "/tmp", "/dev/shm");
}

static void push_view(struct strvec *out, const struct host_view *v, bool network)
{
    push(out, "--ro-bind", "/usr", "/usr");
    push(out, "--ro-bind", "/usr", VIEW_HOST "/usr");
    push_top(out);
    for (size_t i = 0; i < v->binds_count; i++)
        push(out, strcmp(v->binds[i].from, "/dev/null") == 0 ? "--dev-bind" : "--ro-bind", v->binds[i].from,
            v->binds[i].to);
    AUTO_FREE char *etc = path_join(v->folder, "etc");
    AUTO_FREE char *stub = path_join(v->folder, "stub");
    push(out, "--ro-bind", etc, "/etc");
    push(out, "--ro-bind", stub, VIEW_STUB);
    if (network) {
        push(out, "--ro-bind-try", "/etc/resolv.conf", "/etc/resolv.conf");
        push(out, "--ro-bind-try", "/etc/ssl", "/etc/ssl");
    }
}

bool confined_sees(const char *path)
{
    static const char *const folders[] = {"/usr", "/bin", "/sbin"};
    for (size_t i = 0; i < COUNT(folders); i++) {
        size_t len = strlen(folders[i]);
        if (strncmp(path, folders[i], len) == 0 && (path[len] == '/' || !path[len]))
            return true;
    }
    return false;
}

/* Outer folders first: what is bound later covers what was bound before. */
static void push_read(struct strvec *out, const struct strvec *paths)
{
    AUTO(strvec) struct strvec sorted = {0};
    for (size_t i = 0; i < paths->len; i++)
        if (!confined_sees(paths->items[i]) && !strvec_has(&sorted, paths->items[i]))
            strvec_push(&sorted, paths->items[i]);
    strvec_sort(&sorted);
    for (size_t i = 0; i < sorted.len; i++)
        push(out, "--ro-bind-try", sorted.items[i], sorted.items[i]);
}

void confined_words(struct strvec *out, const struct confinement *c, const struct confined *s)
{
    strvec_push(out, c->bwrap);
    static const char *const apart[] = {"--unshare-user", "--unshare-pid", "--unshare-ipc",
        "--die-with-parent", "--new-session", "--cap-drop", "ALL", "--as-pid-1"};
    for (size_t i = 0; i < COUNT(apart); i++)
        strvec_push(out, apart[i]);
    if (!s->network)
        strvec_push(out, "--unshare-net");
    push_view(out, &c->view, s->network);
    push(out, "--proc", "/proc", NULL);
    push_devices(out);
    push(out, "--tmpfs", "/tmp", NULL);
    if (s->read)
        push_read(out, s->read);
    push(out, "--ro-bind", c->init, INIT_INSIDE);
    if (s->work)
        push(out, "--bind", s->work, s->work);
    if (s->kept)
        push(out, "--bind", s->kept, s->kept);
    if (s->launcher)
        push(out, "--bind-try", s->launcher, s->launcher);
    push(out, "--remount-ro", "/", NULL);
}

void confined_start(struct strvec *out, const char *dir)
{
    push(out, "--chdir", dir ? dir : "/", NULL);
    push(out, "--", INIT_INSIDE, NULL);
}

static void add(struct strvec *out, const char *path)
{
    if (!strvec_has(out, path))
        strvec_push(out, path);
}

void confined_program(struct strvec *out, const char *program)
{
    AUTO_FREE char *folder = path_dir(program);
    if (program[0] != '/' || confined_sees(program))
        return;
    AUTO_FREE char *prefix = path_dir(folder);
    AUTO_FREE char *home = dirs_home();
    AUTO_FREE char *local = home ? path_join(home, ".local") : NULL;
    bool is_one_of_a_whole = strcmp(path_base(folder), "bin") == 0 && strcmp(prefix, "/") != 0;
    if (!is_one_of_a_whole || (home && strcmp(prefix, home) == 0) || strcmp(prefix, "/tmp") == 0) {
        add(out, folder);
    } else if (local && strcmp(prefix, local) == 0) {
        AUTO_FREE char *libraries = path_join(prefix, "lib");
        add(out, folder);
        add(out, libraries);
    } else {
        add(out, prefix);
    }
}

/* What is behind the words of bwrap and of the kernel. */
static const struct {
    const char *said, *remedy;
} remedies[] = {
    {"No permissions to create new namespace",
        "this machine, or the container it is, forbids namespaces to its users; see "
        "sysctl kernel.unprivileged_userns_clone and the container's seccomp profile"},
    {"ENOSPC", "the limit on namespaces is reached: see sysctl user.max_user_namespaces"},
    {"setting up uid map", "AppArmor keeps programs without a profile from it: give bwrap one, as the "
                           "bubblewrap package of newer "
                           "releases does"},
    {"Can't mount proc", "the container hides parts of /proc: it has to be started with them visible"},
};

static char *explain(const char *said)
{
    struct strbuf out = {0};
    struct slice rest = slice_trim(slice_of(said));
    struct slice line = slice_cut(&rest, '\n');
    strbuf_addf(&out, "%.*s", (int)line.len, line.len ? line.ptr : "");
    if (!line.len)
        strbuf_adds(&out, "bwrap failed without a word");
    for (size_t i = 0; i < COUNT(remedies); i++)
        if (strstr(said, remedies[i].said)) {
            strbuf_addf(&out, " (%s)", remedies[i].remedy);
            break;
        }
    return strbuf_steal(&out);
}

int confinement_works(const struct confinement *c, char **why, struct err *e)
{
    enum { PROBE_MS = 20000, PROBE_BYTES = 1 << 16 };
    AUTO(strvec) struct strvec env = {0};
    environment_clean(&env, NULL, LOCALE_C, NULL, NULL);
    AUTO(strvec) struct strvec argv = {0};
    const struct confined nothing = {0};
    confined_words(&argv, c, &nothing);
    confined_start(&argv, "/");
    strvec_push(&argv, "true");
    AUTO(question)
    struct question q = {
        .spec = {.argv = argv.items, .env = env.items, .dir = "/", .in = -1, .out = -1, .err = -1},
        .keeps_errors = true,
        .bytes_max = PROBE_BYTES,
        .timeout_ms = PROBE_MS};
    if (questions_ask(&q, 1, 1, e) < 0)
        return -1;
    if (q.end.status == 0)
        return 1;
    *why = explain(strbuf_str(&q.said));
    return 0;
}
