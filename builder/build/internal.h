/* What the backends share; for this folder and its tests. */
#ifndef BUILD_INTERNAL_H
#define BUILD_INTERNAL_H

#include "base/alloc.h"
#include "base/cleanup.h"
#include "build/backend.h"
#include "recipe/substitute.h"
#include "sys/environment.h"

/* The flags of one build, made from the toolchain and the trees that the build may look into. */
struct build_flags {
    struct strvec cflags, cxxflags; /* with -ffile-prefix-map, so that no path of this machine is kept */
    struct strvec cppflags;         /* -I of each tree */
    struct strvec ldflags;          /* with -L of each tree */
};
void build_flags_init(struct build_flags *f, const struct build_request *r);
void build_flags_release(struct build_flags *f);

/* One run of backend_commands. */
struct backend {
    const struct build_request *request;
    const struct build_spec *spec;
    struct commands *out;
    char *directory; /* absolute: where the source's build files are */
    char *jobs;      /* how many jobs the build tool may run at once, as text */
    struct build_flags flags;
    struct strvec env; /* complete, with the recipe's own */
    struct substitution with;
};

/* Adds a command of this phase that runs in dir; its log is logs/PHASE.log. */
struct command *backend_command(struct backend *b, const char *phase, const char *dir);

/* Substitutes text into one argument (or several, for "{cflags…}"). */
int backend_push(struct backend *b, struct strvec *out, const char *text, struct err *e);

/* The same behind a prefix: "-DNAME=" and the value. */
int backend_pushf(struct backend *b, struct strvec *out, const char *prefix, const char *text, struct err *e);

/* Words joined by sep; the caller frees it. */
char *words_join(const struct strvec *words, char sep);

/* The folders (tree/below) of each tree that may be linked, joined by sep; the caller frees it. */
char *trees_join(const struct build_request *r, const char *below, const char *below2, char sep);

/* Adds the copies of [build] install: nothing when the recipe has none. */
int install_commands(struct backend *b, struct err *e);

/* Runs `make` for the default or the given targets, and `make install` unless the recipe has an install
 * table. makefile_install: false when there is none to run. */
int make_commands(struct backend *b, struct err *e);

/* How the build system spells the value of an option. */
const char *backend_boolean(const struct backend *b, bool yes);

/* cores.c: the forms in which that tool of this machine can be told of the pool of tokens; 0: it is given a
 * number. The second: of a program that a recipe runs and that was not told any number. */
unsigned backend_tokens(const struct backend *b, const char *name);
unsigned backend_tokens_unasked(const struct backend *b, const char *program);

/* One file a build system. */
int autotools_commands(struct backend *b, struct err *e);
int autotools_configure_alone(struct backend *b, struct err *e);
int cmake_commands(struct backend *b, struct err *e);
int meson_commands(struct backend *b, struct err *e);
int plain_make_commands(struct backend *b, struct err *e);
int step_commands(struct backend *b, struct err *e);

/* The parts of tree_check, in its order. files: every file and link of the tree, relative, sorted. */
int tree_tidy(const struct recipe *r, const char *tree, const struct strvec *files, struct err *e);

/* Takes times, owners and modes out of the headers of an archive's members, in place. Bytes that are not an
 * archive are left alone. True when something changed. */
bool archive_normalize(unsigned char *bytes, size_t size);

/* text with prefix (at the end of a path component) replaced by here; false when it is not in there. */
bool text_relocate(struct strbuf *out, struct slice text, const char *prefix, const char *here);

/* text with what was found in a kit called by its name, where kits is "/…/trees/kit-": a library,
 * "KITS…/lib/libm.so", behind before ("", or "-l"), and a program, "KITS…/bin/cc". Who links has a kit of his
 * own. False when there is neither. */
bool text_name_kit(struct strbuf *out, struct slice text, const char *kits, const char *before);

/* A pkg-config file with its private parts made public and prefix replaced by here ("${pcfiledir}/../.."). */
void pc_rewrite(struct strbuf *out, struct slice text, const char *prefix, const char *here);

/* Adds what is wrong with one archive to *e: no objects, not position-independent, byte-code. label is its
 * name in messages. */
int archive_check(const char *path, const char *label, struct err *e);

/* Adds to *e, at its line, that what the recipe says of the library's state is not so (ERR_RECIPE). */
void state_check(const struct recipe *r, const char *tree, struct err *e);

/* What must not stand in an archive; both may be NULL. */
struct path_check {
    const struct strvec *machine; /* absolute paths of this machine */
    const char *prefix;           /* that the library believes it is installed in */
};

/* Adds each member that holds such a path to *e. label is the archive's name in messages. */
int path_check_archive(const struct path_check *c, const char *path, const char *label, struct err *e);

#endif
