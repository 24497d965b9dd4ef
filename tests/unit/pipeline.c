#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "pipeline/internal.h"
#include "sys/fs.h"
#include "sys/path.h"
#include "scratch.h"

static char *folder;

static void make_folder(void)
{
    folder = scratch_make();
}

static void remove_folder(void)
{
    scratch_remove(folder);
}

START_TEST(a_wheel_remembers_what_was_proved)
{
    AUTO(arena) struct arena a = {0};
    struct inside inside[] = {{"zlib", "1.3", "Zlib", 7}};
    struct smoke_result smoke[] = {{"3.11.2", "/usr/bin/python3.11", SMOKE_PASSED, NULL},
        {"3.12.1", "/opt/python3.12", SMOKE_NOT_RUN, "no \"glibc\""}};
    const struct rule unknown = {.id = "x"};
    const char *const evidence[] = {"a", "b"};
    struct finding findings[] = {{.rule = audit_rule_find("runpath"),
                                     .severity = SEVERITY_WARNING,
                                     .subject = "m.so",
                                     .message = "has a path",
                                     .remedy = "drop it",
                                     .symbol = "s",
                                     .evidence = evidence,
                                     .evidence_count = 2,
                                     .evidence_total = 7},
        {.rule = &unknown, .severity = SEVERITY_NOTE, .subject = "m.so", .message = "y"}};
    const char *needed[] = {"libc.so.6", "libm.so.6"};
    struct wheel_result w = {.extension = "e",
        .file_name = "e-1-cp311-cp311-linux_x86_64.whl",
        .sha256 = "ab",
        .size = 123456789012,
        .tag = "t",
        .policy = "p",
        .inside = inside,
        .inside_count = 1,
        .needed = {needed, 2},
        .smoke = smoke,
        .smoke_count = 2,
        .findings = findings,
        .finding_count = 2};
    AUTO_JSON struct json *fact = json_new_object();
    wheel_result_put(fact, &w);
    wheel_tries_put(fact, &w);
    struct wheel_result back = {0};
    wheel_result_get(&back, &a, fact);
    wheel_tries_get(&back, &a, fact);
    ck_assert_str_eq(back.file_name, w.file_name);
    ck_assert_uint_eq(back.size, w.size);
    ck_assert_uint_eq(back.inside[0].members, 7);
    ck_assert_str_eq(back.needed.items[1], "libm.so.6");
    ck_assert_int_eq(back.smoke[0].outcome, SMOKE_PASSED);
    ck_assert_ptr_null(back.smoke[0].why);
    ck_assert_int_eq(back.smoke[1].outcome, SMOKE_NOT_RUN); /* never told as passed */
    ck_assert_str_eq(back.smoke[1].why, "no \"glibc\"");
    ck_assert_str_eq(back.findings[0].remedy, "drop it");
    ck_assert_ptr_eq(back.findings[0].rule, findings[0].rule);
    ck_assert_int_eq(back.findings[0].severity, SEVERITY_WARNING);
    ck_assert_str_eq(back.findings[0].symbol, "s");
    ck_assert_uint_eq(back.findings[0].evidence_count, 2);
    ck_assert_str_eq(back.findings[0].evidence[1], "b");
    ck_assert_uint_eq(back.findings[0].evidence_total, 7);
    ck_assert_str_eq(back.findings[1].rule->id, "x"); /* of another version of the program */
    ck_assert_int_eq(back.findings[1].severity, SEVERITY_NOTE);
    ck_assert_ptr_null(back.findings[1].remedy);
}
END_TEST

/* A tree of the store whose manifest says that of a wheel. */
static int read_tree_of(const char *fact, struct err *e)
{
    AUTO(arena) struct arena a = {0};
    AUTO(tree_draft) struct tree_draft d = {0};
    struct run r = {.arena = &a};
    struct step s = {.name = "e-1-whl"};
    struct wheel_result back;
    fact_add(&s.key.facts, &a, "step", "wheel e");
    key_seal(&s.key, &a);
    ck_assert_int_eq(store_open(&r.store, folder, e), 0);
    ck_assert_int_eq(tree_draft_begin(&d, &r.store, s.name, &s.key, e), DRAFT_BEGUN);
    json_set(d.facts, "wheel", json_parse("", fact, strlen(fact), e));
    AUTO_FREE char *wheel = path_join(d.stage, "e.whl");
    ck_assert_int_eq(file_write(wheel, "", 0, 0644, e), 0);
    ck_assert_int_eq(tree_draft_commit(&d, &s.key, e), 0);
    int status = step_wheel_result(&back, &r, &s, e);
    ck_assert(status < 0 || strcmp(back.file_name, "e.whl") == 0);
    run_forget_manifests(&r);
    store_release(&r.store);
    return status;
}

static const struct {
    const char *fact;
    int status;
} facts[] = {{"{\"file\":\"e.whl\"}", 0}, {"{\"file\":\"f.whl\"}", -1}, {"{}", -1},
    {"{\"file\":\"../e.whl\"}", -1}, {"[1]", -1}};

START_TEST(a_wheel_is_what_its_manifest_names)
{
    AUTO(err) struct err e = ERR_INIT;
    ck_assert_int_eq(read_tree_of(facts[_i].fact, &e), facts[_i].status);
    ck_assert(!facts[_i].status || strstr(e.text, "its manifest names no wheel that is in it"));
}
END_TEST

static void write_at(const char *name, const char *text)
{
    struct err e = ERR_INIT;
    AUTO_FREE char *path = path_join(folder, name);
    AUTO_FREE char *parent = path_dir(path);
    ck_assert_int_eq(folder_make(parent, &e), 0);
    ck_assert_int_eq(file_write(path, text, strlen(text), 0644, &e), 0);
}

/* The digest of folder/src as a fresh run sees it. */
static char *digest_now(void)
{
    AUTO(arena) struct arena a = {0};
    struct run r = {.arena = &a};
    AUTO_FREE char *path = path_join(folder, "src");
    char *hex = xstrdup(run_local_digest(&r, path));
    map_release(&r.local_digests);
    return hex;
}

START_TEST(a_checkout_is_known_by_its_files)
{
    write_at("src/a.c", "int a;\n");
    AUTO_FREE char *first = digest_now();
    write_at("src/.git/index", "changes all the time");
    write_at("src/dist/old.whl", "made by us");
    AUTO_FREE char *same = digest_now();
    ck_assert_str_eq(first, same);
    write_at("src/a.c", "int b;\n");
    AUTO_FREE char *edited = digest_now();
    ck_assert_str_ne(first, edited);
    write_at("src/a.c", "int a;\n");
    write_at("src/b.h", "");
    AUTO_FREE char *added = digest_now();
    ck_assert_str_ne(first, added);
}
END_TEST

struct notes {
    struct sink sink;
    size_t count;
    char last[400];
};

static void keep_note(struct sink *sink, const struct event *event)
{
    struct notes *n = (struct notes *)sink;
    n->count += event->kind == EVENT_NOTE;
    snprintf(n->last, sizeof n->last, "%s", event->message);
}

START_TEST(a_checkout_is_copied_without_what_is_not_source)
{
    AUTO(err) struct err e = ERR_INIT;
    AUTO(arena) struct arena arena = {0};
    struct run r = {.arena = &arena};
    AUTO_FREE char *from = path_join(folder, "src"), *to = path_join(folder, "copy");
    write_at("src/pkg/a.c", "int a;\n");
    write_at("src/.git/index", "x");
    write_at("src/build/lib/a.o", "x");
    write_at("src/pkg/build/__init__.py", "x = 1");
    write_at("src/pkg/dist/a.h", "");
    write_at("src/dist", "a file");
    struct notes notes = {.sink.emit = keep_note};
    r.sink = &notes.sink;
    ck_assert_int_eq(source_copy_local(&r, from, to, &e), 0);
    AUTO(strvec) struct strvec files = {0};
    ck_assert_int_eq(tree_list(to, NULL, NULL, &files, &e), 0);
    AUTO(strbuf) struct strbuf all = {0};
    for (size_t i = 0; i < files.len; i++)
        strbuf_addf(&all, "%s ", files.items[i]);
    ck_assert_str_eq(strbuf_str(&all), "dist pkg/a.c pkg/build/__init__.py pkg/dist/a.h ");
    ck_assert_uint_eq(notes.count, 1);
    ck_assert_msg(strstr(notes.last, "/src/build: left out"), "%s", notes.last);
    map_release(&r.local_digests);
}
END_TEST

/* What was used is what the key was made of, or it is an error and the run may be planned again. */
START_TEST(what_was_edited_after_it_was_planned_is_refused)
{
    AUTO(err) struct err e = ERR_INIT;
    AUTO(arena) struct arena arena = {0};
    struct run r = {.arena = &arena};
    AUTO_FREE char *from = path_join(folder, "src"), *file = path_join(folder, "src/a.c");
    AUTO_FREE char *link = path_join(folder, "src/l"), *to = path_join(folder, "copy");
    write_at("src/a.c", "int a;\n");
    ck_assert_int_eq(symlink("a.c", link), 0);
    const char *planned = run_local_digest(&r, from), *alone = run_local_digest(&r, file);
    ck_assert_str_ne(planned, alone);
    switch (_i) {
    case 0:
        write_at("src/a.c", "int b;\n");
        break;
    case 1:
        write_at("src/b.c", "");
        break;
    case 2:
        ck_assert(unlink(link) == 0 && symlink("nowhere", link) == 0);
        break;
    }
    ck_assert_int_eq(source_copy_local(&r, from, to, &e), -1);
    ck_assert(r.stale && str_starts(e.text, from) && strstr(e.text, "was edited"));
    r.stale = false;
    err_release(&e);
    bool same = _i != 0;
    ck_assert_int_eq(local_file_check(&r, file, &e), same ? 0 : -1);
    ck_assert_int_eq(r.stale, !same);
    run_forget_local(&r);
    err_release(&e);
    ck_assert(!r.stale);
    AUTO_FREE char *second = path_join(folder, "second");
    ck_assert_msg(source_copy_local(&r, from, second, &e) == 0, "%s", e.text);
    AUTO_FREE char *patch = path_join(folder, "patch");
    ck_assert_int_eq(local_file_copy(&r, file, patch, run_local_digest(&r, file), &e), 0);
    ck_assert_int_eq(local_file_copy(&r, file, patch, planned, &e), -1);
    ck_assert(r.stale);
    map_release(&r.local_digests);
}
END_TEST

static char hash_a[65], hash_b[65];

START_TEST(a_source_that_failed_gives_way)
{
    memset(hash_a, 'a', 64);
    memset(hash_b, 'b', 64);
    struct source first = {.into = ".", .sha256 = hash_a}, second = {.into = ".", .sha256 = hash_b};
    struct recipe recipe = {.name = "a"};
    struct run r = {.store.root = folder};
    ck_assert(!run_prefers_source(&r, &recipe, &first) && !run_prefers_source(&r, &recipe, &second));
    map_set(&r.sources.failed, hash_a, &r);
    map_set(&r.sources.alternatives, hash_b, &r);
    ck_assert(!run_prefers_source(&r, &recipe, &first) && run_prefers_source(&r, &recipe, &second));
    map_set(&r.sources.failed, hash_b, &r); /* this one could not be had either */
    ck_assert(!run_prefers_source(&r, &recipe, &second));
    map_release(&r.sources.failed);
    map_release(&r.sources.alternatives);
}
END_TEST

START_TEST(a_runtime_is_of_the_compiler_that_it_came_with)
{
    static const struct {
        const char *archive, *compiler, *version;
    } cases[] = {
        {"/usr/lib/gcc/x86_64-linux-gnu/12/libstdc++.a", "gcc 12.2.0", "gcc 12.2.0"},
        {"/usr/bin/../lib/gcc/x86_64-linux-gnu/12/libstdc++.a", "clang 14.0.6", "gcc 12"},
        {"/opt/gcc/lib/gcc/x86_64-pc-linux-gnu/13.1.0/libgcc.a", "clang 12.0.1", "gcc 13.1.0"},
        {"/usr/lib/gcc/x86_64-linux-gnu/1/libgcc.a", "gcc 12.2.0", "gcc 1"},
        {"/opt/toolchain/lib/libstdc++.a", "gcc 9.3.0", "gcc 9.3.0"},
    };
    AUTO(arena) struct arena a = {0};
    for (size_t i = 0; i < COUNT(cases); i++)
        ck_assert_str_eq(runtime_version(&a, cases[i].archive, cases[i].compiler), cases[i].version);
}
END_TEST

Suite *pipeline_suite(void)
{
    Suite *s = suite_create("pipeline");
    TCase *t = tcase_create("pipeline");
    tcase_add_checked_fixture(t, make_folder, remove_folder);
    tcase_add_test(t, a_wheel_remembers_what_was_proved);
    tcase_add_loop_test(t, a_wheel_is_what_its_manifest_names, 0, (int)(COUNT(facts)));
    tcase_add_test(t, a_runtime_is_of_the_compiler_that_it_came_with);
    tcase_add_test(t, a_checkout_is_known_by_its_files);
    tcase_add_test(t, a_checkout_is_copied_without_what_is_not_source);
    tcase_add_loop_test(t, what_was_edited_after_it_was_planned_is_refused, 0, 3);
    tcase_add_test(t, a_source_that_failed_gives_way);
    suite_add_tcase(s, t);
    return s;
}
