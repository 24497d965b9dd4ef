/* The cache as JSON: one document, whatever was asked. */
#include "base/alloc.h"
#include "base/cleanup.h"
#include "sys/clock.h"
#include "ui/cache/report.h"

static struct json *document(const struct store *s, const char *asked)
{
    struct json *document = json_new_object();
    json_set_text(document, "format", "staticbuild-cache-1");
    json_set_text(document, "program", "staticbuild " STATICBUILD_VERSION);
    json_set_text(document, "asked", asked);
    json_set_text(document, "cache", s->root);
    return document;
}

static void set_time(struct json *object, const char *key, int64_t ns)
{
    char text[32];
    clock_format_utc(ns / 1000000000, text);
    json_set_text(object, key, text);
}

static void add_item(struct json *list, const struct store *s, const struct stored *item)
{
    AUTO_FREE char *path = stored_path(item, s);
    struct json *object = json_add_object(list);
    json_set_text(object, "kind", item->group);
    json_set_text(object, "name", item->name);
    json_set_text(object, "key", *item->key ? item->key : NULL);
    json_set_text(object, "path", path);
    json_set_text(object, "made_for", *item->made_for ? item->made_for : NULL);
    json_set_int(object, "size_bytes", (int64_t)item->size_bytes);
    set_time(object, "made", item->made_ns);
    set_time(object, "used", item->used_ns);
}

struct json *stock_json(const struct store *s, const struct inventory *inventory)
{
    struct json *out = document(s, "list");
    struct json *list = json_set_array(out, "entries");
    for (size_t i = 0; i < inventory->count; i++)
        add_item(list, s, &inventory->items[i]);
    return out;
}

struct json *sizes_json(const struct store *s, const struct inventory *inventory)
{
    AUTO_FREE struct group_sum *sums = xcalloc(inventory->count + 1, sizeof *sums);
    size_t count = sums_of(sums, inventory);
    struct json *out = document(s, "size");
    struct json *list = json_set_array(out, "kinds");
    for (size_t i = 0; i < count; i++) {
        struct json *object = json_add_object(list);
        json_set_text(object, "kind", sums[i].group);
        json_set_int(object, "count", (int64_t)sums[i].count);
        json_set_int(object, "size_bytes", (int64_t)sums[i].size_bytes);
    }
    json_set_int(out, "size_bytes", (int64_t)inventory_size(inventory));
    return out;
}

struct json *verification_json(const struct store *s, const struct verification *v)
{
    struct json *out = document(s, "verify");
    json_set_int(out, "trees", (int64_t)v->tree_count);
    json_set_int(out, "downloads", (int64_t)v->download_count);
    struct json *list = json_set_array(out, "damaged");
    for (size_t i = 0; i < v->count; i++) {
        const struct damage *d = &v->items[i];
        struct json *object = json_add_object(list);
        AUTO_FREE char *path = stored_path(d->item, s);
        json_set_text(object, "kind", d->item->group);
        json_set_text(object, "name", d->item->name);
        json_set_text(object, "path", path);
        struct json *differences = json_set_array(object, "differences");
        for (size_t k = 0; k < d->difference_count; k++)
            json_add_text(differences, d->differences[k]);
        json_set_text(object, "moved_to", d->place);
    }
    return out;
}

struct json *room_json(const struct store *s, const struct room_made *made, bool only_told)
{
    struct json *out = document(s, "room");
    json_set_bool(out, "dry_run", only_told);
    struct json *gone = json_set_array(out, "removed");
    for (size_t i = 0; i < made->gone_count; i++)
        add_item(gone, s, made->gone[i]);
    struct json *in_use = json_set_array(out, "in_use");
    for (size_t i = 0; i < made->in_use_count; i++)
        add_item(in_use, s, made->in_use[i]);
    json_set_int(out, "freed_bytes", (int64_t)made->gone_bytes);
    json_set_int(out, "left_bytes", (int64_t)made->left_bytes);
    return out;
}
