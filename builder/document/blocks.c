/* Cuts a page into blocks, and tables into rows and cells. */
#include <string.h>
#include <strings.h>

#include "base/cleanup.h"
#include "document/document.h"

enum { CODE_INDENT = 4 };

static struct slice line_at(struct slice rest)
{
    return slice_cut(&rest, '\n');
}

static size_t indent_of(struct slice line)
{
    size_t n = 0;
    while (n < line.len && line.ptr[n] == ' ')
        n++;
    return n;
}

static struct slice without(struct slice line, size_t count)
{
    return (struct slice){line.ptr + count, line.len - count};
}

static bool is_blank(struct slice line)
{
    return slice_trim(line).len == 0;
}

static bool begins(struct slice line, const char *mark)
{
    return line.len >= strlen(mark) && memcmp(line.ptr, mark, strlen(mark)) == 0;
}

static unsigned heading_level(struct slice line)
{
    unsigned level = 0;
    while (level < line.len && line.ptr[level] == '#')
        level++;
    return level && level <= 6 && level < line.len && line.ptr[level] == ' ' ? level : 0;
}

/* "- ", "* ", "12. ": how long it is, the space included; 0: no item. */
static size_t marker_length(struct slice text)
{
    size_t n = 0;
    if (begins(text, "- ") || begins(text, "* "))
        return 2;
    while (n < text.len && n < 3 && text.ptr[n] >= '0' && text.ptr[n] <= '9')
        n++;
    return n && begins(without(text, n), ". ") ? n + 2 : 0;
}

/* What ends a paragraph though no empty line does. */
static bool is_beginning(struct slice line)
{
    struct slice text = without(line, indent_of(line));
    return is_blank(line) || heading_level(line) || begins(text, "```") || begins(text, "|") ||
           marker_length(text);
}

/* Takes lines into b as long as they go on; the first one is taken already, as far as *rest is. */
static void take_lines(struct slice *rest, struct block *b, bool (*goes_on)(struct slice line))
{
    while (rest->ptr && goes_on(line_at(*rest))) {
        struct slice line = slice_cut(rest, '\n');
        b->text.len = (size_t)(line.ptr + line.len - b->text.ptr);
    }
}

static bool is_text(struct slice line)
{
    return !is_beginning(line);
}

static bool is_row(struct slice line)
{
    return begins(without(line, indent_of(line)), "|");
}

static bool is_code(struct slice line)
{
    return indent_of(line) >= CODE_INDENT && !is_blank(line);
}

static void take_fenced(struct slice *rest, struct block *b)
{
    struct slice fence = slice_cut(rest, '\n');
    while (fence.ptr && !b->file.len) {
        struct slice word = slice_cut(&fence, ' ');
        if (begins(word, "file="))
            b->file = without(word, strlen("file="));
    }
    b->text = (struct slice){rest->ptr ? rest->ptr : b->text.ptr, 0};
    while (rest->ptr) {
        struct slice line = slice_cut(rest, '\n');
        if (begins(without(line, indent_of(line)), "```"))
            return;
        b->text.len = (size_t)(line.ptr + line.len - b->text.ptr);
    }
}

bool document_next(struct slice *rest, struct block *b)
{
    while (rest->ptr && is_blank(line_at(*rest)))
        slice_cut(rest, '\n');
    if (!rest->ptr)
        return false;
    struct slice line = line_at(*rest), text = without(line, indent_of(line));
    *b = (struct block){.kind = BLOCK_PARAGRAPH, .text = text};
    unsigned level = heading_level(line);
    size_t marker = marker_length(text);
    if (begins(text, "```")) {
        b->kind = BLOCK_CODE;
        take_fenced(rest, b);
        return true;
    }
    slice_cut(rest, '\n');
    if (level) {
        b->kind = BLOCK_HEADING;
        b->level = level;
        b->text = slice_trim(without(line, level));
    } else if (is_row(line)) {
        b->kind = BLOCK_TABLE;
        take_lines(rest, b, is_row);
    } else if (marker) {
        b->kind = BLOCK_ITEM;
        b->level = (unsigned)(indent_of(line) / 2);
        b->marker = (struct slice){text.ptr, marker - 1};
        b->text = without(text, marker);
        take_lines(rest, b, is_text);
    } else if (is_code(line)) {
        b->kind = BLOCK_CODE;
        b->text = line;
        take_lines(rest, b, is_code);
    } else {
        take_lines(rest, b, is_text);
    }
    return true;
}

/* "|---|--:|" */
static bool is_ruler(struct slice row)
{
    bool dash = false;
    for (size_t i = 0; i < row.len; i++) {
        dash |= row.ptr[i] == '-';
        if (!strchr("|-: ", row.ptr[i]))
            return false;
    }
    return dash;
}

bool document_next_row(struct slice *rest, struct slice *row)
{
    while (rest->ptr) {
        *row = slice_trim(slice_cut(rest, '\n'));
        if (row->len && !is_ruler(*row)) {
            *row = without(*row, row->ptr[0] == '|');
            if (row->len && row->ptr[row->len - 1] == '|')
                row->len--;
            return true;
        }
    }
    return false;
}

bool document_next_cell(struct slice *rest, struct slice *cell)
{
    if (!rest->ptr)
        return false;
    size_t n = 0;
    while (n < rest->len && rest->ptr[n] != '|')
        n += rest->ptr[n] == '\\' && n + 1 < rest->len ? 2 : 1;
    *cell = slice_trim((struct slice){rest->ptr, n});
    *rest = n < rest->len ? without(*rest, n + 1) : (struct slice){NULL, 0};
    return true;
}

static bool says(struct slice heading, const char *words)
{
    AUTO(strbuf) struct strbuf plain = {0};
    document_add_plain(&plain, heading);
    return strcasecmp(strbuf_str(&plain), words) == 0;
}

struct slice document_section(struct slice page, const char *heading)
{
    struct slice rest = page, found = {NULL, 0};
    unsigned level = 0;
    struct block b;
    while (document_next(&rest, &b)) {
        if (b.kind != BLOCK_HEADING)
            continue;
        const char *line = b.text.ptr;
        while (line > page.ptr && line[-1] != '\n')
            line--;
        if (found.ptr && b.level <= level) {
            found.len = (size_t)(line - found.ptr);
            return found;
        }
        if (!found.ptr && says(b.text, heading)) {
            level = b.level;
            found = (struct slice){line, (size_t)(page.ptr + page.len - line)};
        }
    }
    return found;
}
