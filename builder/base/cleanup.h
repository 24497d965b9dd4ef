/* Handles that close themselves when they go out of scope; hand ownership on with steal_*. */
#ifndef BASE_CLEANUP_H
#define BASE_CLEANUP_H

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static inline void cleanup_free(void *p)
{
    free(*(void **)p);
}

static inline void cleanup_close(int *fd)
{
    if (*fd >= 0)
        close(*fd);
}

static inline void cleanup_fclose(FILE **f)
{
    if (*f)
        fclose(*f);
}

static inline void cleanup_closedir(DIR **d)
{
    if (*d)
        closedir(*d);
}

#define AUTO_FREE __attribute__((cleanup(cleanup_free)))
#define AUTO_CLOSE __attribute__((cleanup(cleanup_close)))
#define AUTO_FCLOSE __attribute__((cleanup(cleanup_fclose)))
#define AUTO_CLOSEDIR __attribute__((cleanup(cleanup_closedir)))

/* Any type T with T_release(struct T *): `AUTO(strbuf) struct strbuf b = {0};` */
#define AUTO(type) __attribute__((cleanup(type##_release)))

static inline int steal_fd(int *fd)
{
    int value = *fd;
    *fd = -1;
    return value;
}

static inline void *steal_ptr_(void **p)
{
    void *value = *p;
    *p = NULL;
    return value;
}
#define steal_ptr(p) ((__typeof__(*(p)))steal_ptr_((void **)(p)))

#endif
