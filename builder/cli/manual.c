/* The manual page, from the same tables as the help. */
#include <stdlib.h>

#include "base/alloc.h"
#include "cli/flags.h"
#include "cli/help.h"
#include "ui/document/draw.h"

/* Paragraphs parted by empty lines. */
static void add_paragraphs(struct strbuf *out, const char *text)
{
    struct slice rest = slice_of(text);
    while (rest.ptr) {
        struct slice line = slice_cut(&rest, '\n');
        if (!line.len) {
            strbuf_adds(out, ".PP\n");
            continue;
        }
        char *copy = xstrndup(line.ptr, line.len);
        roff_add(out, copy);
        strbuf_addc(out, '\n');
        free(copy);
    }
}

static void term(struct strbuf *out, const char *name, const char *meaning)
{
    strbuf_adds(out, ".TP\n.B ");
    roff_add(out, name);
    strbuf_addc(out, '\n');
    roff_add(out, meaning);
    strbuf_addc(out, '\n');
}

static void add_flag(struct strbuf *out, const struct flag *flag)
{
    strbuf_adds(out, ".TP\n");
    if (flag->letter)
        strbuf_addf(out, "\\fB\\-%c\\fR, ", flag->letter);
    strbuf_adds(out, "\\fB\\-\\-");
    roff_add(out, flag->name);
    strbuf_adds(out, "\\fR");
    if (flag->value) {
        strbuf_adds(out, " \\fI");
        roff_add(out, flag->value);
        strbuf_adds(out, "\\fR");
    }
    strbuf_addc(out, '\n');
    roff_add(out, flag->help);
    strbuf_addc(out, '\n');
}

static void add_command(
    struct strbuf *out, const struct program *program, const struct subcommand *command, bool is_default)
{
    strbuf_adds(out, ".SS ");
    if (is_default)
        strbuf_addf(out, "%s [%s] ", program->name, command->name);
    else
        strbuf_addf(out, "%s %s ", program->name, command->name);
    roff_add(out, command->arguments);
    strbuf_addc(out, '\n');
    add_paragraphs(out, command->about);
    for (size_t i = 0; command->options && command->options[i]; i++)
        add_flag(out, command->options[i]);
}

void help_manual(struct strbuf *out, const struct program *program)
{
    strbuf_addf(out, ".TH STATICBUILD 1 \"\" \"%s %s\" \"User Commands\"\n.SH NAME\n%s \\- ", program->name,
        program->version, program->name);
    roff_add(out, program->summary);
    strbuf_addf(out, "\n.SH SYNOPSIS\n.B %s\n", program->name);
    roff_add(out, program->subcommands[0]->arguments);
    strbuf_addf(out,
        "\n[\\fIOPTION\\fR...]\n.br\n.B %s\n\\fICOMMAND\\fR [\\fIARGUMENT\\fR...] [\\fIOPTION\\fR...]\n",
        program->name);
    strbuf_adds(out, ".SH COMMANDS\n");
    for (size_t i = 0; i < program->subcommand_count; i++)
        add_command(out, program, program->subcommands[i], i == 0);
    strbuf_adds(out, ".SH OPTIONS OF EVERY COMMAND\n");
    for (size_t i = 0; options_of_all[i]; i++)
        add_flag(out, options_of_all[i]);
    strbuf_adds(out, ".SH CAUTION\n");
    add_paragraphs(out, program->caution);
    strbuf_adds(out, ".SH EXIT STATUS\n");
    for (size_t i = 0; i < program->status_count; i++) {
        strbuf_addf(out, ".TP\n.B %d\n", program->statuses[i].status);
        roff_add(out, program->statuses[i].meaning);
        strbuf_addc(out, '\n');
    }
    strbuf_adds(out, ".SH ENVIRONMENT\n");
    for (size_t i = 0; i < variable_count; i++)
        term(out, variables[i].name, variables[i].meaning);
    strbuf_adds(out, ".SH EXAMPLES\n");
    for (size_t i = 0; i < program->subcommand_count; i++) {
        const struct subcommand *command = program->subcommands[i];
        for (size_t n = 0; n < EXAMPLES_MAX && command->examples[n].line; n++) {
            strbuf_adds(out, ".TP\n.B ");
            strbuf_addf(out, "%s ", program->name);
            roff_add(out, command->examples[n].line);
            strbuf_addc(out, '\n');
            roff_add(out, command->examples[n].does);
            strbuf_addc(out, '\n');
        }
    }
}
