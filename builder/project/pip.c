/* pip is not done over again: it finds, chooses and installs, with the user's own settings for that. What it
 * runs itself is nothing, since it takes wheels only. */
#include "project/pip.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "sys/environment.h"
#include "sys/fs.h"
#include "sys/path.h"

enum { SCRIPT_LIMIT = 1 << 20 };

/* Of the user's settings those that say where packages come from; not those that say where to put them. */
static bool is_for_pip(const char *entry)
{
    static const char *const names[] = {
        "HOME=", "XDG_CONFIG_HOME=", "XDG_CONFIG_DIRS=", "XDG_CACHE_HOME=", "REQUESTS_CA_BUNDLE="};
    static const char *const places[] = {
        "PIP_TARGET=", "PIP_PREFIX=", "PIP_ROOT=", "PIP_USER=", "PIP_REPORT=", "PIP_PYTHON=",
        "PIP_REQUIRE_VIRTUALENV=", "PIP_REQUIREMENT=", "PIP_CONSTRAINT=", "PIP_NO_BINARY=", "PIP_LOG=",
        "PIP_REQUIRE_HASHES=", "PIP_NO_DEPS=", "PIP_EDITABLE=", "PIP_SRC=", "PIP_UPGRADE="};
    for (size_t i = 0; i < COUNT(names); i++)
        if (str_starts(entry, names[i]))
            return true;
    if (environment_is_network(entry))
        return true;
    for (size_t i = 0; i < COUNT(places); i++)
        if (str_starts(entry, places[i]))
            return false;
    return str_starts(entry, "PIP_");
}

static void fill_environment(const struct pip *p, struct strvec *env)
{
    for (char **entry = environ; entry && *entry; entry++)
        if (is_for_pip(*entry))
            strvec_push(env, *entry);
    environment_clean(env, p->path, LOCALE_UTF8, NULL, NULL);
    environment_python(env);
    strvec_push(env, "PIP_DISABLE_PIP_VERSION_CHECK=1");
    strvec_push(env, "PIP_NO_INPUT=1");
}

static struct command *python_command(const struct pip *p, const char *phase, struct commands *out)
{
    struct command *c = commands_add(out, phase);
    c->reaches_out = true;
    strvec_push(&c->argv, p->python->path);
    fill_environment(p, &c->env);
    c->dir = xstrdup(p->dir);
    c->log = xstrf("%s/%s.log", p->logs, phase);
    return c;
}

void pip_make_environment(const struct pip *p, struct commands *out)
{
    static const char *const words[] = {"-m", "venv", "--without-pip", "--symlinks"};
    struct command *c = python_command(p, "environment", out);
    for (size_t i = 0; i < COUNT(words); i++)
        strvec_push(&c->argv, words[i]);
    strvec_push(&c->argv, p->environment);
}

static struct command *pip_command(
    const struct pip *p, const char *phase, const char *word, struct commands *out)
{
    static const char *const words[] = {"--quiet", "--only-binary", ":all:"};
    struct command *c = python_command(p, phase, out);
    strvec_push(&c->argv, "-m");
    strvec_push(&c->argv, "pip");
    if (p->environment) {
        strvec_push(&c->argv, "--python");
        strvec_pushf(&c->argv, "%s/bin/python", p->environment);
    }
    strvec_push(&c->argv, word);
    for (size_t i = 0; i < COUNT(words); i++)
        strvec_push(&c->argv, words[i]);
    if (p->links) {
        strvec_push(&c->argv, "--find-links");
        strvec_push(&c->argv, p->links);
    }
    if (p->offline)
        strvec_push(&c->argv, "--no-index");
    return c;
}

void pip_resolve(const struct pip *p, const struct texts *requires, const char *report, struct commands *out)
{
    struct command *c = pip_command(p, "resolve", "install", out);
    strvec_push(&c->argv, "--dry-run");
    strvec_push(&c->argv, "--ignore-installed");
    strvec_push(&c->argv, "--report");
    strvec_push(&c->argv, report);
    if (p->constraints) {
        strvec_push(&c->argv, "-c");
        strvec_push(&c->argv, p->constraints);
    }
    strvec_push(&c->argv, "--");
    for (size_t i = 0; i < requires->len; i++)
        strvec_push(&c->argv, requires->items[i]);
}

static void add_locked(struct command *c, const char *lock)
{
    strvec_push(&c->argv, "--no-deps");
    strvec_push(&c->argv, "--require-hashes");
    strvec_push(&c->argv, "-r");
    strvec_push(&c->argv, lock);
}

void pip_install(const struct pip *p, const char *lock, struct commands *out)
{
    struct command *c = pip_command(p, "install", "install", out);
    strvec_push(&c->argv, "--no-warn-script-location");
    add_locked(c, lock);
}

void pip_download(const struct pip *p, const char *lock, const char *folder, struct commands *out)
{
    struct command *c = pip_command(p, "download", "download", out);
    strvec_push(&c->argv, "--dest");
    strvec_push(&c->argv, folder);
    add_locked(c, lock);
}

const char *pip_explain(const char *log_text)
{
    static const struct {
        const char *mark, *means;
    } rows[] = {
        {"No module named pip", "this interpreter has no pip, which finds and installs what the build needs: "
                                "install it (python3-pip, or `python -m ensurepip`)"},
        {"no such option: --python", "this interpreter's pip is too old: 22.3 or later is needed"},
        {"no such option: --report", "this interpreter's pip is too old: 22.3 or later is needed"},
        {"No module named venv", "this interpreter cannot make virtual environments: install python3-venv"},
        {"HASHES DO NOT MATCH", "a build requirement is not what was locked"},
        {"No matching distribution found", "a build requirement cannot be had as a wheel"},
    };
    for (size_t i = 0; i < COUNT(rows); i++)
        if (strstr(log_text, rows[i].mark))
            return rows[i].means;
    return NULL;
}

static int say_place(const char *path, const char *before, const char *now, struct err *e)
{
    AUTO(strbuf) struct strbuf text = {0};
    AUTO(strbuf) struct strbuf out = {0};
    if (file_read(&text, path, SCRIPT_LIMIT, e) < 0)
        return -1;
    size_t len = strlen(before);
    const char *at = strbuf_str(&text), *end = at + text.len;
    if (memchr(at, '\0', text.len) || !strstr(at, before))
        return 0;
    for (const char *found; (found = strstr(at, before)); at = found + len) {
        strbuf_add(&out, at, (size_t)(found - at));
        strbuf_adds(&out, now);
    }
    strbuf_add(&out, at, (size_t)(end - at));
    return file_write(path, out.ptr, out.len, 0755, e);
}

int environment_moved(const char *environment, const char *made_as, const char *moved_to, struct err *e)
{
    AUTO(strvec) struct strvec names = {0};
    AUTO_FREE char *bin = path_join(environment, "bin");
    if (folder_names(&names, bin, e) < 0)
        return -1;
    for (size_t i = 0; i < names.len; i++) {
        AUTO_FREE char *path = path_join(bin, names.items[i]);
        struct stat st;
        int there = path_look(&st, path, false, e);
        if (there < 0)
            return -1;
        if (there && S_ISREG(st.st_mode) && st.st_size < SCRIPT_LIMIT &&
            say_place(path, made_as, moved_to, e) < 0)
            return -1;
    }
    return 0;
}
