/* libFuzzer: what --explain and `symbol` read besides ELF itself: the code of a linked file, link maps, error
 * lines. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "audit/explain_internal.h"
#include "base/cleanup.h"
#include "loader/complaint.h"
#include "loader/definition.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static size_t explain_image(const struct elf_image *image, struct arena *arena)
{
    bool *wanted = arena_alloc(arena, image->symbol_count + 1);
    memset(wanted, 1, image->symbol_count + 1);
    struct import_sites sites;
    struct code_places places;
    struct definition_index index;
    import_sites_find(&sites, image, wanted);
    code_places_read(&places, arena, image);
    definition_index_build(&index, arena, image);
    size_t sum = 0, asked = 0;
    vec_each (&sites.items, site) {
        struct audit_reason reason;
        struct elf_symbol s;
        elf_symbol_at(image, site->symbol, &s);
        if (code_places_find(&places, arena, site->address, &reason))
            sum += strlen(reason.name);
        sum += definition_lookup(&index, s.name, s.version ? s.version->name : NULL, false).fit;
        sum += definition_find(image, s.name, NULL, true).fit;
        if (asked++ == 16)
            break;
    }
    import_sites_release(&sites);
    return sum;
}

static size_t read_map(const uint8_t *data, size_t size, struct arena *arena)
{
    AUTO(err) struct err e = ERR_INIT;
    struct link_contents contents = {0};
    if (link_map_parse(&contents, arena, "map", (struct slice){(const char *)data, size}, &e) < 0)
        return 0;
    size_t sum = 0;
    for (size_t i = 0; i < contents.place_count; i++) {
        const struct link_place *p = &contents.places[i];
        if (i && p->address < contents.places[i - 1].address)
            abort();
        sum += strlen(p->file) + strlen(p->section) + (p->member ? strlen(p->member) : 0);
    }
    return sum;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static volatile size_t sink;
    AUTO(arena) struct arena arena = {0};
    AUTO(err) struct err e = ERR_INIT;
    struct elf_image image;
    if (elf_open(&image, &arena, data, size, &e) == 0)
        sink += explain_image(&image, &arena);
    sink += read_map(data, size, &arena);
    AUTO_FREE char *line = xstrndup((const char *)data, strnlen((const char *)data, size));
    AUTO(complaint) struct complaint c;
    complaint_parse(&c, line);
    bool says_nothing = c.kind == COMPLAINT_UNKNOWN || c.kind == COMPLAINT_MEANING;
    if (!says_nothing && !c.symbol && !c.library && !c.version)
        abort();
    return 0;
}
