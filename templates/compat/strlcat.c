#include <string.h>

size_t strlcat(char *to, const char *from, size_t room);

size_t strlcat(char *to, const char *from, size_t room)
{
    size_t used = strnlen(to, room), length = strlen(from);
    if (used < room) {
        size_t fits = length < room - used ? length : room - used - 1;
        memcpy(to + used, from, fits);
        to[used + fits] = '\0';
    }
    return used + length;
}
