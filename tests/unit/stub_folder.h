/* What the suites about stubs share: a folder for them, and a look into it. */
#ifndef TESTS_STUB_FOLDER_H
#define TESTS_STUB_FOLDER_H

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/cleanup.h"
#include "elf/image.h"
#include "sys/fs.h"
#include "sys/path.h"
#include "target/target.h"
#include "scratch.h"

static struct arena arena;
static char *folder; /* of the stubs */

static void setup(void)
{
    folder = scratch_make();
}

static void teardown(void)
{
    scratch_remove(folder);
    arena_release(&arena);
}

static struct platform platform(const char *tag)
{
    struct platform p;
    if (!platform_find(&p, tag))
        ck_abort_msg("%s is not found", tag);
    return p;
}

/* Opens a stub; its bytes stay for as long as the arena. */
static struct elf_image open_stub(const char *soname)
{
    AUTO(err) struct err e = ERR_INIT;
    AUTO(strbuf) struct strbuf text = {0};
    AUTO_FREE char *path = path_join(folder, soname);
    ck_assert_msg(file_read(&text, path, 1 << 20, &e) == 0, "%s", e.text);
    void *bytes = arena_memdup(&arena, text.ptr, text.len);
    struct elf_image image;
    ck_assert_msg(elf_open(&image, &arena, bytes, text.len, &e) == 0, "%s: %s", soname, e.text);
    ck_assert_str_eq(image.soname, soname);
    return image;
}

#endif
