/* Packs a wheel (PEP 427, PEP 639, PEP 770; "Binary distribution format" at packaging.python.org). */
#ifndef WHEEL_PACK_H
#define WHEEL_PACK_H

#include "python/tags.h"
#include "sbom/sbom.h"
#include "wheel/files.h"
#include "wheel/metadata.h"

struct wheel_request {
    const struct wheel_metadata *metadata;
    const char *src;     /* absolute: where metadata->license_files and sboms are */
    const char *license; /* of the recipe; joined with that of the source */
    const struct wheel_files *files;
    const struct wheel_files *info;     /* more files of dist-info, `to` below that; NULL: none */
    const struct component *components; /* what is inside, for licences */
    size_t component_count;
    const char *python_tag, *abi_tag; /* "cp311", "cp311"; "cp312", "abi3" */
    const char *platform_tags;        /* "manylinux_2_17_x86_64.manylinux2014_x86_64", in any order */
    const char *build_tag;            /* "1", or NULL */
    const char *sbom;                 /* the text of sboms/staticbuild.cdx.json, or NULL */
    size_t sbom_len;
    int64_t source_date_epoch;
    const char *folder; /* where the wheel goes; must exist */
};

/* Writes the wheel aside and renames it into folder; gives its path, which the caller frees. The same request
 * gives the same bytes. Content comes first, sorted; then dist-info, sorted; RECORD very last. */
char *wheel_pack(const struct wheel_request *r, struct err *e);

#endif
