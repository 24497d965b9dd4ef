#include "audit/wheels.h"

#include <sys/mman.h>

#include "compile.h"
#include "hash/hash.h"
#include "zip/writer.h"

static const struct finding *find_rule(const struct audit_report *r, const char *id)
{
    for (size_t i = 0; i < r->finding_count; i++)
        if (strcmp(r->findings[i].rule->id, id) == 0)
            return &r->findings[i];
    return NULL;
}

struct member {
    const char *name; /* "@" stands for the dist-info folder */
    const void *bytes;
    size_t size;
};

/* A wheel in memory with a right RECORD of everything but the members whose names start with "-". */
struct packed {
    char *bytes;
    size_t size;
};

static void packed_release(struct packed *p)
{
    free(p->bytes);
}

static void add_member(
    struct zip_writer *z, struct strbuf *record, const char *name, const void *bytes, size_t size)
{
    AUTO(err) struct err e = ERR_INIT;
    bool listed = *name != '-';
    AUTO(strbuf) struct strbuf path = {0};
    strbuf_adds(&path, *name == '@' ? "w-1.dist-info/" : "");
    strbuf_adds(&path, name + (*name == '@' || *name == '-'));
    ck_assert_msg(zip_writer_add(z, strbuf_str(&path), false, bytes, size, &e) == 0, "%s", e.text);
    struct digest digest;
    char base64[44];
    digest_bytes(&digest, bytes, size);
    digest_base64url(&digest, base64);
    if (listed)
        strbuf_addf(record, "%s,sha256=%s,%zu\n", strbuf_str(&path), base64, size);
}

static void pack(struct packed *p, const char *tag, bool pure, const struct member *members, size_t len)
{
    AUTO_CLOSE int fd = memfd_create("wheel", MFD_CLOEXEC);
    AUTO(err) struct err e = ERR_INIT;
    AUTO(strbuf) struct strbuf record = {0}, wheel = {0};
    struct zip_writer *z = zip_writer_new(fd, "t", 0, 1);
    static const char metadata[] = "Metadata-Version: 2.1\nName: w\nVersion: 1\n";
    strbuf_addf(&wheel, "Wheel-Version: 1.0\nRoot-Is-Purelib: %s\nTag: %s\n", pure ? "true" : "false", tag);
    for (size_t i = 0; i < len && members[i].name; i++)
        add_member(z, &record, members[i].name, members[i].bytes, members[i].size);
    add_member(z, &record, "@METADATA", metadata, sizeof metadata - 1);
    add_member(z, &record, "@WHEEL", wheel.ptr, wheel.len);
    strbuf_adds(&record, "w-1.dist-info/RECORD,,\n");
    AUTO(strbuf) struct strbuf ignored = {0};
    add_member(z, &ignored, "@RECORD", strbuf_str(&record), record.len);
    ck_assert_int_eq(zip_writer_finish(z, &e), 0);
    zip_writer_free(z);
    struct stat st;
    ck_assert_int_eq(fstat(fd, &st), 0);
    p->size = (size_t)st.st_size;
    p->bytes = xmalloc(p->size);
    ck_assert_int_eq(pread(fd, p->bytes, p->size, 0), st.st_size);
}

static void audit_packed(const struct packed *p, const char *name, struct audit_report *r)
{
    AUTO(err) struct err e = ERR_INIT;
    AUTO(wheel) struct wheel w = {0};
    ck_assert_msg(wheel_open_bytes(&w, name, p->bytes, p->size, 0, &e) == 0, "%s", e.text);
    struct audit_context context = {.subject = name};
    ck_assert_msg(audit_wheel_file(&w, &context, 2, r, &e) == 0, "%s", e.text);
}

#if defined __x86_64__
#define ARCH "x86_64"
#define OLDEST "manylinux_2_5_x86_64"
#define MIDDLE "cpython-311-x86_64-linux-gnu"
#else
#define ARCH "aarch64"
#define OLDEST "manylinux_2_17_aarch64"
#define MIDDLE "cpython-311-aarch64-linux-gnu"
#endif
#define NAME "w-1-cp311-cp311-manylinux_2_28_" ARCH ".whl"
#define TAG "cp311-cp311-manylinux_2_28_" ARCH
#define MODULE "w/m." MIDDLE ".so"

static const char fine[] = "extern void *PyModule_Create2(void *, int);\n"
                           "void *PyInit_m(void) { return PyModule_Create2(0, 1); }\n";
static const char fine_flags[] = "-shared -fPIC -O2 -Wl,-z,relro,-z,now";
#define LICENCE                            \
    {                                      \
        "@licenses/LICENSE", "Do it.\n", 7 \
    }
#define SBOM                         \
    {                                \
        "@sboms/w.cdx.json", "{}", 2 \
    }

START_TEST(a_good_wheel_has_no_findings)
{
    AUTO(built) struct built b = {0};
    build(&b, fine, fine_flags);
    struct member members[] = {{MODULE, b.bytes, b.size}, {"w/__init__.py", "", 0}, LICENCE, SBOM};
    AUTO(packed) struct packed p = {0};
    pack(&p, TAG, false, members, 4);
    AUTO(audit_report) struct audit_report r;
    audit_packed(&p, NAME, &r);
    for (size_t i = 0; i < r.finding_count; i++)
        ck_assert_msg(0, "%s: %s", r.findings[i].rule->id, r.findings[i].message);
    ck_assert_int_eq(r.role, AUDIT_WHEEL);
    ck_assert_uint_eq(r.member_count, 1);
    ck_assert_str_eq(r.members[0].subject, MODULE);
    ck_assert_uint_eq(r.members[0].finding_count, 0);
    ck_assert(r.has_earned && r.has_claimed && r.holds);
    ck_assert_str_eq(r.earned.name, OLDEST);
    ck_assert_str_eq(r.claimed.name, "manylinux_2_28_" ARCH);
}
END_TEST

/* What is changed about the good wheel, and which rule has to say so. */
static const struct {
    const char *name, *tag;
    bool pure;
    struct member more;
    const char *module;
    bool without_licence;
    const char *rule, *says;
} wrong[] = {
    {NAME, TAG, true, {0}, MODULE, false, "purelib-with-code", "Purelib"},
    {"w-1-py3-none-any.whl", "py3-none-any", false, {0}, "w/m.so", false, "purelib-with-code", "any"},
    {NAME, "cp311-cp311-manylinux_2_17_" ARCH, false, {0}, MODULE, false, "wheel-tags", "WHEEL"},
    {"nonsense.whl", TAG, false, {0}, MODULE, false, "wheel-name", "nonsense.whl"},
    {"x-1-cp311-cp311-manylinux_2_28_" ARCH ".whl", TAG, false, {0}, MODULE, false, "wheel-name",
        "w-1.dist-info"},
    {"w-1-cp311-cp311-linux_" ARCH ".whl", "cp311-cp311-linux_" ARCH, false, {0}, MODULE, false,
        "index-refuses", "linux_" ARCH},
    {NAME, TAG, false, {0}, "w/m.cpython-310-x.so", false, "module-name", "cpython-310"},
    {NAME, TAG, false, {"-w/stray.py", "", 0}, MODULE, false, "wheel-record", "stray.py"},
    {NAME, TAG, false, {"w/lib.a", "!<arch>\n", 8}, MODULE, false, "object-shipped", "lib.a"},
    {NAME, TAG, false, {"w/x.pc", "", 0}, MODULE, false, "object-shipped", "x.pc"},
    {NAME, TAG, false, {"w/bad.so", "\177ELF\2\1\1\0\0\0\0\0\0\0\0\0\3\0", 18}, MODULE, false, "damaged-elf",
        "bad.so"},
    {NAME, TAG, false, {0}, MODULE, true, "no-licence", "licence"},
    {NAME, TAG, false, {"@sboms/x.json", "{", 1}, MODULE, false, "sbom", "x.json"},
};

START_TEST(each_rule_about_wheels_speaks)
{
    AUTO(built) struct built b = {0};
    build(&b, fine, fine_flags);
    struct member members[5] = {{wrong[_i].module, b.bytes, b.size}, SBOM};
    size_t len = 2;
    if (!wrong[_i].without_licence)
        members[len++] = (struct member)LICENCE;
    if (wrong[_i].more.name)
        members[len++] = wrong[_i].more;
    AUTO(packed) struct packed p = {0};
    pack(&p, wrong[_i].tag, wrong[_i].pure, members, len);
    AUTO(audit_report) struct audit_report r;
    audit_packed(&p, wrong[_i].name, &r);
    const struct finding *f = find_rule(&r, wrong[_i].rule);
    ck_assert_msg(f != NULL, "%s is silent", wrong[_i].rule);
    bool said = strstr(f->message, wrong[_i].says);
    for (size_t i = 0; i < f->evidence_count; i++)
        said |= strstr(f->evidence[i], wrong[_i].says) != NULL;
    ck_assert_msg(said, "%s", f->message);
    for (size_t i = 0; i < r.finding_count; i++) /* METADATA and tags may disagree with a name in two ways */
        ck_assert_msg(r.findings[i].rule == f->rule || str_starts(r.findings[i].rule->id, "wheel-"), "%s: %s",
            r.findings[i].rule->id, r.findings[i].message);
}
END_TEST

START_TEST(bytes_that_are_not_as_recorded)
{
    AUTO(built) struct built b = {0};
    build(&b, fine, fine_flags);
    struct member members[] = {
        {MODULE, b.bytes, b.size}, LICENCE, SBOM, {"w/text.py", "x = 1 # the quick brown fox", 27}};
    AUTO(packed) struct packed p = {0};
    pack(&p, TAG, false, members, 4);
    char *text = memmem(p.bytes, p.size, "quick brown fox", 15);
    ck_assert_ptr_nonnull(text);
    *text ^= 1;
    AUTO(audit_report) struct audit_report r;
    audit_packed(&p, NAME, &r);
    const struct finding *f = find_rule(&r, "wheel-record");
    ck_assert_ptr_nonnull(f);
    ck_assert_str_eq(f->subject, "w/text.py");
}
END_TEST

START_TEST(modules_of_one_wheel_are_compared)
{
    AUTO(built) struct built a = {0}, b = {0};
    build(&a,
        "int inflate(void) { return 1; } const char *PyInit_a(void) { return \"OpenSSL 3.0.1 1 Jan 2020\"; }",
        fine_flags);
    build(&b,
        "int inflate(void) { return 2; } const char *PyInit_b(void) { return \"OpenSSL 3.0.2 1 Feb 2020\"; }",
        fine_flags);
    struct member members[] = {
        {"w/a." MIDDLE ".so", a.bytes, a.size}, {"w/b." MIDDLE ".so", b.bytes, b.size}, LICENCE, SBOM};
    AUTO(packed) struct packed p = {0};
    pack(&p, TAG, false, members, 4);
    AUTO(audit_report) struct audit_report r;
    audit_packed(&p, NAME, &r);
    const struct finding *same = find_rule(&r, "same-export"), *twice = find_rule(&r, "twice-inside");
    ck_assert_ptr_nonnull(same);
    ck_assert_str_eq(same->evidence[0], "inflate: w/a." MIDDLE ".so, w/b." MIDDLE ".so");
    ck_assert_ptr_nonnull(twice);
    ck_assert_str_eq(twice->library, "openssl");
    ck_assert_uint_eq(r.errors, 2); /* the exports, of each module */
    ck_assert_uint_eq(r.warnings, 2);
}
END_TEST

START_TEST(code_that_the_sbom_does_not_list)
{
    AUTO(built) struct built b = {0};
    build(&b, "const char *PyInit_m(void) { return \" deflate 1.2.13 Copyright 1995\"; }", fine_flags);
    static const struct {
        const char *sbom;
        bool found;
    } cases[] = {{"{\"components\": [{\"name\": \"other\"}]}", true},
        {"{\"components\": [{\"name\": \"zlib\"}]}", false},
        {"{\"components\": [{\"name\": \"x\", \"components\": [{\"name\": \"ZLIB\"}]}]}", false},
        {"{}", false}, {"[]", false}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct member members[] = {
            {MODULE, b.bytes, b.size}, LICENCE, {"@sboms/w.cdx.json", cases[i].sbom, strlen(cases[i].sbom)}};
        AUTO(packed) struct packed p = {0};
        pack(&p, TAG, false, members, 3);
        AUTO(audit_report) struct audit_report r;
        audit_packed(&p, NAME, &r);
        const struct finding *f = find_rule(&r, "unlisted-library");
        ck_assert_int_eq(f != NULL, cases[i].found);
        ck_assert(!f || strcmp(f->library, "zlib") == 0);
    }
}
END_TEST

START_TEST(the_claim_is_held_against_the_newest_member)
{
#ifdef __x86_64__
    AUTO(built) struct built a = {0}, b = {0};
    build(&a, fine, fine_flags);
    build(&b, "extern double pow(double, double); double PyInit_b(double x) { return pow(x, x); }",
        "-shared -fPIC -O2 -Wl,-z,relro,-z,now -lm");
    struct member members[] = {
        {"w/a." MIDDLE ".so", a.bytes, a.size}, {"w/b." MIDDLE ".so", b.bytes, b.size}, LICENCE, SBOM};
    static const struct {
        const char *name, *tag;
        bool holds;
    } cases[] = {{"w-1-cp311-cp311-manylinux2014_x86_64.manylinux_2_17_x86_64.whl",
                     "cp311-cp311-manylinux2014_x86_64\nTag: cp311-cp311-manylinux_2_17_x86_64", false},
        {"w-1-cp311-cp311-manylinux_2_31_x86_64.whl", "cp311-cp311-manylinux_2_31_x86_64", true}};
    for (size_t i = 0; i < 2; i++) {
        AUTO(packed) struct packed p = {0};
        pack(&p, cases[i].tag, false, members, 4);
        AUTO(audit_report) struct audit_report r;
        audit_packed(&p, cases[i].name, &r);
        ck_assert_str_eq(r.earned.name, "manylinux_2_31_x86_64");
        ck_assert_int_eq(r.holds, cases[i].holds);
        ck_assert_int_eq(r.errors == 0, cases[i].holds);
    }
#endif
}
END_TEST

START_TEST(tags_of_python_are_understood)
{
    static const struct {
        const char *name;
        int python, abi3;
        bool free_threaded, platform;
    } cases[] = {
        {"w-1-cp311-cp311-manylinux_2_28_x86_64.whl", 11, 0, false, true},
        {"w-1-cp312-abi3-manylinux_2_28_x86_64.whl", 0, 12, false, true},
        {"w-1-cp313-cp313t-musllinux_1_2_x86_64.whl", 13, 0, true, true},
        {"w-1-cp315-abi3t-manylinux_2_28_x86_64.whl", 0, 15, true, true},
        {"w-1-py3-none-any.whl", 0, 0, false, false},
        {"w-1-py3-none-win_amd64.whl", 0, 0, false, false},
    };
    AUTO(packed) struct packed p = {0};
    pack(&p, TAG, false, NULL, 0);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        AUTO(err) struct err e = ERR_INIT;
        AUTO(wheel) struct wheel w = {0};
        ck_assert_int_eq(wheel_open_bytes(&w, cases[i].name, p.bytes, p.size, 0, &e), 0);
        struct wheel_claim claim;
        wheel_read_claim(&w, &claim);
        ck_assert_int_eq(claim.python_minor, cases[i].python);
        ck_assert_int_eq(claim.abi3_minor, cases[i].abi3);
        ck_assert_int_eq(claim.free_threaded, cases[i].free_threaded);
        ck_assert_int_eq(claim.has_platform, cases[i].platform);
    }
}
END_TEST

Suite *audit_wheels_suite(void)
{
    Suite *s = suite_create("audit_wheels");
    TCase *t = tcase_create("audit_wheels");
    tcase_set_timeout(t, 60);
    tcase_add_test(t, a_good_wheel_has_no_findings);
    tcase_add_loop_test(t, each_rule_about_wheels_speaks, 0, sizeof wrong / sizeof *wrong);
    tcase_add_test(t, bytes_that_are_not_as_recorded);
    tcase_add_test(t, modules_of_one_wheel_are_compared);
    tcase_add_test(t, code_that_the_sbom_does_not_list);
    tcase_add_test(t, the_claim_is_held_against_the_newest_member);
    tcase_add_test(t, tags_of_python_are_understood);
    suite_add_tcase(s, t);
    return s;
}
