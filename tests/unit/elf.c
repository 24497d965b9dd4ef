#include "base/arena.h"
#include "base/err.h"
#include "compile.h"
#include "elf/image.h"
#include "elf/internal.h"
#include "elf/object.h"
#include "elf/pic.h"
#include "sched/ask.h"
#include "sys/fs.h"
#include "sys/path.h"

static const char module_source[] = "#include <stdio.h>\n"
                                    "#include <math.h>\n"
                                    "extern void not_here(void);\n"
                                    "extern void maybe(void) __attribute__((weak));\n"
                                    "static __thread int counter;\n"
                                    "__attribute__((constructor)) static void start(void) { counter++; }\n"
                                    "__attribute__((visibility(\"hidden\"))) int hidden(void) { return 1; }\n"
                                    "double PyInit_demo(double x) { not_here(); if (maybe) maybe();\n"
                                    "  printf(\"%d\", counter); return pow(x, 2.5); }\n";

static const char module_flags[] = "-shared -fPIC -nostartfiles -Wl,-soname,demo.so -Wl,-rpath,/opt/lib "
                                   "-Wl,--enable-new-dtags -Wl,--build-id=0xabcd -Wl,-z,now -lm";

static struct elf_symbol find_symbol(const struct elf_image *image, const char *name)
{
    struct elf_symbol s;
    for (size_t i = 1; i < image->symbol_count; i++)
        if (elf_symbol_at(image, i, &s) && strcmp(s.name, name) == 0)
            return s;
    return (struct elf_symbol){.name = NULL};
}

START_TEST(module_is_read_as_the_loader_sees_it)
{
    AUTO(built) struct built b = {0};
    build(&b, module_source, module_flags);
    AUTO(arena) struct arena a = {0};
    AUTO(err) struct err e = ERR_INIT;
    struct elf_image image;
    ck_assert_int_eq(elf_identify(b.bytes, b.size), ELF_KIND_LINKED);
    ck_assert_msg(elf_open(&image, &a, b.bytes, b.size, &e) == 0, "%s", e.text);
    ck_assert_str_eq(image.soname, "demo.so");
    ck_assert_str_eq(image.runpath, "/opt/lib");
    ck_assert_ptr_null(image.rpath);
    ck_assert_uint_ge(image.needed_count, 2); /* and the loader's, where TLS asks for it */
    ck_assert_str_eq(image.needed[0], "libm.so.6");
    ck_assert_str_eq(image.needed[1], "libc.so.6");
    ck_assert(image.bind_now && image.has_relro && image.has_stack && !image.executable_stack);
    ck_assert(!image.textrel && !image.writable_code && !image.interpreter);
    ck_assert_uint_eq(image.tls_size, 4);
    ck_assert_uint_eq(image.init_count, 1);
    ck_assert_uint_eq(image.fini_count, 0);

    struct elf_symbol s = find_symbol(&image, "pow");
    ck_assert_ptr_nonnull(s.name);
    ck_assert_uint_eq(s.section, SHN_UNDEF);
    ck_assert_ptr_nonnull(s.version);
    ck_assert_str_eq(s.version->file, "libm.so.6");
    ck_assert_str_eq(s.version->name, "GLIBC_2.29");
    s = find_symbol(&image, "not_here");
    ck_assert(s.name && s.bind == STB_GLOBAL && s.section == SHN_UNDEF && !s.version);
    s = find_symbol(&image, "maybe");
    ck_assert(s.name && s.bind == STB_WEAK);
    s = find_symbol(&image, "PyInit_demo");
    ck_assert(s.name && s.type == STT_FUNC && s.section != SHN_UNDEF && s.size > 0);
    ck_assert_ptr_null(find_symbol(&image, "hidden").name);

    struct elf_range id = elf_build_id(&image);
    ck_assert_uint_eq(id.len, 2);
    ck_assert(id.ptr[0] == 0xab && id.ptr[1] == 0xcd);
}
END_TEST

START_TEST(defined_versions_name_their_symbols)
{
    AUTO(built) struct built b = {0};
    build(&b, "int x;", "-shared -fPIC -nostdlib");
    char path[64];
    snprintf(path, sizeof path, "%s/map", b.dir);
    FILE *f = fopen(path, "we");
    fputs("V_1 { global: old; local: *; };\nV_2 { global: fresh; } V_1;\n", f);
    fclose(f);
    build(&b,
        "int fresh(void) { return 2; }\nint was(void) { return 1; }\nint is(void) { return 3; }\n"
        "__asm__(\".symver was,old@V_1\\n.symver is,old@@V_2\");\n",
        "-shared -fPIC -nostdlib -Wl,--version-script=@/map -Wl,-soname,lib.so");
    AUTO(arena) struct arena a = {0};
    AUTO(err) struct err e = ERR_INIT;
    struct elf_image image;
    ck_assert_msg(elf_open(&image, &a, b.bytes, b.size, &e) == 0, "%s", e.text);
    ck_assert_uint_eq(image.defined_version_count, 3);
    ck_assert_str_eq(image.defined_versions[0].name, "lib.so");
    ck_assert(image.defined_versions[0].flags & VER_FLG_BASE);
    ck_assert_str_eq(image.defined_versions[2].name, "V_2");
    int hidden = 0, shown = 0;
    struct elf_symbol s;
    for (size_t i = 1; i < image.symbol_count; i++)
        if (elf_symbol_at(&image, i, &s) && strcmp(s.name, "old") == 0) {
            ck_assert_ptr_nonnull(s.version);
            ck_assert_str_eq(s.version->name, s.version_hidden ? "V_1" : "V_2");
            s.version_hidden ? hidden++ : shown++;
        }
    ck_assert_int_eq(hidden, 1);
    ck_assert_int_eq(shown, 1);
}
END_TEST

#if UINTPTR_MAX > UINT32_MAX
/* Sets the high bit, which says "hidden", in the index of each version that the file needs or defines. */
static size_t hide_versions(unsigned char *bytes)
{
    const Elf64_Ehdr *head = (const void *)bytes;
    size_t hidden = 0;
    for (size_t i = 0; i < head->e_shnum; i++) {
        const Elf64_Shdr *section = (const void *)(bytes + head->e_shoff + i * sizeof *section);
        unsigned char *at = bytes + section->sh_offset;
        for (size_t k = 0; section->sh_type == SHT_GNU_verdef && k < section->sh_info; k++, hidden++) {
            ((Elf64_Verdef *)(void *)at)->vd_ndx |= 0x8000;
            at += ((Elf64_Verdef *)(void *)at)->vd_next;
        }
        for (size_t k = 0; section->sh_type == SHT_GNU_verneed && k < section->sh_info; k++) {
            unsigned char *aux = at + ((Elf64_Verneed *)(void *)at)->vn_aux;
            for (size_t n = 0; n < ((Elf64_Verneed *)(void *)at)->vn_cnt; n++, hidden++) {
                ((Elf64_Vernaux *)(void *)aux)->vna_other |= 0x8000;
                aux += ((Elf64_Vernaux *)(void *)aux)->vna_next;
            }
            at += ((Elf64_Verneed *)(void *)at)->vn_next;
        }
    }
    return hidden;
}

START_TEST(the_hidden_bit_is_no_part_of_an_index)
{
    AUTO(built) struct built b = {0};
    build(&b, "int x;", "-shared -fPIC -nostdlib");
    char path[64];
    snprintf(path, sizeof path, "%s/map", b.dir);
    FILE *f = fopen(path, "we");
    fputs("V_1 { global: mine; };\n", f);
    fclose(f);
    build(&b, "double pow(double, double);\ndouble mine(double x) { return pow(x, x); }\n",
        "-shared -fPIC -Wl,--version-script=@/map -lm");
    ck_assert_uint_ge(hide_versions(b.bytes), 2);
    AUTO(arena) struct arena a = {0};
    AUTO(err) struct err e = ERR_INIT;
    struct elf_image image;
    ck_assert_msg(elf_open(&image, &a, b.bytes, b.size, &e) == 0, "%s", e.text);
    struct elf_symbol s = find_symbol(&image, "pow");
    ck_assert(s.version && s.version->file && strcmp(s.version->file, "libm.so.6") == 0);
    s = find_symbol(&image, "mine");
    ck_assert(s.version && strcmp(s.version->name, "V_1") == 0);
}
END_TEST
#endif

/* Symbols must be counted without section headers, whatever hash tables there are. */
START_TEST(symbols_are_counted_from_any_hash)
{
    static const char *const styles[] = {
        "-Wl,--hash-style=sysv", "-Wl,--hash-style=gnu", "-Wl,--hash-style=both"};
    static const char *const sources[] = {
        "extern int one(void), two(void); int f(void) { return one() + two(); }", /* one is defined */
        "extern int one(void), two(void); __attribute__((visibility(\"hidden\"))) int f(void)"
        "{ return one() + two(); }", /* none is: the GNU table is empty */
    };
    for (size_t i = 0; i < 3; i++)
        for (size_t k = 0; k < 2; k++) {
            AUTO(built) struct built b = {0};
            char flags[100];
            snprintf(flags, sizeof flags, "-shared -fPIC -nostdlib %s", styles[i]);
            build(&b, sources[k], flags);
            memset(b.bytes + (sizeof(long) == 8 ? 40 : 32), 0, sizeof(long)); /* e_shoff */
            AUTO(arena) struct arena a = {0};
            AUTO(err) struct err e = ERR_INIT;
            struct elf_image image;
            ck_assert_msg(elf_open(&image, &a, b.bytes, b.size, &e) == 0, "%s", e.text);
            ck_assert_uint_eq(image.symbol_count, 4 - k);
            ck_assert_ptr_nonnull(find_symbol(&image, "two").name);
        }
}
END_TEST

START_TEST(relocations_name_symbols_and_skip_relative_ones)
{
    AUTO(built) struct built b = {0};
    build(&b, "extern int far; int near; int *p = &far; static int q; int *r = &q; int *t[2] = {&q, &q};",
        "-shared -fPIC -nostdlib");
    AUTO(arena) struct arena a = {0};
    AUTO(err) struct err e = ERR_INIT;
    struct elf_image image;
    ck_assert_int_eq(elf_open(&image, &a, b.bytes, b.size, &e), 0);
    ck_assert_uint_eq(image.relative_count, 3);
    struct elf_relocation_walk walk = elf_relocations(&image);
    size_t count = 0;
    struct elf_symbol s = {0};
    for (struct elf_relocation r; elf_relocation_next(&walk, &r); count++)
        ck_assert(elf_symbol_at(&image, r.symbol, &s));
    ck_assert_uint_eq(count, 1);
    ck_assert_str_eq(s.name, "far");
}
END_TEST

START_TEST(a_separate_debug_file_is_told_as_such)
{
    AUTO(built) struct built b = {0};
    build(&b, module_source, "-shared -fPIC -g -lm");
    char path[64];
    snprintf(path, sizeof path, "%s/out", b.dir);
    AUTO(strvec) struct strvec argv = {0};
    strvec_push(&argv, "objcopy");
    strvec_push(&argv, "--only-keep-debug");
    strvec_push(&argv, path);
    run_argv(argv.items);
    read_built(&b, "out");
    AUTO(arena) struct arena a = {0};
    AUTO(err) struct err e = ERR_INIT;
    struct elf_image image;
    ck_assert_int_eq(elf_open(&image, &a, b.bytes, b.size, &e), -1);
    ck_assert_msg(strstr(e.text, "separate debug file"), "%s", e.text);
}
END_TEST

START_TEST(properties_are_found)
{
#ifdef __x86_64__
    AUTO(built) struct built b = {0};
    build(&b, "int x;", "-shared -fPIC -nostdlib -Wl,-z,x86-64-v3");
    AUTO(arena) struct arena a = {0};
    AUTO(err) struct err e = ERR_INIT;
    struct elf_image image;
    ck_assert_int_eq(elf_open(&image, &a, b.bytes, b.size, &e), 0);
    uint32_t isa = 0;
    ck_assert(elf_property(&image, 0xc0008002, &isa)); /* GNU_PROPERTY_X86_ISA_1_NEEDED */
    ck_assert_uint_eq(isa & 4, 4);
    ck_assert(!elf_property(&image, 0xc0000000, &isa));
#endif
}
END_TEST

static void touch_everything(const unsigned char *bytes, size_t size)
{
    AUTO(arena) struct arena a = {0};
    AUTO(err) struct err e = ERR_INIT;
    struct elf_image image;
    if (elf_open(&image, &a, bytes, size, &e) < 0) {
        ck_assert_ptr_nonnull(e.text);
    } else {
        size_t sum = 0;
        struct elf_symbol s;
        for (size_t i = 0; i < image.symbol_count; i++)
            if (elf_symbol_at(&image, i, &s))
                sum += strlen(s.name) + (s.version ? strlen(s.version->name) : 0);
        struct elf_relocation_walk walk = elf_relocations(&image);
        for (struct elf_relocation r; elf_relocation_next(&walk, &r);)
            sum += image.symbol_count && elf_symbol_at(&image, r.symbol, &s);
        struct elf_note_walk notes = elf_notes(&image);
        for (struct elf_note n; elf_note_next(&notes, &n);)
            for (size_t i = 0; i < n.data.len; i++)
                sum += n.data.ptr[i];
        for (size_t i = 0; i < image.needed_count; i++)
            sum += strlen(image.needed[i]);
        ck_assert_uint_ge(sum + 1, 1);
    }
    err_release(&e);
    struct elf_object o;
    if (elf_object_open(&o, bytes, size, &e) == 0) {
        struct elf_pic_fault fault;
        elf_object_is_pic(&o, &fault);
        elf_object_lto(&o);
        elf_object_debug_size(&o);
    }
}

/* Each prefix is copied to the end of its own block, so that a sanitizer sees one byte too far. */
START_TEST(truncated_at_every_length)
{
    AUTO(built) struct built b = {0};
    build(&b, module_source, module_flags);
    size_t step = b.size > 8192 ? b.size / 8192 : 1;
    for (size_t len = 0; len < b.size; len += len < 2048 ? 1 : step) {
        unsigned char *copy = xmalloc(len ? len : 1);
        memcpy(copy, b.bytes, len);
        AUTO(arena) struct arena a = {0};
        AUTO(err) struct err e = ERR_INIT;
        struct elf_image image;
        ck_assert_msg(elf_open(&image, &a, copy, len, &e) == -1 && e.text, "length %zu", len);
        touch_everything(copy, len);
        free(copy);
    }
}
END_TEST

/* Programs packed by UPX have such a segment: it takes no place in the file, so it cannot lie past its end.
 */
START_TEST(a_segment_without_bytes_may_stand_anywhere)
{
    AUTO(built) struct built b = {0};
    AUTO(arena) struct arena a = {0};
    AUTO(err) struct err e = ERR_INIT;
    struct elf_image image;
    build(&b, module_source, module_flags);
    Elf64_Ehdr *header = (Elf64_Ehdr *)b.bytes;
    Elf64_Phdr *segments = (Elf64_Phdr *)(b.bytes + header->e_phoff), *notes = NULL;
    for (size_t i = 0; !notes && i < header->e_phnum; i++)
        if (segments[i].p_type == PT_NOTE)
            notes = &segments[i];
    ck_assert_ptr_nonnull(notes);
    *notes = (Elf64_Phdr){PT_LOAD, PF_R | PF_W, b.size + 0x5408, 0x900408, 0x900408, 0, 0x1000, 0x1000};
    ck_assert_msg(elf_open(&image, &a, b.bytes, b.size, &e) == 0, "%s", e.text);
    touch_everything(b.bytes, b.size);
    notes->p_filesz = 1;
    ck_assert_int_eq(elf_open(&image, &a, b.bytes, b.size, &e), -1);
}
END_TEST

START_TEST(any_byte_of_the_tables_may_lie)
{
    AUTO(built) struct built b = {0};
    build(&b, module_source, module_flags);
    AUTO(arena) struct arena a = {0};
    AUTO(err) struct err e = ERR_INIT;
    struct elf_image image;
    ck_assert_int_eq(elf_open(&image, &a, b.bytes, b.size, &e), 0);
    size_t dynamic = image.dynamic_offset,
           dynamic_end = dynamic + (image.dynamic_count + 1) * 2 * sizeof(long);
    size_t symbols = (size_t)(image.symbols.ptr - b.bytes);
    static const unsigned char values[] = {0, 0x7f, 0xff};
    for (size_t at = 0; at < b.size; at++) {
        if (at >= symbols + 2048 && (at < dynamic || at >= dynamic_end))
            continue;
        unsigned char was = b.bytes[at];
        for (size_t i = 0; i < sizeof values; i++) {
            b.bytes[at] = values[i];
            touch_everything(b.bytes, b.size);
        }
        b.bytes[at] = was;
    }
}
END_TEST

/* A file of the other width and byte order, written by hand: no compiler for it is needed. */
START_TEST(big_endian_32_bit)
{
    unsigned char f[512] = {0x7f, 'E', 'L', 'F', ELFCLASS32, ELFDATA2MSB, EV_CURRENT};
#define PUT16(at, v) (f[at] = (v) >> 8 & 0xff, f[(at) + 1] = (v)&0xff)
#define PUT32(at, v) (PUT16(at, (unsigned)(v) >> 16), PUT16((at) + 2, (unsigned)(v)))
    PUT16(16, ET_DYN), PUT16(18, EM_PPC), PUT32(20, 1), PUT32(28, 52);
    PUT16(40, 52), PUT16(42, 32), PUT16(44, 2);
    PUT32(52, PT_LOAD), PUT32(52 + 8, 0x1000), PUT32(52 + 16, 512), PUT32(52 + 20, 512), PUT32(52 + 24, PF_R);
    PUT32(84, PT_DYNAMIC), PUT32(84 + 4, 256), PUT32(84 + 8, 0x1100), PUT32(84 + 16, 128),
        PUT32(84 + 20, 128);
    const unsigned dynamic[][2] = {{DT_NEEDED, 1}, {DT_STRTAB, 0x1180}, {DT_STRSZ, 32}, {DT_SYMTAB, 0x11a0},
        {DT_HASH, 0x11c0}, {DT_SYMENT, 16}, {DT_SONAME, 11}};
    for (size_t i = 0; i < COUNT(dynamic); i++)
        PUT32(256 + 8 * i, dynamic[i][0]), PUT32(260 + 8 * i, dynamic[i][1]);
    memcpy(f + 384, "\0libc.so.6\0me.so\0sym\0", 21);
    PUT32(416 + 16, 17), PUT32(416 + 20, 0xdead), f[416 + 28] = STB_GLOBAL << 4 | STT_FUNC;
    PUT32(448, 1), PUT32(452, 2);
    AUTO(arena) struct arena a = {0};
    AUTO(err) struct err e = ERR_INIT;
    struct elf_image image;
    ck_assert_msg(elf_open(&image, &a, f, sizeof f, &e) == 0, "%s", e.text);
    ck_assert(!image.wide && image.big);
    ck_assert_str_eq(image.needed[0], "libc.so.6");
    ck_assert_str_eq(image.soname, "me.so");
    ck_assert_uint_eq(image.symbol_count, 2);
    struct elf_symbol s;
    ck_assert(elf_symbol_at(&image, 1, &s));
    ck_assert_str_eq(s.name, "sym");
    ck_assert_uint_eq(s.value, 0xdead);
    touch_everything(f, sizeof f);
}
END_TEST

static const struct {
    const char *what;
    const char *source, *flags;
    bool pic;
} objects[] = {
    {"position-independent", "extern int far; static int tab[3]; int *f(int i) { return i ? &far : tab; }",
        "-c -O2 -fPIC", true},
    {"compiled for an executable", "extern int far; int f(void) { return far; }", "-c -O2 -fno-pic -fno-pie",
        false},
#ifdef __x86_64__
    {"compiled for a position-independent executable", "extern int far; int *f(void) { return &far; }",
        "-c -O2 -fPIE -mcmodel=small", false},
#endif
    {"TLS of an executable", "static __thread int t; int *f(void) { return &t; }", "-c -O2 -fPIE", false},
    {"pointers among the code", "extern int far; __asm__(\".text\\n.quad far\");", "-c -O2 -fPIC", false},
    {"hidden symbols", "extern int far __attribute__((visibility(\"hidden\"))); int f(void) { return far; }",
        "-c -O2 -fPIC -g", true},
};

START_TEST(position_independence)
{
    AUTO(built) struct built b = {0};
    build(&b, objects[_i].source, objects[_i].flags);
    AUTO(err) struct err e = ERR_INIT;
    struct elf_object o;
    ck_assert_int_eq(elf_identify(b.bytes, b.size), ELF_KIND_OBJECT);
    ck_assert_msg(elf_object_open(&o, b.bytes, b.size, &e) == 0, "%s", e.text);
    struct elf_pic_fault fault = {0};
    ck_assert_msg(elf_object_is_pic(&o, &fault) == objects[_i].pic, "%s: %s against %s in %s",
        objects[_i].what, fault.relocation, fault.symbol, fault.section);
    if (!objects[_i].pic)
        ck_assert(str_starts(fault.relocation, "R_") && str_starts(fault.section, ".text"));
}
END_TEST

START_TEST(compilers_intermediate_code_is_seen)
{
    AUTO(built) struct built b = {0};
    AUTO(err) struct err e = ERR_INIT;
    struct elf_object o;
    static const struct {
        const char *flags;
        enum elf_lto lto;
        bool debug;
    } cases[] = {{"-c -O2", ELF_LTO_NONE, false}, {"-c -O2 -flto -fno-fat-lto-objects", ELF_LTO_SLIM, false},
        {"-c -O2 -g -flto -ffat-lto-objects", ELF_LTO_FAT, true}};
    for (size_t i = 0; i < 3; i++) {
        build(&b, "int f(void) { return 1; }", cases[i].flags);
        ck_assert_int_eq(elf_object_open(&o, b.bytes, b.size, &e), 0);
        ck_assert_int_eq(elf_object_lto(&o), cases[i].lto);
        ck_assert_int_eq(elf_object_debug_size(&o) > 0, cases[i].debug);
    }
}
END_TEST

START_TEST(more_sections_than_the_header_can_count)
{
    AUTO(strbuf) struct strbuf text = {0};
    for (int i = 0; i < 66000; i++)
        strbuf_addf(&text, "__asm__(\".section .s%d\\n.long 0\");\n", i);
    strbuf_adds(&text, "int last;\n");
    AUTO(built) struct built b = {0};
    build(&b, strbuf_str(&text), "-c -O0");
    AUTO(err) struct err e = ERR_INIT;
    struct elf_object o;
    ck_assert_msg(elf_object_open(&o, b.bytes, b.size, &e) == 0, "%s", e.text);
    ck_assert_uint_ge(o.section_count, 66000);
    ck_assert_uint_gt(o.symbol_count, 1);
    ck_assert_str_eq(elf_section_at(&o, o.section_count - 1).name, ".shstrtab");
}
END_TEST

static const struct {
    uint16_t machine;
    uint32_t flags;
    bool wide, big;
    const char *name;
} architectures[] = {
    {EM_X86_64, 0, true, false, "x86_64"},
    {EM_X86_64, 0, false, false, NULL},
    {EM_386, 0, false, false, "i686"},
    {EM_AARCH64, 0, true, false, "aarch64"},
    {EM_ARM, 0x05000400, false, false, "armv7l"},
    {EM_ARM, 0x05000200, false, false, NULL},
    {EM_PPC64, 2, true, false, "ppc64le"},
    {EM_PPC64, 1, true, true, "ppc64"},
    {EM_S390, 0, true, true, "s390x"},
    {EM_RISCV, 5, true, false, "riscv64"},
    {EM_RISCV, 1, true, false, NULL},
    {EM_LOONGARCH, 0x43, true, false, "loongarch64"},
    {EM_MIPS, 0, true, false, NULL},
};

START_TEST(architectures_are_named_as_in_tags)
{
    const struct arch *arch = arch_of_elf(
        architectures[_i].machine, architectures[_i].flags, architectures[_i].wide, architectures[_i].big);
    if (architectures[_i].name)
        ck_assert_str_eq(arch->name, architectures[_i].name);
    else
        ck_assert_ptr_null(arch);
}
END_TEST

/* Our numbers are those of the C library's <elf.h>, where that has the name. */
START_TEST(numbers_are_those_of_the_formats)
{
    AUTO(err) struct err e = ERR_INIT;
    AUTO(strbuf) struct strbuf ours = {0};
    AUTO(strbuf) struct strbuf theirs = {0};
    char *argv[] = {"cc", "-E", "-dM", "-include", "elf.h", "-xc", "/dev/null", NULL};
    struct process_spec spec = {.argv = argv, .in = -1, .out = -1, .err = 2};
    struct process_end end;
    size_t compared = 0;
    ck_assert_msg(
        process_run(&spec, &theirs, 1 << 22, 60000, &end, &e) == 0 && end.status == 0, "%s", e.text);
    ck_assert_int_eq(file_read(&ours, "builder/elf/numbers.h", 1 << 20, &e), 0);
    for (struct slice rest = slice_of(strbuf_str(&ours)); rest.ptr && rest.len;) {
        char name[64], value[64], line[200];
        struct slice define = slice_cut(&rest, '\n');
        snprintf(line, sizeof line, "%.*s", (int)define.len, define.ptr);
        if (sscanf(line, "#define %63s %63s", name, value) != 2)
            continue;
        AUTO_FREE char *start = xstrf("#define %s ", name);
        const char *there = strstr(strbuf_str(&theirs), start);
        /* none, or said by another name */
        if (!there || there[strlen(start)] < '0' || there[strlen(start)] > '9')
            continue;
        ck_assert_msg(
            strtoul(there + strlen(start), NULL, 0) == strtoul(value, NULL, 0), "%s is %s", name, value);
        compared++;
    }
    ck_assert_uint_ge(compared, 100);
}
END_TEST

/* A C library of another year has none of the names. */
START_TEST(any_elf_h_will_do)
{
    AUTO(err) struct err e = ERR_INIT;
    AUTO(strbuf) struct strbuf ours = {0};
    AUTO(strbuf) struct strbuf header = {0};
    AUTO_FREE char *folder = folder_make_temporary("/tmp", "elf-h-", &e);
    AUTO_FREE char *path = path_join(folder, "elf.h");
    ck_assert_int_eq(file_read(&ours, "builder/elf/numbers.h", 1 << 20, &e), 0);
    strbuf_adds(&header, "#include_next <elf.h>\n");
    for (struct slice rest = slice_of(strbuf_str(&ours)); rest.ptr && rest.len;) {
        struct slice line = slice_cut(&rest, '\n');
        if (line.len > 7 && memcmp(line.ptr, "#undef ", 7) == 0)
            strbuf_addf(&header, "%.*s\n", (int)line.len, line.ptr);
    }
    ck_assert_int_eq(file_write(path, header.ptr, header.len, 0644, &e), 0);
    static const char *const sources[] = {
        "elf/pic.c", "elf/relocation_types.c", "elf/dynamic.c", "elf/notes.c", "footprint/relocations.c"};
    for (size_t i = 0; i < COUNT(sources); i++) {
        AUTO_FREE char *source = xstrf("builder/%s", sources[i]);
        char *argv[] = {"cc", "-std=c11", "-D_GNU_SOURCE", "-Ibuilder", "-isystem", folder, "-fsyntax-only",
            source, NULL};
        struct process_spec spec = {.argv = argv, .in = -1, .out = -1, .err = 2};
        struct process_end end;
        ck_assert_int_eq(process_run(&spec, NULL, 1 << 20, 60000, &end, &e), 0);
        ck_assert_msg(end.status == 0, "%s does not compile", sources[i]);
    }
    ck_assert_int_eq(tree_remove(folder, &e), 0);
}
END_TEST

Suite *elf_suite(void)
{
    Suite *s = suite_create("elf");
    TCase *t = tcase_create("elf");
    tcase_set_timeout(t, 60);
    tcase_add_test(t, module_is_read_as_the_loader_sees_it);
    tcase_add_test(t, numbers_are_those_of_the_formats);
    tcase_add_test(t, any_elf_h_will_do);
    tcase_add_test(t, defined_versions_name_their_symbols);
#if UINTPTR_MAX > UINT32_MAX
    tcase_add_test(t, the_hidden_bit_is_no_part_of_an_index);
#endif
    tcase_add_test(t, symbols_are_counted_from_any_hash);
    tcase_add_test(t, relocations_name_symbols_and_skip_relative_ones);
    tcase_add_test(t, a_separate_debug_file_is_told_as_such);
    tcase_add_test(t, properties_are_found);
    tcase_add_test(t, truncated_at_every_length);
    tcase_add_test(t, a_segment_without_bytes_may_stand_anywhere);
    tcase_add_test(t, any_byte_of_the_tables_may_lie);
    tcase_add_test(t, big_endian_32_bit);
    tcase_add_loop_test(t, position_independence, 0, COUNT(objects));
    tcase_add_test(t, compilers_intermediate_code_is_seen);
    tcase_add_test(t, more_sections_than_the_header_can_count);
    tcase_add_loop_test(t, architectures_are_named_as_in_tags, 0, COUNT(architectures));
    suite_add_tcase(s, t);
    return s;
}
