#include <sys/syscall.h>
#include <unistd.h>

int getcpu(unsigned *processor, unsigned *node);

int getcpu(unsigned *processor, unsigned *node)
{
    return (int)syscall(SYS_getcpu, processor, node, NULL);
}
