/* Linux 3.19. */
#include <sys/syscall.h>
#include <unistd.h>

int execveat(int folder, const char *path, char *const *argv, char *const *env, int flags);

int execveat(int folder, const char *path, char *const *argv, char *const *env, int flags)
{
    return (int)syscall(SYS_execveat, folder, path, argv, env, flags);
}
