/* Lock files: what is read is what was written, what differs is said, and what others wrote is looked at. */
#include "recipe/lockfile.h"

#include <check.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/str.h"
#include "scratch.h"
#include "sys/fs.h"
#include "sys/path.h"

#define A64 "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define B64 "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"

/* Of a project of the index with a library, a tool and crates: as it is written. */
#define HEAD \
    "# What `staticbuild lock` chose. To be committed; `staticbuild lock --upgrade` chooses anew.\n\n"
#define GOALS "goals = [\"zmq.toml\", \"pypi:pyzmq\"]\nfrom = \"list.txt\"\n"
#define LIBRARY                                                                                        \
    "\n[[recipe]]\nname = \"libzmq\"\nkind = \"library\"\nversion = \"4.3.4\"\n"                       \
    "features = [\"curve\", \"draft\"]\n\n[[recipe.source]]\nurls = [\n    \"https://e.org/z.tgz\",\n" \
    "    \"debian:zeromq3/z.tgz\",\n]\nsha256 = \"" A64 "\"\n"
#define PROJECT                                                                                             \
    "\n[[recipe]]\nname = \"pyzmq\"\nkind = \"extension\"\nversion = \"27.1.0\"\n"                          \
    "requires-python = \">=3.8\"\n\n[[recipe.source]]\nurls = [\n    \"pypi:pyzmq/pyzmq-27.1.0.tar.gz\",\n" \
    "]\nsha256 = \"" B64 "\"\n"
#define FOLDER "\n[[recipe]]\nname = \"zmq\"\nkind = \"extension\"\n"
#define TOOL "\n[[recipe]]\nname = \"m4\"\nkind = \"tool\"\nversion = \"1.4\"\n"
#define ENVIRONMENT                                                                             \
    "\n[[environment]]\nproject = \"pyzmq\"\nplatform = \"linux-x86_64\"\npython = \"cp311\"\n" \
    "requires = [\"cython>=3\", \"packaging; python_version < '4'\"]\npackages = [\n"           \
    "    \"cython==3.1.2 --hash=sha256:" A64 "\",\n    \"packaging==25.0 --hash=sha256:" B64 "\",\n]\n"
#define CRATES "\n[[crates]]\nproject = \"pyzmq\"\nfile = \"rust/Cargo.lock\"\nsha256 = \"" A64 "\"\n"
#define WHOLE HEAD GOALS LIBRARY PROJECT FOLDER TOOL ENVIRONMENT CRATES

static char *folder;

static void setup(void)
{
    folder = scratch_make();
}

static void teardown(void)
{
    scratch_remove(folder);
}

static int read_text(struct lockfile *l, struct arena *a, const char *text, struct err *e)
{
    AUTO_FREE char *path = path_join(folder, "staticbuild.lock");
    ck_assert_int_eq(file_write(path, text, strlen(text), 0644, e), 0);
    int there = lockfile_read(l, a, path, e);
    if (there < 0) { /* as seen from its folder */
        ck_assert_int_eq(e->kind, ERR_RECIPE);
        char *seen = strstr(e->text, "staticbuild.lock");
        ck_assert_ptr_nonnull(seen);
        memmove(e->text, seen, strlen(seen) + 1);
    }
    return there;
}

static void read_whole(struct lockfile *l, struct arena *a, const char *text)
{
    AUTO(err) struct err e = ERR_INIT;
    ck_assert_msg(read_text(l, a, text, &e) == 1, "%s", e.text);
}

START_TEST(what_is_written_is_read)
{
    AUTO(arena) struct arena a = {0};
    AUTO(strbuf) struct strbuf out = {0};
    struct lockfile l;
    read_whole(&l, &a, WHOLE);
    lockfile_write(&out, &l);
    ck_assert_str_eq(strbuf_str(&out), WHOLE);
}
END_TEST

START_TEST(the_order_is_always_the_same)
{
    AUTO(arena) struct arena a = {0};
    AUTO(strbuf) struct strbuf out = {0};
    struct lockfile l;
    read_whole(&l, &a, GOALS CRATES TOOL ENVIRONMENT FOLDER PROJECT LIBRARY);
    lockfile_write(&out, &l);
    ck_assert_ptr_nonnull(strstr(strbuf_str(&out), LIBRARY PROJECT FOLDER TOOL ENVIRONMENT CRATES));
}
END_TEST

START_TEST(what_is_sought_is_found)
{
    AUTO(arena) struct arena a = {0};
    struct lockfile l;
    size_t count;
    read_whole(&l, &a, WHOLE "\n[[recipe]]\nname = \"libzmq\"\nkind = \"library\"\nversion = \"4.3.5\"\n");
    const struct locked_recipe *r = lockfile_recipes(&l, RECIPE_LIBRARY, "libzmq", &count);
    ck_assert_uint_eq(count, 2);
    ck_assert_str_eq(r[0].version, "4.3.4");
    ck_assert_str_eq(r[1].version, "4.3.5");
    ck_assert_ptr_null(lockfile_recipes(&l, RECIPE_TOOL, "libzmq", &count));
    ck_assert_uint_eq(count, 0);
    const struct locked_environment *v = lockfile_environments(&l, "pyzmq", "cp311", "linux-x86_64", &count);
    ck_assert_uint_eq(count, 1);
    ck_assert(packages_have(&v->packages, "packaging") && !packages_have(&v->packages, "packag"));
    ck_assert_ptr_null(lockfile_environments(&l, "pyzmq", "cp312", "linux-x86_64", &count));
    struct locked_environment other = *v;
    ck_assert_ptr_eq(lockfile_environment(&l, &other), v);
    other.requires.len = 1;
    ck_assert_ptr_null(lockfile_environment(&l, &other));
}
END_TEST

/* What is another in a lock that is read beside the whole one, and how it is told. */
static const struct {
    const char *now, *told;
} differences[] = {
    {WHOLE, ""},
    {HEAD "goals = []\n" LIBRARY, ""}, /* less is no difference */
    {"goals = []\n[[recipe]]\nname = \"libzmq\"\nkind = \"library\"\nversion = \"4.3.5\"\n",
        "library libzmq is 4.3.5, and 4.3.4 in the lock\n"},
    {"goals = []\n[[recipe]]\nname = \"zlib\"\nkind = \"library\"\nversion = \"1.3\"\n",
        "library zlib 1.3 is not in the lock\n"},
    {"goals = []\n[[recipe]]\nname = \"libzmq\"\nkind = \"library\"\nversion = \"4.3.4\"\n",
        "library libzmq 4.3.4 has the features nothing, and curve, draft in the lock\n"},
    {"goals = []\n[[recipe]]\nname = \"libzmq\"\nkind = \"library\"\nversion = \"4.3.4\"\n"
     "features = [\"curve\", \"draft\"]\n[[recipe.source]]\nurls = [\"https://e.org/z.tgz\"]\nsha256 = \"" B64
     "\"\n",
        "libzmq 4.3.4: its source z.tgz has the SHA-256 bbbbbbbbbbbb…, which is not the one of the lock\n"},
    {"goals = []\n[[recipe]]\nname = \"pyzmq\"\nkind = \"extension\"\n",
        "extension pyzmq is a folder, and 27.1.0 in the lock\n"},
    {"goals = []\n[[environment]]\nproject = \"pyzmq\"\nplatform = \"linux-x86_64\"\npython = \"cp312\"\n"
     "requires = [\"x\"]\npackages = []\n",
        "the build environment of pyzmq for cp312 is not in the lock\n"},
    {"goals = []\n[[environment]]\nproject = \"pyzmq\"\nplatform = \"linux-x86_64\"\npython = \"cp311\"\n"
     "requires = [\"x\"]\npackages = []\n",
        "the build environment of pyzmq for cp311 requires x, and the lock has it for cython>=3, packaging; "
        "python_version < '4'\n"},
    {"goals = []\n[[environment]]\nproject = \"pyzmq\"\nplatform = \"linux-x86_64\"\npython = \"cp311\"\n"
     "requires = [\"cython>=3\", \"packaging; python_version < '4'\"]\npackages = [\"cython==3.1.3 "
     "--hash=sha256:" A64 "\", \"packaging==25.0 --hash=sha256:" B64 "\"]\n",
        "the build environment of pyzmq for cp311 has cython==3.1.3 --hash=sha256:" A64
        ", and cython==3.1.2 --hash=sha256:" A64 " in the lock\n"},
    {"goals = []\n[[crates]]\nproject = \"pyzmq\"\nfile = \"rust/Cargo.lock\"\nsha256 = \"" B64 "\"\n",
        "rust/Cargo.lock of pyzmq has the SHA-256 bbbbbbbbbbbb…, and aaaaaaaaaaaa… in the lock\n"},
    {"goals = []\n[[crates]]\nproject = \"pyzmq\"\nfile = \"Cargo.lock\"\nsha256 = \"" B64 "\"\n",
        "Cargo.lock of pyzmq is not in the lock\n"},
};

START_TEST(what_differs_is_said)
{
    AUTO(arena) struct arena a = {0};
    AUTO(strbuf) struct strbuf out = {0};
    struct lockfile locked, now;
    struct texts told = {0};
    read_whole(&locked, &a, WHOLE);
    read_whole(&now, &a, differences[_i].now);
    lockfile_differences(&told, &a, &locked, &now);
    for (size_t i = 0; i < told.len; i++)
        strbuf_addf(&out, "%s\n", told.items[i]);
    ck_assert_str_eq(strbuf_str(&out), differences[_i].told);
}
END_TEST

static const struct {
    const char *text, *error;
} wrong[] = {
    {"", "staticbuild.lock:1:1: the lock has no [goals]"},
    {"goals = [", "staticbuild.lock:1:"},
    {"goals = [\"-x\"]", "staticbuild.lock:1:10: goals \"-x\" is empty, or begins with a dash"},
    {"goals = []\n[[recipes]]\n",
        "staticbuild.lock:2:3: unknown key \"recipes\" in the lock (did you mean \"recipe\"?)"},
    {"goals = []\n[[recipe]]\nname = \"a b\"\nkind = \"tool\"\n",
        "staticbuild.lock:3:8: name \"a b\" is not one word"},
    {"goals = []\n[[recipe]]\nname = \"a\"\nkind = \"tool\"\n[[recipe.source]]\nurls = "
     "[\"pypi:a/../b\"]\nsha256 = "
     "\"" A64 "\"\n",
        "staticbuild.lock:2:1: its location \"pypi:a/../b\" is none"},
    {"goals = []\n[[environment]]\nproject = \"a\"\nplatform = \"p\"\npython = \"q\"\nrequires = "
     "[]\npackages = "
     "[\"-r x\"]\n",
        "staticbuild.lock:7:13: packages \"-r x\" is not NAME==VERSION --hash=sha256:HASH"},
    {"goals = []\n[[environment]]\nproject = \"a\"\nplatform = \"p\"\npython = \"q\"\nrequires = "
     "[]\npackages = "
     "[\"a==1 --hash=sha256:" A64 " --index-url=x\"]\n",
        "staticbuild.lock:7:13: packages \"a==1 --hash"},
    {"goals = []\n[[environment]]\nproject = \"a\"\nplatform = \"p\"\npython = \"q\"\nrequires = "
     "[]\npackages = "
     "[\"a==1\\n-r x --hash=sha256:" A64 "\"]\n",
        "staticbuild.lock:7:13: packages \"a==1?-r x"},
};

START_TEST(what_others_wrote_is_looked_at)
{
    AUTO(arena) struct arena a = {0};
    AUTO(err) struct err e = ERR_INIT;
    struct lockfile l;
    ck_assert_int_eq(read_text(&l, &a, wrong[_i].text, &e), -1);
    ck_assert_msg(str_starts(e.text, wrong[_i].error), "%s", e.text);
}
END_TEST

START_TEST(none_is_none)
{
    AUTO(arena) struct arena a = {0};
    AUTO(err) struct err e = ERR_INIT;
    AUTO_FREE char *path = path_join(folder, "nothing");
    struct lockfile l;
    ck_assert_int_eq(lockfile_read(&l, &a, path, &e), 0);
    ck_assert_int_eq(lockfile_read(&l, &a, folder, &e), 0);
}
END_TEST

Suite *lockfile_suite(void)
{
    Suite *s = suite_create("lockfile");
    TCase *t = tcase_create("lockfile");
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, what_is_written_is_read);
    tcase_add_test(t, the_order_is_always_the_same);
    tcase_add_test(t, what_is_sought_is_found);
    tcase_add_loop_test(t, what_differs_is_said, 0, COUNT(differences));
    tcase_add_loop_test(t, what_others_wrote_is_looked_at, 0, COUNT(wrong));
    tcase_add_test(t, none_is_none);
    suite_add_tcase(s, t);
    return s;
}
