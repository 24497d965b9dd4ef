/* A module's own name. An interpreter looks for its own suffixes alone (".cpython-312-x86_64-linux-gnu.so",
 * ".abi3.so", ".so"), and in the file for the function that its name asks for (PEP 489, PEP 793). */
#include <string.h>

#include "audit/internal.h"
#include "base/cleanup.h"
#include "python/abi/abi.h"
#include "sys/path.h"

/* The architecture in a text such as "cpython-312-aarch64-linux-gnu", which CPython spells as Debian does;
 * NULL when there is none. *rest is what follows it: "-gnu". */
static const char *arch_in(const char *text, const char **rest)
{
    const struct arch *arch;
    for (size_t i = 0; (arch = arch_at(i)); i++) {
        size_t len = (size_t)(strstr(arch->multiarch, "-linux") - arch->multiarch) + strlen("-linux");
        const char *at = memmem(text, strlen(text), arch->multiarch, len);
        if (at && at > text && (at[-1] == '-' || at[-1] == '.') && (at[len] == '-' || at[len] == '.')) {
            *rest = at + len;
            return arch->name;
        }
    }
    return NULL;
}

static bool same_arch(const char *named, const struct arch *arch)
{
    bool arm = str_starts(named, "armv") && arch && str_starts(arch->name, "armv");
    return arm || (arch && strcmp(named, arch->name) == 0);
}

static bool is_for_glibc(const struct check *c)
{
    return c->facts->libc == LIBC_GLIBC || (c->platform && c->platform->libc == LIBC_GLIBC);
}

void check_file_name(struct check *c)
{
    const char *base = path_base(c->context->subject), *rest = "";
    const char *suffix = strchr(base, '.');
    const char *named = suffix && str_ends(base, ".so") ? arch_in(suffix, &rest) : NULL;
    struct finding *f = NULL;
    if (!named)
        return;
    if (!same_arch(named, c->facts->arch))
        f = add_finding(c, "is named for %s, and is for %s: no interpreter finds it", named,
            c->facts->arch ? c->facts->arch->name : c->report->machine);
    else if (str_starts(rest, "-musl") && is_for_glibc(c))
        f = add_finding(
            c, "is named for musl, and is for glibc, whose interpreters do not look for that name");
    if (f)
        set_remedy(c, f, "name it with the EXT_SUFFIX of the Python it was built for");
}

static bool is_ascii(const char *text, size_t len)
{
    for (size_t i = 0; i < len; i++)
        if ((unsigned char)text[i] >= 0x80)
            return false;
    return true;
}

/* Whether the file exports one of the functions that an import of this name asks for. */
static bool has_entry_point(const struct check *c, const char *name, size_t len, const char **other)
{
    *other = NULL;
    for (size_t i = 0; i < c->facts->export_count; i++) {
        const char *symbol = c->facts->exports[i].name;
        const char *behind = entry_point_module(symbol);
        if (!behind)
            continue;
        if (strncmp(behind, name, len) == 0 && !behind[len])
            return true;
        *other = *other ? *other : symbol;
    }
    return false;
}

/* Of a package whose __init__ is compiled the entry point is called after the package. */
static const char *package_of(struct check *c)
{
    AUTO_FREE char *folder = path_dir(c->context->subject);
    return arena_strdup(&c->report->arena, path_base(folder));
}

void check_module_entry(struct check *c)
{
    const char *base = path_base(c->context->subject), *other;
    size_t len = strcspn(base, ".");
    bool named = python_abi_is_named(base);
    if (slice_is((struct slice){base, len}, "__init__")) {
        base = package_of(c);
        len = strlen(base);
        if (strcmp(base, ".") == 0)
            return; /* the package's name is not told */
    }
    if (c->facts->role == AUDIT_EXECUTABLE || !str_ends(c->context->subject, ".so") || !len ||
        !is_ascii(base, len) || (!named && c->facts->role != AUDIT_MODULE) ||
        has_entry_point(c, base, len, &other))
        return;
    /* Without any it is loaded by other means (ctypes); with another's, by an import of another name. */
    struct finding *f = other ? add_finding(c, "exports %s and no PyInit_%.*s: an import of %.*s is refused",
                                    other, (int)len, base, (int)len, base)
                              : add_finding(c, "has no PyInit_%.*s: it cannot be imported", (int)len, base);
    if (!other)
        soften(c, f, SEVERITY_NOTE);
    f->symbol = arena_strf(&c->report->arena, "PyInit_%.*s", (int)len, base);
    set_remedy(c, f, "name the file as the module in it, or export PyInit_%.*s", (int)len, base);
}
