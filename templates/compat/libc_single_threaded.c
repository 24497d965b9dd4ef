/* "There may be other threads": always safe to say (glibc 2.32 has it in <sys/single_threaded.h>). */
extern char __libc_single_threaded;
char __libc_single_threaded = 0;
