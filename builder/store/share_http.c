/* Servers that know GET, HEAD and PUT, in the layout of bazel-remote: nginx with WebDAV, bazel-remote, and
 * S3. */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/str.h"
#include "recipe/location.h"
#include "recipe/location_shown.h"
#include "store/share.h"
#include "sys/fs.h"

enum { TOKEN_BYTES_MAX = 64 << 10 };

char *remote_receipt_url(const struct remote *r, const struct key *k)
{
    return xstrf("%s/ac/%s", r->access.base, k->digest.hex);
}

char *remote_blob_url(const struct remote *r, const char *sha256)
{
    return xstrf("%s/cas/%s", r->access.base, sha256);
}

void remote_free(struct remote *r)
{
    if (r)
        credentials_release(&r->access);
    free(r);
}

static const char *variable(const char *name)
{
    const char *value = getenv(name);
    return value && *value ? value : NULL;
}

/* A line break in a header would begin another one. The value itself is never said. */
static int check_header(const char *value, const char *from, struct err *e)
{
    for (const char *c = value; *c; c++)
        if ((unsigned char)*c < ' ' || (unsigned char)*c == 0x7f)
            return err_set(e, ERR_USAGE, "%s: has a control character", from);
    return 0;
}

static int read_token(struct credentials *a, struct err *e)
{
    static const char NAME[] = "STATICBUILD_SHARE_TOKEN", FILE_NAME[] = "STATICBUILD_SHARE_TOKEN_FILE";
    const char *path = variable(FILE_NAME), *given = variable(NAME);
    AUTO(strbuf) struct strbuf text = {0};
    if (!given && !path)
        return 0;
    if (!given && file_read(&text, path, TOKEN_BYTES_MAX, e) < 0)
        return err_wrap(e, "%s", FILE_NAME);
    struct slice token = slice_trim(given ? slice_of(given) : (struct slice){strbuf_str(&text), text.len});
    a->token = xstrndup(token.ptr, token.len);
    return check_header(a->token, given ? NAME : path, e);
}

static char *without_slashes(const char *url)
{
    size_t len = strlen(url);
    while (len && url[len - 1] == '/')
        len--;
    return xstrndup(url, len);
}

static bool is_http(const char *location)
{
    return str_starts(location, "http://") || str_starts(location, "https://");
}

static int check_url(const char *url, const char *what, struct err *e)
{
    AUTO_FREE char *shown = location_shown(url);
    if (url_is_http(url) && !strpbrk(url, "?#"))
        return 0;
    return err_set(e, ERR_USAGE, "%s\"%s\": is not the http or https URL of a folder", what, shown);
}

static int reach_http(struct remote *out, const char *location, struct err *e)
{
    if (check_url(location, "", e) < 0)
        return -1;
    out->access.base = without_slashes(location);
    return read_token(&out->access, e);
}

const struct share_row share_http = {
    .locations = "http://… and https://…", .is_for = is_http, .reach = reach_http};

static bool is_s3(const char *location)
{
    return str_starts(location, "s3://");
}

static const char *either(const char *first, const char *second)
{
    const char *value = variable(first);
    return value ? value : variable(second);
}

/* s3://BUCKET/PREFIX, with what the tools of AWS read of the environment. */
static int reach_s3(struct remote *out, const char *location, struct err *e)
{
    struct credentials *a = &out->access;
    const char *endpoint = either("AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL");
    const char *region = either("AWS_REGION", "AWS_DEFAULT_REGION");
    const char *id = variable("AWS_ACCESS_KEY_ID"), *secret = variable("AWS_SECRET_ACCESS_KEY");
    const char *session = variable("AWS_SESSION_TOKEN");
    AUTO_FREE char *path = without_slashes(location + strlen("s3://"));
    if (!*path || *path == '/')
        return err_set(e, ERR_USAGE, "\"%s\": names no bucket: s3://BUCKET/PREFIX", location);
    if (!endpoint || !id || !secret)
        return err_set(e, ERR_USAGE, "%s: needs %s in the environment", location,
            !endpoint ? "AWS_ENDPOINT_URL (the URL of the S3 server)"
                      : "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY");
    if (check_url(endpoint, "AWS_ENDPOINT_URL: ", e) < 0)
        return -1;
    AUTO_FREE char *server = without_slashes(endpoint);
    a->base = xstrf("%s/%s", server, path);
    a->signed_for = xstrf("aws:amz:%s:s3", region ? region : "us-east-1");
    a->key_pair = xstrf("%s:%s", id, secret);
    a->session = session ? xstrdup(session) : NULL;
    if (check_url(a->base, "", e) < 0 || check_header(a->signed_for, "AWS_REGION", e) < 0)
        return -1;
    return session ? check_header(session, "AWS_SESSION_TOKEN", e) : 0;
}

const struct share_row share_s3 = {.locations = "s3://BUCKET/…", .is_for = is_s3, .reach = reach_s3};
