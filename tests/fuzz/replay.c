/* Gives each file of the folders on its command line to one fuzz target, as libFuzzer's own main does, so
 * that any compiler can build it. The name is said first: whatever ends the process, the last one is to
 * blame. */
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "sys/fs.h"
#include "sys/path.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { LARGEST = 16 << 20 };

static int replay(const char *folder, struct err *e)
{
    AUTO(strvec) struct strvec names = {0};
    if (tree_list(folder, NULL, NULL, &names, e) < 0)
        return -1;
    for (size_t i = 0; i < names.len; i++) {
        AUTO_FREE char *path = path_join(folder, names.items[i]);
        AUTO(strbuf) struct strbuf text = {0};
        if (file_read(&text, path, LARGEST, e) < 0)
            return -1;
        printf("%s\n", path);
        fflush(stdout);
        /* A block of its own size, so that a sanitizer sees one byte too far. */
        AUTO_FREE char *copy = text.len ? xmalloc(text.len) : NULL;
        if (copy)
            memcpy(copy, text.ptr, text.len);
        LLVMFuzzerTestOneInput((const uint8_t *)copy, text.len);
    }
    return 0;
}

int main(int argc, char **argv)
{
    AUTO(err) struct err e = ERR_INIT;
    for (int i = 1; i < argc; i++)
        if (replay(argv[i], &e) < 0) {
            fprintf(stderr, "%s\n", e.text);
            return 2;
        }
    return 0;
}
