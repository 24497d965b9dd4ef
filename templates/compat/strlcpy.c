#include <string.h>

size_t strlcpy(char *to, const char *from, size_t room);

size_t strlcpy(char *to, const char *from, size_t room)
{
    size_t length = strlen(from);
    if (room) {
        size_t fits = length < room ? length : room - 1;
        memcpy(to, from, fits);
        to[fits] = '\0';
    }
    return length;
}
