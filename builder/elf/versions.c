/* DT_VERNEED, DT_VERDEF and the table from version index to version (Drepper, ELF Symbol Versioning). */
#include "base/arena.h"
#include "base/err.h"
#include "elf/internal.h"

enum {
    NEED_SIZE = sizeof(Elf64_Verneed), /* the records are alike in both classes */
    NEED_AUX_SIZE = sizeof(Elf64_Vernaux),
    DEFINITION_SIZE = sizeof(Elf64_Verdef),
    DEFINITION_AUX_SIZE = sizeof(Elf64_Verdaux),
};

struct chain {
    const struct elf_image *image;
    struct elf_range table;
    struct elf_version *items;
    size_t count;
};

static int damaged(struct err *e, const char *tag)
{
    return err_set(e, ERR_DAMAGED, "%s: a record runs past the end of its segment", tag);
}

/* Steps *at by the distance given; false at the end of a chain or when the next record is not inside. */
static bool step(size_t *at, uint32_t distance, size_t record, size_t len)
{
    if (distance < record || !range_valid(*at + (uint64_t)distance, record, len))
        return false;
    *at += distance;
    return true;
}

static int read_needs(struct chain *c, uint64_t count, struct err *e)
{
    bool big = c->image->big;
    size_t at = 0, len = c->table.len;
    for (uint64_t i = 0; i < count; i++) {
        if (!range_valid(at, NEED_SIZE, len))
            return damaged(e, "DT_VERNEED");
        const unsigned char *p = c->table.ptr + at;
        const char *file = elf_string_at(c->image, get32(p + 4, big));
        uint64_t aux_count = get16(p + 2, big), aux64 = at + (uint64_t)get32(p + 8, big);
        if (!file)
            return err_set(e, ERR_DAMAGED, "DT_VERNEED: library name outside the string table");
        if (aux_count && !range_valid(aux64, NEED_AUX_SIZE, len))
            return damaged(e, "DT_VERNEED");
        size_t aux = aux64;
        for (uint64_t k = 0; k < aux_count; k++) {
            const unsigned char *a = c->table.ptr + aux;
            const char *name = elf_string_at(c->image, get32(a + 8, big));
            if (!name)
                return err_set(e, ERR_DAMAGED, "DT_VERNEED: version name outside the string table");
            if (c->count >= len / NEED_AUX_SIZE)
                return err_set(e, ERR_DAMAGED, "DT_VERNEED: records overlap");
            c->items[c->count++] = (struct elf_version){
                .name = name,
                .file = file,
                .flags = get16(a + 4, big),
                .index = get16(a + 6, big) & 0x7fff,
            };
            if (k + 1 < aux_count && !step(&aux, get32(a + 12, big), NEED_AUX_SIZE, len))
                return damaged(e, "DT_VERNEED");
        }
        if (i + 1 < count && !step(&at, get32(p + 12, big), NEED_SIZE, len))
            return damaged(e, "DT_VERNEED");
    }
    return 0;
}

static int read_definitions(struct chain *c, uint64_t count, struct err *e)
{
    bool big = c->image->big;
    size_t at = 0, len = c->table.len;
    for (uint64_t i = 0; i < count; i++) {
        if (!range_valid(at, DEFINITION_SIZE, len))
            return damaged(e, "DT_VERDEF");
        const unsigned char *p = c->table.ptr + at;
        uint64_t aux = at + (uint64_t)get32(p + 12, big);
        if (!get16(p + 6, big) || !range_valid(aux, DEFINITION_AUX_SIZE, len))
            return damaged(e, "DT_VERDEF");
        /* The first auxiliary record is the version's name; the others, its predecessors, bind nothing. */
        const char *name = elf_string_at(c->image, get32(c->table.ptr + aux, big));
        if (!name)
            return err_set(e, ERR_DAMAGED, "DT_VERDEF: version name outside the string table");
        c->items[c->count++] = (struct elf_version){
            .name = name,
            .flags = get16(p + 2, big),
            .index = get16(p + 4, big) & 0x7fff,
        };
        if (i + 1 < count && !step(&at, get32(p + 16, big), DEFINITION_SIZE, len))
            return damaged(e, "DT_VERDEF");
    }
    return 0;
}

/* Room for as many records as the table can hold, or as its header counts, whichever is less. */
static size_t count_need_records(const struct chain *c, uint64_t count)
{
    bool big = c->image->big;
    size_t at = 0, total = 0, most = c->table.len / NEED_AUX_SIZE;
    for (uint64_t i = 0; i < count && range_valid(at, NEED_SIZE, c->table.len) && total < most; i++) {
        total += get16(c->table.ptr + at + 2, big);
        if (!step(&at, get32(c->table.ptr + at + 12, big), NEED_SIZE, c->table.len))
            break;
    }
    return total < most ? total : most;
}

static int find_table(struct chain *c, uint64_t address, const char *tag, struct err *e)
{
    c->table = elf_at_address(c->image, address);
    return c->table.ptr ? 0
                        : err_set(e, ERR_DAMAGED, "%s: address 0x%llx is not in the file", tag,
                              (unsigned long long)address);
}

static void index_versions(struct elf_image *image, struct arena *arena)
{
    const struct {
        const struct elf_version *items;
        size_t count;
    } lists[] = {{image->defined_versions, image->defined_version_count},
        {image->needed_versions, image->needed_version_count}};
    size_t limit = 0;
    for (size_t l = 0; l < 2; l++)
        for (size_t i = 0; i < lists[l].count; i++)
            if (lists[l].items[i].index >= limit)
                limit = lists[l].items[i].index + 1u;
    const struct elf_version **by_index = arena_alloc(arena, limit * sizeof *by_index);
    for (size_t l = 0; l < 2; l++)
        for (size_t i = 0; i < lists[l].count; i++) {
            const struct elf_version *v = &lists[l].items[i];
            /* 0 is local; 1 is global, and the index of the file's own base version. */
            if (v->index > 1 || (v->index == 1 && !(v->flags & VER_FLG_BASE)))
                by_index[v->index] = v;
        }
    image->version_by_index = by_index;
    image->version_limit = limit;
}

int elf_read_versions(struct elf_image *image, struct arena *arena, uint64_t needed, uint64_t needed_count,
    uint64_t defined, uint64_t defined_count, struct err *e)
{
    if (needed && needed_count) {
        struct chain c = {.image = image};
        if (find_table(&c, needed, "DT_VERNEED", e) < 0)
            return -1;
        c.items = arena_alloc(arena, (count_need_records(&c, needed_count) + 1) * sizeof *c.items);
        if (read_needs(&c, needed_count, e) < 0)
            return -1;
        image->needed_versions = c.items;
        image->needed_version_count = c.count;
    }
    if (defined && defined_count) {
        struct chain c = {.image = image};
        if (find_table(&c, defined, "DT_VERDEF", e) < 0)
            return -1;
        if (defined_count > c.table.len / DEFINITION_SIZE)
            return damaged(e, "DT_VERDEF");
        c.items = arena_alloc(arena, defined_count * sizeof *c.items);
        if (read_definitions(&c, defined_count, e) < 0)
            return -1;
        image->defined_versions = c.items;
        image->defined_version_count = c.count;
    }
    index_versions(image, arena);
    return 0;
}
