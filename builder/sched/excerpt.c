/* The part of a log that says why a command failed. */
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/utf8.h"
#include "base/vec.h"
#include "sched/internal.h"
#include "sys/read.h"

enum {
    READ_LIMIT = 4 << 20,
    LINES_SHOWN = 15,
    LINES_OF_END = 5, /* of those: the end of the log, where make says what it gave up */
    LINES_BEFORE = 1, /* "In function ‘f’:" */
    LINES_AFTER = 3,  /* the source line, the caret, a hint */
    LINE_BYTES = 400,
};

/* In lower case. The linker, CMake, Meson, ninja, the shell, Python and compilers each have their way. */
static const char *const tells[] = {"error:", "cmake error", "undefined reference", "undefined symbol",
    "cannot find -l", "failed:", ": not found", "no such file or directory"};

static bool tells_of_error(struct slice line)
{
    char lower[LINE_BYTES + 1];
    size_t len = line.len < LINE_BYTES ? line.len : LINE_BYTES;
    for (size_t i = 0; i < len; i++) {
        char c = line.ptr[i];
        lower[i] = (char)(c >= 'A' && c <= 'Z' ? c | 32 : c);
    }
    for (size_t i = 0; i < COUNT(tells); i++)
        if (memmem(lower, len, tells[i], strlen(tells[i])))
            return true;
    return false;
}

/* Past an escape sequence (ECMA-48 5.4): ESC [ parameters final. */
static size_t escape_size(const unsigned char *s, size_t len)
{
    size_t i = 1;
    if (i >= len || s[i] != '[')
        return i;
    for (i++; i < len && (s[i] < 0x40 || s[i] > 0x7e); i++)
        ;
    return i < len ? i + 1 : len;
}

static void add_line(struct strbuf *out, struct slice line)
{
    const char *s = line.ptr;
    size_t left = line.len, start = out->len;
    strbuf_adds(out, "\n  ");
    while (left) {
        if (out->len - start > LINE_BYTES) {
            strbuf_adds(out, " ...");
            return;
        }
        size_t size = *s == 0x1b ? escape_size((const unsigned char *)s, left) : utf8_length(s, left);
        if (!size)
            strbuf_addc(out, '?');
        else if (*s == '\t' || !utf8_harmful(s, left))
            strbuf_add(out, s, size);
        size = size ? size : 1;
        s += size;
        left -= size;
    }
}

/* Marks the lines to show; both arrays have len elements. */
static void choose(const struct slice *lines, bool *shown, size_t len)
{
    size_t tail = len > LINES_OF_END ? len - LINES_OF_END : 0, left = LINES_SHOWN - LINES_OF_END;
    for (size_t i = 0; i < tail && left; i++) {
        if (!tells_of_error(lines[i]))
            continue;
        for (size_t k = i < LINES_BEFORE ? 0 : i - LINES_BEFORE; k <= i + LINES_AFTER && k < tail && left;
             k++) {
            left -= !shown[k];
            shown[k] = true;
        }
    }
    /* What the errors did not use, the end gets. */
    left += LINES_OF_END;
    for (size_t i = len; i > 0 && left; i--) {
        left -= !shown[i - 1];
        shown[i - 1] = true;
    }
}

void log_excerpt(struct strbuf *out, const char *path, int64_t from)
{
    AUTO(err) struct err ignored = ERR_INIT; /* the failure is told without it */
    struct stat st;
    AUTO_CLOSE int fd = file_open_regular(path, &st, &ignored);
    if (fd < 0 || st.st_size <= from)
        return;
    if (st.st_size - from > READ_LIMIT)
        from = st.st_size - READ_LIMIT;
    AUTO_FREE char *text = xmalloc((size_t)(st.st_size - from));
    ssize_t size = file_take(fd, text, (size_t)(st.st_size - from), from, path, &ignored);
    if (size <= 0)
        return;
    VEC(struct slice) lines = {0};
    struct slice rest = {text, (size_t)size};
    while (rest.ptr) {
        struct slice line = slice_cut(&rest, '\n');
        if (slice_trim(line).len)
            vec_push(&lines, line);
    }
    if (lines.len) {
        AUTO_FREE bool *shown = xcalloc(lines.len, sizeof *shown);
        choose(lines.items, shown, lines.len);
        bool gap = false;
        for (size_t i = 0; i < lines.len; i++) {
            if (shown[i] && gap)
                strbuf_adds(out, "\n  ...");
            if (shown[i])
                add_line(out, lines.items[i]);
            gap = !shown[i];
        }
    }
    vec_release(&lines);
}
