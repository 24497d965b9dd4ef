/* What the program understands, in tables: its commands, flags and exit statuses. --help, the manual page and
 * the completions are made from them, so that none can say something else. */
#ifndef CLI_PROGRAM_H
#define CLI_PROGRAM_H

#include "base/err.h"
#include "base/str.h"
#include "pipeline/pipeline.h"
#include "ui/progress/progress.h"

enum { KINDS_MAX = 4 };

struct exit_status {
    int status;
    const char *meaning;
    enum err_kind kinds[KINDS_MAX]; /* that end so, up to the first ERR_NONE */
};

enum completes {
    COMPLETE_NOTHING,
    COMPLETE_RECIPES,
    COMPLETE_FILES,
    COMPLETE_COMMANDS,
    COMPLETE_VERBS,
    COMPLETE_TEMPLATES
};

/* A command line that is worth showing, and what it does. */
struct example {
    const char *line, *does;
};

enum { EXAMPLES_MAX = 8, ANY_NUMBER = -1 };

struct invocation;
struct flag;

/* A command, as its cmd_NAME.c tells of it. */
struct subcommand {
    const char *name;
    const char *summary;   /* one line, no full stop */
    const char *arguments; /* "RECIPE...", or "" */
    int least, most;       /* arguments; most may be ANY_NUMBER */
    enum completes completes;
    const char *verbs;                     /* COMPLETE_VERBS: "list show" */
    bool projects;                         /* its arguments are projects, and no recipes */
    bool finishes;                         /* these are wheels that were made already */
    bool builds;                           /* runs what sources bring: the caution is told with its help */
    const char *about;                     /* paragraphs parted by empty lines */
    struct example examples[EXAMPLES_MAX]; /* up to the first whose line is NULL */
    const struct flag *const *options;     /* its own, up to NULL; or NULL */
    /* Does it; what went wrong is in *e. */
    int (*run)(struct invocation *inv, struct err *e);
};

struct program {
    const char *name, *version, *summary;
    const char *caution;                         /* what everybody has to know */
    const struct subcommand *const *subcommands; /* the first is the default one */
    size_t subcommand_count;
    const struct exit_status *statuses; /* 0 first */
    size_t status_count;
    const char *made_of; /* more lines of its version, each ended: of which commit, with which libraries */
};

enum page_format { PAGE_TEXT, PAGE_JSON, PAGE_HTML }; /* of the footprint */

enum output_format {
    FORMAT_TEXT,
    FORMAT_JSON,
    FORMAT_SARIF,
    FORMAT_HTML,
    FORMAT_JUNIT,
    FORMAT_GITHUB,
    FORMAT_MARKDOWN,
    FORMAT_AUDITWHEEL,
    FORMAT_SVG
};

/* A command line that was read. Texts belong to argv. */
struct invocation {
    const struct program *program;
    const struct subcommand *subcommand;
    struct strvec arguments;
    bool named; /* the command was named, not implied */

    bool help, version; /* of any command */
    enum output_format format;
    enum progress_style progress;
    bool verbose, quiet;

    const char *timings;
    const char *output, *debug_files, *python, *python_root, *mirror, *share;
    unsigned jobs; /* 0: not given */
    unsigned load;
    enum sandbox sandbox;
    bool keep_going, offline, locked, upgrade, dry_run, with_keys, require_tried, share_read_only;

    bool names_only, templates, outdated, print_sha256, all;
    const char *to; /* of what is fetched: a folder */
    const char *shard, *durations, *launcher;
    bool print_durations;
    unsigned shards; /* of a pipeline; 0: it is whole */

    const char *max_size, *max_age; /* of the cache */
    const char *step;               /* of a log */
    bool keep_work;

    const char *target, *root, *library_path, *map;
    const char *cache_sign;
    struct strvec cache_trust; /* files of keys, as often as they were given */
    struct strvec with;        /* extensions that are built into interpreters */
    struct strvec libraries;   /* that are linked into projects */
    struct strvec settings;    /* of a project's backend, as often as they were given */
    bool infer, clean;
    bool explain, isa, tree, rules, strict, allow_empty, together, prove, diff;
    struct strvec allow, deny, severity; /* of the audit, as often as they were given */
    unsigned memory_limit;               /* MiB; 0: not given */

    const char *needed_by;

    const char *holds; /* of the bill of materials */
    bool check;

    enum page_format page; /* of the footprint, and so on to gc_freeze */
    struct strvec import_names;
    const char *against, *pid, *follow, *touch;
    unsigned runs, workers; /* 0: not given */
    bool fork, gc_freeze, by_program;

    const char *template_name, *license; /* of what is new */
    bool cython, cxx;
    const char *from; /* a file whose settings are taken, or that lists projects */

    bool manual;
    const char *completion;
    const char *topic;
};

/* Reads argv (argv[0] is skipped). Every mistake is in *e at once, ERR_USAGE. With --help and --version the
 * rest is not insisted on. */
int invocation_parse(
    struct invocation *inv, const struct program *program, int argc, char **argv, struct err *e);
void invocation_release(struct invocation *inv);

/* NULL when there is none of that name. */
const struct subcommand *subcommand_find(const struct program *program, const char *name);

/* The command whose name looks most like this one, or NULL. */
const struct subcommand *subcommand_like(const struct program *program, const char *name);

/* The whole program: reads the command line and runs the command. *json_errors becomes true when a program
 * reads stderr (--progress json), which then expects an error as one more JSON line. */
int program_run(const struct program *program, int argc, char **argv, bool *json_errors, struct err *e);

/* Writes to stdout; "no space left" and the like are errors. */
int output_put(const struct strbuf *text, struct err *e);

/* Writes a file that must not be there yet (ERR_USAGE), with its folder, and says its path on standard
 * output. */
int output_new_file(const char *path, const struct strbuf *text, struct err *e);
int version_put(const struct program *program, struct err *e); /* what --version says */

/* Says on standard error what was wrong with one of many things, made harmless. */
void output_complain(const char *text);

#endif
