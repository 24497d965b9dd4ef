/* What runs fetch, keep and share: sources by their hashes, others in their place, patches, and a folder that
 * two caches have in common. */
#include "story.h"

static void make_well(const char *recipe)
{
    AUTO(err) struct err e = ERR_INIT;
    ck_assert_msg(make(recipe, &e) == 0, "%s", e.text);
}

static void make_badly(const char *recipe, enum err_kind kind, const char *says)
{
    AUTO(err) struct err e = ERR_INIT;
    ck_assert_int_eq(make(recipe, &e), -1);
    ck_assert_msg(e.kind == kind && strstr(e.text, says), "%d: %s", (int)e.kind, e.text);
}

/* What the library that was asked for has in its words.txt. */
static void expect_words(const char *text)
{
    AUTO(err) struct err e = ERR_INIT;
    AUTO(strbuf) struct strbuf words = {0};
    ck_assert_uint_eq(result.tree_count, 1);
    AUTO_FREE char *path = path_join(result.trees[0].path, "words.txt");
    ck_assert_msg(file_read(&words, path, 1000, &e) == 0, "%s", e.text);
    ck_assert_str_eq(strbuf_str(&words), text);
}

static size_t files_in(const char *folder)
{
    AUTO(err) struct err e = ERR_INIT;
    AUTO(strvec) struct strvec names = {0};
    return folder_names(&names, folder, &e) == 1 ? names.len : 0;
}

START_TEST(what_is_fetched_stays)
{
    struct digest d;
    put_archive("words.tar", "spoken\n", &d);
    AUTO_FREE char *source = source_of("words.tar", d.hex);
    put_words(source);
    request.offline = true;
    request.goal = GOAL_FETCH;
    request.target = "native";
    make_well("words"); /* a file of this machine is no network */
    ck_assert_uint_eq(files_in("cache/downloads"), 1);
    ck_assert_uint_gt(result.fetched_bytes, 0);
    ck_assert(!begun_kind("build"));
    ck_assert_int_eq(unlink("words.tar"), 0);
    request.goal = GOAL_BUILD;
    make_well("words");
    ck_assert(begun("build words 1"));
    ck_assert_uint_eq(result.fetched_bytes, 0);
    expect_words("spoken\n");
    ck_assert_uint_eq(files_in("cache/work"), 0);
}
END_TEST

START_TEST(what_is_not_what_its_hash_says)
{
    struct digest d;
    put_archive("words.tar", "spoken\n", &d);
    AUTO_FREE char *source = source_of("words.tar", d.hex);
    put_words(source);
    put_archive("words.tar", "forged\n", &d);
    request.goal = GOAL_BUILD;
    make_badly("words", ERR_FETCH, "words.tar");
    ck_assert_uint_eq(files_in("cache/downloads"), 0);
    ck_assert_uint_eq(result.tree_count, 0);
    ck_assert_int_eq(unlink("words.tar"), 0);
    make_badly("words", ERR_FETCH, "words.tar");
}
END_TEST

START_TEST(another_source_takes_its_place)
{
    struct digest lost, there;
    put_archive("lost.tar", "lost\n", &lost);
    put_archive("there.tar", "there\n", &there);
    ck_assert_int_eq(unlink("lost.tar"), 0);
    AUTO_FREE char *first = source_of("lost.tar", lost.hex), *second = source_of("there.tar", there.hex);
    AUTO_FREE char *both = xstrf("%s%s", first, second);
    put_words(both);
    request.goal = GOAL_BUILD;
    make_well("words");
    expect_words("there\n");
    ck_assert_msg(strstr(strbuf_str(&recorder.said), "lost.tar"), "%s", strbuf_str(&recorder.said));
    make_well("words");
    ck_assert_str_eq(strbuf_str(&recorder.begun), "");
    ck_assert(result.trees[0].up_to_date);
    ck_assert_str_eq(strbuf_str(&recorder.said), "");
}
END_TEST

START_TEST(a_mirror_is_asked)
{
    struct digest d;
    put_archive("words.tar", "spoken\n", &d);
    AUTO_FREE char *source = source_of("nowhere.tar", d.hex), *kept = xstrf("mirror/%s", d.hex);
    put_words(source);
    put("mirror/README", "");
    ck_assert_int_eq(rename("words.tar", kept), 0);
    AUTO_FREE char *mirror = path_join(root, "mirror");
    request.mirror = mirror;
    request.goal = GOAL_BUILD;
    make_well("words");
    expect_words("spoken\n");
}
END_TEST

START_TEST(a_damaged_download_is_fetched_again)
{
    struct digest d;
    put_archive("words.tar", "spoken\n", &d);
    AUTO_FREE char *source = source_of("words.tar", d.hex), *kept = xstrf("cache/downloads/%s", d.hex);
    put_words(source);
    request.goal = GOAL_FETCH;
    make_well("words");
    ck_assert_int_eq(chmod(kept, 0644), 0);
    put(kept, "damaged");
    request.goal = GOAL_BUILD;
    make_well("words");
    expect_words("spoken\n");
    ck_assert_msg(strstr(strbuf_str(&recorder.said), "beginning again"), "%s", strbuf_str(&recorder.said));
}
END_TEST

START_TEST(a_patch_changes_the_source)
{
    put("words/words.txt", "one\ntwo\n");
    put("recipe/lib/change.patch", "--- a/words.txt\n+++ b/words.txt\n@@ -1,2 +1,2 @@\n one\n-two\n+three\n");
    put("recipe/lib/words/words.txt", "one\ntwo\n");
    put_words("[[source]]\npath = \"words\"\n[[patch]]\nfile = \"change.patch\"\n");
    request.goal = GOAL_BUILD;
    make_well("words");
    expect_words("one\nthree\n");
    edit("recipe/lib/change.patch", "+three", "+four");
    make_well("words");
    expect_words("one\nfour\n");
    edit("recipe/lib/change.patch", "-two", "-zwei");
    make_badly("words", ERR_BUILD, "patch");
}
END_TEST

/* What is fetched and locked, in a folder from which another machine builds. */
START_TEST(a_mirror_is_written)
{
    struct digest d;
    put_archive("words.tar", "spoken\n", &d);
    AUTO_FREE char *source = source_of("words.tar", d.hex), *kept = xstrf("mirror/%s", d.hex);
    put_words(source);
    request.goal = GOAL_MIRROR;
    request.mirror_to = "mirror";
    make_well("words");
    ck_assert_int_eq(access(kept, R_OK), 0);
    ck_assert(!begun_kind("build"));
    ck_assert_int_eq(unlink("words.tar"), 0);
    AUTO_FREE char *mirror = path_join(root, "mirror");
    request.goal = GOAL_BUILD;
    request.mirror_to = NULL;
    request.mirror = mirror;
    request.offline = true;
    request.cache = "cache-2";
    make_well("words");
    expect_words("spoken\n");
}
END_TEST

/* A tree of a source that is a folder is made again when that has changed, and only then. */
START_TEST(a_folder_is_known_by_what_is_in_it)
{
    put("recipe/lib/words/words.txt", "one\n");
    put_words("[[source]]\npath = \"words\"\n");
    request.goal = GOAL_BUILD;
    make_well("words");
    put("recipe/lib/words/words.txt", "one\n");
    make_well("words");
    ck_assert_str_eq(strbuf_str(&recorder.begun), "");
    put("recipe/lib/words/words.txt", "two\n");
    make_well("words");
    expect_words("two\n");
}
END_TEST

START_TEST(work_is_kept_when_that_is_asked)
{
    put("recipe/lib/words/words.txt", "one\n");
    put_words("[[source]]\npath = \"words\"\n");
    request.goal = GOAL_BUILD;
    request.keep_work = true;
    make_well("words");
    ck_assert_uint_eq(files_in("cache/work"), 1);
}
END_TEST

START_TEST(a_folder_is_shared)
{
    AUTO(err) struct err e = ERR_INIT;
    put("shared/README", "");
    put_library("1.0");
    put_extension("Asks", "import tiny\nassert tiny.answer() == 42\n");
    request.share = "shared";
    make_well("tiny");
    AUTO_FREE char *sha256 = xstrdup(result.wheels[0].sha256);
    ck_assert_uint_eq(files_in("shared/trees"), 5);
    request.cache = "cache-2";
    request.dist = "dist-2";
    make_well("tiny");
    ck_assert_uint_eq(result.wheel_count, 1);
    ck_assert_str_eq(result.wheels[0].sha256, sha256);
    ck_assert_uint_eq(
        files_in("cache-2/trees"), 2); /* the wheel and its try, and nothing that they were made of */
    ck_assert(!begun_kind("build") && !begun_kind("module"));
    put_extension("Asks more", "import tiny\nassert tiny.answer() == 42\n");
    request.cache = "cache-3";
    request.dist = "dist-3";
    request.share_read_only = true;
    make_well("tiny");
    ck_assert(begun_kind("wheel") && !begun_kind("build") && !begun_kind("module"));
    ck_assert_uint_eq(files_in("shared/trees"), 5);
    request.share_read_only = false;
    request.cache = "cache-4";
    request.dist = "dist-4";
    make_well("tiny");
    ck_assert_uint_eq(files_in("shared/trees"), 7);
    request.share = "nowhere/at/all"; /* a help, and no need */
    request.cache = "cache-5";
    ck_assert_msg(make("tiny", &e) == 0, "%s", e.text);
    ck_assert_msg(strstr(strbuf_str(&recorder.said), "not used any more"), "%s", strbuf_str(&recorder.said));
}
END_TEST

Suite *story_store_suite(void);
Suite *story_store_suite(void)
{
    Suite *s = suite_create("story_store");
    STORY(s, what_is_fetched_stays);
    STORY(s, what_is_not_what_its_hash_says);
    STORY(s, another_source_takes_its_place);
    STORY(s, a_mirror_is_asked);
    STORY(s, a_mirror_is_written);
    STORY(s, a_damaged_download_is_fetched_again);
    STORY(s, a_patch_changes_the_source);
    STORY(s, a_folder_is_known_by_what_is_in_it);
    STORY(s, work_is_kept_when_that_is_asked);
    if (access(PYTHON, X_OK) == 0)
        STORY(s, a_folder_is_shared);
    return s;
}
