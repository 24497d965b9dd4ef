/* libFuzzer: any text is a value that is written and read again as the same, or refused at a place. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "json/json.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    AUTO(err) struct err e = ERR_INIT;
    AUTO_JSON struct json *value = json_parse("f.json", size ? (const char *)data : "", size, &e);
    if ((value != NULL) == (e.text != NULL))
        abort();
    if (!value)
        return 0;
    AUTO(strbuf) struct strbuf once = {0};
    AUTO(strbuf) struct strbuf twice = {0};
    json_write(value, JSON_INDENTED, &once);
    AUTO_JSON struct json *again = json_parse("g.json", strbuf_str(&once), once.len, &e);
    if (!again)
        abort();
    json_write(again, JSON_INDENTED, &twice);
    if (once.len != twice.len || memcmp(strbuf_str(&once), strbuf_str(&twice), once.len) != 0)
        abort();
    return 0;
}
