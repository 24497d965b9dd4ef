/* The table of rules. The order is that of findings of one severity. */
#include <string.h>

#include "audit/internal.h"
#include "audit/rules.h"

#define ERROR SEVERITY_ERROR
#define WARNING SEVERITY_WARNING
#define NOTE SEVERITY_NOTE

static const struct table_row table[] = {
    {{"architecture", ERROR, "made for another machine than the target or the tag says"}, check_architecture},
    {{"unwanted-library", ERROR, "a library in DT_NEEDED that the platform does not promise"}, check_needed},
    {{"libpython-needed", ERROR, "libpython in DT_NEEDED"}, check_libpython_needed},
    {{"undefined-symbol", ERROR, "an import that neither Python nor a needed library provides"},
        check_undefined},
    {{"newer-version", ERROR, "a symbol version that the platform does not have yet"}, check_versions},
    {{"unknown-version", ERROR, "a symbol version that no policy knows, GLIBC_ABI_* markers among them"},
        check_unknown_versions},
    {{"forbidden-symbol", ERROR, "a symbol of a promised library that not every build of it has"},
        check_forbidden},
    {{"wrong-home", WARNING,
         "a symbol bound to another library of glibc than the one that has it on old systems"},
        check_home},
    {{"stable-abi", ERROR, "an abi3 module that uses more than the stable ABI of its version"}, check_abi3},
    {{"old-python", ERROR, "leftovers of old interpreters: UCS2 and UCS4 names, PyFPE"}, check_old_python},
    {{"runpath", ERROR, "DT_RPATH or DT_RUNPATH: libraries are searched in folders of the build machine"},
        check_rpath},
    {{"text-relocation", ERROR,
         "code that is patched at load time, so that it must be writable (DT_TEXTREL)"},
        check_textrel},
    {{"executable-stack", ERROR, "asks for an executable stack, or does not say that it needs none"},
        check_stack},
    {{"writable-code", ERROR, "a segment that is both writable and executable"}, check_writable_code},
    {{"isa-level", ERROR, "needs a newer processor than the platform promises, by its note"}, check_isa},
    {{"foreign-export", ERROR,
         "exports beside the entry points: they may replace, or be replaced by, those of others"},
        check_exports},
    {{"libpython-inside", ERROR, "defines Python's own symbols: libpython.a is inside"},
        check_libpython_inside},
    {{"static-tls", WARNING, "thread-local storage that has to be there when the program starts"},
        check_static_tls},
    {{"relro", WARNING, "relocated data that stays writable"}, check_relro},
    {{"damaged-table", WARNING, "dynamic symbols without a name"}, check_damage},
    {{"lazy-binding", NOTE, "functions are bound at their first call"}, check_bind_now},
    {{"unique-symbol", NOTE, "exports symbols that are one in the whole process"}, check_unique},
    {{"ifunc", NOTE, "chooses functions while it is loaded"}, check_ifunc},
    {{"debug-information", NOTE, "debug sections were left in the file"}, check_debug},
    {{"lto-code", WARNING, "a compiler's intermediate code was left in the file"}, check_lto},
    {{"unused-library", NOTE, "a needed library of which nothing is used"}, check_unused},
    {{"weak-import", NOTE, "weak imports that nobody provides: they are NULL at run time"}, check_weak},
    {{"stable-abi-lowest", NOTE,
         "an abi3 module that would serve older versions of Python than its tag says"},
        check_abi3_lowest},
    {{"build-path", NOTE, "paths of the machine that built the file"}, check_build_paths},
    {{"runtime-data", NOTE, "paths to data that must exist at run time: certificates, terminals, time zones"},
        check_runtime_data},
    {{"embedded-library", NOTE, "code of others, recognised by its texts, with its version"}, check_embedded},
    {{"static-library", NOTE, "static libraries inside, by the link map"}, check_inside},
};

enum { TABLE_LEN = sizeof table / sizeof *table };

const struct table_row *table_row_at(size_t i)
{
    return i < TABLE_LEN ? &table[i] : NULL;
}

size_t rule_order(const struct rule *rule)
{
    for (size_t i = 0; i < TABLE_LEN; i++)
        if (&table[i].rule == rule)
            return i;
    return TABLE_LEN;
}

const struct rule *audit_rule_at(size_t i)
{
    return i < TABLE_LEN ? &table[i].rule : NULL;
}

const struct rule *audit_rule_find(const char *id)
{
    for (size_t i = 0; i < TABLE_LEN; i++)
        if (strcmp(table[i].rule.id, id) == 0)
            return &table[i].rule;
    return NULL;
}

static const char *const severity_names[] = {
    [SEVERITY_OFF] = "off",
    [SEVERITY_NOTE] = "note",
    [SEVERITY_WARNING] = "warning",
    [SEVERITY_ERROR] = "error",
};

const char *severity_name(enum severity severity)
{
    return severity_names[severity];
}

bool severity_parse(const char *word, enum severity *severity)
{
    for (size_t i = 0; i < sizeof severity_names / sizeof *severity_names; i++)
        if (strcmp(severity_names[i], word) == 0) {
            *severity = (enum severity)i;
            return true;
        }
    return false;
}
