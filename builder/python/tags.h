/* Wheel names and tags (PEP 425, PEP 427, "Binary distribution format" at packaging.python.org). */
#ifndef PYTHON_TAGS_H
#define PYTHON_TAGS_H

#include "base/err.h"
#include "base/str.h"

/* What a wheel's file name says, or what it is to say. Tag sets are sorted and without repetition. */
struct wheel_name {
    char *name;    /* as it stands in the file name: "pyzmq", "ruamel_yaml" */
    char *version; /* as it stands in the file name */
    char *build;   /* build tag, "" for none */
    char *variant; /* label of a variant (PEP 825): "x86_64_v3"; "" for none */
    struct strvec python, abi, platform;
};

void wheel_name_release(struct wheel_name *n);

/* A distribution's name or a version as a part of a file name: the name lower-case with runs of -_. as one
 * underscore, the version in normal form with - as underscore. The caller frees it. */
char *wheel_name_escape(const char *distribution);
char *wheel_version_escape(const char *version, struct err *e);

/* Takes "pyzmq-27.1.0-cp312-abi3-manylinux2014_x86_64.manylinux_2_17_x86_64.whl" apart; folders before it
 * are ignored. Fails (ERR_PACKAGE) saying what is missing. Parts are taken as written, sets sorted. */
int wheel_name_parse(struct wheel_name *n, const char *path, struct err *e);

/* "{name}-{version}(-{build})-{python}-{abi}-{platform}(-{variant}).whl"; the caller frees it. */
char *wheel_name_format(const struct wheel_name *n);

/* Adds a compressed set such as "py2.py3" to *set, sorted and without repetition. */
void tag_set_add(struct strvec *set, const char *compressed);

/* The set as "a.b"; the caller frees it. */
char *tag_set_format(const struct strvec *set);

/* Every python-abi-platform combination, sorted: the Tag lines of WHEEL. */
void wheel_name_expand(const struct wheel_name *n, struct strvec *out);

/* "cp311" of 3, 11; "cp312" also for the first version of a stable-ABI wheel. The caller frees it. */
char *tag_python(int major, int minor);

#endif
