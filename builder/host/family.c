/* Which distribution this is, and how it installs packages. */
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "host/internal.h"
#include "sys/fs.h"

static const struct {
    const char *id;
    enum host_family family;
} known[] = {
    {"alma", HOST_FEDORA},
    {"alpine", HOST_ALPINE},
    {"amzn", HOST_FEDORA},
    {"arch", HOST_ARCH},
    {"centos", HOST_FEDORA},
    {"chainguard", HOST_ALPINE},
    {"debian", HOST_DEBIAN},
    {"fedora", HOST_FEDORA},
    {"manjaro", HOST_ARCH},
    {"opensuse", HOST_SUSE},
    {"opensuse-leap", HOST_SUSE},
    {"opensuse-tumbleweed", HOST_SUSE},
    {"rhel", HOST_FEDORA},
    {"rocky", HOST_FEDORA},
    {"sles", HOST_SUSE},
    {"suse", HOST_SUSE},
    {"ubuntu", HOST_DEBIAN},
    {"wolfi", HOST_ALPINE},
};

static enum host_family family_named(struct slice id)
{
    for (size_t i = 0; i < COUNT(known); i++)
        if (slice_is(id, known[i].id))
            return known[i].family;
    return HOST_UNKNOWN;
}

static struct slice unquoted(struct slice value)
{
    value = slice_trim(value);
    if (value.len >= 2 && (value.ptr[0] == '"' || value.ptr[0] == '\'') &&
        value.ptr[value.len - 1] == value.ptr[0])
        return (struct slice){value.ptr + 1, value.len - 2};
    return value;
}

/* ID says it, else the first of ID_LIKE that is known. */
static enum host_family family_in(struct slice text)
{
    struct slice id = {0}, like = {0};
    while (text.ptr) {
        struct slice value = slice_trim(slice_cut(&text, '\n'));
        struct slice name = slice_cut(&value, '=');
        if (slice_is(name, "ID"))
            id = unquoted(value);
        else if (slice_is(name, "ID_LIKE"))
            like = unquoted(value);
    }
    enum host_family family = family_named(id);
    while (family == HOST_UNKNOWN && like.ptr)
        family = family_named(slice_cut(&like, ' '));
    return family;
}

enum host_family host_family_of(const char *os_release)
{
    AUTO(strbuf) struct strbuf text = {0};
    AUTO(err) struct err ignored = ERR_INIT; /* no such file: not known */
    if (os_release)
        file_read(&text, os_release, 1 << 16, &ignored);
    else if (file_read(&text, "/etc/os-release", 1 << 16, &ignored) < 0) {
        err_release(&ignored);
        strbuf_clear(&text);
        file_read(&text, "/usr/lib/os-release", 1 << 16, &ignored);
    }
    return family_in((struct slice){strbuf_str(&text), text.len});
}

enum host_family host_family(void)
{
    static enum host_family family;
    static bool asked;
    if (!asked)
        family = host_family_of(NULL);
    asked = true;
    return family;
}

const char *host_install_command(enum host_family family)
{
    switch (family) {
    case HOST_DEBIAN:
        return "apt-get install";
    case HOST_FEDORA:
        return "dnf install";
    case HOST_ALPINE:
        return "apk add";
    case HOST_ARCH:
        return "pacman -S";
    case HOST_SUSE:
        return "zypper install";
    case HOST_UNKNOWN:
        break;
    }
    return NULL;
}

char *host_remedy(const char *tool)
{
    const char *packages = host_packages(tool, host_family());
    return packages ? host_remedy_of(packages) : xstrf("install %s", tool);
}

char *host_remedy_of(const char *packages)
{
    return xstrf("install the package%s %s: %s %s", strchr(packages, ' ') ? "s" : "", packages,
        host_install_command(host_family()), packages);
}
