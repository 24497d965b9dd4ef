/* No vector forms of the functions of math.h: they are in libmvec.so.1, which the target lacks, or has less in it (it
 * came with glibc 2.22, and has grown since). */
#ifndef _MATH_H
#error "include math.h, not this file"
#endif
#if __has_include(<bits/libm-simd-decl-stubs.h>)
#include <bits/libm-simd-decl-stubs.h>
#endif
