/* Functions that compat brings are declared by the kit's headers as the target's C library would, had it
 * them. C code may all the same define a function of that name by itself, as it does for a version of glibc
 * that it knows to lack it: an inline definition that nothing is made of (gnu_inline) gives way to any other.
 */
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "sys/fs.h"
#include "sys/path.h"
#include "kit/hiding.h"
#include "kit/offered.h"

static const struct offered {
    const char *header;
    int since;
    const char *when;
    bool has_hosts_types;
    const char *result, *name, *parameters, *arguments;
} rows[] = {
#define OFFERED(header, since, when, types, result, name, parameters, arguments) \
    {header, since, when, types, result, name, parameters, arguments},
#include "kit/offered.def"
#undef OFFERED
};

enum { ROWS = COUNT(rows) };

static bool row_holds(const struct hiding *h, const struct offered *row)
{
    return row->since > h->request->target->minor && (!row->has_hosts_types || map_get(&h->newer, row->name));
}

bool is_offered(const struct hiding *h, const char *name, const char *header)
{
    for (size_t i = 0; i < ROWS; i++)
        if (strcmp(rows[i].name, name) == 0 && (!header || strcmp(rows[i].header, header) == 0) &&
            row_holds(h, &rows[i]))
            return true;
    return false;
}

int hiding_add_offered(struct hiding *h, struct err *e)
{
    for (size_t i = 0; i < ROWS; i++) {
        int there = row_holds(h, &rows[i]) ? header_exists(&h->dirs, rows[i].header, e) : 0;
        if (there < 0)
            return -1;
        if (there)
            hiding_add(h, rows[i].header, rows[i].name);
    }
    return 0;
}

static void add_row(struct strbuf *out, const struct offered *r)
{
    const char *give = strcmp(r->result, "void") == 0 ? "" : "return ";
    strbuf_addf(out, "#if !defined __target_declares_%s && (%s)\n#define __target_declares_%s\n", r->name,
        r->when, r->name);
    strbuf_addf(
        out, "#ifdef __cplusplus\nextern \"C\" %s %s %s;\n#else\n", r->result, r->name, r->parameters);
    strbuf_addf(out, "extern %s __target_brings_%s %s __asm__ (\"%s\");\n", r->result, r->name, r->parameters,
        r->name);
    strbuf_addf(out,
        "extern __inline __attribute__ ((__gnu_inline__)) %s %s %s { %s__target_brings_%s %s; }\n"
        "#endif\n#endif\n",
        r->result, r->name, r->parameters, give, r->name, r->arguments);
}

void offered_add(struct strbuf *out, const struct hiding *h, const char *header)
{
    for (size_t i = 0; i < ROWS; i++)
        if (strcmp(rows[i].header, header) == 0 && row_holds(h, &rows[i]))
            add_row(out, &rows[i]);
}
