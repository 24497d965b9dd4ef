#include <string.h>

#include "audit/internal.h"
#include "base/cleanup.h"
#include "python/python_symbols.h"

/* Libraries that could provide an import without a version; the first one's name, or NULL. */
static const char *possible_provider(const struct check *c)
{
    for (size_t i = 0; i < c->image->needed_count; i++)
        if (!c->facts->complete[i])
            return c->image->needed[i];
    return NULL;
}

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

/* C's mathematics; with f and l behind the name as well. Every interpreter needs libm, so that a module which
 * forgot to say so works all the same. */
static bool is_libm(const char *name)
{
    static const char *const base[] = {"acos", "acosh", "asin", "asinh", "atan", "atan2", "atanh", "cabs",
        "cacos", "cacosh", "canonicalize", "carg", "casin", "casinh", "catan", "catanh", "cbrt", "ccos",
        "ccosh", "ceil", "cexp", "cimag", "clog", "clog10", "conj", "copysign", "cos", "cosh", "cpow",
        "cproj", "creal", "csin", "csinh", "csqrt", "ctan", "ctanh", "drem", "erf", "erfc", "exp", "exp10",
        "exp2", "expm1", "fabs", "fadd", "fdim", "fdiv", "feclearexcept", "fedisableexcept", "feenableexcept",
        "fegetenv", "fegetexcept", "fegetexceptflag", "fegetmode", "fegetround", "feholdexcept",
        "feraiseexcept", "fesetenv", "fesetexcept", "fesetexceptflag", "fesetmode", "fesetround",
        "fetestexcept", "fetestexceptflag", "feupdateenv", "ffma", "finite", "floor", "fma", "fmax",
        "fmaximum", "fmaximum_mag", "fmaximum_mag_num", "fmaximum_num", "fmaxmag", "fmin", "fminimum",
        "fminimum_mag", "fminimum_mag_num", "fminimum_num", "fminmag", "fmod", "fmul", "frexp", "fromfp",
        "fromfpx", "fsqrt", "fsub", "gamma", "getpayload", "hypot", "ilogb", "j0", "j1", "jn", "ldexp",
        "lgamma", "lgamma_r", "lgammaf_r", "lgammal_r", "llogb", "llrint", "llround", "log", "log10", "log1p",
        "log2", "logb", "lrint", "lround", "modf", "nan", "nearbyint", "nextafter", "nextdown", "nexttoward",
        "nextup", "pow", "pow10", "remainder", "remquo", "rint", "round", "roundeven", "scalb", "scalbln",
        "scalbn", "setpayload", "setpayloadsig", "significand", "sin", "sincos", "sinh", "sqrt", "tan",
        "tanh", "tgamma", "totalorder", "totalordermag", "trunc", "ufromfp", "ufromfpx", "y0", "y1", "yn"};
    for (size_t i = 0; i < sizeof base / sizeof *base; i++) {
        size_t len = strlen(base[i]);
        if (strncmp(name, base[i], len) != 0)
            continue;
        const char *end = name + len;
        if (!*end || ((*end == 'f' || *end == 'l') && !end[1]))
            return true;
    }
    return false;
}

static void add_remedy(struct check *c, struct finding *f, const char *name, bool python)
{
    f->symbol = keep(c, name);
    if (python)
        set_remedy(c, f, "build for each version of Python on its own, or for its stable ABI");
    else
        set_remedy(
            c, f, "link the library that defines it; importing the module fails with \"undefined symbol\"");
}

/* Makes a warning of what is not sure. */
static void soften(const struct check *c, struct finding *f)
{
    f->severity = c->severity < SEVERITY_WARNING ? c->severity : SEVERITY_WARNING;
}

/* Python's own: whether the interpreter exports it. */
static void judge_python(struct check *c, const struct import *import)
{
    const struct audit_context *context = c->context;
    int minor = context->abi3_minor ? context->abi3_minor : context->python_minor;
    const struct python_symbol *s = python_symbol_find(import->name);
    bool free_threaded = context->free_threaded;
    if (s && minor && python_symbol_in(s, minor, free_threaded))
        return; /* as nearly all */
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
        soften(c, f);
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

void check_undefined(struct check *c)
{
    const char *provider = possible_provider(c);
    bool libpython = needs_libpython(c);
    struct finding *many = NULL, *mathematics = NULL;
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
        if (is_libm(import->name)) {
            if (!mathematics) {
                mathematics = add_finding(c, "uses functions of libm without needing libm.so.6");
                soften(c, mathematics);
                set_remedy(c, mathematics, "link it with -lm");
            }
            add_evidence(c, mathematics, "%s", import->name);
            continue;
        }
        if (!many) {
            many = add_finding(c, "imports that nobody provides");
            add_remedy(c, many, import->name, false);
            /* Whoever loads a plain library may bring what it lacks. */
            if (c->facts->role != AUDIT_MODULE && many->severity > SEVERITY_WARNING)
                many->severity = SEVERITY_WARNING;
        }
        add_evidence(c, many, "%s", import->name);
    }
    if (many)
        many->message = arena_strf(&c->report->arena,
            "needs %s%s, which neither Python nor a needed library provides", many->evidence[0],
            many->evidence_total > 1
                ? arena_strf(&c->report->arena, " and %zu more", many->evidence_total - 1)
                : "");
}
