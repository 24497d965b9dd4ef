/* Our own share in what is measured. */
#ifndef FOOTPRINT_OWN_PAGES_H
#define FOOTPRINT_OWN_PAGES_H

/* Lets go of the pages of libraries that this process has present but never wrote to. They come back when
 * they are needed; until then they are not shared with us, and count for those who are measured as if we were
 * not there. A few pages of libc, which reading needs, come back at once. */
void own_pages_let_go(void);

#endif
