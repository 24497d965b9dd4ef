/* From recipes to wheels: what is made, what is made again after a change, and what is told of it. */
#include "story.h"

#define GOOD_TEST "import tiny\nassert tiny.answer() == 42\n"

/* The only wheel. */
static const struct wheel_result *wheel_made(void)
{
    ck_assert_uint_eq(result.wheel_count, 1);
    return &result.wheels[0];
}

static const struct finding *found(const struct wheel_result *w, const char *rule)
{
    for (size_t i = 0; i < w->finding_count; i++)
        if (strcmp(w->findings[i].rule->id, rule) == 0)
            return &w->findings[i];
    return NULL;
}

static void make_well(const char *recipe)
{
    AUTO(err) struct err e = ERR_INIT;
    ck_assert_msg(make(recipe, &e) == 0, "%s", e.text);
}

/* Fails with that kind, and says so. */
static void make_badly(const char *recipe, enum err_kind kind, const char *says)
{
    AUTO(err) struct err e = ERR_INIT;
    ck_assert_int_eq(make(recipe, &e), -1);
    ck_assert_msg(e.kind == kind && strstr(e.text, says), "%s", e.text);
}

START_TEST(a_wheel_with_a_library)
{
    put_library("1.0");
    put_extension("Asks", GOOD_TEST);
    make_well("tiny");
    const char *const steps[] = {"build libtiny 1.0", "source tiny 1.0"};
    for (size_t i = 0; i < COUNT(steps); i++)
        ck_assert_msg(begun(steps[i]), "%s", steps[i]);
    ck_assert_uint_eq(result.steps_done, 5);
    ck_assert_uint_eq(result.steps_up_to_date, 0);
    const struct wheel_result *w = wheel_made();
    ck_assert_str_eq(w->extension, "tiny");
    ck_assert(str_starts(w->file_name, "tiny-1.0-cp3"));
    AUTO_FREE char *placed = path_join("dist", w->file_name);
    ck_assert_str_eq(w->path, placed);
    ck_assert_uint_eq(strlen(w->sha256), 64);
    struct stat st;
    ck_assert_int_eq(stat(placed, &st), 0);
    ck_assert_uint_eq(w->size, (uint64_t)st.st_size);
    ck_assert(!w->up_to_date);
    ck_assert_uint_eq(w->inside_count, 1);
    ck_assert_str_eq(w->inside[0].name, "libtiny");
    ck_assert_str_eq(w->inside[0].version, "1.0");
    ck_assert_str_eq(w->inside[0].license, "MIT");
    ck_assert_uint_eq(w->inside[0].members, 1);
    ck_assert_uint_eq(w->smoke_count, 1);
    ck_assert_int_eq(w->smoke[0].outcome, SMOKE_PASSED);
    ck_assert(str_starts(w->smoke[0].path, PYTHON));
    ck_assert_uint_eq(result.timing_count, 5);
    ck_assert_uint_eq(members_with(placed, "tiny.cpython"), 1);
    ck_assert_uint_eq(members_with(placed, "licenses/"), 2);
    ck_assert(told_in(placed, "METADATA", "Summary: Asks\n"));
    ck_assert(told_in(placed, "sboms/staticbuild.cdx.json", "\"libtiny\""));
}
END_TEST

START_TEST(what_has_not_changed_is_not_made_again)
{
    put_library("1.0");
    put_extension("Asks", GOOD_TEST);
    make_well("tiny");
    AUTO_FREE char *sha256 = xstrdup(wheel_made()->sha256), *path = xstrdup(wheel_made()->path);
    make_well("tiny");
    ck_assert_str_eq(strbuf_str(&recorder.begun), "");
    ck_assert_str_eq(wheel_made()->sha256, sha256);
    ck_assert(wheel_made()->up_to_date);
    ck_assert_uint_eq(wheel_made()->inside_count, 1);
    ck_assert_uint_eq(wheel_made()->smoke_count, 1);
    ck_assert_uint_eq(result.steps_done, 0);
    ck_assert_int_eq(unlink(path), 0); /* it is in the store, and placed again */
    make_well("tiny");
    ck_assert_str_eq(strbuf_str(&recorder.begun), "");
    ck_assert(!wheel_made()->up_to_date && access(path, R_OK) == 0);

    put_extension("Asks something", GOOD_TEST); /* a word of the wheel */
    make_well("tiny");
    ck_assert(begun_kind("wheel") && begun_kind("try"));
    ck_assert(!begun_kind("build") && !begun_kind("source") && !begun_kind("module"));
    ck_assert(told_in(path, "METADATA", "Summary: Asks something\n"));
    put_extension("Asks something", GOOD_TEST "# and more\n"); /* another test of it */
    make_well("tiny");
    ck_assert(begun_kind("try") && !begun_kind("wheel"));
    put("source/tiny.h", "/* beside it */\n#include_next <tiny.h>\n"); /* another source */
    make_well("tiny");
    ck_assert(begun_kind("source") && begun_kind("module") && !begun_kind("build"));
    put_library("1.1"); /* another library */
    make_well("tiny");
    ck_assert(begun("build libtiny 1.1") && begun_kind("module") && !begun_kind("source"));
    ck_assert_str_eq(wheel_made()->inside[0].version, "1.1");
}
END_TEST

START_TEST(what_was_changed_is_told)
{
    put_library("1.0");
    put_extension("Asks", GOOD_TEST);
    make_well("tiny");
    request.goal = GOAL_WHY;
    make_well("tiny");
    ck_assert_uint_gt(result.reason_count, 0);
    for (size_t i = 0; i < result.reason_count; i++)
        ck_assert_msg(
            result.reasons[i].is_there && !result.reasons[i].was_there && result.reasons[i].made_ns > 0, "%s",
            result.reasons[i].label);
    put_extension("Asks more", GOOD_TEST);
    make_well("tiny");
    ck_assert_str_eq(strbuf_str(&recorder.begun), "");
    size_t wheels = 0;
    for (size_t i = 0; i < result.reason_count; i++) {
        const struct reason *r = &result.reasons[i];
        if (!str_starts(r->label, "wheel "))
            continue;
        wheels++;
        ck_assert(!r->is_there && r->was_there && r->made_ns == 0 && r->before_ns > 0);
        ck_assert_uint_eq(r->changes.count, 1);
        ck_assert(strstr(r->changes.items[0].before, "Asks") && strstr(r->changes.items[0].now, "Asks more"));
    }
    ck_assert_uint_eq(wheels, 1);
}
END_TEST

START_TEST(a_test_that_fails_keeps_the_wheel_away)
{
    put_library("1.0");
    put_extension("Asks", "import tiny\nassert tiny.answer() == 43\n");
    make_badly("tiny", ERR_FINDINGS, "AssertionError");
    ck_assert_uint_eq(result.wheel_count, 0);
    ck_assert_int_ne(access("dist", F_OK), 0);
    put_extension("Asks", GOOD_TEST);
    make_well("tiny");
    ck_assert(begun_kind("try") && !begun_kind("wheel")); /* it was made, and is now tried again */
}
END_TEST

START_TEST(a_module_that_lacks_a_function_is_refused)
{
    put_library("1.0");
    put_extension("Asks", GOOD_TEST);
    edit("source/tiny.c", "tiny_answer()", "nobody_has_it()");
    edit("source/tiny.c", "static PyObject", "int nobody_has_it(void);\nstatic PyObject");
    make_badly("tiny", ERR_FINDINGS, "nobody_has_it");
    ck_assert_uint_gt(result.finding_count, 0);
    ck_assert_int_ne(access("dist", F_OK), 0);
}
END_TEST

START_TEST(what_does_not_compile_says_why)
{
    put_library("1.0");
    put_extension("Asks", GOOD_TEST);
    put("source/tiny.c", "#include <no_such_header.h>\n");
    make_badly("tiny", ERR_PACKAGE, "cause: the header no_such_header.h is not there");
    put("recipe/lib/libtiny/tiny.c", "int tiny_answer(void) { return nothing; }\n");
    make_badly("tiny", ERR_BUILD, "nothing");
}
END_TEST

START_TEST(a_library_keeps_its_promises)
{
    static const struct {
        const char *from, *to, *says;
    } cases[] = {
        {"headers = [\"include/tiny.h\"]", "headers = [\"include/other.h\"]", "other.h"},
        {"archives = [\"lib/libtiny.a\"]", "archives = [\"lib/libother.a\"]", "libother.a"},
        {"license-files = [\"COPYING\"]", "license-files = [\"LICENCE\"]",
            "the source has no file \"LICENCE\""},
        {"\"libtiny.a\",", "\"nowhere.a\",", "nowhere.a"},
    };
    put_library("1.0");
    edit("recipe/lib/libtiny.toml", cases[_i].from, cases[_i].to);
    request.goal = GOAL_BUILD;
    AUTO(err) struct err e = ERR_INIT;
    ck_assert_int_eq(make("libtiny", &e), -1);
    ck_assert_msg(strstr(e.text, cases[_i].says), "%s", e.text);
    ck_assert_uint_eq(result.tree_count, 0);
}
END_TEST

START_TEST(a_library_alone)
{
    put_library("1.0");
    request.goal = GOAL_BUILD;
    make_well("libtiny");
    ck_assert_uint_eq(result.tree_count, 1);
    ck_assert_str_eq(result.trees[0].label, "libtiny 1.0");
    ck_assert(!result.trees[0].up_to_date);
    AUTO_FREE char *archive = path_join(result.trees[0].path, "lib/libtiny.a");
    ck_assert_int_eq(access(archive, R_OK), 0);
    ck_assert_uint_eq(result.wheel_count, 0);
    make_well("libtiny");
    ck_assert_str_eq(strbuf_str(&recorder.begun), "");
    ck_assert(result.trees[0].up_to_date);
    ck_assert_uint_eq(result.steps_up_to_date, 1);
}
END_TEST

START_TEST(a_module_that_may_be_absent)
{
    put_library("1.0");
    edit("recipe/lib/libtiny.toml", "[provides]", "[provides]\nstate = \"none\"");
    put_extension("Asks", GOOD_TEST);
    edit("recipe/tiny.toml", "[test]",
        "[[module]]\nname = \"speed\"\nsources = [\"speed.c\"]\noptional = \"only faster\"\n[test]");
    put_module("source/speed.c", "speed");
    make_well("tiny");
    ck_assert_uint_eq(members_with(wheel_made()->path, "speed.cpython"), 1);
    ck_assert_ptr_null(found(wheel_made(), "absent-module"));
    put("source/speed.c", "#include <no_such_header.h>\n");
    for (int again = 0; again < 2; again++) {
        make_well("tiny");
        ck_assert_uint_eq(members_with(wheel_made()->path, "speed.cpython"), 0);
        const struct finding *absent = found(wheel_made(), "absent-module");
        ck_assert_ptr_nonnull(absent);
        ck_assert_int_eq(absent->severity, SEVERITY_WARNING);
        ck_assert_msg(strstr(absent->message, "only faster") && strstr(absent->message, "no_such_header.h"),
            "%s", absent->message);
    }
    edit("recipe/tiny.toml", "optional = \"only faster\"\n", "");
    make_badly("tiny", ERR_PACKAGE, "no_such_header.h");
}
END_TEST

START_TEST(modules_share_what_has_state)
{
    put_library("1.0");
    put("recipe/lib/libtiny/tiny.c",
        "#include \"tiny.h\"\nstatic int count;\nint tiny_answer(void) { return ++count; }\n");
    edit("recipe/lib/libtiny.toml", "[provides]", "[provides]\nstate = \"writable\"");
    put_extension("Asks", "import tiny, speed\nassert tiny.answer() == 1 and speed.answer() == 2\n");
    edit("recipe/tiny.toml", "[test]", "[[module]]\nname = \"speed\"\nsources = [\"speed.c\"]\n[test]");
    put_module("source/speed.c", "speed");
    make_well("tiny");
    const struct wheel_result *w = wheel_made();
    ck_assert(begun_kind("shared"));
    ck_assert_int_eq(w->smoke[0].outcome, SMOKE_PASSED);
    ck_assert_uint_eq(members_with(w->path, "tiny.libs/libtiny_"), 1);
    ck_assert_uint_eq(w->inside_count, 1);
    edit("recipe/tiny.toml", "[test]",
        "[wheel]\nsharing = { libtiny = \"duplicate\", reason = \"each counts alone\" }\n[test]");
    put("recipe/test_tiny.py", "import tiny, speed\nassert tiny.answer() == 1 and speed.answer() == 1\n");
    make_well("tiny");
    ck_assert_uint_eq(members_with(wheel_made()->path, "tiny.libs/"), 0);
}
END_TEST

/* A recipe's reason stands in every wheel that has it inside; what is missing without one is wrong. */
START_TEST(what_is_not_hardened_has_a_reason)
{
    put_library("1.0");
    put_extension("Asks", GOOD_TEST);
    make_well("tiny");
    ck_assert_ptr_null(found(wheel_made(), RULE_HARDENING_OFF));
    edit("recipe/lib/libtiny.toml", "[provides]",
        "[hardening]\noff = { stack-clash = \"its own stacks\" }\n[provides]");
    make_well("tiny");
    const struct finding *off = found(wheel_made(), RULE_HARDENING_OFF);
    ck_assert_ptr_nonnull(off);
    ck_assert_str_eq(off->subject, "libtiny 1.0");
    ck_assert_msg(
        str_starts(off->message, "without stack-clash (") && strstr(off->message, "): its own stacks"), "%s",
        off->message);
    ck_assert_int_eq(off->severity, SEVERITY_NOTE);
}
END_TEST

START_TEST(symbols_go_into_files_of_their_own)
{
    put_library("1.0");
    put_extension("Asks", GOOD_TEST);
    request.debug_files = "symbols";
    make_well("tiny");
    const struct wheel_result *w = wheel_made();
    ck_assert_uint_eq(w->debug_files.len, 1);
    ck_assert(str_starts(w->debug_files.items[0], "symbols/.build-id/"));
    ck_assert_int_eq(access(w->debug_files.items[0], R_OK), 0);
}
END_TEST

START_TEST(what_can_be_made_is_made)
{
    put_library("1.0");
    put_extension("Asks", GOOD_TEST);
    put("recipe/lib/libtiny/tiny.c", "int tiny_answer(void) { return nothing; }\n");
    put("recipe/alone.toml",
        "[recipe]\nname = \"alone\"\nkind = \"extension\"\nversion = \"1.0\"\nlicense = "
        "\"MIT\"\nlicense-files = "
        "[\"LICENSE\"]\n[[source]]\npath = \"alone\"\n[[module]]\nname = \"alone\"\nsources = "
        "[\"alone.c\"]\n");
    put("alone/LICENSE", "Permission is granted.\n");
    put_module("alone/alone.c", "alone");
    edit("alone/alone.c", "#include \"tiny.h\"", "static int tiny_answer(void) { return 1; }");
    const char *both[] = {"tiny", "alone"};
    request.keep_going = true;
    AUTO(err) struct err e = ERR_INIT;
    request.recipes = both;
    request.recipe_count = 2;
    ck_assert_int_eq(pipeline_run(&request, &recorder.sink, &result, &e), -1);
    ck_assert_int_eq(e.kind, ERR_BUILD);
    ck_assert_str_eq(wheel_made()->extension, "alone");
}
END_TEST

START_TEST(a_program_is_a_wheel)
{
    put_library("1.0");
    put("teller/LICENSE", "Permission is granted.\n");
    put("teller/words.txt", "it is written\n");
    put("teller/teller.c", "#include <stdio.h>\n#include <tiny.h>\nint main(void) { printf(\"%d\\n\", "
                           "tiny_answer()); return 0; }\n");
    put("teller/Makefile",
        "teller: teller.c\n\t$(CC) $(CPPFLAGS) $(CFLAGS) teller.c $(LDFLAGS) -ltiny -o $@\n"
        "install: teller\n\tinstall -D teller $(DESTDIR)$(PREFIX)/bin/teller\n"
        "\tinstall -D -m 644 words.txt $(DESTDIR)$(PREFIX)/share/teller/words.txt\n");
    put("recipe/teller.toml",
        "[recipe]\nname = \"teller\"\nkind = \"program\"\nversion = \"1.0\"\nsummary = \"Tells\"\nlicense = "
        "\"MIT\"\nlicense-files = [\"LICENSE\"]\n[[source]]\npath = \"teller\"\n[requires]\nlibraries = "
        "[\"libtiny\"]\n[build]\nsystem = \"make\"\nvariables = { PREFIX = \"{prefix}\" }\n[provides]\n"
        "programs = [\"bin/teller\"]\n[test]\ncommand = [\"teller\"]\n");
    make_well("teller");
    const struct wheel_result *w = wheel_made();
    ck_assert(str_starts(w->file_name, "teller-1.0-py3-none-"));
    ck_assert(texts_have(&w->needed, "libc.so.6") && w->needed.len == 1);
    ck_assert_uint_eq(members_with(w->path, "scripts/teller"), 1);
    ck_assert_uint_eq(members_with(w->path, "data/share/teller/words.txt"), 1);
    ck_assert_uint_eq(w->inside_count, 1);
    ck_assert_int_eq(w->smoke[0].outcome, SMOKE_PASSED);
    edit("recipe/teller.toml", "command = [\"teller\"]", "command = [\"another\"]");
    make_badly("teller", ERR_FINDINGS, "another");
    edit("teller/Makefile", "install -D teller $(DESTDIR)$(PREFIX)/bin/teller",
        "install -D words.txt $(DESTDIR)$(PREFIX)/bin/teller");
    make_badly("teller", ERR_BUILD, "nothing that it installs is compiled");
}
END_TEST

Suite *story_suite(void);
Suite *story_suite(void)
{
    Suite *s = suite_create("story");
    if (access(PYTHON, X_OK) == 0) {
        STORY(s, a_wheel_with_a_library);
        STORY(s, what_has_not_changed_is_not_made_again);
        STORY(s, what_was_changed_is_told);
        STORY(s, a_test_that_fails_keeps_the_wheel_away);
        STORY(s, a_module_that_lacks_a_function_is_refused);
        STORY(s, what_does_not_compile_says_why);
        STORY_LOOP(s, a_library_keeps_its_promises, 4);
        STORY(s, a_library_alone);
        STORY(s, a_module_that_may_be_absent);
        STORY(s, modules_share_what_has_state);
        STORY(s, what_is_not_hardened_has_a_reason);
        STORY(s, symbols_go_into_files_of_their_own);
        STORY(s, what_can_be_made_is_made);
        STORY(s, a_program_is_a_wheel);
    }
    return s;
}
