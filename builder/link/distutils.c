/* What a Cython source says of its own module in its first comments, for setup.py's cythonize():
 *
 *     # distutils: language = c++
 *     # distutils: sources = src/one.c src/two.c
 *
 * Taken are the language, further sources, folders of headers, macros, flags of the compiler, and libraries
 * that the platform has. Libraries of others are what the recipe requires, so that those names, and
 * everything that is for a link line of its own, are passed over. */
#include <string.h>

#include "base/cleanup.h"
#include "base/vec.h"
#include "link/internal.h"
#include "sys/fs.h"
#include "sys/path.h"

enum { SOURCE_LIMIT = 64 << 20 };

/* Lists that grow beyond what the recipe says. */
typedef VEC(const char *) names;

struct speech {
    struct arena *a;
    struct module_spec *m;
    names sources, include, defines, cflags, system_libraries;
};

static void add_all(names *to, const struct texts *from)
{
    for (size_t i = 0; i < from->len; i++)
        vec_push(to, from->items[i]);
}

static struct texts taken(struct arena *a, names *list)
{
    struct texts t = {arena_memdup(a, list->items, list->len * sizeof *list->items), list->len};
    vec_release(list);
    return t;
}

/* A brace would begin a placeholder of the recipe. */
static const char *escaped(struct arena *a, struct slice text)
{
    AUTO(strbuf) struct strbuf out = {0};
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] == '{' || text.ptr[i] == '}')
            strbuf_addc(&out, text.ptr[i]);
        strbuf_addc(&out, text.ptr[i]);
    }
    return arena_strdup(a, strbuf_str(&out));
}

/* The next of "one two", "[one, two]" or "['one', \"two three\"]"; false at the end. */
static bool next_word(struct slice *rest, struct slice *word)
{
    while (rest->len && strchr(" \t,[]", rest->ptr[0]))
        *rest = (struct slice){rest->ptr + 1, rest->len - 1};
    if (!rest->len)
        return false;
    char quote = rest->ptr[0] == '"' || rest->ptr[0] == '\'' ? rest->ptr[0] : 0;
    size_t begin = quote != 0, end = begin;
    while (end < rest->len && (quote ? rest->ptr[end] != quote : !strchr(" \t,[]", rest->ptr[end])))
        end++;
    *word = (struct slice){rest->ptr + begin, end - begin};
    end += quote && end < rest->len;
    *rest = (struct slice){rest->ptr + end, rest->len - end};
    return true;
}

/* Paths are as setup.py has them: below the folder it lies in. */
static bool take_path(struct speech *s, names *to, struct slice word)
{
    const char *path = arena_strndup(s->a, word.ptr, word.len);
    if (!path_stays_inside(path))
        return false;
    vec_push(to, path);
    return true;
}

static void take_library(struct speech *s, struct slice word)
{
    static const char *const of_platform[] = {"m", "dl", "pthread", "rt", "util", "c", "stdc++"};
    for (size_t i = 0; i < COUNT(of_platform); i++)
        if (slice_is(word, of_platform[i]))
            vec_push(&s->system_libraries, of_platform[i]);
}

/* False when a path leads out of the source. */
static bool take(struct speech *s, struct slice key, struct slice value)
{
    if (slice_is(key, "language")) {
        s->m->cplus |= slice_is(value, "c++") || slice_is(value, "C++");
        return true;
    }
    for (struct slice word; next_word(&value, &word);) {
        if (slice_is(key, "sources") || slice_is(key, "include_dirs")) {
            if (!take_path(s, slice_is(key, "sources") ? &s->sources : &s->include, word))
                return false;
        } else if (slice_is(key, "define_macros")) {
            vec_push(&s->defines, escaped(s->a, word));
        } else if (slice_is(key, "extra_compile_args")) {
            vec_push(&s->cflags, escaped(s->a, word));
        } else if (slice_is(key, "libraries")) {
            take_library(s, word);
        }
    }
    return true;
}

/* The comments before the first line of code. */
static int read_source(struct speech *s, const char *src, const char *source, struct err *e)
{
    static const char mark[] = "distutils:";
    AUTO_FREE char *path = path_join(src, source);
    AUTO(strbuf) struct strbuf text = {0};
    int there = path_is_file(path, e);
    if (there <= 0)
        return there; /* what is not there is told by Cython */
    if (file_read(&text, path, SOURCE_LIMIT, e) < 0)
        return -1;
    struct slice rest = {strbuf_str(&text), text.len};
    for (unsigned number = 1; rest.len; number++) {
        struct slice line = slice_trim(slice_cut(&rest, '\n'));
        if (line.len && line.ptr[0] != '#')
            break;
        struct slice words = slice_trim((struct slice){line.ptr + (line.len > 0), line.len - (line.len > 0)});
        if (words.len < strlen(mark) || strncmp(words.ptr, mark, strlen(mark)) != 0)
            continue;
        struct slice value = {words.ptr + strlen(mark), words.len - strlen(mark)};
        struct slice key = slice_trim(slice_cut(&value, '='));
        if (!take(s, key, slice_trim(value)))
            return err_set(e, ERR_RECIPE, "%s:%u: module %s: \"%.*s\" leads out of the source", source,
                number, s->m->name, (int)words.len, words.ptr);
    }
    return 0;
}

const struct module_spec *module_as_spoken(
    struct arena *a, const struct recipe *recipe, const struct module_spec *m, const char *src, struct err *e)
{
    AUTO(strvec) struct strvec sources = {0};
    if (!module_has_cython(m))
        return m;
    struct module_spec *spoken = arena_memdup(a, m, sizeof *m);
    struct speech s = {.a = a, .m = spoken};
    add_all(&s.sources, &m->sources);
    add_all(&s.include, &m->include);
    add_all(&s.defines, &m->defines);
    add_all(&s.cflags, &m->cflags);
    add_all(&s.system_libraries, &m->system_libraries);
    int failed = module_sources(recipe, m, src, &sources, e);
    for (size_t i = 0; !failed && i < sources.len; i++)
        if (source_is_cython(sources.items[i]))
            failed = read_source(&s, src, sources.items[i], e);
    spoken->sources = taken(a, &s.sources);
    spoken->include = taken(a, &s.include);
    spoken->defines = taken(a, &s.defines);
    spoken->cflags = taken(a, &s.cflags);
    spoken->system_libraries = taken(a, &s.system_libraries);
    return failed ? NULL : spoken;
}
