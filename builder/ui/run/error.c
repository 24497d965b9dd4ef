/* An error as people see it. */
#include <ctype.h>
#include <string.h>

#include "base/cleanup.h"
#include "ui/run/report.h"

/* "path:12:3: ..." or "path:12: ..." */
static bool names_a_place(struct slice line)
{
    for (size_t i = 1; i + 2 < line.len; i++) {
        if (line.ptr[i] == ' ' || line.ptr[i] == '\t')
            return false;
        if (line.ptr[i] != ':' || !isdigit((unsigned char)line.ptr[i + 1]))
            continue;
        size_t end = i + 1;
        while (end < line.len && isdigit((unsigned char)line.ptr[end]))
            end++;
        return end < line.len && line.ptr[end] == ':';
    }
    return false;
}

void report_error(struct strbuf *out, const char *program, const struct err *e, struct style style)
{
    struct slice rest = slice_of(e->text ? e->text : "failed without a reason");
    for (bool first = true; rest.ptr; first = false) {
        struct slice line = slice_cut(&rest, '\n');
        AUTO(strbuf) struct strbuf copy = {0};
        strbuf_add(&copy, line.ptr, line.len);
        bool indented = line.len && (line.ptr[0] == ' ' || line.ptr[0] == '\t');
        if (!indented && !names_a_place(line) && (first || e->kind == ERR_USAGE)) {
            tone_add(out, style, TONE_BAD, program);
            strbuf_adds(out, ": ");
        }
        struct slice piece = slice_of(strbuf_str(&copy));
        while (piece.len && *piece.ptr == '\t') { /* the indent of a quoted log stays */
            strbuf_adds(out, "    ");
            piece.ptr++;
            piece.len--;
        }
        text_add_safe(out, piece.ptr, 0);
        strbuf_addc(out, '\n');
    }
}
