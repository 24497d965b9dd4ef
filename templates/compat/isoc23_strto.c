/* The C23 strtol() and its kin of glibc 2.38, which objects compiled on newer systems ask for. */
#include <ctype.h>

#define CHARACTER char
#define FAMILY "strto"
#define NAME(rest) __isoc23_strto##rest
#define IS_SPACE(c, locale) ((locale) ? isspace_l((unsigned char)(c), locale) : isspace((unsigned char)(c)))
#include "isoc23_integer.h"
