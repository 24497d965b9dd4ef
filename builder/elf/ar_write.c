/* Writes static archives as ar(5) has them and `ar rcsD` makes them: an index of what each member defines,
 * the names that are too long for a header, the members. */
#include <ar.h>
#include <stdio.h>

#include "base/cleanup.h"
#include "base/err.h"
#include "base/vec.h"
#include "elf/edit.h"
#include "elf/internal.h"

struct ar_indexed {
    size_t member;
    const char *name; /* in the member's bytes */
};

struct ar_writing {
    const struct ar_new_member *members;
    size_t count;
    VEC(struct ar_indexed) index;
    size_t index_names; /* bytes of the names in the index, with their NULs */
    struct strbuf long_names;
};

static void add_to_index(struct ar_writing *w, size_t member)
{
    struct elf_object o;
    struct slice data = w->members[member].data;
    AUTO(err) struct err ignored = ERR_INIT;
    if (elf_identify(data.ptr, data.len) != ELF_KIND_OBJECT ||
        elf_object_open(&o, data.ptr, data.len, &ignored) < 0)
        return;
    for (size_t i = 1; i < o.symbol_count; i++) {
        struct elf_symbol s;
        if (!elf_object_symbol_at(&o, i, &s) || s.bind == STB_LOCAL || s.section == SHN_UNDEF)
            continue;
        vec_push(&w->index, ((struct ar_indexed){member, s.name}));
        w->index_names += strlen(s.name) + 1;
    }
}

static size_t even(size_t size)
{
    return size + (size & 1);
}

static bool fits_header(struct slice name)
{
    return name.len < sizeof((struct ar_hdr *)0)->ar_name;
}

static void add_header(struct strbuf *out, const char *name, size_t size)
{
    strbuf_addf(out, "%-16s%-12d%-6d%-6d%-8o%-10zu%s", name, 0, 0, 0, 0644, size, ARFMAG);
}

static void add_data(struct strbuf *out, const void *data, size_t len)
{
    strbuf_add(out, data, len);
    if (len & 1)
        strbuf_addc(out, '\n');
}

static void add_number(struct strbuf *out, uint64_t value)
{
    const char bytes[] = {(char)(value >> 24), (char)(value >> 16), (char)(value >> 8), (char)value};
    strbuf_add(out, bytes, sizeof bytes);
}

static void add_index(struct ar_writing *w, struct strbuf *out, const size_t *at)
{
    size_t size = 4 + 4 * w->index.len + w->index_names;
    add_header(out, "/", even(size));
    add_number(out, w->index.len);
    vec_each (&w->index, it)
        add_number(out, at[it->member]);
    vec_each (&w->index, it)
        strbuf_add(out, it->name, strlen(it->name) + 1);
    if (size & 1)
        strbuf_addc(out, '\0');
}

/* Where each member's header will be; the last is the size of the whole. */
static void lay_out(struct ar_writing *w, size_t *at)
{
    size_t next = SARMAG + sizeof(struct ar_hdr) + even(4 + 4 * w->index.len + w->index_names);
    if (w->long_names.len)
        next += sizeof(struct ar_hdr) + even(w->long_names.len);
    for (size_t i = 0; i < w->count; i++) {
        at[i] = next;
        next += sizeof(struct ar_hdr) + even(w->members[i].data.len);
    }
    at[w->count] = next;
}

static void add_members(struct ar_writing *w, struct strbuf *out)
{
    size_t long_at = 0;
    for (size_t i = 0; i < w->count; i++) {
        const struct ar_new_member *m = &w->members[i];
        char name[sizeof((struct ar_hdr *)0)->ar_name + 1];
        if (fits_header(m->name)) {
            snprintf(name, sizeof name, "%.*s/", (int)m->name.len, m->name.ptr);
        } else {
            snprintf(name, sizeof name, "/%zu", long_at);
            long_at += m->name.len + 2;
        }
        add_header(out, name, m->data.len);
        add_data(out, m->data.ptr, m->data.len);
    }
}

int ar_write(struct strbuf *out, const struct ar_new_member *members, size_t count, struct err *e)
{
    struct ar_writing w = {.members = members, .count = count};
    VEC(size_t) at = {0};
    for (size_t i = 0; i < count; i++) {
        add_to_index(&w, i);
        if (!fits_header(members[i].name))
            strbuf_addf(&w.long_names, "%.*s/\n", (int)members[i].name.len, members[i].name.ptr);
        vec_push(&at, 0);
    }
    vec_push(&at, 0);
    lay_out(&w, at.items);
    int status = at.items[count] <= UINT32_MAX
                     ? 0
                     : err_set(e, ERR_ENVIRONMENT,
                           "an archive of more than 4 GiB cannot have an index: build with less debug "
                           "information (-g1), or split the library");
    if (!status) {
        strbuf_add(out, ARMAG, SARMAG);
        add_index(&w, out, at.items);
        if (w.long_names.len) {
            add_header(out, "//", w.long_names.len);
            add_data(out, w.long_names.ptr, w.long_names.len);
        }
        add_members(&w, out);
    }
    strbuf_release(&w.long_names);
    vec_release(&w.index);
    vec_release(&at);
    return status;
}
