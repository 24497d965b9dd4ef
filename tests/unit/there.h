/* Questions about files, for tests: they know yes and no, and an error of the system fails the test. */
#ifndef TESTS_UNIT_THERE_H
#define TESTS_UNIT_THERE_H

#include <check.h>
#include <stdlib.h>

#include "sched/process.h"
#include "sys/fs.h"

static inline bool answer_of(int answer, const struct err *e)
{
    ck_assert_msg(answer >= 0 && !e->kind, "%s", e->text ? e->text : "no answer");
    return answer;
}

static inline bool there_is(const char *path)
{
    struct err e = ERR_INIT;
    return answer_of(path_exists(path, &e), &e);
}

static inline bool there_as_file(const char *path)
{
    struct err e = ERR_INIT;
    return answer_of(path_is_file(path, &e), &e);
}

static inline bool there_as_folder(const char *path)
{
    struct err e = ERR_INIT;
    return answer_of(path_is_folder(path, &e), &e);
}

/* Looked up in PATH; the caller frees it, NULL when it is not there. */
static inline char *program_there(const char *name)
{
    struct err e = ERR_INIT;
    char *path = program_find(name, getenv("PATH"), &e);
    answer_of(0, &e);
    return path;
}

#endif
