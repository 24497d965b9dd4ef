/* libFuzzer: any text is a lock, or refused at a place. What is read is written, read again, and the same
 * then. */
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/str.h"
#include "recipe/lockfile.h"

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size);

/* What pip is given: nothing in it is an option of its own. */
static void check_packages(const struct lockfile *l)
{
    for (size_t i = 0; i < l->environment_count; i++)
        for (size_t k = 0; k < l->environments[i].packages.len; k++) {
            const char *package = l->environments[i].packages.items[k];
            if (*package == '-' || strpbrk(package, "\n\r;@") || !strstr(package, " --hash=sha256:"))
                abort();
        }
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
    AUTO(arena) struct arena arena = {0};
    AUTO(err) struct err e = ERR_INIT;
    AUTO(strbuf) struct strbuf text = {0}, again = {0};
    struct texts differences = {0};
    struct lockfile read, other;
    if (lockfile_parse(&read, &arena, "f.lock", (const char *)data, size, &e) < 0) {
        if (!e.text)
            abort();
        return 0;
    }
    check_packages(&read);
    lockfile_write(&text, &read);
    if (lockfile_parse(&other, &arena, "again.lock", text.ptr, text.len, &e) < 0)
        abort();
    lockfile_write(&again, &other);
    if (text.len != again.len || memcmp(text.ptr, again.ptr, text.len) != 0)
        abort();
    if (read.recipe_count + read.environment_count < 64)
        lockfile_differences(&differences, &arena, &read, &other);
    return 0;
}
