/* The child of ourselves that makes a kit: its compilers run beside the downloads, and can be killed. */
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "store/store.h"
#include "sys/dirs.h"
#include "toolchain/kit.h"

enum word {
    WORD_TARGET,
    WORD_CC,
    WORD_CXX,
    WORD_AR,
    WORD_MAKE,
    WORD_LINE,
    WORD_GLIBC,
    WORD_TEMPLATES,
    WORD_HOME,
    WORD_STORE,
    WORD_DIR,
    WORDS
};

void kit_command(struct command *c, const struct kit_request *r, const char *store, const char *dir)
{
    const char *words[WORDS] = {
        [WORD_TARGET] = r->target->name,
        [WORD_CC] = r->cc,
        [WORD_CXX] = r->cxx,
        [WORD_AR] = r->ar,
        [WORD_MAKE] = r->is_clang ? "clang" : "gcc",
        [WORD_LINE] = r->compiler_line,
        [WORD_GLIBC] = r->glibc,
        [WORD_TEMPLATES] = r->templates,
        [WORD_HOME] = r->home,
        [WORD_STORE] = store,
        [WORD_DIR] = dir,
    };
    command_set_itself(c, "internal-kit");
    for (size_t i = 0; i < WORDS; i++)
        strvec_push(&c->argv, words[i]);
}

static char *recall(void *arg, const char *kind, const char *path)
{
    return store_fact_get(arg, kind, path);
}

static void keep(void *arg, const char *kind, const char *path, const char *text)
{
    store_fact_set(arg, kind, path, text);
}

static int make(char **argv, struct err *e)
{
    struct platform target;
    struct store store;
    if (!platform_find(&target, argv[WORD_TARGET]))
        return err_set(e, ERR_ENVIRONMENT, "%s: no such target", argv[WORD_TARGET]);
    if (store_open(&store, argv[WORD_STORE], e) < 0)
        return -1;
    struct fact_memory memory = {recall, keep, &store};
    struct kit_request request = {
        .target = &target,
        .cc = argv[WORD_CC],
        .cxx = argv[WORD_CXX],
        .ar = argv[WORD_AR],
        .is_clang = strcmp(argv[WORD_MAKE], "clang") == 0,
        .compiler_line = argv[WORD_LINE],
        .glibc = argv[WORD_GLIBC],
        .templates = argv[WORD_TEMPLATES],
        .memory = &memory,
        .home = argv[WORD_HOME],
    };
    int failed = kit_make(&request, argv[WORD_DIR], e);
    store_release(&store);
    return failed;
}

int kit_main(int argc, char **argv)
{
    if (argc != WORDS)
        return 2;
    struct err e = ERR_INIT;
    if (make(argv, &e) == 0)
        return 0;
    fprintf(stderr, "%s\n", e.text);
    err_release(&e);
    return 1;
}
