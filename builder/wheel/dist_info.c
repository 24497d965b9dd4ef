/* The files of a wheel's dist-info folder as texts. */
#include "wheel/dist_info.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/alloc.h"
#include "base/cleanup.h"

char *dist_info_stem(const struct wheel_metadata *m, struct err *e)
{
    const char *name = metadata_get(&m->core, "Name"), *version = metadata_get(&m->core, "Version");
    if (!name || !version) {
        err_set(e, ERR_RECIPE, "neither the source nor the recipe says the wheel's name and version");
        return NULL;
    }
    AUTO_FREE char *escaped = wheel_name_escape(name);
    AUTO_FREE char *plain = wheel_version_escape(version, e);
    return plain ? xstrf("%s-%s", escaped, plain) : NULL;
}

/* What the source says, what the recipe says, and what is inside. */
static char *license_expression(const struct wheel_request *r, struct err *e)
{
    const char **all = xcalloc(r->component_count + 2, sizeof *all);
    size_t len = 0;
    const char *own = metadata_get(&r->metadata->core, "License-Expression");
    if (own)
        all[len++] = own;
    if (r->license)
        all[len++] = r->license;
    for (size_t i = 0; i < r->component_count; i++)
        if (r->components[i].license)
            all[len++] = r->components[i].license;
    char *joined = license_join(all, len, e);
    free(all);
    return joined;
}

int dist_info_metadata(
    struct strbuf *out, const struct wheel_request *r, const struct strvec *license_files, struct err *e)
{
    AUTO(arena) struct arena a = {0};
    AUTO(metadata) struct metadata m = {0};
    AUTO_FREE char *license = license_expression(r, e);
    if (!license)
        return -1;
    const struct metadata *core = &r->metadata->core;
    m.description = core->description;
    for (size_t i = 0; i < core->len; i++) {
        const struct metadata_field *f = &core->fields[i];
        /* An expression replaces the older ways to name a licence: they may not stand beside it. */
        bool older =
            *license && (strcasecmp(f->name, "License") == 0 ||
                            (strcasecmp(f->name, "Classifier") == 0 && str_starts(f->value, "License ::")));
        if (!older && strcasecmp(f->name, "License-File") != 0 &&
            strcasecmp(f->name, "License-Expression") != 0)
            metadata_add(&m, &a, f->name, f->value);
    }
    if (*license)
        metadata_set(&m, &a, "License-Expression", license);
    for (size_t i = 0; i < license_files->len; i++)
        metadata_add(&m, &a, "License-File", license_files->items[i]);
    metadata_format(&m, out);
    return 0;
}

void dist_info_wheel(struct strbuf *out, const struct wheel_name *name)
{
    AUTO(strvec) struct strvec tags = {0};
    wheel_name_expand(name, &tags);
    strbuf_adds(
        out, "Wheel-Version: 1.0\nGenerator: staticbuild " STATICBUILD_VERSION "\nRoot-Is-Purelib: false\n");
    for (size_t i = 0; i < tags.len; i++)
        strbuf_addf(out, "Tag: %s\n", tags.items[i]);
    if (name->build && *name->build)
        strbuf_addf(out, "Build: %s\n", name->build);
}

void dist_info_entry_points(struct strbuf *out, const struct wheel_metadata *m)
{
    const char *group = NULL;
    for (size_t i = 0; i < m->entry_point_count; i++) {
        const struct entry_point *ep = &m->entry_points[i];
        if (!group || strcmp(group, ep->group) != 0)
            strbuf_addf(out, "%s[%s]\n", group ? "\n" : "", ep->group);
        group = ep->group;
        strbuf_addf(out, "%s = %s\n", ep->name, ep->value);
    }
}

void record_line(struct strbuf *out, const char *path, const struct digest *digest, size_t size_bytes)
{
    if (strpbrk(path, ",\"")) { /* RFC 4180: quoted, quotes doubled */
        strbuf_addc(out, '"');
        for (const char *p = path; *p; p++) {
            if (*p == '"')
                strbuf_addc(out, '"');
            strbuf_addc(out, *p);
        }
        strbuf_addc(out, '"');
    } else {
        strbuf_adds(out, path);
    }
    if (digest) {
        char base64[44];
        digest_base64url(digest, base64);
        strbuf_addf(out, ",sha256=%s,%zu\n", base64, size_bytes);
    } else {
        strbuf_adds(out, ",,\n");
    }
}
