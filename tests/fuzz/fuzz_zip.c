/* libFuzzer: any bytes give members whose data lies inside the archive, or a reason. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "zip/reader.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

extern volatile size_t fuzz_sink;
volatile size_t fuzz_sink; /* what is read is used */

enum { LIMIT = 1 << 20 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    AUTO(err) struct err e = ERR_INIT;
    AUTO(zip_scratch) struct zip_scratch s = {0};
    struct zip z;
    if (zip_parse(&z, "x.zip", data, size, &e) < 0) {
        if (!e.text)
            abort();
        return 0;
    }
    for (size_t i = 0; i < z.len; i++) {
        const struct zip_member *m = &z.members[i];
        if (m->data && (m->packed_bytes > size || m->data < data || m->data + m->packed_bytes > data + size))
            abort();
        if (!m->data && !(m->facts & ZIP_LOCAL_MISSING))
            abort();
        fuzz_sink += strlen(m->name);
        AUTO(err) struct err why = ERR_INIT;
        struct slice text;
        if (zip_read(m, LIMIT, &s, &text, &why) == 0) {
            if (text.len > LIMIT)
                abort();
            for (size_t j = 0; j < text.len; j++)
                fuzz_sink += (unsigned char)text.ptr[j];
        } else if (!why.text) {
            abort();
        }
    }
    zip_release(&z);
    return 0;
}
