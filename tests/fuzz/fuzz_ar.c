/* libFuzzer: any bytes give members and index entries that lie inside the archive, or a reason. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/err.h"
#include "elf/ar.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static volatile size_t sink;
    AUTO(err) struct err e = ERR_INIT;
    struct ar_walk walk;
    if (ar_open(&walk, data, size, &e) == 0) {
        struct ar_member m;
        size_t total = 0;
        while (ar_next(&walk, &m, &e) > 0) {
            if (m.data.len > size || m.data.ptr < data || m.data.ptr + m.data.len > data + size)
                abort();
            for (size_t i = 0; i < m.name.len; i++)
                sink += (unsigned char)m.name.ptr[i];
            sink += m.data.len ? m.data.ptr[m.data.len - 1] : 0;
            total += m.data.len;
        }
        if (total > size)
            abort();
    } else if (!e.text)
        abort();
    err_release(&e);
    struct ar_index index;
    if (ar_index_open(&index, data, size, &e) > 0)
        for (struct ar_symbol s; ar_index_next(&index, &s);)
            sink += strlen(s.name) + s.header;
    return 0;
}
