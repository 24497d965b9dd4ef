/* What is drawn, without a terminal: layout, sinks, the live view, results. */
#include <check.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "audit/claims.h"
#include "base/alloc.h"
#include "base/cleanup.h"
#include "json/json.h"
#include "sys/fs.h"
#include "ui/progress/internal.h"
#include "ui/progress/live_view.h"
#include "ui/run/report.h"
#include "ui/audit/findings.h"
#include "ui/audit/internal.h"
#include "ui/page/treemap.h"

static const struct style narrow = {.width = 40};

START_TEST(safe_text)
{
    static const struct {
        const char *text;
        size_t columns;
        const char *want;
    } cases[] = {
        {"plain", 0, "plain"},
        {"a\x1b[2Jb\nc\x7f", 0, "a?[2Jb?c?"},
        {"caf\xc3\xa9", 0, "caf\xc3\xa9"},
        {"x\xc2\x9bK", 0, "x?K"}, /* a C1 control: CSI in one character */
        {"abcdefgh", 6, "abc..."},
        {"abcdefgh", 8, "abcdefgh"},
        {"\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9", 4, "\xc3\xa9..."},
        {"abcd", 2, "ab"},
        {"", 3, ""},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        AUTO(strbuf) struct strbuf out = {0};
        text_add_safe(&out, cases[i].text, cases[i].columns);
        ck_assert_str_eq(strbuf_str(&out), cases[i].want);
    }
}
END_TEST

START_TEST(wrapping)
{
    AUTO(strbuf) struct strbuf out = {0};
    text_wrap(&out, "one two three four", 0, 2, 9);
    ck_assert_str_eq(out.ptr, "one two\n  three\n  four");
    strbuf_clear(&out);
    text_wrap(&out, "a\n\nb unbreakablyverylong c", 0, 0, 6);
    ck_assert_str_eq(out.ptr, "a\n\nb\nunbreakablyverylong\nc");
    strbuf_clear(&out);
    text_wrap(&out, "", 0, 4, 10);
    ck_assert_str_eq(strbuf_str(&out), "");
    text_wrap(&out, "  a  b c   d e \n f  ", 0, 0, 80);
    ck_assert_str_eq(out.ptr, "a b c d e\nf");
    strbuf_clear(&out);
    text_wrap(&out, "stands \xc3\xa9\xc3\xa9 here and there", 7, 2, 16); /* columns, not bytes */
    ck_assert_str_eq(out.ptr, "stands \xc3\xa9\xc3\xa9\n  here and there");
    strbuf_clear(&out);
    text_wrap_safe(&out, "a\nb\x1b[m \xc2\x9b \x7f \xc3\xa9", 0, 0, 80);
    ck_assert_str_eq(out.ptr, "a?b?[m ? ? \xc3\xa9");
    strbuf_clear(&out);
    text_wrap_safe(&out, "plain words go on", 0, 2, 12);
    ck_assert_str_eq(out.ptr, "plain words\n  go on");
}
END_TEST

START_TEST(sizes_and_times)
{
    static const struct {
        uint64_t bytes;
        const char *want;
    } sizes[] = {{0, "0 B"}, {999, "999 B"}, {1000, "1.0 kB"}, {999949, "999.9 kB"}, {999950, "1.0 MB"},
        {1900000, "1.9 MB"}, {UINT64_MAX, "18446744.1 TB"}};
    for (size_t i = 0; i < COUNT(sizes); i++) {
        AUTO(strbuf) struct strbuf out = {0};
        size_add(&out, sizes[i].bytes);
        ck_assert_str_eq(out.ptr, sizes[i].want);
    }
    static const struct {
        double seconds;
        const char *want;
    } times[] = {{-1, "0.0 s"}, {0.04, "0.0 s"}, {9.94, "9.9 s"}, {9.96, "10 s"}, {99.4, "99 s"},
        {99.6, "1 min 40 s"}, {119.7, "2 min 00 s"}, {185, "3 min 05 s"}};
    for (size_t i = 0; i < COUNT(times); i++) {
        AUTO(strbuf) struct strbuf out = {0};
        seconds_add(&out, times[i].seconds);
        ck_assert_str_eq(out.ptr, times[i].want);
    }
}
END_TEST

/* Emits the same story to a sink of this style and gives what it wrote. */
static char *story(enum progress_style style, enum verbosity verbosity)
{
    static const struct event events[] = {
        {.kind = EVENT_RUN_BEGIN, .count = 4, .message = "zmq"},
        {.kind = EVENT_FETCH, .step = "z.tar.gz", .total = 2000, .detail = "file:///m"},
        {.kind = EVENT_FETCH, .step = "z.tar.gz", .done = 1000, .total = 2000, .detail = "file:///m"},
        {.kind = EVENT_FETCH, .step = "z.tar.gz", .done = 2000, .total = 2000, .detail = "file:///m"},
        {.kind = EVENT_STEP_SKIP, .step = "build a", .message = "up to date"},
        {.kind = EVENT_STEP_BEGIN, .step = "build b"},
        {.kind = EVENT_STEP_PHASE, .step = "build b", .message = "configure", .detail = "./configure"},
        {.kind = EVENT_STEP_END, .step = "build b", .seconds = 2.25},
        {.kind = EVENT_STEP_FAIL,
            .step = "build c",
            .message = "make: status 2\n\tlog line",
            .path = "/c.log"},
        {.kind = EVENT_WARNING, .message = "look\nat \x1b[31mthis"},
        {.kind = EVENT_NOTE, .message = "by the way"},
        {.kind = EVENT_DETAIL, .message = "a detail"},
        {.kind = EVENT_RUN_END, .count = 1, .seconds = 3},
    };
    char *text = NULL;
    size_t len = 0;
    FILE *out = tmpfile();
    ck_assert_ptr_nonnull(out);
    struct progress *p = progress_new(style, verbosity, out);
    for (size_t i = 0; i < COUNT(events); i++)
        p->sink.emit(&p->sink, &events[i]);
    progress_free(p);
    len = (size_t)ftell(out);
    rewind(out);
    text = xcalloc(1, len + 1);
    ck_assert_uint_eq(fread(text, 1, len, out), len);
    fclose(out);
    return text;
}

/* Without the "[   0.0] " in front of each line, which differs from run to run. */
static void drop_times(char *text)
{
    char *to = text;
    bool start = true;
    for (char *from = text; *from; from++) {
        if (start && *from == '[')
            from = strchr(from, ']') + 2;
        start = *from == '\n';
        *to++ = *from;
    }
    *to = '\0';
}

START_TEST(plain_lines)
{
    static const struct {
        enum verbosity verbosity;
        const char *want;
    } cases[] = {
        {VERBOSITY_QUIET, "FAILED build c: make: status 2 (log: /c.log)\nwarning: look\n    at ?[31mthis\n"},
        {VERBOSITY_NORMAL,
            "fetch  z.tar.gz, 2.0 kB from file:///m\nskip   build a: up to date\nbegin  build b\n"
            "done   build b (2.2 s)\nFAILED build c: make: status 2 (log: /c.log)\n"
            "warning: look\n    at ?[31mthis\nby the way\n"},
        {VERBOSITY_VERBOSE,
            "fetch  z.tar.gz, 2.0 kB from file:///m\nskip   build a: up to date\nbegin  build b\n"
            "phase  build b: configure: ./configure\n"
            "done   build b (2.2 s)\nFAILED build c: make: status 2 (log: /c.log)\n"
            "warning: look\n    at ?[31mthis\nby the way\na detail\n"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        AUTO_FREE char *text = story(PROGRESS_PLAIN, cases[i].verbosity);
        drop_times(text);
        ck_assert_str_eq(text, cases[i].want);
    }
    /* A file is no terminal: asking for the live view gives plain lines. */
    AUTO_FREE char *text = story(PROGRESS_TTY, VERBOSITY_QUIET);
    ck_assert_str_eq(text, cases[0].want);
}
END_TEST

START_TEST(json_lines)
{
    AUTO_FREE char *text = story(PROGRESS_JSON, VERBOSITY_QUIET);
    size_t n = 0;
    struct slice rest = slice_of(text);
    while (rest.ptr) {
        struct slice line = slice_cut(&rest, '\n');
        if (!line.len)
            continue;
        struct err e = ERR_INIT;
        AUTO_JSON struct json *object = json_parse("line", line.ptr, line.len, &e);
        ck_assert_msg(object, "%s", e.text);
        ck_assert_ptr_nonnull(json_get_text(object, "event"));
        if (n == 2) {
            ck_assert_str_eq(json_get_text(object, "event"), "fetch");
            ck_assert_int_eq(json_get_int(object, "done", -1), 1000);
            ck_assert_int_eq(json_get_int(object, "total", -1), 2000);
        }
        if (n == 8)
            ck_assert_str_eq(json_get_text(object, "path"), "/c.log");
        if (n == 9)
            ck_assert_str_eq(json_get_text(object, "message"), "look\nat \x1b[31mthis");
        n++;
    }
    ck_assert_uint_eq(n, 13); /* quiet leaves nothing out here */
}
END_TEST

START_TEST(live_view_shows_what_runs)
{
    struct live_view v = {0};
    AUTO(strbuf) struct strbuf out = {0};
    live_view_apply(&v, &(struct event){.kind = EVENT_RUN_BEGIN, .count = 3}, 0);
    live_view_apply(&v, &(struct event){.kind = EVENT_STEP_BEGIN, .step = "build libsodium 1.0.18"}, 1);
    live_view_apply(&v,
        &(struct event){.kind = EVENT_STEP_PHASE, .step = "build libsodium 1.0.18", .message = "configure"},
        2);
    live_view_apply(
        &v, &(struct event){.kind = EVENT_FETCH, .step = "z.tar.gz", .done = 500, .total = 2000}, 3);
    ck_assert_uint_eq(live_view_draw(&v, 5, narrow, 10, &out), 3);
    ck_assert_str_eq(out.ptr, "  build libsodium 1.0.18: con...    4 s\n"
                              "  fetch z.ta...  25 % of 2.0 kB     2 s\n"
                              "  0 of 3 steps\n");
    live_view_apply(
        &v, &(struct event){.kind = EVENT_FETCH, .step = "z.tar.gz", .done = 2000, .total = 2000}, 5);
    live_view_apply(&v, &(struct event){.kind = EVENT_STEP_END, .step = "build libsodium 1.0.18"}, 6);
    live_view_apply(&v, &(struct event){.kind = EVENT_STEP_FAIL, .step = "never begun"}, 6);
    live_view_apply(&v, &(struct event){.kind = EVENT_STEP_BEGIN, .step = "x\x1b[2J"}, 6);
    strbuf_clear(&out);
    ck_assert_uint_eq(live_view_draw(&v, 6, narrow, 10, &out), 2);
    ck_assert_str_eq(out.ptr, "  x?[2J                             0 s\n  1 of 3 steps, 1 failed\n");
    live_view_release(&v);
}
END_TEST

START_TEST(live_view_tells_what_goes_on)
{
    struct live_view v = {0};
    AUTO(strbuf) struct strbuf out = {0};
    live_view_apply(&v, &(struct event){.kind = EVENT_STEP_BEGIN, .step = "build z", .seconds = 41.6}, 0);
    live_view_apply(&v,
        &(struct event){.kind = EVENT_STEP_PHASE, .step = "build z", .message = "make", .path = "/log"}, 1);
    ck_assert_str_eq(v.lines.items[0].log, "/log");
    live_line_tell(&v.lines.items[0], "[12/99] CC deflate.o\x1b[0m");
    live_view_draw(&v, 5, (struct style){.width = 60}, 10, &out);
    ck_assert_str_eq(out.ptr, "  build z: make  [12/99] CC deflate.o?[0m         5 s of 42\n");
    strbuf_clear(&out);
    live_view_draw(&v, 5, narrow, 10, &out); /* there is no room for it */
    ck_assert_str_eq(out.ptr, "  build z: make               5 s of 42\n");
    live_view_apply(
        &v, &(struct event){.kind = EVENT_STEP_PHASE, .step = "build z", .message = "install"}, 9);
    ck_assert_ptr_null(v.lines.items[0].last);
    ck_assert_ptr_null(v.lines.items[0].log);
    live_view_release(&v);
}
END_TEST

static const struct {
    const char *end, *last;
} logs[] = {
    {"one\ntwo\n", "two"},
    {"one\n  \n\n", "one"},
    {"ed line\nwhole\ncut of", "cut of"},
    {"a\n+ cc -c x.c\n", "a"},
    {"10 %\r20 %\r30 %", "30 %"},
    {"+ ninja\n", NULL},
    {"", NULL},
};

START_TEST(the_last_line_of_a_log)
{
    AUTO_FREE char *last = log_last_line(slice_of(logs[_i].end));
    if (logs[_i].last)
        ck_assert_str_eq(last, logs[_i].last);
    else
        ck_assert_ptr_null(last);
}
END_TEST

START_TEST(live_view_fits)
{
    struct live_view v = {0};
    for (int i = 0; i < 30; i++) {
        AUTO_FREE char *label =
            xstrf("build a library with a name that is far too long for it, number %d", i);
        live_view_apply(&v, &(struct event){.kind = EVENT_STEP_BEGIN, .step = label}, 0);
        live_view_apply(&v, &(struct event){.kind = EVENT_FETCH, .step = label, .done = 1, .total = 9}, 0);
    }
    for (size_t rows = 0; rows < 40; rows++) {
        for (unsigned width = 24; width < 140; width += 7) {
            AUTO(strbuf) struct strbuf out = {0};
            size_t drawn = live_view_draw(&v, 100000, (struct style){.width = width}, rows, &out);
            ck_assert_uint_le(drawn, rows);
            size_t lines = 0;
            struct slice rest = slice_of(strbuf_str(&out));
            while (rest.ptr) {
                struct slice line = slice_cut(&rest, '\n');
                lines += line.ptr + line.len < out.ptr + out.len;
                ck_assert_uint_lt(line.len, width);
            }
            ck_assert_uint_eq(out.len ? lines : 0, drawn);
        }
    }
    live_view_release(&v);
}
END_TEST

static const struct rule w_rule = {.id = "w-rule"}, e_rule = {.id = "e-rule"}, o_rule = {.id = "o-rule"};
static struct finding findings[] = {
    {.rule = &w_rule, .severity = SEVERITY_WARNING, .subject = "a.so", .message = "is odd"},
    {.rule = &e_rule,
        .severity = SEVERITY_ERROR,
        .subject = "a.so",
        .message = "needs libfoo.so.1",
        .remedy = "link libfoo statically"},
    {.rule = &o_rule, .severity = SEVERITY_NOTE, .subject = "a.so", .message = "is new"},
};

START_TEST(findings_most_serious_first)
{
    AUTO(strbuf) struct strbuf out = {0};
    report_findings(&out, findings, 3, (struct style){.width = 80});
    ck_assert_str_eq(out.ptr, "error (1)\n  e-rule  a.so: needs libfoo.so.1\n      link libfoo statically\n"
                              "warning (1)\n  w-rule  a.so: is odd\nnote (1)\n  o-rule  a.so: is new\n");
}
END_TEST

static struct wheel_result wheel_of(void)
{
    static struct inside inside[] = {{"libzmq", "4.3.4", "LGPL-3.0", 12}, {"libgcc", "", NULL, 1}};
    static struct smoke_result smoke[] = {{"3.11.2", "/usr/bin/python3.11", SMOKE_PASSED, NULL},
        {"3.12.1", "/x", SMOKE_NOT_RUN, "no libc here"}};
    static const char *needed[] = {"libc.so.6", "libm.so.6"};
    return (struct wheel_result){.extension = "zmq",
        .path = "dist/a.whl",
        .file_name = "a.whl",
        .sha256 = "00ff",
        .size = 1500,
        .tag = "cp311-cp311-manylinux_2_17_x86_64",
        .policy = "manylinux_2_17_x86_64",
        .inside = inside,
        .inside_count = 2,
        .needed = {needed, 2},
        .smoke = smoke,
        .smoke_count = 2};
}

START_TEST(run_in_text)
{
    struct wheel_result wheel = wheel_of();
    static const char *skipped[] = {"3.7.1 (/p): outside requires >=3.8"};
    struct pipeline_result result = {
        .wheels = &wheel, .wheel_count = 1, .skipped = {skipped, 1}, .steps_done = 2, .seconds = 3};
    AUTO(strbuf) struct strbuf out = {0};
    report_run(&out, &result, GOAL_WHEEL, true, (struct style){.width = 300});
    static const char *const wanted[] = {"dist/a.whl\n", "1.5 kB, sha256 00ff",
        "manylinux_2_17_x86_64: needs only libc.so.6, libm.so.6;", "no RPATH",
        "inside  libzmq 4.3.4 (LGPL-3.0)\n          libgcc\n",
        "passed with CPython 3.11.2 (/usr/bin/python3.11)\n",
        "not run with CPython 3.12.1 (/x): no libc here\n", "skipped 3.7.1 (/p): outside requires >=3.8\n",
        "2 steps done, 3.0 s; 1 wheel was not tried\n"};
    for (size_t i = 0; i < COUNT(wanted); i++)
        ck_assert_msg(strstr(out.ptr, wanted[i]), "%s\nin\n%s", wanted[i], out.ptr);

    /* A claim that a finding contradicts is not made. */
    struct finding rpath = {.rule = audit_rule_find("runpath"),
        .severity = SEVERITY_WARNING,
        .subject = "a.so",
        .message = "has an RPATH"};
    wheel.findings = &rpath;
    wheel.finding_count = 1;
    wheel.up_to_date = true;
    result.steps_done = 0;
    strbuf_clear(&out);
    report_run(&out, &result, GOAL_WHEEL, true, (struct style){.width = 300});
    ck_assert_ptr_null(strstr(out.ptr, "no RPATH"));
    ck_assert_ptr_nonnull(strstr(out.ptr, "has an RPATH"));
    ck_assert_ptr_nonnull(strstr(out.ptr, "nothing to do: 1 wheel is up to date; 1 wheel was not tried\n"));
}
END_TEST

/* A claim is dropped when one of its rules finds something: a rule of another name would never drop it. */
/* Of several files the most serious comes first, wherever it stands; within a severity files keep their
 * order. */
START_TEST(audited_findings_most_serious_first)
{
    struct rule rule = {.id = "r"};
    struct finding whole[] = {
        {.rule = &rule, .severity = SEVERITY_WARNING}, {.rule = &rule, .severity = SEVERITY_NOTE}};
    struct finding first[] = {{.rule = &rule, .severity = SEVERITY_NOTE}};
    struct finding second[] = {{.rule = &rule, .severity = SEVERITY_ERROR},
        {.rule = &rule, .severity = SEVERITY_WARNING}, {.rule = &rule, .severity = SEVERITY_OFF}};
    struct audit_report modules[] = {
        {.findings = first, .finding_count = 1}, {.findings = second, .finding_count = 3}};
    struct audited a = {
        .whole = {.findings = whole, .finding_count = 2}, .modules = modules, .module_count = 2};
    const struct finding *const want[] = {
        &second[0], &whole[0], &second[1], &whole[1], &first[0], &second[2]};
    const struct audit_report *const of[] = {&modules[1], NULL, &modules[1], NULL, &modules[0], &modules[1]};
    size_t len;
    AUTO_FREE struct placed_finding *all = audited_findings(&a, &len);
    ck_assert_uint_eq(len, 6);
    for (size_t i = 0; i < len; i++)
        ck_assert_msg(all[i].finding == want[i] && all[i].module == of[i], "%zu", i);
    a.whole.finding_count = 0; /* two modules, nothing of the whole */
    AUTO_FREE struct placed_finding *less = audited_findings(&a, &len);
    ck_assert_uint_eq(len, 4);
    ck_assert_ptr_eq(less[0].finding, &second[0]);
}
END_TEST

static const struct rule first_rule = {.id = "first"}, second_rule = {.id = "second"},
                         mild_rule = {.id = "mild"};

static void count_file(struct audit_sums *sums, struct finding *found, size_t count, bool passes)
{
    struct audited a = {.whole = {.findings = found, .finding_count = count}, .passes = passes};
    audit_sums_count(sums, &a, SEVERITY_NOTE);
}

/* What would mend most files comes first, whatever has more findings; only what stands alone mends. */
START_TEST(sums_are_ordered_by_what_is_gained)
{
    struct audit_sums sums = {0};
    struct finding both[] = {{.rule = &first_rule, .severity = SEVERITY_ERROR},
        {.rule = &first_rule, .severity = SEVERITY_ERROR},
        {.rule = &second_rule, .severity = SEVERITY_ERROR}};
    struct finding one[] = {{.rule = &second_rule, .severity = SEVERITY_ERROR, .remedy = "do it"},
        {.rule = &mild_rule, .severity = SEVERITY_WARNING}};
    struct finding mild[] = {{.rule = &mild_rule, .severity = SEVERITY_WARNING}};
    count_file(&sums, both, 3, false);
    count_file(&sums, one, 2, false);
    count_file(&sums, mild, 1, true);
    AUTO_FREE const struct audit_sum **order = audit_sums_ordered(&sums);
    ck_assert_ptr_eq(order[0]->rule, &second_rule);
    ck_assert_uint_eq(order[0]->alone, 1);
    ck_assert_uint_eq(order[0]->files, 2);
    ck_assert_str_eq(order[0]->remedy, "do it");
    ck_assert_ptr_eq(order[1]->rule, &first_rule);
    ck_assert_uint_eq(order[1]->findings, 2);
    ck_assert_uint_eq(order[1]->alone, 0);
    ck_assert_ptr_eq(order[2]->rule, &mild_rule);
    ck_assert_uint_eq(order[2]->files, 2);
    ck_assert_uint_eq(order[2]->alone, 0);
    ck_assert_ptr_null(order[3]);
    audit_sums_release(&sums);
}
END_TEST

START_TEST(claims_name_rules)
{
    size_t n = 0;
    for (; claim_at(n); n++) {
        struct slice rest = slice_of(claim_at(n)->rules);
        while (rest.ptr) {
            struct slice rule = slice_cut(&rest, ' ');
            AUTO_FREE char *name = xstrndup(rule.ptr, rule.len);
            ck_assert_msg(audit_rule_find(name), "%s", name);
        }
    }
    ck_assert_uint_ge(n, 6);
}
END_TEST

static size_t times(const char *text, const char *words)
{
    size_t n = 0;
    for (; (text = strstr(text, words)); text++)
        n++;
    return n;
}

/* Each has its file and its try; what is proved of all of them is said once. */
START_TEST(wheels_with_one_proof)
{
    static const char *other_needs[] = {"libz.so.1"};
    struct wheel_result wheels[] = {wheel_of(), wheel_of(), wheel_of(), wheel_of()};
    struct pipeline_result result = {.wheels = wheels, .wheel_count = COUNT(wheels), .steps_done = 1};
    AUTO(strbuf) struct strbuf out = {0};
    wheels[3].needed = (struct texts){other_needs, 1};
    report_run(&out, &result, GOAL_WHEEL, true, (struct style){.width = 300});
    ck_assert_uint_eq(times(out.ptr, "sha256 00ff"), 4);
    ck_assert_uint_eq(times(out.ptr, "passed with CPython 3.11.2"), 4);
    ck_assert_uint_eq(times(out.ptr, "needs only libc.so.6, libm.so.6"), 1);
    ck_assert_uint_eq(times(out.ptr, "each of these"), 1);
    ck_assert_uint_eq(times(out.ptr, "each of these 3 wheels\n  proved  "), 1);
    ck_assert_uint_eq(
        times(out.ptr, "sha256 00ff\n  proved  manylinux_2_17_x86_64: needs only libz.so.1"), 1);
}
END_TEST

START_TEST(a_failure_has_no_totals)
{
    struct wheel_result wheel = wheel_of();
    struct pipeline_result result = {
        .wheels = &wheel, .wheel_count = 1, .findings = findings, .finding_count = 3};
    AUTO(strbuf) struct strbuf out = {0};
    report_run(&out, &result, GOAL_WHEEL, false, narrow);
    ck_assert_ptr_nonnull(strstr(out.ptr, "dist/a.whl")); /* with --keep-going, another one may be done */
    ck_assert_ptr_null(strstr(out.ptr, "nothing to do"));
}
END_TEST

START_TEST(run_in_json)
{
    struct wheel_result wheel = wheel_of();
    struct pipeline_result result = {
        .wheels = &wheel, .wheel_count = 1, .findings = findings, .finding_count = 3};
    struct err failure = {.kind = ERR_FINDINGS, .text = xstrdup("refused")}, e = ERR_INIT;
    AUTO(strbuf) struct strbuf out = {0};
    report_run_json(&out, &result, GOAL_WHEEL, &failure);
    err_release(&failure);
    AUTO_JSON struct json *document = json_parse("out", out.ptr, out.len, &e);
    ck_assert_ptr_nonnull(document);
    ck_assert_str_eq(json_get_text(json_get(document, "error"), "kind"), "findings");
    struct json *w = json_at(json_get(document, "wheels"), 0);
    ck_assert_str_eq(json_get_text(w, "sha256"), "00ff");
    ck_assert_int_eq(json_get_int(w, "size", 0), 1500);
    ck_assert_str_eq(json_get_text(json_at(json_get(w, "smoke"), 1), "outcome"), "not-run");
    ck_assert_str_eq(json_text(json_at(json_get(w, "needed"), 1)), "libm.so.6");
    ck_assert_uint_eq(json_len(json_get(document, "findings")), 3);
}
END_TEST

START_TEST(graph_by_indentation)
{
    static const char *curve[] = {"curve"};
    struct recipe recipes[] = {
        {.name = "pyzmq", .version = "27.1.0", .kind = RECIPE_EXTENSION, .file = "zmq.toml"},
        {.name = "libzmq", .version = "4.3.4", .features = {curve, 1}, .file = "libzmq.toml"},
        {.name = "libsodium", .version = "1.0.18", .file = "libsodium.toml"},
    };
    size_t links[] = {1, 2}, sodium[] = {2}, order[] = {2, 1, 0};
    struct host_requirement cmake = {.name = "cmake", .constraint = ">= 3.14"};
    struct node nodes[] = {
        {.recipe = &recipes[0], .asked_for = true, .libraries = {links, 2}},
        {.recipe = &recipes[1], .libraries = {sodium, 1}, .host = &cmake, .host_count = 1},
        {.recipe = &recipes[2], .tools = {NULL, 0}},
    };
    struct graph g = {nodes, 3, order};
    AUTO(strbuf) struct strbuf out = {0};
    report_graph(&out, &g, narrow);
    ck_assert_str_eq(out.ptr,
        "pyzmq 27.1.0\n  libzmq 4.3.4 [curve]\n    libsodium 1.0.18\n    host: cmake >= 3.14\n"
        "  libsodium 1.0.18\n");
    strbuf_clear(&out);
    report_graph_json(&out, &g);
    struct err e = ERR_INIT;
    AUTO_JSON struct json *document = json_parse("out", out.ptr, out.len, &e);
    ck_assert_ptr_nonnull(document);
    ck_assert_str_eq(json_get_text(json_at(json_get(document, "nodes"), 0), "name"), "libsodium");
}
END_TEST

START_TEST(errors_name_places_first)
{
    static const struct {
        enum err_kind kind;
        const char *text, *want;
    } cases[] = {
        {ERR_RECIPE, "recipes/a.toml:12:3: unknown key\nb.toml:1:1: more",
            "recipes/a.toml:12:3: unknown key\nb.toml:1:1: more\n"},
        {ERR_BUILD, "building x: status 2\n\tlog \x1b[31mline\nlog: /l",
            "prog: building x: status 2\n    log ?[31mline\nlog: /l\n"},
        {ERR_USAGE, "one\ntwo", "prog: one\nprog: two\n"},
        {ERR_FETCH, "http://host:80/x: 404", "prog: http://host:80/x: 404\n"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        AUTO(strbuf) struct strbuf out = {0};
        struct err e = {.kind = cases[i].kind, .text = xstrdup(cases[i].text)};
        report_error(&out, "prog", &e, narrow);
        ck_assert_str_eq(out.ptr, cases[i].want);
        err_release(&e);
    }
}
END_TEST

START_TEST(treemaps_fill_their_box)
{
    struct treemap_cell cells[] = {{6, {0, 0, 0, 0}}, {6, {0, 0, 0, 0}}, {4, {0, 0, 0, 0}}, {3, {0, 0, 0, 0}},
        {2, {0, 0, 0, 0}}, {2, {0, 0, 0, 0}}, {1, {0, 0, 0, 0}}};
    enum { CELLS = COUNT(cells) };
    treemap_layout(cells, CELLS, (struct box){10, 20, 6, 4});
    for (size_t i = 0; i < CELLS; i++) { /* areas in proportion, inside, and none over another */
        struct box a = cells[i].box;
        ck_assert_double_eq_tol(a.w * a.h, cells[i].value, 1e-9);
        ck_assert(a.x > 10 - 1e-9 && a.y > 20 - 1e-9 && a.x + a.w < 16 + 1e-9 && a.y + a.h < 24 + 1e-9);
        ck_assert(a.w / a.h < 4 && a.h / a.w < 4);
        for (size_t k = 0; k < i; k++) {
            struct box b = cells[k].box;
            ck_assert(a.x + a.w < b.x + 1e-9 || b.x + b.w < a.x + 1e-9 || a.y + a.h < b.y + 1e-9 ||
                      b.y + b.h < a.y + 1e-9);
        }
    }
    treemap_layout(cells, 0, (struct box){0, 0, 1, 1});
    struct treemap_cell one = {5, {0, 0, 0, 0}};
    treemap_layout(&one, 1, (struct box){0, 0, 3, 2});
    ck_assert_double_eq_tol(one.box.w * one.box.h, 6, 1e-9);
}
END_TEST

/* A kind of step that is new is one of the schema's too. */
START_TEST(the_schema_knows_all_kinds_of_steps)
{
    AUTO(err) struct err e = ERR_INIT;
    AUTO(strbuf) struct strbuf schema = {0};
    ck_assert_int_eq(file_read(&schema, "templates/schema/run.schema.json", 1 << 20, &e), 0);
    const char *kinds = strstr(strbuf_str(&schema), "\"enum\": [\"fetch\"");
    ck_assert_ptr_nonnull(kinds);
    AUTO_FREE char *all = xstrndup(kinds, strcspn(kinds, "]"));
    for (int i = 0; i < STEP_KINDS_COUNT; i++) {
        AUTO_FREE char *word = xstrf("\"%s\"", step_kind_name((enum step_kind)i));
        ck_assert_msg(strstr(all, word), "%s", word);
    }
}
END_TEST

Suite *ui_suite(void);
Suite *ui_suite(void)
{
    Suite *s = suite_create("ui");
    TCase *t = tcase_create("layout");
    tcase_add_test(t, safe_text);
    tcase_add_test(t, treemaps_fill_their_box);
    tcase_add_test(t, wrapping);
    tcase_add_test(t, sizes_and_times);
    suite_add_tcase(s, t);
    t = tcase_create("progress");
    tcase_add_test(t, plain_lines);
    tcase_add_test(t, json_lines);
    tcase_add_test(t, live_view_shows_what_runs);
    tcase_add_test(t, live_view_fits);
    tcase_add_test(t, live_view_tells_what_goes_on);
    tcase_add_loop_test(t, the_last_line_of_a_log, 0, COUNT(logs));
    suite_add_tcase(s, t);
    t = tcase_create("report");
    tcase_add_test(t, findings_most_serious_first);
    tcase_add_test(t, run_in_text);
    tcase_add_test(t, audited_findings_most_serious_first);
    tcase_add_test(t, sums_are_ordered_by_what_is_gained);
    tcase_add_test(t, claims_name_rules);
    tcase_add_test(t, wheels_with_one_proof);
    tcase_add_test(t, a_failure_has_no_totals);
    tcase_add_test(t, run_in_json);
    tcase_add_test(t, graph_by_indentation);
    tcase_add_test(t, errors_name_places_first);
    tcase_add_test(t, the_schema_knows_all_kinds_of_steps);
    suite_add_tcase(s, t);
    return s;
}
