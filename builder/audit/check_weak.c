/* Weak references that nobody may fill: the code behind them is silently not used. */
#include <string.h>

#include "audit/internal.h"
#include "python/python_symbols.h"

/* What compilers and start files put into every object. */
static bool is_usual(const char *name)
{
    static const char *const usual[] = {"__gmon_start__", "_ITM_deregisterTMCloneTable",
        "_ITM_registerTMCloneTable", "__cxa_finalize", "_Jv_RegisterClasses", "__deregister_frame_info",
        "__register_frame_info"};
    for (size_t i = 0; i < COUNT(usual); i++)
        if (strcmp(usual[i], name) == 0)
            return true;
    return false;
}

/* What a compiler makes up where it may find nothing: initialisation of a thread's variables (_ZTH, _ZTW),
 * copies for transactional memory (_ZGTt), the runtimes of sanitizers and profilers. NULL is their usual
 * value. */
static bool is_made_up(const char *name)
{
    static const char *const beginnings[] = {"_ZTH", "_ZTW", "_ZGTt", "_ITM_", "__asan_", "__tsan_",
        "__msan_", "__lsan_", "__ubsan_", "__sanitizer_", "__gcov_", "__llvm_", "__cfi_", "__start_",
        "__stop_"};
    for (size_t i = 0; *name == '_' && i < COUNT(beginnings); i++)
        if (str_starts(name, beginnings[i]))
            return true;
    return false;
}

void check_weak(struct check *c)
{
    struct finding *f = NULL;
    if (c->facts->role != AUDIT_MODULE)
        return;
    for (size_t i = 0; i < c->facts->import_count; i++) {
        const struct import *import = &c->facts->imports[i];
        if (!import->weak || import->version || is_usual(import->name) || is_made_up(import->name) ||
            interpreter_library_of(import->name) ||
            (c->context->provided && map_get(c->context->provided, import->name)) ||
            (import->python && python_symbol_find(import->name)))
            continue;
        if (!f)
            f = add_finding(c, "weak imports that nobody is known to provide");
        add_evidence(c, f, "%s", import->name);
    }
    if (f)
        f->message = arena_strf(&c->report->arena, "weak imports that nobody is known to provide: %s%s",
            f->evidence[0], f->evidence_total > 1 ? ", …" : "");
}
