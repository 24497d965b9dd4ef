/* For objects that have several functions. The compiler is told the target's glibc 2.TARGET_MINOR; of two
 * functions of one name, ours and a project's own, the project's is linked. */
#ifndef COMPAT_BROUGHT_H
#define COMPAT_BROUGHT_H

#define LACKS(minor) (TARGET_MINOR < (minor))
#define BROUGHT __attribute__((weak))

#endif
