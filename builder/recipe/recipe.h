/* The recipe: what a TOML file in recipes/ says about one library, extension or tool, checked and decoded.
 *
 * recipe_load reads and validates a whole file, with all its features, versions and targets. recipe_variant
 * lays the chosen overlays over it and gives the decoded `struct recipe`, which is read-only from then on.
 * Every key is documented in recipes/README.md. Paths are absolute after loading where the comment says so.
 */
#ifndef RECIPE_RECIPE_H
#define RECIPE_RECIPE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/texts.h"
#include "hash/hash.h"
#include "python/abi/abi.h"

struct toml_node;

enum recipe_kind {
#define RECIPE_KIND(id, ...) RECIPE_##id,
#include "recipe/kinds.def"
#undef RECIPE_KIND
};

/* Whether wheels are made of it, and with which interpreters they are tried is to be chosen. */
static inline bool recipe_kind_has_wheel(enum recipe_kind kind)
{
    return kind == RECIPE_EXTENSION || kind == RECIPE_PROGRAM;
}

/* Recipes of the headers of a Python (RECIPE_PYTHON_ABI) are called by that: "python3.14t". */
#define PYTHON_ABI_PREFIX "python"

/* Where in the user's file something stands; line and column count from 1. */
struct position {
    const char *file;
    int line, column;
};

/* key = value of an open table, in file order. */
struct pair {
    const char *key;
    const char *value;
};
struct pairs {
    struct pair *items;
    size_t len;
};

/* An option of a build system keeps its type: each backend spells a boolean its own way. */
struct option {
    const char *key;
    enum option_type { OPTION_TEXT, OPTION_BOOL, OPTION_INT } type;
    const char *text; /* OPTION_TEXT, and the digits of OPTION_INT */
    bool yes;         /* OPTION_BOOL */
    bool is_listed;   /* one of a list: others of this key may follow; only backends of projects take lists */
    struct position at;
};

/* One [[source]]. Those with the same `into` are alternatives, in order of preference. */
struct source {
    const char *into; /* below {src}; "." by default */
    const char *path; /* a folder of the project (absolute) instead of urls, or NULL */
    struct texts
        urls; /* https: http: file: debian:PACKAGE/FILE pypi:NAME/FILE crates:NAME/VERSION, in order */
    const char *sha256;   /* 64 hexadecimal digits; NULL for path */
    const char *name;     /* file name to call it by: the base of the first url */
    struct texts exclude; /* files and folders of the archive that are not unpacked */
    struct position at, path_at;
};

struct patch {
    const char *file;     /* absolute */
    struct digest digest; /* of its content */
    unsigned strip;       /* as patch -pN; 1 by default */
    struct texts fixes;   /* CVE numbers */
    struct position at;
};

/* "libzmq[curve,-draft] >= 4.3" */
struct requirement {
    const char *text; /* as written */
    const char *name;
    const char *program;    /* the part behind the colon in "sqlite:sqlite3", or NULL */
    const char *constraint; /* ">= 4.3", "" for any version */
    struct feature_choice {
        const char *name;
        bool on;
    } * features;
    size_t feature_count;
    struct position at;
};
struct requirements {
    struct requirement *items;
    size_t len;
};

/* [build] targets: run `make -C dir run…` instead of the default target. */
struct make_target {
    const char *dir;
    struct texts run;
};

/* An argument vector of a command, texts not yet substituted. */
struct build_spec {
    enum build_system {
#define BUILD_SYSTEM(id, ...) BUILD_##id,
#include "recipe/build_systems.def"
#undef BUILD_SYSTEM
    } system;
    const char *directory; /* below the source; "." by default */
    struct option *options;
    size_t option_count;
    struct texts configure; /* replaces ./configure, e.g. perl ./Configure */
    struct pairs variables; /* make: NAME=value on the command line */
    struct pairs env;
    struct pairs install; /* destination below the prefix = file or folder below {work} or the source */
    struct make_target *targets;
    size_t target_count;
    struct texts *steps; /* commands: argument vectors */
    size_t step_count;
    const char *needs_network; /* why it may reach the network, or NULL */
    unsigned timeout;          /* seconds for which its commands may write nothing; 0: not said */
};

/* Whether the code of a library keeps something between calls. Unsaid, it is taken to. */
enum recipe_state { STATE_UNSAID, STATE_NONE, STATE_WRITABLE };

/* What the finished tree promises; paths are relative to the prefix. */
struct provides {
    struct texts archives;      /* in link order */
    struct texts whole_archive; /* of those, the ones to take whole */
    struct texts *link_groups;  /* archives that refer to each other */
    size_t link_group_count;
    struct texts headers;
    struct texts pkg_config;
    struct texts defines;
    struct texts system_libraries; /* without "-l" */
    struct texts programs;
    struct texts data;
    struct texts python_path;
    const char *prefix_inside; /* why an archive may hold the prefix of the build, or NULL */
    enum recipe_state state;   /* of a library: variables that its code may write */
    struct position state_at;
    bool loaded; /* builds of projects load it as a shared object, to ask it something */
};

/* [[module]] of an extension. */
struct module_spec {
    const char *name; /* dotted */
    struct module_files {
        struct texts files;           /* below the source; .c .cc .cpp .cxx .S .s .pyx .py (Cython) */
        struct texts defines, cflags; /* for these alone, behind the module's */
    } * files;
    size_t file_count;
    struct texts sources; /* all of files */
    struct texts exclude; /* patterns of sources that are left out */
    struct texts include; /* below the source */
    struct texts defines;
    struct texts cflags;
    const char *std;               /* "c11", "c++17", or NULL */
    bool cplus;                    /* language = "c++" */
    struct texts libraries;        /* names of the required libraries this module links; empty: all */
    struct texts system_libraries; /* of the platform, without "-l" */
    struct texts exports;          /* symbols to export besides the entry point */
    const char *limited_api;       /* "3.8", or NULL */
    const char *optional; /* why a wheel may be without it, where it cannot be made; NULL: it may not */
    struct cython_spec {
        const char *language_level; /* "3", or NULL */
        bool cplus;
        struct pairs directives;
    } cython;
    struct position at;
};

struct python_spec {
    const char *requires; /* PEP 440 specifiers; ">=3.8" */
    const char *abi3;     /* "3.12": one abi3 wheel for this and later; NULL for none */
    const char *abi3t; /* "3.15": one for this and later, with and without the GIL (PEP 803); NULL for none */
    struct position requires_at;
};

struct wheel_spec {
    struct wheel_package {
        const char *from; /* a folder below root to ship */
        const char *to;   /* as this folder of the wheel; NULL: of the same name */
    } * packages;
    size_t package_count;
    const char *root;          /* below the source; "." by default */
    struct texts modules;      /* single .py files below root */
    struct texts include;      /* glob patterns below root, of files that are left out otherwise */
    struct texts exclude;      /* glob patterns below root */
    struct pairs entry_points; /* "group:name" = "module:function" */
    struct wheel_data {
        const char *from; /* below a library's prefix ("libproj:share/proj"), what Cython made
                             ("cython:src/a.h") or the source; NULL where text is given */
        const char *text; /* of a small file */
        const char *to;   /* below the wheel */
    } * data;
    size_t data_count;
    struct pairs metadata; /* core metadata fields that the sources do not give */
    struct pairs sharing;  /* library = "one" or "duplicate", and a reason (recipe_sharing) */
};

struct test_spec {
    struct texts imports;
    const char *script; /* absolute, or NULL */
    struct position script_at;
    struct requirements requires; /* distributions, by the names of their recipes */
    struct texts command;         /* instead of the script */
};

/* [interpreter]: a Python that is made here, with what is inside it. */
struct interpreter_spec {
    struct texts without;     /* modules written in C that its build leaves out: "_tkinter" */
    struct pairs needs;       /* such a module = the library that it is made with, by its recipe */
    struct requirements with; /* extensions whose modules are built in */
    struct texts drop;        /* below its standard library: files and folders that are left out */
    enum interpreter_layout { LAYOUT_TREE, LAYOUT_SINGLE } layout;
    bool sources;    /* LAYOUT_SINGLE: with the .py files */
    bool compressed; /* LAYOUT_SINGLE: the standard library is deflated, and not stored */
    bool pie;        /* the program is loaded wherever there is room */
};

/* The results that a part of a recipe decides. */
enum recipe_result {
    RECIPE_TREE = 1,    /* the install tree of a library or tool */
    RECIPE_SOURCE = 2,  /* an extension's source, with what Cython made of it */
    RECIPE_MODULE = 4,  /* its modules */
    RECIPE_WHEEL = 8,   /* its wheels: packed and judged */
    RECIPE_USERS = 16,  /* the wheels of others that have it inside: what they tell of it */
    RECIPE_TRY = 32,    /* how its wheels are tried */
    RECIPE_LAYOUT = 64, /* how an interpreter is linked and laid out */
};

/* One thing that the recipe says: "build.options" is "{shared = false}". */
struct recipe_fact {
    const char *name, *value;
    unsigned results; /* enum recipe_result */
};

/* A recipe with its overlays laid over. */
struct recipe {
    const char *name, *version, *summary, *homepage;
    enum recipe_kind kind;
    const char *license;        /* SPDX expression */
    struct texts license_files; /* below the source */
    const char *cpe;            /* "vendor:product", or NULL */
    const char *caution;        /* what is told of each wheel that has it inside, or NULL */
    const char *file;           /* the recipe's own path, as shown in messages */
    struct texts features;      /* those that are on, sorted */

    struct source *sources;
    size_t source_count;
    struct patch *patches;
    size_t patch_count;
    struct requirements libraries; /* linked */
    struct requirements
        build_libraries; /* [requires] build: seen by configure or the compiler, never linked */
    struct requirements tools;
    struct build_spec build;
    struct provides provides;
    struct python_spec python;
    struct module_spec *modules;
    size_t module_count;
    struct wheel_spec wheel;
    struct test_spec test;
    struct interpreter_spec interpreter;
    struct pairs unhardened;      /* words of hardening.def, and why each is turned off; see hardening.h */
    const struct toml_node *tree; /* what it was read from, for places */
    struct recipe_fact *facts;    /* whatever it says that decides a result, in the order of the schema */
    size_t fact_count;
};

struct recipe_file; /* a loaded and validated file with everything it may become */

/* Reads and checks a file. All mistakes found are in *e, one `file:line:column: …` a line, ERR_RECIPE. path
 * is shown in messages as given. The result lives in the arena. */
struct recipe_file *recipe_load(struct arena *a, const char *path, struct err *e);

/* The same for a text in memory; paths in it are relative to the folder of path, which need not exist, or to
 * another one. */
struct recipe_file *recipe_parse(
    struct arena *a, const char *path, const char *text, size_t len, struct err *e);
struct recipe_file *recipe_parse_in(
    struct arena *a, const char *path, const char *folder, const char *text, size_t len, struct err *e);

/* What can be known before a variant is chosen. */
const char *recipe_file_name(const struct recipe_file *f);
const char *recipe_file_path(const struct recipe_file *f);
const char *recipe_file_summary(const struct recipe_file *f);
enum recipe_kind recipe_file_kind(const struct recipe_file *f);
struct texts recipe_file_versions(
    const struct recipe_file *f); /* the default first, then the others, newest first */
struct texts recipe_file_features(const struct recipe_file *f); /* all, sorted */
bool recipe_file_feature_default(const struct recipe_file *f, const char *feature);

/* The recipe with version, these features (sorted, exactly those that are on) and target ("linux-x86_64")
 * laid over. The result lives in the arena. */
const struct recipe *recipe_variant(struct arena *a, const struct recipe_file *f, const char *version,
    struct texts features, const char *target, struct err *e);

/* The stable ABIs that it asks for; kind PYTHON_ABI_VERSION: none. */
struct python_abi recipe_abi3(const struct recipe *r);
struct python_abi recipe_abi3t(const struct recipe *r);

/* Where a text of the recipe stands, found by its pointer, which must be the recipe's own; line 0 when it is
 * none. */
struct position recipe_position(const struct recipe *r, const char *text);

/* Adds "file:line:column: …" with the place of a text of the recipe; ERR_RECIPE. Always returns -1. */
int recipe_wrong(struct err *e, const struct recipe *r, const char *text, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

bool source_is_cython(const char *source); /* .pyx .py */
bool module_has_cython(const struct module_spec *module);
bool source_is_cxx(const char *source);                         /* .cc .cpp .cxx .C .c++ */
bool module_cython_makes_cxx(const struct module_spec *module); /* of its Cython sources */

/* Whether the module has a source that Cython translates, or one that needs the C++ compiler. Libraries that
 * ask for stdc++ are not looked at. */
bool module_has_cxx(const struct module_spec *module);

/* Whether the modules of the wheel are to have one copy of a library, or the C++ runtime, together. */
#define SHARING_RUNTIME "libstdc++"
enum sharing_choice { SHARING_UNSAID, SHARING_ONE, SHARING_DUPLICATE, SHARING_BORROW };
enum sharing_choice recipe_sharing(const struct recipe *r, const char *library);
const char *recipe_sharing_reason(const struct recipe *r); /* of the duplicates, or NULL */
bool recipe_sharing_is_reason(const char *key);            /* in struct wheel_spec.sharing */

/* A library of which interpreters have a copy, for a module of theirs. */
struct borrowable {
    const char *library; /* the recipe's name */
    const char *module;  /* "_sqlite3" */
    const char *version; /* its function without arguments: MAJOR * 1000000 + MINOR * 1000 + PATCH */
};
const struct borrowable *recipe_borrowable(const char *library); /* NULL: it is none of these */

/* From which version on the recipe takes the interpreter's copy, as that function says it: the lower bound of
 * what it requires of the library; 0 when that has none. */
unsigned recipe_borrow_floor(const struct recipe *r, const char *library);

const char *recipe_kind_name(enum recipe_kind kind);
const char *build_system_name(enum build_system system);

#endif
