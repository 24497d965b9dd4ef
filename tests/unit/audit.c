#include "audit/audit.h"

#include "audited.h"
#include "compile.h"
#include "told.h"

#define FINE \
    "extern void *PyModule_Create2(void *, int); void *PyInit_m(void) { return PyModule_Create2(0, 1); }\n"
#define SHARED "-shared -fPIC -O2 -Wl,-z,relro,-z,now "

/* A module, its flags, and the one rule that must speak (NULL: none above a note). */
static const struct judged {
    const char *what, *source, *flags;
    const char *rule;
    enum severity severity;
    const char *says; /* in the message or its evidence */
} judged[] = {
    {"nothing wrong", FINE, SHARED, NULL, 0, NULL},
    {"a library nobody promises", FINE "extern int far(void); int (*p)(void) = far; asm(\".hidden p\");",
        SHARED "-Wl,--no-as-needed @/dep.so", "unwanted-library", SEVERITY_ERROR, "libdep.so.7"},
    {"libm is promised",
        FINE "#include <math.h>\nstatic double x; double (*volatile f)(double) = sin;"
             "__asm__(\".hidden f\");",
        SHARED "-lm", NULL, 0, NULL},
    {"a run path", FINE, SHARED "-Wl,-rpath,/opt/lib", "runpath", SEVERITY_WARNING, "/opt/lib"},
    {"an old run path", FINE, SHARED "-Wl,-rpath,lib -Wl,--disable-new-dtags", "runpath", SEVERITY_WARNING,
        "DT_RPATH lib"},
    {"an empty entry", FINE, SHARED "-Wl,-rpath,$ORIGIN/../m.libs:", "runpath", SEVERITY_WARNING, "empty"},
    {"an empty entry, and a library that is looked for there", FINE,
        SHARED "-Wl,-rpath,$ORIGIN/../m.libs: -Wl,--no-as-needed -lgcc_s", "runpath", SEVERITY_ERROR,
        "a libgcc_s.so.1 that lies there is loaded"},
    {"beside itself", FINE, SHARED "-Wl,-rpath,$ORIGIN/../m.libs", NULL, 0, NULL},
    {"a folder that differs between systems", FINE, SHARED "-Wl,-rpath,$ORIGIN/../$LIB", "runpath",
        SEVERITY_WARNING, "$LIB and $PLATFORM"},
    {"a folder of the current one", FINE, SHARED "-Wl,-rpath,$LIB/m", "runpath", SEVERITY_WARNING,
        "relative"},
    {"a word that only begins like a token", FINE, SHARED "-Wl,-rpath,$ORIGINAL/m", "runpath",
        SEVERITY_WARNING, "relative"},
    {"an executable stack", FINE, SHARED "-Wl,-z,execstack", "executable-stack", SEVERITY_ERROR, "X flag"},
#if defined __x86_64__
    {"text relocations", FINE "__asm__(\".text\\n.quad PyInit_m\\n.previous\");", SHARED "-Wl,-z,notext",
        "text-relocation", SEVERITY_WARNING, "PyInit_m"},
#endif
    {"a name of a known library", FINE "int inflate(void) { return 1; }", SHARED, "foreign-export",
        SEVERITY_WARNING, "names of zlib"},
    {"a name of a known library, bound to itself", FINE "int inflate(void) { return 1; }",
        SHARED "-Wl,-Bsymbolic", "foreign-export", SEVERITY_NOTE, "inflate"},
    {"a name of its own", FINE "int __pyx_module_is_main_m;", SHARED, "foreign-export", SEVERITY_NOTE,
        "__pyx_module_is_main_m"},
    {"an import nobody has", FINE "extern void nobody(void); void *PyInit_n(void) { nobody(); return 0; }",
        SHARED, "undefined-symbol", SEVERITY_ERROR, "nobody"},
    {"mathematics without libm",
        FINE "extern double cosh(double); double PyInit_n(double x) { return cosh(x); }", SHARED,
        "undefined-symbol", SEVERITY_NOTE, "cosh of libm.so.6"},
    {"complex mathematics without libm",
        FINE "#include <complex.h>\n_Complex double PyInit_n(_Complex double x) { return cacos(x); }", SHARED,
        "undefined-symbol", SEVERITY_NOTE, "cacos"},
    {"an invention of Python",
        FINE "extern void PyNo_Such(void); void *PyInit_n(void) { PyNo_Such(); return 0; }", SHARED,
        "undefined-symbol", SEVERITY_WARNING, "PyNo_Such"},
    {"a weak import is only a note",
        FINE "extern void nobody(void) __attribute__((weak)); void *PyInit_n(void) { if (nobody) nobody(); "
             "return 0; }",
        SHARED, NULL, 0, NULL},
    {"relocated data stays writable", FINE, "-shared -fPIC -Wl,-z,norelro,-z,now", "relro", SEVERITY_WARNING,
        "RELRO"},
    {"late binding", FINE, "-shared -fPIC -fplt -Wl,-z,relro,-z,lazy", "lazy-binding", SEVERITY_NOTE,
        "first call"},
    {"writable code", FINE "__asm__(\".section .x,\\\"awx\\\",@progbits\\nnop\\n.previous\");", SHARED,
        "writable-code", SEVERITY_WARNING, "writable and executable"},
    {"TLS of the start of a program",
        FINE "static __thread int t[4] __attribute__((tls_model(\"initial-exec\"))); void *PyInit_t(void) { "
             "return t; }",
        SHARED, "static-tls", SEVERITY_NOTE, "16 bytes"},
    {"much TLS of the start of a program",
        FINE
        "static __thread char t[1000] __attribute__((tls_model(\"initial-exec\"))); void *PyInit_t(void) { "
        "return t; }",
        SHARED, "static-tls", SEVERITY_WARNING, "may fail"},
    {"more TLS than there ever is",
        FINE
        "static __thread char t[1728] __attribute__((tls_model(\"initial-exec\"))); void *PyInit_t(void) { "
        "return t; }",
        SHARED, "static-tls", SEVERITY_ERROR, "cannot be loaded"},
    {"TLS of others at the start of a program",
        FINE
        "extern __thread int far __attribute__((weak, tls_model(\"initial-exec\"))); int PyInit_t(void) { "
        "return far; }",
        SHARED, "static-tls", SEVERITY_NOTE, "0 bytes of its own"},
    {"TLS of its own is fine", FINE "static __thread int t[4]; void *PyInit_t(void) { return t; }", SHARED,
        NULL, 0, NULL},
    {"a unique symbol",
        FINE "__asm__(\".globl PyInit_u\\n.type PyInit_u,@gnu_unique_object\\n.data\\nPyInit_u: .long 0\\n"
             ".size PyInit_u,4\\n.previous\");",
        SHARED, "unique-symbol", SEVERITY_NOTE, "PyInit_u"},
#if defined __x86_64__
    {"an IFUNC",
        FINE "static int a(void) { return 1; } static void *r(void) { return a; }\n"
             "int PyInit_i(void) __attribute__((ifunc(\"r\")));",
        SHARED, "ifunc", SEVERITY_NOTE, "PyInit_i"},
    {"a newer processor", FINE, SHARED "-Wl,-z,x86-64-v3", "isa-level", SEVERITY_ERROR, "x86-64-v3"},
#endif
    {"old interpreters", FINE "extern int PyFPE_jbuf; int PyInit_o(void) { return PyFPE_jbuf; }", SHARED,
        "old-python", SEVERITY_ERROR, "PyFPE_jbuf"},
    {"nothing taken from libm", FINE "int puts(const char *); int PyInit_q(void) { return puts(\"\"); }",
        SHARED "-Wl,--no-as-needed -lm", "unused-library", SEVERITY_NOTE, "libm.so.6"},
    {"debug information", FINE, SHARED "-g", "debug-information", SEVERITY_NOTE, "bytes"},
    {"left by LTO", FINE "__asm__(\".section .llvm.lto,\\\"\\\"\\n.long 1\\n.previous\");", SHARED,
        "lto-code", SEVERITY_WARNING, "LTO"},
    {"a weak import",
        FINE "extern void nobody(void) __attribute__((weak)); void PyInit_w(void) { if (nobody) nobody(); }",
        SHARED, "weak-import", SEVERITY_NOTE, "nobody"},
    {"a path of the build", FINE "const char *PyInit_p(void) { return \"/home/me/src/x.c\"; }", SHARED,
        "build-path", SEVERITY_NOTE, "/home/me/src/x.c"},
    {"data of the system", FINE "const char *PyInit_p(void) { return \"/etc/ssl/certs/ca.pem\"; }", SHARED,
        "runtime-data", SEVERITY_NOTE, "/etc/ssl/certs/ca.pem (certificates)"},
    {"data below another prefix", FINE "const char *PyInit_p(void) { return \"/srv/x/share/proj/proj.db\"; }",
        SHARED, "runtime-data", SEVERITY_NOTE, "/srv/x/share/proj/proj.db (data of PROJ)"},
    {"plugins on a list", FINE "const char *PyInit_p(void) { return \"/usr/lib/x/sasl2:/etc/sasl2\"; }",
        SHARED, "runtime-data", SEVERITY_NOTE, "plugins of SASL"},
    {"certificates that were there when it was built",
        FINE "const char *PyInit_p(void) { return \"/build/root/ssl/cert.pem\"; }", SHARED, "build-path",
        SEVERITY_NOTE, "/build/root/ssl/cert.pem"},
    {"the flags of a compiler",
        FINE "const char *PyInit_p(void) { return \"compiler: gcc -O2 -I/home/me/include -Wall\"; }", SHARED,
        "build-path", SEVERITY_NOTE, "/home/me/include"},
    {"a version that stands alone",
        FINE "const char *PyInit_p(int i) { return i ? \"SQLITE_TMPDIR\" : \"3.40.1\"; }", SHARED,
        "embedded-library", SEVERITY_NOTE, "sqlite, likely 3.40.1"},
    {"a packed version",
        FINE "const char *PyInit_p(int i) { return i ? \"xmlParseEntityDecl: entity %s not terminated\\n\" : "
             "\"20914\"; }",
        SHARED, "embedded-library", SEVERITY_NOTE, "libxml2, likely 2.9.14"},
    {"code of others", FINE "const char *PyInit_p(void) { return \" deflate 1.2.13 Copyright 1995\"; }",
        SHARED, "embedded-library", SEVERITY_NOTE, "zlib 1.2.13"},
    {"punycode and PEP 793 entry points",
        FINE "int PyInitU_m(void) { return 1; }\nint PyModExport_m(void) { return 1; }\n"
             "int PyModExportU_m(void) { return 1; }",
        SHARED, NULL, 0, NULL},
};

/* A library that modules may be linked with: dep.so with the soname libdep.so.7. */
static void build_dependency(struct built *b)
{
    build(b, "int far(void) { return 1; }", "-shared -fPIC -Wl,-soname,libdep.so.7");
    char from[64], to[64];
    snprintf(from, sizeof from, "%s/out", b->dir);
    snprintf(to, sizeof to, "%s/dep.so", b->dir);
    ck_assert_int_eq(rename(from, to), 0);
}

START_TEST(each_rule_speaks_where_it_must)
{
    const struct judged *j = &judged[_i];
    AUTO(built) struct built b = {0};
    build_dependency(&b);
    build(&b, j->source, j->flags);
    struct audit_context context = {.subject = "m.so"};
    AUTO(audit_report) struct audit_report r;
    audit_built(&b, &context, &r);
    ck_assert_int_eq(r.role, AUDIT_MODULE);
    for (size_t i = 0; i < r.finding_count; i++) {
        const struct finding *f = &r.findings[i];
        ck_assert_msg(f->severity <= SEVERITY_NOTE || (j->rule && strcmp(f->rule->id, j->rule) == 0),
            "%s: %s: %s", j->what, f->rule->id, f->message);
        ck_assert_str_eq(f->subject, "m.so");
    }
    if (!j->rule)
        return;
    const struct finding *f = find_rule(&r, j->rule);
    ck_assert_msg(f != NULL, "%s: %s is silent", j->what, j->rule);
    ck_assert_int_eq(f->severity, j->severity);
    ck_assert_msg(says(f, j->says), "%s: %s", j->what, f->message);
    ck_assert(f->severity < SEVERITY_ERROR || f->remedy);
    expect_told("audit", j->what, f);
}
END_TEST

START_TEST(the_lowest_policy_is_earned)
{
    struct platform earliest;
    const struct arch *arch = arch_find(
#ifdef __x86_64__
        "x86_64"
#else
        "aarch64"
#endif
    );
    static const struct {
        const char *source, *flags, *earned, *symbol;
    } cases[] = {
#ifdef __x86_64__
        {FINE, SHARED, "manylinux_2_5_x86_64", NULL},
        {"#include <string.h>\nvoid *PyInit_m(void *a, void *b, long n) { return memcpy(a, b, n); }", SHARED,
            "manylinux_2_17_x86_64", "memcpy"},
        {"#include <math.h>\ndouble PyInit_m(double a) { return pow(a, a); }", SHARED "-lm",
            "manylinux_2_31_x86_64", "pow"},
        {FINE "extern void nobody(void) __attribute__((weak)); extern int far(void); int PyInit_n(void) { "
              "return far(); }",
            SHARED "@/dep.so", "linux_x86_64", NULL},
#else
        {FINE, SHARED, "manylinux_2_17_aarch64", NULL},
#endif
    };
    ck_assert(platform_at(&earliest, LIBC_GLIBC, arch, 0));
    for (size_t i = 0; i < COUNT(cases); i++) {
        AUTO(built) struct built b = {0};
        build_dependency(&b);
        build(&b, cases[i].source, cases[i].flags);
        struct audit_context context = {.subject = "m.so", .explain = true};
        AUTO(audit_report) struct audit_report r;
        audit_built(&b, &context, &r);
        ck_assert(r.has_earned);
        ck_assert_str_eq(r.earned.name, cases[i].earned);
        ck_assert(r.holds);
        if (cases[i].symbol) {
            ck_assert_uint_ge(r.symbol_count, 1);
            ck_assert_str_eq(r.symbols[0].symbol, cases[i].symbol);
            ck_assert_str_eq(r.symbols[0].policy, cases[i].earned);
        } else {
            ck_assert_uint_eq(r.symbol_count, 0);
        }
    }
}
END_TEST

#ifdef __x86_64__
START_TEST(a_target_or_a_claim_is_held_against_the_file)
{
    AUTO(built) struct built b = {0};
    build(&b, "#include <math.h>\ndouble PyInit_m(double a) { return pow(a, a); }", SHARED "-lm");
    struct platform old, fresh;
    ck_assert(platform_find(&old, "manylinux_2_17_x86_64") && platform_find(&fresh, "manylinux_2_34_x86_64"));
    static const struct {
        bool target, claimed;
        bool holds;
    } cases[] = {{true, false, false}, {false, true, false}};
    for (size_t i = 0; i < 2; i++) {
        struct audit_context context = {.subject = "m.so",
            .target = cases[i].target ? &old : NULL,
            .claimed = cases[i].claimed ? &old : NULL};
        AUTO(audit_report) struct audit_report r;
        audit_built(&b, &context, &r);
        ck_assert(!r.holds);
        const struct finding *f = find_rule(&r, "newer-version");
        ck_assert_ptr_nonnull(f);
        ck_assert_str_eq(f->version, "GLIBC_2.29");
        ck_assert_str_eq(f->library, "libm.so.6");
        ck_assert_str_eq(f->symbol, "pow");
        ck_assert_str_eq(f->policy, "manylinux_2_31_x86_64");
        ck_assert_str_eq(r.earned.name, "manylinux_2_31_x86_64");
    }
    struct audit_context context = {.subject = "m.so", .claimed = &fresh};
    AUTO(audit_report) struct audit_report r;
    audit_built(&b, &context, &r);
    ck_assert(r.holds && r.errors == 0);
}
END_TEST
#endif

/* The marker of glibc 2.36 for DT_RELR, and a private version, are no symbol's version that a policy lists.
 */
START_TEST(unknown_versions_are_named)
{
    AUTO(built) struct built b = {0};
    build(&b,
        "extern int _dl_catch_exception(void);\n"
        "__asm__(\".symver _dl_catch_exception,_dl_catch_exception@GLIBC_PRIVATE\");\n"
        "int PyInit_m(void) { return _dl_catch_exception(); }",
        SHARED);
    struct audit_context context = {.subject = "m.so"};
    AUTO(audit_report) struct audit_report r;
    audit_built(&b, &context, &r);
    const struct finding *f = find_rule(&r, "unknown-version");
    ck_assert_ptr_nonnull(f);
    ck_assert_str_eq(f->version, "GLIBC_PRIVATE");
    ck_assert(says(f, "_dl_catch_exception"));
    ck_assert(str_starts(r.earned.name, "linux_"));
}
END_TEST

/* Without a library to ask it of, the linker does not write GLIBC_ABI_DT_RELR. */
START_TEST(packed_relocations_are_refused_without_their_marker)
{
    static const char source[] =
        FINE "static int x; __attribute__((visibility(\"hidden\"))) int *p[] = {&x, &x, &x};";
    static const struct {
        const char *flags, *rule;
    } cases[] = {
        {SHARED "-nostdlib -Wl,-z,pack-relative-relocs", "packed-relocations"},
        {SHARED "-Wl,--no-as-needed,-z,pack-relative-relocs", "newer-version"},
        {SHARED "-nostdlib", NULL},
    };
    struct platform old;
    ck_assert(platform_find(&old, "manylinux_2_17_x86_64"));
    for (size_t i = 0; i < 3; i++) {
        AUTO(built) struct built b = {0};
        build(&b, source, cases[i].flags);
        AUTO(arena) struct arena a = {0};
        AUTO(err) struct err e = ERR_INIT;
        struct elf_image image;
        ck_assert_int_eq(elf_open(&image, &a, b.bytes, b.size, &e), 0);
        if (i < 2 && !image.relr.len) {
            fprintf(stderr, "skipped: no linker here that packs relocations\n");
            return;
        }
        struct audit_context context = {.subject = "m.so", .target = &old};
        AUTO(audit_report) struct audit_report r;
        audit_built(&b, &context, &r);
        ck_assert_msg(r.errors == (cases[i].rule ? 1 : 0), "%zu: %zu errors", i, r.errors);
        ck_assert(!cases[i].rule || find_rule(&r, cases[i].rule));
        ck_assert(r.holds == !cases[i].rule);
    }
}
END_TEST

/* A policy promises libstdc++; what is built here does not take it. */
START_TEST(ours_bring_their_own_runtime)
{
    AUTO(built) struct built b = {0};
    build(&b, FINE, SHARED "-Wl,--no-as-needed -lstdc++");
    struct audit_context context = {.subject = "m.so"};
    AUTO(audit_report) struct audit_report theirs;
    audit_built(&b, &context, &theirs);
    ck_assert_uint_eq(theirs.errors, 0);
    context.self_contained = true;
    AUTO(audit_report) struct audit_report ours;
    audit_built(&b, &context, &ours);
    ck_assert_uint_eq(ours.errors, 1);
    const struct finding *f = find_rule(&ours, "shared-runtime");
    ck_assert_ptr_nonnull(f);
    ck_assert_str_eq(f->library, "libstdc++.so.6");
}
END_TEST

/* Frames of glibc know that one only; musl's platforms promise none. */
START_TEST(the_unwinder_is_the_platforms)
{
    static const char source[] =
        FINE "extern void _Unwind_Resume(void); void *PyInit_n(void) { _Unwind_Resume(); "
             "return 0; }";
    AUTO(built) struct built b = {0};
    build(&b, source, SHARED "-lgcc_s");
    struct platform musl;
    struct audit_context context = {.subject = "m.so", .self_contained = true};
    AUTO(audit_report) struct audit_report report;
    audit_built(&b, &context, &report);
    ck_assert_uint_eq(report.errors, 0);
    build(&b, source, SHARED "-nostdlib -lgcc_s");
    ck_assert(platform_find(&musl, "musllinux_1_2_x86_64"));
    context.target = &musl;
    AUTO(audit_report) struct audit_report promised;
    audit_built(&b, &context, &promised);
    ck_assert_ptr_nonnull(find_rule(&promised, "shared-runtime"));
}
END_TEST

/* A library that does not say who has what (dep.so) may bring anything, but for what is known to be too new.
 */
START_TEST(what_only_a_newer_glibc_has_is_told_whoever_may_bring_it)
{
    static const char source[] =
        FINE "extern void gettid_(void), odd(void); extern void weak(void) __attribute__((weak));\n"
             "void *PyInit_n(void) { gettid_(); odd(); if (weak) weak(); return 0; }";
    AUTO(built) struct built b = {0};
    build_dependency(&b);
    build(&b, source, SHARED "-Wl,--no-as-needed @/dep.so");
    AUTO(strvec) struct strvec allowed = {0};
    strvec_push(&allowed, "libdep.so.*");
    AUTO(map) struct map newer = {0};
    map_set(&newer, "gettid_", (void *)"GLIBC_2.30");
    map_set(&newer, "weak", (void *)"GLIBC_2.30");
    struct platform old;
    ck_assert(platform_find(&old, "manylinux_2_17_x86_64"));
    for (int known = 0; known < 2; known++) {
        struct audit_context context = {.subject = "m.so", .target = &old, .allowed = &allowed};
        context.newer_names = known ? &newer : NULL;
        AUTO(audit_report) struct audit_report r;
        audit_built(&b, &context, &r);
        const struct finding *f = find_rule(&r, "undefined-symbol");
        ck_assert_msg(r.errors == (size_t)known && !f == !known, "%zu errors", r.errors);
        if (!f)
            continue;
        ck_assert_str_eq(f->symbol, "gettid_");
        ck_assert_ptr_nonnull(strstr(f->message, "came with GLIBC_2.30: manylinux_2_17_x86_64 does"));
    }
}
END_TEST

START_TEST(what_is_handed_in_counts)
{
    AUTO(built) struct built b = {0};
    build_dependency(&b);
    build(&b,
        "extern void odd(void), PyOdd(void); extern int far(void); int extra(void) { return 1; }\n"
        "int PyInit_m(void) { odd(); PyOdd(); return far(); }",
        SHARED "@/dep.so -Wl,-rpath,$ORIGIN/../../up");
    AUTO(strvec) struct strvec exports = {0}, allowed = {0};
    strvec_push(&exports, "ext*");
    strvec_push(&allowed, "libdep.so.*");
    AUTO(map) struct map provided = {0};
    map_set(&provided, "odd", &provided);
    map_set(&provided, "PyOdd", &provided);
    const struct audit_static inside[] = {{.archive = "libz.a", .members = 3}};
    struct audit_override overrides[] = {{audit_rule_find("runpath"), SEVERITY_WARNING}};
    struct audit_context context = {.subject = "m.so",
        .exports = &exports,
        .allowed = &allowed,
        .provided = &provided,
        .inside = inside,
        .inside_count = 1,
        .wheel_path = "pkg/m.so",
        .overrides = overrides,
        .override_count = 1};
    AUTO(audit_report) struct audit_report r;
    audit_built(&b, &context, &r);
    ck_assert_uint_eq(r.errors, 0);
    ck_assert(says(find_rule(&r, "static-library"), "libz.a (3 members)"));
    ck_assert_uint_eq(r.inside_count, 1);
    const struct finding *f = find_rule(&r, "runpath");
    ck_assert_int_eq(f->severity, SEVERITY_WARNING);
    ck_assert(says(f, "outside the wheel"));
    overrides[0].severity = SEVERITY_OFF;
    AUTO(audit_report) struct audit_report quiet;
    audit_built(&b, &context, &quiet);
    ck_assert_ptr_null(find_rule(&quiet, "runpath"));
}
END_TEST

START_TEST(another_architecture_is_an_error)
{
    AUTO(built) struct built b = {0};
    build(&b, FINE, SHARED);
    struct platform p;
    ck_assert(platform_find(&p, "manylinux_2_28_s390x"));
    struct audit_context context = {.subject = "m.so", .claimed = &p};
    AUTO(audit_report) struct audit_report r;
    audit_built(&b, &context, &r);
    ck_assert(!r.holds);
    ck_assert(says(find_rule(&r, "architecture"), "not for manylinux_2_28_s390x"));
}
END_TEST

#ifdef __x86_64__
START_TEST(symbols_bound_away_from_home)
{
    AUTO(built) struct built b = {0};
    build(&b,
        "extern int pthread_join(void);\n__asm__(\".symver pthread_join,pthread_join@GLIBC_2.2.5\");\n"
        "int PyInit_m(void) { return pthread_join(); }",
        SHARED "-fno-builtin");
    static const struct {
        const char *target;
        bool found;
    } cases[] = {{"manylinux_2_17_x86_64", true}, {"manylinux_2_34_x86_64", false}, {"linux_x86_64", false}};
    for (size_t i = 0; i < 3; i++) {
        struct platform p;
        ck_assert(platform_find(&p, cases[i].target));
        struct audit_context context = {.subject = "m.so", .target = &p};
        AUTO(audit_report) struct audit_report r;
        audit_built(&b, &context, &r);
        const struct finding *f = find_rule(&r, "wrong-home");
        ck_assert_int_eq(f != NULL, cases[i].found);
        ck_assert(!f || says(f, "pthread_join@GLIBC_2.2.5: bound to libc.so.6, at home in libpthread.so.0"));
        ck_assert(!f || f->severity == SEVERITY_NOTE); /* every interpreter has that loaded */
    }
}
END_TEST
#endif

/* Where the header is absent, loaders take the machine's old default. */
START_TEST(nothing_said_about_the_stack)
{
    AUTO(built) struct built b = {0};
    build(&b, FINE, SHARED);
    AUTO(arena) struct arena a = {0};
    AUTO(err) struct err e = ERR_INIT;
    struct elf_image image;
    ck_assert_int_eq(elf_open(&image, &a, b.bytes, b.size, &e), 0);
    Elf64_Ehdr *header = (Elf64_Ehdr *)b.bytes;
    Elf64_Phdr *segments = (Elf64_Phdr *)(b.bytes + header->e_phoff);
    size_t changed = 0;
    for (size_t i = 0; i < header->e_phnum; i++)
        if (segments[i].p_type == PT_GNU_STACK) {
            segments[i].p_type = PT_NULL;
            changed++;
        }
    ck_assert_uint_eq(changed, 1);
    struct audit_context context = {.subject = "m.so"};
    AUTO(audit_report) struct audit_report r;
    audit_built(&b, &context, &r);
    const struct finding *f = find_rule(&r, "executable-stack");
    bool old_default = header->e_machine == EM_X86_64;
    ck_assert_int_eq(f != NULL, old_default);
    ck_assert(!f || (f->severity == SEVERITY_ERROR && says(f, "PT_GNU_STACK is absent")));
}
END_TEST

/* The folder of a build is found anywhere in a text, not at its beginning alone. */
START_TEST(the_folder_of_the_build)
{
    AUTO(built) struct built b = {0};
    build(
        &b, FINE "const char *PyInit_p(void) { return \"made in /srv/cache/work/x.c: see there\"; }", SHARED);
    struct audit_context context = {.subject = "m.so"};
    AUTO(audit_report) struct audit_report without, with;
    audit_built(&b, &context, &without);
    ck_assert_ptr_null(find_rule(&without, "build-path"));
    context.build_root = "/srv/cache";
    audit_built(&b, &context, &with);
    const struct finding *f = find_rule(&with, "build-path");
    ck_assert_ptr_nonnull(f);
    ck_assert_uint_eq(f->evidence_count, 1);
    ck_assert_str_eq(f->evidence[0], "/srv/cache/work/x.c");
}
END_TEST

START_TEST(a_name_outside_the_string_table)
{
    AUTO(built) struct built b = {0};
    build(&b, FINE, SHARED);
    AUTO(arena) struct arena a = {0};
    AUTO(err) struct err e = ERR_INIT;
    struct elf_image image;
    ck_assert_int_eq(elf_open(&image, &a, b.bytes, b.size, &e), 0);
    memset(b.bytes + (image.symbols.ptr - b.bytes) + (image.wide ? 24 : 16), 0x7f, 4);
    struct audit_context context = {.subject = "m.so"};
    AUTO(audit_report) struct audit_report r;
    audit_built(&b, &context, &r);
    ck_assert(says(find_rule(&r, "damaged-table"), "1 dynamic symbol"));
}
END_TEST

START_TEST(programs_and_libpython_are_no_modules)
{
    static const struct {
        const char *flags;
        enum audit_role role;
    } cases[] = {{"-pie -fPIE -rdynamic", AUDIT_EXECUTABLE},
        {SHARED "-Wl,-soname,libpython3.9.so.1.0", AUDIT_LIBRARY}, {SHARED, AUDIT_MODULE}};
    for (size_t i = 0; i < 3; i++) {
        AUTO(built) struct built b = {0};
        build(&b,
            "int inflate(void) { return 1; } int PyInit_m(void) { return 1; } int main(void) { return 0; }",
            cases[i].flags);
        struct audit_context context = {.subject = "m.so"};
        AUTO(audit_report) struct audit_report r;
        audit_built(&b, &context, &r);
        ck_assert_int_eq(r.role, cases[i].role);
        ck_assert_int_eq(find_rule(&r, "foreign-export") != NULL, cases[i].role == AUDIT_MODULE);
    }
}
END_TEST

START_TEST(texts_that_only_look_alike)
{
    AUTO(built) struct built b = {0};
    build(&b,
        FINE "const char *const PyInit_t[] = {\"OpenSSL is not here\", \"OpenSSL 3 neither\", \"see OpenSSL "
             "3.0.1\",\n"
             "\"/tmp/x%d\", \"/tmp/.X11-unix/X/y\", \"/homely/a/b\", \"/home/a dir/b/c\"};",
        SHARED);
    struct audit_context context = {.subject = "m.so"};
    AUTO(audit_report) struct audit_report r;
    audit_built(&b, &context, &r);
    ck_assert_uint_eq(r.embedded_count, 0);
    ck_assert_ptr_null(find_rule(&r, "build-path"));
    /* Which of the two texts is whose version cannot be told. */
    build(&b,
        FINE "const char *const PyInit_t[] = {\"SQLITE_TMPDIR\", \"3.40.1\", \"3.8.2\", \"12345\", \"x264 - "
             "core 0000\"};",
        SHARED);
    AUTO(audit_report) struct audit_report either;
    audit_built(&b, &context, &either);
    ck_assert_uint_eq(either.embedded_count, 1);
    ck_assert_str_eq(either.embedded[0].version, "");
    context.skip_contents = true;
    build(&b, FINE "const char *PyInit_p(void) { return \" deflate 1.2.13 Copyright 1995\"; }", SHARED);
    AUTO(audit_report) struct audit_report skipped;
    audit_built(&b, &context, &skipped);
    ck_assert_uint_eq(skipped.embedded_count, 0);
}
END_TEST

START_TEST(findings_outlive_the_file_and_are_sorted)
{
    AUTO(built) struct built b = {0};
    build(&b,
        FINE "extern void nobody(void); extern int puts(const char *); int zlib(void) { nobody(); return "
             "puts(\"\"); }",
        SHARED "-Wl,-rpath,/x");
    struct audit_context context = {.subject = "m.so"};
    AUTO(audit_report) struct audit_report r;
    audit_built(&b, &context, &r);
    memset(b.bytes, 'x', b.size);
    ck_assert_uint_ge(r.finding_count, 3);
    ck_assert_str_eq(r.findings[0].rule->id, "undefined-symbol");
    ck_assert(says(&r.findings[0], "nobody"));
    ck_assert_str_eq(r.findings[1].rule->id, "runpath");
    ck_assert_str_eq(r.findings[2].rule->id, "foreign-export");
    for (size_t i = 1; i < r.finding_count; i++)
        ck_assert_int_le(r.findings[i].severity, r.findings[i - 1].severity);
    ck_assert_uint_eq(r.needed_count, 1);
    ck_assert_str_eq(r.needed[0].library, "libc.so.6");
    ck_assert(r.needed[0].promised);
}
END_TEST

/* What recipes are held to: the same file, and every strict rule an error. */
START_TEST(strict_is_a_list_of_denied_rules)
{
    AUTO(built) struct built b = {0};
    build(&b, FINE "int mine;", SHARED "-s -Wl,-rpath,/opt/lib " MARKS);
    struct audit_context context = {.subject = "m.so", .strict = true};
    AUTO(audit_report) struct audit_report strict, milder;
    audit_built(&b, &context, &strict);
    ck_assert_uint_eq(strict.errors, 2);
    ck_assert_int_eq(find_rule(&strict, "foreign-export")->severity, SEVERITY_ERROR);
    ck_assert_int_eq(find_rule(&strict, "runpath")->severity, SEVERITY_ERROR);
    struct audit_override override = {audit_rule_find("runpath"), SEVERITY_NOTE};
    context.overrides = &override;
    context.override_count = 1;
    audit_built(&b, &context, &milder);
    ck_assert_int_eq(find_rule(&milder, "runpath")->severity, SEVERITY_NOTE);
    ck_assert_uint_eq(milder.errors, 1);
}
END_TEST

/* A severity that the user has set is the most that a finding gets. */
START_TEST(what_the_user_says_is_not_worsened)
{
    AUTO(built) struct built b = {0};
    build(&b, FINE "int inflate(void) { return 1; }", SHARED);
    struct audit_override override = {audit_rule_find("foreign-export"), SEVERITY_NOTE};
    struct audit_context context = {.subject = "m.so", .overrides = &override, .override_count = 1};
    AUTO(audit_report) struct audit_report r;
    audit_built(&b, &context, &r);
    ck_assert_int_eq(find_rule(&r, "foreign-export")->severity, SEVERITY_NOTE);
}
END_TEST

/* What every interpreter has loaded is there; names of other programs' addons are not Python's. */
START_TEST(what_is_lent_by_who_loads_the_file)
{
    static const struct {
        const char *source, *says;
        enum severity severity;
    } cases[] = {
#if defined __x86_64__
        {FINE "__asm__(\".globl dlopen\\n.data\\n.quad dlopen\\n.previous\");",
            "takes dlopen of libdl.so.2 without needing it", SEVERITY_NOTE},
#endif
        {"extern int napi_create_function(void); int napi_register_module_v1(void) { return "
         "napi_create_function(); }",
            "an addon of Node.js", SEVERITY_NOTE},
        {"extern int nobody(void); int f(void) { return nobody(); }", "which no needed library provides",
            SEVERITY_WARNING},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        AUTO(built) struct built b = {0};
        build(&b, cases[i].source, "-shared -fPIC -O2 -Wl,-z,relro,-z,now -nostdlib");
        struct audit_context context = {.subject = "m.so"};
        AUTO(audit_report) struct audit_report r;
        audit_built(&b, &context, &r);
        const struct finding *f = find_rule(&r, "undefined-symbol");
        ck_assert_ptr_nonnull(f);
        ck_assert_msg(says(f, cases[i].says), "%s", f->message);
        ck_assert_int_eq(f->severity, cases[i].severity);
        ck_assert_uint_eq(r.errors, 0);
    }
}
END_TEST

START_TEST(rules_have_names_of_their_own)
{
    const struct rule *rule;
    for (size_t i = 0; (rule = audit_rule_at(i)); i++) {
        ck_assert_ptr_eq(audit_rule_find(rule->id), rule);
        ck_assert(rule->help[0]);
        for (const char *p = rule->id; *p; p++)
            ck_assert((*p >= 'a' && *p <= 'z') || *p == '-' || (*p >= '0' && *p <= '9'));
    }
    ck_assert_ptr_null(audit_rule_find("no-such-rule"));
    enum severity severity;
    ck_assert(severity_parse("warning", &severity) && severity == SEVERITY_WARNING);
    ck_assert(!severity_parse("fatal", &severity));
}
END_TEST

Suite *audit_suite(void)
{
    Suite *s = suite_create("audit");
    TCase *t = tcase_create("audit");
    tcase_set_timeout(t, 60);
    tcase_add_loop_test(t, each_rule_speaks_where_it_must, 0, COUNT(judged));
    tcase_add_test(t, the_lowest_policy_is_earned);
#ifdef __x86_64__
    tcase_add_test(t, a_target_or_a_claim_is_held_against_the_file);
#endif
    tcase_add_test(t, unknown_versions_are_named);
    tcase_add_test(t, packed_relocations_are_refused_without_their_marker);
    tcase_add_test(t, ours_bring_their_own_runtime);
    tcase_add_test(t, the_unwinder_is_the_platforms);
    tcase_add_test(t, what_only_a_newer_glibc_has_is_told_whoever_may_bring_it);
    tcase_add_test(t, what_is_handed_in_counts);
    tcase_add_test(t, another_architecture_is_an_error);
#ifdef __x86_64__
    tcase_add_test(t, symbols_bound_away_from_home);
#endif
    tcase_add_test(t, nothing_said_about_the_stack);
    tcase_add_test(t, the_folder_of_the_build);
    tcase_add_test(t, a_name_outside_the_string_table);
    tcase_add_test(t, programs_and_libpython_are_no_modules);
    tcase_add_test(t, texts_that_only_look_alike);
    tcase_add_test(t, findings_outlive_the_file_and_are_sorted);
    tcase_add_test(t, strict_is_a_list_of_denied_rules);
    tcase_add_test(t, what_the_user_says_is_not_worsened);
    tcase_add_test(t, what_is_lent_by_who_loads_the_file);
    tcase_add_test(t, rules_have_names_of_their_own);
    suite_add_tcase(s, t);
    return s;
}
