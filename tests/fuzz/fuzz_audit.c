/* libFuzzer: any bytes are judged, or refused with a reason; every text of the report can be read. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

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

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static volatile size_t sink;
    AUTO(err) struct err e = ERR_INIT;
    struct platform target;
    /* The last byte picks what it is held against. */
    uint8_t pick = size ? data[size - 1] : 0;
    struct audit_context context = {.subject = pick & 1 ? "m.so" : "m.abi3.so",
        .python_minor = pick & 2 ? 11 : 0,
        .explain = true,
        .keep_exports = true,
        .wheel_path = pick & 4 ? "a/b/m.so" : NULL};
    if (pick & 8 && platform_find(&target, pick & 16 ? "manylinux_2_17_x86_64" : "musllinux_1_1_aarch64"))
        context.target = &target;
    struct audit_report report = {0};
    if (audit_bytes(data, size, &context, &report, &e) == AUDIT_UNREADABLE && !e.text)
        abort();
    for (size_t i = 0; i < report.finding_count; i++)
        sink += read_finding(&report.findings[i]);
    for (size_t i = 0; i < report.symbol_count; i++)
        sink += strlen(report.symbols[i].symbol) + strlen(report.symbols[i].version);
    audit_report_release(&report);
    return 0;
}
