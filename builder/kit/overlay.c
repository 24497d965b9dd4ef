/* Headers of a kit that stand before the C library's own, from templates/overlay. */
#include <stdlib.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/map.h"
#include "sys/fs.h"
#include "sys/path.h"
#include "template/template.h"
#include "kit/internal.h"

static int put(const struct kit_request *r, const struct map *values, const char *include_dir,
    const char *name, struct err *e)
{
    AUTO_FREE char *from = xstrf("%s/overlay/%s", r->templates, name);
    AUTO_FREE char *to = path_join(include_dir, name);
    AUTO_FREE char *folder = path_dir(to);
    AUTO(strbuf) struct strbuf out = {0};
    if (folder_make(folder, e) < 0 || template_add(&out, from, values, e) < 0)
        return -1;
    return file_write(to, strbuf_str(&out), out.len, 0644, e);
}

static int host_minor(const struct kit_request *r)
{
    struct slice rest = slice_of(r->glibc);
    slice_cut(&rest, '.');
    return rest.ptr ? atoi(rest.ptr) : 0;
}

/* From the one to the other cfsetospeed() changed what it takes; what is linked is the target's. */
static bool has_other_rates(const struct kit_request *r)
{
    enum { RATES_AS_NUMBERS = 42 };
    return r->target->minor < RATES_AS_NUMBERS && host_minor(r) >= RATES_AS_NUMBERS;
}

/* libmvec grew in glibc 2.35 and 2.38; the host's header declares what the host's has. */
static bool has_vectors(const struct kit_request *r)
{
    return r->target->minor >= host_minor(r) && platform_has_library(r->target, "libmvec.so.1");
}

int overlay_write(const struct kit_request *r, const char *include_dir, struct err *e)
{
    AUTO_FREE char *minor = xstrf("%d", r->target->minor);
    AUTO(map) struct map values = {0};
    template_set(&values, "minor", minor);
    if (put(r, &values, include_dir, "features.h", e) < 0)
        return -1;
    if (has_other_rates(r) && put(r, &values, include_dir, "bits/termios-baud.h", e) < 0)
        return -1;
    return has_vectors(r) ? 0 : put(r, &values, include_dir, "bits/math-vector.h", e);
}
