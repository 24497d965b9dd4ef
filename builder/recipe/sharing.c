/* What [wheel] sharing says of the libraries that several modules of a wheel need. */
#include <string.h>

#include "base/count.h"
#include "recipe/internal.h"

#define REASON "reason"

static const char *const words[] = {
    [SHARING_UNSAID] = "", [SHARING_ONE] = "one", [SHARING_DUPLICATE] = "duplicate"};
enum { WORDS = COUNT(words) };

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

/* A reason is for what is unusual. */
void check_sharing(struct checker *c, const struct toml_node *sharing)
{
    const struct toml_node *reason = member_of_type(sharing, REASON, TOML_STRING), *duplicate = NULL;
    if (!sharing)
        return;
    toml_each (sharing, it) {
        if (it == reason || it->type != TOML_STRING)
            continue;
        if (strcmp(it->string, words[SHARING_DUPLICATE]) == 0)
            duplicate = it;
        else if (strcmp(it->string, words[SHARING_ONE]) != 0)
            mistake_add(&c->mistakes, it->pos, "\"%s\" is neither \"one\" nor \"duplicate\"", it->string);
    }
    if (duplicate && !reason)
        mistake_add(&c->mistakes, duplicate->pos,
            "\"duplicate\" needs a reason: sharing = { %s = \"duplicate\", reason = \"…\" }", duplicate->key);
    if (reason && !duplicate)
        mistake_add(&c->mistakes, reason->key_pos, "\"reason\" goes with \"duplicate\"");
}
