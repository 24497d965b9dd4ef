/* pip resolves, and reports what it chose: names, versions, addresses, hashes. */
#include "project/lock.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "hash/hash.h"
#include "json/json.h"
#include "python/pep508.h"
#include "sys/fs.h"

enum { REPORT_LIMIT = 64 << 20, HEX_BYTES = 64 };

static bool is_sha256(const char *text)
{
    size_t n = 0;
    while (text && isxdigit((unsigned char)text[n]))
        n++;
    return n == HEX_BYTES && !text[n];
}

/* "file:///opt/my%20wheels/x.whl" as a path; NULL for another address. The caller frees it. */
static char *path_of_url(const char *url)
{
    static const char scheme[] = "file://";
    if (!str_starts(url, scheme) || url[sizeof scheme - 1] != '/')
        return NULL;
    struct strbuf out = {0};
    for (const char *p = url + sizeof scheme - 1; *p && *p != '#'; p++) {
        char digits[3] = {p[0] == '%' ? p[1] : 0, p[0] == '%' && p[1] ? p[2] : 0, 0};
        if (isxdigit((unsigned char)digits[0]) && isxdigit((unsigned char)digits[1])) {
            strbuf_addc(&out, (char)strtol(digits, NULL, 16));
            p += 2;
        } else {
            strbuf_addc(&out, *p);
        }
    }
    return strbuf_steal(&out);
}

static int find_hash(struct digest *out, const struct json *download, struct err *e)
{
    const struct json *archive = json_get(download, "archive_info");
    const char *hash = json_get_text(json_get(archive, "hashes"), "sha256");
    const char *older = json_get_text(archive, "hash"); /* before pip 23.1: "sha256=…" */
    if (!hash && older && str_starts(older, "sha256="))
        hash = older + strlen("sha256=");
    if (is_sha256(hash)) {
        memcpy(out->hex, hash, HEX_BYTES + 1);
        return 1;
    }
    const char *url = json_get_text(download, "url");
    AUTO_FREE char *path = url ? path_of_url(url) : NULL;
    return path ? (digest_file(out, path, e) < 0 ? -1 : 1) : 0;
}

static int add_package(struct strvec *lines, const char *path, const struct json *package, struct err *e)
{
    const struct json *metadata = json_get(package, "metadata"),
                      *download = json_get(package, "download_info");
    const char *name = json_get_text(metadata, "name"), *version = json_get_text(metadata, "version");
    const char *url = json_get_text(download, "url");
    struct digest digest;
    if (!name || !version || !url || !python_name_is_valid(slice_of(name)) || strpbrk(version, " \n;"))
        return err_set(e, ERR_FETCH, "%s: is not a report of pip's", path);
    AUTO_FREE char *plain = xstrndup(url, strcspn(url, "#?"));
    if (!str_ends(plain, ".whl"))
        return err_set(e, ERR_FETCH,
            "%s %s: there is no wheel of this build requirement, and what is not one runs code to become one",
            name, version);
    int found = find_hash(&digest, download, e);
    if (found < 0)
        return -1;
    if (!found)
        return err_set(e, ERR_FETCH, "%s %s: the index gives no SHA-256 for it", name, version);
    AUTO_FREE char *normal = python_name_normalise(name);
    strvec_pushf(lines, "%s==%s --hash=sha256:%s", normal, version, digest.hex);
    return 0;
}

int lock_from_report(struct strbuf *out, const char *path, struct slice report, struct err *e)
{
    AUTO_JSON struct json *whole = json_parse(path, report.ptr, report.len, e);
    AUTO(strvec) struct strvec lines = {0};
    if (!whole)
        return -1;
    const struct json *packages = json_get(whole, "install");
    if (json_kind(packages) != JSON_IS_ARRAY)
        return err_set(e, ERR_FETCH, "%s: is not a report of pip's", path);
    for (size_t i = 0; i < json_len(packages); i++)
        if (add_package(&lines, path, json_at(packages, i), e) < 0)
            return -1;
    strvec_sort(&lines);
    for (size_t i = 0; i < lines.len; i++)
        strbuf_addf(out, "%s\n", lines.items[i]);
    return 0;
}

int lock_from_report_file(struct strbuf *out, const char *path, struct err *e)
{
    AUTO(strbuf) struct strbuf text = {0};
    if (file_read(&text, path, REPORT_LIMIT, e) < 0)
        return -1;
    return lock_from_report(out, path, (struct slice){strbuf_str(&text), text.len}, e);
}
