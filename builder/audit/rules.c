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
    {{"static-library", NOTE, "static libraries inside, by the link map"}, check_inside},
};

static const struct table_row wheel_table[] = {
    {{"wheel-name", ERROR, "the file name is not a wheel's, or dist-info is that of another distribution"},
        check_wheel_name},
    {{"wheel-metadata", ERROR, "METADATA, WHEEL or RECORD is absent or malformed"}, check_wheel_metadata},
    {{"wheel-tags", ERROR, "WHEEL or a module's file name says another tag than the wheel's file name"},
        check_wheel_tags},
    {{"member-unreadable", ERROR, "a member cannot be read, or is a damaged ELF file"},
        check_member_unreadable},
    {{"record-hash", ERROR, "a member has not the hash or the size that RECORD says"}, check_record_hash},
    {{"record-module", ERROR, "an ELF file that RECORD does not list"}, check_record_module},
    {{"record", ERROR, "RECORD and the archive do not list the same files"}, check_record},
    {{"zip-deceit", ERROR, "a zip that readers may read differently, or that writes outside its folder"},
        check_zip_deceit},
    {{"index-refuses", WARNING, "what the public index does not take"}, check_index},
    {{"purelib-module", ERROR, "a wheel that says it has no compiled code, and has"}, check_purelib},
    {{"undefined-in-wheel", ERROR, "an import that no library of the wheel provides, nor one outside"},
        check_undefined_in_wheel},
    {{"sibling-unreachable", WARNING, "a library shipped in the wheel where the loader does not look"},
        check_sibling},
    {{"duplicate-state", WARNING, "one static library inside two modules, each with its own variables"},
        check_duplicate_state},
    {{"duplicate-export", WARNING, "a symbol that two modules of the wheel export"}, check_duplicate_export},
    {{"shipped-archive", WARNING, "a static library or an object file in the wheel"}, check_shipped},
    {{"licence-absent", WARNING, "code is inside whose licence text is not"}, check_licences},
    {{"sbom-unreadable", WARNING, "a bill of materials that cannot be read"}, check_sbom_unreadable},
    {{"sbom-differs", WARNING, "code inside that the bill of materials does not list, or in another version"},
        check_sbom_differs},
    {{"sbom-absent", NOTE, "compiled code of others is inside, and no bill of materials says so"},
        check_sbom_absent},
};

static const struct table_row archive_table[] = {
    {{"object-damaged", ERROR, "a member that cannot be read"}, check_object_damaged},
    {{"object-architecture", ERROR, "objects for another machine than the target or than the other members"},
        check_object_architecture},
    {{"not-position-independent", ERROR, "objects that cannot go into a module"}, check_object_pic},
    {{"object-lto", WARNING, "objects that only the compiler that made them can read"}, check_object_lto},
    {{"object-stack", WARNING, "objects that make the stack of what they are linked into executable"},
        check_object_stack},
    {{"object-debug", NOTE, "debug information in objects"}, check_object_debug},
};

static const struct table_row environment_table[] = {
    {{"library-twice", WARNING, "one library inside several installed distributions"}, check_library_twice},
};

static const struct {
    const struct table_row *rows;
    size_t len;
} tables[RULE_SUBJECTS] = {
    [RULES_OF_FILES] = {table, sizeof table / sizeof *table},
    [RULES_OF_WHEELS] = {wheel_table, sizeof wheel_table / sizeof *wheel_table},
    [RULES_OF_ARCHIVES] = {archive_table, sizeof archive_table / sizeof *archive_table},
    [RULES_OF_ENVIRONMENTS] = {environment_table, sizeof environment_table / sizeof *environment_table},
};

const struct table_row *table_rows(enum rule_subject subject, size_t *len)
{
    *len = tables[subject].len;
    return tables[subject].rows;
}

size_t rule_order(const struct rule *rule)
{
    size_t before = 0;
    for (size_t t = 0; t < RULE_SUBJECTS; before += tables[t++].len)
        for (size_t i = 0; i < tables[t].len; i++)
            if (&tables[t].rows[i].rule == rule)
                return before + i;
    return before;
}

const struct rule *audit_rule_at(size_t i)
{
    for (size_t t = 0; t < RULE_SUBJECTS; i -= tables[t++].len)
        if (i < tables[t].len)
            return &tables[t].rows[i].rule;
    return NULL;
}

const struct rule *audit_rule_find(const char *id)
{
    const struct rule *rule;
    for (size_t i = 0; (rule = audit_rule_at(i)); i++)
        if (strcmp(rule->id, id) == 0)
            return rule;
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
