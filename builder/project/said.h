/* What is said of one project by all who may: the command line, its pyproject.toml, a recipe of its name, a
 * row of recipes/data/projects.toml. They are asked in this order. Lists are joined; of what there is one,
 * the first counts. Each word keeps who said it. */
#ifndef PROJECT_SAID_H
#define PROJECT_SAID_H

#include "base/str.h"
#include "base/vec.h"
#include "recipe/project_row.h"

struct project_said {
    struct arena *arena;
    VEC(struct said_word {
        const char *key; /* NULL for a library */
        struct option value;
        const char *by; /* "--library", "pyproject.toml:12" */
    })
    libraries, env, settings;
    const struct patch *patches; /* of the row: files below its own folder */
    size_t patch_count;
    const char *abi3, *abi3_by;
    struct texts imports, command;
    const char *script; /* below the folder of who says it */
    struct texts test_requires;
    const char *test_by;
};

void said_library(struct project_said *s, const char *requirement, const char *by);

/* KEY=VALUE; without '=', or said twice on the command line, it is ERR_USAGE. */
int said_setting(struct project_said *s, const char *setting, const char *by, struct err *e);

void said_row(struct project_said *s, const struct project_row *row, const char *by);

/* What a recipe says of the libraries, and, when its own backend builds it, of that. */
void said_recipe(struct project_said *s, const struct recipe *r, const char *by);

/* host-requires of the table [external] (PEP 725): "dep:generic/libxml2", of which exists says under which
 * name there is a recipe. */
struct toml_node;
void said_external(struct project_said *s, const struct toml_node *external, const char *by,
    bool (*exists)(void *arg, const char *name), void *arg);

/* "libpq >= 10 (projects.toml:3), env X (…)", for people; nothing when nothing is said. */
void said_text(struct strbuf *out, const struct project_said *s);
void project_said_release(struct project_said *s);

#endif
