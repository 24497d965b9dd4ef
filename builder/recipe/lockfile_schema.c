/* The keys of a lock file, held against the same machinery as those of recipes: what it says becomes names of
 * folders, and words of pip's. */
#include <ctype.h>
#include <string.h>

#include "base/str.h"
#include "recipe/lockfile.h"
#include "recipe/schema.h"
#include "recipe/texts.h"

#define TABLE(keys, type)                                   \
    {                                                       \
        keys, COUNT(keys), sizeof(type), SCHEMA_NO_POSITION \
    }

enum { HEX_BYTES = 64 };

static const char *const kind_words[] = {
#define RECIPE_KIND(id, word) word,
#include "recipe/kinds.def"
#undef RECIPE_KIND
    NULL};

static size_t count_of(const char *text, const char *more)
{
    size_t n = 0;
    while (isalnum((unsigned char)text[n]) || (text[n] && strchr(more, text[n])))
        n++;
    return n;
}

/* What becomes a word of pip's: nothing in it may be an option. */
static const char *check_package(struct arena *a, const char *text)
{
    static const char hash[] = " --hash=sha256:";
    static const char wrong[] = "is not NAME==VERSION --hash=sha256:HASH";
    size_t name = count_of(text, "-");
    (void)a;
    if (!name || *text == '-' || strncmp(text + name, "==", 2) != 0)
        return wrong;
    const char *version = text + name + 2;
    size_t len = count_of(version, ".!+-_");
    const char *rest = version + len;
    if (!len || *version == '-' || !*rest)
        return wrong;
    while (str_starts(rest, hash)) {
        size_t digits = strspn(rest + sizeof hash - 1, "0123456789abcdef");
        if (digits != HEX_BYTES)
            return wrong;
        rest += sizeof hash - 1 + digits;
    }
    return *rest ? wrong : NULL;
}

static const char *check_word(struct arena *a, const char *text)
{
    (void)a;
    return *text && *text != '-' && !text[count_of(text, "-_.")] ? NULL : "is not one word";
}

/* A project's own words go to pip as they are, behind "--"; here they are only compared. */
static const char *check_line(struct arena *a, const char *text)
{
    (void)a;
    for (const char *p = text; *p; p++)
        if (iscntrl((unsigned char)*p))
            return "has control characters in it";
    return *text && *text != '-' ? NULL : "is empty, or begins with a dash";
}

#define OF(member) offsetof(struct locked_source, member)
static const struct schema_key source_keys[] = {
    {"into", SCHEMA_TEXT, OF(into), .check = check_inside},
    {"urls", SCHEMA_TEXTS, OF(urls), .check = check_line},
    {"sha256", SCHEMA_TEXT, OF(sha256), SCHEMA_REQUIRED, .check = check_sha256},
};
static const struct schema_table source_table = TABLE(source_keys, struct locked_source);

#undef OF
#define OF(member) offsetof(struct locked_recipe, member)
static const struct schema_key recipe_keys[] = {
    {"name", SCHEMA_TEXT, OF(name), SCHEMA_REQUIRED, .check = check_word},
    {"kind", SCHEMA_WORD, OF(kind), SCHEMA_REQUIRED, .words = kind_words},
    {"version", SCHEMA_TEXT, OF(version), .check = check_version},
    {"features", SCHEMA_TEXTS, OF(features), .check = check_feature_name},
    {"requires-python", SCHEMA_TEXT, OF(requires_python), .check = check_specifiers},
    {"source", SCHEMA_TABLES, OF(sources), .table = &source_table},
};
static const struct schema_table recipe_table = TABLE(recipe_keys, struct locked_recipe);

#undef OF
#define OF(member) offsetof(struct locked_environment, member)
static const struct schema_key environment_keys[] = {
    {"project", SCHEMA_TEXT, OF(project), SCHEMA_REQUIRED, .check = check_word},
    {"python", SCHEMA_TEXT, OF(python), SCHEMA_REQUIRED, .check = check_word},
    {"platform", SCHEMA_TEXT, OF(platform), SCHEMA_REQUIRED, .check = check_word},
    {"requires", SCHEMA_TEXTS, OF(requires), SCHEMA_REQUIRED, .check = check_line},
    {"packages", SCHEMA_TEXTS, OF(packages), SCHEMA_REQUIRED, .check = check_package},
};
static const struct schema_table environment_table = TABLE(environment_keys, struct locked_environment);

#undef OF
#define OF(member) offsetof(struct locked_crates, member)
static const struct schema_key crates_keys[] = {
    {"project", SCHEMA_TEXT, OF(project), SCHEMA_REQUIRED, .check = check_word},
    {"file", SCHEMA_TEXT, OF(file), SCHEMA_REQUIRED, .check = check_inside},
    {"sha256", SCHEMA_TEXT, OF(sha256), SCHEMA_REQUIRED, .check = check_sha256},
};
static const struct schema_table crates_table = TABLE(crates_keys, struct locked_crates);

#undef OF
#define OF(member) offsetof(struct lockfile, member)
static const struct schema_key root_keys[] = {
    {"goals", SCHEMA_TEXTS, OF(goals), SCHEMA_REQUIRED, .check = check_line},
    {"from", SCHEMA_TEXT, OF(from), .check = check_line},
    {"recipe", SCHEMA_TABLES, OF(recipes), .table = &recipe_table},
    {"environment", SCHEMA_TABLES, OF(environments), .table = &environment_table},
    {"crates", SCHEMA_TABLES, OF(crates), .table = &crates_table},
};
const struct schema_table lockfile_schema = TABLE(root_keys, struct lockfile);
