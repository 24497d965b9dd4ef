/* What CMake and Meson are told of a project's build: where compilers and libraries are. */
#ifndef PROJECT_SYSTEMS_H
#define PROJECT_SYSTEMS_H

#include "project/root.h"

struct systems {
    const char *folder;      /* absolute: is there; their files are written into it */
    const char *bin;         /* of the wrappers */
    const char *kit;         /* its libraries are the target's; NULL: this machine's are */
    const char *path;        /* PATH, for programs */
    const char *build;       /* absolute: the build folder of backends that take one */
    const struct root *root; /* was made */
};

int systems_write(const struct systems *s, struct err *e);

/* Adds the variables that CMake reads, whoever starts it. */
void systems_environment(const struct systems *s, struct strvec *env);

/* Adds the config settings that a backend of that name has to be given, as KEY=VALUE. */
void systems_settings(const struct systems *s, const char *backend, struct strvec *out);

#endif
