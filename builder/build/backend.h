/* From a recipe to the commands that build it: pure functions, one file a build system. */
#ifndef BUILD_BACKEND_H
#define BUILD_BACKEND_H

#include <stdint.h>

#include "host/host.h"
#include "recipe/recipe.h"
#include "sched/tasks.h"
#include "toolchain/toolchain.h"

/* Every library believes it is installed in BUILD_PREFIX/NAME, so that nothing of a store's path is in it. */
#define BUILD_PREFIX "/opt/staticbuild"

/* A finished tree that this build may look into. */
struct build_input {
    const char *name; /* of the recipe */
    const char *tree; /* absolute */
    const struct recipe *recipe;
    enum build_input_role { INPUT_LIBRARY, INPUT_BUILD, INPUT_TOOL, INPUT_WHEEL } role;
};

struct build_request {
    const struct recipe *recipe;
    const struct toolchain *toolchain;
    const char *src;     /* absolute: the unpacked and patched source */
    const char *work;    /* absolute: an empty folder to build in */
    const char *destdir; /* absolute: root of the stage; files end in destdir + prefix */
    const char
        *prefix; /* the fixed path that the library believes it is installed in: "/opt/staticbuild/NAME" */
    const char *logs; /* folder for one log a phase */
    const char *home; /* an empty folder that is HOME */
    const char *maps; /* a folder for the linker's map of each program, FILE.map; NULL: none are kept */
    const struct build_input *inputs; /* everything it may see, what its libraries need included */
    size_t input_count;
    int64_t source_date_epoch;
    const char *path;               /* PATH for the commands: host tools and tool trees */
    const char *python;             /* an interpreter to run build scripts with, or NULL */
    const struct host_tools *tools; /* that the commands will find; NULL: nothing is known of them */
};

/* Adds the commands: autoreconf (when the source has no configure), configure, build, install. Everything
 * wrong with the recipe is ERR_RECIPE, a path that build systems cannot use ERR_ENVIRONMENT. The order and
 * each argument vector is deterministic. slots: how many jobs the build tool may run at once.
 *
 * CMake and Meson build in work; the others in src, which is this build's own copy. A relative path on the
 * right side of [build] install is below the folder that build.directory names. With an install table the
 * build system's own install does not run. */
int backend_commands(const struct build_request *r, unsigned slots, struct commands *out, struct err *e);

/* Adds the one command that configures the source of a Python in work, with the recipe's options, and builds
 * nothing. For another architecture a program BUILD_PYTHON that says "3.N" stands in work, for musl a
 * compiler BUILD_CC that keeps to itself which folders this machine's system has for architectures. */
#define BUILD_PYTHON "build-python"
#define BUILD_CC "build-cc"
int backend_configure_alone(const struct build_request *r, struct commands *out, struct err *e);

/* Fails (ERR_ENVIRONMENT) when build systems cannot work in a folder of this name; what is how messages call
 * it. */
int backend_check_path(const char *path, const char *what, struct err *e);

/* Whether the recipe has the number of jobs told to its own commands ({jobs}): then it is that for the whole
 * of its step. Otherwise the commands say what they can use (struct command). */
bool backend_has_number(const struct recipe *r);

/* The complete environment of a build's commands: nothing of the user's leaks in. Also used for cythonize and
 * link steps. */
void backend_environment(const struct build_request *r, struct strvec *env);

/* Whether the log of configuring says which options of this recipe the build system does not know. */
bool backend_tells_unknown_options(const struct recipe *r);

/* Fails (ERR_RECIPE) with the place of each option of the recipe that the log names as unknown; options that
 * come from here do not count. log is the text of the "configure" phase. */
int backend_check_options(const struct recipe *r, const char *log, struct err *e);

/* What of the machine this build system needs: names for host/ ("cmake", "ninja"); NULL-terminated. Depends
 * on the recipe only; needs_autoreconf is known after unpacking, so autotools names autoreconf too. */
const char *const *backend_tools(const struct recipe *r);

/* Before tree_check: paths of other trees in CMake's and pkg-config's files become relative to the file, and
 * what is of a kit, in scripts too, is called by its name. siblings (absolute) is the folder that all trees
 * lie in when they are finished, this one too. */
int tree_relate(const char *tree, const char *siblings, struct err *e);

/* After install, tree being destdir + prefix: makes pkg-config and CMake files relocatable (a pkg-config
 * file's private parts become public: everything here is static), removes .la files and empty folders, takes
 * times and owners out of archives, and checks what [provides] promised: archives there, every object in them
 * position-independent and without LTO byte-code, headers, programs and data there, no shared library. A
 * library's archives hold none of the machine's paths (absolute; NULL: none are known), nor the prefix,
 * unless the recipe gives a reason. All that is wrong is reported at once, ERR_BUILD. */
int tree_check(const struct recipe *r, const char *tree, const struct strvec *machine_paths, struct err *e);

#endif
