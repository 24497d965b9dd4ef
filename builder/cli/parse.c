/* The command line. First everything is cut into flags and arguments, then the first argument says which
 * command it is, then each flag is held against that command: so flags may stand anywhere. */
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/vec.h"
#include "cli/flags.h"

enum { NUMBER_MAX = 1 << 20, JOBS_MAX = 4096 };

/* A flag as it was given. */
struct given {
    struct flag_spelling spelling; /* of a long flag without dashes */
    const char *value;             /* NULL: none */
    bool attached;                 /* --name=value */
};

struct reading {
    VEC(struct given) given;
    struct invocation *inv;
    struct err *e;
};

static int spelt(const struct flag_spelling *s, char out[64])
{
    if (s->letter)
        return snprintf(out, 64, "-%c", s->letter);
    return snprintf(out, 64, "--%.*s", (int)(s->name_len < 60 ? s->name_len : 60), s->name);
}

/* The kind is the same in every command that knows the name, so the command need not be known yet. */
static bool takes_value(const struct reading *r, const struct given *g)
{
    const struct flag *flag = flag_of_any(r->inv->program, &g->spelling);
    return flag && flag->kind != FLAG_YES;
}

/* The value in the next argument; one that looks like a flag was more likely forgotten. */
static const char *next_value(int argc, char **argv, int *i)
{
    if (*i + 1 >= argc || (argv[*i + 1][0] == '-' && argv[*i + 1][1]))
        return NULL;
    return argv[++*i];
}

static void read_long(struct reading *r, int argc, char **argv, int *i)
{
    const char *text = argv[*i] + 2;
    const char *equals = strchr(text, '=');
    struct given g = {.spelling = {text, equals ? (size_t)(equals - text) : strlen(text), 0}};
    if (equals) {
        g.value = equals + 1;
        g.attached = true;
    } else if (takes_value(r, &g)) {
        g.value = next_value(argc, argv, i);
    }
    vec_push(&r->given, g);
}

static void read_short(struct reading *r, int argc, char **argv, int *i)
{
    for (const char *c = argv[*i] + 1; *c; c++) {
        struct given g = {.spelling.letter = *c};
        bool ends = takes_value(r, &g);
        if (ends)
            g.value = c[1] ? c + 1 : next_value(argc, argv, i);
        vec_push(&r->given, g);
        if (ends || !flag_of_any(r->inv->program, &g.spelling))
            return;
    }
}

static void cut(struct reading *r, int argc, char **argv)
{
    struct invocation *inv = r->inv;
    bool literal = false;
    for (int i = 1; i < argc; i++) {
        const char *arg = argv[i];
        if (!literal && strcmp(arg, "--") == 0) {
            literal = true;
        } else if (!literal && arg[0] == '-' && arg[1] == '-') {
            read_long(r, argc, argv, &i);
        } else if (!literal && arg[0] == '-' && arg[1]) {
            read_short(r, argc, argv, &i);
        } else if (!literal && !inv->named && !inv->arguments.len && subcommand_find(inv->program, arg)) {
            inv->subcommand = subcommand_find(inv->program, arg);
            inv->named = true;
        } else {
            strvec_push(&inv->arguments, arg);
        }
    }
}

static void unknown_flag(struct reading *r, const struct given *g)
{
    char shown[64];
    spelt(&g->spelling, shown);
    const char *near = NULL;
    const struct flag *flag;
    size_t best = 3;
    for (size_t i = 0; !g->spelling.letter && (flag = flag_at(r->inv->subcommand, i)); i++) {
        size_t distance = str_distance(flag->name, shown + 2, 2);
        if (distance < best) {
            best = distance;
            near = flag->name;
        }
    }
    if (near)
        err_add(r->e, ERR_USAGE, "unknown option %s (did you mean --%s?)", shown, near);
    else
        err_add(r->e, ERR_USAGE, "unknown option %s", shown);
}

static void misplaced_flag(struct reading *r, const struct given *g)
{
    char shown[64];
    AUTO(strbuf) struct strbuf commands = {0};
    const struct program *program = r->inv->program;
    spelt(&g->spelling, shown);
    for (size_t i = 0; i < program->subcommand_count; i++)
        if (flag_of(program->subcommands[i], &g->spelling))
            strbuf_addf(&commands, "%s%s", commands.len ? " " : "", program->subcommands[i]->name);
    err_add(r->e, ERR_USAGE, "option %s is not one of `%s`; it goes with: %s", shown,
        r->inv->subcommand->name, strbuf_str(&commands));
}

static void take_number(struct reading *r, const struct flag *flag, const char *shown, const char *value)
{
    char *end;
    unsigned long n = strtoul(value, &end, 10);
    unsigned long most = strcmp(flag->name, "jobs") == 0 ? JOBS_MAX : NUMBER_MAX;
    if (*value < '0' || *value > '9' || *end || n < 1 || n > most)
        err_add(r->e, ERR_USAGE, "%s %s: not a number from 1 to %lu", shown, value, most);
    else
        *(unsigned *)((char *)r->inv + flag->at) = (unsigned)n;
}

static void take_word(struct reading *r, const struct flag *flag, const char *shown, const char *value)
{
    size_t place;
    if (!word_place(flag->words, value, &place)) {
        AUTO(strbuf) struct strbuf choice = {0};
        struct slice rest = slice_of(flag->words);
        while (rest.ptr) {
            struct slice word = slice_cut(&rest, ' ');
            strbuf_addf(&choice, "%s%.*s", choice.len ? ", " : "", (int)word.len, word.ptr);
        }
        err_add(r->e, ERR_USAGE, "%s %s: not one of %s", shown, value, choice.ptr);
        return;
    }
    unsigned number = (unsigned)place; /* what the compiler gives an enum without negative values */
    memcpy((char *)r->inv + flag->at, &number, sizeof number);
}

_Static_assert(sizeof(enum output_format) == sizeof(unsigned), "take_word stores an unsigned");
_Static_assert(sizeof(enum sandbox) == sizeof(unsigned), "take_word stores an unsigned");
_Static_assert(sizeof(enum progress_style) == sizeof(unsigned), "take_word stores an unsigned");

static void take(struct reading *r, const struct given *g)
{
    const struct flag *flag = flag_of(r->inv->subcommand, &g->spelling);
    char shown[64];
    spelt(&g->spelling, shown);
    if (!flag && flag_of_any(r->inv->program, &g->spelling))
        misplaced_flag(r, g);
    else if (!flag)
        unknown_flag(r, g);
    else if (flag->kind == FLAG_YES && g->attached)
        err_add(r->e, ERR_USAGE, "option %s takes no value", shown);
    else if (flag->kind != FLAG_YES && (!g->value || !*g->value))
        err_add(r->e, ERR_USAGE, "option %s needs a value: %s %s", shown, shown, flag->value);
    else if (flag->kind == FLAG_YES)
        *(bool *)((char *)r->inv + flag->at) = true;
    else if (flag->kind == FLAG_NUMBER)
        take_number(r, flag, shown, g->value);
    else if (flag->kind == FLAG_WORD)
        take_word(r, flag, shown, g->value);
    else if (flag->kind == FLAG_LIST)
        strvec_push((struct strvec *)((char *)r->inv + flag->at), g->value);
    else
        *(const char **)((char *)r->inv + flag->at) = g->value;
}

static void check_arguments(struct reading *r)
{
    const struct invocation *inv = r->inv;
    const struct subcommand *command = inv->subcommand;
    int n = (int)inv->arguments.len;
    if (!inv->named && n == 0)
        err_add(r->e, ERR_USAGE, "no recipe and no command is given");
    else if (n < command->least)
        err_add(r->e, ERR_USAGE, "`%s` needs %s", command->name, command->arguments);
    else if (command->most != ANY_NUMBER && n > command->most)
        err_add(r->e, ERR_USAGE, "`%s` takes %s%s; \"%s\" is too much", command->name,
            command->most ? "only " : "no arguments", command->most ? command->arguments : "",
            inv->arguments.items[command->most]);
    if (inv->verbose && inv->quiet)
        err_add(r->e, ERR_USAGE, "--verbose and --quiet exclude each other");
}

int invocation_parse(
    struct invocation *inv, const struct program *program, int argc, char **argv, struct err *e)
{
    *inv = (struct invocation){
        .program = program, .subcommand = program->subcommands[0], .sandbox = SANDBOX_UNSAID};
    struct err mistakes = ERR_INIT;
    struct reading r = {.inv = inv, .e = &mistakes};
    cut(&r, argc, argv);
    vec_each (&r.given, g)
        take(&r, g);
    if (!inv->help && !inv->version)
        check_arguments(&r);
    vec_release(&r.given);
    if (mistakes.kind == ERR_NONE)
        return 0;
    err_add(&mistakes, ERR_USAGE, "`%s help%s%s` says how it is used", program->name, inv->named ? " " : "",
        inv->named ? inv->subcommand->name : "");
    return err_move(e, &mistakes);
}

void invocation_release(struct invocation *inv)
{
    const struct flag *flag;
    strvec_release(&inv->arguments);
    for (size_t i = 0; (flag = flag_at(inv->subcommand, i)); i++)
        if (flag->kind == FLAG_LIST)
            strvec_release((struct strvec *)((char *)inv + flag->at));
}
