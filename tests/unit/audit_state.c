#include "audit/state.h"

#include <check.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/str.h"
#include "inspect/library.h"
#include "sys/fs.h"

/* Every row is of a library that is recognised and known to keep something, and stands in the documentation.
 */
START_TEST(states_are_of_known_libraries)
{
    AUTO(strbuf) struct strbuf page = {0};
    AUTO(err) struct err e = ERR_INIT;
    ck_assert_msg(file_read(&page, "docs/audit.md", 1 << 20, &e) == 0, "%s", e.text);
    const struct library_state *s;
    unsigned count = 0;
    for (; (s = library_state_at(count)); count++) {
        const struct library *known = library_find(s->library);
        ck_assert_msg(known && known->stateful, "%s", s->library);
        ck_assert_msg(str_starts(s->report, "https://"), "%s", s->report);
        ck_assert_msg(
            strstr(page.ptr, s->keeps) && strstr(page.ptr, s->report), "docs/audit.md lacks %s", s->library);
    }
    ck_assert_uint_ge(count, 10);
    ck_assert_ptr_null(library_state_find("zlib"));
    ck_assert_str_eq(library_state_find("openssl")->library, "openssl");
}
END_TEST

Suite *audit_state_suite(void)
{
    Suite *s = suite_create("audit_state");
    TCase *t = tcase_create("audit_state");
    tcase_add_test(t, states_are_of_known_libraries);
    suite_add_tcase(s, t);
    return s;
}
