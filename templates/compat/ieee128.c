/* What libstdc++ has for long double of IEEE 754 on ppc64le (glibc 2.32), where long double is IBM's unless everything is
 * compiled with -mabi=ieeelongdouble; its facets of locales refer to it in every program that has streams. As it is called
 * there: in the C locale, one conversion in a format. */
#include <locale.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include "brought.h"
#include "float128.h"

float128 strtof128(const char *text, char **end);
int strfromf128(char *buffer, size_t size, const char *format, float128 number);
int snprintf(char *buffer, size_t size, const char *format, ...);

float128 __strtoieee128(const char *text, char **end);
float128 __strtoieee128_l(const char *text, char **end, locale_t locale);
float128 __frexpieee128(float128 number, int *exponent);
int __sprintfieee128(char *buffer, const char *format, ...);
int __vsnprintfieee128(char *buffer, size_t size, const char *format, va_list arguments);

BROUGHT float128 __strtoieee128(const char *text, char **end)
{
    return strtof128(text, end);
}

BROUGHT float128 __strtoieee128_l(const char *text, char **end, locale_t locale)
{
    return strtof128(text, end);
}

BROUGHT float128 __frexpieee128(float128 number, int *exponent)
{
    enum { HALF = LARGEST_EXPONENT - 1 }; /* the exponent field of 0.5 */
    union parts parts = {.number = number};
    int field = (int)(parts.bits >> FRACTION_BITS & SPECIAL);
    uint128 sign = parts.bits >> 127 << 127, fraction = parts.bits & (((uint128)1 << FRACTION_BITS) - 1);
    *exponent = 0;
    if (field == SPECIAL || (!field && !fraction))
        return number;
    for (field += !field; !(parts.bits >> FRACTION_BITS & SPECIAL) && !(fraction >> FRACTION_BITS); field--)
        fraction <<= 1;
    *exponent = field - HALF;
    parts.bits = sign | (uint128)HALF << FRACTION_BITS | (fraction & (((uint128)1 << FRACTION_BITS) - 1));
    return parts.number;
}

enum { WHOLE_DIGITS = 4933, LONGEST = 12000 };

/* "#": a point always, and of %g the zeros at the end. */
static void put_point(char *text, size_t room, char letter, int precision)
{
    char *point = strchr(text, '.'), *end = text + strcspn(text, (letter | 0x20) == 'a' ? "pP" : "eE");
    if (strlen(text) + 2 + (precision > 0 ? (size_t)precision : 6) > room || strpbrk(text, "nN"))
        return;
    if (!point) {
        memmove(end + 1, end, strlen(end) + 1);
        *end++ = '.';
    }
    if ((letter | 0x20) != 'g')
        return;
    int wanted = precision < 0 ? 6 : precision ? precision : 1;
    const char *first = text + strspn(text, "-0.");
    if (first >= end) /* nothing but zeros: each counts */
        first = text;
    for (const char *p = first; p < end; p++)
        wanted -= *p >= '0' && *p <= '9';
    for (; wanted > 0; wanted--) {
        memmove(end + 1, end, strlen(end) + 1);
        *end++ = '0';
    }
}

/* "%+#.*Lg", each of the parts but the last two may be absent. */
static int print(char *buffer, size_t size, const char *format, va_list arguments)
{
    int plus = 0, alternative = 0, precision = -1;
    char plain[32], text[LONGEST + 16];
    for (format++; *format != 'L'; format++) {
        plus |= *format == '+';
        alternative |= *format == '#';
        if (*format == '*')
            precision = va_arg(arguments, int);
        else if (*format >= '0' && *format <= '9')
            precision = (precision < 0 ? 0 : precision) * 10 + (*format - '0');
    }
    float128 number = va_arg(arguments, float128);
    union parts parts = {.number = number};
    if (precision > LONGEST - WHOLE_DIGITS)
        precision = LONGEST - WHOLE_DIGITS;
    if (precision < 0)
        snprintf(plain, sizeof plain, "%%%c", format[1]);
    else
        snprintf(plain, sizeof plain, "%%.%d%c", precision, format[1]);
    strfromf128(text, sizeof text, plain, number);
    if (alternative)
        put_point(text, sizeof text, format[1], precision);
    return snprintf(buffer, size, "%s%s", plus && !(parts.bits >> 127) ? "+" : "", text);
}

BROUGHT int __vsnprintfieee128(char *buffer, size_t size, const char *format, va_list arguments)
{
    return print(buffer, size, format, arguments);
}

BROUGHT int __sprintfieee128(char *buffer, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    int length = print(buffer, LONGEST, format, arguments);
    va_end(arguments);
    return length;
}
