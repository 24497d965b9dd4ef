/* What several distributions have in one process, of which the loader makes one.
 *
 * A module's names are its own (RTLD_LOCAL), so that two copies of a library live side by side, each with
 * what it keeps. Two things break through: a library is looked for by its soname, and one of that name which
 * is there already is taken, whoever brought it; and a symbol that is STB_GNU_UNIQUE is one in the whole
 * process. In both cases who is imported first gives his to the other, and the order of imports decides which
 * of them is right. */
#include <string.h>

#include "audit/environment.h"

enum { DISTRIBUTIONS_NAMED = 4 };

/* "a 1.0, b 2.0": those that have the name, each once; they are sorted. */
static size_t name_distributions(const struct held_name *first, size_t count, struct strbuf *out)
{
    size_t distributions = 0;
    for (size_t i = 0; i < count; i++) {
        if (i && strcmp(first[i].distribution, first[i - 1].distribution) == 0)
            continue;
        if (++distributions <= DISTRIBUTIONS_NAMED)
            strbuf_addf(out, "%s%s", out->len ? ", " : "", first[i].distribution);
    }
    if (distributions > DISTRIBUTIONS_NAMED)
        strbuf_addf(out, " and %zu more", distributions - DISTRIBUTIONS_NAMED);
    return distributions;
}

static size_t same_names(const struct held_name *first, size_t left)
{
    size_t count = 1;
    while (count < left && strcmp(first[count].name, first->name) == 0)
        count++;
    return count;
}

/* Repairers of wheels put a hash of the content into the name: then it is one library, and no matter whose.
 */
static bool has_hash(const char *soname)
{
    const char *dash = strchr(soname, '-');
    while (dash && strspn(dash + 1, "0123456789abcdef") < 8)
        dash = strchr(dash + 1, '-');
    return dash != NULL;
}

void check_same_library_name(struct check *c)
{
    const struct environment *env = c->environment;
    for (size_t i = 0, count; i < env->sonames.len; i += count) {
        const struct held_name *first = &env->sonames.items[i];
        count = same_names(first, env->sonames.len - i);
        struct strbuf who = {0};
        if (name_distributions(first, count, &who) > 1) {
            struct finding *f = add_finding(c,
                "%s is the name of a library in each of %s: who is imported first gives his to the others",
                first->name, strbuf_str(&who));
            f->library = keep(c, first->name);
            if (has_hash(first->name))
                soften(c, f, SEVERITY_NOTE);
            for (size_t k = 0; k < count; k++)
                add_evidence(c, f, "%s: %s", first[k].distribution, first[k].file);
            set_remedy(c, f,
                "give each a name of its own, as `auditwheel repair` does: a hash in the file name and the "
                "soname");
        }
        strbuf_release(&who);
    }
}

/* What the headers of the standard library make of themselves is the same everywhere, and made for that. */
static bool is_of_standard(const char *name)
{
    static const char *const beginnings[] = {"_ZNSt", "_ZZNSt", "_ZZNKSt", "_ZGVNSt", "_ZGVZNSt", "_ZNSs"};
    for (size_t i = 0; i < COUNT(beginnings); i++)
        if (str_starts(name, beginnings[i]))
            return true;
    return false;
}

/* One finding for each pair of distributions: a library of templates has hundreds of such symbols. */
void check_same_unique_symbol(struct check *c)
{
    const struct environment *env = c->environment;
    struct finding *f = NULL;
    struct strbuf before = {0};
    for (size_t i = 0, count; i < env->unique.len; i += count) {
        const struct held_name *first = &env->unique.items[i];
        count = same_names(first, env->unique.len - i);
        struct strbuf who = {0};
        if (name_distributions(first, count, &who) > 1 && !is_of_standard(first->name)) {
            if (!f || strcmp(strbuf_str(&before), strbuf_str(&who)) != 0) {
                f = add_finding(c,
                    "%s have symbols that are one in the whole process (STB_GNU_UNIQUE): who is imported "
                    "first gives "
                    "his to the others",
                    strbuf_str(&who));
                f->symbol = keep(c, first->name);
                set_remedy(c, f, "compile with -fno-gnu-unique, or hide them by a version script");
                strbuf_clear(&before);
                strbuf_adds(&before, strbuf_str(&who));
            }
            add_evidence(c, f, "%s", first->name);
        }
        strbuf_release(&who);
    }
    strbuf_release(&before);
}
