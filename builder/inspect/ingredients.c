/* Both lists stand in a section of their own, and stay when a file is stripped.
 *
 * `.dep-v0` (cargo auditable) is JSON, compressed by zlib: {"packages": [{"name", "version", "kind",
 * "root"}]}.
 * `.go.buildinfo` (debug/buildinfo of Go 1.18 and later) has a head of 32 bytes, the version of Go and the
 * text of the modules behind it, each with its length before it. That text is a line a module, between two
 * marks of 16 bytes: "dep\tNAME\tVERSION\tHASH", and "=>" for what was taken instead of the one before. */
#include "inspect/ingredients.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/vec.h"
#include "elf/object.h"
#include "json/json.h"
#include "zip/zlib_read.h"

enum { INGREDIENTS_MAX = 4096, LIST_BYTES_MAX = 8 << 20, NAME_MAX_BYTES = 200 };

typedef VEC(struct ingredient) ingredient_list;

static bool is_plain(struct slice text)
{
    for (size_t i = 0; i < text.len; i++)
        if (text.ptr[i] <= ' ' || text.ptr[i] == 0x7f)
            return false;
    return text.len && text.len <= NAME_MAX_BYTES;
}

static void add(ingredient_list *list, struct arena *arena, enum ingredient_kind kind, struct slice name,
    struct slice version)
{
    if (is_plain(name) && is_plain(version) && list->len < INGREDIENTS_MAX)
        vec_push(list, ((struct ingredient){kind, arena_strndup(arena, name.ptr, name.len),
                           arena_strndup(arena, version.ptr, version.len)}));
}

static void read_crates(ingredient_list *list, struct arena *arena, struct slice packed)
{
    struct slice text;
    if (!zlib_read(packed, LIST_BYTES_MAX, &text))
        return;
    AUTO(err) struct err ignored = ERR_INIT;
    struct json *document = json_parse("dep-v0", text.ptr, text.len, &ignored);
    const struct json *packages = json_get(document, "packages");
    for (size_t i = 0; json_kind(packages) == JSON_IS_ARRAY && i < json_len(packages); i++) {
        const struct json *one = json_at(packages, i);
        const char *name = json_get_text(one, "name"), *version = json_get_text(one, "version"),
                   *kind = json_get_text(one, "kind");
        if (name && version && !json_get_bool(one, "root", false) && !(kind && strcmp(kind, "build") == 0))
            add(list, arena, INGREDIENT_CRATE, slice_of(name), slice_of(version));
    }
    json_free(document);
    free((char *)text.ptr);
}

/* A text behind its length, which has seven bits a byte. */
static bool take_text(struct slice *rest, struct slice *text)
{
    size_t len = 0;
    unsigned shift = 0;
    unsigned char byte = 0x80;
    for (; byte & 0x80 && rest->len && shift < 35; shift += 7) {
        byte = (unsigned char)*rest->ptr;
        len |= (size_t)(byte & 0x7f) << shift;
        *rest = (struct slice){rest->ptr + 1, rest->len - 1};
    }
    if (byte & 0x80 || len > rest->len)
        return false;
    *text = (struct slice){rest->ptr, len};
    *rest = (struct slice){rest->ptr + len, rest->len - len};
    return true;
}

static void read_modules(ingredient_list *list, struct arena *arena, struct slice section)
{
    enum { HEAD = 32, FLAGS_AT = 15, INLINE = 2, MARK = 16 };
    struct slice go, text;
    if (section.len < HEAD || memcmp(section.ptr, "\xff Go buildinf:", 14) != 0 ||
        !(section.ptr[FLAGS_AT] & INLINE))
        return;
    struct slice rest = {section.ptr + HEAD, section.len - HEAD};
    if (!take_text(&rest, &go) || !take_text(&rest, &text) || text.len < (size_t)2 * MARK)
        return;
    text = (struct slice){text.ptr + MARK, text.len - (size_t)2 * MARK};
    while (text.ptr && text.len) {
        struct slice line = slice_cut(&text, '\n'), word = slice_cut(&line, '\t');
        bool instead = slice_is(word, "=>"); /* of the module before */
        if (!line.ptr || !(instead || slice_is(word, "dep")))
            continue;
        struct slice name = slice_cut(&line, '\t');
        if (instead && list->len)
            list->len--;
        if (line.ptr)
            add(list, arena, INGREDIENT_GO_MODULE, name, slice_cut(&line, '\t'));
    }
}

struct ingredient *ingredients_read(const struct elf_image *image, struct arena *arena, size_t *count)
{
    struct elf_object object;
    AUTO(err) struct err ignored = ERR_INIT;
    ingredient_list list = {0};
    *count = 0;
    if (elf_object_open(&object, image->bytes, image->size, &ignored) < 0)
        return NULL;
    for (size_t i = 0; i < object.section_count; i++) {
        struct elf_section s = elf_section_at(&object, i);
        struct slice data = {(const char *)s.data.ptr, s.data.len};
        if (s.data.len && strcmp(s.name, ".dep-v0") == 0)
            read_crates(&list, arena, data);
        else if (s.data.len && strcmp(s.name, ".go.buildinfo") == 0)
            read_modules(&list, arena, data);
    }
    *count = list.len;
    struct ingredient *kept =
        list.len ? arena_memdup(arena, list.items, list.len * sizeof *list.items) : NULL;
    vec_release(&list);
    return kept;
}
