/* What a compiler says of itself. */
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "host/host.h"
#include "sched/ask.h"
#include "sched/process.h"
#include "sys/environment.h"
#include "sys/fs.h"
#include "toolchain/internal.h"

enum { PROBE_MS = 20000, PROBE_BYTES = 4 << 20 };

static const char probe_source[] = "#include <features.h>\n"
                                   "staticbuild_glibc __GLIBC__ . __GLIBC_MINOR__\n"
                                   "staticbuild_gcc __GNUC__ . __GNUC_MINOR__ . __GNUC_PATCHLEVEL__\n"
                                   "staticbuild_clang __clang_major__ . __clang_minor__ . "
                                   "__clang_patchlevel__\n";

/* Runs the compiler in an environment of its own: LIBRARY_PATH, CPATH and the like of the user do not count.
 */
static int run(
    struct strbuf *out, const char *path, const char *const *args, const char *input, struct err *e)
{
    AUTO(strvec) struct strvec argv = {0};
    AUTO(strvec) struct strvec env = {0};
    AUTO(strvec) struct strvec folders = {0};
    const struct host_tools none = {0};
    if (host_path(&folders, &none, "", e) < 0)
        return -1;
    AUTO_FREE char *search = host_path_join(&folders);
    environment_clean(&env, search, LOCALE_C, NULL, NULL);
    strvec_push(&argv, path);
    for (size_t i = 0; args[i]; i++)
        strvec_push(&argv, args[i]);
    struct process_spec spec = {
        .argv = argv.items, .env = env.items, .dir = "/", .input = input, .in = -1, .out = -1, .err = -1};
    struct process_end end = {0};
    if (process_run(&spec, out, PROBE_BYTES, PROBE_MS, &end, e) < 0)
        return -1;
    if (end.status != 0) {
        AUTO_FREE char *words = process_words(argv.items);
        return err_set(e, ERR_ENVIRONMENT, "`%s` ended with status %d", words, end.status);
    }
    return 0;
}

/* The first line that a compiler prints when it is given one argument, in the arena; NULL when it fails. */
static const char *compiler_prints(struct arena *a, const char *path, const char *arg, struct err *e)
{
    AUTO(strbuf) struct strbuf out = {0};
    if (run(&out, path, (const char *const[]){arg, NULL}, NULL, e) < 0)
        return NULL;
    struct slice rest = {strbuf_str(&out), out.len};
    struct slice line = slice_trim(slice_cut(&rest, '\n'));
    return arena_strndup(a, line.ptr, line.len);
}

char *compiler_file(const char *cc, const char *name, const struct fact_memory *memory, struct err *e)
{
    AUTO_FREE char *kind = xstrf("compiler-file-1-%s", name);
    char *known = fact_get(memory, kind, cc);
    if (known && path_may_be_file(known))
        return known;
    free(known);
    AUTO(arena) struct arena a = {0};
    AUTO_FREE char *argument = xstrf("-print-file-name=%s", name);
    const char *said = compiler_prints(&a, cc, argument, e);
    if (!said)
        return NULL;
    int there = said[0] == '/' ? path_is_file(said, e) : 0; /* a name it does not find is printed as it is */
    if (there != 1)
        return there < 0 ? NULL : xstrdup("");
    fact_set(memory, kind, cc, said);
    return xstrdup(said);
}

/* A program that the compiler uses, "" when it is not there. */
static const char *ask_program(struct arena *a, const char *cc, const char *name, struct err *e)
{
    AUTO_FREE char *arg = xstrf("-print-prog-name=%s", name);
    const char *said = compiler_prints(a, cc, arg, e);
    if (!said)
        return NULL;
    AUTO_FREE char *path = host_program_find(*said ? said : name, NULL, e);
    if (!path && e->kind)
        return NULL;
    return path ? arena_strdup(a, path) : "";
}

/* "2 . 36" -> "2.36"; words that stayed as they were (__GLIBC__) are no number: "". */
static const char *without_blanks(struct arena *a, struct slice text)
{
    AUTO(strbuf) struct strbuf out = {0};
    for (size_t i = 0; i < text.len; i++)
        if (text.ptr[i] != ' ')
            strbuf_addc(&out, text.ptr[i]);
    const char *s = strbuf_str(&out);
    return strspn(s, "0123456789.") == out.len && *s ? arena_strndup(a, s, out.len) : "";
}

/* What stands between the two words. */
static struct slice between(const char *text, const char *from, const char *to)
{
    const char *begin = strstr(text, from);
    begin = begin ? begin + strlen(from) : "";
    const char *end = strstr(begin, to);
    return (struct slice){begin, end ? (size_t)(end - begin) : strlen(begin)};
}

int compiler_read_probe(struct compiler *c, struct arena *a, const char *text, struct err *e)
{
    /* A macro of a system header is followed by line markers and line breaks: only words count. */
    AUTO(strbuf) struct strbuf words = {0};
    c->features = "";
    struct slice rest = slice_of(text);
    while (rest.ptr) {
        struct slice line = slice_cut(&rest, '\n');
        if (!line.len || line.ptr[0] != '#') {
            strbuf_add(&words, line.ptr, line.len);
            continue;
        }
        static const char header[] = "/features.h\"";
        const char *end = memmem(line.ptr, line.len, header, strlen(header));
        const char *begin = memchr(line.ptr, '"', line.len);
        if (begin && end && begin < end && !*c->features)
            c->features = arena_strndup(a, begin + 1, (size_t)(end - begin - 1) + strlen("/features.h"));
    }
    const char *said = strbuf_str(&words);
    const char *gcc = without_blanks(a, between(said, "staticbuild_gcc", "staticbuild_"));
    const char *clang = without_blanks(a, between(said, "staticbuild_clang", "staticbuild_"));
    c->glibc = without_blanks(a, between(said, "staticbuild_glibc", "staticbuild_"));
    c->is_clang = *clang;
    c->version = *clang ? clang : gcc;
    if (!*c->version)
        return err_set(e, ERR_ENVIRONMENT, "%s: is not gcc or clang: name one in STATICBUILD_CC", c->path);
    return 0;
}

static int ask_all(struct compiler *c, struct arena *a, struct err *e)
{
    AUTO(strbuf) struct strbuf out = {0};
    if (run(&out, c->path, (const char *const[]){"-E", "-x", "c", "-", NULL}, probe_source, e) < 0) {
        if (err_is_of_machine(e)) /* nothing to install would help */
            return err_wrap(e, "asking %s what it compiles for", c->path);
        AUTO_FREE char *remedy = host_remedy("gcc");
        return err_wrap(e, "%s: cannot compile for the C library (%s)", c->path, remedy);
    }
    if (compiler_read_probe(c, a, strbuf_str(&out), e) < 0)
        return -1;
    if (!(c->line = compiler_prints(a, c->path, "--version", e)) ||
        !(c->triplet = compiler_prints(a, c->path, "-dumpmachine", e)) ||
        !(c->libstdcxx = compiler_prints(a, c->path, "-print-file-name=libstdc++.a", e)) ||
        !(c->ld = ask_program(a, c->path, "ld", e)) || !(c->as = ask_program(a, c->path, "as", e)) ||
        !(c->ar = ask_program(a, c->path, "ar", e)) || !(c->ranlib = ask_program(a, c->path, "ranlib", e)) ||
        !(c->strip = ask_program(a, c->path, "strip", e)) ||
        !(c->objcopy = ask_program(a, c->path, "objcopy", e)))
        return -1;
    if (c->libstdcxx[0] != '/')
        c->libstdcxx = "";
    return 0;
}

/* The members that are remembered, in the order of the text. */
#define REMEMBERED(c)                                                                           \
    {                                                                                           \
        &(c)->line, &(c)->version, &(c)->triplet, &(c)->features, &(c)->ld, &(c)->as, &(c)->ar, \
            &(c)->ranlib, &(c)->strip, &(c)->objcopy, &(c)->libstdcxx                           \
    }

static void remember(const struct compiler *c, const struct fact_memory *memory)
{
    const char *const *const members[] = REMEMBERED(c);
    AUTO(strbuf) struct strbuf text = {0};
    strbuf_adds(&text, c->is_clang ? "clang\n" : "gcc\n");
    for (size_t i = 0; i < COUNT(members); i++)
        strbuf_addf(&text, "%s\n", *members[i]);
    fact_set(memory, "compiler-2", c->path, text.ptr);
    if (*c->features)
        fact_set(memory, "glibc-1", c->features, c->glibc);
}

/* True when everything is known and holds: the compiler, its header and its programs are as they were. */
static bool recall(struct compiler *c, struct arena *a, const struct fact_memory *memory)
{
    const char **const members[] = REMEMBERED(c);
    AUTO_FREE char *text = fact_get(memory, "compiler-2", c->path);
    if (!text)
        return false;
    struct slice rest = slice_of(text);
    c->is_clang = slice_is(slice_cut(&rest, '\n'), "clang");
    for (size_t i = 0; i < COUNT(members); i++) {
        if (!rest.ptr)
            return false;
        struct slice value = slice_cut(&rest, '\n');
        *members[i] = arena_strndup(a, value.ptr, value.len);
    }
    AUTO_FREE char *glibc = *c->features ? fact_get(memory, "glibc-1", c->features) : NULL;
    if (!glibc)
        return false;
    c->glibc = arena_strdup(a, glibc);
    const char *const paths[] = {c->ld, c->as, c->ar, c->ranlib, c->strip, c->objcopy, c->libstdcxx};
    for (size_t i = 0; i < COUNT(paths); i++)
        if (!path_may_be_file(paths[i])) /* also "": it may have been installed since */
            return false;
    return true;
}

int compiler_ask(
    struct compiler *c, struct arena *a, const char *path, const struct fact_memory *memory, struct err *e)
{
    *c = (struct compiler){.path = arena_strdup(a, path)};
    if (recall(c, a, memory))
        return 0;
    if (ask_all(c, a, e) < 0)
        return -1;
    remember(c, memory);
    return 0;
}

const char *program_says(struct arena *a, const char *path, const struct fact_memory *memory)
{
    AUTO_FREE char *known = fact_get(memory, "says-1", path);
    if (known)
        return arena_strdup(a, known);
    AUTO(err) struct err ignored = ERR_INIT;
    const char *line = compiler_prints(a, path, "--version", &ignored);
    if (!line)
        return "";
    fact_set(memory, "says-1", path, line);
    return line;
}
