/* What is in a process before a module is loaded: the interpreter's own libraries, and their symbols.
 *
 * A CPython needs libc, libm, libdl, libpthread and libutil, or, from glibc 2.34 on, libc and libm, which
 * then has everything. A module that uses them without saying so is found all it needs. */
#include <string.h>

#include "audit/internal.h"

/* C's mathematics; with f and l behind the name as well. */
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

bool interpreter_needs(const char *library)
{
    enum { ITS = GLIBC_LIBC | GLIBC_LIBM | GLIBC_LIBDL | GLIBC_LIBPTHREAD | GLIBC_LIBUTIL | GLIBC_LD };
    return glibc_library_find(library) & ITS || is_musl_library(library);
}

const char *interpreter_library_of(const char *symbol)
{
    static const struct {
        unsigned library;
        const char *soname;
    } its[] = {{GLIBC_LIBDL, "libdl.so.2"}, {GLIBC_LIBPTHREAD, "libpthread.so.0"},
        {GLIBC_LIBUTIL, "libutil.so.1"}, {GLIBC_LIBM, "libm.so.6"}, {GLIBC_LIBC, "libc.so.6"}};
    unsigned homes = glibc_symbol_homes(symbol);
    for (size_t i = 0; homes && i < sizeof its / sizeof *its; i++)
        if (homes & its[i].library)
            return its[i].soname;
    return is_libm(symbol) ? "libm.so.6" : NULL;
}
