/* The C23 wscanf() and its kin of glibc 2.38. These read as in C99: "0b" is no prefix for %i, and there is no
 * %b. */
#include <stdarg.h>
#include <stdio.h>
#include <wchar.h>

int __isoc99_vwscanf(const wchar_t *format, va_list arguments);
int __isoc23_vwscanf(const wchar_t *format, va_list arguments);

int __isoc23_vwscanf(const wchar_t *format, va_list arguments)
{
    return __isoc99_vwscanf(format, arguments);
}

int __isoc99_vfwscanf(FILE *file, const wchar_t *format, va_list arguments);
int __isoc23_vfwscanf(FILE *file, const wchar_t *format, va_list arguments);

int __isoc23_vfwscanf(FILE *file, const wchar_t *format, va_list arguments)
{
    return __isoc99_vfwscanf(file, format, arguments);
}

int __isoc99_vswscanf(const wchar_t *text, const wchar_t *format, va_list arguments);
int __isoc23_vswscanf(const wchar_t *text, const wchar_t *format, va_list arguments);

int __isoc23_vswscanf(const wchar_t *text, const wchar_t *format, va_list arguments)
{
    return __isoc99_vswscanf(text, format, arguments);
}

int __isoc23_wscanf(const wchar_t *format, ...);

int __isoc23_wscanf(const wchar_t *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    int count = __isoc99_vwscanf(format, arguments);
    va_end(arguments);
    return count;
}

int __isoc23_fwscanf(FILE *file, const wchar_t *format, ...);

int __isoc23_fwscanf(FILE *file, const wchar_t *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    int count = __isoc99_vfwscanf(file, format, arguments);
    va_end(arguments);
    return count;
}

int __isoc23_swscanf(const wchar_t *text, const wchar_t *format, ...);

int __isoc23_swscanf(const wchar_t *text, const wchar_t *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    int count = __isoc99_vswscanf(text, format, arguments);
    va_end(arguments);
    return count;
}
