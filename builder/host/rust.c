/* rustup puts programs under the names rustc and cargo that start others, by the user's settings, and by
 * files in the folder that they are started in. A build gets those others. */
#include "host/rust.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "host/probe.h"
#include "sched/ask.h"
#include "sys/dirs.h"
#include "sys/environment.h"
#include "sys/fs.h"
#include "sys/path.h"

enum { PROBE_MS = 20000, PROBE_BYTES = 65536 };

/* The user's settings say which toolchain is meant. */
static void fill_environment(struct strvec *env)
{
    static const char *const names[] = {"RUSTUP_HOME=", "RUSTUP_TOOLCHAIN="};
    for (char **entry = environ; entry && *entry; entry++)
        for (size_t i = 0; i < COUNT(names); i++)
            if (str_starts(*entry, names[i]))
                strvec_push(env, *entry);
    AUTO_FREE char *home = dirs_home();
    environment_clean(env, HOST_SYSTEM_PATH, LOCALE_C, home, NULL);
    strvec_push(env, "RUSTUP_AUTO_INSTALL=0");
}

static int ask(struct strbuf *out, const char *rustc, const char *const *words, struct err *e)
{
    AUTO(strvec) struct strvec argv = {0};
    AUTO(strvec) struct strvec env = {0};
    struct process_end end = {0};
    strvec_push(&argv, rustc);
    for (size_t i = 0; words[i]; i++)
        strvec_push(&argv, words[i]);
    fill_environment(&env);
    struct process_spec spec = {
        .argv = argv.items, .env = env.items, .dir = "/", .in = -1, .out = -1, .err = -1};
    if (process_run(&spec, out, PROBE_BYTES, PROBE_MS, &end, e) < 0)
        return -1;
    if (end.status == 0)
        return 0;
    AUTO_FREE char *command = process_words(argv.items);
    return err_set(e, ERR_ENVIRONMENT, "`%s` ended with status %d", command, end.status);
}

static int missing(struct err *e, const char *what)
{
    AUTO_FREE char *remedy = host_remedy("cargo");
    return err_set(e, ERR_MISSING, "%s is not there: %s", what, remedy);
}

/* The value of "key: value" lines, in the arena; NULL when there is none. */
static const char *line_of(struct arena *a, const char *text, const char *key)
{
    struct slice rest = slice_of(text);
    while (rest.ptr) {
        struct slice line = slice_cut(&rest, '\n');
        struct slice name = slice_cut(&line, ':');
        if (line.ptr && slice_is(name, key)) {
            struct slice value = slice_trim(line);
            return arena_strndup(a, value.ptr, value.len);
        }
    }
    return NULL;
}

/* "host: x" -> "host x", as facts are written. */
static const char *without_colons(struct arena *a, const char *text)
{
    AUTO(strbuf) struct strbuf out = {0};
    for (; *text; text++)
        if (*text != ':' || text[1] != ' ')
            strbuf_addc(&out, *text);
    return arena_strdup(a, strbuf_str(&out));
}

int rust_find(struct rust *r, struct arena *a, const char *search, struct err *e)
{
    AUTO(strbuf) struct strbuf root = {0}, says = {0};
    AUTO_FREE char *rustc = host_program_find("rustc", search, e);
    if (!rustc)
        return e->text ? -1 : missing(e, "rustc");
    if (ask(&root, rustc, (const char *const[]){"--print", "sysroot", NULL}, e) < 0)
        return -1;
    struct slice folder = slice_trim((struct slice){strbuf_str(&root), root.len});
    r->bin = arena_strf(a, "%.*s/bin", (int)folder.len, folder.ptr);
    const char *own = arena_strf(a, "%s/rustc", r->bin), *cargo = arena_strf(a, "%s/cargo", r->bin);
    int there = path_is_file(cargo, e);
    if (there < 0)
        return -1;
    if (!there)
        return missing(e, cargo);
    if (ask(&says, own, (const char *const[]){"-vV", NULL}, e) < 0)
        return -1;
    r->host = line_of(a, strbuf_str(&says), "host");
    r->identity = without_colons(a, strbuf_str(&says));
    return r->host ? 0 : err_set(e, ERR_ENVIRONMENT, "`%s -vV` does not say what it is for", own);
}
