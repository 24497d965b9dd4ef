#include <stdint.h>
#include <stdlib.h>

void arc4random_buf(void *buffer, size_t length);
uint32_t arc4random(void);

uint32_t arc4random(void)
{
    uint32_t value;
    arc4random_buf(&value, sizeof value);
    return value;
}
