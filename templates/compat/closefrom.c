/* By close_range(2), else by the list of /proc. Called between fork and exec: nothing is allocated here. */
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifndef SYS_close_range
#define SYS_close_range 436
#endif

enum { ROOM = 1024 };

struct entry {
    uint64_t inode, offset;
    uint16_t length;
    uint8_t type;
    char name[];
};

void closefrom(int lowest);

/* The number that the name is, -1 for "." and "..". */
static int number_of(const char *name)
{
    int number = 0;
    for (; *name; name++) {
        if (*name < '0' || *name > '9')
            return -1;
        number = number * 10 + (*name - '0');
    }
    return number;
}

/* One pass over the list: how many were closed, -1 when it cannot be read. */
static int close_listed(int list, int lowest)
{
    char bytes[ROOM] __attribute__((aligned(8)));
    int closed = 0;
    long got;
    if (lseek(list, 0, SEEK_SET) < 0)
        return -1;
    while ((got = syscall(SYS_getdents64, list, bytes, sizeof bytes)) > 0)
        for (long at = 0; at < got;) {
            const struct entry *e = (const struct entry *)(bytes + at);
            int number = number_of(e->name);
            if (number >= lowest && number != list) {
                close(number);
                closed++;
            }
            at += e->length;
        }
    return got < 0 ? -1 : closed;
}

void closefrom(int lowest)
{
    if (lowest < 0)
        lowest = 0;
    if (syscall(SYS_close_range, (unsigned)lowest, ~0u, 0) == 0)
        return;
    int list = open("/proc/self/fd", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    int closed = list < 0 ? -1 : 1;
    while (closed > 0) /* what is closed moves the places of what follows */
        closed = close_listed(list, lowest);
    if (closed < 0)
        abort(); /* it has no way to fail, and must not leave what should be closed */
    close(list);
}
