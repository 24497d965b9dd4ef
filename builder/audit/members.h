/* In which order the members of a wheel are judged by several threads: so that no thread is left with the
 * largest at the end, and no more of them are in memory at once than the largest needs alone, and a little.
 */
#ifndef AUDIT_MEMBERS_H
#define AUDIT_MEMBERS_H

#include <stddef.h>

struct members;

/* sizes: bytes that each member needs while it is judged, largest first but for those that are not read and
 * need none; copied. */
struct members *members_new(const size_t *sizes, size_t count);
void members_free(struct members *members);

/* The next to be judged: the largest that is left where there is room for it, else the smallest. Waits while
 * there is room for neither. To be called once for each member; what was taken is given back when it is
 * judged. A thread that has taken one must not take another. */
size_t members_take(struct members *members);
void members_give(struct members *members, size_t i);

#endif
