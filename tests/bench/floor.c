/* The least that an audit could cost. `floor touch FILE...`: open each file, map it, look at its first page.
 * `floor inflate WHEEL`: inflate every member once and take its CRC, on one thread; `floor hash WHEEL`: its
 * SHA-256, too. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hash/hash.h"
#include "sys/fs.h"
#include "zip/reader.h"

static volatile unsigned sink;

static int inflate_all(const char *path, bool hash, struct err *e)
{
    struct mapping wheel;
    struct zip zip;
    struct zip_scratch scratch = {0};
    struct slice bytes;
    if (mapping_open(&wheel, path, e) < 0 || zip_parse(&zip, path, wheel.bytes, wheel.size, e) < 0)
        return -1;
    int status = 0;
    for (size_t i = 0; i < zip.len && status == 0; i++) {
        struct digest digest;
        if (zip.members[i].facts & ZIP_FOLDER)
            continue;
        status = zip_read(&zip.members[i], SIZE_MAX, &scratch, &bytes, e);
        if (status == 0 && hash)
            digest_bytes(&digest, bytes.ptr, bytes.len);
    }
    zip_scratch_release(&scratch);
    zip_release(&zip);
    mapping_release(&wheel);
    return status;
}

static int touch_all(char **paths, struct err *e)
{
    for (; *paths; paths++) {
        struct mapping file;
        if (mapping_open(&file, *paths, e) < 0)
            return -1;
        sink += file.size ? file.bytes[0] : 0;
        mapping_release(&file);
    }
    return 0;
}

int main(int argc, char **argv)
{
    struct err e = ERR_INIT;
    bool hash = argc == 3 && strcmp(argv[1], "hash") == 0;
    bool inflate = hash || (argc == 3 && strcmp(argv[1], "inflate") == 0);
    int status = inflate ? inflate_all(argv[2], hash, &e) : touch_all(argv + 2, &e);
    if (status < 0)
        fprintf(stderr, "floor: %s\n", e.text);
    return status < 0;
}
