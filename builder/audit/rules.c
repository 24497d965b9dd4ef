/* The table of rules. The order is that of findings of one severity. */
#include <string.h>

#include "audit/internal.h"
#include "audit/rules.h"

#define ERROR SEVERITY_ERROR
#define WARNING SEVERITY_WARNING
#define NOTE SEVERITY_NOTE

static const struct table_row table[] = {
    {SCOPE_MODULE, {"architecture", ERROR, "made for another machine than the target or the tag says"},
        check_architecture},
    {SCOPE_MODULE,
        {"other-system", ERROR, "says that it is for another system than Linux: loaders refuse it"},
        check_system},
    {SCOPE_MODULE,
        {"program-loader", ERROR, "a program that is started by a loader which is not where systems have it"},
        check_program_loader},
    {SCOPE_MODULE, {"file-name", ERROR, "a module named for another machine or C library: it is never found"},
        check_file_name},
    {SCOPE_MODULE, {"segments", ERROR, "segments that a loader cannot map, or maps one over another"},
        check_segments},
    {SCOPE_MODULE,
        {"page-alignment", ERROR, "laid out for smaller pages than kernels of the architecture have"},
        check_page_alignment},
    {SCOPE_MODULE,
        {"entry-point", WARNING, "the function that an import of the file's name asks for is not there"},
        check_module_entry},
    {SCOPE_MODULE, {"unwanted-library", ERROR, "a library in DT_NEEDED that the platform does not promise"},
        check_needed},
    {SCOPE_MODULE, {"libpython-needed", ERROR, "libpython in DT_NEEDED"}, check_libpython_needed},
    {SCOPE_MODULE, {"undefined-symbol", ERROR, "an import that neither Python nor a needed library provides"},
        check_undefined},
    {SCOPE_MODULE, {"newer-version", ERROR, "a symbol version that the platform does not have yet"},
        check_versions},
    {SCOPE_MODULE,
        {"unknown-version", ERROR, "a symbol version that no policy knows, GLIBC_ABI_* markers among them"},
        check_unknown_versions},
    {SCOPE_MODULE,
        {"packed-relocations", ERROR, "DT_RELR without the marker that makes it safe: pointers stay wrong"},
        check_relr},
    {SCOPE_MODULE,
        {"shared-runtime", ERROR, "one of ours that needs the compiler's runtime as a shared library"},
        check_runtime},
    {SCOPE_MODULE,
        {"forbidden-symbol", ERROR, "a symbol of a promised library that not every build of it has"},
        check_forbidden},
    {SCOPE_MODULE,
        {"wrong-home", WARNING,
            "a symbol bound to another library of glibc than the one that has it on old systems"},
        check_home},
    {SCOPE_MODULE,
        {"stable-abi", ERROR, "an abi3 or abi3t module that uses more than the stable ABI of its version"},
        check_abi3},
    {SCOPE_MODULE, {"old-python", ERROR, "leftovers of old interpreters: UCS2 and UCS4 names, PyFPE"},
        check_old_python},
    {SCOPE_MODULE | RULE_STRICT,
        {"runpath", WARNING,
            "DT_RPATH or DT_RUNPATH with folders of the build machine; an error where libraries are loaded "
            "from the current folder"},
        check_rpath},
    {SCOPE_MODULE | RULE_STRICT,
        {"text-relocation", WARNING,
            "code that is patched at load time, so that it must be writable (DT_TEXTREL): strict systems "
            "refuse it"},
        check_textrel},
    {SCOPE_MODULE,
        {"executable-stack", ERROR, "asks for an executable stack, or does not say that it needs none"},
        check_stack},
    {SCOPE_MODULE | RULE_STRICT,
        {"writable-code", WARNING,
            "a segment that is both writable and executable: strict systems refuse it"},
        check_writable_code},
    {SCOPE_MODULE, {"isa-level", ERROR, "needs a newer processor than the platform promises, by its note"},
        check_isa},
    {SCOPE_MODULE | RULE_STRICT,
        {"foreign-export", NOTE,
            "exports beside the entry points; a warning when they are names of a known library"},
        check_exports},
    {SCOPE_MODULE | RULE_STRICT,
        {"libpython-inside", WARNING, "defines Python's own symbols: libpython.a is inside"},
        check_libpython_inside},
    {SCOPE_MODULE,
        {"static-tls", WARNING,
            "thread-local storage that has to be there when the program starts; an error where it can never "
            "fit"},
        check_static_tls},
    {SCOPE_MODULE,
        {"own-unwinder", WARNING, "a C++ runtime with an unwinder of its own inside, beside the platform's"},
        check_own_unwinder},
    {SCOPE_MODULE | RULE_STRICT, {"relro", WARNING, "relocated data that stays writable"}, check_relro},
    {SCOPE_MODULE, {"damaged-table", WARNING, "dynamic symbols without a name"}, check_damage},
    {SCOPE_MODULE | RULE_STRICT, {"lazy-binding", NOTE, "functions are bound at their first call"},
        check_bind_now},
    {SCOPE_MODULE | RULE_STRICT,
        {"unguarded-stack", NOTE, "many functions, and none that looks at a guard value before it returns"},
        check_guard},
    {SCOPE_MODULE | RULE_STRICT,
        {"unfortified", NOTE, "functions of the C library that are told no size, and none that is"},
        check_fortify},
    {SCOPE_MODULE | RULE_STRICT, {"stack-clash", NOTE, "a frame that can reach past the stack's guard page"},
        check_stack_clash},
    {SCOPE_MODULE | RULE_STRICT,
        {"control-flow", NOTE, "no note that says where jumps may land and returns may lead"},
        check_control_flow},
    {SCOPE_MODULE | RULE_STRICT,
        {"no-frame-pointers", NOTE, "code that profilers cannot walk through without tables"},
        check_frame_pointers},
    {SCOPE_MODULE | RULE_STRICT,
        {"unique-symbol", NOTE,
            "exports symbols that are one in the whole process; an error when they are those of a C++ "
            "runtime inside"},
        check_unique},
    {SCOPE_MODULE, {"ifunc", NOTE, "chooses functions while it is loaded"}, check_ifunc},
    {SCOPE_MODULE, {"debug-information", NOTE, "debug sections were left in the file"}, check_debug},
    {SCOPE_MODULE | RULE_STRICT,
        {"symbol-table", NOTE, "a symbol table that no loader reads was left in the file"},
        check_symbol_table},
    {SCOPE_MODULE, {"lto-code", WARNING, "a compiler's intermediate code was left in the file"}, check_lto},
    {SCOPE_MODULE,
        {"isa-code", ERROR,
            "instructions beyond the platform's oldest processor in a module or program that never asks for "
            "it; a warning in libraries, a note where the file asks elsewhere; of wheels that are named, and "
            "with --isa"},
        check_isa_code},
    {SCOPE_MODULE, {"unused-library", NOTE, "a needed library of which nothing is used"}, check_unused},
    {SCOPE_MODULE, {"weak-import", NOTE, "weak imports that nobody provides: they are NULL at run time"},
        check_weak},
    {SCOPE_MODULE,
        {"stable-abi-lowest", NOTE,
            "the lowest version of Python that an abi3 module needs, where its tag does not say it"},
        check_abi3_lowest},
    {SCOPE_MODULE | RULE_READS_CONTENTS, {"build-path", NOTE, "paths of the machine that built the file"},
        check_build_paths},
    {SCOPE_MODULE | RULE_READS_CONTENTS,
        {"runtime-data", NOTE,
            "paths to data that must exist at run time: certificates, terminals, time zones"},
        check_runtime_data},
    {SCOPE_MODULE | RULE_READS_CONTENTS,
        {"embedded-library", NOTE, "code of others, recognised by its texts, with its version"},
        check_embedded},
    {SCOPE_MODULE, {"static-library", NOTE, "static libraries inside, by the link map"},
        check_static_libraries},

    {SCOPE_OBJECT, {"damaged-object", ERROR, "a member that cannot be read"}, check_object_damaged},
    {SCOPE_OBJECT,
        {"mixed-machines", ERROR, "objects for another machine than the target or than the other members"},
        check_object_architecture},
    {SCOPE_OBJECT, {"not-pic", ERROR, "objects that cannot go into a module"}, check_object_pic},
    {SCOPE_OBJECT,
        {"lto-object", WARNING, "a compiler's intermediate code instead of, or beside, machine code"},
        check_object_lto},
    {SCOPE_OBJECT,
        {"executable-stack-object", WARNING,
            "objects that make the stack of what they are linked into executable"},
        check_object_stack},
    {SCOPE_OBJECT, {"debug-object", NOTE, "debug information in objects"}, check_object_debug},

    {SCOPE_WHEEL,
        {"wheel-name", ERROR, "the file name is not a wheel's, or dist-info is that of another distribution"},
        check_wheel_name},
    {SCOPE_WHEEL, {"wheel-metadata", ERROR, "METADATA, WHEEL or RECORD is absent or malformed"},
        check_wheel_metadata},
    {SCOPE_WHEEL, {"wheel-tags", ERROR, "the Tag lines of WHEEL are not those of the file name"},
        check_wheel_tags},
    {SCOPE_WHEEL,
        {"untrue-tag", ERROR, "a platform tag of the file name for which what is inside was not built"},
        check_claims},
    {SCOPE_WHEEL, {"nothing-compiled", ERROR, "tagged for a platform, and nothing compiled is inside"},
        check_nothing_compiled},
    {SCOPE_WHEEL, {"not-judged", NOTE, "a platform tag of another system, or one that is not known here"},
        check_not_judged},
    {SCOPE_WHEEL,
        {"module-name", ERROR, "a module named for another Python than the wheel's tags: it is never found"},
        check_module_suffix},
    {SCOPE_WHEEL, {"member-unreadable", ERROR, "a member cannot be read, or is a damaged ELF file"},
        check_member_unreadable},
    {SCOPE_WHEEL, {"not-elf", ERROR, "named as a module or a library, and no ELF file"}, check_not_elf},
    {SCOPE_WHEEL, {"record-hash", ERROR, "a member has not the hash or the size that RECORD says"},
        check_record_hash},
    {SCOPE_WHEEL, {"record-module", ERROR, "an ELF file that RECORD does not list"}, check_record_module},
    {SCOPE_WHEEL, {"record", ERROR, "RECORD and the archive do not list the same files"}, check_record},
    {SCOPE_WHEEL,
        {"wheel-zip", ERROR, "a zip that readers may read differently, or that writes outside its folder"},
        check_zip_deceit},
    {SCOPE_WHEEL, {"index-refuses", WARNING, "what the public index does not take"}, check_index},
    {SCOPE_WHEEL, {"purelib-with-code", ERROR, "a wheel that says it has no compiled code, and has"},
        check_purelib},
    {SCOPE_WHEEL,
        {"undefined-in-wheel", ERROR, "an import that no library of the wheel provides, nor one outside"},
        check_undefined_in_wheel},
    {SCOPE_WHEEL,
        {"sibling-unreachable", WARNING, "a library shipped in the wheel where the loader does not look"},
        check_sibling},
    {SCOPE_WHEEL,
        {"runtimes-meet", ERROR, "two files with a C++ runtime inside, of which one needs the other"},
        check_runtimes_meet},
    {SCOPE_WHEEL,
        {"shared-copy", ERROR,
            "what the bill of materials says is in one file for all modules, and is not; or is seen outside"},
        check_shared_copy},
    {SCOPE_WHEEL, {"two-runtimes", NOTE, "several files with a C++ runtime of their own inside"},
        check_two_runtimes},
    {SCOPE_WHEEL,
        {"duplicate-state", WARNING, "one static library inside two modules, each with its own variables"},
        check_duplicate_state},
    {SCOPE_WHEEL,
        {"duplicate-export", NOTE,
            "a symbol that two modules of the wheel export; a warning where the loader takes one of them for "
            "both"},
        check_duplicate_export},
    {SCOPE_WHEEL, {"object-shipped", NOTE, "objects, static libraries or files of the build in the wheel"},
        check_shipped},
    {SCOPE_WHEEL, {"no-licence", WARNING, "compiled code is inside, and its licence text is not"},
        check_licences},
    {SCOPE_WHEEL, {"sbom-unreadable", WARNING, "a bill of materials that cannot be read"},
        check_sbom_unreadable},
    {SCOPE_WHEEL,
        {"sbom-differs", WARNING,
            "code inside that the bill of materials does not list, or in another version"},
        check_sbom_differs},
    {SCOPE_WHEEL,
        {"sbom-absent", NOTE, "compiled code of others is inside, and no bill of materials says so"},
        check_sbom_absent},

    {SCOPE_ENVIRONMENT,
        {"same-library-name", WARNING,
            "libraries of one soname in several distributions: the loader takes the first for all"},
        check_same_library_name},
    {SCOPE_ENVIRONMENT,
        {"same-unique-symbol", WARNING,
            "symbols of several distributions that the loader makes one of (STB_GNU_UNIQUE)"},
        check_same_unique_symbol},
    {SCOPE_ENVIRONMENT, {"library-twice", WARNING, "one library inside several installed distributions"},
        check_library_twice},
};

enum { TABLE_LEN = COUNT(table) };

size_t rule_order(const struct rule *rule)
{
    for (size_t i = 0; i < TABLE_LEN; i++)
        if (&table[i].rule == rule)
            return i;
    return TABLE_LEN;
}

bool audit_rule_is_strict(const struct rule *rule)
{
    size_t i = rule_order(rule);
    return i < TABLE_LEN && table[i].traits & RULE_STRICT;
}

bool rules_leave_contents(const struct audit_override *overrides, size_t count)
{
    for (size_t i = 0; i < TABLE_LEN; i++) {
        bool off = false;
        for (size_t k = 0; k < count; k++)
            off = overrides[k].rule == &table[i].rule ? overrides[k].severity == SEVERITY_OFF : off;
        if (table[i].traits & RULE_READS_CONTENTS && !off)
            return false;
    }
    return true;
}

static enum severity severity_of(const struct audit_context *context, const struct rule *rule, bool *is_set)
{
    *is_set = true;
    for (size_t i = context->override_count; i-- > 0;)
        if (context->overrides[i].rule == rule)
            return context->overrides[i].severity;
    *is_set = context->strict && audit_rule_is_strict(rule);
    return *is_set ? SEVERITY_ERROR : rule->severity;
}

void run_rules(struct check *c, enum rule_scope scope)
{
    for (size_t i = 0; i < TABLE_LEN; i++) {
        if ((table[i].traits & RULE_SCOPES) != (unsigned)scope)
            continue;
        c->rule = &table[i].rule;
        c->severity = severity_of(c->context, c->rule, &c->severity_is_set);
        if (c->severity != SEVERITY_OFF)
            table[i].look(c);
    }
    collect_findings(c);
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
    for (size_t i = 0; i < COUNT(severity_names); i++)
        if (strcmp(severity_names[i], word) == 0) {
            *severity = (enum severity)i;
            return true;
        }
    return false;
}
