/* What `cache` says: the stock, the sums, what is damaged, what went; as text for a reader, and as JSON
 * (templates/schema/cache.schema.json). */
#ifndef UI_CACHE_REPORT_H
#define UI_CACHE_REPORT_H

#include "json/json.h"
#include "store/collect.h"
#include "store/verify.h"
#include "ui/text/layout.h"

void report_stock(struct strbuf *out, const struct inventory *inventory, int64_t now_ns, struct style style);
void report_sizes(struct strbuf *out, const struct inventory *inventory, struct style style);
void report_verification(struct strbuf *out, const struct verification *v, struct style style);

struct room_words {
    bool only_told; /* nothing was removed */
    bool in_full;   /* each thing by its name */
};
void report_room(
    struct strbuf *out, const struct room_made *made, struct room_words words, struct style style);

/* Each makes the whole document; the caller frees it. */
struct json *stock_json(const struct store *s, const struct inventory *inventory);
struct json *sizes_json(const struct store *s, const struct inventory *inventory);
struct json *verification_json(const struct store *s, const struct verification *v);
struct json *room_json(const struct store *s, const struct room_made *made, bool only_told);

/* Of all things of one group. */
struct group_sum {
    const char *group;
    size_t count;
    uint64_t size_bytes;
};

/* Groups in the order of their words, in the array, which has room for as many as there are items; gives how
 * many. */
size_t sums_of(struct group_sum *sums, const struct inventory *inventory);

#endif
