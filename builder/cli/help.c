/* Draws help pages from the tables of commands and options. */
#include "cli/help.h"

#include "base/cleanup.h"
#include "cli/flags.h"
#include "cli/pages.h"

static size_t width_of(struct style style)
{
    return style.width > 100 ? 100 : style.width < 40 ? 40 : style.width;
}

/* "  left      right right" with the right column wrapped; a left one that is too wide gets a line alone. */
static void row(struct strbuf *out, struct style style, const char *left, const char *right, size_t column)
{
    size_t used = 2 + text_columns(left);
    strbuf_adds(out, "  ");
    tone_add(out, style, TONE_NAME, left);
    if (used + 2 > column) {
        strbuf_addc(out, '\n');
        used = 0;
    }
    text_pad(out, column - used);
    text_wrap(out, right, column, column, width_of(style));
    strbuf_addc(out, '\n');
}

static void heading(struct strbuf *out, struct style style, const char *text)
{
    strbuf_addc(out, '\n');
    tone_add(out, style, TONE_BOLD, text);
    strbuf_addc(out, '\n');
}

static void add_flags(struct strbuf *out, const struct subcommand *command, struct style style)
{
    const struct flag *flag;
    for (size_t i = 0; (flag = flag_at(command, i)); i++) {
        AUTO(strbuf) struct strbuf left = {0};
        if (flag->letter)
            strbuf_addf(&left, "-%c, --%s", flag->letter, flag->name);
        else
            strbuf_addf(&left, "    --%s", flag->name);
        if (flag->value)
            strbuf_addf(&left, " %s", flag->value);
        row(out, style, left.ptr, flag->help, 26);
    }
}

static void add_statuses(struct strbuf *out, const struct program *program, struct style style)
{
    for (size_t i = 0; i < program->status_count; i++) {
        AUTO(strbuf) struct strbuf number = {0};
        strbuf_addf(&number, "%d", program->statuses[i].status);
        row(out, style, number.ptr, program->statuses[i].meaning, 8);
    }
}

static void add_pages(struct strbuf *out, const struct program *program, struct style style)
{
    AUTO(strvec) struct strvec names = {0};
    pages_list(&names);
    if (!names.len)
        return;
    heading(out, style, "pages");
    for (size_t i = 0; i < names.len; i++) {
        AUTO_FREE char *title = pages_title(names.items[i]);
        row(out, style, names.items[i], title, 21);
    }
    strbuf_addf(out, "\n`%s help --page NAME` prints one.\n", program->name);
}

static void add_caution(struct strbuf *out, const struct program *program, struct style style)
{
    heading(out, style, "caution");
    strbuf_adds(out, "  ");
    text_wrap(out, program->caution, 2, 2, width_of(style));
    strbuf_addc(out, '\n');
}

void help_program(struct strbuf *out, const struct program *program, struct style style)
{
    const struct subcommand *first = program->subcommands[0];
    tone_add(out, style, TONE_BOLD, program->name);
    strbuf_addf(out, " %s: ", program->version);
    text_wrap(out, program->summary, text_columns(program->name) + text_columns(program->version) + 3, 0,
        width_of(style));
    strbuf_addf(out, "\n\nusage: %s %s [OPTION...]\n       %s COMMAND [ARGUMENT...] [OPTION...]\n",
        program->name, first->arguments, program->name);
    heading(out, style, "commands");
    for (size_t i = 0; i < program->subcommand_count; i++)
        row(out, style, program->subcommands[i]->name, program->subcommands[i]->summary, 12);
    strbuf_addf(out, "\nA recipe without a command means `%s`. `%s help COMMAND` tells more.\n", first->name,
        program->name);
    add_pages(out, program, style);
    add_caution(out, program, style);
    heading(out, style, "exit status");
    add_statuses(out, program, style);
}

void help_command(
    struct strbuf *out, const struct program *program, const struct subcommand *command, struct style style)
{
    bool is_default = command == program->subcommands[0];
    tone_add(out, style, TONE_BOLD, command->name);
    strbuf_addf(out, ": %s\n\nusage: %s ", command->summary, program->name);
    if (is_default)
        strbuf_addf(out, "[%s]", command->name);
    else
        strbuf_adds(out, command->name);
    strbuf_addf(out, "%s%s [OPTION...]\n\n", *command->arguments ? " " : "", command->arguments);
    text_wrap(out, command->about, 0, 0, width_of(style));
    strbuf_addc(out, '\n');
    if (command->builds)
        add_caution(out, program, style);
    heading(out, style, "options");
    add_flags(out, command, style);
    if (command->examples[0].line)
        heading(out, style, "examples");
    for (size_t i = 0; i < EXAMPLES_MAX && command->examples[i].line; i++) {
        strbuf_addf(out, "  %s %s\n      ", program->name, command->examples[i].line);
        text_wrap(out, command->examples[i].does, 6, 6, width_of(style));
        strbuf_addc(out, '\n');
    }
    heading(out, style, "exit status");
    add_statuses(out, program, style);
}
