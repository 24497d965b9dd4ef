#include "isa/isa.h"
#include "isa/internal.h"

#include "audit/audit.h"
#include "base/arena.h"
#include "base/err.h"
#include "compile.h"
#include "elf/object.h"

#ifdef __x86_64__

/* Eight sums at once: the compiler makes vectors of the width it may. */
#define LOOP(name) "void " name "(int *a, const int *b) { for (int i = 0; i < 64; i++) a[i] += b[i] * 3; }\n"
#define AVX2 "__attribute__((target(\"avx2\"), noinline)) "

static const struct {
    const char *what, *source, *flags;
    bool uses, guarded, asks;
    enum isa_level level;
} cases[] = {
    {"the baseline", LOOP("PyInit_m"), "-O2", false, false, false, ISA_BASELINE},
    {"compiled for newer processors", LOOP("PyInit_m"), "-O3 -mavx2", true, false, false, ISA_V3},
    {"for much newer ones", LOOP("PyInit_m"), "-O3 -march=x86-64-v4 -mprefer-vector-width=512", true, false,
        false, ISA_V4},
    {"POPCNT", "int PyInit_m(unsigned x) { return __builtin_popcount(x); }", "-O2 -mpopcnt", true, false,
        false, ISA_V2},
    {"LZCNT", "int PyInit_m(unsigned x) { return __builtin_clz(x); }", "-O2 -mlzcnt", true, false, false,
        ISA_V3},
    {"TZCNT does on all processors what BSF does", "int PyInit_m(unsigned x) { return __builtin_ctz(x); }",
        "-O2", false, false, false, ISA_BASELINE},
    {"AES", "#include <wmmintrin.h>\n__m128i PyInit_m(__m128i a) { return _mm_aesenc_si128(a, a); }",
        "-O2 -maes", true, false, false, ISA_EXTRA},
    {"a helper that nobody checks for",
        "static " AVX2 LOOP("fast") "void PyInit_m(int *a) { fast(a, a + 64); }", "-O3", true, false, false,
        ISA_V3},
    {"behind CPUID",
        "#include <cpuid.h>\nstatic " AVX2 LOOP(
            "fast") "void PyInit_m(int *a) { unsigned x, b = 0, c, d; if (__get_cpuid(7, &x, &b, &c, &d) && "
                    "b & 32) fast(a, a + 64); }",
        "-O3", true, true, true, ISA_V3},
    {"behind what CPUID gave before",
        "#include <cpuid.h>\nstatic volatile unsigned flags; static " AVX2 LOOP(
            "fast") "__attribute__((constructor)) static void ask(void) { unsigned x, b = 0, c, d; "
                    "__get_cpuid(7, &x, &b, &c, &d);\n"
                    "flags = b; }\nvoid PyInit_m(int *a) { if (flags & 32) fast(a, a + 64); }",
        "-O3", true, true, true, ISA_V3},
    {"chosen by an IFUNC",
        "static " AVX2 LOOP("fast") "static " LOOP(
            "slow") "static void *pick(void) "
                    "{ __builtin_cpu_init(); return __builtin_cpu_supports(\"avx2\") ? (void *)fast : (void "
                    "*)slow; }\n"
                    "void PyInit_m(int *, const int *) __attribute__((ifunc(\"pick\")));",
        "-O3", true, true, true, ISA_V3},
    {"in a table, where the file asks",
        "#include <cpuid.h>\nstatic " AVX2 LOOP("fast") "static " LOOP(
            "slow") "void (*const table[])(int *, const int *) = {slow, fast};\n"
                    "__attribute__((noinline)) static unsigned ask(void) { unsigned x, b = 0, c, d; "
                    "__get_cpuid(7, &x, &b, &c, &d); return b; }\n"
                    "void PyInit_m(int *a) { table[ask() >> 5 & 1](a, a + 64); }",
        "-O3", true, true, true, ISA_V3},
    {"GFNI", "void PyInit_m(void) { __asm__(\".byte 0x66,0x0f,0x38,0xcf,0xc1\"); }", "-O2", true, false,
        false, ISA_EXTRA},
    {"AMX", "void PyInit_m(void) { __asm__(\".byte 0xc4,0xe2,0x7b,0x49,0xc0\"); }", "-O2", true, false, false,
        ISA_EXTRA},
    {"VNNI", "void PyInit_m(void) { __asm__(\".byte 0xc4,0xe2,0x71,0x50,0xc2\"); }", "-O2", true, false,
        false, ISA_EXTRA},
    {"MOVDIRI", "void PyInit_m(void *p) { __asm__(\".byte 0x0f,0x38,0xf9,0x07\"); }", "-O2", true, false,
        false, ISA_EXTRA},
    {"3DNow!", "void PyInit_m(void) { __asm__(\".byte 0x0f,0x0f,0xc1,0x9e\"); }", "-O2", true, false, false,
        ISA_EXTRA},
    /* An object does not say what is asked: */
    {"behind glibc's answer",
        "extern const unsigned *__x86_get_cpuid_feature_leaf(unsigned); static " AVX2 LOOP(
            "fast") "void PyInit_m(int *a) { if (__x86_get_cpuid_feature_leaf(1)[5] & 32) fast(a, a + 64); }",
        "-O3", true, true, true, ISA_V3},
    {"behind a question that every processor answers with yes",
        "static " AVX2 LOOP(
            "fast") "void PyInit_m(int *a) { if (__builtin_cpu_supports(\"sse2\")) fast(a, a + 64); }",
        "-O3", true, false, true, ISA_V3},
    {"behind a question for it",
        "static " AVX2 LOOP(
            "fast") "void PyInit_m(int *a) { if (__builtin_cpu_supports(\"avx2\")) fast(a, a + 64); }",
        "-O3", true, true, true, ISA_V3},
    {"before the question",
        "static " AVX2 LOOP("fast") "void PyInit_m(int *a) { fast(a, a + 64); if "
                                    "(__builtin_cpu_supports(\"avx2\")) a[0] = 1; }",
        "-O3", true, false, true, ISA_V3},
};

enum { CASES = COUNT(cases), LINKED_ONLY = 4 };

static void scan_built(const struct built *b, struct isa_scan *scan, struct arena *a)
{
    AUTO(err) struct err e = ERR_INIT;
    struct elf_image image;
    ck_assert_msg(elf_open(&image, a, b->bytes, b->size, &e) == 0, "%s", e.text);
    isa_read(scan, &image, a);
}

START_TEST(code_is_told_from_its_instructions)
{
    AUTO(built) struct built b = {0};
    AUTO(strbuf) struct strbuf flags = {0};
    strbuf_addf(&flags, "-shared -fPIC -nostdlib -w %s", cases[_i].flags);
    if (strstr(cases[_i].source, "__builtin_cpu"))
        strbuf_adds(&flags, " -lgcc");
    build(&b, cases[_i].source, strbuf_str(&flags));
    AUTO(arena) struct arena a = {0};
    struct isa_scan scan;
    scan_built(&b, &scan, &a);
    ck_assert(scan.readable);
    ck_assert_msg(scan.asks_processor == cases[_i].asks, "%s", cases[_i].what);
    ck_assert_msg((scan.use_count > 0) == cases[_i].uses, "%s: %zu uses", cases[_i].what, scan.use_count);
    for (size_t i = 0; i < scan.use_count; i++) {
        ck_assert_msg(scan.uses[i].guarded == cases[_i].guarded, "%s: %s", cases[_i].what,
            scan.uses[i].mnemonic[cases[_i].level]);
        ck_assert(scan.uses[i].uses[cases[_i].level]);
        ck_assert(scan.uses[i].mnemonic[cases[_i].level][0]);
    }
}
END_TEST

START_TEST(objects_say_the_same)
{
    AUTO(built) struct built b = {0};
    AUTO(err) struct err e = ERR_INIT;
    AUTO(arena) struct arena a = {0};
    AUTO(strbuf) struct strbuf flags = {0};
    strbuf_addf(&flags, "-c -fPIC -ffunction-sections -w %s", cases[_i].flags);
    build(&b, cases[_i].source, strbuf_str(&flags));
    struct elf_object object;
    struct isa_scan scan;
    ck_assert_msg(elf_object_open(&object, b.bytes, b.size, &e) == 0, "%s", e.text);
    isa_read_object(&scan, &object, &a);
    ck_assert(scan.readable);
    ck_assert_msg(scan.asks_processor == cases[_i].asks, "%s", cases[_i].what);
    ck_assert_msg((scan.use_count > 0) == cases[_i].uses, "%s: %zu uses", cases[_i].what, scan.use_count);
    for (size_t i = 0; i < scan.use_count; i++) {
        ck_assert_msg(scan.uses[i].guarded == cases[_i].guarded, "%s", cases[_i].what);
        ck_assert(scan.uses[i].uses[cases[_i].level] && *scan.uses[i].name);
    }
    for (size_t at = 64; at < b.size; at += 7) { /* any byte may lie */
        AUTO(arena) struct arena scratch = {0};
        AUTO(err) struct err ignored = ERR_INIT;
        unsigned char was = b.bytes[at];
        b.bytes[at] ^= 0xff;
        if (elf_object_open(&object, b.bytes, b.size, &ignored) == 0)
            isa_read_object(&scan, &object, &scratch);
        b.bytes[at] = was;
    }
}
END_TEST

START_TEST(section_headers_do_not_matter)
{
    AUTO(built) struct built b = {0};
    build(&b, LOOP("PyInit_m") "static " AVX2 LOOP("fast") "void PyInit_n(int *a) { fast(a, a); }",
        "-shared -fPIC -O3 -nostdlib -s");
    memset(b.bytes + 40, 0, 8); /* e_shoff */
    AUTO(arena) struct arena a = {0};
    struct isa_scan scan;
    scan_built(&b, &scan, &a);
    ck_assert_uint_eq(scan.use_count, 1);
    ck_assert_ptr_null(scan.uses[0].name);
}
END_TEST

#define FAST "static " AVX2 LOOP("fast")
#define USES "void *PyInit_m(int *a) { fast(a, a); return a; }"

/* What a file with code beyond the baseline is told: nothing can stand before it in a module that asks
 * nowhere. */
static const struct {
    const char *code, *subject;
    enum severity severity;
} told[] = {
    {FAST USES, "m.so", SEVERITY_ERROR},
    {FAST USES, "w/fuzz_avx2.cpython-311-x86_64-linux-gnu.so", SEVERITY_NOTE},
    {FAST "void of_a_library(int *a) { fast(a, a); }", "libm.so", SEVERITY_WARNING},
    {FAST "void of_a_library(int *a) { fast(a, a); }", "libgcc_s-0bf60adc.so.1", SEVERITY_NOTE},
    {FAST "extern int av_get_cpu_flags(void); void *other(void) { return (void *)av_get_cpu_flags; }" USES,
        "m.so", SEVERITY_NOTE},
};

START_TEST(what_is_told_of_it)
{
    AUTO(built) struct built b = {0};
    build(&b, told[_i].code, "-shared -fPIC -O3 -nostdlib -Wl,-z,relro,-z,now");
    AUTO(arena) struct arena a = {0};
    AUTO(err) struct err e = ERR_INIT;
    struct elf_image image;
    ck_assert_int_eq(elf_open(&image, &a, b.bytes, b.size, &e), 0);
    for (int asked = 0; asked < 2; asked++) {
        struct audit_context context = {
            .subject = told[_i].subject, .read_code = asked ? AUDIT_CODE_READ : AUDIT_CODE_LEFT};
        AUTO(audit_report) struct audit_report r;
        ck_assert_int_eq(audit_module(&image, &context, &r, &e), 0);
        const struct finding *f = NULL;
        for (size_t i = 0; i < r.finding_count; i++)
            if (strcmp(r.findings[i].rule->id, "isa-code") == 0)
                f = &r.findings[i];
        ck_assert_int_eq(f != NULL, asked);
        if (f) {
            ck_assert_int_eq(f->severity, told[_i].severity);
            ck_assert_msg(strstr(f->message, "1 of") && strstr(f->message, "x86-64-v3"), "%s", f->message);
        }
    }
}
END_TEST

/* Whatever is in the frames' table, the relocations and the code, it is read within bounds. */
START_TEST(any_byte_may_lie)
{
    AUTO(built) struct built b = {0};
    build(&b, LOOP("PyInit_m") "static " AVX2 LOOP("fast") "void PyInit_n(int *a) { fast(a, a); }",
        "-shared -fPIC -O3 -nostdlib -s -Wl,-z,noseparate-code");
    for (size_t at = 64; at < b.size; at += 3) {
        unsigned char was = b.bytes[at];
        b.bytes[at] ^= 0xff;
        AUTO(arena) struct arena a = {0};
        AUTO(err) struct err e = ERR_INIT;
        struct elf_image image;
        struct isa_scan scan;
        if (elf_open(&image, &a, b.bytes, b.size, &e) == 0)
            isa_read(&scan, &image, &a);
        b.bytes[at] = was;
    }
}
END_TEST

#endif

/* Words as GNU as writes them. */
static const struct {
    uint32_t words[3];
    enum isa_level level; /* ISA_BASELINE: every Armv8 has them */
    bool asks;
} words[] = {
    {{0xb8200041}, ISA_V2, false},                   /* ldadd w0, w1, [x2] */
    {{0xf8208041}, ISA_V2, false},                   /* swp x0, x1, [x2] */
    {{0x88a07c41}, ISA_V2, false},                   /* cas */
    {{0x48207c82}, ISA_V2, false},                   /* casp */
    {{0xb8200041, 0x885ffc20}, ISA_BASELINE, false}, /* ldadd beside ldaxr: outline atomics choose */
    {{0xf8bfc020}, ISA_V3, false},                   /* ldapr */
    {{0x4e829420}, ISA_V3, false},                   /* sdot v0.4s, v1.16b, v2.16b */
    {{0x2fa2e020}, ISA_V3, false},                   /* udot v0.2s, v1.8b, v2.4b[1] */
    {{0x4e421420}, ISA_V3, false},                   /* fadd v0.8h, v1.8h, v2.8h */
    {{0x1ee22820}, ISA_V3, false},                   /* fadd h0, h1, h2 */
    {{0x4e82a420}, ISA_V3, false},                   /* smmla */
    {{0x2518e3e0}, ISA_V4, false},                   /* ptrue p0.b */
    {{0xa5e0a000}, ISA_V4, false},                   /* ld1d {z0.d}, p0/z, [x0] */
    {{0x9ac24c20}, ISA_EXTRA, false},                /* crc32x */
    {{0x4e284820}, ISA_EXTRA, false},                /* aese */
    {{0x5e024020}, ISA_EXTRA, false},                /* sha256h */
    {{0x0ee2e020}, ISA_EXTRA, false},                /* pmull v0.1q, v1.1d, v2.1d */
    {{0xd5380600, 0x2518e3e0}, ISA_V4, true},        /* mrs x0, id_aa64isar0_el1 */
    {{0xd53bd040, 0xc8dffc20, 0xf8626820}, ISA_BASELINE, false}, /* mrs tpidr_el0, ldar, ldr x0, [x1, x2] */
    {{0x4e22d420, 0x1ee24020, 0x0e22e020}, ISA_BASELINE, false}, /* fadd v0.4s, fcvt s0, h1, pmull v0.8h */
    {{0x4fa21020, 0x4e040c20, 0x6ea2b420}, ISA_BASELINE, false}, /* fmla, dup, sqrdmulh */
};

START_TEST(instructions_of_aarch64)
{
    unsigned char bytes[12];
    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (unsigned char)(words[_i].words[i / 4] >> i % 4 * 8);
    struct elf_image image = {.machine = EM_AARCH64, .wide = true};
    struct function f = {.start = 0x1000, .end = 0x1000 + sizeof bytes, .bytes = bytes};
    AUTO(arena) struct arena arena = {0};
    struct code code = {.image = &image, .arena = &arena, .functions = &f, .count = 1};
    ck_assert(code_read_aarch64(&code));
    for (int level = ISA_V2; level < ISA_LEVELS; level++)
        ck_assert_msg(function_uses(&f, (enum isa_level)level) == (level == (int)words[_i].level),
            "0x%08x: level %d", words[_i].words[0], level);
    ck_assert_int_eq(f.asks, words[_i].asks);
}
END_TEST

START_TEST(names_of_functions_that_ask)
{
    static const char *const asking[] = {"getauxval", "__x86_get_cpuid_feature_leaf", "__cpu_model",
        "av_get_cpu_flags", "_ZNK5arrow8internal7CpuInfo11IsSupportedEl", "GetX86Info"};
    static const char *const others[] = {
        "sched_getcpu", "PyOS_FSPath", "cpu_count", "deflateInfo", "x86", ""};
    for (size_t i = 0; i < COUNT(asking); i++)
        ck_assert_msg(code_is_asking_function(asking[i]), "%s", asking[i]);
    for (size_t i = 0; i < COUNT(others); i++)
        ck_assert_msg(!code_is_asking_function(others[i]), "%s", others[i]);
}
END_TEST

START_TEST(other_machines_are_not_read)
{
    struct elf_image image = {.machine = EM_RISCV, .wide = true};
    AUTO(arena) struct arena a = {0};
    struct isa_scan scan;
    isa_read(&scan, &image, &a);
    ck_assert(!scan.readable);
    ck_assert_uint_eq(scan.use_count, 0);
}
END_TEST

Suite *isa_suite(void)
{
    Suite *s = suite_create("isa");
    TCase *t = tcase_create("isa");
    tcase_set_timeout(t, 60);
#ifdef __x86_64__
    tcase_add_loop_test(t, code_is_told_from_its_instructions, 0, COUNT(cases));
    tcase_add_loop_test(t, objects_say_the_same, 0, CASES - LINKED_ONLY);
    tcase_add_test(t, section_headers_do_not_matter);
    tcase_add_loop_test(t, what_is_told_of_it, 0, COUNT(told));
    tcase_add_test(t, any_byte_may_lie);
#endif
    tcase_add_loop_test(t, instructions_of_aarch64, 0, COUNT(words));
    tcase_add_test(t, names_of_functions_that_ask);
    tcase_add_test(t, other_machines_are_not_read);
    suite_add_tcase(s, t);
    return s;
}
