/* Modules that become part of a program: what they are called there, and what two may not define. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/count.h"
#include "link/built_in.h"
#include "sys/fs.h"
#include "sys/path.h"

/* No two modules have one name in a program, and none is among what it exports ("PyI[!n]*"). */
START_TEST(modules_have_names_of_their_own)
{
    static const struct {
        const char *module, *want;
    } cases[] = {
        {"zmq.backend.cython._zmq", "PyInit_zmq_dbackend_dcython_d__zmq"},
        {"a.b_c", "PyInit_a_db__c"},
        {"a_b.c", "PyInit_a__b_dc"},
        {"a_db", "PyInit_a__db"},
        {"h\u00e9", "PyInit_h_xc3_xa9"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        AUTO_FREE char *name = built_in_entry(cases[i].module);
        ck_assert_str_eq(name, cases[i].want);
    }
}
END_TEST

/* Each library has an archive of two members. */
static const struct {
    const char *title, *main, *a, *a2, *b, *b2, *want;
} programs[] = {
    {"both members are asked for", "void p(void); void q(void); void m(void) { p(); q(); }",
        "int shared; void p(void) {}", "void p2(void) {}", "int shared = 1; void q(void) {}",
        "void q2(void) {}",
        "shared is defined in a.a(2.o) of a and in b.a(4.o) of b: they cannot be in one program; leave one "
        "of them "
        "out"},
    {"nobody asks for the other", "void p(void); void q(void); void m(void) { p(); q(); }",
        "int shared = 1; void p(void) {}", "void p2(void) {}", "void q(void) {}",
        "int shared = 2; void q2(void) {}", NULL},
    {"who is asked for asks for the other", "void p(void); void q(void); void m(void) { p(); q(); }",
        "int shared = 1; void p(void) {}", "void p2(void) {}", "void q2(void); void q(void) { q2(); }",
        "int shared = 2; void q2(void) {}",
        "shared is defined in a.a(2.o) of a and in b.a(5.o) of b: they cannot be in one program; leave one "
        "of them "
        "out"},
    {"the object has it too", "int shared = 3; void q(void); void m(void) { q(); }", "void p(void) {}",
        "void p2(void) {}", "int shared = 4; void q(void) {}", "void q2(void) {}",
        "shared is defined in 1.o and in b.a(4.o) of b: they cannot be in one program; leave one of them "
        "out"},
    {"several may define what is weak", "void p(void); void q(void); void m(void) { p(); q(); }",
        "__attribute__((weak)) int shared = 1; void p(void) {}", "void p2(void) {}",
        "int shared = 2; void q(void) {}", "void q2(void) {}", NULL},
    {"local names are nobody else's", "void p(void); void q(void); void m(void) { p(); q(); }",
        "static int shared = 1; int *p(void); int *p(void) { return &shared; }", "void p2(void) {}",
        "static int shared = 2; int *q(void); int *q(void) { return &shared; }", "void q2(void) {}", NULL},
};

static void compile(const char *dir, const char *const *texts)
{
    AUTO_FREE char *command = NULL;
    AUTO(err) struct err e = ERR_INIT;
    for (int i = 1; i <= 5; i++) {
        AUTO_FREE char *file = xstrf("%s/%d.c", dir, i);
        ck_assert_int_eq(file_write(file, texts[i - 1], strlen(texts[i - 1]), 0644, &e), 0);
    }
    command = xstrf(
        "cd %s && cc -fno-common -w -c 1.c 2.c 3.c 4.c 5.c && ar rc a.a 2.o 3.o && ar rc b.a 4.o 5.o", dir);
    ck_assert_int_eq(system(command), 0);
}

START_TEST(collisions_are_found)
{
    AUTO(err) struct err e = ERR_INIT;
    AUTO_FREE char *dir = folder_make_temporary("/tmp", "staticbuild-test-", &e);
    const char *const texts[] = {
        programs[_i].main, programs[_i].a, programs[_i].a2, programs[_i].b, programs[_i].b2};
    compile(dir, texts);
    const char *a_names[] = {"a.a"}, *b_names[] = {"b.a"};
    const struct recipe a = {.name = "a", .provides = {.archives = {a_names, 1}}};
    const struct recipe b = {.name = "b", .provides = {.archives = {b_names, 1}}};
    const struct build_input libraries[] = {{"a", dir, &a, INPUT_LIBRARY}, {"b", dir, &b, INPUT_LIBRARY}};
    AUTO(strvec) struct strvec objects = {0};
    strvec_pushf(&objects, "%s/1.o", dir);
    const struct program_request r = {.objects = &objects, .libraries = libraries, .library_count = 2};
    int failed = program_check_collisions(&r, &e);
    ck_assert_msg(!failed == !programs[_i].want, "%s: %s", programs[_i].title, e.text ? e.text : "");
    if (programs[_i].want)
        ck_assert_str_eq(e.text, programs[_i].want);
    ck_assert_int_eq(tree_remove(dir, &(struct err){0}), 0);
}
END_TEST

Suite *built_in_suite(void);
Suite *built_in_suite(void)
{
    Suite *s = suite_create("built_in");
    TCase *t = tcase_create("built_in");
    tcase_add_test(t, modules_have_names_of_their_own);
    tcase_add_loop_test(t, collisions_are_found, 0, COUNT(programs));
    suite_add_tcase(s, t);
    return s;
}
