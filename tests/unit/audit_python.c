/* What the audit says of Python's own symbols, by its version and for the stable ABI. */
#include "audit/audit.h"

#include "audited.h"
#include "compile.h"
#include "python/python_symbols.h"

#define SHARED "-shared -fPIC -O2 -Wl,-z,relro,-z,now "

START_TEST(removed_and_young_python_symbols)
{
    AUTO(built) struct built b = {0};
    build(&b,
        "extern void PyUnicode_AsUTF8AndSize(void), PyErr_SetRaisedException(void), "
        "PyCFunction_ClearFreeList(void);\n"
        "void PyInit_m(void) { PyErr_SetRaisedException(); PyCFunction_ClearFreeList(); "
        "PyUnicode_AsUTF8AndSize(); }",
        SHARED);
    static const struct {
        int minor;
        size_t findings;
        const char *symbol;
    } cases[] = {{8, 1, "PyErr_SetRaisedException"}, {12, 1, "PyCFunction_ClearFreeList"}, {0, 0, NULL}};
    for (size_t i = 0; i < 3; i++) {
        struct audit_context context = {.subject = "m.so", .python.minor = cases[i].minor};
        AUTO(audit_report) struct audit_report r;
        audit_built(&b, &context, &r);
        ck_assert_uint_eq(r.errors, cases[i].findings);
        if (cases[i].symbol)
            ck_assert_str_eq(find_rule(&r, "undefined-symbol")->symbol, cases[i].symbol);
    }
}
END_TEST

/* What only a debug build exports; and a name that only looks like one of Python's, where a needed library
 * may have it. */
START_TEST(names_that_look_like_pythons)
{
    AUTO(built) struct built b = {0};
    AUTO(audit_report) struct audit_report release, debug, others;
    build(&b, "extern int _Py_NegativeRefcount(void); int PyInit_m(void) { return _Py_NegativeRefcount(); }",
        SHARED);
    struct audit_context context = {.subject = "m.so", .python.minor = 11};
    audit_built(&b, &context, &release);
    ck_assert_ptr_nonnull(find_rule(&release, "undefined-symbol"));
    context.python.debug = true;
    audit_built(&b, &context, &debug);
    ck_assert_ptr_null(find_rule(&debug, "undefined-symbol"));

    build(&b, "int PyVTKClass_Add(void) { return 1; }", "-shared -fPIC -Wl,-soname,libvtk.so.1");
    char from[64], to[64];
    snprintf(from, sizeof from, "%s/out", b.dir);
    snprintf(to, sizeof to, "%s/dep.so", b.dir);
    ck_assert_int_eq(rename(from, to), 0);
    build(&b, "extern int PyVTKClass_Add(void); int PyInit_m(void) { return PyVTKClass_Add(); }",
        SHARED "@/dep.so");
    context = (struct audit_context){.subject = "m.abi3.so", .stable.minor = 8};
    audit_built(&b, &context, &others);
    ck_assert_ptr_null(find_rule(&others, "undefined-symbol"));
    ck_assert_ptr_null(find_rule(&others, "stable-abi"));
}
END_TEST

START_TEST(libpython_is_neither_needed_nor_inside)
{
    AUTO(built) struct built b = {0};
    build(&b, "int PyOdd_Thing(void) { return 1; }", "-shared -fPIC -Wl,-soname,libpython3.11.so.1.0");
    char from[64], to[64];
    snprintf(from, sizeof from, "%s/out", b.dir);
    snprintf(to, sizeof to, "%s/dep.so", b.dir);
    ck_assert_int_eq(rename(from, to), 0);
    build(
        &b, "extern int PyOdd_Thing(void); int PyInit_m(void) { return PyOdd_Thing(); }", SHARED "@/dep.so");
    struct audit_context context = {.subject = "m.so"};
    AUTO(audit_report) struct audit_report needed, few, many;
    audit_built(&b, &context, &needed);
    ck_assert_uint_eq(needed.errors, 1);
    ck_assert_ptr_nonnull(find_rule(&needed, "libpython-needed"));

    AUTO(strbuf) struct strbuf text = {0};
    AUTO(strvec) struct strvec any = {0};
    strvec_push(&any, "*");
    context.exports = &any;
    size_t defined = 0;
    for (size_t i = 0; defined < 30; i++) {
        const struct python_symbol *s = python_symbol_at(i);
        if (s->minors && !s->is_data && defined++ == 20) {
            build(&b, strbuf_str(&text), SHARED "-fno-builtin -w");
            audit_built(&b, &context, &few);
        }
        if (s->minors && !s->is_data)
            strbuf_addf(&text, "void %s(void) {}\n", python_symbol_name(s));
    }
    build(&b, strbuf_str(&text), SHARED "-fno-builtin -w");
    audit_built(&b, &context, &many);
    ck_assert_ptr_null(find_rule(&few, "libpython-inside"));
    ck_assert_ptr_nonnull(find_rule(&many, "libpython-inside"));
}
END_TEST

START_TEST(the_stable_abi_is_kept)
{
    AUTO(built) struct built b = {0};
    build(&b,
        "extern void PyErr_SetRaisedException(void), PyUnicode_AsUTF8AndSize(void), _PyBytes_Resize(void);\n"
        "void PyInit_m(void) { PyErr_SetRaisedException(); PyUnicode_AsUTF8AndSize(); }",
        SHARED);
    static const struct {
        const char *subject;
        int minor;
        size_t errors;
        const char *note;
    } cases[] = {{"m.so", 0, 0, NULL}, {"m.abi3.so", 0, 0, "since Python 3.12"}, {"m.abi3.so", 11, 1, NULL},
        {"m.abi3.so", 12, 0, NULL}, {"m.abi3.so", 13, 0, "since Python 3.12"}, {"m.abi3t.so", 15, 0, NULL},
        {"m.abi3t.so", 16, 0, "since Python 3.15"}};
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct audit_context context = {.subject = cases[i].subject, .stable.minor = cases[i].minor};
        AUTO(audit_report) struct audit_report r;
        audit_built(&b, &context, &r);
        const struct finding *young = find_rule(&r, "stable-abi"), *note = find_rule(&r, "stable-abi-lowest");
        ck_assert_uint_eq(young != NULL, cases[i].errors);
        ck_assert(!young || says(young, "PyErr_SetRaisedException (3.12)"));
        ck_assert_int_eq(note != NULL, cases[i].note != NULL);
        ck_assert(!note || says(note, cases[i].note));
    }
    build(&b,
        "extern void _PyObject_GC_New(void), _PyUnicode_Ready(void); void PyInit_m(void) { "
        "_PyUnicode_Ready(); }",
        SHARED);
    struct audit_context context = {.subject = "m.abi3.so"};
    AUTO(audit_report) struct audit_report r;
    audit_built(&b, &context, &r);
    ck_assert(says(find_rule(&r, "stable-abi"), "_PyUnicode_Ready"));
}
END_TEST

/* Nobody knows what comes after the newest version of the table: what is sure is an error, what is not a
 * warning. */
START_TEST(pythons_that_are_not_known_in_full)
{
    AUTO(built) struct built b = {0};
    static const struct {
        const char *symbol, *subject;
        int minor, abi3_minor;
        bool free_threaded;
        const char *rule;
        enum severity severity;
        const char *says;
    } cases[] = {
        {"Py_TYPE", "m.so", 14, 0, false, NULL, 0, NULL},
        {"Py_TYPE", "m.so", 99, 0, false, NULL, 0, NULL},
        {"Py_TYPE", "m.so", 13, 0, false, "undefined-symbol", SEVERITY_ERROR, "3.14 and later do"},
        {"PyModule_Exec", "m.so", 14, 0, false, "undefined-symbol", SEVERITY_ERROR, "3.15 and later do"},
        {"_PyUnicode_JoinArray", "m.so", 14, 0, false, NULL, 0, NULL},
        {"_PyObject_ThreadIncrefSlow", "m.so", 14, 0, true, NULL, 0, NULL},
        {"_PyObject_ThreadIncrefSlow", "m.so", 13, 0, true, "undefined-symbol", SEVERITY_ERROR,
            "free-threaded CPython 3.13 does not export (3.14 and later do)"},
        {"_Py_DecRefShared", "m.so", 14, 0, false, "undefined-symbol", SEVERITY_ERROR,
            "only free-threaded CPython exports"},
        {"_Py_DecRefShared", "m.so", 0, 0, false, NULL, 0, NULL},
        {"PyUnicode_Encode", "m.so", 14, 0, false, "undefined-symbol", SEVERITY_ERROR, "3.6 to 3.10 do"},
        {"PyUnicode_Encode", "m.so", 16, 0, false, "undefined-symbol", SEVERITY_WARNING, "3.6 to 3.10 do"},
        {"PyUnicode_Encode", "m.so", 13, 0, false, "undefined-symbol", SEVERITY_ERROR, "3.6 to 3.10 do"},
        {"PyUnicode_Encode", "m.so", 13, 0, true, "undefined-symbol", SEVERITY_ERROR,
            "only CPython with the GIL"},
        {"PyNew_Thing", "m.so", 16, 0, false, "undefined-symbol", SEVERITY_WARNING, "no CPython known here"},
        {"PyNew_Thing", "m.so", 13, 0, false, "undefined-symbol", SEVERITY_ERROR, "no CPython known here"},
        {"Py_TYPE", "m.abi3.so", 0, 14, false, NULL, 0, NULL},
        {"Py_TYPE", "m.abi3.so", 0, 13, false, "stable-abi", SEVERITY_ERROR, "Py_TYPE (3.14)"},
        {"PyLong_AsNativeBytes", "m.abi3.so", 0, 13, false, "stable-abi", SEVERITY_ERROR, "(3.14)"},
        {"PyNew_Thing", "m.abi3.so", 0, 16, false, "stable-abi", SEVERITY_WARNING, "PyNew_Thing"},
        {"PyNew_Thing", "m.abi3.so", 0, 14, false, "stable-abi", SEVERITY_ERROR, "PyNew_Thing"},
        {"PyModuleDef_Init", "m.abi3t.so", 0, 15, true, "stable-abi", SEVERITY_ERROR, "PyModExport_"},
        {"PyModuleDef_Init", "m.abi3t.so", 0, 14, true, "stable-abi", SEVERITY_WARNING, "PyModExport_"},
        {"PyModuleDef_Init", "m.abi3.so", 0, 15, false, NULL, 0, NULL},
        {"PyUnicode_Encode", "m.abi3t.so", 0, 16, true, "stable-abi", SEVERITY_WARNING, "PyUnicode_Encode"},
        {"PyUnicode_Encode", "m.abi3t.so", 0, 15, true, "stable-abi", SEVERITY_ERROR, "PyUnicode_Encode"},
        {"PyUnicode_Encode", "m.abi3t.so", 0, 0, true, "stable-abi", SEVERITY_ERROR, "PyUnicode_Encode"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        AUTO(strbuf) struct strbuf text = {0};
        strbuf_addf(
            &text, "extern void %s(void); void PyInit_m(void) { %s(); }", cases[i].symbol, cases[i].symbol);
        build(&b, strbuf_str(&text), SHARED);
        struct audit_context context = {.subject = cases[i].subject,
            .python = {.minor = cases[i].minor, .free_threaded = cases[i].free_threaded},
            .stable.minor = cases[i].abi3_minor};
        AUTO(audit_report) struct audit_report r;
        audit_built(&b, &context, &r);
        const struct finding *f = cases[i].rule ? find_rule(&r, cases[i].rule) : NULL;
        ck_assert_msg(cases[i].rule || !(r.errors + r.warnings), "case %zu: %s", i,
            r.finding_count ? r.findings[0].message : "");
        ck_assert_msg(!cases[i].rule || f, "case %zu: %s is silent", i, cases[i].rule);
        ck_assert_msg(!f || (f->severity == cases[i].severity && says(f, cases[i].says)), "case %zu: %s: %s",
            i, severity_name(f->severity), f->message);
    }
    build(&b,
        "extern void PyModuleDef_Init(void); void PyInit_m(void) { PyModuleDef_Init(); } "
        "int PyModExport_m(void) { return 0; }",
        SHARED);
    struct audit_context both = {.subject = "m.abi3t.so", .stable.minor = 15};
    AUTO(audit_report) struct audit_report r;
    audit_built(&b, &both, &r);
    ck_assert_ptr_null(find_rule(&r, "stable-abi"));
}
END_TEST

Suite *audit_python_suite(void)
{
    Suite *s = suite_create("audit_python");
    TCase *t = tcase_create("audit_python");
    tcase_set_timeout(t, 60);
    tcase_add_test(t, removed_and_young_python_symbols);
    tcase_add_test(t, names_that_look_like_pythons);
    tcase_add_test(t, libpython_is_neither_needed_nor_inside);
    tcase_add_test(t, the_stable_abi_is_kept);
    tcase_add_test(t, pythons_that_are_not_known_in_full);
    suite_add_tcase(s, t);
    return s;
}
