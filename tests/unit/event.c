#include <check.h>
#include <string.h>

#include "event/event.h"

struct recorder {
    struct sink sink;
    enum event_kind kind;
    char message[64];
    int count;
};

static void record(struct sink *sink, const struct event *event)
{
    struct recorder *r = (struct recorder *)sink;
    r->kind = event->kind;
    r->count++;
    if (event->message)
        strncpy(r->message, event->message, sizeof r->message - 1);
}

START_TEST(words_are_formatted_for_whoever_listens)
{
    struct recorder r = {.sink.emit = record};
    event_warning(&r.sink, "%d of %s", 3, "seven");
    ck_assert_int_eq(r.kind, EVENT_WARNING);
    ck_assert_str_eq(r.message, "3 of seven");
    event_note(&r.sink, "a note");
    ck_assert_int_eq(r.kind, EVENT_NOTE);
    event_detail(&r.sink, "a detail");
    ck_assert_int_eq(r.kind, EVENT_DETAIL);
    ck_assert_int_eq(r.count, 3);
}
END_TEST

START_TEST(nobody_has_to_listen)
{
    event_note(NULL, "%s", "unheard");
    event_emit(NULL, &(struct event){.kind = EVENT_RUN_END});
}
END_TEST

START_TEST(every_kind_has_its_own_name)
{
    for (int a = EVENT_RUN_BEGIN; a <= EVENT_RUN_END; a++) {
        ck_assert_ptr_nonnull(event_kind_name(a));
        for (int b = EVENT_RUN_BEGIN; b < a; b++)
            ck_assert_str_ne(event_kind_name(a), event_kind_name(b));
    }
}
END_TEST

Suite *event_suite(void)
{
    Suite *s = suite_create("event");
    TCase *t = tcase_create("event");
    tcase_add_test(t, words_are_formatted_for_whoever_listens);
    tcase_add_test(t, nobody_has_to_listen);
    tcase_add_test(t, every_kind_has_its_own_name);
    suite_add_tcase(s, t);
    return s;
}
