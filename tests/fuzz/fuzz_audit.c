/* libFuzzer: any bytes are judged, or refused with a reason; every text of the report can be read. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "audit/auditwheel.h"
#include "audit/diff.h"
#include "audit/files.h"
#include "base/cleanup.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static size_t read_finding(const struct finding *f)
{
    size_t sum = strlen(f->message) + strlen(f->subject) + (f->remedy ? strlen(f->remedy) : 0);
    for (size_t i = 0; i < f->evidence_count; i++)
        sum += strlen(f->evidence[i]);
    return sum;
}

static size_t read_report(const struct audit_report *r)
{
    size_t sum = 0;
    for (size_t i = 0; i < r->finding_count; i++)
        sum += read_finding(&r->findings[i]);
    for (size_t i = 0; i < r->symbol_count; i++)
        sum += strlen(r->symbols[i].symbol) + strlen(r->symbols[i].version);
    for (size_t i = 0; i < r->table_count; i++)
        sum += strlen(r->table[i].symbol);
    return sum;
}

/* What others make of the reports: nothing differs from itself, and another tool's keys can be filled. */
static size_t read_more(const struct audited *a)
{
    struct audit_diff diff;
    struct auditwheel keys;
    audit_diff_make(&diff, a, a);
    if (diff.change_count)
        abort();
    audit_diff_release(&diff);
    auditwheel_make(&keys, a);
    size_t sum = keys.versions.len + keys.upgrades.len + keys.external.len;
    auditwheel_release(&keys);
    return sum;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static volatile size_t sink;
    AUTO(err) struct err e = ERR_INIT;
    struct platform target;
    /* The last byte picks what it is held against, and as what. */
    uint8_t pick = size ? data[size - 1] : 0;
    struct audit_options options = {.jobs = 1,
        .explain = true,
        .details = true,
        .read_code = pick & 64 ? AUDIT_CODE_ASKED : AUDIT_CODE_LEFT,
        .memory_bytes_max = 64 << 20};
    if (pick & 8 && platform_find(&target, pick & 16 ? "manylinux_2_17_x86_64" : "musllinux_1_1_aarch64"))
        options.target = &target;
    const char *path = pick & 32  ? "w-1-cp311-cp311-manylinux_2_17_x86_64.whl"
                       : pick & 2 ? "m.cpython-311-x86_64-linux-gnu.so"
                                  : "m.so";
    struct audited a;
    if (audit_bytes(&a, path, data, size, &options, &e) < 0) {
        if (!e.text)
            abort();
        return 0;
    }
    sink += read_report(&a.whole);
    for (size_t i = 0; i < a.module_count; i++)
        sink += read_report(&a.modules[i]);
    for (size_t i = 0; i < a.part_count; i++)
        sink += strlen(a.parts[i].name) + strlen(a.parts[i].version);
    sink += read_more(&a);
    audited_release(&a);
    return 0;
}
