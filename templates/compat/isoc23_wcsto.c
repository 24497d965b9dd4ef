/* The C23 wcstol() and its kin of glibc 2.38, which objects compiled on newer systems ask for. */
#include <wctype.h>

#define CHARACTER wchar_t
#define FAMILY "wcsto"
#define NAME(rest) __isoc23_wcsto##rest
#define IS_SPACE(c, locale) ((locale) ? iswspace_l((wint_t)(c), locale) : iswspace((wint_t)(c)))
#include "isoc23_integer.h"
