/* The programs of the machine, the largest share first. */
#include "base/cleanup.h"
#include "ui/footprint/internal.h"
#include "ui/footprint/report.h"
#include "ui/text/columns.h"

enum { PROGRAMS_SHOWN = 20 };

static void add_row(struct columns *c, const char *name, size_t count, const struct memory *m)
{
    columns_add(c, name);
    columns_addf(c, "%zu", count);
    columns_add_size(c, m->pss);
    columns_add_size(c, memory_uss(m));
    columns_add_size(c, m->swap_pss);
}

void report_programs(struct strbuf *out, const struct program_list *l, bool details, struct style style)
{
    static const char *const heading[] = {"program", "processes", "share", "its own", "swapped"};
    struct columns c = {.width = COUNT(heading)};
    size_t shown = details || l->count <= PROGRAMS_SHOWN ? l->count : PROGRAMS_SHOWN;
    struct memory others = {0};
    size_t other_count = 0;
    for (size_t i = 0; i < COUNT(heading); i++)
        columns_add(&c, heading[i]);
    for (size_t i = 0; i < shown; i++)
        add_row(&c, l->items[i].name, l->items[i].process_count, &l->items[i].total);
    for (size_t i = shown; i < l->count; i++) {
        memory_add(&others, &l->items[i].total);
        other_count += l->items[i].process_count;
    }
    if (other_count)
        add_row(&c, "others (--verbose)", other_count, &others);
    add_row(&c, "all", l->process_count, &l->total);
    columns_put(out, &c, 0, true, style);
    strbuf_adds(out,
        "share: a page that several processes have counts as a part in each; its own: nobody else has it\n");
    if (l->unread)
        strbuf_addf(out, "%zu process%s may not be read, and %s missing here: %s\n", l->unread,
            l->unread == 1 ? "" : "es", l->unread == 1 ? "is" : "are", l->why);
}

void report_programs_json(struct json *object, const struct program_list *l)
{
    struct json *list = json_set_array(object, "list");
    for (size_t i = 0; i < l->count; i++) {
        struct json *one = json_add_object(list);
        json_set_text(one, "name", l->items[i].name);
        json_set_int(one, "processes", (int64_t)l->items[i].process_count);
        json_set_int(one, "pss", (int64_t)l->items[i].total.pss);
        json_set_int(one, "uss", (int64_t)memory_uss(&l->items[i].total));
        json_set_int(one, "swap_pss", (int64_t)l->items[i].total.swap_pss);
    }
    json_set_int(object, "processes", (int64_t)l->process_count);
    json_set_int(object, "pss", (int64_t)l->total.pss);
    json_set_int(object, "unread", (int64_t)l->unread);
}
