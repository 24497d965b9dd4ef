/* Every key that a recipe may have: its type, checks, place in the struct, and the results it has a part
 * in. */
#include "recipe/schema.h"

#include "recipe/hardening.h"
#include "recipe/project_row.h"
#include "recipe/recipe.h"
#include "recipe/texts.h"

#define TABLE(keys, type, at)               \
    {                                       \
        keys, COUNT(keys), sizeof(type), at \
    }
#define EXTENSION (1u << RECIPE_EXTENSION)
#define TOOL (1u << RECIPE_TOOL)
#define PROGRAM (1u << RECIPE_PROGRAM)
#define INTERPRETER (1u << RECIPE_INTERPRETER)

/* Short, for the tables. What is of none is either used by plan/ itself (names, versions, sources, patches
 * and what is required, as far as it was chosen) or decides no result. */
enum {
    TREE = RECIPE_TREE,
    SOURCE = RECIPE_SOURCE,
    MODULE = RECIPE_MODULE,
    WHEEL = RECIPE_WHEEL,
    USERS = RECIPE_USERS,
    TRY = RECIPE_TRY,
    LAYOUT = RECIPE_LAYOUT
};

static const char *const kind_words[] = {
#define RECIPE_KIND(id, word) word,
#include "recipe/kinds.def"
#undef RECIPE_KIND
    NULL};
static const char *const system_words[] = {
#define BUILD_SYSTEM(id, word, ...) word,
#include "recipe/build_systems.def"
#undef BUILD_SYSTEM
    NULL};
static const char *const state_words[] = {"", "none", "writable", NULL};
static const char *const language_words[] = {"c", "c++", NULL};
static const char *const layout_words[] = {"tree", "single", NULL};

#define OF(member) offsetof(struct recipe, member)

static const struct schema_key recipe_keys[] = {
    {"name", SCHEMA_TEXT, OF(name), SCHEMA_REQUIRED | SCHEMA_BASE_ONLY, .check = check_recipe_name,
        .help = "what others call it; a library's, tool's or python-abi's file is NAME.toml"},
    {"kind", SCHEMA_WORD, OF(kind), SCHEMA_REQUIRED | SCHEMA_BASE_ONLY, .words = kind_words,
        .aliases = "type", .help = "library, extension, tool, program, python-abi or interpreter"},
    {"version", SCHEMA_TEXT, OF(version), SCHEMA_REQUIRED | SCHEMA_BASE_ONLY, .check = check_version,
        .help = "the version that is built unless another one is asked for"},
    {"summary", SCHEMA_TEXT, OF(summary), .check = check_filled, .aliases = "description",
        .results = WHEEL | USERS, .help = "one line for lists"},
    {"homepage", SCHEMA_TEXT, OF(homepage), .check = check_homepage, .aliases = "url website home",
        .results = WHEEL | USERS, .help = "the project's page"},
    {"license", SCHEMA_TEXT, OF(license), .check = check_license, .aliases = "licence",
        .results = WHEEL | USERS, .help = "SPDX expression"},
    {"license-files", SCHEMA_TEXTS, OF(license_files), .check = check_inside, .aliases = "licence-files",
        .results = TREE | WHEEL, .help = "texts below the source that go into the wheel"},
    {"cpe", SCHEMA_TEXT, OF(cpe), .check = check_cpe, .results = WHEEL | USERS,
        .help = "vendor:product for vulnerability databases"},
    {"caution", SCHEMA_TEXT, OF(caution), .check = check_filled, .aliases = "warning",
        .results = WHEEL | USERS,
        .help = "what users of a wheel that has it inside must know; told with each"},
};

#undef OF
#define OF(member) offsetof(struct source, member)

static const struct schema_key source_keys[] = {
    {"into", SCHEMA_TEXT, OF(into), .check = check_inside,
        .help = "folder of the source tree it is unpacked into; those with the same one are alternatives"},
    {"path", SCHEMA_TEXT, OF(path), .check = check_local_path,
        .help = "a folder of the user's own instead of urls, relative to the project"},
    {"urls", SCHEMA_TEXTS, OF(urls), .check = check_location, .aliases = "url location locations mirrors",
        .help = "where the one file may be had, in order"},
    {"sha256", SCHEMA_TEXT, OF(sha256), .check = check_sha256, .aliases = "hash checksum digest sha sha-256",
        .help = "its SHA-256"},
    {"exclude", SCHEMA_TEXTS, OF(exclude), .check = check_inside, .aliases = "excludes ignore without",
        .help = "files and folders of the archive that are not unpacked"},
};

#undef OF
#define OF(member) offsetof(struct recipe, member)

static const struct schema_key requires_keys[] = {
    {"libraries", SCHEMA_REQUIREMENTS, OF(libraries),
        .aliases = "depend depends dependencies deps requires library", .help = "linked into the result"},
    {"build", SCHEMA_REQUIREMENTS, OF(build_libraries),
        .help =
            "seen when it is configured or compiled, never linked; of an extension also wheels of others"},
    {"tools", SCHEMA_REQUIREMENTS, OF(tools), .aliases = "tool programs build-tools",
        .help = "programs its build runs: a tool recipe, a library's program, else one of this machine"},
};

#undef OF
#define OF(member) offsetof(struct patch, member)

static const struct schema_key patch_keys[] = {
    {"file", SCHEMA_TEXT, OF(file), SCHEMA_REQUIRED, .check = check_inside, .aliases = "path name",
        .help = "unified diff, relative to the recipe"},
    {"strip", SCHEMA_COUNT, OF(strip), .help = "leading path parts to drop, 1 when not given"},
    {"fixes", SCHEMA_TEXTS, OF(fixes), .check = check_fix, .aliases = "cve cves",
        .help = "vulnerabilities it closes"},
};

#undef OF
#define OF(member) offsetof(struct make_target, member)

static const struct schema_key target_keys[] = {
    {"dir", SCHEMA_TEXT, OF(dir), SCHEMA_REQUIRED, .check = check_inside, .aliases = "directory",
        .results = TREE, .help = "folder to run make in"},
    {"run", SCHEMA_TEXTS, OF(run), SCHEMA_REQUIRED | SCHEMA_PLACEHOLDERS, .check = check_filled,
        .aliases = "targets", .results = TREE, .help = "targets to make"},
};
static const struct schema_table target_table = TABLE(target_keys, struct make_target, SCHEMA_NO_POSITION);

#undef OF
#define OF(member) offsetof(struct build_spec, member)

static const struct schema_key build_keys[] = {
    {"system", SCHEMA_WORD, OF(system), SCHEMA_REQUIRED, .words = system_words, .aliases = "backend",
        .results = TREE, .help = "autotools, cmake, meson, make, commands, pep517 or wheel"},
    {"directory", SCHEMA_TEXT, OF(directory), .check = check_inside, .aliases = "dir subdir",
        .results = TREE | MODULE, .help = "folder of the source to build in"},
    {"options", SCHEMA_OPTIONS, OF(options), SCHEMA_PLACEHOLDERS | SCHEMA_REPEATED,
        .check_key = check_option_name, .aliases = "args flags defines", .results = TREE,
        .help = "for configure, cmake or meson, in the build system's words"},
    {"configure", SCHEMA_TEXTS, OF(configure), SCHEMA_PLACEHOLDERS, .results = TREE,
        .help = "command to run instead of ./configure"},
    {"variables", SCHEMA_PAIRS, OF(variables), SCHEMA_PLACEHOLDERS, .check_key = check_variable_name,
        .aliases = "vars", .results = TREE, .help = "NAME=value on make's command line"},
    {"env", SCHEMA_PAIRS, OF(env), SCHEMA_PLACEHOLDERS, .check_key = check_variable_name,
        .aliases = "environment", .results = TREE | SOURCE | MODULE,
        .help = "added to the clean environment"},
    {"install", SCHEMA_PAIRS, OF(install), SCHEMA_PLACEHOLDERS, .check = check_inside,
        .check_key = check_inside, .results = TREE,
        .help = "what to copy, when the build system installs nothing itself"},
    {"targets", SCHEMA_TABLES, OF(targets), .table = &target_table, .aliases = "target",
        .help = "what to make instead of the default target"},
    {"steps", SCHEMA_TEXT_LISTS, OF(steps), SCHEMA_PLACEHOLDERS, .aliases = "commands",
        .results = TREE | MODULE, .help = "argument vectors, with system = \"commands\""},
    {"needs-network", SCHEMA_TEXT, OF(needs_network), .check = check_filled, .aliases = "network",
        .results = TREE | MODULE,
        .help = "why the build reaches the network, which it cannot otherwise where builds are confined"},
    {"timeout", SCHEMA_COUNT, OF(timeout), .aliases = "time-limit",
        .help = "seconds for which a command may write nothing before it is stopped, 3600 when not given"},
};

#undef OF
#define OF(member) offsetof(struct provides, member)

static const struct schema_key provides_keys[] = {
    {"archives", SCHEMA_TEXTS, OF(archives), .check = check_archive, .aliases = "libraries libs static",
        .results = TREE, .help = "static libraries, in link order"},
    {"whole-archive", SCHEMA_TEXTS, OF(whole_archive), .check = check_archive, .results = TREE,
        .help = "those of archives that are linked with all their members"},
    {"link-groups", SCHEMA_TEXT_LISTS, OF(link_groups), .check = check_archive, .results = TREE,
        .help = "those of archives that refer to each other"},
    {"headers", SCHEMA_TEXTS, OF(headers), .check = check_inside, .aliases = "includes include",
        .results = TREE, .help = "headers that must be there"},
    {"pkg-config", SCHEMA_TEXTS, OF(pkg_config), .check = check_recipe_name, .aliases = "pkgconfig pc",
        .results = TREE, .help = "names of the .pc files that must be there"},
    {"defines", SCHEMA_TEXTS, OF(defines), .check = check_filled, .results = TREE,
        .help = "macros that users of the static library need"},
    {"system-libraries", SCHEMA_TEXTS, OF(system_libraries), .check = check_library_name,
        .aliases = "system-libs syslibs", .results = TREE, .help = "of the platform, needed when linking"},
    {"programs", SCHEMA_TEXTS, OF(programs), .check = check_inside, .aliases = "binaries bins",
        .results = TREE, .help = "programs that must be there"},
    {"data", SCHEMA_TEXTS, OF(data), .check = check_inside, .results = TREE,
        .help = "files needed at run time"},
    {"python-path", SCHEMA_TEXTS, OF(python_path), .check = check_inside, .results = TREE,
        .help = "folders to import from, for tools written in Python"},
    {"prefix-inside", SCHEMA_TEXT, OF(prefix_inside), .check = check_filled, .results = TREE,
        .help = "why an archive may hold the folder that it was built for"},
    {"state", SCHEMA_WORD, OF(state), .words = state_words, .results = TREE,
        .help = "none or writable: whether a library has variables that its code may write"},
    {"loaded", SCHEMA_FLAG, OF(loaded), .results = TREE,
        .help = "builds of projects load it, to ask it something"},
};

#undef OF
#define OF(member) offsetof(struct recipe, member)

static const struct schema_key hardening_keys[] = {
    {"off", SCHEMA_PAIRS, OF(unhardened), SCHEMA_REASONS, .check = check_filled,
        .check_key = check_hardening_word, .results = TREE | MODULE | WHEEL | USERS,
        .help = "what it cannot be built with, each with the reason"},
};

#undef OF
#define OF(member) offsetof(struct python_spec, member)

static const struct schema_key python_keys[] = {
    {"requires", SCHEMA_TEXT, OF(requires), .check = check_specifiers,
        .aliases = "requires-python python-requires", .results = WHEEL,
        .help = "versions of Python it works with"},
    {"abi3", SCHEMA_TEXT, OF(abi3), .check = check_python_minor, .aliases = "limited-api",
        .help = "one wheel for this version of Python and all later ones"},
    {"abi3t", SCHEMA_TEXT, OF(abi3t), .check = check_abi3t,
        .help = "one wheel for this version and all later ones, with and without the GIL: 3.15 or later"},
};

#undef OF
#define OF(member) offsetof(struct cython_spec, member)

static const struct schema_key cython_keys[] = {
    {"language-level", SCHEMA_TEXT, OF(language_level), .check = check_filled, .results = SOURCE | MODULE,
        .help = "\"2\", \"3\" or \"3str\""},
    {"cplus", SCHEMA_FLAG, OF(cplus), .results = SOURCE | MODULE, .help = "make C++"},
    {"directives", SCHEMA_PAIRS, OF(directives), SCHEMA_SCALARS, .check_key = check_option_name,
        .results = SOURCE | MODULE, .help = "compiler directives"},
};
static const struct schema_table cython_table = TABLE(cython_keys, struct cython_spec, SCHEMA_NO_POSITION);

#undef OF
#define OF(member) offsetof(struct module_files, member)

/* What the list of files as a whole decides is said below, of "sources". */
static const struct schema_key files_keys[] = {
    {"files", SCHEMA_TEXTS, OF(files), SCHEMA_REQUIRED, .check = check_source_file, .results = MODULE,
        .help = "files below the source, and patterns"},
    {"defines", SCHEMA_TEXTS, OF(defines), SCHEMA_PLACEHOLDERS, .check = check_filled,
        .aliases = "define macros define-macros", .results = MODULE, .help = "NAME or NAME=value, for these"},
    {"cflags", SCHEMA_TEXTS, OF(cflags), SCHEMA_PLACEHOLDERS, .check = check_filled,
        .aliases = "flags extra-compile-args cxxflags", .results = MODULE,
        .help = "further compiler flags, for these"},
};
static const struct schema_table files_table = TABLE(files_keys, struct module_files, SCHEMA_NO_POSITION);

#undef OF
#define OF(member) offsetof(struct module_spec, member)

static const struct schema_key module_keys[] = {
    {"name", SCHEMA_TEXT, OF(name), SCHEMA_REQUIRED, .check = check_module_name, .results = SOURCE | MODULE,
        .help = "dotted name"},
    {"sources", SCHEMA_ITEMS, OF(files), SCHEMA_REQUIRED, .check = check_source_file, .table = &files_table,
        .aliases = "files source", .results = SOURCE | MODULE,
        .help = "C, C++, assembler and Cython files below the source; { files, cflags, defines } for some"},
    {"exclude", SCHEMA_TEXTS, OF(exclude), .check = check_filled, .aliases = "excludes ignore without",
        .results = SOURCE | MODULE, .help = "patterns of files that sources leave out"},
    {"include", SCHEMA_TEXTS, OF(include), .check = check_inside, .aliases = "includes include-dirs headers",
        .results = SOURCE | MODULE, .help = "folders below the source for headers and .pxd files"},
    {"defines", SCHEMA_TEXTS, OF(defines), SCHEMA_PLACEHOLDERS, .check = check_filled,
        .aliases = "define macros define-macros", .results = MODULE, .help = "NAME or NAME=value"},
    {"cflags", SCHEMA_TEXTS, OF(cflags), SCHEMA_PLACEHOLDERS, .check = check_filled,
        .aliases = "flags extra-compile-args cxxflags", .results = MODULE, .help = "further compiler flags"},
    {"std", SCHEMA_TEXT, OF(std), .check = check_filled, .aliases = "standard", .results = MODULE,
        .help = "language standard: c11, c++17"},
    {"language", SCHEMA_WORD_FLAG, OF(cplus), .words = language_words, .results = SOURCE | MODULE,
        .help = "c or c++: what links it"},
    {"libraries", SCHEMA_TEXTS, OF(libraries), .check = check_recipe_name, .results = MODULE,
        .help = "those of [requires] libraries that it links; all when not given"},
    {"system-libraries", SCHEMA_TEXTS, OF(system_libraries), .check = check_library_name,
        .aliases = "system-libs syslibs", .results = MODULE, .help = "of the platform, without -l"},
    {"exports", SCHEMA_TEXTS, OF(exports), .check = check_symbol, .results = MODULE,
        .help = "symbols visible besides the entry point"},
    {"limited-api", SCHEMA_TEXT, OF(limited_api), .check = check_python_minor, .aliases = "abi3",
        .results = MODULE, .help = "compile for the limited API of this version"},
    {"optional", SCHEMA_TEXT, OF(optional), .check = check_filled, .results = MODULE,
        .help = "why a wheel may be without it, where it cannot be compiled or linked"},
    {"cython", SCHEMA_TABLE, OF(cython), .table = &cython_table, .help = "how Cython translates"},
};

#undef OF
#define OF(member) offsetof(struct wheel_data, member)

static const struct schema_key data_keys[] = {
    {"from", SCHEMA_TEXT, OF(from), .check = check_data_from, .results = WHEEL,
        .help = "LIBRARY:PATH below a library's prefix, cython:PATH for a header that Cython made, or a path "
                "below the source"},
    {"text", SCHEMA_TEXT, OF(text), .aliases = "content contents", .results = WHEEL,
        .help = "what a small file holds, instead of from"},
    {"to", SCHEMA_TEXT, OF(to), SCHEMA_REQUIRED, .check = check_inside, .results = WHEEL,
        .help = "path in the wheel"},
};
static const struct schema_table data_table = TABLE(data_keys, struct wheel_data, SCHEMA_NO_POSITION);

#undef OF
#define OF(member) offsetof(struct wheel_package, member)

static const struct schema_key package_keys[] = {
    {"from", SCHEMA_TEXT, OF(from), SCHEMA_REQUIRED, .check = check_inside, .results = WHEEL,
        .help = "folder below root"},
    {"to", SCHEMA_TEXT, OF(to), SCHEMA_REQUIRED, .check = check_inside, .results = WHEEL,
        .help = "its name in the wheel"},
};
static const struct schema_table package_table =
    TABLE(package_keys, struct wheel_package, SCHEMA_NO_POSITION);

#undef OF
#define OF(member) offsetof(struct wheel_spec, member)

static const struct schema_key wheel_keys[] = {
    {"packages", SCHEMA_ITEMS, OF(packages), .check = check_inside, .table = &package_table,
        .aliases = "package", .results = WHEEL,
        .help = "folders below root to ship; { from, to } for one that is renamed"},
    {"root", SCHEMA_TEXT, OF(root), .check = check_inside, .results = WHEEL,
        .help = "folder of the source that packages are in"},
    {"modules", SCHEMA_TEXTS, OF(modules), .check = check_inside, .aliases = "py-modules", .results = WHEEL,
        .help = "single .py files below root"},
    {"include", SCHEMA_TEXTS, OF(include), .check = check_filled, .aliases = "includes package-data",
        .results = WHEEL, .help = "patterns of files of packages that usually stay out: C sources, archives"},
    {"exclude", SCHEMA_TEXTS, OF(exclude), .check = check_filled, .aliases = "excludes ignore",
        .results = WHEEL, .help = "patterns of files below root that stay out"},
    {"entry-points", SCHEMA_GROUPS, OF(entry_points), .check = check_entry_point, .check_key = check_filled,
        .aliases = "scripts", .results = WHEEL,
        .help = "[wheel.entry-points.GROUP] name = \"module:function\""},
    {"data", SCHEMA_TABLES, OF(data), .table = &data_table, .help = "further files"},
    {"metadata", SCHEMA_PAIRS, OF(metadata), SCHEMA_REPEATED, .check_key = check_option_name,
        .results = WHEEL, .help = "core metadata fields that the source does not give"},
    {"sharing", SCHEMA_PAIRS, OF(sharing), .check = check_filled, .results = WHEEL,
        .help = "NAME = \"one\", \"duplicate\" with a reason, or \"borrow\": copies of what others need too"},
};

#undef OF
#define OF(member) offsetof(struct test_spec, member)

static const struct schema_key test_keys[] = {
    {"imports", SCHEMA_TEXTS, OF(imports), .check = check_module_name, .aliases = "import modules",
        .results = TRY, .help = "modules to import"},
    {"script", SCHEMA_TEXT, OF(script), .check = check_inside, .aliases = "file run", .results = TRY,
        .help = "Python file to run, relative to the recipe"},
    {"requires", SCHEMA_REQUIREMENTS, OF(requires), .aliases = "depends",
        .help = "distributions the test needs, made by recipes of extensions"},
    {"command", SCHEMA_TEXTS, OF(command), SCHEMA_PLACEHOLDERS, .results = TRY,
        .help = "command to run instead of script"},
};

#undef OF
#define OF(member) offsetof(struct interpreter_spec, member)

static const struct schema_key interpreter_keys[] = {
    {"without", SCHEMA_TEXTS, OF(without), .check = check_module_name, .aliases = "exclude out",
        .results = TREE, .help = "modules written in C that its build leaves out, as in \"_tkinter\""},
    {"needs", SCHEMA_PAIRS, OF(needs), .check = check_recipe_name, .check_key = check_module_name,
        .help = "MODULE = \"LIBRARY\": which modules cannot be made without that library"},
    {"with", SCHEMA_REQUIREMENTS, OF(with), .aliases = "extensions built-in",
        .help = "extensions whose modules are built in, as with --with"},
    {"drop", SCHEMA_TEXTS, OF(drop), .check = check_inside, .results = LAYOUT,
        .help = "files and folders below its standard library that are left out"},
    {"layout", SCHEMA_WORD, OF(layout), .words = layout_words, .results = LAYOUT,
        .help = "tree or single: a folder to be unpacked anywhere, or one executable file"},
    {"sources", SCHEMA_FLAG, OF(sources), .results = LAYOUT,
        .help = "with layout = \"single\": the .py files go with the bytecode"},
    {"compressed", SCHEMA_FLAG, OF(compressed), .results = LAYOUT,
        .help = "with layout = \"single\": the standard library is deflated: smaller, and slower to import"},
    {"pie", SCHEMA_FLAG, OF(pie), .results = LAYOUT,
        .help =
            "the program is loaded at another address each time, at the price of memory and of its start"},
};

/* Tables that decode straight into struct recipe have no size of their own. */
static const struct schema_table recipe_table = TABLE(recipe_keys, char, SCHEMA_NO_POSITION);
static const struct schema_table requires_table = TABLE(requires_keys, char, SCHEMA_NO_POSITION);
static const struct schema_table build_table = TABLE(build_keys, struct build_spec, SCHEMA_NO_POSITION);
static const struct schema_table provides_table = TABLE(provides_keys, struct provides, SCHEMA_NO_POSITION);
static const struct schema_table hardening_table = TABLE(hardening_keys, char, SCHEMA_NO_POSITION);
static const struct schema_table python_table = TABLE(python_keys, struct python_spec, SCHEMA_NO_POSITION);
static const struct schema_table wheel_table = TABLE(wheel_keys, struct wheel_spec, SCHEMA_NO_POSITION);
static const struct schema_table test_table = TABLE(test_keys, struct test_spec, SCHEMA_NO_POSITION);
static const struct schema_table interpreter_table =
    TABLE(interpreter_keys, struct interpreter_spec, SCHEMA_NO_POSITION);
static const struct schema_table source_table =
    TABLE(source_keys, struct source, offsetof(struct source, at));
static const struct schema_table patch_table = TABLE(patch_keys, struct patch, offsetof(struct patch, at));
static const struct schema_table module_table =
    TABLE(module_keys, struct module_spec, offsetof(struct module_spec, at));

#undef OF
#define OF(member) offsetof(struct recipe, member)

static const struct schema_key root_keys[] = {
    {"recipe", SCHEMA_TABLE, 0, SCHEMA_REQUIRED, .table = &recipe_table, .aliases = "package project",
        .help = "what it is"},
    {"source", SCHEMA_TABLES, OF(sources), .table = &source_table, .aliases = "sources",
        .help = "where its source comes from"},
    {"requires", SCHEMA_TABLE, 0, .table = &requires_table, .aliases = "depends dependencies",
        .help = "what it needs"},
    {"patch", SCHEMA_TABLES, OF(patches), .table = &patch_table, .aliases = "patches",
        .help = "changes to the source"},
    {"build", SCHEMA_TABLE, OF(build), .table = &build_table, .help = "how it is built"},
    {"hardening", SCHEMA_TABLE, 0, .table = &hardening_table, .help = "what protects the result"},
    {"provides", SCHEMA_TABLE, OF(provides), .table = &provides_table, .help = "what its tree then holds"},
    {"python", SCHEMA_TABLE, OF(python), .kinds = EXTENSION | PROGRAM, .table = &python_table,
        .help = "which versions of Python"},
    {"module", SCHEMA_TABLES, OF(modules), .kinds = EXTENSION, .table = &module_table,
        .aliases = "modules extension ext-modules", .help = "extension modules"},
    {"wheel", SCHEMA_TABLE, OF(wheel), .kinds = EXTENSION | PROGRAM, .table = &wheel_table,
        .help = "what is packed"},
    {"test", SCHEMA_TABLE, OF(test), .kinds = EXTENSION | TOOL | PROGRAM, .table = &test_table,
        .aliases = "tests", .help = "what is tried with the finished wheel"},
    {"interpreter", SCHEMA_TABLE, OF(interpreter), .kinds = INTERPRETER, .table = &interpreter_table,
        .help = "what is in a Python that is made here, and how it is laid out"},
    {"features", SCHEMA_OVERLAYS, .flags = SCHEMA_BASE_ONLY, .check_key = check_feature_name,
        .aliases = "feature options", .help = "parts that can be chosen"},
    {"versions", SCHEMA_OVERLAYS, .flags = SCHEMA_BASE_ONLY, .check_key = check_version, .aliases = "version",
        .help = "other versions"},
    {"target", SCHEMA_OVERLAYS, .flags = SCHEMA_BASE_ONLY, .check_key = check_target_name,
        .aliases = "targets platform", .help = "what differs on a platform"},
    {"default", SCHEMA_FLAG, .flags = SCHEMA_FEATURE_ONLY, .help = "whether a feature is on unless refused"},
};

const struct schema_table recipe_schema = TABLE(root_keys, struct recipe, SCHEMA_NO_POSITION);

#undef OF
#define OF(member) offsetof(struct project_row, member)

/* What becomes keys of a recipe, and is a fact there. */
static const struct schema_key project_row_keys[] = {
    {"libraries", SCHEMA_REQUIREMENTS, OF(libraries), .aliases = "depends dependencies deps requires library",
        .help = "linked into its modules"},
    {"config-settings", SCHEMA_OPTIONS, OF(settings), SCHEMA_REPEATED, .check_key = check_option_name,
        .aliases = "options settings config_settings", .help = "for its backend"},
    {"env", SCHEMA_PAIRS, OF(env), SCHEMA_PLACEHOLDERS, .check_key = check_variable_name,
        .aliases = "environment", .help = "added to the clean environment of its backend"},
    {"patch", SCHEMA_TABLES, OF(patches), .table = &patch_table, .aliases = "patches",
        .help = "changes to its source distribution"},
    {"abi3", SCHEMA_TEXT, OF(abi3), .check = check_python_minor, .aliases = "limited-api",
        .help = "one wheel for this version of Python and all later ones"},
    {"test", SCHEMA_TABLE, OF(test), .table = &test_table, .aliases = "tests",
        .help = "what is tried with the finished wheel"},
};

const struct schema_table project_row_schema =
    TABLE(project_row_keys, struct project_row, SCHEMA_NO_POSITION);
