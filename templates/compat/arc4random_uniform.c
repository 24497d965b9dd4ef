#include <stdint.h>

uint32_t arc4random(void);
uint32_t arc4random_uniform(uint32_t bound);

/* Every number below bound is as likely as any other: the 2^32 % bound lowest values are drawn again. */
uint32_t arc4random_uniform(uint32_t bound)
{
    if (bound < 2)
        return 0;
    uint32_t least = -bound % bound;
    uint32_t value;
    do
        value = arc4random();
    while (value < least);
    return value % bound;
}
