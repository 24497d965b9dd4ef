/* The marks of a C++ runtime. Whoever throws stamps the exception with eight bytes that name the language and
 * its maker ("GNUCC++\0", "CLNGC++\0"), which stand in the code that does it; a file that takes __cxa_throw
 * from libstdc++ has none. Its unwinder is libgcc_s's, by import, or its own, which has to ask the loader
 * where the frames' tables are: by dl_iterate_phdr or _dl_find_object. */
#include "audit/cxx_runtime.h"

#include <string.h>

struct marks {
    bool asks_loader;   /* dl_iterate_phdr, _dl_find_object */
    bool takes_raise;   /* _Unwind_RaiseException */
    bool takes_runtime; /* __cxa_throw, __gxx_personality_v0 */
};

static struct marks marks_of(const struct check *c)
{
    struct marks m = {0};
    for (size_t i = 0; i < c->facts->import_count; i++) {
        const char *name = c->facts->imports[i].name;
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
    static const struct {
        const char *bytes;
        size_t len;
        bool code;
    } stamps[] = {
        {"\0++CCUNG", 8, true}, {"\0++CGNLC", 8, true}, {"N10__cxxabiv117__class_type_infoE", 34, false}};
    for (size_t i = 0; i < image->segment_count; i++) {
        struct elf_segment s = elf_segment_at(image, i);
        if (s.type != PT_LOAD || s.flags & PF_W)
            continue;
        struct elf_range bytes = elf_at_address(image, s.address);
        for (size_t k = 0; bytes.ptr && k < COUNT(stamps); k++)
            if ((!stamps[k].code || s.flags & PF_X) &&
                memmem(bytes.ptr, bytes.len, stamps[k].bytes, stamps[k].len))
                return true;
    }
    return false;
}

/* The code is looked through only where the imports leave it open. */
static bool may_be_inside(const struct check *c, const struct marks *m)
{
    return !c->context->skip_contents && !m->takes_runtime && (m->takes_raise || m->asks_loader);
}

bool has_cxx_runtime(const struct check *c)
{
    struct marks m = marks_of(c);
    return may_be_inside(c, &m) && has_stamp(c->image);
}

bool has_own_unwinder(const struct check *c)
{
    struct marks m = marks_of(c);
    return !m.takes_raise && may_be_inside(c, &m) && has_stamp(c->image);
}
