/* libFuzzer: any bytes are smaps, a stat file, the loader's statistics or an ELF file, or are refused with a
 * reason. The first byte chooses. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "footprint/loader_statistics.h"
#include "footprint/module_internal.h"
#include "footprint/sample.h"
#include "footprint/smaps.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* In parts as large as the second byte says. */
static void smaps(const char *text, size_t len)
{
    struct err e = ERR_INIT;
    struct sample s = {.program = "/usr/bin/python3"};
    struct smaps_reader r = {.arena = &s.arena};
    size_t part = len ? (size_t)(unsigned char)text[0] + 1 : 1;
    int status = 0;
    for (size_t at = 1; status == 0 && at < len; at += part)
        status = smaps_feed(&r, text + at, len - at < part ? len - at : part, &e);
    if (status == 0)
        status = smaps_end(&r, &e);
    if ((status < 0) != (e.text != NULL))
        abort();
    s.regions = arena_memdup(&s.arena, r.regions.items, r.regions.len * sizeof *s.regions);
    s.region_count = r.regions.len;
    sample_sort(&s, NULL, NULL);
    for (size_t i = 0; i < s.region_count; i++)
        if (s.regions[i].kind >= REGION_KINDS ||
            (s.regions[i].file != NO_FILE && s.regions[i].file >= s.file_count))
            abort();
    smaps_reader_release(&r);
    sample_release(&s);
    err_release(&e);
}

static void elf(const uint8_t *bytes, size_t len)
{
    AUTO(err) struct err ignored = ERR_INIT;
    struct arena scratch = {0};
    struct elf_image image = {0};
    struct module_footprint m = {.path = "/nonexistent"};
    if (elf_open(&image, &scratch, bytes, len, &ignored) == 0) {
        module_relocate(&m, &image);
        module_symbols(&m, &image);
        module_shares(&m, &image, NULL);
        if (m.function_count > MODULE_LARGEST || m.object_count > MODULE_LARGEST ||
            m.pages.relro_written > m.pages.relro || m.pages.data_written > m.pages.data)
            abort();
    }
    module_footprint_release(&m);
    arena_release(&scratch);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (!size)
        return 0;
    AUTO_FREE char *text = xstrndup((const char *)data + 1, size - 1);
    struct process_facts facts;
    struct loader_statistics statistics;
    switch (data[0] % 4) {
    case 0:
        smaps(text, size - 1);
        break;
    case 1:
        if (process_facts_parse(&facts, text) && strlen(facts.name) >= sizeof facts.name)
            abort();
        status_number(text, "VmPTE");
        break;
    case 2:
        loader_statistics_parse(&statistics, (struct slice){text, size - 1});
        break;
    default:
        elf(data + 1, size - 1);
        break;
    }
    return 0;
}
