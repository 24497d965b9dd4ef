/* Judges a wheel: the archive, its metadata, and every ELF file in it. Nothing is unpacked to disk. */
#ifndef AUDIT_WHEELS_H
#define AUDIT_WHEELS_H

#include "audit/audit.h"
#include "wheel/wheel.h"

/* What a wheel's file name says about the modules inside. */
struct wheel_claim {
    bool has_platform;
    struct platform platform; /* the oldest of its platform tags */
    int python_minor;         /* of cp3N; 0: several, or none */
    int abi3_minor;           /* of cp3N-abi3 */
    bool free_threaded;
};
void wheel_read_claim(const struct wheel *wheel, struct wheel_claim *claim);

/* Judges an open wheel. Of the context, claimed, python_minor, abi3_minor, siblings and wheel_path are taken
 * from the wheel itself; target, where there is one, rules. Up to jobs threads read members side by side. The
 * report's members are its ELF files, sorted by path. Fails only when memory or the machine do not serve. */
int audit_wheel_file(struct wheel *wheel, const struct audit_context *context, unsigned jobs,
    struct audit_report *report, struct err *e);

#endif
