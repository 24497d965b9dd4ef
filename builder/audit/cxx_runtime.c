/* The marks of a C++ runtime. Whoever throws stamps the exception with eight bytes that name the language and
 * its maker ("GNUCC++\0", "CLNGC++\0"), which stand in the code that does it; a file that takes __cxa_throw
 * from libstdc++ has none. Its unwinder is libgcc_s's, by import, or its own, which has to ask the loader
 * where the frames' tables are: by dl_iterate_phdr or _dl_find_object. */
#include "audit/cxx_runtime.h"

#include <string.h>

#include "base/needles.h"

struct marks {
    bool asks_loader;   /* dl_iterate_phdr, _dl_find_object */
    bool takes_raise;   /* _Unwind_RaiseException */
    bool takes_runtime; /* __cxa_throw, __gxx_personality_v0 */
};

static struct marks marks_of(const struct facts *f)
{
    struct marks m = {0};
    for (size_t i = 0; i < f->import_count; i++) {
        const char *name = f->imports[i].name;
        if (name[0] == '_') {
            m.asks_loader |= strcmp(name, "_dl_find_object") == 0;
            m.takes_raise |= name[1] == 'U' && strcmp(name, "_Unwind_RaiseException") == 0;
            m.takes_runtime |= name[1] == '_' && (strcmp(name, "__cxa_throw") == 0 ||
                                                     strcmp(name, "__gxx_personality_v0") == 0 ||
                                                     strcmp(name, "__cxa_begin_catch") == 0);
        } else if (name[0] == 'd') {
            m.asks_loader |= strcmp(name, "dl_iterate_phdr") == 0;
        }
    }
    return m;
}

/* The stamp as it stands in an instruction of x86; elsewhere it is put together of parts, and the name of a
 * type tells that only the runtime defines. */
static bool has_stamp(const struct elf_image *image)
{
    static const struct slice of_gcc = {"\0++CCUNG", 8}, of_clang = {"\0++CGNLC", 8},
                              type = {"N10__cxxabiv117__class_type_infoE", 34};
    for (size_t i = 0; i < image->segment_count; i++) {
        struct elf_segment s = elf_segment_at(image, i);
        if (s.type != PT_LOAD || s.flags & PF_W)
            continue;
        struct elf_range bytes = elf_at_address(image, s.address);
        struct needles needles = {.count = 0};
        size_t which;
        needles_add(&needles, type);
        if (s.flags & PF_X && needles_add(&needles, of_gcc))
            needles_add(&needles, of_clang);
        if (bytes.ptr &&
            needles_find(&needles, (const char *)bytes.ptr, (const char *)bytes.ptr + bytes.len, &which))
            return true;
    }
    return false;
}

/* The code is looked through only where the imports leave it open. */
void cxx_runtime_gather(struct facts *f, const struct elf_image *image)
{
    struct marks m = marks_of(f);
    f->cxx_runtime = !m.takes_runtime && (m.takes_raise || m.asks_loader) && has_stamp(image);
    f->own_unwinder = f->cxx_runtime && !m.takes_raise;
}
