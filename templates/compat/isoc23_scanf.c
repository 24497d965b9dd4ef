/* The C23 scanf() and its kin of glibc 2.38. These read as in C99: "0b" is no prefix for %i, and there is no
 * %b. */
#include <stdarg.h>
#include <stdio.h>

int __isoc99_vscanf(const char *text, const char *format, va_list arguments);
int __isoc23_vscanf(const char *text, const char *format, va_list arguments);

int __isoc23_vscanf(const char *text, const char *format, va_list arguments)
{
    return __isoc99_vscanf(text, format, arguments);
}

int __isoc99_vfscanf(FILE *file, const char *format, va_list arguments);
int __isoc23_vfscanf(FILE *file, const char *format, va_list arguments);

int __isoc23_vfscanf(FILE *file, const char *format, va_list arguments)
{
    return __isoc99_vfscanf(file, format, arguments);
}

int __isoc99_vsscanf(const char *text, const char *format, va_list arguments);
int __isoc23_vsscanf(const char *text, const char *format, va_list arguments);

int __isoc23_vsscanf(const char *text, const char *format, va_list arguments)
{
    return __isoc99_vsscanf(text, format, arguments);
}

int __isoc23_scanf(const char *text, const char *format, ...);

int __isoc23_scanf(const char *text, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    int count = __isoc99_vscanf(text, format, arguments);
    va_end(arguments);
    return count;
}

int __isoc23_fscanf(FILE *file, const char *format, ...);

int __isoc23_fscanf(FILE *file, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    int count = __isoc99_vfscanf(file, format, arguments);
    va_end(arguments);
    return count;
}

int __isoc23_sscanf(const char *text, const char *format, ...);

int __isoc23_sscanf(const char *text, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    int count = __isoc99_vsscanf(text, format, arguments);
    va_end(arguments);
    return count;
}
