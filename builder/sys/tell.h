/* Telling somebody who may have stopped reading. */
#ifndef SYS_TELL_H
#define SYS_TELL_H

#include <stddef.h>

/* Writes all of it, waiting for the reader, until a signal asks us to end: either a blocked one that is
 * pending, or one that somebody took and told of by tell_no_longer_waits. From then on what is not read
 * within a second in all is lost. Write errors are nobody's to mend and are not told. Any thread. */
void tell(int fd, const void *bytes, size_t len);
void tell_no_longer_waits(void);

#endif
