/* The table of commands, and the exit statuses: the only place that chooses one. */
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "cli/commands.h"
#include "cli/helpers.h"
#include "sched/fork_server.h"
#include "sys/signals.h"
#include "sys/tell.h"
#include "ui/run/report.h"

static const struct exit_status statuses[] = {
    {0, "done, and verified", {ERR_NONE}},
    {1, "findings: the audit or the smoke test says no", {ERR_FINDINGS}},
    {2, "the command line is wrong", {ERR_USAGE}},
    {3, "a recipe is wrong, or recipes contradict each other", {ERR_RECIPE}},
    {4, "a source could not be fetched, or is not what its hash says", {ERR_FETCH}},
    {5, "a library or tool could not be built", {ERR_BUILD}},
    {6, "a module could not be linked, or a wheel not be packed", {ERR_PACKAGE}},
    {7, "the machine: a missing tool, no space, no permission, an unreadable file",
        {ERR_MISSING, ERR_DAMAGED, ERR_REFUSED, ERR_ENVIRONMENT}},
    {130, "interrupted", {ERR_INTERRUPTED}},
};

static const struct subcommand *const subcommands[] = {
#define COMMAND(name) &subcommand_##name,
#include "cli/commands.def"
#undef COMMAND
};

static const struct program program = {
    .name = "staticbuild",
    .version = STATICBUILD_VERSION,
#ifdef STATICBUILD_MADE_OF
    .made_of = STATICBUILD_MADE_OF,
#endif
    .summary = "builds Python extension modules with their libraries linked in statically, and proves it",
    .caution = "Builds and tests run apart from the machine where bubblewrap can do that (--sandbox): "
               "without the network "
               "and your home. That keeps results honest and is no wall against an attacker: build sources "
               "that you do not "
               "trust in a virtual machine or as another user.",
    .subcommands = subcommands,
    .subcommand_count = COUNT(subcommands),
    .statuses = statuses,
    .status_count = COUNT(statuses),
};

static int status_of(enum err_kind kind)
{
    for (size_t i = 1; i < COUNT(statuses); i++)
        for (size_t k = 0; k < KINDS_MAX && statuses[i].kinds[k] != ERR_NONE; k++)
            if (statuses[i].kinds[k] == kind)
                return statuses[i].status;
    return 7;
}

/* A file we open must never become standard output by accident. */
static void fill_standard_descriptors(void)
{
    for (int fd = 0; fd <= 2; fd++)
        if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", O_RDWR) != fd)
            _exit(7);
}

int main(int argc, char **argv)
{
    signals_reset();
    fill_standard_descriptors();
    signal(SIGPIPE, SIG_IGN);
    const struct helper *helper = argc == 2 ? helper_find(argv[1]) : NULL;
    if (helper)
        return helper_main(helper);
    if (argc == 2 && strcmp(argv[1], FORK_SERVER) == 0) {
        fork_server_serve(STDIN_FILENO, helper_find);
        return 0;
    }
    struct err e = ERR_INIT;
    bool json_errors = false;
    if (program_run(&program, argc, argv, &json_errors, &e) == 0)
        return 0;
    AUTO(strbuf) struct strbuf text = {0};
    if (json_errors)
        report_error_json(&text, &e);
    else
        report_error(&text, program.name, &e, style_of(stderr));
    tell(STDERR_FILENO, strbuf_str(&text), text.len);
    int status = status_of(e.kind);
    err_release(&e);
    return status;
}
