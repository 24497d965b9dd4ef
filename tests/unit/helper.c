/* Requests of helpers: what one side writes, the other side reads. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "sched/helper.h"
#include "sched/tasks.h"

struct request {
    const char *path, *note;
    struct strvec names;
    bool quick;
    uint64_t bytes_max;
};

static const struct field fields[] = {
    FIELD(TEXT, struct request, path),
    FIELD(TEXT_OR_NULL, struct request, note),
    FIELD(TEXTS, struct request, names),
    FIELD(BOOL, struct request, quick),
    FIELD(NUMBER, struct request, bytes_max),
};

static struct strbuf told;

static int tell(const void *request, struct err *e)
{
    const struct request *r = request;
    strbuf_clear(&told);
    strbuf_addf(&told, "%s|%s|%d|%llu", r->path, r->note ? r->note : "none", r->quick,
        (unsigned long long)r->bytes_max);
    for (size_t i = 0; i < r->names.len; i++)
        strbuf_addf(&told, "|%s", r->names.items[i]);
    return strcmp(r->path, "bad") == 0 ? err_set(e, ERR_BUILD, "that is bad") : 0;
}

static const struct helper helper = {.word = "internal-tell",
    .fields = fields,
    .field_count = COUNT(fields),
    .request_bytes = sizeof(struct request),
    .starts_nothing = true,
    .run = tell};

/* Gives the request through a command. */
static int pass_on(const struct request *r, struct err *e)
{
    struct commands list = {0};
    struct command *c = commands_add(&list, "tell");
    command_set_helper(c, &helper, r);
    ck_assert(c->itself && c->helper);
    ck_assert_uint_eq(c->argv.len, 2);
    ck_assert_str_eq(c->argv.items[1], "internal-tell");
    int status = helper_run(&helper, slice_of(c->input), e);
    commands_release(&list);
    return status;
}

START_TEST(what_is_written_is_read)
{
    AUTO(err) struct err e = ERR_INIT;
    char *names[] = {(char *)"a \"b\"\n", (char *)"", (char *)"\xff/\x01", NULL};
    struct request r = {"/tmp/\xe9t\xc3\xa9", NULL, {names, 3, 0}, true, (uint64_t)1 << 40};
    ck_assert_msg(pass_on(&r, &e) == 0, "%s", e.text);
    ck_assert_str_eq(strbuf_str(&told), "/tmp/\xe9t\xc3\xa9|none|1|1099511627776|a \"b\"\n||\xff/\x01");
    r = (struct request){.path = "", .note = ""};
    ck_assert_msg(pass_on(&r, &e) == 0, "%s", e.text);
    ck_assert_str_eq(strbuf_str(&told), "||0|0");
    r.path = "bad";
    ck_assert_int_eq(pass_on(&r, &e), -1);
    ck_assert_str_eq(e.text, "that is bad");
    strbuf_release(&told);
}
END_TEST

#define REST "\"names\": [], \"quick\": false, \"bytes_max\": 1"

START_TEST(what_does_not_fit_is_refused)
{
    static const struct {
        const char *request, *why;
    } cases[] = {
        {"", "internal-tell:1:1"},
        {"[]", "is not an object"},
        {"{" REST "}", "has no \"path\""},
        {"{\"path\": \"a\", \"names\": [], \"quick\": false}", "has no \"bytes_max\""},
        {"{\"path\": 1, " REST "}", "\"path\" is not a text"},
        {"{\"path\": {\"hex\": \"6\"}, " REST "}", "\"path\" is not a text"},
        {"{\"path\": {\"hex\": \"6g\"}, " REST "}", "\"path\" is not a text"},
        {"{\"path\": {\"hex\": \"00\"}, " REST "}", "\"path\" is not a text"},
        {"{\"path\": \"a\", \"note\": null, " REST "}", "\"note\" is not a text"},
        {"{\"path\": \"a\", \"other\": 1, " REST "}", "\"other\" is not known"},
        {"{\"path\": \"a\", \"names\": [1], \"quick\": false, \"bytes_max\": 1}", "is not a list of texts"},
        {"{\"path\": \"a\", \"names\": {}, \"quick\": false, \"bytes_max\": 1}", "is not a list of texts"},
        {"{\"path\": \"a\", \"names\": [], \"quick\": 0, \"bytes_max\": 1}", "is not true or false"},
        {"{\"path\": \"a\", \"names\": [], \"quick\": false, \"bytes_max\": -1}", "not negative"},
    };
    AUTO(err) struct err e = ERR_INIT;
    ck_assert_int_eq(helper_run(&helper, slice_of(cases[_i].request), &e), -1);
    ck_assert_msg(strstr(e.text, cases[_i].why) && str_starts(e.text, "internal-tell:"), "%s", e.text);
}
END_TEST

Suite *helper_suite(void);
Suite *helper_suite(void)
{
    Suite *s = suite_create("helper");
    TCase *c = tcase_create("requests");
    tcase_add_test(c, what_is_written_is_read);
    tcase_add_loop_test(c, what_does_not_fit_is_refused, 0, 14);
    suite_add_tcase(s, c);
    return s;
}
