/* mallinfo() counts with ints: what it says is taken without a sign, which serves up to 4 GiB. */
#include <stddef.h>

enum { COUNTS = 10 };

/* The members of <malloc.h>, in its order. */
struct mallinfo {
    int counts[COUNTS];
};
struct mallinfo2 {
    size_t counts[COUNTS];
};

struct mallinfo mallinfo(void);
struct mallinfo2 mallinfo2(void);

struct mallinfo2 mallinfo2(void)
{
    struct mallinfo small = mallinfo();
    struct mallinfo2 large;
    for (int i = 0; i < COUNTS; i++)
        large.counts[i] = (unsigned)small.counts[i];
    return large;
}
