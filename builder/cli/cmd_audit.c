/* `staticbuild audit`: which files are looked at, and where and in what form the reports go. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "audit/explain.h"
#include "audit/files.h"
#include "base/alloc.h"
#include "base/cleanup.h"
#include "cli/audit_digest.h"
#include "cli/commands.h"
#include "cli/flags.h"
#include "cli/overrides.h"
#include "isa/isa.h"
#include "smoke/together.h"
#include "sys/dirs.h"
#include "sys/read.h"
#include "ui/audit/report.h"
#include "ui/page/page.h"

enum { HELD_IN_MEMORY = 256 << 10 };

/* What is drawn waits for what stands before it: in memory, then in a file without a name. */
struct spool {
    struct strbuf text;
    FILE *file; /* NULL: all of it is in text */
};

struct auditing {
    struct audit_drawing drawing;
    struct audit_totals totals;
    struct audit_index index;
    struct spool spool;
    bool cut;                   /* text of many files is cut to what is read */
    struct audit_digest digest; /* when it is */
    size_t drawn;               /* files that added something */
};

/* What the thread that judged a file leaves for the one that prints: the reports are gone then. */
struct drawn {
    char *text;
    struct audit_sums sums;
};

static void drawn_free(struct drawn *d)
{
    if (!d)
        return;
    free(d->text);
    audit_sums_release(&d->sums);
    free(d);
}

static int spool_write(struct spool *s, struct err *e)
{
    if (!s->file && !(s->file = tmpfile()))
        return err_errno(e, ERR_ENVIRONMENT, "a temporary file for the report");
    if (fwrite(s->text.ptr, 1, s->text.len, s->file) != s->text.len)
        return err_errno(e, ERR_ENVIRONMENT, "a temporary file for the report");
    strbuf_clear(&s->text);
    return 0;
}

static int spool_add(struct spool *s, const char *text, size_t len, struct err *e)
{
    strbuf_add(&s->text, text, len);
    return s->text.len > HELD_IN_MEMORY ? spool_write(s, e) : 0;
}

static int spool_put(struct spool *s, struct err *e)
{
    if (s->file) {
        rewind(s->file);
        char buffer[65536];
        for (size_t n; (n = fread(buffer, 1, sizeof buffer, s->file)) > 0;) {
            struct strbuf part = {.ptr = buffer, .len = n, .cap = sizeof buffer};
            if (output_put(&part, e) < 0)
                return -1;
        }
        if (ferror(s->file))
            return err_errno(e, ERR_ENVIRONMENT, "a temporary file for the report");
    }
    return output_put(&s->text, e);
}

static void spool_release(struct spool *s)
{
    strbuf_release(&s->text);
    if (s->file)
        fclose(s->file);
}

static void draw(struct audited *a, void *arg)
{
    const struct auditing *g = arg;
    AUTO(strbuf) struct strbuf text = {0};
    struct drawn *drawn = xcalloc(1, sizeof *drawn);
    if (a->unreadable.kind == ERR_NONE) {
        audit_draw(&text, a, &g->drawing);
        audit_sums_count(&drawn->sums, a, g->drawing.least);
    }
    drawn->text = text.len ? xstrndup(text.ptr, text.len) : NULL; /* many wait at the same time */
    a->drawn = drawn;
}

/* Whether a file of many is told in more than a line: it does not pass, or it is what they come to together.
 */
static bool is_told(const struct auditing *g, const struct audited *a)
{
    bool together = a->kind == AUDITED_ENVIRONMENT && a->errors + a->warnings + a->notes;
    return !a->passes || (together && !g->digest.quiet);
}

static int take(struct audited *a, void *arg, struct err *e)
{
    struct auditing *g = arg;
    struct drawn *drawn = a->drawn;
    const char *text = drawn ? drawn->text : NULL;
    int status = 0;
    audit_totals_add(&g->totals, a);
    audit_index_add(&g->index, a, &g->drawing);
    if (drawn)
        audit_sums_add(&g->totals.sums, &drawn->sums);
    if (text && g->cut) {
        audit_digest_add(&g->digest, is_told(g, a), text);
    } else if (text) {
        const char *separator = g->drawn++ ? audit_separator(g->drawing.format) : "";
        status = spool_add(&g->spool, separator, strlen(separator), e);
        if (status == 0)
            status = spool_add(&g->spool, text, strlen(text), e);
    }
    drawn_free(drawn);
    return status;
}

static int put_all(struct auditing *g, struct err *e)
{
    AUTO(strbuf) struct strbuf before = {0};
    AUTO(strbuf) struct strbuf after = {0};
    AUTO(strbuf) struct strbuf digest = {0};
    audit_digest_put(&g->digest, &digest);
    if (g->digest.quiet && !g->totals.failed)
        return 0;
    audit_frame(&before, &after, &g->totals, &g->index, &g->drawing);
    if (output_put(&before, e) < 0 || spool_put(&g->spool, e) < 0 || output_put(&digest, e) < 0)
        return -1;
    return output_put(&after, e);
}

static int conclude(const struct audit_totals *t, bool allow_empty, struct err *e)
{
    for (size_t i = 0; i < t->unread.len; i++)
        err_add(e, ERR_ENVIRONMENT, "%s", t->unread.items[i]);
    if (t->unread.len)
        return -1;
    if (!t->files && !allow_empty)
        return err_set(e, ERR_FINDINGS,
            "nothing to judge was found: no wheel, module, library, program, archive or object "
            "(--allow-empty takes that)");
    if (t->failed)
        return err_set(e, ERR_FINDINGS, "%zu of %zu file%s not pass", t->failed, t->files,
            t->files == 1 ? " does" : "s do");
    return 0;
}

/* One platform, or one for each architecture where the tag has none. */
struct targets {
    VEC(struct platform) list;
};

static int read_target(struct targets *targets, const char *tag, struct err *e)
{
    struct platform p;
    const struct arch *arch;
    if (!tag || strcmp(tag, "any") == 0)
        return 0;
    if (platform_find(&p, tag)) {
        vec_push(&targets->list, p);
        return 0;
    }
    for (size_t i = 0; (arch = arch_at(i)); i++) {
        AUTO_FREE char *whole = xstrf("%s_%s", tag, arch->name);
        if (platform_find(&p, whole))
            vec_push(&targets->list, p);
    }
    if (targets->list.len)
        return 0;
    return err_add(e, ERR_USAGE,
        "--target %s: not a platform tag that is known here, such as manylinux_2_17_x86_64, manylinux_2_28 "
        "or "
        "any",
        tag);
}

static void read_overrides(struct overrides *o, const struct invocation *inv, struct err *e)
{
    for (size_t i = 0; i < inv->severity.len; i++)
        overrides_severity(o, inv->severity.items[i], e);
    for (size_t i = 0; i < inv->deny.len; i++) {
        const struct rule *rule = override_rule("--deny", inv->deny.items[i], e);
        if (rule)
            vec_push(&o->list, ((struct audit_override){rule, SEVERITY_ERROR}));
    }
}

static int list_rules(const struct invocation *inv, struct err *e)
{
    AUTO(strbuf) struct strbuf out = {0};
    if (inv->strict)
        report_rules_strict(&out);
    else if (inv->format == FORMAT_JSON)
        report_rules_json(&out);
    else if (inv->format == FORMAT_TEXT)
        report_rules(&out, style_of(stdout));
    else
        return err_set(e, ERR_USAGE, "--rules: listed as text or json only");
    return output_put(&out, e);
}

static enum audit_format format_of(const struct invocation *inv)
{
    static const enum audit_format formats[] = {
        [FORMAT_TEXT] = AUDIT_TEXT,
        [FORMAT_JSON] = AUDIT_JSON,
        [FORMAT_SARIF] = AUDIT_SARIF,
        [FORMAT_HTML] = AUDIT_HTML,
        [FORMAT_JUNIT] = AUDIT_JUNIT,
        [FORMAT_GITHUB] = AUDIT_GITHUB,
        [FORMAT_MARKDOWN] = AUDIT_MARKDOWN,
        [FORMAT_AUDITWHEEL] = AUDIT_AUDITWHEEL,
    };
    return formats[inv->format];
}

/* A mapped file that becomes shorter while it is looked at. Nothing but these two calls is allowed here. */
static void file_shrank(int number)
{
    static const char text[] = "staticbuild: a file became shorter while it was audited\n";
    (void)number;
    if (write(STDERR_FILENO, text, sizeof text - 1) < 0) { /* there is nobody to tell */
    }
    _exit(7);
}

/* A folder is several files until it was looked through; so are paths from standard input. */
static bool are_many(const struct strvec *paths)
{
    AUTO(err) struct err ignored = ERR_INIT; /* what cannot be read is told when it is judged */
    return paths->len != 1 || strcmp(paths->items[0], "-") == 0 ||
           path_is_folder(paths->items[0], &ignored) == 1;
}

static int audit_all(
    const struct invocation *inv, const struct audit_options *options, enum severity least, struct err *e)
{
    struct auditing g = {
        .drawing = {
            .format = format_of(inv), .explain = inv->explain, .least = least, .style = style_of(stdout)}};
    g.cut = g.drawing.format == AUDIT_TEXT && !inv->explain;
    g.drawing.many = are_many(&inv->arguments);
    g.digest.quiet = g.cut && inv->quiet;
    struct page *page = NULL;
    if (g.drawing.format == AUDIT_HTML && !(page = page_read("audit.html", e)))
        return -1;
    g.drawing.page = page;
    struct audit_sink sink = {draw, take, &g};
    signal(SIGBUS, file_shrank);
    int status = audit_paths(&inv->arguments, options, &sink, e);
    if (status == 0)
        status = put_all(&g, e);
    if (status == 0)
        status = conclude(&g.totals, inv->allow_empty, e);
    audit_totals_release(&g.totals);
    audit_index_release(&g.index);
    audit_digest_release(&g.digest);
    spool_release(&g.spool);
    page_free(page);
    return status;
}

/* Code is run for whoever asks for that, and for nothing else. */
static void check_prove(const struct invocation *inv, struct err *e)
{
    size_t wheels = 0;
    if (!inv->prove) {
        if (inv->python)
            err_add(e, ERR_USAGE, "--python: is for --prove");
        return;
    }
    for (size_t i = 0; i < inv->arguments.len; i++)
        wheels += str_ends(inv->arguments.items[i], ".whl");
    if (!inv->together)
        err_add(e, ERR_USAGE, "--prove: goes with --together");
    if (wheels != inv->arguments.len || wheels < 2 || wheels > TOGETHER_MEMBERS_MAX)
        err_add(e, ERR_USAGE, "--prove: needs 2 to %d wheels, and nothing else", TOGETHER_MEMBERS_MAX);
    if (inv->format != FORMAT_TEXT && inv->format != FORMAT_JSON)
        err_add(e, ERR_USAGE, "--prove: told as text or json only");
}

/* The report, and what happened when it was tried: the first that is wrong is told. */
static int audit_and_prove(
    const struct invocation *inv, const struct audit_options *options, enum severity least, struct err *e)
{
    if (inv->format == FORMAT_JSON)
        return audit_prove(inv, e);
    AUTO(err) struct err found = ERR_INIT;
    int status = audit_all(inv, options, least, &found);
    if (status < 0 && found.kind != ERR_FINDINGS)
        return err_move(e, &found);
    int proved = audit_prove(inv, e);
    return proved < 0 ? proved : status < 0 ? err_move(e, &found) : 0;
}

/* Whether rule isa-code, the only one that decodes, looks at anything: at wheels, and at what --isa asks for.
 */
static bool decodes(const struct invocation *inv, const struct audit_options *options)
{
    bool any = inv->isa, off = false;
    for (size_t i = 0; i < inv->arguments.len; i++)
        any |= str_ends(inv->arguments.items[i], ".whl");
    for (size_t i = 0; i < options->override_count; i++)
        if (strcmp(options->overrides[i].rule->id, "isa-code") == 0)
            off = options->overrides[i].severity == SEVERITY_OFF;
    return any && !off;
}

static int run(struct invocation *inv, struct err *e)
{
    if (inv->rules)
        return list_rules(inv, e);
    if (inv->tree)
        return audit_trees(inv, e);
    struct targets targets = {0};
    struct overrides overrides = {0};
    if (!inv->arguments.len)
        err_add(
            e, ERR_USAGE, "`audit` needs PATH...; `%s help audit` says how it is used", inv->program->name);
    check_prove(inv, e);
    if (inv->diff && inv->arguments.len != 2)
        err_add(e, ERR_USAGE, "--diff: needs two files, the older one first");
    if (inv->diff && inv->format != FORMAT_TEXT && inv->format != FORMAT_JSON && inv->format != FORMAT_SVG)
        err_add(e, ERR_USAGE, "--diff: told as text, json or svg only");
    if (!inv->diff && inv->format == FORMAT_SVG)
        err_add(e, ERR_USAGE, "--format svg: a picture of two files: --diff OLD NEW");
    read_target(&targets, inv->target, e);
    read_overrides(&overrides, inv, e);
    struct audit_options options = {
        .target = targets.list.items,
        .target_count = targets.list.len,
        .allowed = &inv->allow,
        .overrides = overrides.list.items,
        .override_count = overrides.list.len,
        .explain = inv->explain,
        .strict = inv->strict,
        .allow_empty = inv->allow_empty,
        .together = inv->together,
        .read_code = inv->isa ? AUDIT_CODE_ASKED : AUDIT_CODE_LEFT,
        .read_code_of_named_wheels = AUDIT_CODE_READ,
        .details = inv->format == FORMAT_HTML || inv->format == FORMAT_AUDITWHEEL,
        .jobs = inv->jobs,
        .memory_bytes_max = (size_t)inv->memory_limit << 20,
    };
    struct explain_sources sources = {0};
    AUTO_FREE char *store = dirs_cache();
    if (e->kind == ERR_NONE && (inv->explain || inv->format == FORMAT_HTML) &&
        explain_sources_open(&sources, store, inv->map, e) == 0)
        options.sources = &sources;
    int status = -1;
    if (e->kind == ERR_NONE && decodes(inv, &options))
        isa_load(e);
    if (e->kind == ERR_NONE)
        status = inv->diff    ? audit_difference(inv, &options, e)
                 : inv->prove ? audit_and_prove(inv, &options, overrides.least, e)
                              : audit_all(inv, &options, overrides.least, e);
    explain_sources_release(&sources);
    vec_release(&targets.list);
    overrides_release(&overrides);
    return status;
}

static const struct flag *const options[] = {
    OPTION(.name = "python", .letter = 'p', .kind = FLAG_TEXT, .value = "PYTHON",
        .help =
            "with --prove: the interpreter, a version or a path; the first that the wheels fit if not given",
        .at = AT(python)),
    OPTION(.name = "jobs", .letter = 'j', .kind = FLAG_NUMBER, .value = "N",
        .help = "judge this many files side by side; as many as processors if not given", .at = AT(jobs)),
    OPTION(.name = "target", .kind = FLAG_TEXT, .value = "TAG",
        .help = "the platform tag to hold files against, such as manylinux_2_17_x86_64, or manylinux_2_28 "
                "for any architecture; what each claims if not given",
        .at = AT(target)),
    OPTION(.name = "allow", .kind = FLAG_LIST, .value = "PATTERN",
        .help = "libraries that may be needed besides those of the platform (\"libcuda.so.*\"); may be given "
                "often",
        .at = AT(allow)),
    OPTION(.name = "deny", .kind = FLAG_LIST, .value = "RULE",
        .help = "make what this rule finds an error; may be given often", .at = AT(deny)),
    OPTION(.name = "strict", .kind = FLAG_YES,
        .help = "make an error of everything that recipes here are held to: the same as the --deny list that "
                "`audit --rules --strict` prints",
        .at = AT(strict)),
    OPTION(.name = "together", .kind = FLAG_YES,
        .help = "say also what the wheels that are named do to each other in one process",
        .at = AT(together)),
    OPTION(.name = "prove", .kind = FLAG_YES,
        .help = "with --together, of wheels: RUN THEIR CODE: import each alone, then each two in both "
                "orders, in children that bubblewrap confines where it is there; as text after the report, "
                "as json instead of it",
        .at = AT(prove)),
    OPTION(.name = "diff", .kind = FLAG_YES,
        .help = "say what the second of two files gained and lost against the first: tag, files, libraries, "
                "exports, code of others, sizes, findings; as text or json, or as a picture (svg)",
        .at = AT(diff)),
    OPTION(.name = "allow-empty", .kind = FLAG_YES,
        .help = "take a folder without anything to judge, and a wheel for a platform without compiled code",
        .at = AT(allow_empty)),
    OPTION(.name = "severity", .kind = FLAG_LIST, .value = "[RULE=]LEVEL",
        .help = "what a rule's findings (* for all) are: error, warning, note or off; LEVEL alone: what is "
                "told; may be given often",
        .at = AT(severity)),
    OPTION(.name = "explain", .kind = FLAG_YES,
        .help = "show the evidence of every finding, what pulled in each symbol that needs a newer platform, "
                "and what is taken from each library",
        .at = AT(explain)),
    OPTION(.name = "map", .kind = FLAG_TEXT, .value = "FILE",
        .help = "with --explain: the link map of the file; those of modules built here are found without",
        .at = AT(map)),
    OPTION(.name = "tree", .kind = FLAG_YES,
        .help = "show the libraries that the dynamic loader would load, and where it would find them",
        .at = AT(tree)),
    &option_root,
    &option_library_path,
    OPTION(.name = "isa", .kind = FLAG_YES,
        .help = "look for instructions that not every processor of the architecture has, in folders and "
                "single files too, not only in wheels that are named",
        .at = AT(isa)),
    OPTION(.name = "rules", .kind = FLAG_YES, .help = "list the rules, and audit nothing", .at = AT(rules)),
    OPTION(.name = "memory-limit", .kind = FLAG_NUMBER, .value = "MIB",
        .help = "hold at most this much of what wheels contain in memory at once; 1024 if not given",
        .at = AT(memory_limit)),
    OPTION(.name = "format", .kind = FLAG_WORD, .value = "FORMAT",
        .words = "text json sarif html junit github markdown auditwheel-json svg",
        .help = "how the result is written to standard output: text, json, sarif (for code-scanning pages), "
                "junit, github (annotations), markdown, auditwheel-json (the keys of `auditwheel show "
                "--json`, a document a wheel), html (one page), or svg (with --diff: both beside each other)",
        .at = AT(format)),
    &option_verbose,
    &option_quiet,
    NULL,
};

const struct subcommand subcommand_audit = {
    .name = "audit",
    .summary = "judge finished modules, wheels, static archives and folders of them",
    .arguments = "PATH...",
    .most = ANY_NUMBER,
    .completes = COMPLETE_FILES,
    .about =
        "Reads extension modules, shared libraries, programs, wheels, static archives and objects, or all of "
        "those in a folder, and says which platform tag they earn, which one they claim, and what stands "
        "between. Nothing is run (but with --prove), fetched, written or unpacked. The verdict comes first, "
        "then findings, the most serious ones first. In a folder of installed distributions it also says "
        "which of them carry the same library, and what the loader makes one of; --together says so of "
        "wheels.\n\n"
        "As text, a rule's first finding speaks for the others of its rule, a wheel that passes is told in "
        "six lines, and many files by sums, by those that do not pass and by a line for each other; "
        "--explain tells all. --quiet tells what does not pass and nothing else, --severity error errors "
        "alone.\n\n"
        "With --explain and --format html, a link map beside a module (NAME.so.map) tells which static "
        "libraries are inside, and how large they are.\n\n"
        "With --explain it says which archive member, function or section pulled in each symbol that needs a "
        "newer platform, and what is taken from each library. With --tree it draws the libraries that the "
        "dynamic loader would load instead of judging.\n\n"
        "With --together --prove the wheels' code is run: it says so first. Nothing else of this command "
        "runs anything.\n\n"
        "With --diff it says what NEW gained and lost against OLD, for `audit --diff OLD NEW`: two wheels, "
        "or two modules, libraries or programs. Files in two wheels are the same when their names differ in "
        "nothing but the Python they are for and the hashes of copied libraries. The status is 1 when there "
        "is a difference.\n\n"
        "PATH may be \"-\": paths are then read from standard input, a line each, or parted by NUL bytes.\n\n"
        "An error is what makes a file fail where its tag says that it works, or makes the tag untrue; a "
        "warning works today and may hurt; a note is a choice.\n\n"
        "The status is 0 when what is claimed, or the target, holds, 1 when a finding of severity error "
        "stands, and 7 when a file could not be read.",
    .examples = {{"audit dist/*.whl", "the wheels in dist"},
        {"audit module.so --target manylinux_2_17_x86_64 --explain",
            "what keeps a module from an older platform, symbol by symbol"},
        {"audit dist --format html >audit.html", "a page to look at"},
        {"audit dist --strict --deny no-licence --severity runpath=warning",
            "held to what recipes here are held to, with one rule stricter, and one milder"},
        {"audit --diff zmq-26.whl zmq-27.whl", "what a release gained and lost"},
        {"audit --diff before.whl after.whl --format svg >both.svg", "a picture of both, for a README"},
        {"audit --tree --root rootfs rootfs/usr/bin/ssh", "what the loader of another system would load"}},
    .options = options,
    .run = run,
};
