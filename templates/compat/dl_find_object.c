/* _dl_find_object (glibc 2.35), by which the unwinder of gcc 12 and later finds the tables of the code that
 * an address is in. dlfo_link_map stays NULL: the loader gives it to nobody else, and the unwinder does not
 * ask. */
#include <dlfcn.h>
#include <link.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#ifndef DLFO_STRUCT_HAS_EH_DBASE
struct dl_find_object {
    unsigned long long dlfo_flags;
    void *dlfo_map_start, *dlfo_map_end;
    struct link_map *dlfo_link_map;
    void *dlfo_eh_frame;
    unsigned long long reserved[7];
};
#elif DLFO_STRUCT_HAS_EH_DBASE || DLFO_STRUCT_HAS_EH_COUNT
#error "struct dl_find_object has members of this architecture that are not filled here"
#endif

int _dl_find_object(void *address, struct dl_find_object *result);

struct search {
    uintptr_t address;
    struct dl_find_object *result;
};

static int look(struct dl_phdr_info *info, size_t size, void *argument)
{
    (void)size;
    const struct search *search = argument;
    uintptr_t start = UINTPTR_MAX, end = 0;
    const ElfW(Phdr) *tables = NULL;
    bool inside = false;
    for (size_t i = 0; i < info->dlpi_phnum; i++) {
        const ElfW(Phdr) *p = &info->dlpi_phdr[i];
        if (p->p_type == PT_LOAD) {
            uintptr_t from = info->dlpi_addr + p->p_vaddr, to = from + p->p_memsz;
            inside |= search->address - from < p->p_memsz;
            if (from < start)
                start = from;
            if (to > end)
                end = to;
        } else if (p->p_type == PT_GNU_EH_FRAME) {
            tables = p;
        }
    }
    if (!inside)
        return 0;
    memset(search->result, 0, sizeof *search->result);
    search->result->dlfo_map_start = (void *)start;
    search->result->dlfo_map_end = (void *)end;
    if (tables)
        search->result->dlfo_eh_frame = (void *)(info->dlpi_addr + tables->p_vaddr);
    return 1;
}

int _dl_find_object(void *address, struct dl_find_object *result)
{
    struct search search = {(uintptr_t)address, result};
    return dl_iterate_phdr(look, &search) ? 0 : -1;
}
