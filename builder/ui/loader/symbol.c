/* Who takes a symbol from whom, in lines. */
#include "ui/loader/symbol.h"

#include <string.h>

#include "base/cleanup.h"
#include "python/python_symbols.h"
#include "sys/path.h"

struct symbol_page {
    struct strbuf *out;
    struct style style;
    const struct symbol_answer *answer;
    bool details;
};

static void put(const struct symbol_page *p, enum tone tone, const char *text)
{
    AUTO(strbuf) struct strbuf safe = {0};
    text_add_safe(&safe, text, 0);
    tone_add(p->out, p->style, tone, strbuf_str(&safe));
}

static void put_at(const struct symbol_page *p, const char *version, const char *before)
{
    if (!version)
        return;
    strbuf_adds(p->out, before);
    put(p, TONE_PLAIN, version);
}

static void put_heading(const struct symbol_page *p, const char *text)
{
    tone_add(p->out, p->style, TONE_BOLD, text);
    strbuf_addc(p->out, '\n');
}

static const char *type_name(uint8_t type)
{
    switch (type) {
    case STT_FUNC:
        return "function";
    case STT_OBJECT:
        return "variable";
    case STT_TLS:
        return "thread-local variable";
    case STT_GNU_IFUNC:
        return "function chosen by processor";
    case STT_COMMON:
        return "common variable";
    default:
        return "symbol";
    }
}

static void put_definition(const struct symbol_page *p, const struct inquiry_definition *d)
{
    strbuf_adds(p->out, "  ");
    put(p, TONE_NAME, d->subject);
    put_at(p, d->version, d->default_version ? "  @@" : "  @");
    strbuf_addf(p->out, "  %s, %llu bytes", type_name(d->symbol.type), (unsigned long long)d->symbol.size);
    if (d->symbol.bind == STB_WEAK)
        strbuf_adds(p->out, ", weak");
    if (d->symbol.bind == STB_GNU_UNIQUE)
        strbuf_adds(p->out, ", unique in the process");
    if (d->symbol.visibility == STV_PROTECTED)
        strbuf_adds(p->out, ", protected");
    if (!d->visible)
        strbuf_adds(p->out, d->symbol.bind == STB_LOCAL ? ", local" : ", hidden from other files");
    if (d->version && !d->default_version)
        strbuf_adds(p->out, ", for old binaries only");
    strbuf_addc(p->out, '\n');
}

static void put_definitions(const struct symbol_page *p)
{
    const struct inquiry *q = p->answer->inquiry;
    if (!q->definitions.len)
        return;
    put_heading(p, "defined by");
    vec_each (&q->definitions, d)
        put_definition(p, d);
}

static void put_expected(const struct symbol_page *p, const struct inquiry_need *n)
{
    if (!n->library)
        return;
    strbuf_adds(p->out, "; ");
    put(p, TONE_PLAIN, n->library);
    strbuf_adds(p->out, " should have it: ");
    if (!n->expected) {
        strbuf_adds(p->out, "that library is not found");
        return;
    }
    put(p, TONE_PLAIN, n->expected);
    if (n->expected_fit == DEFINES_OTHER) {
        tone_add(p->out, p->style, TONE_BAD, " has it at another version");
        put_at(p, n->expected_version, ", ");
    } else if (n->expected_fit == DEFINES_HIDDEN) {
        strbuf_adds(p->out, " keeps it to itself (hidden)");
    } else {
        strbuf_adds(p->out, " does not define it");
    }
}

static void put_outcome(const struct symbol_page *p, const struct inquiry_need *n)
{
    switch (n->outcome) {
    case OUTCOME_BOUND:
        strbuf_adds(p->out, strcmp(n->subject, n->provider) == 0 ? "takes its own, " : "takes it from ");
        put(p, TONE_GOOD, n->provider);
        put_at(p, n->provider_version, "  @");
        break;
    case OUTCOME_ITSELF:
        strbuf_adds(p->out, "always takes its own (symbolic or protected)");
        break;
    case OUTCOME_PYTHON: {
        const struct python_symbol *s = python_symbol_find(p->answer->inquiry->name);
        bool only_free = !s->minors;
        int last = python_symbol_last(s, only_free);
        strbuf_addf(p->out, "the interpreter has it: %sCPython 3.%d%s", only_free ? "free-threaded " : "",
            python_symbol_first(s, only_free), last >= PYTHON_SYMBOLS_NEWEST ? " and later" : "");
        if (last < PYTHON_SYMBOLS_NEWEST)
            strbuf_addf(p->out, " to 3.%d", last);
        break;
    }
    case OUTCOME_WEAK:
        strbuf_adds(p->out, "nobody has it, which is allowed: it is weak");
        break;
    case OUTCOME_NOBODY:
        tone_add(p->out, p->style, TONE_BAD, "nobody has it");
        put_expected(p, n);
        break;
    case OUTCOME_LINK:
        strbuf_adds(p->out, "decided when it is linked");
        break;
    case OUTCOME_OPEN:
        strbuf_adds(p->out, n->library ? "outside the wheel"
                                       : "no library of the wheel has it; those outside are not followed");
        break;
    }
    for (size_t i = 0; i < n->beaten_count && i < 3; i++) {
        strbuf_adds(p->out, i ? ", " : "; hides that of ");
        put(p, TONE_WARN, n->beaten[i]);
    }
    if (n->beaten_count > 3)
        strbuf_addf(p->out, " and %zu more", n->beaten_count - 3);
}

static void put_need(const struct symbol_page *p, const struct inquiry_need *n)
{
    strbuf_adds(p->out, "  ");
    put(p, TONE_NAME, n->subject);
    put_at(p, n->version, "  @");
    if (n->library) {
        strbuf_adds(p->out, " of ");
        put(p, TONE_PLAIN, n->library);
    }
    strbuf_adds(p->out, n->weak ? ", weak: " : ": ");
    put_outcome(p, n);
    strbuf_addc(p->out, '\n');
}

static bool is_told(const struct symbol_page *p, const struct inquiry_need *n)
{
    return n->given || p->details || n->outcome == OUTCOME_NOBODY || n->beaten_count;
}

static void put_needs(const struct symbol_page *p)
{
    const struct inquiry *q = p->answer->inquiry;
    size_t left = 0, told = 0;
    vec_each (&q->needs, n)
        *(is_told(p, n) ? &told : &left) += 1;
    if (told || left)
        put_heading(p, "needed by, and who wins at run time");
    vec_each (&q->needs, n)
        if (is_told(p, n))
            put_need(p, n);
    if (left)
        strbuf_addf(p->out, "  %s%zu librar%s below; --verbose lists %s\n", told ? "and by " : "", left,
            left == 1 ? "y" : "ies", left == 1 ? "it" : "them");
}

static void put_asker(const struct symbol_page *p, const struct inquiry_asker *a)
{
    strbuf_adds(p->out, "  ");
    put(p, TONE_NAME, a->subject);
    strbuf_adds(p->out, ": ");
    if (!a->path) {
        tone_add(p->out, p->style, TONE_BAD, "not found");
        if (a->passed_over) {
            strbuf_adds(p->out, "; ");
            put(p, TONE_PLAIN, a->passed_over);
        }
    } else {
        put(p, a->has_version ? TONE_GOOD : TONE_BAD, a->path);
        strbuf_adds(p->out, a->has_version ? " has it" : " does not have it");
        if (a->newest_version && *a->newest_version)
            put_at(p, a->newest_version, "; its newest is ");
    }
    for (size_t i = 0; i < a->symbol_count && (i < 8 || p->details); i++) {
        strbuf_adds(p->out, i ? ", " : "; for ");
        put(p, TONE_PLAIN, a->symbols[i]);
    }
    if (a->symbol_count > 8 && !p->details)
        strbuf_addf(p->out, " and %zu more", a->symbol_count - 8);
    strbuf_addc(p->out, '\n');
}

static void put_provider(const struct symbol_page *p, const struct provider *v)
{
    strbuf_adds(p->out, "  ");
    switch (v->kind) {
    case PROVIDER_LIBRARY:
        put(p, TONE_NAME, v->path);
        put_at(p, v->version, v->default_version ? "  @@" : p->answer->asked->symbol ? "  @" : "  up to ");
        if (!v->fits)
            tone_add(p->out, p->style, TONE_WARN, ": another version");
        break;
    case PROVIDER_ARCHIVE:
        put(p, TONE_NAME, v->recipe);
        strbuf_adds(p->out, ", built: ");
        put(p, TONE_PLAIN, path_base(v->path));
        strbuf_addc(p->out, '(');
        put(p, TONE_PLAIN, v->member);
        strbuf_addc(p->out, ')');
        break;
    case PROVIDER_RECIPE:
        put(p, TONE_NAME, v->recipe);
        strbuf_adds(p->out, ", by its recipe ");
        put(p, TONE_PLAIN, v->path);
        break;
    }
    strbuf_addc(p->out, '\n');
}

static void put_providers(const struct symbol_page *p)
{
    static const struct {
        enum provider_kind first, last;
        const char *heading, *nobody;
    } groups[] = {
        {PROVIDER_LIBRARY, PROVIDER_LIBRARY, "libraries of the machine that have it",
            "no library of the machine has it"},
        {PROVIDER_ARCHIVE, PROVIDER_RECIPE, "recipes that have it", "no recipe that was built here has it"},
    };
    for (size_t g = 0; p->answer->looked && g < COUNT(groups); g++) {
        size_t n = 0;
        vec_each (&p->answer->providers->items, v)
            if (v->kind >= groups[g].first && v->kind <= groups[g].last) {
                if (n++ == 0)
                    put_heading(p, groups[g].heading);
                put_provider(p, v);
            }
        if (!n && (p->answer->asked->symbol || g == 0))
            strbuf_addf(p->out, "%s\n", groups[g].nobody);
    }
}

void report_symbol(struct strbuf *out, const struct symbol_answer *answer, bool details, struct style style)
{
    const struct symbol_page p = {out, style, answer, details};
    const struct complaint *asked = answer->asked;
    const char *about[] = {asked->symbol, asked->version, asked->library, asked->file, "this error"};
    size_t first = 0;
    while (!about[first])
        first++;
    put(&p, TONE_BOLD, about[first]);
    if (asked->symbol)
        put_at(&p, asked->version, ", version ");
    if (asked->library && (asked->symbol || asked->version))
        put_at(&p, asked->library, " of ");
    strbuf_addc(out, '\n');
    if (asked->meaning) {
        strbuf_adds(out, asked->meaning);
        strbuf_adds(out, "\nwhat to do: ");
        strbuf_adds(out, asked->remedy);
        strbuf_addc(out, '\n');
    }
    put_definitions(&p);
    put_needs(&p);
    if (answer->inquiry->askers.len)
        put_heading(&p, "needed by");
    vec_each (&answer->inquiry->askers, a)
        put_asker(&p, a);
    put_providers(&p);
    if (answer->earliest) {
        strbuf_adds(out, "the earliest platform with this version is ");
        put(&p, TONE_PLAIN, answer->earliest);
        strbuf_addc(out, '\n');
    }
    if (answer->remark) {
        put(&p, TONE_WARN, answer->remark);
        strbuf_addc(out, '\n');
    }
    if (answer->providers->cut)
        strbuf_adds(out, "not all files were looked at: there are too many\n");
}

void report_bindings(struct strbuf *out, const struct inquiry *q, struct style style)
{
    const struct symbol_answer none = {.inquiry = q};
    const struct symbol_page p = {out, style, &none, true};
    vec_each (&q->bindings, b) {
        put(&p, b->outcome == OUTCOME_NOBODY ? TONE_BAD : TONE_NAME, b->symbol);
        put_at(&p, b->version, "@");
        strbuf_adds(out, "  ");
        if (b->outcome == OUTCOME_BOUND)
            put(&p, TONE_PLAIN, b->provider);
        else
            strbuf_adds(out, b->outcome == OUTCOME_PYTHON ? "the interpreter"
                             : b->outcome == OUTCOME_WEAK ? "nobody (weak)"
                                                          : "nobody");
        strbuf_addc(out, '\n');
    }
}
