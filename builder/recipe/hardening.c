/* What every build is hardened with, in the words of recipes and of the audit. */
#include "recipe/hardening.h"

#include <string.h>

#include "recipe/mistakes.h"

static const struct {
    const char *word, *rule, *means;
} rows[HARDENING_COUNT] = {
#define HARDENING(id, word, rule, means) {word, rule, means},
#include "recipe/hardening.def"
#undef HARDENING
};

const char *hardening_word(enum hardening h)
{
    return rows[h].word;
}

const char *hardening_rule(enum hardening h)
{
    return rows[h].rule;
}

const char *hardening_means(enum hardening h)
{
    return rows[h].means;
}

const char *recipe_unhardened(const struct recipe *r, enum hardening h)
{
    for (size_t i = 0; i < r->unhardened.len; i++)
        if (strcmp(r->unhardened.items[i].key, rows[h].word) == 0)
            return r->unhardened.items[i].value;
    return NULL;
}

const char *check_hardening_word(struct arena *a, const char *text)
{
    struct guess guess = {.word = text};
    for (size_t i = 0; i < HARDENING_COUNT; i++) {
        if (strcmp(text, rows[i].word) == 0)
            return NULL;
        guess_consider(&guess, rows[i].word);
    }
    return arena_strf(a, "is nothing that a build is hardened with%s", guess_text(a, &guess));
}
