/* libFuzzer: any text is a manifest that is written and read again as the same, with paths that stay below
 * its tree and are found by name, or is refused at a line. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "store/manifest.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_entries(const struct manifest *m)
{
    for (size_t i = 0; i < m->entry_count; i++) {
        const struct manifest_entry *entry = &m->entries[i];
        if (manifest_find(m, entry->path) != entry)
            abort();
        if (!*entry->path || entry->path[0] == '/' || strstr(entry->path, "//"))
            abort();
        if (strcmp(entry->path, "..") == 0 || str_starts(entry->path, "../") || strstr(entry->path, "/../"))
            abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    AUTO(arena) struct arena arena = {0};
    AUTO(err) struct err e = ERR_INIT;
    AUTO(manifest) struct manifest first;
    AUTO(manifest) struct manifest second;
    AUTO(strbuf) struct strbuf once = {0};
    AUTO(strbuf) struct strbuf twice = {0};
    manifest_init(&first, &arena);
    manifest_init(&second, &arena);
    int status = manifest_parse(&first, "m", (struct slice){size ? (const char *)data : "", size}, &e);
    if ((status == 0) != (e.text == NULL))
        abort();
    if (status < 0)
        return 0;
    check_entries(&first);
    manifest_write(&first, &once);
    if (manifest_parse(&second, "again", (struct slice){strbuf_str(&once), once.len}, &e) < 0)
        abort();
    manifest_write(&second, &twice);
    if (once.len != twice.len || memcmp(strbuf_str(&once), strbuf_str(&twice), once.len) != 0)
        abort();
    return 0;
}
