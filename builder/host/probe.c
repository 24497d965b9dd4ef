/* Asks a program for its version. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "host/probe.h"
#include "sched/ask.h"
#include "sys/environment.h"

enum { PROBE_MS = 10000, PROBE_BYTES = 65536 };

/* The number at text, with its dots; a letter or a suffix behind ("1.1.1w", "2.72d", "1.0.0-rc2") belongs to
 * it. */
static struct slice number_at(const char *text)
{
    size_t len = strspn(text, "0123456789.");
    while (len && text[len - 1] == '.')
        len--;
    if (isalpha((unsigned char)text[len]) && !isalpha((unsigned char)text[len + 1]))
        len++;
    return (struct slice){text, len};
}

static bool begins_number(const char *text, const char *p)
{
    if (!isdigit((unsigned char)*p))
        return false;
    if (p == text)
        return true;
    unsigned char before = (unsigned char)p[-1];
    if (before == 'v')
        return p - text == 1 || !isalnum((unsigned char)p[-2]);
    return !isalnum(before) && before != '_' && before != '-' && before != '.';
}

struct slice version_in(const char *text)
{
    struct slice whole = {text, 0};
    for (const char *p = text; *p;) {
        if (!begins_number(text, p)) {
            p++;
            continue;
        }
        struct slice number = number_at(p);
        if (memchr(number.ptr, '.', number.len))
            return number;
        if (!whole.len)
            whole = number;
        p += number.len;
    }
    return whole;
}

char *tool_version(const char *path, const struct tool_entry *entry, const struct fact_memory *memory)
{
    char *known = fact_get(memory, "tool-1", path);
    if (known)
        return known;
    AUTO(strvec) struct strvec argv = {0};
    strvec_push(&argv, path);
    for (size_t i = 0; entry && i < COUNT(entry->probe) && entry->probe[i]; i++)
        if (*entry->probe[i])
            strvec_push(&argv, entry->probe[i]);
    if (!entry || !entry->probe[0])
        strvec_push(&argv, "--version");
    AUTO(strvec) struct strvec env = {0};
    environment_clean(&env, HOST_SYSTEM_PATH, LOCALE_C, NULL, NULL);
    struct process_spec spec = {.argv = argv.items,
        .env = env.items,
        .dir = "/",
        .input = entry ? entry->input : NULL,
        .in = -1,
        .out = -1,
        .err = -1};
    AUTO(strbuf) struct strbuf out = {0};
    AUTO(err) struct err ignored = ERR_INIT; /* a tool that does not say has no version */
    struct process_end end = {0};
    if (process_run(&spec, &out, PROBE_BYTES, PROBE_MS, &end, &ignored) < 0 || end.status != 0)
        return xstrdup("");
    struct slice version = version_in(strbuf_str(&out));
    char *text = xstrndup(version.ptr, version.len);
    fact_set(memory, "tool-1", path, text);
    return text;
}
