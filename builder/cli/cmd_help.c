/* `staticbuild help`: pages, the manual and completions, all from the table of commands. */
#include "base/cleanup.h"
#include "cli/commands.h"
#include "cli/flags.h"
#include "cli/help.h"
#include "cli/pages.h"
#include "ui/document/draw.h"

static int add_page(struct strbuf *out, const struct invocation *inv, struct err *e)
{
    AUTO(strbuf) struct strbuf text = {0};
    const struct program *program = inv->program;
    if (pages_read(&text, inv->topic, e) < 0)
        return -1;
    struct slice page = {strbuf_str(&text), text.len};
    if (inv->manual)
        document_roff(out, page, program->name, program->version, inv->topic);
    else
        document_draw(out, page, style_of(stdout));
    return 0;
}

/* A command, else a page, else a heading of some page: a rule, or what the program says when something fails.
 */
static int add_topic(struct strbuf *out, const struct invocation *inv, const char *name, struct err *e)
{
    const struct program *program = inv->program;
    const struct subcommand *command = subcommand_find(program, name);
    AUTO(strvec) struct strvec pages = {0};
    if (command) {
        help_command(out, program, command, style_of(stdout));
        return 0;
    }
    pages_list(&pages);
    if (strvec_has(&pages, name)) {
        struct invocation asked = *inv;
        asked.topic = name;
        return add_page(out, &asked, e);
    }
    const struct subcommand *near = subcommand_like(program, name);
    if (pages_find(out, name, style_of(stdout)))
        return 0;
    if (near)
        return err_set(e, ERR_USAGE, "no command \"%s\" (did you mean \"%s\"?)", name, near->name);
    return err_set(e, ERR_USAGE, "no command and no page \"%s\"; `%s help` lists them", name, program->name);
}

static int run(struct invocation *inv, struct err *e)
{
    const struct program *program = inv->program;
    AUTO(strbuf) struct strbuf out = {0};
    if (inv->topic) {
        if (add_page(&out, inv, e) < 0)
            return -1;
    } else if (inv->manual) {
        help_manual(&out, program);
    } else if (inv->completion) {
        if (help_completion(&out, program, inv->completion, e) < 0)
            return -1;
    } else if (inv->arguments.len) {
        if (add_topic(&out, inv, inv->arguments.items[0], e) < 0)
            return -1;
    } else {
        help_program(&out, program, style_of(stdout));
    }
    return output_put(&out, e);
}

static const struct flag *const options[] = {
    OPTION(.name = "page", .kind = FLAG_TEXT, .value = "NAME",
        .help = "print a page of the documents, also where a command has its name", .at = AT(topic)),
    OPTION(.name = "man", .kind = FLAG_YES, .help = "print the manual page (roff), or the page as one",
        .at = AT(manual)),
    OPTION(.name = "completion", .kind = FLAG_TEXT, .value = "SHELL",
        .help = "print completions for bash, zsh or fish", .at = AT(completion)),
    NULL,
};

const struct subcommand subcommand_help = {
    .name = "help",
    .summary = "say how the program or a command is used",
    .arguments = "[COMMAND|PAGE|RULE]",
    .most = 1,
    .completes = COMPLETE_COMMANDS,
    .about = "Prints help on a command, or a page of the documents. What is neither is looked for among the "
             "headings of all "
             "pages: the name of a rule of the audit, or what the program says when something fails. With "
             "--man it "
             "prints the manual page, with --completion a shell's completions.",
    .examples = {{"help run", "all about `run`"}, {"help first-wheel", "a page of the documents"},
        {"help --page audit", "the page about auditing, not the command"},
        {"help unwanted-library", "what this rule of the audit finds, and what to do about it"},
        {"help --completion bash", "completions, to be read by the shell"}},
    .options = options,
    .run = run,
};
