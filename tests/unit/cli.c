/* The command line against small tables of its own, and the texts made from the tables. */
#include <check.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/vec.h"
#include "cli/commands.h"
#include "cli/flags.h"
#include "cli/help.h"

static int nothing(struct invocation *inv, struct err *e)
{
    (void)inv;
    (void)e;
    return 0;
}

static const struct exit_status statuses[] = {{0, "done", {ERR_NONE}}, {2, "wrong - line", {ERR_USAGE}}};
static const struct flag *const run_options[] = {&option_output, &option_jobs, &option_keep_going,
    &option_offline, &option_mirror, &option_format, &option_progress, &option_verbose, &option_quiet,
    OPTION(.name = "setting", .letter = 'C', .kind = FLAG_LIST, .value = "KEY=VALUE",
        .help = "a setting; often", .at = AT(settings)),
    NULL};
static const struct flag *const list_options[] = {&option_format, NULL};
static const struct flag *const new_options[] = {&option_offline,
    OPTION(.name = "template", .letter = 't', .kind = FLAG_TEXT, .value = "NAME",
        .completes = COMPLETE_TEMPLATES, .help = "the skeleton", .at = AT(template_name)),
    NULL};
static const struct subcommand run = {.name = "run",
    .summary = "run it",
    .arguments = "RECIPE...",
    .least = 1,
    .most = ANY_NUMBER,
    .completes = COMPLETE_RECIPES,
    .about = ".first line\n\nsecond 'one'",
    .options = run_options,
    .run = nothing};
static const struct subcommand list = {.name = "list",
    .summary = "list them",
    .arguments = "",
    .about = "a",
    .options = list_options,
    .run = nothing};
static const struct subcommand new = {.name = "new",
    .summary = "it's new",
    .arguments = "NAME",
    .least = 1,
    .most = 1,
    .about = "b",
    .options = new_options,
    .run = nothing,
    .examples = {{"new a-b", "makes one"}}};
static const struct subcommand *const subcommands[] = {&run, &list, &new};
static const struct program program = {
    "staticbuild", "1.2.3", "does things", "mind", subcommands, 3, statuses, 2, "of something\n"};

/* Splits at '|', so that a table can hold whole command lines. */
static int parse(struct invocation *inv, const char *line, struct err *e, struct strvec *words)
{
    strvec_push(words, "staticbuild");
    struct slice rest = slice_of(line);
    while (*line && rest.ptr) {
        struct slice word = slice_cut(&rest, '|');
        strvec_pushn(words, word.ptr, word.len);
    }
    return invocation_parse(inv, &program, (int)words->len, words->items, e);
}

START_TEST(wrong_lines)
{
    static const struct {
        const char *line;
        const char *says; /* one of the lines of the error */
    } cases[] = {
        {"", "no recipe and no command is given"},
        {"x|--offlin", "unknown option --offlin (did you mean --offline?)"},
        {"x|--zzzzzzzz", "unknown option --zzzzzzzz"},
        {"x|-Z", "unknown option -Z"},
        {"x|-kZ", "unknown option -Z"},
        {"x|--jobs", "option --jobs needs a value: --jobs N"},
        {"x|--jobs=", "option --jobs needs a value: --jobs N"},
        {"x|-j", "option -j needs a value: -j N"},
        {"x|-jx", "-j x: not a number from 1 to 4096"},
        {"x|--jobs|4097", "--jobs 4097: not a number from 1 to 4096"},
        {"x|--progress|dots", "--progress dots: not one of auto, tty, plain, json"},
        {"x|--quiet=1", "option --quiet takes no value"},
        {"x|-v|-q", "--verbose and --quiet exclude each other"},
        {"list|x", "`list` takes no arguments; \"x\" is too much"},
        {"new", "`new` needs NAME"},
        {"new|a|b", "`new` takes only NAME; \"b\" is too much"},
        {"list|--offline", "option --offline is not one of `list`; it goes with: run new"},
        {"--offline|list", "option --offline is not one of `list`; it goes with: run new"},
        {"x|--", NULL},
        {"--|list", NULL},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct err e = ERR_INIT;
        struct invocation inv;
        AUTO(strvec) struct strvec words = {0};
        int status = parse(&inv, cases[i].line, &e, &words);
        if (!cases[i].says) {
            ck_assert_msg(status == 0, "%s: %s", cases[i].line, e.text);
        } else {
            ck_assert_msg(status < 0 && e.kind == ERR_USAGE, "%s", cases[i].line);
            ck_assert_msg(strstr(e.text, cases[i].says), "%s: %s", cases[i].line, e.text);
        }
        err_release(&e);
        invocation_release(&inv);
    }
}
END_TEST

START_TEST(all_mistakes_are_told)
{
    struct err e = ERR_INIT;
    struct invocation inv;
    AUTO(strvec) struct strvec words = {0};
    ck_assert_int_lt(parse(&inv, "--one|--two|-j0|--three", &e, &words), 0);
    static const char *const wanted[] = {
        "--one", "--two", "-j 0", "--three", "no recipe", "staticbuild help"};
    for (size_t i = 0; i < COUNT(wanted); i++)
        ck_assert_ptr_nonnull(strstr(e.text, wanted[i]));
    err_release(&e);
    invocation_release(&inv);
}
END_TEST

START_TEST(values_arrive)
{
    struct err e = ERR_INIT;
    struct invocation inv;
    AUTO(strvec) struct strvec words = {0};
    ck_assert_int_eq(
        parse(&inv, "-kj7|a.toml|--output=|-o|out dir|--mirror=--odd|b|--format|json|--progress=plain|--|-q",
            &e, &words),
        -1);
    ck_assert_ptr_nonnull(strstr(e.text, "option --output needs a value"));
    err_release(&e);
    invocation_release(&inv);
    strvec_clear(&words);
    ck_assert_int_eq(
        parse(
            &inv, "-kj7|a.toml|-o|out dir|--mirror=--odd|b|--format|json|--progress=plain|--|-q", &e, &words),
        0);
    ck_assert_str_eq(inv.subcommand->name, "run");
    ck_assert(inv.keep_going && !inv.named && !inv.quiet && !inv.offline);
    ck_assert_uint_eq(inv.jobs, 7);
    ck_assert_str_eq(inv.output, "out dir");
    ck_assert_str_eq(inv.mirror, "--odd");
    ck_assert_int_eq(inv.format, FORMAT_JSON);
    ck_assert_int_eq(inv.progress, PROGRESS_PLAIN);
    ck_assert_uint_eq(inv.arguments.len, 3);
    ck_assert_str_eq(inv.arguments.items[2], "-q");
    invocation_release(&inv);
}
END_TEST

START_TEST(a_command_is_the_first_word)
{
    struct err e = ERR_INIT;
    struct invocation inv;
    AUTO(strvec) struct strvec words = {0};
    ck_assert_int_eq(parse(&inv, "-v|run|list", &e, &words), 0);
    ck_assert(inv.named);
    ck_assert_str_eq(inv.subcommand->name, "run");
    ck_assert_uint_eq(inv.arguments.len, 1);
    ck_assert_str_eq(inv.arguments.items[0], "list");
    invocation_release(&inv);
    strvec_clear(&words);
    ck_assert_int_eq(parse(&inv, "new|--help", &e, &words), 0); /* arguments are not insisted on */
    ck_assert(inv.help);
    invocation_release(&inv);
}
END_TEST

START_TEST(near_names)
{
    ck_assert_str_eq(subcommand_like(&program, "lsit")->name, "list");
    ck_assert_str_eq(subcommand_like(&program, "nw")->name, "new");
    ck_assert_ptr_null(subcommand_like(&program, "zmq"));
    ck_assert_ptr_null(subcommand_find(&program, "RUN"));
}
END_TEST

/* A name and a letter mean one kind in every command: values are cut off before the command is known. */
START_TEST(options_are_sound)
{
    static const struct subcommand *const all[] = {
#define COMMAND(name) &subcommand_##name,
#include "cli/commands.def"
#undef COMMAND
    };
    VEC(const struct flag *) seen = {0};
    for (size_t i = 0; i < COUNT(all); i++) {
        const struct flag *f;
        for (size_t n = 0; (f = flag_at(all[i], n)); n++) {
            ck_assert_msg((f->kind == FLAG_YES) == (f->value == NULL), "%s", f->name);
            ck_assert_msg((f->kind == FLAG_WORD) == (f->words != NULL), "%s", f->name);
            ck_assert_msg(f->at < sizeof(struct invocation), "%s", f->name);
            for (size_t k = 0; k < n; k++)
                ck_assert_msg(
                    strcmp(f->name, flag_at(all[i], k)->name) != 0, "%s of %s", f->name, all[i]->name);
            vec_push(&seen, f);
        }
    }
    vec_each (&seen, one)
        vec_each (&seen, other) {
            const struct flag *f = *one, *g = *other;
            if (strcmp(f->name, g->name) == 0)
                ck_assert_msg(f->kind == g->kind && f->letter == g->letter, "%s", f->name);
            else
                ck_assert_msg(!f->letter || f->letter != g->letter, "-%c", f->letter);
        }
    vec_release(&seen);
}
END_TEST

START_TEST(manual_escapes)
{
    AUTO(strbuf) struct strbuf out = {0};
    help_manual(&out, &program);
    ck_assert_ptr_nonnull(strstr(out.ptr, "\n\\&.first line\n.PP\nsecond \\(aqone\\(aq\n"));
    ck_assert_ptr_nonnull(strstr(out.ptr, "wrong \\- line"));
    ck_assert_ptr_nonnull(strstr(out.ptr, "new a\\-b"));
    ck_assert_ptr_null(strstr(out.ptr, "internal"));
}
END_TEST

START_TEST(help_hides_and_tells)
{
    AUTO(strbuf) struct strbuf out = {0};
    help_program(&out, &program, (struct style){.width = 80});
    ck_assert_ptr_null(strstr(out.ptr, "internal"));
    ck_assert_ptr_nonnull(strstr(out.ptr, "it's new"));
    strbuf_clear(&out);
    help_command(&out, &program, subcommands[1], (struct style){.width = 80});
    ck_assert_ptr_nonnull(strstr(out.ptr, "--format FORMAT"));
    ck_assert_ptr_null(strstr(out.ptr, "--offline"));
    ck_assert_ptr_null(strstr(out.ptr, "\x1b"));
}
END_TEST

START_TEST(completions_quote)
{
    static const char *const shells[] = {"bash", "zsh", "fish"};
    for (size_t i = 0; i < 3; i++) {
        AUTO(strbuf) struct strbuf out = {0};
        struct err e = ERR_INIT;
        ck_assert_int_eq(help_completion(&out, &program, shells[i], &e), 0);
        ck_assert_ptr_nonnull(strstr(out.ptr, "offline"));
        ck_assert_ptr_null(strstr(out.ptr, "internal"));
        ck_assert_ptr_null(strstr(out.ptr, "it's new")); /* the quote would end the text */
    }
}
END_TEST

Suite *cli_suite(void);
Suite *cli_suite(void)
{
    Suite *s = suite_create("cli");
    TCase *t = tcase_create("parse");
    tcase_add_test(t, wrong_lines);
    tcase_add_test(t, all_mistakes_are_told);
    tcase_add_test(t, values_arrive);
    tcase_add_test(t, a_command_is_the_first_word);
    tcase_add_test(t, near_names);
    tcase_add_test(t, options_are_sound);
    suite_add_tcase(s, t);
    t = tcase_create("texts");
    tcase_add_test(t, manual_escapes);
    tcase_add_test(t, help_hides_and_tells);
    tcase_add_test(t, completions_quote);
    suite_add_tcase(s, t);
    return s;
}
