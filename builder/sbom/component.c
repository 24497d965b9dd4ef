/* What the bill of materials says of one library, taken from its recipe. */
#include <string.h>

#include "sbom/sbom.h"

void component_from_node(struct component *c, const struct node *n)
{
    const struct recipe *r = n->recipe;
    *c = (struct component){
        .name = r->name,
        .version = r->version,
        .license = r->license,
        .cpe = r->cpe,
        .summary = r->summary,
        .homepage = r->homepage,
        .caution = r->caution,
        .sources = n->sources,
        .source_count = n->source_count,
        .patches = r->patches,
        .patch_count = r->patch_count,
        .license_files = r->license_files,
    };
}

void component_from_runtime(struct component *c, const char *library, const char *toolchain)
{
    static const char *texts[] = {"GCC-exception-3.1.txt", "GPL-3.0.txt"};
    const char *space = strchr(toolchain, ' ');
    *c = (struct component){
        .name = library,
        .version = space ? space + 1 : toolchain,
        .license = "GPL-3.0-or-later WITH GCC-exception-3.1",
        .cpe = "gnu:gcc",
        .summary = "Run-time library of the compiler",
        .homepage = "https://gcc.gnu.org",
        .runtime = true,
        .license_files = {texts, COUNT(texts)},
    };
}

void component_from_compat(struct component *c)
{
    static const char *texts[] = {"staticbuild-compat.txt"};
    *c = (struct component){
        .name = "staticbuild-compat",
        .version = STATICBUILD_VERSION,
        .license = "MIT",
        .summary = "What an older C library lacks",
        .runtime = true,
        .license_files = {texts, 1},
    };
}
