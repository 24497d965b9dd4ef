/* Which release of GCC a runtime archive (libstdc++.a, libgcc.a) is of. The compiler that linked does not
 * tell: clang takes the archive of whatever GCC it finds. The folder does, which GCC names after its release:
 * whole (…/gcc/x86_64-linux-gnu/12.2.0), or its first number where the distribution configured it so. */
#include <ctype.h>
#include <string.h>

#include "base/cleanup.h"
#include "pipeline/internal.h"
#include "sys/path.h"

/* Whether 12 stands for 12.2.0. */
static bool begins_release(const char *release, const char *begin)
{
    size_t len = strlen(begin);
    return strncmp(release, begin, len) == 0 && (release[len] == '.' || release[len] == '\0');
}

const char *runtime_version(struct arena *a, const char *archive, const char *compiler)
{
    AUTO_FREE char *folder = path_dir(archive);
    AUTO_FREE char *clean = path_clean(folder);
    const char *release = path_base(clean);
    if (!isdigit((unsigned char)*release) ||
        (str_starts(compiler, "gcc ") && begins_release(compiler + strlen("gcc "), release)))
        return compiler;
    return arena_strf(a, "gcc %s", release);
}
