/* Makes a view: which folders are replaced, and what is seen of each. */
#include "confine/view.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "confine/internal.h"
#include "sys/fs.h"
#include "sys/path.h"

/* With fewer entries to hide than this, each is covered by itself and nothing else of the folder moves. */
enum { COVERED_MAX = 8 };

static const char *const header_roots[] = {"/usr/include", "/usr/local/include", NULL};

struct view_making {
    const char *folder; /* the view's */
    struct strbuf binds;
    unsigned count;     /* of replaced folders */
    struct strvec kept; /* files of library folders that stay */
    const struct view_request *request;
    struct compiler_reads *reads; /* by compiler */
    struct err *e;
};

void view_request_release(struct view_request *r)
{
    strvec_release(&r->compilers);
    strvec_release(&r->interpreted);
}

/* A new folder of the view that stands for this one. The caller frees its path. */
static char *replace(struct view_making *m, const char *folder)
{
    AUTO_FREE char *path = xstrf("%s/%u", m->folder, m->count);
    if (folder_make(path, m->e) < 0)
        return NULL;
    strbuf_addf(&m->binds, "%u\t%s\n", m->count++, folder);
    return steal_ptr(&path);
}

static int link_to_host(struct view_making *m, const char *link, const char *path)
{
    AUTO_FREE char *target = xstrf(VIEW_HOST "%s", path);
    if (symlink(target, link) < 0 && errno != EEXIST)
        return err_errno(m->e, ERR_ENVIRONMENT, "%s: cannot be made", link);
    return 0;
}

/* Makes the link at stands/RELATIVE and the folders above it, unless one of them is seen as a whole already.
 */
static int link_below(struct view_making *m, const char *stands, const char *relative, const char *path)
{
    AUTO_FREE char *link = path_join(stands, relative);
    size_t from = strlen(stands) + 1;
    for (char *slash = strchr(link + from, '/'); slash; slash = strchr(slash + 1, '/')) {
        struct stat st;
        *slash = '\0';
        int there = path_look(&st, link, false, m->e);
        if (there < 0 || (!there && folder_make(link, m->e) < 0))
            return -1;
        *slash = '/';
        if (there && S_ISLNK(st.st_mode))
            return 0;
    }
    return link_to_host(m, link, path);
}

/* A folder of headers, when it is there, as a whole. */
static int show_folder(struct view_making *m, const char *root, const char *stands, const char *folder)
{
    int there = path_below(folder, root) ? path_is_folder(folder, m->e) : 0;
    return there == 1 ? link_below(m, stands, folder + strlen(root) + 1, folder) : there;
}

static int show_whole_folders(struct view_making *m, const char *root, const char *stands)
{
    const struct strvec *own = &m->reads[0].include;
    for (size_t i = 0; i < own->len; i++) {
        const char *top = own->items[i];
        if ((strcmp(top, root) != 0 && !path_below(top, root)) || strstr(top, "/c++"))
            continue;
        for (const char *const *name = whole_header_folders; *name; name++) {
            AUTO_FREE char *folder = path_join(top, *name);
            if (show_folder(m, root, stands, folder) < 0)
                return -1;
        }
        /* An interpreter's, also where the part for one architecture is. */
        for (size_t k = 0; k < m->request->interpreted.len; k++) {
            AUTO_FREE char *folder = path_join(top, path_base(m->request->interpreted.items[k]));
            if (show_folder(m, root, stands, folder) < 0)
                return -1;
        }
    }
    for (size_t k = 0; k < m->request->interpreted.len; k++)
        if (show_folder(m, root, stands, m->request->interpreted.items[k]) < 0)
            return -1;
    /* Where another compiler looks and this machine's own does not: musl's headers, another architecture's.
     */
    for (size_t c = 1; c < m->request->compilers.len; c++)
        for (size_t i = 0; i < m->reads[c].include.len; i++) {
            const char *folder = m->reads[c].include.items[i];
            if (!strvec_has(own, folder) && show_folder(m, root, stands, folder) < 0)
                return -1;
        }
    return 0;
}

static int show_headers(struct view_making *m, const char *root, const struct strvec *headers)
{
    int there = path_is_folder(root, m->e);
    if (there != 1)
        return there;
    AUTO_FREE char *stands = replace(m, root);
    if (!stands || show_whole_folders(m, root, stands) < 0)
        return -1;
    for (size_t i = 0; i < headers->len; i++) {
        const char *path = headers->items[i];
        if (path_below(path, root) && link_below(m, stands, path + strlen(root) + 1, path) < 0)
            return -1;
    }
    return 0;
}

/* The entries of a library folder by what becomes of them. */
struct library_folder {
    struct view_making *m;
    const char *path;
    struct strvec hidden_files, hidden_folders, links, mounts;
    bool failed;
};

/* Programs that find their other files from where they really stand must not be reached by a link: a compiler
 * would look into the machine's own headers. */
static bool stands_alone(const struct library_folder *l, const char *path)
{
    for (size_t i = 0; i < l->m->request->compilers.len; i++) {
        const char *own = l->m->reads[i].own;
        if (path_below(own, path) || strcmp(own, path) == 0)
            return true;
        for (size_t k = 0; k < l->m->reads[i].libraries.len; k++) {
            const char *other = l->m->reads[i].libraries.items[k];
            if (strcmp(other, path) == 0 || path_below(other, path))
                return true;
        }
    }
    AUTO_FREE char *programs = path_join(path, "bin");
    AUTO(err) struct err ignored = ERR_INIT;
    return path_is_folder(programs, &ignored) == 1;
}

static void sort_entry(void *arg, const char *name, unsigned char type)
{
    struct library_folder *l = arg;
    AUTO_FREE char *path = path_join(l->path, name);
    if (l->failed || strvec_has(&l->m->kept, path)) {
        strvec_push(&l->links, name);
        return;
    }
    int hidden = is_development_file(l->path, name, type, l->m->e);
    l->failed |= hidden < 0;
    if (hidden)
        strvec_push(type == DT_DIR ? &l->hidden_folders : &l->hidden_files, name);
    else
        strvec_push(type == DT_DIR && stands_alone(l, path) ? &l->mounts : &l->links, name);
}

static int cover(struct library_folder *l)
{
    for (size_t i = 0; i < l->hidden_folders.len; i++)
        strbuf_addf(&l->m->binds, "empty\t%s/%s\n", l->path, l->hidden_folders.items[i]);
    for (size_t i = 0; i < l->hidden_files.len; i++)
        strbuf_addf(&l->m->binds, "/dev/null\t%s/%s\n", l->path, l->hidden_files.items[i]);
    return 0;
}

static int replace_folder(struct library_folder *l)
{
    AUTO_FREE char *stands = replace(l->m, l->path);
    if (!stands)
        return -1;
    for (size_t i = 0; i < l->links.len; i++) {
        AUTO_FREE char *link = path_join(stands, l->links.items[i]);
        AUTO_FREE char *path = path_join(l->path, l->links.items[i]);
        if (link_to_host(l->m, link, path) < 0)
            return -1;
    }
    for (size_t i = 0; i < l->mounts.len; i++) {
        AUTO_FREE char *point = path_join(stands, l->mounts.items[i]);
        if (folder_make(point, l->m->e) < 0)
            return -1;
        strbuf_addf(&l->m->binds, "%s/%s\t%s/%s\n", l->path, l->mounts.items[i], l->path, l->mounts.items[i]);
    }
    return 0;
}

static void library_folder_release(struct library_folder *l)
{
    strvec_release(&l->hidden_files);
    strvec_release(&l->hidden_folders);
    strvec_release(&l->links);
    strvec_release(&l->mounts);
}

static int show_library_folder(struct view_making *m, const char *path)
{
    AUTO(library_folder) struct library_folder l = {.m = m, .path = path};
    if (folder_each(path, sort_entry, &l, m->e) < 0 || l.failed)
        return -1;
    size_t hidden = l.hidden_files.len + l.hidden_folders.len;
    if (!hidden)
        return 0;
    return hidden > COVERED_MAX ? replace_folder(&l) : cover(&l);
}

/* Outer folders first: what is bound later is seen. Only below /usr; nothing else of the machine is there. */
static int show_libraries(struct view_making *m)
{
    AUTO(strvec) struct strvec folders = {0};
    for (size_t i = 0; i < m->request->compilers.len; i++) {
        if (library_files_kept(&m->kept, &m->reads[i], m->e) < 0)
            return -1;
        for (size_t k = 0; k < m->reads[i].libraries.len; k++)
            if (path_below(m->reads[i].libraries.items[k], "/usr") &&
                !strvec_has(&folders, m->reads[i].libraries.items[k]))
                strvec_push(&folders, m->reads[i].libraries.items[k]);
    }
    strvec_sort(&folders);
    for (size_t i = 0; i < folders.len; i++)
        if (show_library_folder(m, folders.items[i]) < 0)
            return -1;
    static const char *const data = "/usr/share/pkgconfig";
    int there = path_is_folder(data, m->e);
    if (there == 1)
        strbuf_addf(&m->binds, "empty\t%s\n", data);
    return there < 0 ? -1 : 0;
}

/* What programs read there. A user's name and home are nobody's. */
static int copy_etc(struct view_making *m)
{
    static const char *const names[] = {"alternatives", "ld.so.cache", "ld.so.conf", "ld.so.conf.d",
        "nsswitch.conf", "perl", "localtime", "mime.types", "services", "protocols"};
    AUTO_FREE char *etc = path_join(m->folder, "etc");
    AUTO_FREE char *users = xstrf("build:x:%ld:%ld::/tmp:/bin/sh\n", (long)getuid(), (long)getgid());
    AUTO_FREE char *groups = xstrf("build:x:%ld:\n", (long)getgid());
    AUTO_FREE char *passwd = path_join(etc, "passwd");
    AUTO_FREE char *group = path_join(etc, "group");
    AUTO_FREE char *hosts = path_join(etc, "hosts");
    AUTO_FREE char *resolver = path_join(etc, "resolv.conf"); /* where a network is given, these are bound */
    AUTO_FREE char *certificates = path_join(etc, "ssl");
    static const char loopback[] = "127.0.0.1 localhost\n::1 localhost\n";
    if (folder_make(etc, m->e) < 0 || file_write(passwd, users, strlen(users), 0644, m->e) < 0 ||
        file_write(group, groups, strlen(groups), 0644, m->e) < 0 ||
        file_write(hosts, loopback, strlen(loopback), 0644, m->e) < 0 ||
        file_write(resolver, "", 0, 0644, m->e) < 0 || folder_make(certificates, m->e) < 0)
        return -1;
    AUTO(strvec) struct strvec all = {0};
    for (size_t i = 0; i < COUNT(names); i++)
        strvec_push(&all, names[i]);
    AUTO(strvec) struct strvec there = {0};
    if (folder_names(&there, "/etc", m->e) < 0)
        return -1;
    for (size_t i = 0; i < there.len; i++)
        if (str_starts(there.items[i], "python3"))
            strvec_push(&all, there.items[i]);
    for (size_t i = 0; i < all.len; i++) {
        AUTO_FREE char *from = path_join("/etc", all.items[i]);
        AUTO_FREE char *to = path_join(etc, all.items[i]);
        AUTO(err) struct err unreadable = ERR_INIT; /* then a build cannot read it either */
        if (path_is_folder(from, &unreadable) == 1)
            tree_copy(from, to, &unreadable);
        else if (path_is_file(from, &unreadable) == 1)
            file_copy(from, to, &unreadable);
    }
    return 0;
}

/* A program that tells of a library that no recipe declared: it would be found where no folder hides it. */
static int write_stubs(struct view_making *m)
{
    static const char text[] =
        "#!/bin/sh\n"
        "echo \"${0##*/}: hidden: a program of this machine that no recipe declared\" >&2\n"
        "exit 127\n";
    AUTO_FREE char *stub = path_join(m->folder, "stub");
    AUTO_FREE char *program = path_join(stub, ".hidden");
    AUTO(strvec) struct strvec names = {0};
    if (folder_make(stub, m->e) < 0 || file_write(program, text, strlen(text), 0755, m->e) < 0 ||
        folder_names(&names, "/usr/bin", m->e) < 0)
        return -1;
    for (size_t i = 0; i < names.len; i++) {
        const char *name = names.items[i];
        if (!str_ends(name, "-config") && strcmp(name, "pg_config") != 0 &&
            strcmp(name, "mysql_config") != 0 && strcmp(name, "mariadb_config") != 0)
            continue;
        if (strcmp(name, "apt-config") == 0 || str_ends(name, "pkg-config") || str_starts(name, "python") ||
            strstr(name, "-python3"))
            continue;
        AUTO_FREE char *link = path_join(stub, name);
        if (symlink(".hidden", link) < 0 && errno != EEXIST)
            return err_errno(m->e, ERR_ENVIRONMENT, "%s: cannot be made", link);
    }
    return 0;
}

static int ask_all(struct view_making *m)
{
    const struct view_request *r = m->request;
    m->reads = xcalloc(r->compilers.len, sizeof *m->reads);
    for (size_t i = 0; i < r->compilers.len; i++)
        if (compiler_reads(&m->reads[i], r->compilers.items[i], r->memory, m->e) < 0)
            return -1;
    return 0;
}

static void view_making_release(struct view_making *m)
{
    for (size_t i = 0; m->reads && i < m->request->compilers.len; i++)
        compiler_reads_release(&m->reads[i]);
    free(m->reads);
    strvec_release(&m->kept);
    strbuf_release(&m->binds);
}

int view_make(const char *folder, const struct view_request *r, struct err *e)
{
    AUTO(view_making) struct view_making m = {.folder = folder, .request = r, .e = e};
    AUTO(strvec) struct strvec headers = {0};
    AUTO_FREE char *empty = path_join(folder, "empty");
    AUTO_FREE char *binds = path_join(folder, "binds");
    if (ask_all(&m) < 0 || compiler_headers(&headers, r->compilers.items[0], &m.reads[0], e) < 0 ||
        folder_make(empty, e) < 0)
        return -1;
    for (const char *const *root = header_roots; *root; root++)
        if (show_headers(&m, *root, &headers) < 0)
            return -1;
    if (show_libraries(&m) < 0 || copy_etc(&m) < 0 || write_stubs(&m) < 0)
        return -1;
    return file_write(binds, strbuf_str(&m.binds), m.binds.len, 0644, e);
}

/* A folder that is gone and one that is another are both told from what was. */
static int add_state(struct strbuf *out, const char *path, struct err *e)
{
    struct file_identity id;
    int there = file_identity_get(&id, path, e);
    if (there < 0)
        return -1;
    if (there)
        strbuf_addf(out, "%s %llu %lld\n", path, (unsigned long long)id.inode, (long long)id.mtime_ns);
    else
        strbuf_addf(out, "%s -\n", path);
    return 0;
}

int view_facts(struct strbuf *out, const struct view_request *r, struct err *e)
{
    static const char *const others[] = {
        "/etc/ld.so.cache", "/etc/alternatives", "/usr/bin", "/usr/share/pkgconfig"};
    struct view_making m = {.request = r, .e = e};
    strbuf_addf(out, "view 1\nuser %ld %ld\n", (long)getuid(), (long)getgid());
    int failed = ask_all(&m);
    for (size_t i = 0; !failed && i < r->compilers.len; i++) {
        failed = add_state(out, r->compilers.items[i], e);
        for (size_t k = 0; !failed && k < m.reads[i].include.len; k++)
            failed = add_state(out, m.reads[i].include.items[k], e);
        for (size_t k = 0; !failed && k < m.reads[i].libraries.len; k++)
            failed = add_state(out, m.reads[i].libraries.items[k], e);
    }
    for (size_t i = 0; !failed && i < r->interpreted.len; i++)
        failed = add_state(out, r->interpreted.items[i], e);
    for (size_t i = 0; !failed && i < COUNT(others); i++)
        failed = add_state(out, others[i], e);
    view_making_release(&m);
    return failed;
}

int view_open(struct host_view *v, struct arena *a, const char *folder, struct err *e)
{
    AUTO_FREE char *path = path_join(folder, "binds");
    AUTO(strbuf) struct strbuf text = {0};
    if (file_read(&text, path, 1 << 20, e) < 0)
        return -1;
    size_t most = 0;
    for (const char *at = strbuf_str(&text); (at = strchr(at, '\n')); at++)
        most++;
    *v = (struct host_view){
        .folder = arena_strdup(a, folder), .binds = arena_alloc(a, (most + 1) * sizeof *v->binds)};
    struct slice rest = {strbuf_str(&text), text.len};
    while (rest.ptr) {
        struct slice line = slice_cut(&rest, '\n'), from = slice_cut(&line, '\t');
        if (!line.ptr)
            continue;
        AUTO_FREE char *source = xstrndup(from.ptr, from.len);
        AUTO_FREE char *whole = path_join(folder, source);
        v->binds[v->binds_count++] =
            (struct view_bind){arena_strdup(a, whole), arena_strndup(a, line.ptr, line.len)};
    }
    return 0;
}
