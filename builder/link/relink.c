/* The words of a link lead to libraries in many ways: by -l and a folder, by a linker script, by the path of
 * an archive. All of them end in the folder of the build's libraries or in a library's own tree. Both are
 * replaced: by a folder of the same names, in which what is shared is an archive of nothing. */
#include "link/relink.h"

#include <ar.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/count.h"
#include "base/map.h"
#include "kit/kit.h"
#include "link/relink_internal.h"
#include "sys/fs.h"
#include "sys/path.h"

enum { SCRIPT_LIMIT = 1 << 20, LIST_LIMIT = 16 << 20 };

/* One of the two links of each module: the probe, without what is shared, and the last one. */
struct relinking {
    const struct relink_request *r;
    bool is_last;
    char *folder;       /* in place of r->libraries */
    char *nothing;      /* an archive without members */
    struct texts real;  /* r->libraries that are there, without links */
    struct map instead; /* real path of a library's archive -> what is linked */
    struct arena arena;
};

static void relinking_release(struct relinking *w)
{
    free(w->folder);
    free(w->nothing);
    map_release(&w->instead);
    arena_release(&w->arena);
}

static void choose_archives(struct relinking *w)
{
    const struct shared_request *shared = &w->r->shared;
    const struct link_request *link = &shared->modules[0];
    for (size_t i = 0; i < link->library_count; i++) {
        const struct build_input *library = &link->libraries[i];
        const struct texts *archives = &library->recipe->provides.archives;
        for (size_t k = 0; library->role == INPUT_LIBRARY && k < archives->len; k++) {
            AUTO_FREE char *path = path_join(library->tree, archives->items[k]);
            AUTO_FREE char *real = realpath(path, NULL);
            const char *instead = shared->shared[i] ? w->nothing
                                  : w->is_last      ? arena_strf(&w->arena, "%s/" SHARED_ARCHIVES "/%s/%s",
                                                          shared->tree, library->name, archives->items[k])
                                                    : path;
            map_set(
                &w->instead, arena_strdup(&w->arena, real ? real : path), arena_strdup(&w->arena, instead));
        }
    }
}

/* The path that a linker script is given in quotes. */
static void add_path(struct strbuf *out, const struct relinking *w, struct slice quoted)
{
    AUTO_FREE char *path = xstrndup(quoted.ptr, quoted.len);
    AUTO_FREE char *real = realpath(path, NULL);
    const char *instead = map_get(&w->instead, real ? real : path);
    strbuf_addf(out, "\"%s\"", instead ? instead : path);
}

static int rewrite_script(const struct relinking *w, const char *from, const char *to, struct err *e)
{
    AUTO(strbuf) struct strbuf text = {0}, out = {0};
    if (file_read(&text, from, SCRIPT_LIMIT, e) < 0)
        return -1;
    for (struct slice rest = {strbuf_str(&text), text.len}; rest.len;) {
        struct slice line = slice_cut(&rest, '\n');
        if (w->r->shared.cxx_runtime && memmem(line.ptr, line.len, "-lstdc++", strlen("-lstdc++")))
            continue;
        while (line.ptr) {
            struct slice before = slice_cut(&line, '"');
            strbuf_add(&out, before.ptr, before.len);
            if (line.ptr)
                add_path(&out, w, slice_cut(&line, '"'));
        }
        strbuf_addc(&out, '\n');
    }
    return file_write(to, strbuf_str(&out), out.len, 0644, e);
}

static int replace_library(const struct relinking *w, const char *folder, const char *name, struct err *e)
{
    AUTO_FREE char *from = path_join(folder, name);
    AUTO_FREE char *to = path_join(w->folder, name);
    int there = path_exists(to, e);
    if (there)
        return there < 0 ? -1 : 0;
    if (str_ends(name, ".so"))
        return rewrite_script(w, from, to, e);
    if (!str_ends(name, ".a"))
        return 0;
    AUTO_FREE char *real = realpath(from, NULL);
    const char *instead = real ? map_get(&w->instead, real) : NULL;
    const char *target = instead ? instead : real ? real : from;
    return symlink(target, to) == 0 || errno == EEXIST ? 0 : err_errno(e, ERR_ENVIRONMENT, "%s", to);
}

static int replace_libraries(struct relinking *w, const char *given, struct err *e)
{
    AUTO(strvec) struct strvec names = {0};
    AUTO_FREE char *folder = realpath(given, NULL);
    if (!folder)
        return 0;
    w->real.items[w->real.len++] = arena_strdup(&w->arena, folder);
    if (folder_names(&names, folder, e) < 0)
        return -1;
    for (size_t i = 0; i < names.len; i++)
        if (replace_library(w, folder, names.items[i], e) < 0)
            return -1;
    return 0;
}

static int relinking_init(struct relinking *w, const struct relink_request *r, bool is_last, struct err *e)
{
    *w = (struct relinking){.r = r,
        .is_last = is_last,
        .folder = path_join(r->shared.work, is_last ? "libraries" : "libraries-without"),
        .nothing = path_join(r->shared.work, "nothing.a")};
    w->real.items = arena_alloc(&w->arena, (r->libraries.len + 1) * sizeof *w->real.items);
    choose_archives(w);
    if (folder_make(w->folder, e) < 0 || file_write(w->nothing, ARMAG, SARMAG, 0644, e) < 0)
        return -1;
    for (size_t i = 0; i < r->libraries.len; i++)
        if (replace_libraries(w, r->libraries.items[i], e) < 0)
            return -1;
    return 0;
}

/* The folder of libraries that it is, or lies in; NULL. */
static const char *folder_of(const struct relinking *w, const char *path)
{
    for (size_t i = 0; i < w->real.len; i++)
        if (relink_lies_in(path, w->real.items[i]))
            return w->real.items[i];
    return NULL;
}

static bool is_folder_of_libraries(const struct relinking *w, const char *folder)
{
    const struct link_request *link = &w->r->shared.modules[0];
    if (folder_of(w, folder))
        return true;
    for (size_t i = 0; i < link->library_count; i++)
        if (link->libraries[i].role == INPUT_LIBRARY && relink_lies_in(folder, link->libraries[i].tree))
            return true;
    return false;
}

static bool is_runtime(const struct relinking *w, const char *word)
{
    static const char *const names[] = {"-lstdc++", "-lsupc++", "-l:libstdc++.a", "-l:libsupc++.a"};
    for (size_t i = 0; i < COUNT(names); i++)
        if (strcmp(word, names[i]) == 0)
            return w->r->shared.cxx_runtime;
    return w->r->shared.cxx_runtime && (str_ends(word, "/libstdc++.a") || str_ends(word, "/libsupc++.a"));
}

/* What comes last in every link of the compiler's. */
static bool is_compilers(const char *word)
{
    static const char *const names[] = {"-lgcc", "-lgcc_s", "-lc", "-lm"};
    for (size_t i = 0; i < COUNT(names); i++)
        if (strcmp(word, names[i]) == 0)
            return true;
    return false;
}

static void push_copy(const struct relinking *w, const struct relink_module *m, struct strvec *argv)
{
    strvec_push(argv, "--enable-new-dtags");
    strvec_pushf(argv, "-rpath=%s", m->run_path);
    strvec_push(argv, w->r->shared.out);
    if (w->r->shared.cxx_runtime &&
        w->r->shared.modules[0].toolchain->kit) /* what libstdc++'s headers ask for */
        strvec_push(argv, "-l:" KIT_RUNTIME_ARCHIVE);
}

static void push_path(
    const struct relinking *w, const struct relink_module *m, const char *path, struct strvec *argv)
{
    AUTO_FREE char *real = realpath(path, NULL);
    const char *instead = map_get(&w->instead, real ? real : path);
    if (relink_lies_in(path, m->kept))
        strvec_pushf(argv, "%s%s%s/%s", w->is_last ? w->r->shared.tree : m->folder,
            w->is_last ? "/" SHARED_OBJECTS "/" : "", w->is_last ? m->name : "", path_base(path));
    else if (folder_of(w, path))
        strvec_pushf(argv, "%s%s", w->folder, path + strlen(folder_of(w, path)));
    else
        strvec_push(argv, instead ? instead : path);
}

/* Words that are not taken over, with their values. */
static bool is_left_out(const struct words *words, size_t *at)
{
    static const char *const starts[] = {"-Map=", "-plugin-opt", "--no-undefined", "-no-undefined"};
    const char *word = words->items[*at], *next = *at + 1 < words->count ? words->items[*at + 1] : "";
    for (size_t i = 0; i < COUNT(starts); i++)
        if (str_starts(word, starts[i]))
            return true;
    if (strcmp(word, "-plugin") == 0 || strcmp(word, "-o") == 0 ||
        (strcmp(word, "-z") == 0 && strcmp(next, "defs") == 0)) {
        ++*at;
        return true;
    }
    return false;
}

static void push_words(
    const struct relinking *w, const struct relink_module *m, const struct words *words, struct strvec *argv)
{
    bool placed = !w->is_last;
    for (size_t i = 0; i < words->count; i++) {
        const char *word = words->items[i];
        bool runtime = is_runtime(w, word);
        if (!placed && (runtime || is_compilers(word))) {
            push_copy(w, m, argv);
            placed = true;
        }
        if (runtime || is_left_out(words, &i))
            continue;
        if (str_starts(word, "-L") && is_folder_of_libraries(w, word + 2))
            strvec_pushf(argv, "-L%s", w->folder);
        else if (i && *word != '-')
            push_path(w, m, word, argv);
        else
            strvec_push(argv, word);
    }
    if (!placed)
        push_copy(w, m, argv);
}

static int add_link(const struct relinking *w, const struct relink_module *m, const char *out,
    const struct strvec *env, struct commands *commands, struct err *e)
{
    struct words words = {0};
    if (relink_words(&words, m, e) < 0)
        return -1;
    struct command *c = link_command(
        commands, w->is_last ? "relink" : "probe", w->r->shared.work, w->r->shared.logs, m->name, env);
    c->beside = true;
    push_words(w, m, &words, &c->argv);
    strvec_push(&c->argv, "-o");
    strvec_push(&c->argv, out);
    if (w->is_last)
        strvec_pushf(&c->argv, "-Map=%s", m->map);
    words_release(&words);
    return 0;
}

static int note_modules(struct sharing_work *s, const struct relink_request *r, struct err *e)
{
    for (size_t i = 0; i < r->count; i++) {
        const struct relink_module *m = &r->modules[i];
        AUTO(strvec) struct strvec own = {0};
        if (relink_add_plain(s, m, e) < 0 || relink_own_files(&own, m, e) < 0)
            return -1;
        strvec_pushf(&s->job.probes, "%s/probe-%s.so", r->shared.work, m->name);
        for (size_t k = 0; k < own.len; k++) {
            strvec_push(&s->job.modules, m->name);
            strvec_push(&s->job.objects, own.items[k]);
            strvec_pushf(&s->job.new_objects, "%s/" SHARED_OBJECTS "/%s/%s", r->shared.tree, m->name,
                path_base(own.items[k]));
        }
    }
    return 0;
}

static int add_probes(const struct sharing_work *s, const struct relink_request *r, struct err *e)
{
    struct relinking w;
    int status = relinking_init(&w, r, false, e);
    for (size_t i = 0; i < r->count && !status; i++)
        status = add_link(&w, &r->modules[i], s->job.probes.items[i], s->env, s->out, e);
    relinking_release(&w);
    return status;
}

int relink_copy_commands(
    const struct relink_request *r, const struct strvec *env, struct commands *out, struct err *e)
{
    struct sharing_work s = {.r = &r->shared, .env = env, .out = out};
    sharing_begin(&s);
    for (size_t i = 0; i < r->shared.modules[0].library_count; i++)
        s.used[i] = true;
    int status = note_modules(&s, r, e);
    if (!status) {
        sharing_add_archives(&s);
        sharing_add_runtimes(&s);
        sharing_add_helper(&s, false);
        status = add_probes(&s, r, e);
    }
    if (!status) {
        sharing_add_helper(&s, true);
        sharing_link_library(&s);
    }
    sharing_release(&s);
    return status;
}

static bool has_line(const char *text, const char *line)
{
    for (struct slice rest = slice_of(text); rest.len;)
        if (slice_is(slice_cut(&rest, '\n'), line))
            return true;
    return false;
}

int relink_module_commands(const struct relink_request *r, const struct strvec *env, struct commands *out,
    bool *taken, struct err *e)
{
    struct relinking w;
    AUTO(strbuf) struct strbuf takers = {0};
    AUTO_FREE char *list = path_join(r->shared.tree, SHARED_TAKERS);
    if (file_read(&takers, list, LIST_LIMIT, e) < 0)
        return -1;
    int status = relinking_init(&w, r, true, e);
    for (size_t i = 0; i < r->count && !status; i++) {
        taken[i] = has_line(strbuf_str(&takers), r->modules[i].name);
        if (taken[i])
            status = add_link(&w, &r->modules[i], r->modules[i].out, env, out, e);
    }
    relinking_release(&w);
    return status;
}
