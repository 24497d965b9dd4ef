/* Objects with other symbols, archives written anew: held against the linker and what it then makes. */
#include "elf/edit.h"

#include "base/err.h"
#include "compile.h"
#include "elf/ar.h"

static const char library[] = "__attribute__((visibility(\"hidden\"))) int counted_so_far = 40;\n"
                              "__attribute__((weak)) int kept_by_each;\n"
                              "int count_one(void) { return ++counted_so_far + kept_by_each; }\n";
static const char program[] =
    "extern int count_one_of_ours(void), counted_of_ours; int kept_by_each = 1;\n"
    "int main(void) { return count_one_of_ours() == 42 && counted_of_ours == 41 ? 0 : 1; }\n";

static void rename_ours(
    void *arg, const struct elf_object *o, const struct elf_symbol *s, struct elf_symbol_edit *edit)
{
    (void)arg;
    if (strcmp(s->name, "count_one") == 0)
        edit->name = "count_one_of_ours";
    else if (strcmp(s->name, "counted_so_far") == 0)
        *edit = (struct elf_symbol_edit){.name = "counted_of_ours", .visible = true};
    else
        edit->undefined = elf_symbol_is_variable(o, s);
}

static void write_out(const struct built *b, const char *name, const struct strbuf *bytes)
{
    char path[64];
    snprintf(path, sizeof path, "%s/%s", b->dir, name);
    FILE *f = fopen(path, "we");
    ck_assert_ptr_nonnull(f);
    ck_assert_uint_eq(fwrite(bytes->ptr, 1, bytes->len, f), bytes->len);
    fclose(f);
}

START_TEST(symbols_are_renamed_shown_and_taken_from_elsewhere)
{
    static const char *const flags[] = {
        "-c -O2 -fPIC", "-c -O2 -fPIC -ffunction-sections -fdata-sections -g"};
    AUTO(err) struct err e = ERR_INIT;
    AUTO(strbuf) struct strbuf edited = {0};
    AUTO(strbuf) struct strbuf archive = {0};
    struct built b = {0};
    build(&b, library, flags[_i]);
    struct elf_object o;
    ck_assert_int_eq(elf_object_open(&o, b.bytes, b.size, &e), 0);
    ck_assert(elf_object_edit(&edited, &o, rename_ours, NULL));
    const struct ar_new_member members[] = {
        {slice_of("a_name_of_many_letters.o"), {edited.ptr, edited.len}},
        {slice_of("odd.txt"), slice_of("odd")},
        {slice_of("another_long_name.o"), slice_of("")},
    };
    ck_assert_int_eq(ar_write(&archive, members, 3, &e), 0);
    write_out(&b, "out.a", &archive);
    build(&b, program, "@/out.a");
    char path[64];
    snprintf(path, sizeof path, "%s/out", b.dir);
    run_argv((char *[]){path, NULL});
    built_release(&b);
}
END_TEST

static void change_nothing(
    void *arg, const struct elf_object *o, const struct elf_symbol *s, struct elf_symbol_edit *edit)
{
    (void)o, (void)s;
    ++*(int *)arg;
    edit->weak = true; /* none of them is unique */
}

START_TEST(an_object_without_changes_is_not_copied)
{
    AUTO(err) struct err e = ERR_INIT;
    AUTO(strbuf) struct strbuf edited = {0};
    struct built b = {0};
    struct elf_object o;
    int asked = 0;
    build(&b, library, "-c -O2 -fPIC");
    ck_assert_int_eq(elf_object_open(&o, b.bytes, b.size, &e), 0);
    ck_assert(!elf_object_edit(&edited, &o, change_nothing, &asked));
    ck_assert_int_ge(asked, 3);
    ck_assert_uint_eq(edited.len, 0);
    built_release(&b);
}
END_TEST

static const char unique[] = "__asm__(\".globl once\\n.type once, %gnu_unique_object\\n\"\n"
                             "\".size once, 4\\n.data\\nonce: .long 7\\n\");\n";

START_TEST(what_is_one_in_the_process_becomes_weak)
{
    AUTO(err) struct err e = ERR_INIT;
    AUTO(strbuf) struct strbuf edited = {0};
    struct built b = {0};
    struct elf_object o;
    struct elf_symbol s;
    int asked = 0, found = 0;
    build(&b, unique, "-c");
    ck_assert_int_eq(elf_object_open(&o, b.bytes, b.size, &e), 0);
    ck_assert(elf_object_edit(&edited, &o, change_nothing, &asked));
    ck_assert_int_eq(elf_object_open(&o, edited.ptr, edited.len, &e), 0);
    for (size_t i = 1; i < o.symbol_count; i++)
        if (elf_object_symbol_at(&o, i, &s) && strcmp(s.name, "once") == 0) {
            found++;
            ck_assert_int_eq(s.bind, STB_WEAK);
            ck_assert_int_eq(s.type, STT_OBJECT);
        }
    ck_assert_int_eq(found, 1);
    built_release(&b);
}
END_TEST

START_TEST(a_written_archive_is_read_again)
{
    AUTO(err) struct err e = ERR_INIT;
    AUTO(strbuf) struct strbuf archive = {0};
    const struct ar_new_member members[] = {
        {slice_of("fifteen_chars.o"), slice_of("one")},
        {slice_of("sixteen_letters.o"), slice_of("four")},
    };
    struct ar_walk walk;
    struct ar_member m;
    ck_assert_int_eq(ar_write(&archive, members, 2, &e), 0);
    ck_assert_int_eq(ar_open(&walk, archive.ptr, archive.len, &e), 0);
    for (size_t i = 0; i < 2; i++) {
        ck_assert_int_eq(ar_next(&walk, &m, &e), 1);
        ck_assert(slice_eq(m.name, members[i].name));
        ck_assert(slice_eq((struct slice){(const char *)m.data.ptr, m.data.len}, members[i].data));
    }
    ck_assert_int_eq(ar_next(&walk, &m, &e), 0);
}
END_TEST

Suite *edit_suite(void)
{
    Suite *s = suite_create("edit");
    TCase *t = tcase_create("edit");
    tcase_add_loop_test(t, symbols_are_renamed_shown_and_taken_from_elsewhere, 0, 2);
    tcase_add_test(t, an_object_without_changes_is_not_copied);
    tcase_add_test(t, what_is_one_in_the_process_becomes_weak);
    tcase_add_test(t, a_written_archive_is_read_again);
    suite_add_tcase(s, t);
    return s;
}
