/* Which crates of a bill of materials took part in compiling alone. */
#ifndef AUDIT_SBOM_CRATES_H
#define AUDIT_SBOM_CRATES_H

#include "base/set.h"
#include "json/json.h"

/* Adds the references (bom-ref) of crates that write Rust text for others, and of those that nothing else
 * needs, by the graph of dependencies of a CycloneDX document. */
void sbom_compiling_crates(struct set *refs, const struct json *document);

#endif
