/* `footprint`: what a module, a wheel, a process or a forked server costs in memory. */
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/quantity.h"
#include "cli/commands.h"
#include "cli/flags.h"
#include "cli/workplace.h"
#include "footprint/driver.h"
#include "sys/dirs.h"
#include "sys/fs.h"
#include "sys/path.h"
#include "ui/page/page.h"
#include "ui/footprint/report.h"

#define LONGEST_SECONDS 86400.0

enum { DEFAULT_RUNS = 15, DEFAULT_FORK_RUNS = 5, DEFAULT_WORKERS = 4, MOST_RUNS = 500, MOST_WORKERS = 200 };

/* What is shown in the end, in one of three forms. */
struct shown {
    enum page_format format;
    struct strbuf text;    /* PAGE_TEXT: all of it; PAGE_HTML: the cards */
    struct json *document; /* PAGE_JSON */
    struct page *page;     /* PAGE_HTML */
};

static int shown_open(struct shown *s, const struct invocation *inv, struct err *e)
{
    *s = (struct shown){.format = inv->page, .document = footprint_document()};
    if (inv->page != PAGE_HTML)
        return 0;
    if ((s->page = page_read("footprint.html", e)))
        return 0;
    json_free(steal_ptr(&s->document));
    return -1;
}

static void shown_release(struct shown *s)
{
    strbuf_release(&s->text);
    json_free(s->document);
    page_free(s->page);
}

/* Writes it, unless something went wrong before; releases it. */
static int shown_put(struct shown *s, int status, struct err *e)
{
    AUTO(strbuf) struct strbuf out = {0};
    if (s->format == PAGE_JSON) {
        json_write(s->document, JSON_INDENTED, &out);
        strbuf_addc(&out, '\n');
    } else if (s->format == PAGE_HTML) {
        footprint_page(&out, "staticbuild footprint", &s->text, s->page);
    } else {
        strbuf_add(&out, strbuf_str(&s->text), s->text.len);
    }
    if (status == 0)
        status = output_put(&out, e);
    shown_release(s);
    return status;
}

static void show_module(
    struct shown *s, struct json *list, const struct module_footprint *m, size_t number, bool details)
{
    if (s->format == PAGE_JSON) {
        report_module_json(json_add_object(list), m);
    } else if (s->format == PAGE_HTML) {
        module_card(&s->text, m, number, s->page);
    } else {
        strbuf_adds(&s->text, s->text.len ? "\n" : "");
        report_module(&s->text, m, details, style_of(stdout));
    }
}

/* Files that are not run. */
static int show_modules(const struct invocation *inv, struct err *e)
{
    AUTO_FREE char *store = dirs_cache();
    struct explain_sources sources = {0};
    struct shown s;
    if (explain_sources_open(&sources, store, inv->map, e) < 0)
        return -1;
    if (shown_open(&s, inv, e) < 0) {
        explain_sources_release(&sources);
        return -1;
    }
    struct json *list = json_set_array(s.document, "modules");
    struct err unread = ERR_INIT;
    for (size_t i = 0; i < inv->arguments.len; i++) {
        struct module_footprint m;
        AUTO(err) struct err why = ERR_INIT;
        if (module_footprint_read(&m, inv->arguments.items[i], &sources, &why) < 0) {
            err_add(&unread, ERR_ENVIRONMENT, "%s", why.text);
            continue;
        }
        show_module(&s, list, &m, i, inv->verbose);
        module_footprint_release(&m);
    }
    explain_sources_release(&sources);
    int status = shown_put(&s, 0, e);
    if (status == 0 && unread.kind != ERR_NONE)
        return err_move(e, &unread);
    err_release(&unread);
    return status;
}

/* "10s", "2m", "500ms", "10" */
static int read_time(const char *option, const char *text, double *seconds, struct err *e)
{
    if (duration_parse(text, seconds) && *seconds <= LONGEST_SECONDS)
        return 0;
    return err_set(e, ERR_USAGE, "%s %s: not a time such as 10s, 500ms or 2m, a day at most", option, text);
}

/* A number, or what a process is called. */
static int read_pid(const char *text, pid_t *pid, struct err *e)
{
    char *end;
    long value = strtol(text, &end, 10);
    if (end == text || *end)
        return process_of_program(pid, "/proc", text, e);
    if (value < 1 || value > INT_MAX)
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
    struct shown s;
    if (shown_open(&s, inv, e) < 0) {
        process_view_release(&v);
        return -1;
    }
    if (s.format == PAGE_JSON)
        report_process_json(json_add_object(json_set_array(s.document, "processes")), &v);
    else if (s.format == PAGE_HTML)
        process_card(&s.text, &v, s.page);
    else
        report_process(&s.text, &v, inv->verbose, style_of(stdout));
    process_view_release(&v);
    return shown_put(&s, 0, e);
}

static int show_programs(const struct invocation *inv, struct err *e)
{
    struct program_list list;
    struct shown s;
    if (programs_read(&list, "/proc", e) < 0)
        return -1;
    int status = shown_open(&s, inv, e);
    if (status == 0 && s.format == PAGE_JSON)
        report_programs_json(json_set_object(s.document, "programs"), &list);
    else if (status == 0)
        report_programs(&s.text, &list, inv->verbose, style_of(stdout));
    program_list_release(&list);
    return status < 0 ? -1 : shown_put(&s, 0, e);
}

static void show_progress(void *arg, size_t done, size_t all)
{
    const struct invocation *inv = arg;
    if (!inv->quiet && style_is_terminal(stderr))
        fprintf(stderr, done == all ? "\r\x1b[K" : "\rstart %zu of %zu", done, all);
}

static int show_import(struct invocation *inv, const struct workplace *p, struct shown *s, struct err *e)
{
    struct import_measurement m;
    struct import_request request = {.python = p->python.path,
        .version = p->python.version,
        .measured = &p->measured,
        .against = p->has_against ? &p->against : NULL,
        .scratch = p->scratch,
        .runs = inv->runs ? inv->runs : DEFAULT_RUNS,
        .progress = show_progress,
        .arg = inv};
    if (import_measure(&m, &request, e) < 0)
        return -1;
    if (s->format == PAGE_JSON)
        report_import_json(json_set_object(s->document, "import"), &m);
    else if (s->format == PAGE_HTML)
        import_card(&s->text, &m, s->page);
    else
        report_import(&s->text, &m, inv->verbose, style_of(stdout));
    import_measurement_release(&m);
    return 0;
}

static int show_fork(struct invocation *inv, const struct workplace *p, struct shown *s, struct err *e)
{
    struct fork_measurement m;
    AUTO_FREE char *script = inv->touch ? path_absolute(inv->touch) : NULL;
    if (script && !path_may_be_file(script))
        return err_set(e, ERR_USAGE, "--touch %s: no such file", inv->touch);
    struct fork_request request = {.python = p->python.path,
        .version = p->python.version,
        .subject = &p->measured,
        .script = script,
        .scratch = p->scratch,
        .workers = inv->workers ? inv->workers : DEFAULT_WORKERS,
        .runs = inv->runs ? inv->runs : DEFAULT_FORK_RUNS,
        .freeze = inv->gc_freeze,
        .progress = show_progress,
        .arg = inv};
    if (fork_measure(&m, &request, e) < 0)
        return -1;
    if (s->format == PAGE_JSON)
        report_fork_json(json_set_object(s->document, "fork"), &m);
    else if (s->format == PAGE_HTML)
        fork_card(&s->text, &m, s->page);
    else
        report_fork(&s->text, &m, inv->verbose, style_of(stdout));
    fork_measurement_release(&m);
    return 0;
}

static int show_measurement(struct invocation *inv, struct err *e)
{
    struct workplace p;
    struct shown s;
    if (shown_open(&s, inv, e) < 0)
        return -1;
    driver_heed_interrupts();
    int status = workplace_open(&p, inv, e);
    if (status == 0)
        status = inv->fork ? show_fork(inv, &p, &s, e) : show_import(inv, &p, &s, e);
    workplace_release(&p);
    if (status < 0 && driver_was_interrupted()) { /* what failed, failed for that */
        err_release(e);
        err_set(e, ERR_INTERRUPTED, "interrupted");
    }
    return shown_put(&s, status, e);
}

static bool is_measured(const struct invocation *inv)
{
    return inv->import_names.len || inv->fork || inv->against ||
           (inv->arguments.len && str_ends(inv->arguments.items[0], ".whl"));
}

/* What does not go together. */
static int check_usage(const struct invocation *inv, struct err *e)
{
    if (inv->pid && (inv->arguments.len || is_measured(inv)))
        err_add(e, ERR_USAGE, "--pid goes with --follow and --format only");
    if (inv->by_program && (inv->pid || inv->arguments.len || is_measured(inv)))
        err_add(e, ERR_USAGE, "--by-program goes with --format only");
    if (inv->by_program && inv->page == PAGE_HTML)
        err_add(e, ERR_USAGE, "--by-program: told as text or json only");
    if (inv->follow && !inv->pid)
        err_add(e, ERR_USAGE, "--follow goes with --pid");
    if (!inv->arguments.len && !inv->pid && !inv->by_program && !inv->import_names.len && !inv->fork)
        err_add(e, ERR_USAGE, "`footprint` needs FILE.so, a wheel, --import NAME, --pid PID or --by-program");
    if (is_measured(inv) && inv->arguments.len > 1)
        err_add(e, ERR_USAGE, "one wheel or folder is measured at a time; another build goes with --against");
    if (!is_measured(inv) && (inv->runs || inv->python))
        err_add(e, ERR_USAGE, "--runs and --python go with a wheel or --import");
    if (inv->fork && inv->against)
        err_add(e, ERR_USAGE, "--fork and --against exclude each other");
    if (!inv->fork && (inv->workers || inv->gc_freeze || inv->touch))
        err_add(e, ERR_USAGE, "--workers, --gc-freeze and --touch go with --fork");
    if (inv->runs > MOST_RUNS || inv->workers > MOST_WORKERS)
        err_add(e, ERR_USAGE, "at most %d runs and %d workers", MOST_RUNS, MOST_WORKERS);
    return e->kind == ERR_NONE ? 0 : -1;
}

static int run(struct invocation *inv, struct err *e)
{
    if (check_usage(inv, e) < 0)
        return -1;
    if (inv->pid)
        return show_process(inv, e);
    if (inv->by_program)
        return show_programs(inv, e);
    if (is_measured(inv))
        return show_measurement(inv, e);
    return show_modules(inv, e);
}

static const struct flag *const options[] = {
    OPTION(.name = "python", .letter = 'p', .kind = FLAG_TEXT, .value = "PYTHON",
        .help = "the interpreter to measure with, a version or a path; the first that the wheel fits if not "
                "given",
        .at = AT(python)),
    OPTION(.name = "map", .kind = FLAG_TEXT, .value = "FILE",
        .help = "the link map of the file; those of modules built here are found without", .at = AT(map)),
    OPTION(.name = "import", .kind = FLAG_LIST, .value = "NAME",
        .help = "import this module; what the wheel brings if not given; may be given often",
        .at = AT(import_names)),
    OPTION(.name = "against", .kind = FLAG_TEXT, .value = "WHEEL|DIR|installed",
        .help = "measure the same module also from another wheel, from a folder of installed modules, or as "
                "it is installed for the interpreter",
        .at = AT(against)),
    OPTION(.name = "runs", .kind = FLAG_NUMBER, .value = "N",
        .help = "start each this many times, in turn; 15 if not given, 5 with --fork", .at = AT(runs)),
    OPTION(.name = "fork", .kind = FLAG_YES, .help = "measure several interpreters against one that forks",
        .at = AT(fork)),
    OPTION(.name = "workers", .kind = FLAG_NUMBER, .value = "N",
        .help = "with --fork: this many workers; 4 if not given", .at = AT(workers)),
    OPTION(.name = "gc-freeze", .kind = FLAG_YES, .help = "with --fork: measure also what gc.freeze() saves",
        .at = AT(gc_freeze)),
    OPTION(.name = "touch", .kind = FLAG_TEXT, .value = "SCRIPT",
        .help = "with --fork: what each worker runs, four times; it uses a further quarter of the modules "
                "each time if not given",
        .at = AT(touch)),
    OPTION(.name = "pid", .kind = FLAG_TEXT, .value = "PID|NAME",
        .help = "explain the memory of this process, and of those that come from it", .at = AT(pid)),
    OPTION(.name = "by-program", .kind = FLAG_YES,
        .help = "say which programs of the machine take its memory, processes of one name together",
        .at = AT(by_program)),
    OPTION(.name = "follow", .kind = FLAG_TEXT, .value = "TIME",
        .help = "with --pid: look again and again for this long (\"10s\", \"2m\"), and say what changed",
        .at = AT(follow)),
    OPTION(.name = "format", .kind = FLAG_WORD, .value = "FORMAT", .words = "text json html",
        .help = "how the result is written to standard output: text, json or html (one page)",
        .at = AT(page)),
    &option_verbose,
    &option_quiet,
    NULL,
};

const struct subcommand subcommand_footprint = {
    .name = "footprint",
    .summary = "measure what modules, wheels and processes cost in memory and time",
    .arguments = "[FILE.so...|WHEEL]",
    .most = ANY_NUMBER,
    .completes = COMPLETE_FILES,
    .about =
        "With files: what each will cost when it is loaded, told without running it: sections, "
        "relocations and the pages they write to, symbols, thread-local storage, what is largest, and "
        "which static library it is of.\n\n"
        "With a wheel, or --import NAME: starts the interpreter alone and with the module imported, in "
        "turn, and says what the import takes: time, memory by kind and by file, page faults, work of "
        "the loader. With --against it says whether two builds differ by more than noise. With --fork "
        "it compares several interpreters with one that forks, and shows how long their memory stays "
        "shared. What is measured is the user's own code, which is run as such.\n\n"
        "With --pid: where the addresses of a process go, what of them is present, what it shares and "
        "with whom, and what would be free if it ended; with --by-program, what each program of the machine "
        "takes. Nothing is stopped or changed. Modules that are "
        "measured stop themselves while they are looked at.",
    .examples = {{"footprint module.so", "one module, without running it"},
        {"footprint dist/pyzmq.whl --against installed", "two builds of one module"},
        {"footprint --import json --fork --workers 4 --gc-freeze", "several interpreters, or one that forks"},
        {"footprint --pid 1234", "why a process is as large as it is"},
        {"footprint --pid postgres --format html >memory.html", "by its name, as a page to look at"},
        {"footprint --by-program", "what takes the machine's memory"}},
    .options = options,
    .run = run,
};
