/* Options. Those of one command stand in its cmd_NAME.c; those that several understand are here. A name means
 * the same kind of thing wherever it is understood. */
#ifndef CLI_FLAGS_H
#define CLI_FLAGS_H

#include <stddef.h>

#include "cli/program.h"

enum flag_kind {
    FLAG_YES,    /* bool: given or not */
    FLAG_TEXT,   /* const char * */
    FLAG_LIST,   /* struct strvec: may be given several times */
    FLAG_NUMBER, /* unsigned, from 1 */
    FLAG_WORD,   /* an enum: the place of the word in words */
};

struct flag {
    const char *name; /* without the two dashes */
    char letter;      /* 0: none */
    enum flag_kind kind;
    const char *value;        /* what help calls its value; NULL for FLAG_YES */
    const char *words;        /* FLAG_WORD: "text json", in the order of the enum */
    enum completes completes; /* what a shell offers for its value, besides words */
    const char *help;
    size_t at; /* offset in struct invocation */
};

#define AT(field) offsetof(struct invocation, field)

/* An option of one command, for its list: OPTION(.name = "keys", …). */
#define OPTION(...) (&(const struct flag){__VA_ARGS__})

/* Of several commands. */
extern const struct flag option_output, option_debug_files, option_python, option_python_root, option_jobs,
    option_load_average, option_keep_work, option_keep_going, option_require_tried, option_offline,
    option_sandbox, option_mirror, option_share, option_share_read_only, option_cache_sign,
    option_cache_trust, option_library, option_with, option_launcher, option_locked, option_shard,
    option_durations, option_dry_run, option_target, option_root, option_library_path, option_format,
    option_timings, option_progress, option_verbose, option_quiet;

/* Those that go together in the lists of commands: how things are built, where sources and finished steps
 * come from, how it is told. */
#define OPTIONS_OF_BUILDING                                                                      \
    &option_launcher, &option_jobs, &option_load_average, &option_keep_going, &option_keep_work, \
        &option_sandbox
#define OPTIONS_OF_PLACES_UNLOCKED                                                               \
    &option_offline, &option_mirror, &option_share, &option_share_read_only, &option_cache_sign, \
        &option_cache_trust
#define OPTIONS_OF_PLACES &option_locked, OPTIONS_OF_PLACES_UNLOCKED
#define OPTIONS_OF_SHARDS &option_shard, &option_durations
#define OPTIONS_OF_REPORTS &option_format, &option_progress, &option_timings, &option_verbose, &option_quiet

/* Every command understands these; up to NULL. */
extern const struct flag *const options_of_all[];

/* Environment variables the program reads. */
struct variable {
    const char *name, *meaning;
};
extern const struct variable variables[];
extern const size_t variable_count;

/* The option of that number, those of all commands behind the command's own; NULL behind the last. */
const struct flag *flag_at(const struct subcommand *command, size_t number);

/* True when word is one of the words, which spaces part; *place is its number. */
bool word_place(const char *words, const char *word, size_t *place);

/* An option as it may be given: by name, or by letter where that is not 0. */
struct flag_spelling {
    const char *name;
    size_t name_len;
    char letter;
};

/* The option of the command that is spelt so; NULL when it has none. */
const struct flag *flag_of(const struct subcommand *command, const struct flag_spelling *spelling);

/* The same of the first command that has one. */
const struct flag *flag_of_any(const struct program *program, const struct flag_spelling *spelling);

#endif
