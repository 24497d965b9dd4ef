/* Wheels packed in memory, for suites of the audit. */
#ifndef TESTS_UNIT_PACKED_H
#define TESTS_UNIT_PACKED_H

#include <sys/mman.h>

#include "audit/files.h"
#include "compile.h"
#include "hash/hash.h"
#include "zip/writer.h"

static inline const struct finding *find_rule(const struct audited *a, const char *id)
{
    for (size_t i = 0; i < a->whole.finding_count; i++)
        if (strcmp(a->whole.findings[i].rule->id, id) == 0)
            return &a->whole.findings[i];
    return NULL;
}

struct member {
    const char *name; /* "@" stands for the dist-info folder */
    const void *bytes;
    size_t size;
};

/* A wheel in memory with a right RECORD of everything but the members whose names start with "-". */
struct packed {
    char *bytes;
    size_t size;
};

static inline void packed_release(struct packed *p)
{
    free(p->bytes);
}

static inline void add_member(
    struct zip_writer *z, struct strbuf *record, const char *name, const void *bytes, size_t size)
{
    AUTO(err) struct err e = ERR_INIT;
    bool listed = *name != '-';
    AUTO(strbuf) struct strbuf path = {0};
    strbuf_adds(&path, *name == '@' ? "w-1.dist-info/" : "");
    strbuf_adds(&path, name + (*name == '@' || *name == '-'));
    ck_assert_msg(zip_writer_add(z, strbuf_str(&path), false, bytes, size, &e) == 0, "%s", e.text);
    struct digest digest;
    char base64[44];
    digest_bytes(&digest, bytes, size);
    digest_base64url(&digest, base64);
    if (listed)
        strbuf_addf(record, "%s,sha256=%s,%zu\n", strbuf_str(&path), base64, size);
}

static inline void pack(
    struct packed *p, const char *tag, bool pure, const struct member *members, size_t len)
{
    AUTO_CLOSE int fd = memfd_create("wheel", MFD_CLOEXEC);
    AUTO(err) struct err e = ERR_INIT;
    AUTO(strbuf) struct strbuf record = {0}, wheel = {0};
    struct zip_writer *z = zip_writer_new(fd, "t", 0, 1);
    static const char metadata[] = "Metadata-Version: 2.1\nName: w\nVersion: 1\n";
    strbuf_addf(&wheel, "Wheel-Version: 1.0\nRoot-Is-Purelib: %s\nTag: %s\n", pure ? "true" : "false", tag);
    for (size_t i = 0; i < len && members[i].name; i++)
        add_member(z, &record, members[i].name, members[i].bytes, members[i].size);
    add_member(z, &record, "@METADATA", metadata, sizeof metadata - 1);
    add_member(z, &record, "@WHEEL", wheel.ptr, wheel.len);
    strbuf_adds(&record, "w-1.dist-info/RECORD,,\n");
    AUTO(strbuf) struct strbuf ignored = {0};
    add_member(z, &ignored, "@RECORD", strbuf_str(&record), record.len);
    ck_assert_int_eq(zip_writer_finish(z, &e), 0);
    zip_writer_free(z);
    struct stat st;
    ck_assert_int_eq(fstat(fd, &st), 0);
    p->size = (size_t)st.st_size;
    p->bytes = xmalloc(p->size);
    ck_assert_int_eq(pread(fd, p->bytes, p->size, 0), st.st_size);
}

static inline void audit_packed(const struct packed *p, const char *name, struct audited *a)
{
    AUTO(err) struct err e = ERR_INIT;
    struct audit_options options = {.jobs = 2};
    ck_assert_msg(audit_bytes(a, name, p->bytes, p->size, &options, &e) == 0, "%s", e.text);
}

#if defined __x86_64__
#define ARCH "x86_64"
#define OLDEST "manylinux_2_5_x86_64"
#define MIDDLE "cpython-311-x86_64-linux-gnu"
#else
#define ARCH "aarch64"
#define OLDEST "manylinux_2_17_aarch64"
#define MIDDLE "cpython-311-aarch64-linux-gnu"
#endif
#define NAME "w-1-cp311-cp311-manylinux_2_28_" ARCH ".whl"
#define TAG "cp311-cp311-manylinux_2_28_" ARCH
#define MODULE "w/m." MIDDLE ".so"

static const char fine[] = "extern void *PyModule_Create2(void *, int);\n"
                           "void *PyInit_m(void) { return PyModule_Create2(0, 1); }\n";
static const char fine_flags[] = "-shared -fPIC -O2 -s -Wl,-z,relro,-z,now " MARKS;
#define LICENCE                            \
    {                                      \
        "@licenses/LICENSE", "Do it.\n", 7 \
    }
#define SBOM                                                     \
    {                                                            \
        "@sboms/w.cdx.json", "{\"bomFormat\":\"CycloneDX\"}", 25 \
    }

#endif
