/* One small program under every name that a build may call a compiler, a linker, ar or pkg-config by. It
 * looks at the words it was given, leaves out or redirects what is this machine's, says so in a log, and
 * becomes the program that it stands for. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "wrapper/driver.h"
#include "wrapper/first_process.h"
#include "wrapper/linker.h"
#include "wrapper/names.h"
#include "wrapper/paths.h"
#include "wrapper/remembered.h"
#include "wrapper/rust.h"
#include "wrapper/scripts.h"

enum { CANNOT_RUN = 127 };

static int complain(const char *program)
{
    fprintf(stderr, "staticbuild: %s: %s\n", program, strerror(errno));
    return CANNOT_RUN;
}

/* More words than the system takes go by way of a file, as they came. */
static void become(const struct words *argv)
{
    execv(argv->items[0], argv->items);
    if (errno != E2BIG)
        return;
    struct words path = {0}, few = {0};
    const char *folder = getenv("TMPDIR");
    words_addf(&path, "%s/staticbuild-words-%ld", folder && *folder ? folder : "/tmp", (long)getpid());
    if (words_write(argv, 1, path.items[0]) < 0)
        return;
    words_add(&few, argv->items[0]);
    words_addf(&few, "@%s", path.items[0]);
    execv(few.items[0], few.items);
}

static int run(const struct words *argv)
{
    become(argv);
    return complain(argv->items[0]);
}

static int run_and_wait(const struct words *argv)
{
    int status;
    pid_t child = fork();
    if (child < 0)
        return complain(argv->items[0]);
    if (child == 0)
        _exit(run(argv));
    while (waitpid(child, &status, 0) < 0)
        if (errno != EINTR)
            return complain(argv->items[0]);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

static int link_files(const struct config *c, const char *who, const struct words *argv)
{
    struct linking l;
    linking_init(&l, c, who, argv);
    if (l.refused) {
        fprintf(stderr,
            "%s: %s is a library of this machine: a wheel that needs it would not work elsewhere, and none "
            "of that name was built for it\n",
            who, l.refused);
        return 1;
    }
    if (!l.shared)
        return run(&l.argv);
    int status = run_and_wait(&l.argv);
    if (status == 0)
        linking_note(&l, c, who);
    return status;
}

static void log_asked(const struct config *c, const char *who, const struct words *argv)
{
    struct words line = {0};
    words_add(&line, "");
    for (size_t i = 0; i < argv->count; i++)
        words_addf(&line, "%s%s%s", line.items[line.count - 1], i ? " " : "", argv->items[i]);
    config_log(c, "asked", who, line.items[line.count - 1]);
}

/* Packages that were built for the wheel, and none of this machine's. */
static int ask_packages(const struct config *c, const char *who, const struct words *argv)
{
    struct words out = {0};
    packages_words(&out, c);
    words_add_all(&out, argv);
    log_asked(c, who, argv);
    return run(&out);
}

static int compile(const struct config *c, enum wrapper_kind kind, const char *who, const struct words *argv)
{
    struct words out = {0};
    struct remembered r;
    driver_words(&out, c, kind, who, argv);
    remembered_init(&r, c, &out);
    if (!r.object)
        return run(&out);
    if (remembered_is_done(&r, &out)) {
        config_log(c, "kept", who, r.object);
        return 0;
    }
    struct words all = {0};
    words_add_all(&all, &out);
    remembered_begin(&r, &all);
    int status = run_and_wait(&all);
    if (status == 0)
        remembered_end(&r, &out);
    remembered_release(&r);
    words_release(&all);
    words_release(&out);
    return status;
}

static int compile_rust(const struct config *c, const char *who, const struct words *argv)
{
    struct words out = {0};
    rust_words(&out, c, who, argv);
    rust_note(c, who, argv);
    return run(&out);
}

static int pass(const struct config *c, enum wrapper_kind kind, const struct words *argv)
{
    struct words out = {0};
    words_add(&out, c->programs[kind]);
    words_add_all(&out, argv);
    return run(&out);
}

/* By the name of this file, not by argv[0], which its caller chooses. */
static char *own_path(void)
{
    char *path = realpath("/proc/self/exe", NULL);
    if (!path)
        fprintf(stderr, "staticbuild: /proc/self/exe: %s\n", strerror(errno));
    return path;
}

int main(int argc, char **argv)
{
    char *path = own_path();
    char *slash = path ? strrchr(path, '/') : NULL;
    struct config config;
    struct words words = {0};
    bool had_files;
    if (!slash)
        return CANNOT_RUN;
    *slash = '\0';
    const char *who = slash + 1;
    if (argc && strcmp(who, FIRST_PROCESS_NAME) == 0)
        return first_process(argv + 1);
    if (!config_read(&config, slash == path ? "/" : path))
        return CANNOT_RUN;
    const struct script *script = script_find(who);
    enum wrapper_kind kind = script ? WRAPPER_PKG_CONFIG : wrapper_kind_of(who, config.triplet);
    if (kind == WRAPPER_KINDS) {
        fprintf(stderr, "staticbuild: %s: no program is known by that name\n", who);
        return CANNOT_RUN;
    }
    if (!config.programs[kind]) {
        fprintf(stderr, "staticbuild: %s: there is no %s for this build\n", who, wrapper_kind_word(kind));
        return CANNOT_RUN;
    }
    words_expand(&words, argc ? argv + 1 : argv, &had_files);
    if (script) {
        log_asked(&config, who, &words);
        return script_answer(script, &config, &words);
    }
    switch (kind) {
    case WRAPPER_CC:
    case WRAPPER_CXX:
        return compile(&config, kind, who, &words);
    case WRAPPER_LD:
        return link_files(&config, who, &words);
    case WRAPPER_RUSTC:
        return compile_rust(&config, who, &words);
    case WRAPPER_PKG_CONFIG:
        return ask_packages(&config, who, &words);
    default:
        return pass(&config, kind, &words);
    }
}
