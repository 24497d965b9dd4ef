/* A folder of a test's own, and no trace of it afterwards. */
#ifndef TESTS_UNIT_SCRATCH_H
#define TESTS_UNIT_SCRATCH_H

#include <check.h>
#include <stdlib.h>

#include "sys/fs.h"

/* Its path; for scratch_remove. */
static inline char *scratch_make(void)
{
    struct err e = ERR_INIT;
    char *folder = folder_make_temporary("/tmp", "staticbuild-test-", &e);
    ck_assert_msg(folder != NULL, "%s", e.text);
    return folder;
}

/* Also what a test made read-only in it. */
static inline void scratch_remove(char *folder)
{
    struct err e = ERR_INIT;
    ck_assert_msg(tree_remove(folder, &e) == 0, "%s", e.text);
    free(folder);
}

#endif
