/* What a tag, a file's name and its headers say of the system that loads it, against what it is. */
#include "packed.h"
#include "told.h"

static const struct finding *finding_of(const struct audit_report *r, const char *id)
{
    for (size_t i = 0; i < r->finding_count; i++)
        if (strcmp(r->findings[i].rule->id, id) == 0)
            return &r->findings[i];
    return NULL;
}

static void judge_as(const struct built *b, const struct audit_context *context, struct audit_report *r)
{
    AUTO(arena) struct arena a = {0};
    AUTO(err) struct err e = ERR_INIT;
    struct elf_image image;
    ck_assert_msg(elf_open(&image, &a, b->bytes, b->size, &e) == 0, "%s", e.text);
    ck_assert_msg(audit_module(&image, context, r, &e) == 0, "%s", e.text);
}

#if defined __x86_64__

/* A wheel with one module, under many names: is it told what every name promises? */
static const struct claimed {
    const char *tags, *source;
    bool passes;
    const char *rule; /* that says why not, or that speaks all the same */
} claims[] = {
    {"manylinux_2_29_x86_64", "getrandom", true, NULL}, /* GLIBC_2.25; a legal tag that no policy has */
    {"manylinux_2_26_x86_64", "getrandom", true, NULL},
    {"manylinux_2_25_x86_64", "getrandom", true, NULL},  /* between two policies, and just enough */
    {"manylinux_2_23_x86_64", "getrandom", false, NULL}, /* told by the module itself */
    {"manylinux_2_4_x86_64", "getrandom", false, NULL},  /* older than every policy */
    {"manylinux_2_4_x86_64", "free", true, NULL},
    {"manylinux_2_28_x86_64.musllinux_1_2_x86_64", "free", false, "untrue-tag"},
    {"manylinux_2_28_x86_64.manylinux_2_28_aarch64", "free", false, "untrue-tag"},
    {"manylinux_2_17_x86_64.manylinux_2_28_x86_64", "getrandom", false, NULL}, /* the oldest counts */
    {"win_amd64", "free", false, "untrue-tag"},
    {"macosx_11_0_arm64", "free", false, "not-judged"},
    {"plan9_x86_64", "free", true, "not-judged"},
};

START_TEST(every_platform_of_the_name_is_judged)
{
    const struct claimed *k = &claims[_i];
    char source[300], name[160], tag[600] = "";
    snprintf(source, sizeof source,
        "extern int %s(); void *PyInit_m(void) { return (void *)(long)%s(0, 0, 0); }", k->source, k->source);
    AUTO(built) struct built b = {0};
    build(&b, source, "-shared -fPIC -O2 -w -Wl,-z,relro,-z,now");
    for (struct slice rest = slice_of(k->tags), one; rest.ptr;) {
        one = slice_cut(&rest, '.');
        snprintf(tag + strlen(tag), sizeof tag - strlen(tag), "%scp311-cp311-%.*s", *tag ? "\nTag: " : "",
            (int)one.len, one.ptr);
    }
    snprintf(name, sizeof name, "w-1-cp311-cp311-%s.whl", k->tags);
    struct member members[] = {{"w/m.so", b.bytes, b.size}, LICENCE, SBOM};
    AUTO(packed) struct packed p = {0};
    pack(&p, tag, false, members, 3);
    AUTO(audited) struct audited r;
    audit_packed(&p, name, &r);
    ck_assert_msg(r.passes == k->passes, "%s", k->tags);
    ck_assert_msg(r.passes || r.errors, "%s does not pass, and no finding says why", k->tags);
    ck_assert_msg(!k->rule || find_rule(&r, k->rule), "%s: %s is silent", k->tags, k->rule);
    if (k->rule)
        expect_told("audit_platforms", k->tags, find_rule(&r, k->rule));
    ck_assert_msg(!find_rule(&r, "nothing-compiled"), "%s", k->tags);
}
END_TEST

/* The architecture of a target without one is that of each file. */
START_TEST(one_target_for_each_architecture)
{
    AUTO(built) struct built b = {0};
    build(&b, fine, fine_flags);
    struct platform targets[2];
    ck_assert(platform_find(&targets[0], "manylinux_2_28_aarch64"));
    ck_assert(platform_find(&targets[1], "manylinux_2_28_x86_64"));
    struct audit_context context = {.subject = "m.so", .target = targets, .target_count = 2};
    AUTO(audit_report) struct audit_report r;
    judge_as(&b, &context, &r);
    ck_assert(r.holds);
    ck_assert_uint_eq(r.errors, 0);
}
END_TEST

/* A program that no system can start, and those that it can. */
START_TEST(loaders_of_programs)
{
    static const struct {
        const char *loader;
        bool fine;
    } cases[] = {{"/lib64/ld-linux-x86-64.so.2", true}, {"/lib/ld-linux-x86-64.so.2", true},
        {"/lib/ld-musl-x86_64.so.1", false}, {"/nix/store/abc/lib/ld-linux-x86-64.so.2", false},
        {"/lib64/ld-linux.so.2", false}};
    char flags[120];
    snprintf(flags, sizeof flags, "-O2 -Wl,-z,relro,-z,now -Wl,--dynamic-linker=%s", cases[_i].loader);
    AUTO(built) struct built b = {0};
    build(&b, "int main(void) { return 0; }", flags);
    struct audit_context context = {.subject = "m"};
    AUTO(audit_report) struct audit_report r;
    judge_as(&b, &context, &r);
    const struct finding *f = finding_of(&r, "program-loader");
    ck_assert_msg((f == NULL) == cases[_i].fine, "%s", cases[_i].loader);
    ck_assert(!f || f->severity == SEVERITY_ERROR);
}
END_TEST

/* Names of files, and what an interpreter makes of them. */
START_TEST(names_of_modules)
{
    static const struct {
        const char *name, *rule;
        enum severity severity;
    } cases[] = {
        {"a/m.cpython-312-x86_64-linux-gnu.so", NULL, 0}, {"a/m.abi3.so", NULL, 0}, {"a/m.so", NULL, 0},
        {"a/m.pypy311-pp73-x86_64-linux-gnu.so", NULL, 0},
        {"a/m.cpython-312-aarch64-linux-gnu.so", "file-name", SEVERITY_ERROR},
        {"a/m.cpython-312-i386-linux-gnu.so", "file-name", SEVERITY_ERROR},
        {"a/m.cpython-312-x86_64-linux-musl.so", "file-name", SEVERITY_ERROR},
        {"a/other.cpython-312-x86_64-linux-gnu.so", "entry-point", SEVERITY_WARNING},
        {"a/other.so", "entry-point", SEVERITY_WARNING},
        {"a/\xc3\xa4.cpython-312-x86_64-linux-gnu.so", NULL, 0}, /* PyInitU_, in punycode */
    };
    AUTO(built) struct built b = {0};
    build(&b, "extern int puts(const char *); void *PyInit_m(void) { puts(\"\"); return 0; }",
        "-shared -fPIC -O2 -Wl,-z,relro,-z,now");
    struct audit_context context = {.subject = cases[_i].name};
    AUTO(audit_report) struct audit_report r;
    judge_as(&b, &context, &r);
    const struct finding *f = finding_of(&r, cases[_i].rule ? cases[_i].rule : "file-name");
    if (cases[_i].rule)
        ck_assert_msg(f && f->severity == cases[_i].severity, "%s", cases[_i].name);
    else
        ck_assert_msg(!f && !finding_of(&r, "entry-point"), "%s", cases[_i].name);
}
END_TEST

START_TEST(a_module_that_cannot_be_imported_may_be_meant_so)
{
    AUTO(built) struct built b = {0};
    build(&b, "int answer(void) { return 42; }", "-shared -fPIC -Wl,-z,now");
    struct audit_context context = {.subject = "m.cpython-312-x86_64-linux-gnu.so"};
    AUTO(audit_report) struct audit_report r, musl;
    judge_as(&b, &context, &r);
    ck_assert_int_eq(finding_of(&r, "entry-point")->severity, SEVERITY_NOTE);
    build(&b, "int PyInit_m;", "-shared -fPIC -nostdlib");
    context.subject = "m.cpython-312-x86_64-linux-musl.so"; /* the name alone says for which */
    judge_as(&b, &context, &musl);
    ck_assert_str_eq(musl.earned.name, "musllinux_1_2_x86_64");
}
END_TEST

/* One byte or field of a good module, changed. */
static void patch_load(struct built *b, size_t which, size_t field, uint64_t value)
{
    Elf64_Ehdr header;
    memcpy(&header, b->bytes, sizeof header);
    for (size_t i = 0; i < header.e_phnum; i++) {
        unsigned char *at = b->bytes + header.e_phoff + i * sizeof(Elf64_Phdr);
        uint32_t type;
        memcpy(&type, at, sizeof type);
        if (type == PT_LOAD && which-- == 0)
            memcpy(at + field, &value, sizeof value);
    }
}

START_TEST(headers_that_loaders_refuse)
{
    static const struct {
        const char *rule, *says;
        size_t load, field;
        uint64_t value;
    } cases[] = {
        {"other-system", "FreeBSD", 0, EI_OSABI, 9},
        {"other-system", "OpenBSD", 0, EI_OSABI, 12},
        {"segments", "power of two", 0, offsetof(Elf64_Phdr, p_align), 0x1001},
        {"segments", "agree", 3, offsetof(Elf64_Phdr, p_align), 0x100000},
        {"segments", "over the segment", 0, offsetof(Elf64_Phdr, p_memsz), 0x100000},
        {"page-alignment", "pages of 16", 0, offsetof(Elf64_Phdr, p_align), 16},
    };
    AUTO(built) struct built b = {0};
    build(&b, fine, fine_flags);
    struct audit_context context = {.subject = "m.so"};
    AUTO(audit_report) struct audit_report good, bad;
    judge_as(&b, &context, &good);
    ck_assert_ptr_null(finding_of(&good, cases[_i].rule));
    if (cases[_i].field == EI_OSABI)
        b.bytes[EI_OSABI] = (unsigned char)cases[_i].value;
    else
        patch_load(&b, cases[_i].load, cases[_i].field, cases[_i].value);
    judge_as(&b, &context, &bad);
    const struct finding *f = finding_of(&bad, cases[_i].rule);
    ck_assert_msg(f != NULL, "%s is silent", cases[_i].rule);
    ck_assert_int_eq(f->severity, SEVERITY_ERROR);
    ck_assert_msg(strstr(f->message, cases[_i].says) != NULL, "%s", f->message);
}
END_TEST

/* A reference to the system's own symbol that is not there: what a weak one means. */
START_TEST(weak_imports_are_judged_by_themselves)
{
    static const struct {
        const char *name;
        bool told;
    } cases[] = {{"_ZTH1w", false}, {"_ZGTtNSt11logic_errorC1EPKc", false}, {"__gcov_dump", false},
        {"pthread_create", false}, {"gettid", false}, {"getrandom", false}, {"nobody_has_this", true}};
    char source[300];
    snprintf(source, sizeof source,
        "extern int %s(void) __attribute__((weak)); int PyInit_m(void) { return %s ? %s() : 0; }",
        cases[_i].name, cases[_i].name, cases[_i].name);
    AUTO(built) struct built b = {0};
    build(&b, source, "-shared -fPIC -O2 -w -nostdlib");
    struct audit_context context = {.subject = "m.so"};
    AUTO(audit_report) struct audit_report r;
    judge_as(&b, &context, &r);
    ck_assert_msg((finding_of(&r, "weak-import") != NULL) == cases[_i].told, "%s", cases[_i].name);
}
END_TEST

/* A member that is named as a module, and what is inside. */
START_TEST(what_is_no_module_at_all)
{
    static const struct {
        const char *name, *text;
        enum severity severity; /* SEVERITY_OFF: nothing is said */
        const char *says;
    } cases[] = {
        {MODULE, "version https://git-lfs.github.com/spec/v1\n", SEVERITY_ERROR, "Git LFS"},
        {"w.libs/libx.so.1", "version https://git-lfs.github.com/spec/v1\n", SEVERITY_ERROR, "Git LFS"},
        {"w/libx.so", "INPUT(libx.so.1)\n", SEVERITY_NOTE, "linker script"},
        {"w/n.abi3.so", "", SEVERITY_ERROR, "empty"},
        {"w/data.so", "abc", SEVERITY_WARNING, "no ELF file"},
        {"w/n.cpython-311-darwin.so", "\xcf\xfa\xed\xfe", SEVERITY_ERROR, "macOS"},
        {"w/text.txt", "version https://git-lfs.github.com/spec/v1\n", SEVERITY_OFF, NULL},
    };
    AUTO(built) struct built b = {0};
    build(&b, fine, fine_flags);
    struct member members[] = {
        {"w/m.so", b.bytes, b.size}, {cases[_i].name, cases[_i].text, strlen(cases[_i].text)}, LICENCE, SBOM};
    AUTO(packed) struct packed p = {0};
    pack(&p, TAG, false, members, 4);
    AUTO(audited) struct audited r;
    audit_packed(&p, NAME, &r);
    const struct finding *f = find_rule(&r, "not-elf");
    ck_assert_int_eq(f ? f->severity : SEVERITY_OFF, cases[_i].severity);
    ck_assert_msg(!f || strstr(f->message, cases[_i].says), "%s", f ? f->message : "");
}
END_TEST

/* A wheel for a platform without anything compiled: the build has left it out. */
START_TEST(nothing_compiled_is_inside)
{
    struct member members[] = {{"w/__init__.py", "", 0}, LICENCE};
    AUTO(packed) struct packed p = {0}, any = {0};
    AUTO(audited) struct audited r, taken, pure;
    AUTO(err) struct err e = ERR_INIT;
    pack(&p, TAG, false, members, 2);
    audit_packed(&p, NAME, &r);
    ck_assert(find_rule(&r, "nothing-compiled") && !r.passes);
    struct audit_options options = {.jobs = 1, .allow_empty = true};
    ck_assert_int_eq(audit_bytes(&taken, NAME, p.bytes, p.size, &options, &e), 0);
    ck_assert(taken.passes);
    pack(&any, "py3-none-any", true, members, 2);
    audit_packed(&any, "w-1-py3-none-any.whl", &pure);
    ck_assert(pure.passes && !find_rule(&pure, "nothing-compiled"));
}
END_TEST

/* Where an installer puts what is compiled, and whether that is wrong. */
START_TEST(code_among_what_is_pure)
{
    static const struct {
        const char *name, *tag, *file;
        bool pure;
        enum severity severity;
    } cases[] = {
        {"w/m.so", TAG, NAME, true, SEVERITY_WARNING},
        {"w-1.data/platlib/w/m.so", TAG, NAME, true, SEVERITY_OFF},
        {"w-1.data/data/lib/m.so", TAG, NAME, true, SEVERITY_OFF},
        {"w-1.data/purelib/w/m.so", TAG, NAME, false, SEVERITY_WARNING},
        {"w/m.so", "py3-none-any", "w-1-py3-none-any.whl", false, SEVERITY_ERROR},
    };
    AUTO(built) struct built b = {0};
    build(&b, fine, fine_flags);
    struct member members[] = {{cases[_i].name, b.bytes, b.size}, LICENCE, SBOM};
    AUTO(packed) struct packed p = {0};
    pack(&p, cases[_i].tag, cases[_i].pure, members, 3);
    AUTO(audited) struct audited r;
    audit_packed(&p, cases[_i].file, &r);
    const struct finding *f = find_rule(&r, "purelib-with-code");
    ck_assert_int_eq(f ? f->severity : SEVERITY_OFF, cases[_i].severity);
}
END_TEST
#endif

Suite *audit_platforms_suite(void)
{
    Suite *s = suite_create("audit_platforms");
    TCase *t = tcase_create("audit_platforms");
    tcase_set_timeout(t, 60);
#if defined __x86_64__
    tcase_add_loop_test(t, every_platform_of_the_name_is_judged, 0, COUNT(claims));
    tcase_add_test(t, one_target_for_each_architecture);
    tcase_add_loop_test(t, loaders_of_programs, 0, 5);
    tcase_add_loop_test(t, names_of_modules, 0, 10);
    tcase_add_test(t, a_module_that_cannot_be_imported_may_be_meant_so);
    tcase_add_loop_test(t, headers_that_loaders_refuse, 0, 6);
    tcase_add_loop_test(t, weak_imports_are_judged_by_themselves, 0, 7);
    tcase_add_loop_test(t, what_is_no_module_at_all, 0, 7);
    tcase_add_test(t, nothing_compiled_is_inside);
    tcase_add_loop_test(t, code_among_what_is_pure, 0, 5);
#endif
    suite_add_tcase(s, t);
    return s;
}
