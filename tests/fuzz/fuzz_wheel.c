/* libFuzzer: any bytes called a wheel give problems with words, or a reason. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "wheel/wheel.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

extern volatile size_t fuzz_sink;
volatile size_t fuzz_sink; /* what is read is used */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    AUTO(err) struct err e = ERR_INIT;
    struct wheel w;
    if (wheel_open_bytes(&w, "w-1-py3-none-any.whl", data, size, 1 << 20, &e) < 0) {
        if (!e.text)
            abort();
        return 0;
    }
    wheel_verify(&w);
    for (size_t i = 0; i < w.problem_count; i++)
        fuzz_sink += strlen(w.problems[i].subject) + strlen(w.problems[i].message);
    for (size_t i = 0; i < w.zip.len; i++)
        if (w.records[i] && (!w.records[i]->hash || strcmp(w.records[i]->path, w.zip.members[i].name) != 0))
            abort();
    wheel_release(&w);
    return 0;
}
