/* The tools that are known: their programs, how they say their version, who packages them. */
#include <stdint.h>
#include <string.h>

#include "base/str.h"
#include "host/internal.h"

/* clang-format off */
static const struct tool_entry table[] = {
    /*  packages: Debian, Fedora, Alpine, Arch, openSUSE */
    {"autoconf", {"autoconf"}, .packages = {"autoconf", "autoconf", "autoconf", "autoconf", "autoconf"}},
    {"automake", {"automake", "aclocal"},
        .packages = {"automake", "automake", "automake", "automake", "automake"}},
    {"autoreconf", {"autoreconf", "automake", "aclocal", "libtoolize", "m4"},
        .packages = {"autoconf automake libtool m4", "autoconf automake libtool m4",
            "autoconf automake libtool m4", "autoconf automake libtool m4", "autoconf automake libtool m4"}},
    {"bison", {"bison"}, .packages = {"bison", "bison", "bison", "bison", "bison"}},
    {"bwrap", {"bwrap"}, .packages = {"bubblewrap", "bubblewrap", "bubblewrap", "bubblewrap", "bubblewrap"}},
    {"cargo", {"cargo"}, .packages = {"cargo", "cargo", "cargo", "rust", "cargo"}},
    {"ccache", {"ccache"}, .packages = {"ccache", "ccache", "ccache", "ccache", "ccache"}},
    {"clang", {"clang"}, .packages = {"clang", "clang", "clang", "clang", "clang"}},
    {"cmake", {"cmake"}, .packages = {"cmake", "cmake", "cmake", "cmake", "cmake"}},
    {"distcc", {"distcc"}, .packages = {"distcc", "distcc", "distcc", "distcc", "distcc"}},
    {"flex", {"flex"}, .packages = {"flex", "flex", "flex", "flex", "flex"}},
    {"g++", {"g++"}, {"-dumpfullversion"}, .packages = {"g++", "gcc-c++ libstdc++-static", "g++", "gcc", "gcc-c++"}},
    {"gawk", {"gawk"}, .packages = {"gawk", "gawk", "gawk", "gawk", "gawk"}},
    {"gcc", {"gcc"}, {"-dumpfullversion"}, .packages = {"gcc libc6-dev", "gcc glibc-devel", "gcc musl-dev", "gcc", "gcc glibc-devel"}},
    {"gettext", {"msgfmt", "xgettext"}, .packages = {"gettext", "gettext", "gettext", "gettext", "gettext-tools"}},
    {"gperf", {"gperf"}, .packages = {"gperf", "gperf", "gperf", "gperf", "gperf"}},
    {"gtkdocize", {"gtkdocize"}, .packages = {"gtk-doc-tools", "gtk-doc", "gtk-doc", "gtk-doc", "gtk-doc"}},
    {"icecc", {"icecc"}, .packages = {"icecc", "icecream", "icecream", "icecream", "icecream"}},
    {"libtool", {"libtoolize"}, .packages = {"libtool", "libtool", "libtool", "libtool", "libtool"}},
    {"m4", {"m4"}, .packages = {"m4", "m4", "m4", "m4", "m4"}},
    {"make", {"make|gmake"}, .packages = {"make", "make", "make", "make", "make"}},
    {"meson", {"meson"}, .packages = {"meson", "meson", "meson", "meson", "meson"}},
    {"musl-gcc", {"musl-gcc"}, {"-dumpfullversion"}, .packages = {"musl-tools", "musl-gcc", NULL, "musl"}},
    {"nasm", {"nasm"}, {"-v"}, .packages = {"nasm", "nasm", "nasm", "nasm", "nasm"}},
    {"ninja", {"ninja|ninja-build|samu"}, .packages = {"ninja-build", "ninja-build", "samurai", "ninja", "ninja"}},
    {"patch", {"patch"}, .packages = {"patch", "patch", "patch", "patch", "patch"}},
    {"perl", {"perl"}, {"-e", "printf '%vd', $^V"}, .packages = {"perl", "perl", "perl", "perl", "perl"}},
    {"pkg-config", {"pkg-config|pkgconf"},
        .packages = {"pkg-config", "pkgconf-pkg-config", "pkgconf", "pkgconf", "pkg-config"}},
    {"python3", {"python3"}, .packages = {"python3", "python3", "python3", "python", "python3"}},
    {"strip", {"strip", "ar", "ranlib", "ld", "as", "objcopy"},
        .packages = {"binutils", "binutils", "binutils", "binutils", "binutils"}},
    {"tar", {"tar"}, .packages = {"tar", "tar", "tar", "tar", "tar"}},
    {"tclsh", {"tclsh"}, {""}, "puts $tcl_patchLevel\n", {"tcl", "tcl", "tcl", "tcl", "tcl"}},
    {"texinfo", {"makeinfo"}, .packages = {"texinfo", "texinfo", "texinfo", "texinfo", "makeinfo"}},
    {"unzip", {"unzip"}, {"-v"}, .packages = {"unzip", "unzip", "unzip", "unzip", "unzip"}},
    {"xz", {"xz"}, .packages = {"xz-utils", "xz", "xz", "xz", "xz"}},
    {"yasm", {"yasm"}, .packages = {"yasm", "yasm", "yasm", "yasm", "yasm"}},
};
/* clang-format on */

const struct tool_entry *tool_entry_of(const char *name)
{
    for (size_t i = 0; i < COUNT(table); i++)
        if (strcmp(table[i].name, name) == 0)
            return &table[i];
    return NULL;
}

/* "pkg-config|pkgconf" has both words. */
static bool has_word(const char *alternatives, const char *word)
{
    struct slice rest = slice_of(alternatives);
    while (rest.ptr)
        if (slice_is(slice_cut(&rest, '|'), word))
            return true;
    return false;
}

/* The row that brings this program and least besides: libtoolize is libtool's before it is autoreconf's. */
static const struct tool_entry *entry_with_program(const char *program)
{
    const struct tool_entry *best = NULL;
    size_t fewest = SIZE_MAX;
    for (size_t i = 0; i < COUNT(table); i++) {
        bool found = false;
        size_t count = 0;
        for (; count < HOST_PROGRAMS_MOST && table[i].programs[count]; count++)
            found |= has_word(table[i].programs[count], program);
        if (found && count < fewest) {
            best = &table[i];
            fewest = count;
        }
    }
    return best;
}

const char *host_packages(const char *tool, enum host_family family)
{
    const struct tool_entry *entry = tool_entry_of(tool);
    if (!entry)
        entry = entry_with_program(tool);
    return entry && family != HOST_UNKNOWN ? entry->packages[family - 1] : NULL;
}
