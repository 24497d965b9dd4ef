/* Which interpreter takes a wheel, by the tags in the wheel's name (PEP 425). */
#ifndef PYTHON_FITS_H
#define PYTHON_FITS_H

#include <stdbool.h>

#include "python/interpreter.h"

/* path may have folders; what is not called as a wheel fits nobody. The platform is not looked at. */
bool wheel_file_fits(const char *path, const struct interpreter *python);

#endif
