/* Imports without a version: does the process that loads the file have them? Python and its own libraries,
 * the libraries that the file needs, and what is beside it are asked; an addon of another program's is told
 * as what it is. */
#include <string.h>

#include "audit/internal.h"
#include "base/cleanup.h"
#include "python/python_symbols.h"

/* musl has no versions, so what it lacks is told by name. */
static bool musl_has(const struct check *c, const char *name)
{
    return c->facts->libc == LIBC_MUSL && platform_musl_has(name);
}

static bool needs_libpython(const struct check *c)
{
    for (size_t i = 0; i < c->image->needed_count; i++)
        if (is_libpython(c->image->needed[i]))
            return true;
    return false;
}

static void add_remedy(struct check *c, struct finding *f, const char *name, bool python)
{
    f->symbol = keep(c, name);
    if (python)
        set_remedy(c, f, "build for each version of Python on its own, or for its stable ABI");
    else if (c->facts->role == AUDIT_MODULE)
        set_remedy(
            c, f, "link the library that defines it; importing the module fails with \"undefined symbol\"");
    else
        set_remedy(c, f, "link the library that defines it, unless whoever loads this file has it");
}

/* Python's own: whether the interpreter exports it. */
static void judge_python(struct check *c, const struct import *import)
{
    const struct audit_context *context = c->context;
    int minor = context->stable.minor ? context->stable.minor : context->python.minor;
    const struct python_symbol *s = python_symbol_find(import->name);
    bool free_threaded = context->python.free_threaded;
    if (s && minor && python_symbol_in(s, minor, free_threaded))
        return; /* as nearly all */
    if (!s && possible_provider(c))
        return; /* a name like one of Python's is not Python's: VTK has PyVTKClass_Add */
    if (context->python.debug && (!s || s->condition == PYTHON_IF_REF_DEBUG))
        return; /* debug builds have more */
    int first = s ? python_symbol_first(s, free_threaded) : -1;
    bool others = s && python_symbol_is_exported(s);
    if ((others && !minor) || is_old_python(import->name))
        return;
    bool surely = minor && minor <= PYTHON_SYMBOLS_NEWEST; /* nobody knows what later ones bring */
    struct finding *f;
    if (first >= 0) {
        int last = python_symbol_last(s, free_threaded);
        AUTO(strbuf) struct strbuf those = {0};
        strbuf_addf(&those, "3.%d", first);
        if (last >= PYTHON_SYMBOLS_NEWEST)
            strbuf_adds(&those, " and later do");
        else if (last > first)
            strbuf_addf(&those, " to 3.%d do", last);
        else
            strbuf_adds(&those, " does");
        f = add_finding(c, "needs %s, which %sCPython 3.%d does not export (%s)", import->name,
            free_threaded ? "free-threaded " : "", minor, strbuf_str(&those));
    } else if (others) {
        f = add_finding(c, "needs %s, which only %s exports", import->name,
            free_threaded ? "CPython with the GIL" : "free-threaded CPython");
    } else {
        f = add_finding(c, "needs %s, which no CPython known here exports", import->name);
        surely = surely && !s; /* a differently built interpreter has it */
    }
    if (!surely)
        soften(c, f, SEVERITY_WARNING);
    add_remedy(c, f, import->name, true);
}

/* It was found by the linker or not: on the machine that linked it, it is found by the loader. */
static void judge_newer(struct check *c, const char *name, const char *version)
{
    struct finding *f = add_finding(c, "needs %s, which came with %s: %s does not have it", name, version,
        c->platform ? c->platform->name : "the target");
    f->symbol = keep(c, name);
    f->version = keep(c, version);
    set_remedy(c, f, "choose a newer target, or tell the code that its C library lacks it");
}

/* Programs that load addons, by how the names begin that they give to them. */
static const char *host_of(const char *name)
{
    static const struct {
        const char *prefix, *host;
    } hosts[] = {{"napi_", "Node.js"}, {"node_api_", "Node.js"}, {"_ZN2v8", "Node.js"},
        {"_ZN4node", "Node.js"}, {"lua_", "Lua"}, {"luaL_", "Lua"}, {"R_", "R"}, {"Rf_", "R"},
        {"rb_", "Ruby"}, {"Perl_", "Perl"}, {"PL_", "Perl"}, {"zend_", "PHP"}, {"php_", "PHP"},
        {"Tcl_", "Tcl"}, {"jl_", "Julia"}, {"enif_", "Erlang"}, {"ngx_", "nginx"}, {"ap_", "Apache"},
        {"palloc", "PostgreSQL"}, {"errstart", "PostgreSQL"}, {"JNI_", "Java"}, {"scm_", "Guile"},
        {"octave_", "Octave"}};
    for (size_t i = 0; i < COUNT(hosts); i++)
        if (*name == *hosts[i].prefix && str_starts(name, hosts[i].prefix))
            return hosts[i].host;
    return NULL;
}

/* What the file lacks, as one finding. */
struct missing {
    struct finding *f;    /* of what nobody has */
    struct finding *lent; /* of what the interpreter's libraries have */
    const char *host;     /* whose names are among them, or NULL */
    size_t of_host;
};

static void add_lent(struct check *c, struct missing *m, const char *name, const char *library)
{
    if (!m->lent) {
        m->lent = add_finding(c, "%s", "");
        soften(c, m->lent, SEVERITY_NOTE);
        m->lent->symbol = keep(c, name);
        m->lent->library = keep(c, library);
        set_remedy(c, m->lent, "name the library when linking (-lm, -ldl, -pthread)");
    }
    add_evidence(c, m->lent, "%s of %s", name, library);
}

static void add_missing(struct check *c, struct missing *m, const char *name)
{
    const char *host = c->facts->role == AUDIT_LIBRARY ? host_of(name) : NULL;
    if (!m->f) {
        m->f = add_finding(c, "%s", "");
        add_remedy(c, m->f, name, false);
    }
    m->host = host ? host : m->host;
    m->of_host += host != NULL;
    add_evidence(c, m->f, "%s", name);
}

static const char *first_and_more(struct check *c, const struct finding *f)
{
    return f->evidence_total == 1
               ? f->evidence[0]
               : arena_strf(&c->report->arena, "%s and %zu more", f->evidence[0], f->evidence_total - 1);
}

static void tell_missing(struct check *c, const struct missing *m)
{
    if (m->lent)
        m->lent->message = arena_strf(&c->report->arena,
            "takes %s without needing it: every interpreter has loaded that before",
            first_and_more(c, m->lent));
    if (!m->f)
        return;
    const char *what = first_and_more(c, m->f);
    if (m->of_host * 2 > m->f->evidence_total) {
        m->f->message =
            arena_strf(&c->report->arena, "is an addon of %s, which has to provide %s", m->host, what);
        m->f->remedy = NULL;
        soften(c, m->f, SEVERITY_NOTE);
        return;
    }
    m->f->message = c->facts->role == AUDIT_MODULE
                        ? arena_strf(&c->report->arena,
                              "needs %s, which neither Python nor a needed library provides", what)
                        : arena_strf(&c->report->arena, "needs %s, which no needed library provides", what);
    /* Whoever loads a plain library may bring what it lacks. */
    if (c->facts->role != AUDIT_MODULE)
        soften(c, m->f, SEVERITY_WARNING);
}

void check_undefined(struct check *c)
{
    const char *provider = possible_provider(c);
    bool libpython = needs_libpython(c);
    struct missing missing = {0};
    for (size_t i = 0; i < c->facts->import_count; i++) {
        const struct import *import = &c->facts->imports[i];
        if (import->weak || (import->version && import->version->file))
            continue;
        if (c->context->provided && map_get(c->context->provided, import->name))
            continue;
        if (import->python) {
            if (!libpython && c->facts->role == AUDIT_MODULE)
                judge_python(c, import);
            continue;
        }
        const char *newer = c->context->newer_names ? map_get(c->context->newer_names, import->name) : NULL;
        if (newer) {
            judge_newer(c, import->name, newer);
            continue;
        }
        if (provider || musl_has(c, import->name))
            continue;
        const char *its = interpreter_library_of(import->name);
        if (its && c->facts->role != AUDIT_EXECUTABLE)
            add_lent(c, &missing, import->name, its);
        else
            add_missing(c, &missing, import->name);
    }
    tell_missing(c, &missing);
}
