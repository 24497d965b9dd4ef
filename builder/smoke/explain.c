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

static const char *tail(struct arena *a, const char *path)
{
    enum { TAIL = 8192 };
    struct err ignored = ERR_INIT;
    struct mapping m = {0};
    const char *text = "";
    if (path_may_be_file(path) && mapping_open(&m, path, &ignored) == 0) {
        size_t len = m.size < TAIL ? m.size : TAIL;
        text = arena_strndup(a, (const char *)m.bytes + (m.size - len), len);
    }
    mapping_release(&m);
    err_release(&ignored);
    return text;
}

enum smoke_outcome smoke_read(struct arena *a, const char *result, const char *log, const char **why)
{
    enum { NOT_RUN_STATUS = 77 };
    const char *text = tail(a, result);
    const char *printed = tail(a, log);
    const char *said = last_line(a, printed);
    int number = atoi(text + strcspn(text, " "));
    *why = NULL;
    if (str_starts(text, "status") && number == 0)
        return SMOKE_PASSED;
    if (str_starts(text, "status") && number == NOT_RUN_STATUS) {
        *why = *said ? said : "the test asked not to be run";
        return SMOKE_NOT_RUN;
    }
    if (str_starts(text, "status")) {
        const char *plain = smoke_explain(a, printed);
        *why = plain   ? arena_strf(a, "%s\n%s", plain, said)
               : *said ? said
                       : arena_strf(a, "status %d", number);
        return SMOKE_FAILED;
    }
    if (str_starts(text, "signal")) {
        *why = arena_strf(a, "the interpreter was ended by signal %d (%s)", number, strsignal(number));
        return SMOKE_FAILED;
    }
    if (str_starts(text, "late")) {
        *why = arena_strf(a, "not finished after %d seconds", number);
        return SMOKE_FAILED;
    }
    *why =
        str_starts(text, "unable ") ? last_line(a, text + strlen("unable ")) : "nothing is known of the try";
    return SMOKE_NOT_RUN;
}
