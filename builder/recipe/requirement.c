/* "libxml2[icu] >= 2.12": what one recipe asks of another. */
#include "recipe/requirement.h"

#include <string.h>

#include "base/str.h"
#include "base/vec.h"
#include "recipe/texts.h"
#include "recipe/version.h"

static const char *copy(struct arena *a, struct slice s)
{
    return arena_strndup(a, s.ptr, s.len);
}

/* The features between the brackets; *p stands behind the opening one and moves behind the closing one. */
static const char *parse_features(struct arena *a, const char **p, struct requirement *r)
{
    const char *close = strchr(*p, ']');
    if (!close)
        return "has no \"]\" after its \"[\"";
    VEC(struct feature_choice) choices = {0};
    const char *problem = NULL;
    struct slice rest = {*p, (size_t)(close - *p)};
    while (rest.ptr && !problem) {
        struct slice one = slice_trim(slice_cut(&rest, ','));
        bool on = !(one.len && one.ptr[0] == '-');
        if (!on)
            one = (struct slice){one.ptr + 1, one.len - 1};
        struct feature_choice choice = {copy(a, one), on};
        if (check_feature_name(a, choice.name))
            problem = arena_strf(a, "asks for a feature \"%s\", which is not a name of one", choice.name);
        vec_each (&choices, it)
            if (strcmp(it->name, choice.name) == 0)
                problem = arena_strf(a, "names the feature \"%s\" twice", choice.name);
        vec_push(&choices, choice);
    }
    r->features = arena_memdup(a, choices.items, choices.len * sizeof *choices.items);
    r->feature_count = choices.len;
    vec_release(&choices);
    *p = close + 1;
    return problem;
}

const char *requirement_parse(struct arena *a, const char *text, struct requirement *r)
{
    struct slice whole = slice_trim(slice_of(text));
    const char *p = r->text = copy(a, whole);
    size_t len = strcspn(p, " \t:[<>=!~,");
    r->name = arena_strndup(a, p, len);
    p += len;
    if (check_recipe_name(a, r->name))
        return "does not begin with a name, as in \"libsodium >= 1.0.16\"";
    if (*p == ':') {
        len = strcspn(++p, " \t:[<>=!~,");
        r->program = arena_strndup(a, p, len);
        p += len;
        if (check_recipe_name(a, r->program))
            return "has no name of a program after the \":\"";
    }
    p += strspn(p, " \t");
    if (*p == '[') {
        p++;
        const char *problem = parse_features(a, &p, r);
        if (problem)
            return problem;
        p += strspn(p, " \t");
    }
    r->constraint = arena_strdup(a, p);
    const char *problem = constraint_problem(r->constraint);
    return problem ? arena_strf(a, "has a bad constraint: %s", problem) : NULL;
}
