/* Asks one interpreter what it is. */
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "arch/arch.h"
#include "base/alloc.h"
#include "base/cleanup.h"
#include "json/json.h"
#include "python/abi/abi.h"
#include "python/internal.h"
#include "sched/ask.h"
#include "sched/process.h"
#include "sys/fs.h"
#include "sys/path.h"
#include "template/template.h"

enum { PROBE_MS = 10000, PROBE_BYTES = 65536, PRINTED_MOST = 120 };

#define FACT_KIND "python-1"

/* "i386-linux-gnu" -> "i686": the machine as platform tags spell it. */
static const char *machine_of(struct arena *a, const char *triplet)
{
    const struct arch *arch = arch_of_triplet(triplet);
    return arch ? arch->name : arena_strndup(a, triplet, strcspn(triplet, "-"));
}

/* As the suffix of its modules says; by version when that says nothing. */
static const char *abi_tag_of(struct arena *a, const struct interpreter *p)
{
    struct python_abi abi;
    if (!python_abi_of_file(&abi, p->ext_suffix))
        abi = p->abi;
    AUTO_FREE char *tag = python_abi_tag(&abi);
    return arena_strdup(a, tag);
}

/* Headers come and go without the executable changing, so they are looked for every time. */
static const char *folder_with(struct arena *a, const char *folder, const char *file)
{
    AUTO_FREE char *path = path_join(folder, file);
    return *folder && path_may_be_file(path) ? arena_strdup(a, folder) : "";
}

static bool is_word(const char *text)
{
    return text && *text &&
           text[strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-")] == '\0';
}

int interpreter_read(struct interpreter *out, struct arena *a, const char *path, const char *answer,
    const char **why, struct err *e)
{
    AUTO_JSON struct json *j = json_parse(path, answer, strlen(answer), e);
    if (!j)
        return -1;
    const char *version = json_get_text(j, "version"), *implementation = json_get_text(j, "implementation");
    const char *soabi = json_get_text(j, "soabi"), *suffix = json_get_text(j, "ext_suffix");
    const char *include = json_get_text(j, "include"), *platinclude = json_get_text(j, "platinclude");
    const char *triplet = json_get_text(j, "triplet");
    int64_t major = json_get_int(j, "major", 0), minor = json_get_int(j, "minor", -1);
    if (!is_word(version) || !is_word(implementation))
        return err_set(e, ERR_USAGE, "%s: says neither its version nor its implementation", path);
    if (strcmp(implementation, "cpython") != 0 || major != 3) {
        *why = arena_strf(a, "%s %s", implementation, version);
        return 1;
    }
    if (minor < 0 || minor > 999 || !is_word(suffix) || !soabi || !include || !platinclude || !triplet)
        return err_set(e, ERR_USAGE, "%s: does not say how its extension modules are named", path);
    *out = (struct interpreter){
        .path = arena_strdup(a, path),
        .version = arena_strdup(a, version),
        .abi = {.minor = (int)minor,
            .free_threaded = json_get_bool(j, "free_threaded", false),
            .debug = json_get_bool(j, "debug", false)},
        .implementation = "cpython",
        .soabi = arena_strdup(a, soabi),
        .ext_suffix = arena_strdup(a, suffix),
        .include = folder_with(a, include, "Python.h"),
        .platinclude = folder_with(a, platinclude, "pyconfig.h"),
        .machine = machine_of(a, triplet),
        .python_tag = arena_strf(a, "cp3%d", (int)minor),
        .is_64bit = json_get_int(j, "bits", 0) == 64,
    };
    out->abi_tag = abi_tag_of(a, out);
    out->has_headers = *out->include && *out->platinclude;
    return 0;
}

/* The first line of what it printed, fit for a message. */
static char *first_words(const char *text)
{
    struct strbuf out = {0};
    for (const char *p = text; *p && *p != '\n' && out.len < PRINTED_MOST; p++)
        strbuf_addc(&out, isprint((unsigned char)*p) ? *p : '?');
    return strbuf_steal(&out);
}

/* Runs it; the answer is text that begins with "{". */
static int run_script(struct strbuf *out, const char *path, const char *const *runner, struct err *e)
{
    AUTO(strvec) struct strvec argv = {0};
    for (size_t i = 0; runner && runner[i]; i++)
        strvec_push(&argv, runner[i]);
    AUTO_FREE char *script = template_path("python/interpreter.py", e);
    if (!script)
        return -1;
    const char *const args[] = {path, "-I", "-S", script};
    for (size_t i = 0; i < COUNT(args); i++)
        strvec_push(&argv, args[i]);
    struct process_spec spec = {.argv = argv.items, .dir = "/", .in = -1, .out = -1, .err = -1};
    struct process_end end = {0};
    struct err cause = ERR_INIT;
    if (process_run(&spec, out, PROBE_BYTES, PROBE_MS, &end, &cause) < 0) {
        if (err_is_of_machine(&cause))
            return err_move(e, &cause);
        err_set(e, ERR_USAGE, "%s: is not a Python interpreter: %s", path, cause.text);
        err_release(&cause);
        return -1;
    }
    const char *answer = strbuf_str(out);
    if (end.status == 0 && answer[0] == '{' && strlen(answer) == out->len)
        return 0;
    AUTO_FREE char *words = first_words(answer);
    return err_set(e, ERR_USAGE,
        "%s: is not a Python 3 interpreter: asked for its version it printed \"%s\" and ended with status %d",
        path, words, end.status);
}

/* The executable that the answer names under key, when it is another than path; the caller frees it. */
static char *other_executable(const char *answer, const char *key, const char *path)
{
    AUTO(err) struct err ignored = ERR_INIT;
    AUTO_JSON struct json *j = json_parse(path, answer, strlen(answer), &ignored);
    const char *named = json_get_text(j, key);
    AUTO_FREE char *real = named && named[0] == '/' ? realpath(named, NULL) : NULL;
    return real && strcmp(real, path) != 0 ? steal_ptr(&real) : NULL;
}

static int ask(struct interpreter *out, struct arena *a, const char *path, const char *const *runner,
    const struct fact_memory *memory, int hops, const char **why, struct err *e)
{
    AUTO_FREE char *known = fact_get(memory, FACT_KIND, path);
    if (known) {
        AUTO(err) struct err ignored = ERR_INIT; /* damaged: ask anew */
        int answer = interpreter_read(out, a, path, known, why, &ignored);
        if (answer >= 0)
            return answer;
    }
    AUTO(strbuf) struct strbuf text = {0};
    if (run_script(&text, path, runner, e) < 0)
        return -1;
    /* A shim answers for what the environment chooses, the copy in a virtual environment for its base: the
     * real one is asked, and only its answer is remembered. */
    AUTO_FREE char *other = other_executable(text.ptr, "base", path);
    if (!other)
        other = other_executable(text.ptr, "executable", path);
    if (other && hops > 0)
        return ask(out, a, other, runner, memory, hops - 1, why, e);
    int answer = interpreter_read(out, a, path, text.ptr, why, e);
    if (answer >= 0 && !other)
        fact_set(memory, FACT_KIND, path, text.ptr);
    return answer;
}

int interpreter_ask(struct interpreter *out, struct arena *a, const char *path, const char *const *runner,
    const struct fact_memory *memory, const char **why, struct err *e)
{
    return ask(out, a, path, runner, memory, 2, why, e);
}

int interpreter_probe(struct interpreter *out, struct arena *a, const char *path,
    const struct fact_memory *memory, struct err *e)
{
    AUTO_FREE char *program = program_find(path, getenv("PATH"), e);
    AUTO_FREE char *real = program ? realpath(program, NULL) : NULL;
    if (!program && e->kind)
        return -1;
    if (!real) {
        AUTO(err) struct err ignored = ERR_INIT;
        bool there = strchr(path, '/') && path_exists(path, &ignored) == 1;
        const char *problem = there ? "is not a program" : "is not there";
        return err_set(e, ERR_USAGE, "%s: %s: name a Python interpreter by path or version", path, problem);
    }
    const char *why = NULL;
    int answer = interpreter_ask(out, a, real, NULL, memory, &why, e);
    if (answer == 1)
        return err_set(e, ERR_USAGE, "%s: is %s: only CPython 3 can be built for", path, why);
    return answer;
}
