/* The keys of `auditwheel show --json` (version 1 of them, as auditwheel 6 writes them). */
#include <string.h>

#include "audit/auditwheel.h"
#include "base/cleanup.h"
#include "json/json.h"
#include "sys/path.h"
#include "ui/audit/internal.h"

static void add_all(struct json *array, const struct strvec *list)
{
    for (size_t i = 0; i < list->len; i++)
        json_add_text(array, list->items[i]);
}

/* "libz.so.1 inflate_table" after "libz.so.1 gz_open": symbols by their library. */
static void add_symbols(struct json *object, const struct strvec *lines)
{
    for (size_t i = 0; i < lines->len; i++) {
        struct slice rest = slice_of(lines->items[i]), library = slice_cut(&rest, ' ');
        AUTO_FREE char *key = xstrndup(library.ptr, library.len);
        struct json *array = json_get(object, key);
        json_add_text(array ? array : json_set_array(object, key), rest.ptr);
    }
}

static void add_upgrade(struct json *upgrades, const struct auditwheel_upgrade *u)
{
    if (!u->libraries.len && !u->symbols.len)
        return;
    struct json *entry = json_set_object(upgrades, u->policy.name);
    if (u->libraries.len)
        add_all(json_set_array(entry, "libs_to_eliminate"), &u->libraries);
    if (u->symbols.len)
        add_symbols(json_set_object(entry, "blacklisted_symbols"), &u->symbols);
}

static void add_tags(struct json *document, const struct auditwheel *w)
{
    json_set_text(document, "overall_tag", w->overall.name);
    json_set_text(document, "sym_tag", w->by_symbols.name);
    json_set_bool(document, "pyfpe", w->pyfpe);
    json_set_bool(document, "ucs2", w->ucs2);
    json_set_bool(document, "unsupported_isa", w->unsupported_isa);
    struct json *versions = json_set_object(document, "versioned_symbols");
    vec_each (&w->versions, v)
        add_all(json_set_array(versions, v->library), &v->versions);
    struct json *external = json_set_object(document, "external_libs");
    for (size_t i = 0; i < w->external.len; i++)
        json_set_text(external, w->external.items[i], NULL); /* no library is looked for on this machine */
    struct json *upgrades = json_set_object(document, "policy_upgrades");
    vec_each (&w->upgrades, u)
        add_upgrade(upgrades, u);
}

void draw_auditwheel(struct strbuf *out, const struct audited *a, const struct audit_drawing *d)
{
    (void)d;
    AUTO_JSON struct json *document = json_new_object();
    struct auditwheel w;
    auditwheel_make(&w, a);
    json_set_int(document, "version", 1);
    json_set_text(document, "wheel", path_base(a->path));
    if (a->kind != AUDITED_WHEEL) {
        json_set_text(document, "error", "is not a wheel");
    } else if (!w.pure && !w.has_tags) {
        json_set_text(document, "error", "is for an architecture that no policy has");
    } else {
        json_set_bool(document, "pure", w.pure);
        if (!w.pure)
            add_tags(document, &w);
    }
    auditwheel_release(&w);
    json_write(document, JSON_INDENTED, out);
    strbuf_addc(out, '\n');
}
