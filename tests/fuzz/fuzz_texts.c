/* libFuzzer: the small texts that come from others: pages of an index, what apt, pip and ld.so are configured
 * with, URLs, Content-Range, versions and constraints, requirements, .pc files. The first byte chooses. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "build/internal.h"
#include "build/pc.h"
#include "fetch/index.h"
#include "fetch/listing.h"
#include "fetch/location.h"
#include "fetch/policy.h"
#include "fetch/url.h"
#include "loader/machine.h"
#include "python/internal.h"
#include "python/pep440.h"
#include "python/pep508.h"
#include "recipe/location_shown.h"
#include "recipe/version.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* text is of that many bytes and ends in a NUL that is not counted. */
typedef void reader(char *text, size_t len);

/* Cuts text behind its first line, which is the first of two values. */
static char *second_line(char *text)
{
    char *newline = strchr(text, '\n');
    if (!newline)
        return text + strlen(text);
    *newline = '\0';
    return newline + 1;
}

static void read_page(char *text, size_t len)
{
    char *page = second_line(text);
    AUTO(strvec) struct strvec files = {0};
    free(index_find(page, len - (size_t)(page - text), text));
    listing_read(&files, (struct slice){page, len - (size_t)(page - text)});
}

static void read_bases(char *text, size_t len)
{
    for (int deb822 = 0; deb822 < 2; deb822++) {
        AUTO(strvec) struct strvec bases = {0};
        AUTO(strvec) struct strvec urls = {0};
        if (memmem(text, len, "mirror+file:", 12))
            return; /* would read files of this machine */
        apt_text_bases(&bases, (struct slice){text, len}, deb822);
        for (size_t i = 0; i < bases.len; i++)
            if (!url_is_http(bases.items[i]) && !str_starts(bases.items[i], "file:"))
                abort();
        debian_urls(&urls, &bases, "zlib", "zlib_1.orig.tar.gz");
    }
}

static void read_pip_settings(char *text, size_t len)
{
    char *found = NULL;
    index_read_settings(&found, (struct slice){text, len});
    if (found && !*found)
        abort();
    free(found);
}

static void read_ld_so_conf(char *text, size_t len)
{
    struct slice rest = {text, len}, value;
    for (enum loader_conf_kind kind; (kind = loader_conf_next(&rest, &value)) != LOADER_CONF_END;)
        if (!value.len || value.ptr < text || value.ptr + value.len > text + len ||
            (kind == LOADER_CONF_FOLDER && *value.ptr != '/'))
            abort();
}

static void read_url(char *text, size_t len)
{
    (void)len;
    AUTO(err) struct err e = ERR_INIT;
    AUTO_FREE char *shown = location_shown(text);
    AUTO_FREE char *path = url_file_path(text);
    if (path && *path != '/')
        abort();
    for (const char *p = shown; *p; p++)
        if ((unsigned char)*p < ' ' || *p == 0x7f)
            abort();
    struct location l;
    if (location_parse(&l, text, &e) == 0)
        location_release(&l);
    else if (!e.text)
        abort();
}

static void read_two_urls(char *text, size_t len)
{
    (void)len;
    char *second = second_line(text);
    redirect_refusal(text, second);
    AUTO_FREE char *whole = url_resolve(text, second);
    if (whole && !url_is_http(whole))
        abort();
}

static void read_content_range(char *text, size_t len)
{
    uint64_t first, total;
    (void)len;
    if (content_range_parse(text, &first, &total) && total && first >= total)
        abort();
}

static void read_versions(char *text, size_t len)
{
    (void)len;
    char *second = second_line(text);
    int order = version_compare(text, second), back = version_compare(second, text);
    if ((order > 0) != (back < 0) || (order == 0) != (back == 0) || version_compare(text, text) != 0)
        abort();
    if (version_is_valid(slice_of(text)) && !constraint_problem(second))
        version_satisfies(text, second);
}

static void read_python_versions(char *text, size_t len)
{
    (void)len;
    char *second = second_line(text);
    AUTO(err) struct err e = ERR_INIT;
    if (pep440_satisfies(text, second, &e) < 0 && !e.text)
        abort();
}

static void read_requirement(char *text, size_t len)
{
    (void)len;
    AUTO(arena) struct arena a = {0};
    AUTO(err) struct err e = ERR_INIT;
    struct pep508 r, again;
    if (pep508_parse(&r, &a, text, &e) < 0)
        return;
    AUTO_FREE char *once = pep508_format(&r, NULL);
    AUTO_FREE char *extra = pep508_format(&r, "extra");
    if (pep508_parse(&again, &a, once, &e) < 0 || pep508_parse(&again, &a, extra, &e) < 0)
        abort();
}

static void read_marker(char *text, size_t len)
{
    (void)len;
    if (!marker_check(text))
        marker_has_or(text);
}

static void read_pc(char *text, size_t len)
{
    AUTO(strbuf) struct strbuf out = {0};
    pc_rewrite(&out, (struct slice){text, len}, "/opt/staticbuild/z", "${pcfiledir}/../..");
    if (memmem(out.ptr ? out.ptr : "", out.len, "/opt/staticbuild/z/", 19))
        abort();
    AUTO(strvec) struct strvec flags = {0};
    AUTO(err) struct err e = ERR_INIT;
    if (pc_cflags(&flags, (struct slice){text, len}, "/t/lib/pkgconfig", &e) < 0 && !e.text)
        abort();
    for (size_t i = 0; i < flags.len; i++)
        if (flags.items[i][0] != '-')
            abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static reader *const readers[] = {read_page, read_bases, read_pip_settings, read_ld_so_conf, read_url,
        read_two_urls, read_content_range, read_versions, read_python_versions, read_requirement, read_marker,
        read_pc};
    if (!size)
        return 0;
    AUTO_FREE char *text = xstrndup((const char *)data + 1, size - 1);
    /* Printable letters, so that the kept inputs can be read: 'a' is the first. */
    readers[(unsigned char)(data[0] - 'a') % (COUNT(readers))](text, size - 1);
    return 0;
}
