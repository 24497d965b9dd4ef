#include "audit/files.h"

#include "audit/pool.h"
#include "compile.h"
#include "sys/fs.h"

struct seen {
    size_t calls, judged, unreadable, drawn;
    char last[80], text[200];
    bool in_order, with_drawing;
};

static void draw(struct audited *a, void *arg)
{
    (void)arg;
    a->drawn = a;
}

static int look(struct audited *a, void *arg, struct err *e)
{
    struct seen *s = arg;
    (void)e;
    s->calls++;
    s->with_drawing &= a->drawn == a;
    if (a->unreadable.kind != ERR_NONE) {
        s->unreadable++;
        snprintf(s->text, sizeof s->text, "%s", a->unreadable.text);
        return 0;
    }
    s->judged++;
    s->in_order &= strcmp(s->last, a->path) <= 0;
    snprintf(s->last, sizeof s->last, "%s", a->path);
    return 0;
}

static void audit_list(const struct strvec *paths, unsigned jobs, struct seen *s)
{
    AUTO(err) struct err e = ERR_INIT;
    struct audit_options options = {.jobs = jobs};
    struct audit_sink sink = {draw, look, s};
    *s = (struct seen){.in_order = true, .with_drawing = true};
    ck_assert_msg(audit_paths(paths, &options, &sink, &e) == 0, "%s", e.text);
}

START_TEST(every_kind_of_file_in_order)
{
    AUTO(built) struct built b = {0};
    AUTO(strvec) struct strvec paths = {0};
    build(&b, "int PyInit_m(void) { return 1; }", "-shared -fPIC");
    for (size_t i = 0; i < 1000; i++)
        strvec_pushf(&paths, "%s/%s", b.dir, i % 5 == 1 ? "in.c" : i % 5 == 2 ? "not-there" : "out");
    for (unsigned jobs = 1; jobs <= 4; jobs += 3) {
        struct seen s = {0};
        audit_list(&paths, jobs, &s);
        ck_assert(s.in_order && s.with_drawing);
        ck_assert_uint_eq(s.calls, 1000);
        ck_assert_uint_eq(s.judged, 600);
        ck_assert_uint_eq(s.unreadable, 400);
    }
}
END_TEST

static void make_file(const char *dir, const char *name, const void *bytes, size_t size)
{
    AUTO_FREE char *path = xstrf("%s/%s", dir, name);
    AUTO_FCLOSE FILE *f = fopen(path, "w");
    ck_assert_ptr_nonnull(f);
    ck_assert_uint_eq(fwrite(bytes, 1, size, f), size);
}

static void make_folder(const char *dir, const char *name)
{
    AUTO_FREE char *path = xstrf("%s/%s", dir, name);
    ck_assert_int_eq(mkdir(path, 0700), 0);
}

START_TEST(folders_are_walked_once)
{
    AUTO(built) struct built b = {0};
    AUTO(err) struct err e = ERR_INIT;
    AUTO(strvec) struct strvec paths = {0};
    build(&b, "int PyInit_m(void) { return 1; }", "-shared -fPIC");
    char root[] = "/tmp/audit-files-XXXXXX";
    ck_assert_ptr_nonnull(mkdtemp(root));
    make_folder(root, "a");
    make_folder(root, "a/b");
    make_file(root, "a/b/m.so", b.bytes, b.size);
    make_file(root, "a/n\nl.so", b.bytes, b.size);
    make_file(root, "text.so", "text", 4);
    make_file(root, "cut.so", b.bytes, 30);
    make_file(root, "empty.so", "", 0);
    AUTO_FREE char *loop = xstrf("%s/a/b/loop", root);
    AUTO_FREE char *twin = xstrf("%s/a/twin.so", root);
    AUTO_FREE char *outside = xstrf("%s/z.so", root);
    AUTO_FREE char *module = xstrf("%s/out", b.dir);
    AUTO_FREE char *pipe = xstrf("%s/pipe.so", root);
    ck_assert_int_eq(symlink("../..", loop), 0);
    ck_assert_int_eq(symlink("b/m.so", twin), 0); /* the file is walked to as well */
    ck_assert_int_eq(symlink(module, outside), 0);
    ck_assert_int_eq(mkfifo(pipe, 0600), 0);
    strvec_push(&paths, root);
    struct seen s = {0};
    audit_list(&paths, 2, &s);
    ck_assert(s.in_order);
    ck_assert_uint_eq(s.judged, 3); /* m.so, n\nl.so, z.so */
    ck_assert_uint_eq(s.unreadable, 1);
    ck_assert_msg(strstr(s.text, "cut.so"), "%s", s.text);
    ck_assert_int_eq(tree_remove(root, &e), 0);
}
END_TEST

START_TEST(a_folder_of_empty_folders_has_nothing_to_judge)
{
    AUTO(err) struct err e = ERR_INIT;
    AUTO(strvec) struct strvec paths = {0};
    char root[] = "/tmp/audit-files-XXXXXX";
    ck_assert_ptr_nonnull(mkdtemp(root));
    make_folder(root, "a");
    make_folder(root, "z");
    make_folder(root, "z/z");
    strvec_push(&paths, root);
    struct seen s = {0};
    audit_list(&paths, 2, &s);
    ck_assert_uint_eq(s.calls, 0);
    ck_assert_int_eq(tree_remove(root, &e), 0);
}
END_TEST

START_TEST(odd_files_are_answered)
{
    AUTO(built) struct built b = {0};
    build(&b, "int x;", "-c");
    AUTO(strvec) struct strvec paths = {0};
    AUTO_FREE char *pipe = xstrf("%s/map", b.dir);
    AUTO_FREE char *sparse = xstrf("%s/in.c", b.dir);
    ck_assert_int_eq(mkfifo(pipe, 0600), 0);
    ck_assert_int_eq(truncate(sparse, (off_t)4 << 30), 0);
    strvec_push(&paths, pipe);
    strvec_push(&paths, "/dev/zero");
    strvec_push(&paths, sparse);
    struct seen s = {0};
    audit_list(&paths, 2, &s);
    ck_assert_uint_eq(s.unreadable, 3);
    ck_assert_int_eq(truncate(sparse, 0), 0);
    audit_list(&paths, 2, &s);
    ck_assert_uint_eq(s.unreadable, 3);
    strvec_clear(&paths);
    audit_list(&paths, 4, &s);
    ck_assert_uint_eq(s.calls, 0);
}
END_TEST

static void add_one(void *arg, size_t i)
{
    (void)i;
    __atomic_add_fetch((size_t *)arg, 1, __ATOMIC_RELAXED);
}

struct sharing {
    struct pool *pool;
    struct budget *budget;
    size_t done;
};

static void share_again(void *arg, size_t i)
{
    struct sharing *s = arg;
    (void)i;
    pool_share(s->pool, 50, add_one, &s->done);
    budget_take(s->budget, 60); /* only one at a time */
    budget_give(s->budget, 60);
}

START_TEST(work_is_shared_inside_shared_work)
{
    for (unsigned jobs = 1; jobs <= 8; jobs++) {
        struct sharing s = {pool_new(jobs), budget_new(100), 0};
        pool_share(s.pool, 40, share_again, &s);
        pool_share(s.pool, 0, share_again, &s);
        ck_assert_uint_eq(s.done, 2000);
        budget_take(s.budget, 1000); /* more than there is: all of it */
        budget_give(s.budget, 1000);
        pool_free(s.pool);
        budget_free(s.budget);
    }
}
END_TEST

/* Everything that an audit can be asked for, of bytes that may be anything: findings, or a reason. */
static void audit_anything(const unsigned char *bytes, size_t size)
{
    struct platform target;
    ck_assert(platform_find(&target, "manylinux_2_17_x86_64"));
    struct audit_options options = {
        .jobs = 1, .explain = true, .details = true, .read_code = true, .target = &target};
    AUTO(err) struct err e = ERR_INIT;
    struct audited a;
    if (audit_bytes(&a, "m.abi3.so", bytes, size, &options, &e) < 0) {
        ck_assert_ptr_nonnull(e.text);
        return;
    }
    for (size_t i = 0; i < a.module_count; i++)
        for (size_t k = 0; k < a.modules[i].finding_count; k++)
            ck_assert(*a.modules[i].findings[k].message);
    audited_release(&a);
}

static const char damaged_source[] =
    "extern int puts(const char *); extern void *PyModule_Create2(void *, int);\n"
    "static __thread int t; const char *text = \" deflate 1.2.13 \";\n"
    "void *PyInit_m(void) { puts(\"/home/me/a/b\"); t++; return PyModule_Create2(0, 1); }";

/* Each prefix stands at the end of a block of its own, so that a sanitizer sees one byte too far. */
START_TEST(cut_at_every_length)
{
    AUTO(built) struct built b = {0};
    build(&b, damaged_source, "-shared -fPIC -O2 -Wl,-rpath,/x:$ORIGIN/y");
    size_t step = b.size / 2048 + 1;
    for (size_t len = 0; len < b.size; len += len < 4096 ? 1 : step) {
        unsigned char *copy = xmalloc(len ? len : 1);
        memcpy(copy, b.bytes, len);
        audit_anything(copy, len);
        free(copy);
    }
}
END_TEST

START_TEST(every_byte_of_the_headers_lies)
{
    static const unsigned char values[] = {0, 0x7f, 0xff};
    AUTO(built) struct built b = {0};
    build(&b, damaged_source, "-shared -fPIC -O2 -Wl,-rpath,/x:$ORIGIN/y");
    AUTO(arena) struct arena a = {0};
    AUTO(err) struct err e = ERR_INIT;
    struct elf_image image;
    ck_assert_int_eq(elf_open(&image, &a, b.bytes, b.size, &e), 0);
    size_t dynamic = image.dynamic_offset,
           dynamic_end = dynamic + (image.dynamic_count + 1) * 2 * sizeof(long);
    for (size_t at = 0; at < b.size; at++) {
        /* The file's header, the program headers and the tables behind them; PT_DYNAMIC; the section headers.
         */
        bool header = at < 2048 || (at >= dynamic && at < dynamic_end) || at + 2048 >= b.size;
        unsigned char was = b.bytes[at];
        for (size_t i = 0; header && i < sizeof values; i++) {
            b.bytes[at] = values[i];
            audit_anything(b.bytes, b.size);
        }
        b.bytes[at] = was;
    }
}
END_TEST

Suite *audit_files_suite(void)
{
    Suite *s = suite_create("audit_files");
    TCase *t = tcase_create("audit_files");
    tcase_set_timeout(t, 120);
    tcase_add_test(t, every_kind_of_file_in_order);
    tcase_add_test(t, a_folder_of_empty_folders_has_nothing_to_judge);
    tcase_add_test(t, odd_files_are_answered);
    tcase_add_test(t, folders_are_walked_once);
    tcase_add_test(t, work_is_shared_inside_shared_work);
    tcase_add_test(t, cut_at_every_length);
    tcase_add_test(t, every_byte_of_the_headers_lies);
    suite_add_tcase(s, t);
    return s;
}
