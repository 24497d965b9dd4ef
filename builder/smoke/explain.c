/* From how a try ended to words that help. */
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "smoke/smoke.h"
#include "sys/fs.h"

/* The text between two marks, or NULL. */
static const char *between(struct arena *a, const char *text, const char *before, const char *after)
{
    const char *at = strstr(text, before);
    if (!at)
        return NULL;
    at += strlen(before);
    const char *end = strpbrk(at, after);
    return arena_strndup(a, at, end ? (size_t)(end - at) : strlen(at));
}

/* The word that ends where mark begins: "libfoo.so.1" of "libfoo.so.1: cannot open". */
static const char *word_before(struct arena *a, const char *text, const char *mark)
{
    const char *end = strstr(text, mark);
    if (!end)
        return NULL;
    const char *begin = end;
    while (begin > text && !strchr(" \t\n'\"", begin[-1]))
        begin--;
    return arena_strndup(a, begin, (size_t)(end - begin));
}

const char *smoke_explain(struct arena *a, const char *text)
{
    const char *name;
    if ((name = between(a, text, "undefined symbol: ", " \n,")))
        return arena_strf(
            a, "the module needs the symbol %s, which neither Python nor a library it names has", name);
    if ((name = word_before(a, text, ": cannot open shared object file")))
        return arena_strf(a, "the module needs the shared library %s, which is not on this machine", name);
    if ((name = between(a, text, "version `", "'\n")))
        return arena_strf(a, "the module needs %s, which is newer than what this machine has", name);
    if ((name = between(a, text, "No module named '", "'\n")))
        return arena_strf(
            a, "the package imports %s, which is neither in the wheel nor in Python itself", name);
    if (strstr(text, "cannot allocate memory in static TLS block"))
        return "the module wants more static thread-local storage than the process has left";
    if (strstr(text, "dynamic module does not define module export function"))
        return "the module does not export its entry point: its name in the recipe is not the one in its "
               "source";
    if (strstr(text, "wrong ELF class") || strstr(text, "invalid ELF header"))
        return "the module is for another architecture";
    return NULL;
}

/* The last line that says something, without the traceback above it. */
static const char *last_line(struct arena *a, const char *text)
{
    size_t len = strlen(text);
    while (len && strchr(" \t\r\n", text[len - 1]))
        len--;
    size_t begin = len;
    while (begin && text[begin - 1] != '\n')
        begin--;
    return arena_strndup(a, text + begin, len - begin);
}

/* One frame of a traceback, or of faulthandler's: `  File "x.py", line 4, in f` and `... line 4 in f`. */
static bool read_frame(struct slice line, struct slice *file, struct slice *number, struct slice *function)
{
    static const char begin[] = "File \"", middle[] = "\", line ", ours[] = "/templates/python/import.py";
    line = slice_trim(line);
    if (line.len < strlen(begin) || memcmp(line.ptr, begin, strlen(begin)) != 0)
        return false;
    line = (struct slice){line.ptr + strlen(begin), line.len - strlen(begin)};
    const char *end = memmem(line.ptr, line.len, middle, strlen(middle));
    if (!end || end == line.ptr || *line.ptr == '<') /* <frozen runpy>, <string>: nobody's file */
        return false;
    *file = (struct slice){line.ptr, (size_t)(end - line.ptr)};
    if (file->len > strlen(ours) && memcmp(end - strlen(ours), ours, strlen(ours)) == 0)
        return false;
    const char *digits = end + strlen(middle), *stop = line.ptr + line.len, *p = digits;
    while (p < stop && *p >= '0' && *p <= '9')
        p++;
    *number = (struct slice){digits, (size_t)(p - digits)};
    const char *in = memmem(p, (size_t)(stop - p), "in ", 3);
    *function = in ? (struct slice){in + 3, (size_t)(stop - in - 3)} : (struct slice){"?", 1};
    return number->len > 0;
}

enum { FRAMES_SHOWN = 4 };

/* The innermost frames as "\n  file:line: in function: code", the outermost first. */
static const char *frames(struct arena *a, const char *text)
{
    const char *shown[FRAMES_SHOWN] = {0};
    size_t count = 0;
    bool innermost_first = strstr(text, "(most recent call first)") != NULL;
    struct slice rest = slice_of(text);
    while (rest.ptr) {
        struct slice file, number, function, after = rest, line = slice_cut(&after, '\n');
        rest = after;
        if (!read_frame(line, &file, &number, &function))
            continue;
        struct slice code = after.ptr ? slice_trim(slice_cut(&after, '\n')) : (struct slice){"", 0}, other,
                     unused;
        bool has_code = !innermost_first && code.len && !read_frame(code, &other, &unused, &unused);
        if (innermost_first && count == FRAMES_SHOWN)
            break;
        shown[count++ % FRAMES_SHOWN] = arena_strf(a, "\n  %.*s:%.*s: in %.*s%s%.*s", (int)file.len, file.ptr,
            (int)number.len, number.ptr, (int)function.len, function.ptr, has_code ? ": " : "",
            has_code ? (int)code.len : 0, code.ptr);
    }
    AUTO(strbuf) struct strbuf out = {0};
    size_t kept = count < FRAMES_SHOWN ? count : FRAMES_SHOWN;
    for (size_t i = 0; i < kept; i++)
        strbuf_adds(&out, shown[(count - kept + i) % FRAMES_SHOWN]);
    return arena_strdup(a, strbuf_str(&out));
}

/* The end of what it printed, which begins after so many bytes. */
static const char *tail(struct arena *a, const char *path, int64_t from)
{
    enum { TAIL = 8192 };
    struct err ignored = ERR_INIT;
    struct mapping m = {0};
    const char *text = "";
    if (path_may_be_file(path) && mapping_open(&m, path, &ignored) == 0 && (uint64_t)from < m.size) {
        size_t len = m.size - (size_t)from < TAIL ? m.size - (size_t)from : TAIL;
        text = arena_strndup(a, (const char *)m.bytes + (m.size - len), len);
    }
    mapping_release(&m);
    err_release(&ignored);
    return text;
}

enum smoke_outcome smoke_read(
    struct arena *a, const struct command_end *end, const char *log, const char **why)
{
    enum { NOT_RUN_STATUS = 77 };
    *why = NULL;
    if (!end->is_known || *end->unable) {
        *why = arena_strdup(a, end->is_known ? end->unable : "nothing is known of the try");
        return SMOKE_NOT_RUN;
    }
    const char *printed = tail(a, log, end->log_start);
    const char *said = last_line(a, printed);
    if (end->is_late) {
        *why = arena_strf(a, "not finished after %d seconds", SMOKE_SECONDS);
        return SMOKE_FAILED;
    }
    if (end->signal) {
        *why = arena_strf(a, "the interpreter was ended by signal %d (%s)%s", end->signal,
            strsignal(end->signal), frames(a, printed));
        return SMOKE_FAILED;
    }
    if (end->status == 0)
        return SMOKE_PASSED;
    if (end->status == NOT_RUN_STATUS) {
        *why = *said ? said : "the test asked not to be run";
        return SMOKE_NOT_RUN;
    }
    const char *plain = smoke_explain(a, printed);
    *why = plain   ? arena_strf(a, "%s\n%s", plain, said)
           : *said ? arena_strf(a, "%s%s", said, frames(a, printed))
                   : arena_strf(a, "status %d", end->status);
    return SMOKE_FAILED;
}
