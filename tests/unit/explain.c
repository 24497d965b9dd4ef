#include "audit/explain.h"

#include "audit/explain_internal.h"
#include "compile.h"
#include "sys/fs.h"

/* ---- sites ---- */

#define CALLERS                                                                 \
    "extern int far_one(void); extern int far_two(int); extern int data_one;\n" \
    "int caller_a(void) { return far_one() + data_one; }\n"                     \
    "int caller_b(int x) { return far_two(x + far_one()) + 1; }\n"              \
    "int tail(int x) { return far_two(x); }\n"                                  \
    "int (*pointer)(int) = far_two;\n"

/* Compilers of other machines are clang's; each with what must be found: symbol, then where. */
static const struct {
    const char *what, *compiler, *flags;
} machines[] = {
    {"this machine", "cc", "-shared -fPIC -O1 -nostdlib"},
    {"without PLT", "cc", "-shared -fPIC -O1 -nostdlib -fno-plt"},
    {"x86-64", "clang", "--target=x86_64-linux-gnu -fuse-ld=lld -shared -fPIC -O1 -nostdlib"},
    {"x86-64, no PLT", "clang",
        "--target=x86_64-linux-gnu -fuse-ld=lld -shared -fPIC -O1 -nostdlib -fno-plt"},
    {"x86-64, IBT", "clang",
        "--target=x86_64-linux-gnu -fuse-ld=lld -shared -fPIC -O1 -nostdlib -fcf-protection "
        "-Wl,-z,force-ibt"},
    {"i386", "clang", "--target=i386-linux-gnu -fuse-ld=lld -shared -fPIC -O1 -nostdlib"},
    {"AArch64", "clang", "--target=aarch64-linux-gnu -fuse-ld=lld -shared -fPIC -O1 -nostdlib"},
    {"AArch64, BTI", "clang",
        "--target=aarch64-linux-gnu -fuse-ld=lld -shared -fPIC -O1 -nostdlib -mbranch-protection=bti "
        "-Wl,-z,force-bti"},
};

static const struct {
    const char *symbol, *in;
} uses[] = {
    {"far_one", "caller_a"},
    {"far_one", "caller_b"},
    {"far_two", "caller_b"},
    {"far_two", "tail"},
    {"far_two", "pointer"},
    {"data_one", "caller_a"},
};

/* Like build(), with another compiler. */
static void build_for(struct built *b, const char *compiler, const char *source, const char *flags)
{
    build(b, source, "-E -P"); /* makes the folder and in.c */
    char in[64], out[64];
    snprintf(in, sizeof in, "%s/in.c", b->dir);
    snprintf(out, sizeof out, "%s/out", b->dir);
    AUTO(strvec) struct strvec argv = {0};
    strvec_push(&argv, compiler);
    strvec_push(&argv, in);
    strvec_push(&argv, "-o");
    strvec_push(&argv, out);
    for (struct slice rest = slice_of(flags); rest.ptr && rest.len;) {
        struct slice word = slice_cut(&rest, ' ');
        strvec_pushn(&argv, word.ptr, word.len);
    }
    run_argv(argv.items);
    read_built(b, "out");
}

/* Makes of a stub "adrp x16; ldr x17; add x16; br x17; nop; nop" what GNU ld writes for -z force-bti; lld
 * leaves the landing pad out where it is not needed. */
static void add_landing_pads(struct built *b)
{
    static const unsigned char branch[] = {0x20, 0x02, 0x1f, 0xd6}, pad[] = {0x5f, 0x24, 0x03, 0xd5};
    for (size_t i = 12; i + 8 <= b->size; i += 4)
        if (memcmp(b->bytes + i, branch, 4) == 0) {
            memmove(b->bytes + i - 8, b->bytes + i - 12, 16);
            memcpy(b->bytes + i - 12, pad, 4);
            i += 4;
        }
}

static bool has_program(const char *name)
{
    char *const argv[] = {"sh", "-c", "command -v \"$0\" >/dev/null", (char *)(uintptr_t)name, NULL};
    pid_t pid = fork();
    if (!pid) {
        execvp(argv[0], argv);
        _exit(127);
    }
    int status = 1;
    waitpid(pid, &status, 0);
    return status == 0;
}

START_TEST(uses_of_imports_are_found)
{
    if (strcmp(machines[_i].compiler, "clang") == 0 && (!has_program("clang") || !has_program("ld.lld"))) {
        printf("skip uses_of_imports_are_found: %s: no clang with lld\n", machines[_i].what);
        return;
    }
#if !defined __x86_64__ && !defined __aarch64__
    if (strcmp(machines[_i].compiler, "cc") == 0)
        return; /* code of this machine is not looked at */
#endif
    AUTO(built) struct built b = {0};
    AUTO(arena) struct arena a = {0};
    AUTO(err) struct err e = ERR_INIT;
    build_for(&b, machines[_i].compiler, CALLERS, machines[_i].flags);
    if (strstr(machines[_i].what, "BTI"))
        add_landing_pads(&b);
    struct elf_image image;
    ck_assert_msg(elf_open(&image, &a, b.bytes, b.size, &e) == 0, "%s", e.text);
    bool *wanted = arena_alloc(&a, image.symbol_count * sizeof *wanted);
    memset(wanted, 1, image.symbol_count);
    struct import_sites sites;
    struct code_places places;
    import_sites_find(&sites, &image, wanted);
    code_places_read(&places, &a, &image);
    bool seen[COUNT(uses)] = {0};
    vec_each (&sites.items, site) {
        struct elf_symbol s;
        struct audit_reason reason;
        elf_symbol_at(&image, site->symbol, &s);
        if (s.section != SHN_UNDEF)
            continue;
        ck_assert(code_places_find(&places, &a, site->address, &reason));
        bool known = false;
        for (size_t i = 0; i < COUNT(uses); i++)
            if (strcmp(uses[i].symbol, s.name) == 0 && strcmp(uses[i].in, reason.name) == 0)
                known = seen[i] = true;
        ck_assert_msg(known, "%s: %s is not used in %s", machines[_i].what, s.name, reason.name);
    }
    for (size_t i = 0; i < COUNT(uses); i++)
        ck_assert_msg(seen[i], "%s: %s in %s was not found", machines[_i].what, uses[i].symbol, uses[i].in);
    import_sites_release(&sites);
}
END_TEST

/* Two functions and a section; the map, where there is one, knows better. */
static const struct {
    uint64_t address;
    bool map, known;
    enum audit_reason_kind kind;
    const char *name, *function;
} addresses[] = {
    {0x0fff, false, false, REASON_SECTION, NULL, NULL},
    {0x1000, false, true, REASON_FUNCTION, "first", NULL},
    {0x100f, false, true, REASON_FUNCTION, "first", NULL},
    {0x1010, false, true, REASON_SECTION, ".text", NULL}, /* behind its end */
    {0x1020, false, true, REASON_FUNCTION, "second", NULL},
    {0x1100, false, false, REASON_SECTION, NULL, NULL},
    {0x1008, true, true, REASON_MEMBER, "libz.a(deflate.o)", "first"},
    {0x1018, true, true, REASON_MEMBER, "libz.a(deflate.o)", "deflate"}, /* by its section's name */
    {0x1028, true, true, REASON_MEMBER, "main.o", "second"},
    {0x1030, true, true, REASON_SECTION, ".text", NULL},
};

START_TEST(addresses_have_names)
{
    struct code_function functions[] = {{0x1000, 0x10, "first"}, {0x1020, 0x10, "second"}};
    struct code_function sections[] = {{0x1000, 0x100, ".text"}};
    struct link_place map[] = {{0x1000, 0x20, "/b/libz.a", "deflate.o", ".text.unlikely.deflate"},
        {0x1020, 0x10, "/w/main.o", NULL, ".text"}};
    struct code_places places = {
        .functions = functions, .function_count = 2, .sections = sections, .section_count = 1, .map = map};
    places.map_count = addresses[_i].map ? 2 : 0;
    AUTO(arena) struct arena a = {0};
    struct audit_reason reason;
    ck_assert_int_eq(code_places_find(&places, &a, addresses[_i].address, &reason), addresses[_i].known);
    if (!addresses[_i].known)
        return;
    ck_assert_int_eq(reason.kind, addresses[_i].kind);
    ck_assert_str_eq(reason.name, addresses[_i].name);
    ck_assert_pstr_eq(reason.function, addresses[_i].function);
}
END_TEST

/* ---- whole explanations ---- */

static void explain(const struct built *b, const char *map, struct audit_report *r)
{
    AUTO(arena) struct arena a = {0};
    AUTO(err) struct err e = ERR_INIT;
    struct elf_image image;
    struct explain_sources sources;
    char subject[64];
    snprintf(subject, sizeof subject, "%s/out", b->dir);
    ck_assert_msg(explain_sources_open(&sources, "/nowhere", map, &e) == 0, "%s", e.text);
    struct audit_context context = {.subject = subject, .explain = true, .sources = &sources};
    ck_assert_msg(elf_open(&image, &a, b->bytes, b->size, &e) == 0, "%s", e.text);
    ck_assert_msg(audit_module(&image, &context, r, &e) == 0, "%s", e.text);
    explain_sources_release(&sources);
}

static const struct audit_symbol *symbol(const struct audit_report *r, const char *name)
{
    for (size_t i = 0; i < r->symbol_count; i++)
        if (strcmp(r->symbols[i].symbol, name) == 0)
            return &r->symbols[i];
    return NULL;
}

static const struct audit_needed *needed(const struct audit_report *r, const char *library)
{
    for (size_t i = 0; i < r->needed_count; i++)
        if (strcmp(r->needed[i].library, library) == 0)
            return &r->needed[i];
    ck_abort_msg("%s is not needed", library);
    return NULL;
}

#define ASKS                                                                                               \
    "#include <sys/random.h>\n"                                                                            \
    "__attribute__((noinline)) static long random_bytes(void) { char c[4]; return getrandom(c, 4, 0); }\n" \
    "long PyInit_m(void) { return random_bytes() + 1; }\n"

START_TEST(functions_without_a_map)
{
    AUTO(built) struct built b = {0};
    build(&b, ASKS, "-shared -fPIC -O1");
    struct audit_report r;
    explain(&b, NULL, &r);
    const struct audit_symbol *s = symbol(&r, "getrandom");
    ck_assert_ptr_nonnull(s);
    ck_assert_uint_ge(s->reason_count, 1);
    ck_assert_int_eq(s->reasons[0].kind, REASON_FUNCTION);
    ck_assert_str_eq(s->reasons[0].name, "random_bytes");
    ck_assert_ptr_null(r.map);
    audit_report_release(&r);
}
END_TEST

START_TEST(places_are_counted)
{
    AUTO(built) struct built b = {0};
    build(&b,
        "#include <sys/random.h>\n__attribute__((noinline)) static long twice(char *c) { return getrandom(c, "
        "4, 0) "
        "+ getrandom(c, 5, 0) + getrandom(c, 6, 0); }\n"
        "__attribute__((noinline)) static long once(char *c) { return getrandom(c, 7, 0) + 2; }\n"
        "long PyInit_m(void) { char c[8]; return once(c) + twice(c); }",
        "-shared -fPIC -O1");
    struct audit_report r;
    explain(&b, NULL, &r);
    const struct audit_symbol *s = symbol(&r, "getrandom");
    ck_assert_ptr_nonnull(s);
    ck_assert_uint_eq(s->reason_count, 2);
    ck_assert_str_eq(s->reasons[0].name, "twice"); /* most places first */
    ck_assert_uint_eq(s->reasons[0].places, 3);
    ck_assert_uint_eq(s->reasons[1].places, 1);
    audit_report_release(&r);
}
END_TEST

START_TEST(sections_of_a_stripped_file)
{
    AUTO(built) struct built b = {0};
    build(&b, ASKS, "-shared -fPIC -O1 -s -fvisibility=hidden");
    struct audit_report r;
    explain(&b, NULL, &r);
    const struct audit_symbol *s = symbol(&r, "getrandom");
    ck_assert_ptr_nonnull(s);
    ck_assert_int_eq(s->reasons[0].kind, REASON_SECTION);
    ck_assert_str_eq(s->reasons[0].name, ".text");
    audit_report_release(&r);
}
END_TEST

static const char *const linkers[] = {"", "-fuse-ld=lld "};

START_TEST(members_by_the_map)
{
    if (*linkers[_i] && !has_program("ld.lld")) {
        printf("skip members_by_the_map: no lld\n");
        return;
    }
    AUTO(built) struct built b = {0};
    char object[64], archive[64], from[64], map[64], link[256];
    build(&b, ASKS, "-c -fPIC -O1 -ffunction-sections");
    snprintf(from, sizeof from, "%s/out", b.dir);
    snprintf(object, sizeof object, "%s/dep.so", b.dir);
    snprintf(archive, sizeof archive, "%s/out.a", b.dir);
    snprintf(map, sizeof map, "%s/map", b.dir);
    ck_assert_int_eq(rename(from, object), 0);
    char *const ar[] = {"ar", "rcs", archive, object, NULL};
    run_argv(ar);
    snprintf(link, sizeof link, "%s-shared -fPIC -O1 -s -Wl,-Map,%s -Wl,-u,PyInit_m %s", linkers[_i], map,
        archive);
    build(&b, "", link);
    struct audit_report r;
    explain(&b, map, &r);
    ck_assert_pstr_eq(r.map_trouble, NULL);
    ck_assert_pstr_eq(r.map, map);
    const struct audit_symbol *s = symbol(&r, "getrandom");
    ck_assert_ptr_nonnull(s);
    ck_assert_uint_eq(s->reason_total, 1);
    ck_assert_int_eq(s->reasons[0].kind, REASON_MEMBER);
    ck_assert_str_eq(s->reasons[0].name, "out.a(dep.so)");
    ck_assert_pstr_eq(s->reasons[0].function, "random_bytes"); /* by its section's name */
    audit_report_release(&r);
}
END_TEST

START_TEST(a_file_that_is_no_map_is_told)
{
    AUTO(built) struct built b = {0};
    build(&b, ASKS, "-shared -fPIC");
    char source[64];
    snprintf(source, sizeof source, "%s/in.c", b.dir);
    struct audit_report r;
    explain(&b, source, &r);
    ck_assert_ptr_nonnull(r.map_trouble);
    ck_assert_int_eq(symbol(&r, "getrandom")->reasons[0].kind, REASON_FUNCTION);
    audit_report_release(&r);
}
END_TEST

START_TEST(what_is_taken_from_libraries)
{
    AUTO(built) struct built b = {0};
    char from[64], to[64];
    build(&b, "int far(void) { return 1; }", "-shared -fPIC -Wl,-soname,dep.so");
    snprintf(from, sizeof from, "%s/out", b.dir);
    snprintf(to, sizeof to, "%s/dep.so", b.dir);
    ck_assert_int_eq(rename(from, to), 0);
    build(&b,
        "#include <math.h>\nextern int far(void); double (*volatile f)(double) = cos;\n"
        "int PyInit_m(void) { return far() + (int)f(1); }",
        "-shared -fPIC -Wl,--no-as-needed @/dep.so -lm -lresolv -Wl,-rpath,$ORIGIN");
    struct audit_report r;
    explain(&b, NULL, &r);
    const struct audit_needed *dep = needed(&r, "dep.so");
    ck_assert_int_eq(dep->use, AUDIT_USED);
    ck_assert_uint_eq(dep->taken_total, 1);
    ck_assert_str_eq(dep->taken[0], "far");
    ck_assert_str_eq(dep->found, to);
    ck_assert_int_eq(needed(&r, "libm.so.6")->use, AUDIT_USED);
    ck_assert_str_eq(needed(&r, "libm.so.6")->taken[0], "cos");
    ck_assert_int_eq(needed(&r, "libresolv.so.2")->use, AUDIT_UNUSED);
    audit_report_release(&r);
    ck_assert_int_eq(unlink(to), 0);
    explain(&b, NULL, &r);
    ck_assert_int_eq(needed(&r, "dep.so")->use, AUDIT_USE_UNKNOWN);
    audit_report_release(&r);
}
END_TEST

/* Bytes of the file set wrong one by one: the walk over code and tables stays inside. */
START_TEST(damage_is_survived)
{
    AUTO(built) struct built b = {0};
    build(&b, ASKS, "-shared -fPIC -O1 -Wl,-z,now");
    AUTO(arena) struct arena a = {0};
    for (size_t at = 32; at < b.size; at += at < 1024 ? 5 : 97) {
        unsigned char was = b.bytes[at];
        b.bytes[at] = 0xff;
        AUTO(err) struct err e = ERR_INIT;
        struct elf_image image;
        if (elf_open(&image, &a, b.bytes, b.size, &e) == 0) {
            bool *wanted = arena_alloc(&a, image.symbol_count + 1);
            memset(wanted, 1, image.symbol_count + 1);
            struct import_sites sites;
            struct code_places places;
            struct audit_reason reason;
            import_sites_find(&sites, &image, wanted);
            code_places_read(&places, &a, &image);
            vec_each (&sites.items, site)
                code_places_find(&places, &a, site->address, &reason);
            import_sites_release(&sites);
        }
        b.bytes[at] = was;
        arena_release(&a);
    }
}
END_TEST

Suite *explain_suite(void)
{
    Suite *s = suite_create("explain");
    TCase *t = tcase_create("explain");
    tcase_set_timeout(t, 60);
    tcase_add_loop_test(t, uses_of_imports_are_found, 0, COUNT(machines));
    tcase_add_loop_test(t, addresses_have_names, 0, COUNT(addresses));
    tcase_add_test(t, functions_without_a_map);
    tcase_add_test(t, places_are_counted);
    tcase_add_test(t, sections_of_a_stripped_file);
    tcase_add_loop_test(t, members_by_the_map, 0, 2);
    tcase_add_test(t, a_file_that_is_no_map_is_told);
    tcase_add_test(t, what_is_taken_from_libraries);
    tcase_add_test(t, damage_is_survived);
    suite_add_tcase(s, t);
    return s;
}
