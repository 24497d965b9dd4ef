/* Lists of words, for argument vectors. Running out of memory ends the program: there is nothing to undo. */
#ifndef WRAPPER_WORDS_H
#define WRAPPER_WORDS_H

#include <stdbool.h>
#include <stddef.h>

/* Zeroed is empty; items is NULL-terminated once something was added. */
struct words {
    char **items;
    size_t count, room;
};

/* Adds a copy. */
void words_add(struct words *list, const char *word);
void words_addf(struct words *list, const char *format, ...) __attribute__((format(printf, 2, 3)));
void words_add_all(struct words *list, const struct words *more);
void words_release(struct words *list);

/* Adds argv, every "@file" replaced by the words of that file, as gcc and ld read them: separated by white
 * space, quoted by ' and ", a backslash takes the next character as it is. A file that cannot be read stays
 * the word that it was. *had_files says whether there was one. */
void words_expand(struct words *out, char *const *argv, bool *had_files);

/* Writes a file that words_expand reads back; -1 when it cannot, errno says why. */
int words_write(const struct words *list, size_t from, const char *path);

bool word_starts(const char *word, const char *prefix);
bool word_ends(const char *word, const char *suffix);

/* Memory that is there; a wrapper without memory says so and ends. */
void *wrapper_memory(void *old, size_t bytes);

#endif
