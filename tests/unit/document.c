#include "document/document.h"

#include <check.h>
#include <string.h>

#include "base/cleanup.h"
#include "ui/document/draw.h"

static const char page[] = "# A page\n"
                           "\n"
                           "Words of **one** paragraph, with `code *as it is*` and a\n"
                           "[link](other.md#part), \\*no mark\\*.\n"
                           "- an item\n"
                           "  that goes on\n"
                           "- [x](https://example.org/)\n"
                           "1. first\n"
                           "\n"
                           "```sh file=run.sh\n"
                           "# no heading\n"
                           "\n"
                           "a | b\n"
                           "```\n"
                           "\n"
                           "    indented\n"
                           "\n"
                           "## Part `two`\n"
                           "| what | how many |\n"
                           "|---|--:|\n"
                           "| one \\| other | 1 |\n"
                           "| `x` | 23 |\n"
                           "### Below\n"
                           "text\n"
                           "## Last\n"
                           "end\n";

static const char *const kinds[] = {"heading", "paragraph", "item", "code", "table"};

static void add_block(struct strbuf *out, const struct block *b)
{
    strbuf_addf(out, "%s %u %.*s <%.*s>", kinds[b->kind], b->level, (int)b->marker.len,
        b->marker.ptr ? b->marker.ptr : "", (int)b->text.len, b->text.ptr);
    if (b->file.len)
        strbuf_addf(out, " of %.*s", (int)b->file.len, b->file.ptr);
    strbuf_addc(out, '\n');
}

START_TEST(a_page_is_cut_into_blocks)
{
    AUTO(strbuf) struct strbuf out = {0};
    struct slice rest = slice_of(page);
    struct block b;
    while (document_next(&rest, &b))
        add_block(&out, &b);
    ck_assert_str_eq(out.ptr, "heading 1  <A page>\n"
                              "paragraph 0  <Words of **one** paragraph, with `code *as it is*` and a\n"
                              "[link](other.md#part), \\*no mark\\*.>\n"
                              "item 0 - <an item\n"
                              "  that goes on>\n"
                              "item 0 - <[x](https://example.org/)>\n"
                              "item 0 1. <first>\n"
                              "code 0  <# no heading\n"
                              "\n"
                              "a | b> of run.sh\n"
                              "code 0  <    indented>\n"
                              "heading 2  <Part `two`>\n"
                              "table 0  <| what | how many |\n"
                              "|---|--:|\n"
                              "| one \\| other | 1 |\n"
                              "| `x` | 23 |>\n"
                              "heading 3  <Below>\n"
                              "paragraph 0  <text>\n"
                              "heading 2  <Last>\n"
                              "paragraph 0  <end>\n");
}
END_TEST

START_TEST(what_is_not_closed_ends_with_the_page)
{
    static const char *const pages[] = {
        "```", "```sh\ncode", "|", "# ", "- ", "    ", "#", "[a](", "`", "**", "\\", "1."};
    for (size_t i = 0; i < COUNT(pages); i++) {
        AUTO(strbuf) struct strbuf out = {0}, plain = {0};
        struct slice rest = slice_of(pages[i]);
        struct block b;
        for (unsigned n = 0; document_next(&rest, &b); n++) {
            ck_assert_uint_lt(n, 3);
            document_add_plain(&plain, b.text);
        }
        document_draw(&out, slice_of(pages[i]), (struct style){.width = 80});
        document_roff(&out, slice_of(pages[i]), "p", "1", "t");
    }
}
END_TEST

static const struct {
    const char *text, *plain;
} texts[] = {
    {"a `b*c*` d", "a b*c* d"},
    {"**bold** and *less*", "bold and less"},
    {"[the **page**](x.md), see", "the page, see"},
    {"2 * 3 * 4", "2 * 3 * 4"},
    {"\\`no code\\`", "`no code`"},
    {"two\n  lines", "two lines"},
    {"`` a ` b ``", " a ` b "},
    {"open [bracket] (and) `", "open [bracket] (and) `"},
};

START_TEST(marks_are_no_words)
{
    AUTO(strbuf) struct strbuf plain = {0};
    document_add_plain(&plain, slice_of(texts[_i].text));
    ck_assert_str_eq(strbuf_str(&plain), texts[_i].plain);
}
END_TEST

START_TEST(a_section_ends_with_the_next_of_its_level)
{
    struct slice part = document_section(slice_of(page), "part TWO"),
                 none = document_section(slice_of(page), "part");
    ck_assert_int_eq(part.len, (int)(strstr(page, "## Last") - strstr(page, "## Part")));
    ck_assert(part.ptr == strstr(page, "## Part"));
    ck_assert_ptr_null(none.ptr);
    ck_assert_ptr_null(document_section(slice_of(page), "no heading").ptr);
    ck_assert_str_eq(document_section(slice_of(page), "last").ptr, "## Last\nend\n");
}
END_TEST

START_TEST(a_page_on_a_terminal)
{
    AUTO(strbuf) struct strbuf out = {0};
    document_draw(&out, slice_of(page), (struct style){.width = 44});
    ck_assert_str_eq(out.ptr, "A page\n"
                              "======\n"
                              "\n"
                              "Words of one paragraph, with `code *as it\n"
                              "is*` and a link (page other), *no mark*.\n"
                              "\n"
                              "- an item that goes on\n"
                              "- x <https://example.org/>\n"
                              "1. first\n"
                              "\n"
                              "  run.sh:\n"
                              "    # no heading\n"
                              "\n"
                              "    a | b\n"
                              "\n"
                              "    indented\n"
                              "\n"
                              "Part `two`\n"
                              "----------\n"
                              "\n"
                              "  what         how many\n"
                              "  one | other  1\n"
                              "  `x`          23\n"
                              "\n"
                              "Below\n"
                              "\n"
                              "text\n"
                              "\n"
                              "Last\n"
                              "----\n"
                              "\n"
                              "end\n");
}
END_TEST

START_TEST(a_wide_table_becomes_rows)
{
    AUTO(strbuf) struct strbuf out = {0};
    document_draw(&out,
        slice_of("| name | what it is | since |\n|---|---|---|\n| first | something that takes more than a "
                 "line | 1.0 |\n"
                 "| second | short | |\n"),
        (struct style){.width = 40});
    ck_assert_str_eq(out.ptr, "  first\n"
                              "      what it is: something that takes\n"
                              "      more than a line\n"
                              "      since: 1.0\n"
                              "\n"
                              "  second\n"
                              "      what it is: short\n");
}
END_TEST

START_TEST(a_page_as_a_manual_page)
{
    AUTO(strbuf) struct strbuf out = {0};
    document_roff(&out,
        slice_of("# All of it\n.dot and -- `--option` of \xe2\x80\xa6 [there](x.md)\n\n"
                 "- one\n\n```\n.code \\n\n```\n\n## More\n| a | b |\n|---|---|\n| `k` | v |\n"),
        "prog", "1.2", "topic");
    ck_assert_str_eq(out.ptr,
        ".TH PROG\\-TOPIC 7 \"\" \"prog 1.2\" \"Documents\"\n"
        ".SH NAME\n"
        "prog\\-topic \\- All of it\n"
        ".SH DESCRIPTION\n"
        ".PP\n"
        "\\&.dot and \\-\\- \\fB\\-\\-option\\fR of \\[u2026] there (\\fBprog\\-x\\fR(7))\n"
        ".IP \"\\(bu\" 4\n"
        "one\n"
        ".PP\n"
        ".in +4n\n"
        ".nf\n"
        "\\&.code \\en\n"
        ".fi\n"
        ".in\n"
        ".SH More\n"
        ".TP\n"
        "\\fBk\\fR\n"
        "v\n");
}
END_TEST

Suite *document_suite(void)
{
    Suite *s = suite_create("document");
    TCase *t = tcase_create("document");
    tcase_add_test(t, a_page_is_cut_into_blocks);
    tcase_add_test(t, what_is_not_closed_ends_with_the_page);
    tcase_add_loop_test(t, marks_are_no_words, 0, COUNT(texts));
    tcase_add_test(t, a_section_ends_with_the_next_of_its_level);
    tcase_add_test(t, a_page_on_a_terminal);
    tcase_add_test(t, a_wide_table_becomes_rows);
    tcase_add_test(t, a_page_as_a_manual_page);
    suite_add_tcase(s, t);
    return s;
}
