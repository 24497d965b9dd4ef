/* What [wheel] sharing says of the libraries that several modules of a wheel need. */
#include <stdio.h>
#include <string.h>

#include "base/count.h"
#include "recipe/internal.h"

#define REASON "reason"

static const char *const words[] = {[SHARING_UNSAID] = "",
    [SHARING_ONE] = "one",
    [SHARING_DUPLICATE] = "duplicate",
    [SHARING_BORROW] = "borrow"};
enum { WORDS = COUNT(words) };

const struct borrowable *recipe_borrowable(const char *library)
{
    static const struct borrowable rows[] = {
        {"sqlite", "_sqlite3", "sqlite3_libversion_number"},
    };
    for (size_t i = 0; i < COUNT(rows); i++)
        if (strcmp(rows[i].library, library) == 0)
            return &rows[i];
    return NULL;
}

unsigned recipe_borrow_floor(const struct recipe *r, const char *library)
{
    unsigned floor = 0;
    for (size_t i = 0; i < r->libraries.len; i++) {
        const char *bound = strstr(r->libraries.items[i].constraint, ">=");
        unsigned major = 0, minor = 0, patch = 0;
        if (bound && strcmp(r->libraries.items[i].name, library) == 0 &&
            sscanf(bound, ">= %u.%u.%u", &major, &minor, &patch) > 0)
            floor = major * 1000000 + minor * 1000 + patch;
    }
    return floor;
}

static const char *said_of(const struct recipe *r, const char *name)
{
    for (size_t i = 0; i < r->wheel.sharing.len; i++)
        if (strcmp(r->wheel.sharing.items[i].key, name) == 0)
            return r->wheel.sharing.items[i].value;
    return NULL;
}

enum sharing_choice recipe_sharing(const struct recipe *r, const char *library)
{
    const char *said = said_of(r, library);
    for (int i = SHARING_ONE; said && i < WORDS; i++)
        if (strcmp(said, words[i]) == 0)
            return (enum sharing_choice)i;
    return SHARING_UNSAID;
}

const char *recipe_sharing_reason(const struct recipe *r)
{
    return said_of(r, REASON);
}

bool recipe_sharing_is_reason(const char *key)
{
    return strcmp(key, REASON) == 0;
}

static void check_borrowed(struct checker *c, const struct toml_node *said)
{
    if (!recipe_borrowable(said->key))
        mistake_add(
            &c->mistakes, said->pos, "%s cannot be borrowed: only sqlite is in interpreters", said->key);
}

/* A reason is for what is unusual. */
void check_sharing(struct checker *c, const struct toml_node *sharing)
{
    const struct toml_node *reason = toml_member(sharing, REASON, TOML_STRING), *duplicate = NULL;
    if (!sharing)
        return;
    toml_each (sharing, it) {
        if (it == reason || it->type != TOML_STRING)
            continue;
        if (strcmp(it->string, words[SHARING_DUPLICATE]) == 0)
            duplicate = it;
        else if (strcmp(it->string, words[SHARING_BORROW]) == 0)
            check_borrowed(c, it);
        else if (strcmp(it->string, words[SHARING_ONE]) != 0)
            mistake_add(
                &c->mistakes, it->pos, "\"%s\" is none of \"one\", \"duplicate\" and \"borrow\"", it->string);
    }
    if (duplicate && !reason)
        mistake_add(&c->mistakes, duplicate->pos,
            "\"duplicate\" needs a reason: sharing = { %s = \"duplicate\", reason = \"…\" }", duplicate->key);
    if (reason && !duplicate)
        mistake_add(&c->mistakes, reason->key_pos, "\"reason\" goes with \"duplicate\"");
}
