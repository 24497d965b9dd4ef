/* Reads a wheel that may be broken or made to deceive; nothing is unpacked to disk. What contradicts itself
 * is a problem for rules to judge; only what cannot be read at all is an error. */
#ifndef WHEEL_WHEEL_H
#define WHEEL_WHEEL_H

#include "base/arena.h"
#include "base/err.h"
#include "python/metadata.h"
#include "python/tags.h"
#include "sys/fs.h"
#include "zip/reader.h"

enum wheel_problem_kind {
    WHEEL_FILE_NAME,        /* not a wheel's file name; names and tags are then unknown */
    WHEEL_NO_DIST_INFO,     /* no NAME-VERSION.dist-info folder, or several */
    WHEEL_DIST_INFO_NAME,   /* the folder has another name or version than the file name */
    WHEEL_FILE_MISSING,     /* no METADATA, WHEEL or RECORD, or it cannot be read */
    WHEEL_METADATA,         /* METADATA or WHEEL is malformed, or names another distribution */
    WHEEL_VERSION,          /* a Wheel-Version that this program does not know */
    WHEEL_TAGS,             /* the Tag lines of WHEEL are not those of the file name */
    WHEEL_RECORD,           /* a malformed line of RECORD */
    WHEEL_RECORD_TWICE,     /* a path stands twice in RECORD */
    WHEEL_RECORD_ABSENT,    /* a path of RECORD is not in the archive */
    WHEEL_NOT_IN_RECORD,    /* a member is not in RECORD, or stands there without hash and size */
    WHEEL_RECORD_HASH,      /* hash or size differ; by wheel_check_member */
    WHEEL_RECORD_ALGORITHM, /* a hash that is weaker than SHA-256, or one that is not checked here */
    WHEEL_MEMBER,           /* a member cannot be read; by wheel_check_member */
};

struct wheel_problem {
    enum wheel_problem_kind kind;
    const char *subject; /* a path in the wheel, or its file name */
    const char *message;
};

/* A line of RECORD. */
struct record_entry {
    const char *path;
    const char *hash; /* "sha256=…", or "" */
    int64_t size;     /* -1 when not said */
};

struct wheel {
    const char *path;
    struct mapping file;
    struct zip zip;
    bool named;             /* the file name is a wheel's; name is filled */
    struct wheel_name name; /* from the file name */
    const char *dist_info;  /* "pyzmq-27.1.0.dist-info", or NULL */
    const char *generator;  /* of WHEEL, or NULL */
    bool root_is_purelib;
    struct strvec tags;                  /* the Tag lines of WHEEL, sorted */
    struct metadata metadata;            /* empty when METADATA cannot be read */
    const struct record_entry **records; /* by member; NULL for those not in RECORD */
    struct wheel_problem *problems;
    size_t problem_count, problem_cap;
    size_t member_bytes_max; /* bytes of one member that will be read */
    struct arena arena;
};

/* The limit on one member that wheel_open takes for 0. */
#define WHEEL_MEMBER_LIMIT ((size_t)2 << 30)

/* Opens and reads everything but the contents of members. Fails when path cannot be read or is not a zip. */
int wheel_open(struct wheel *w, const char *path, size_t member_bytes_max, struct err *e);
int wheel_open_bytes(
    struct wheel *w, const char *path, const void *bytes, size_t len, size_t member_bytes_max, struct err *e);
void wheel_release(struct wheel *w);

/* Reads a member into *out (see zip_read) and compares it with its line of RECORD. Returns 0 when all is
 * well, 1 with *problem filled (its texts malloced: wheel_problem_release) otherwise; out->ptr is NULL when
 * it could not be read. Threads may call it side by side, each with its own scratch. */
int wheel_check_member(const struct wheel *w, const struct zip_member *m, struct zip_scratch *s,
    struct slice *out, struct wheel_problem *problem);
void wheel_problem_release(struct wheel_problem *p);

/* Checks every member and adds what is wrong to w->problems. */
void wheel_verify(struct wheel *w);

/* The member of this name inside dist-info ("METADATA"), or NULL. */
const struct zip_member *wheel_dist_info_member(const struct wheel *w, const char *name);

/* Unpacks into folder, which must be empty or not there, as an installer with one site-packages folder would:
 * the root, .data/purelib and .data/platlib go to folder, scripts to folder/bin ("#!python" becomes python
 * when it is not NULL), headers to folder/include/NAME, data to folder. Refuses a wheel that has problems,
 * members that would leave the folder, links, and two members for one file. */
int wheel_install(struct wheel *w, const char *folder, const char *python, struct err *e);

/* Unpacks every member to where it lies in the wheel, below folder, which must be empty or not there. What
 * RECORD says does not matter: it is for who makes another wheel of it. Members are refused as above. */
int wheel_take_apart(struct wheel *w, const char *folder, struct err *e);

/* Where an installer puts a member, seen from the folder of modules: without NAME.data/platlib/ or purelib/;
 * else the name itself. */
const char *wheel_installed_path(const char *name);

#endif
