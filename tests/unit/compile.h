/* Makes small ELF files with the host's compiler, for suites that need real ones. */
#ifndef TESTS_COMPILE_H
#define TESTS_COMPILE_H

#include <check.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/str.h"

/* Compiled so that every jump and return is marked (HAS_MARKS: this machine has such marks), or none. With
 * the marks go -nostartfiles, because not every distribution marks what a program starts with. */
#if defined __x86_64__
#define HAS_MARKS 1
#define MARKS "-nostartfiles -fcf-protection=full"
#define NO_MARKS "-fcf-protection=none"
#elif defined __aarch64__
#define HAS_MARKS 1
#define MARKS "-nostartfiles -mbranch-protection=standard"
#define NO_MARKS "-mbranch-protection=none"
#else
#define HAS_MARKS 0
#define MARKS "-nostartfiles"
#define NO_MARKS ""
#endif

struct built {
    char dir[32];
    unsigned char *bytes; /* owned */
    size_t size;
};

static inline void built_release(struct built *b)
{
    free(b->bytes);
    if (b->dir[0]) {
        static const char *const names[] = {"in.c", "out", "map", "out.a", "dep.so"};
        char path[64];
        for (size_t i = 0; i < COUNT(names); i++) {
            snprintf(path, sizeof path, "%s/%s", b->dir, names[i]);
            unlink(path);
        }
        rmdir(b->dir);
    }
    *b = (struct built){0};
}

static inline void run_argv(char *const argv[])
{
    pid_t pid = fork();
    ck_assert_int_ge(pid, 0);
    if (!pid) {
        execvp(argv[0], argv);
        _exit(127);
    }
    int status = 0;
    ck_assert_int_eq(waitpid(pid, &status, 0), pid);
    ck_assert_msg(WIFEXITED(status) && WEXITSTATUS(status) == 0, "%s failed", argv[0]);
}

static inline void read_built(struct built *b, const char *name)
{
    char path[64];
    snprintf(path, sizeof path, "%s/%s", b->dir, name);
    AUTO_CLOSE int fd = open(path, O_RDONLY | O_CLOEXEC);
    ck_assert_int_ge(fd, 0);
    struct stat st;
    ck_assert_int_eq(fstat(fd, &st), 0);
    free(b->bytes);
    b->size = (size_t)st.st_size;
    b->bytes = xmalloc(b->size + 1);
    ck_assert_int_eq(read(fd, b->bytes, b->size), (ssize_t)b->size);
}

/* Compiles C text with `cc` and the arguments (separated by spaces, each "@" standing for the folder) to
 * "out" and reads it. Call again on the same struct to build beside what is there. */
static inline void build(struct built *b, const char *source, const char *arguments)
{
    if (!b->dir[0]) {
        strcpy(b->dir, "/tmp/sb-test-XXXXXX");
        ck_assert_ptr_nonnull(mkdtemp(b->dir));
    }
    char path[64];
    snprintf(path, sizeof path, "%s/in.c", b->dir);
    FILE *f = fopen(path, "we");
    ck_assert_ptr_nonnull(f);
    fputs(source, f);
    fclose(f);

    AUTO(strvec) struct strvec argv = {0};
    strvec_push(&argv, "cc");
    strvec_push(&argv, path);
    strvec_push(&argv, "-o");
    strvec_pushf(&argv, "%s/out", b->dir);
    for (struct slice rest = slice_of(arguments); rest.ptr && rest.len;) {
        struct slice word = slice_cut(&rest, ' ');
        AUTO(strbuf) struct strbuf text = {0};
        for (size_t i = 0; i < word.len; i++)
            word.ptr[i] == '@' ? strbuf_adds(&text, b->dir) : strbuf_addc(&text, word.ptr[i]);
        strvec_push(&argv, strbuf_str(&text));
    }
    run_argv(argv.items);
    read_built(b, "out");
}

#endif
