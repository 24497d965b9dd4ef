/* The flags of all commands in one table. A name means the same kind of thing wherever it is understood. */
#ifndef CLI_FLAGS_H
#define CLI_FLAGS_H

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
    const char *value;    /* what help calls its value; NULL for FLAG_YES */
    const char *words;    /* FLAG_WORD: "text json", in the order of the enum */
    const char *commands; /* the commands that understand it, "run plan"; "*" for all */
    const char *help;
    size_t at; /* offset in struct invocation */
};

extern const struct flag flags[];
extern const size_t flags_len;

/* Environment variables the program reads. */
struct variable {
    const char *name, *meaning;
};
extern const struct variable variables[];
extern const size_t variables_len;

bool flag_is_for(const struct flag *flag, const struct subcommand *command);

/* True when word is one of the words, which spaces part; *place is its number. */
bool word_place(const char *words, const char *word, size_t *place);

/* The flag of this name or letter: that of command if it has one, else any. NULL when no command has it. */
const struct flag *flag_find(const char *name, size_t len, const struct subcommand *command);
const struct flag *flag_find_letter(char letter, const struct subcommand *command);

#endif
