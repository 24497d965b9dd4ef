/* What is told of a file: the words of findings, how many of them and of what they show; what is inside, as a
 * bill of materials; and findings on their way through JSON. */
#include <check.h>

#include "audit/bom.h"
#include "audit/explain.h"
#include "audit/finding.h"
#include "json/json.h"
#include "packed.h"
#include "scratch.h"
#include "sys/path.h"

static void audit(struct audited *a, const char *name, const void *bytes, size_t size)
{
    AUTO(err) struct err e = ERR_INIT;
    struct audit_options options = {.jobs = 1};
    ck_assert_msg(audit_bytes(a, name, bytes, size, &options, &e) == 0, "%s", e.text);
}

static const struct finding *of_module(const struct audited *a, const char *id)
{
    const struct audit_report *r = a->module_count ? &a->modules[0] : &a->whole;
    for (size_t i = 0; i < r->finding_count; i++)
        if (strcmp(r->findings[i].rule->id, id) == 0)
            return &r->findings[i];
    ck_abort_msg("%s: %s is silent", a->path, id);
    return NULL;
}

#define INIT "void *PyInit_m(void) { return 0; }\n"
#define FLAGS "-shared -fPIC -O1 -s -Wl,-z,relro,-z,now "

static const struct {
    const char *source, *flags, *rule, *symbol, *library, *message, *remedy;
} told[] = {
    {INIT "int one(void) { return 1; }", FLAGS, "foreign-export", "one", NULL,
        "exports 1 symbol besides its entry points: one",
        "link with a version script that exports only PyInit_*, and with --exclude-libs,ALL"},
    {INIT "int inflate(void) { return 1; } int deflate(void) { return 1; } int BIO_new(void) { return 2; }",
        FLAGS "-Wl,-Bsymbolic", "foreign-export", NULL, NULL, "names of ", NULL},
    {INIT "extern void nobody(void); void PyInit_n(void) { nobody(); }", FLAGS, "undefined-symbol", "nobody",
        NULL, "needs nobody, which neither Python nor a needed library provides", NULL},
    {INIT "extern void a1(void), a2(void), a3(void); void PyInit_n(void) { a1(); a2(); a3(); }", FLAGS,
        "undefined-symbol", NULL, NULL,
        "needs a1 and 2 more, which neither Python nor a needed library provides", NULL},
    {INIT, FLAGS "-Wl,-rpath,/opt/x", "runpath", NULL, NULL,
        "DT_RUNPATH /opt/x: ", "link without -rpath; LD_RUN_PATH in the build environment adds one too"},
    {INIT, FLAGS "-Wl,-z,execstack", "executable-stack", NULL, NULL, "", NULL},
};

START_TEST(findings_are_sentences)
{
    AUTO(built) struct built b = {0};
    AUTO(audited) struct audited a;
    build(&b, told[_i].source, told[_i].flags);
    audit(&a, "m.so", b.bytes, b.size);
    const struct finding *f = of_module(&a, told[_i].rule);
    ck_assert_msg(strstr(f->message, told[_i].message), "%s", f->message);
    if (told[_i].symbol)
        ck_assert_pstr_eq(f->symbol, told[_i].symbol);
    if (told[_i].remedy)
        ck_assert_pstr_eq(f->remedy, told[_i].remedy);
    size_t errors = 0, warnings = 0, notes = 0;
    for (size_t i = 0; i < a.modules[0].finding_count; i++) {
        enum severity severity = a.modules[0].findings[i].severity;
        errors += severity == SEVERITY_ERROR;
        warnings += severity == SEVERITY_WARNING;
        notes += severity == SEVERITY_NOTE;
        ck_assert(i == 0 || a.modules[0].findings[i - 1].severity >= severity);
    }
    ck_assert(a.errors == errors && a.warnings == warnings && a.notes == notes);
    ck_assert_int_eq(a.passes, errors == 0);
}
END_TEST

START_TEST(libraries_of_names_are_named_once)
{
    AUTO(built) struct built b = {0};
    AUTO(audited) struct audited a;
    build(&b, told[1].source, FLAGS);
    audit(&a, "m.so", b.bytes, b.size);
    const struct finding *f = of_module(&a, "foreign-export");
    const char *zlib = strstr(f->message, "zlib");
    ck_assert_msg(zlib && !strstr(zlib + 1, "zlib") && strstr(f->message, "openssl"), "%s", f->message);
    ck_assert_msg(str_starts(f->message, "exports 3 symbols besides its entry points: "), "%s", f->message);
    ck_assert_uint_eq(f->evidence_total, 3);
    ck_assert_str_eq(f->symbol, f->evidence[0]);
    ck_assert(f->library && f->severity == SEVERITY_WARNING);
}
END_TEST

/* Of much that is wrong the beginning is shown, and all of it is counted. */
START_TEST(evidence_is_bounded)
{
    static const int counts[] = {49, 50, 51, 70};
    for (size_t i = 0; i < COUNT(counts); i++) {
        AUTO(built) struct built b = {0};
        AUTO(audited) struct audited a;
        AUTO(strbuf) struct strbuf source = {0};
        strbuf_adds(&source, INIT);
        for (int k = 0; k < counts[i]; k++)
            strbuf_addf(&source, "int name_%d(void) { return %d; }\n", k, k);
        build(&b, strbuf_str(&source), FLAGS);
        audit(&a, "m.so", b.bytes, b.size);
        const struct finding *f = of_module(&a, "foreign-export");
        size_t count = (size_t)counts[i];
        ck_assert_uint_eq(f->evidence_total, count);
        ck_assert_uint_eq(f->evidence_count, count < AUDIT_EVIDENCE_MAX ? count : AUDIT_EVIDENCE_MAX);
    }
}
END_TEST

static const struct {
    unsigned char abi;
    const char *name;
} systems[] = {{1, "HP-UX"}, {2, "NetBSD"}, {6, "Solaris"}, {7, "AIX"}, {8, "IRIX"}, {9, "FreeBSD"},
    {10, "Tru64"}, {12, "OpenBSD"}, {97, "ARM"}, {255, "no system"}, {77, "another system"}};

START_TEST(other_systems_have_names)
{
    AUTO(built) struct built b = {0};
    build(&b, INIT, FLAGS);
    for (size_t i = 0; i < COUNT(systems); i++) {
        AUTO(audited) struct audited a;
        AUTO_FREE char *says = xstrf("for %s (EI_OSABI %d)", systems[i].name, systems[i].abi);
        b.bytes[7] = systems[i].abi;
        audit(&a, "m.so", b.bytes, b.size);
        const struct finding *f = of_module(&a, "other-system");
        ck_assert_msg(strstr(f->message, says) && f->remedy, "%s", f->message);
    }
}
END_TEST

START_TEST(pythons_own_library)
{
    AUTO(built) struct built b = {0};
    AUTO(audited) struct audited a;
    char from[64], to[64];
    build(&b, "int of_it(void) { return 1; }", "-shared -fPIC -Wl,-soname,libpython3.11.so.1.0");
    snprintf(from, sizeof from, "%s/out", b.dir);
    snprintf(to, sizeof to, "%s/dep.so", b.dir);
    ck_assert_int_eq(rename(from, to), 0);
    build(&b, INIT, FLAGS "-Wl,--no-as-needed @/dep.so");
    audit(&a, "m.so", b.bytes, b.size);
    const struct finding *f = of_module(&a, "libpython-needed");
    ck_assert_str_eq(f->library, "libpython3.11.so.1.0");
    ck_assert_str_eq(f->remedy, "link without -lpython; the interpreter provides its symbols");
}
END_TEST

/* A core file, or what a later gABI may bring: no module, and no reason to be silent. */
START_TEST(a_file_of_an_unknown_kind)
{
    AUTO(built) struct built b = {0};
    AUTO(packed) struct packed p = {0};
    AUTO(audited) struct audited a;
    build(&b, fine, fine_flags);
    b.bytes[16] = 4; /* e_type: ET_CORE */
    struct member members[] = {{MODULE, b.bytes, b.size}, LICENCE, SBOM};
    pack(&p, TAG, false, members, 3);
    audit(&a, NAME, p.bytes, p.size);
    const struct finding *f = find_rule(&a, "member-unreadable");
    ck_assert_ptr_nonnull(f);
    ck_assert_msg(strstr(f->message, "an ELF file of an unknown kind"), "%s", f->message);
    ck_assert(!a.passes);
}
END_TEST

/* Of a wheel that claims several platforms, the oldest is named. */
START_TEST(nothing_compiled_for_what_is_claimed)
{
    AUTO(packed) struct packed p = {0};
    AUTO(audited) struct audited a;
    struct member members[] = {{"w/__init__.py", "", 0}, LICENCE, SBOM};
    pack(&p, "cp311-cp311-manylinux_2_28_" ARCH, false, members, 3);
    audit(&a, "w-1-cp311-cp311-manylinux_2_28_" ARCH ".whl", p.bytes, p.size);
    const struct finding *f = find_rule(&a, "nothing-compiled");
    ck_assert_ptr_nonnull(f);
    ck_assert_str_eq(f->message, "claims manylinux_2_28_" ARCH ", and nothing compiled is inside");
    ck_assert_str_eq(f->policy, "manylinux_2_28_" ARCH);
    ck_assert(f->remedy && !a.passes && !a.claim_holds);
}
END_TEST

/* ---- archives ---- */

/* A member that is no object is passed over; what cannot be linked into a module is named with its reason. */
START_TEST(an_archive_with_a_text_in_it)
{
    AUTO(err) struct err e = ERR_INIT;
    AUTO(built) struct built b = {0};
    AUTO(audited) struct audited a;
    char object[64], text[64], archive[64], from[64];
    build(&b, "__thread int t __attribute__((tls_model(\"local-exec\"))); int f(void) { return t; }",
        "-c -O1 -fno-pic -fno-pie");
    snprintf(from, sizeof from, "%s/out", b.dir);
    snprintf(object, sizeof object, "%s/dep.so", b.dir);
    snprintf(text, sizeof text, "%s/map", b.dir);
    snprintf(archive, sizeof archive, "%s/out.a", b.dir);
    ck_assert_int_eq(rename(from, object), 0);
    ck_assert_int_eq(file_write(text, "read me\n", 8, 0644, &e), 0);
    char *const ar[] = {"ar", "rcs", archive, text, object, NULL};
    run_argv(ar);
    read_built(&b, "out.a");
    audit(&a, "lib.a", b.bytes, b.size);
    ck_assert_int_eq(a.kind, AUDITED_ARCHIVE);
    ck_assert_ptr_null(find_rule(&a, "mixed-machines"));
    ck_assert_ptr_null(find_rule(&a, "damaged-object"));
#if defined __x86_64__
    const struct finding *f = find_rule(&a, "not-pic");
    ck_assert_ptr_nonnull(f);
    ck_assert_str_eq(f->message, "dep.so: not position-independent: R_X86_64_TPOFF32 against t in .text "
                                 "(thread-local storage of an executable)");
#endif
}
END_TEST

/* ---- what is inside ---- */

#define ZLIB(more) more "const char *PyInit_m(void) { return \" deflate 1.2.13 Copyright 1995\"; }"

static const struct json *component(const struct json *bom, size_t i)
{
    return json_at(json_get(bom, "components"), i);
}

START_TEST(a_bill_says_how_it_was_found)
{
    AUTO(built) struct built b = {0};
    AUTO(audited) struct audited a;
    AUTO(strbuf) struct strbuf text = {0};
    AUTO(err) struct err e = ERR_INIT;
    build(&b, ZLIB(""), FLAGS);
    audit(&a, "/some/where/m.so", b.bytes, b.size);
    report_sbom(&text, &a, 0);
    AUTO_JSON struct json *bom = json_parse("bom", strbuf_str(&text), text.len, &e);
    ck_assert_msg(bom != NULL, "%s", e.text);
    const struct json *subject = json_get(json_get(bom, "metadata"), "component");
    ck_assert_str_eq(json_get_text(subject, "name"), "m.so");
    ck_assert_uint_eq(json_len(json_get(bom, "components")), 1);
    const struct json *zlib = component(bom, 0);
    ck_assert_str_eq(json_get_text(zlib, "name"), "zlib");
    ck_assert_str_eq(json_get_text(zlib, "version"), "1.2.13");
    ck_assert_str_eq(json_get_text(zlib, "purl"), "pkg:generic/zlib@1.2.13");
    const struct json *identity = json_get(json_get(zlib, "evidence"), "identity");
    ck_assert_uint_eq(json_len(identity), 2); /* its name, and its version */
    ck_assert_str_eq(json_get_text(json_at(identity, 0), "field"), "name");
    ck_assert_str_eq(json_get_text(json_at(identity, 1), "field"), "version");
    const struct json *method = json_at(json_get(json_at(identity, 0), "methods"), 0);
    ck_assert_str_eq(json_get_text(method, "technique"), "binary-analysis");
    ck_assert_msg(strstr(json_get_text(method, "value"), "deflate"), "%s", json_get_text(method, "value"));
    AUTO(strbuf) struct strbuf again = {0};
    report_sbom(&again, &a, 0);
    ck_assert_str_eq(strbuf_str(&again), strbuf_str(&text));
}
END_TEST

/* One of a name and a version, with both places; a library that is a file is known by its name alone. */
START_TEST(a_bill_of_a_wheel)
{
    static const char *const places[] = {"w/a.so", "w/b.so"};
    AUTO(built) struct built b = {0}, library = {0};
    AUTO(packed) struct packed p = {0};
    AUTO(audited) struct audited a;
    AUTO(strbuf) struct strbuf text = {0};
    AUTO(err) struct err e = ERR_INIT;
    build(&b, ZLIB(""), FLAGS);
    build(&library, "int of_it(void) { return 1; }", FLAGS "-Wl,-soname,libfoo-01234567.so.1");
    struct member members[] = {{places[0], b.bytes, b.size}, {places[1], b.bytes, b.size},
        {"w.libs/libfoo-01234567.so.1", library.bytes, library.size}, LICENCE, SBOM};
    pack(&p, TAG, false, members, COUNT(members));
    audit(&a, NAME, p.bytes, p.size);
    report_sbom(&text, &a, -1);
    AUTO_JSON struct json *bom = json_parse("bom", strbuf_str(&text), text.len, &e);
    ck_assert_msg(bom != NULL, "%s", e.text);
    ck_assert_uint_eq(json_len(json_get(bom, "components")), 2);
    const struct json *found = json_get(json_get(component(bom, 0), "evidence"), "occurrences");
    ck_assert_uint_eq(json_len(found), 2);
    for (size_t i = 0; i < 2; i++)
        ck_assert_str_eq(json_get_text(json_at(found, i), "location"), places[i]);
    const struct json *foo = component(bom, 1);
    ck_assert_str_eq(json_get_text(foo, "name"), "foo");
    ck_assert_ptr_null(json_get_text(foo, "version"));
    const struct json *identity = json_get(json_get(foo, "evidence"), "identity");
    ck_assert_uint_eq(json_len(identity), 1);
    const struct json *methods = json_get(json_at(identity, 0), "methods");
    ck_assert_uint_eq(json_len(methods), 1);
    ck_assert_str_eq(json_get_text(json_at(methods, 0), "technique"), "filename");
    ck_assert_str_eq(json_get_text(json_at(methods, 0), "value"), "w.libs/libfoo-01234567.so.1");
}
END_TEST

/* What Go writes of itself into a section: modules with their versions, one of them in another's place. */
#define GO                                                                                                   \
    "__asm__(\".section .go.buildinfo,\\\"a\\\"\\n.ascii \\\"\\377 Go buildinf:\\010\\002\\\"\\n.zero 16\\n" \
    ".byte 4\\n.ascii \\\"go1.\\\"\\n.byte 2f-1f\\n1: .ascii \\\"0123456789abcdefpath\\\\tx\\\\n"            \
    "dep\\\\texample.org/one\\\\tv1.2.3\\\\th1:x\\\\ndep\\\\texample.org/two\\\\tv0.1.0\\\\n"                \
    "=>\\\\texample.org/fork\\\\tv0.2.0\\\\n0123456789abcdef\\\"\\n2:\\n.previous\");\n"

START_TEST(a_list_that_the_file_has_itself)
{
    AUTO(built) struct built b = {0};
    AUTO(packed) struct packed p = {0};
    AUTO(audited) struct audited alone, a;
    build(&b, GO INIT, FLAGS);
    audit(&alone, "m.so", b.bytes, b.size);
    ck_assert_uint_eq(alone.modules[0].ingredient_count, 2);
    struct member members[] = {{MODULE, b.bytes, b.size}, LICENCE, SBOM};
    pack(&p, TAG, false, members, 3);
    audit(&a, NAME, p.bytes, p.size);
    static const char *const names[] = {"example.org/one", "example.org/fork"}, *const versions[] = {
                                                                                    "v1.2.3", "v0.2.0"};
    ck_assert_uint_eq(a.part_count, 2);
    for (size_t i = 0; i < 2; i++) {
        ck_assert_str_eq(a.parts[i].name, names[i]);
        ck_assert_str_eq(a.parts[i].version, versions[i]);
        ck_assert(a.parts[i].go_module && !a.parts[i].crate);
        ck_assert_str_eq(a.parts[i].source, "list");
    }
    struct held_list held = {0};
    held_gather(&held, &alone);
    ck_assert_uint_eq(held.list.len, 2);
    ck_assert(held.list.items[0].go_module && !held.list.items[0].crate);
    held_release(&held);
}
END_TEST

/* ---- link maps ---- */

static char *root;

static void setup(void)
{
    root = scratch_make();
}

static void teardown(void)
{
    scratch_remove(root);
}

/* A module at that path, linked of two archives, of which one gives two members, with its map at the other.
 */
static void link_module(const char *module, const char *map)
{
    static const char *const sources[] = {"int one(void) { return 1; } int data[100] = {1};",
        "int two(void) { return 2; }", "int three(void) { return 3; }"};
    AUTO(err) struct err e = ERR_INIT;
    AUTO_FREE char *many = path_join(root, "libmany.a"), *few = path_join(root, "libfew.a");
    for (size_t i = 0; i < COUNT(sources); i++) {
        AUTO(built) struct built b = {0};
        AUTO_FREE char *object = xstrf("%s/%zu.o", root, i);
        build(&b, sources[i], "-c -fPIC");
        ck_assert_int_eq(file_write(object, b.bytes, b.size, 0644, &e), 0);
        char *const ar[] = {"ar", "rcs", i < 2 ? many : few, object, NULL};
        run_argv(ar);
    }
    AUTO(built) struct built b = {0};
    AUTO_FREE char *flags = xstrf("-shared -fPIC -Wl,--build-id -Wl,-Map,%s %s %s", map, many, few);
    build(&b,
        "int one(void), two(void), three(void);\nint PyInit_m(void) { return one() + two() + three(); }",
        flags);
    ck_assert_int_eq(file_write(module, b.bytes, b.size, 0755, &e), 0);
}

static void expect_inside(const struct audited *a)
{
    ck_assert_uint_eq(a->module_count, 1);
    const struct audit_report *r = &a->modules[0];
    ck_assert_uint_eq(r->inside_count, 2);
    ck_assert_str_eq(r->inside[0].archive, "libfew.a");
    ck_assert_uint_eq(r->inside[0].members, 1);
    ck_assert_uint_eq(r->inside[0].writable, 0);
    ck_assert_str_eq(r->inside[1].archive, "libmany.a");
    ck_assert_uint_eq(r->inside[1].members, 2);
    ck_assert(r->inside[1].size > r->inside[0].size && r->inside[0].size > 0);
    ck_assert_uint_eq(r->inside[1].writable, 400);
}

START_TEST(a_map_beside_the_module)
{
    AUTO(err) struct err e = ERR_INIT;
    AUTO(audited) struct audited a;
    AUTO_FREE char *module = path_join(root, "m.so"), *map = path_join(root, "m.so.map");
    struct audit_options options = {.jobs = 1, .details = true};
    link_module(module, map);
    ck_assert_msg(audit_file(&a, module, &options, &e) == 0, "%s", e.text);
    expect_inside(&a);
}
END_TEST

/* The map that was made with it is found by the build-id, and no other one. */
START_TEST(a_map_in_the_store)
{
    AUTO(err) struct err e = ERR_INIT;
    AUTO_FREE char *maps = path_join(root, "trees/x-1-modules-0123456789abcdef/maps");
    AUTO_FREE char *modules = path_join(root, "trees/x-1-modules-0123456789abcdef/modules/p");
    AUTO_FREE char *map = path_join(maps, "p.m.map"), *other_map = path_join(maps, "p.other.map");
    AUTO_FREE char *kept = xstrf("%s/m.%s.so", modules, MIDDLE), *module = path_join(root, "m.so");
    AUTO_FREE char *other = xstrf("%s/other.%s.so", modules, MIDDLE);
    ck_assert(folder_make(maps, &e) == 0 && folder_make(modules, &e) == 0);
    AUTO(built) struct built b = {0};
    build(&b, "int PyInit_other(void) { return 1; }", "-shared -fPIC -Wl,--build-id");
    ck_assert_int_eq(file_write(other, b.bytes, b.size, 0755, &e), 0);
    ck_assert_int_eq(file_write(other_map, "", 0, 0644, &e), 0);
    link_module(kept, map);
    ck_assert_int_eq(file_copy(kept, module, &e), 0);
    struct explain_sources sources;
    ck_assert_msg(explain_sources_open(&sources, root, NULL, &e) == 0, "%s", e.text);
    struct audit_options options = {.jobs = 1, .sources = &sources, .explain = true};
    AUTO(audited) struct audited a, lone;
    ck_assert_msg(audit_file(&a, module, &options, &e) == 0, "%s", e.text);
    expect_inside(&a);
    build(&b, "int PyInit_lone(void) { return 2; }", "-shared -fPIC -Wl,--build-id");
    ck_assert_msg(audit_bytes(&lone, "lone.so", b.bytes, b.size, &options, &e) == 0, "%s", e.text);
    ck_assert_uint_eq(lone.modules[0].inside_count, 0);
    explain_sources_release(&sources);
}
END_TEST

/* ---- findings in JSON ---- */

START_TEST(a_finding_travels)
{
    static const char *const evidence[] = {"one", "two"};
    const struct finding f = {audit_rule_find("runpath"), SEVERITY_WARNING, "m.so", "message", "remedy",
        "lib", "sym", "ver", "pol", evidence, 2, 7};
    const struct finding bare = {
        audit_rule_find("relro"), SEVERITY_NOTE, "m.so", "message", .evidence = NULL};
    AUTO(arena) struct arena a = {0}, b = {0};
    AUTO_JSON struct json *object = json_new_object();
    size_t count;
    findings_set(object, (const struct finding[]){f, bare}, 2);
    struct finding *back = findings_get(object, &count, &a);
    ck_assert_uint_eq(count, 2);
    const struct finding copy = finding_copy(&back[0], &b), thin = finding_copy(&back[1], &b);
    arena_release(&a); /* the copies have texts of their own */
    ck_assert(copy.rule == f.rule && copy.severity == f.severity && thin.rule == bare.rule);
    const char *const were[] = {f.subject, f.message, f.remedy, f.library, f.symbol, f.version, f.policy};
    const char *const are[] = {
        copy.subject, copy.message, copy.remedy, copy.library, copy.symbol, copy.version, copy.policy};
    for (size_t i = 0; i < COUNT(were); i++)
        ck_assert_str_eq(are[i], were[i]);
    ck_assert(copy.evidence_count == 2 && copy.evidence_total == 7);
    for (size_t i = 0; i < 2; i++)
        ck_assert_str_eq(copy.evidence[i], evidence[i]);
    ck_assert(!thin.remedy && !thin.library && !thin.symbol && !thin.version && !thin.policy &&
              !thin.evidence_count);
}
END_TEST

Suite *audit_told_suite(void);
Suite *audit_told_suite(void)
{
    Suite *s = suite_create("audit_told");
    TCase *t = tcase_create("words");
    tcase_set_timeout(t, 60);
    tcase_add_loop_test(t, findings_are_sentences, 0, COUNT(told));
    tcase_add_test(t, libraries_of_names_are_named_once);
    tcase_add_test(t, evidence_is_bounded);
    tcase_add_test(t, other_systems_have_names);
    tcase_add_test(t, pythons_own_library);
    tcase_add_test(t, a_file_of_an_unknown_kind);
    tcase_add_test(t, nothing_compiled_for_what_is_claimed);
    tcase_add_test(t, an_archive_with_a_text_in_it);
    tcase_add_test(t, a_finding_travels);
    suite_add_tcase(s, t);
    TCase *i = tcase_create("inside");
    tcase_add_checked_fixture(i, setup, teardown);
    tcase_set_timeout(i, 60);
    tcase_add_test(i, a_bill_says_how_it_was_found);
    tcase_add_test(i, a_bill_of_a_wheel);
    tcase_add_test(i, a_list_that_the_file_has_itself);
    tcase_add_test(i, a_map_beside_the_module);
    tcase_add_test(i, a_map_in_the_store);
    suite_add_tcase(s, i);
    return s;
}
