/* Finds the command that was meant, parses its options, and runs it. */
#include "cli/program.h"

#include <errno.h>
#include <signal.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/utf8.h"
#include "cli/help.h"
#include "sys/durable.h"
#include "sys/fs.h"
#include "sys/path.h"

const struct subcommand *subcommand_find(const struct program *program, const char *name)
{
    for (size_t i = 0; i < program->subcommand_count; i++)
        if (strcmp(program->subcommands[i]->name, name) == 0)
            return program->subcommands[i];
    return NULL;
}

const struct subcommand *subcommand_like(const struct program *program, const char *name)
{
    const struct subcommand *near = NULL;
    size_t best = strlen(name) > 3 ? 3 : 2; /* of a short word every second letter would do */
    for (size_t i = 0; i < program->subcommand_count; i++) {
        const struct subcommand *command = program->subcommands[i];
        size_t distance = str_distance(command->name, name, best - 1);
        if (distance < best) {
            best = distance;
            near = command;
        }
    }
    return near;
}

void output_complain(const char *text)
{
    AUTO(strbuf) struct strbuf safe = {0};
    utf8_add_harmless(&safe, text, strlen(text), "\n\t");
    fprintf(stderr, "%s\n", strbuf_str(&safe));
}

/* What a drawer overlooked does not get further than this. */
int output_put(const struct strbuf *all, struct err *e)
{
    AUTO(strbuf) struct strbuf kept = {0};
    const struct strbuf *text = style_keep_own(all, &kept) ? all : &kept;
    if ((text->len && fwrite(text->ptr, 1, text->len, stdout) != text->len) || fflush(stdout) != 0) {
        if (errno == EPIPE) { /* the reader has seen enough: end as a filter does */
            signal(SIGPIPE, SIG_DFL);
            raise(SIGPIPE);
        }
        return err_errno(e, ERR_ENVIRONMENT, "standard output cannot be written");
    }
    return 0;
}

int output_new_file(const char *path, const struct strbuf *text, struct err *e)
{
    int there = path_exists(path, e);
    if (there)
        return there < 0
                   ? -1
                   : err_set(e, ERR_USAGE, "%s is there already; choose another file with --output", path);
    AUTO_FREE char *folder = path_dir(path);
    if (folder_make(folder, e) < 0 || file_write_durably(path, text->ptr, text->len, 0644, e) < 0)
        return -1;
    AUTO(strbuf) struct strbuf out = {0};
    strbuf_addf(&out, "%s\n", path);
    return output_put(&out, e);
}

int version_put(const struct program *program, struct err *e)
{
    AUTO(strbuf) struct strbuf out = {0};
    strbuf_addf(&out, "%s %s\n%s", program->name, program->version, program->made_of ? program->made_of : "");
    return output_put(&out, e);
}

static int put_help(const struct invocation *inv, struct err *e)
{
    AUTO(strbuf) struct strbuf out = {0};
    if (inv->named)
        help_command(&out, inv->program, inv->subcommand, style_of(stdout));
    else
        help_program(&out, inv->program, style_of(stdout));
    return output_put(&out, e);
}

int program_run(const struct program *program, int argc, char **argv, bool *json_errors, struct err *e)
{
    struct invocation inv;
    int status = invocation_parse(&inv, program, argc, argv, e);
    *json_errors = inv.progress == PROGRESS_JSON;
    if (status == 0) {
        if (inv.help)
            status = put_help(&inv, e);
        else if (inv.version)
            status = version_put(program, e);
        else
            status = inv.subcommand->run(&inv, e);
    }
    invocation_release(&inv);
    return status;
}
