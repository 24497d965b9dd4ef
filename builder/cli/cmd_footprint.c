/* `footprint`: what a module, a wheel, a process or a forked server costs in memory. */
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "cli/commands.h"
#include "sys/dirs.h"
#include "ui/report_footprint.h"

#define LONGEST_SECONDS 86400.0

static int put_document(struct json *document, struct err *e)
{
    AUTO(strbuf) struct strbuf out = {0};
    json_write(document, JSON_INDENTED, &out);
    strbuf_addc(&out, '\n');
    return output_put(&out, e);
}

/* Files that are not run. */
static int show_modules(const struct invocation *inv, struct err *e)
{
    AUTO_FREE char *store = dirs_cache();
    struct explain_sources sources = {0};
    if (explain_sources_open(&sources, store, inv->map, e) < 0)
        return -1;
    AUTO_JSON struct json *document = footprint_document();
    AUTO(strbuf) struct strbuf out = {0};
    struct json *list = json_set_array(document, "modules");
    struct err unread = ERR_INIT;
    for (size_t i = 0; i < inv->arguments.len; i++) {
        struct module_footprint m;
        AUTO(err) struct err why = ERR_INIT;
        if (module_footprint_read(&m, inv->arguments.items[i], &sources, &why) < 0) {
            err_add(&unread, ERR_ENVIRONMENT, "%s", why.text);
            continue;
        }
        strbuf_adds(&out, out.len ? "\n" : "");
        report_module(&out, &m, inv->verbose, style_of(stdout));
        report_module_json(json_add_object(list), &m);
        module_footprint_release(&m);
    }
    explain_sources_release(&sources);
    int status = inv->page == PAGE_JSON ? put_document(document, e) : output_put(&out, e);
    if (status == 0 && unread.kind != ERR_NONE)
        return err_move(e, &unread);
    err_release(&unread);
    return status;
}

/* "10s", "2m", "500ms", "10" */
static int read_time(const char *option, const char *text, double *seconds, struct err *e)
{
    static const struct {
        const char *name;
        double seconds;
    } units[] = {{"", 1}, {"s", 1}, {"ms", 0.001}, {"m", 60}, {"min", 60}, {"h", 3600}};
    char *end;
    double value = strtod(text, &end);
    for (size_t i = 0; end != text && i < sizeof units / sizeof *units; i++)
        if (strcmp(end, units[i].name) == 0 && value > 0 && value * units[i].seconds <= LONGEST_SECONDS) {
            *seconds = value * units[i].seconds;
            return 0;
        }
    return err_set(e, ERR_USAGE, "%s %s: not a time such as 10s, 500ms or 2m, a day at most", option, text);
}

static int read_pid(const char *text, pid_t *pid, struct err *e)
{
    char *end;
    long value = strtol(text, &end, 10);
    if (end == text || *end || value < 1 || value > INT_MAX)
        return err_set(e, ERR_USAGE, "--pid %s: not the number of a process", text);
    *pid = (pid_t)value;
    return 0;
}

static int show_process(const struct invocation *inv, struct err *e)
{
    struct process_view v;
    double seconds = 0;
    pid_t pid = 0;
    if (read_pid(inv->pid, &pid, e) < 0 ||
        (inv->follow && read_time("--follow", inv->follow, &seconds, e) < 0))
        return -1;
    if (process_view_take(&v, "/proc", pid, seconds, e) < 0)
        return -1;
    AUTO_JSON struct json *document = footprint_document();
    AUTO(strbuf) struct strbuf out = {0};
    if (inv->page == PAGE_JSON)
        report_process_json(json_add_object(json_set_array(document, "processes")), &v);
    else
        report_process(&out, &v, inv->verbose, style_of(stdout));
    process_view_release(&v);
    return inv->page == PAGE_JSON ? put_document(document, e) : output_put(&out, e);
}

/* What does not go together. */
static int check_usage(const struct invocation *inv, struct err *e)
{
    if (inv->pid && (inv->arguments.len || inv->import_names.len || inv->against || inv->fork))
        err_add(e, ERR_USAGE, "--pid goes with --follow and --format only");
    if (inv->follow && !inv->pid)
        err_add(e, ERR_USAGE, "--follow goes with --pid");
    if (!inv->arguments.len && !inv->pid && !inv->import_names.len)
        err_add(e, ERR_USAGE, "`footprint` needs FILE.so, a wheel, --import NAME or --pid PID");
    return e->kind == ERR_NONE ? 0 : -1;
}

int cmd_footprint(struct invocation *inv, struct err *e)
{
    if (check_usage(inv, e) < 0)
        return -1;
    if (inv->pid)
        return show_process(inv, e);
    return show_modules(inv, e);
}
