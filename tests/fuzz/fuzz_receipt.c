/* What a server says that it has under a key: any bytes. What is read of them is written and read again. */
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "store/receipt.h"

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size);

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
    AUTO(arena) struct arena arena = {0};
    AUTO(strbuf) struct strbuf text = {0};
    struct receipt read, again;
    if (!receipt_read(&read, &arena, (struct slice){(const char *)data, size}))
        return 0;
    receipt_write(&read, &text);
    if (!receipt_read(&again, &arena, (struct slice){text.ptr, text.len}) ||
        strcmp(read.sha256, again.sha256) != 0 || read.size_bytes != again.size_bytes ||
        strcmp(read.signature, again.signature) != 0)
        abort();
    return 0;
}
