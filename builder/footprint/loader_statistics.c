/* Reads what glibc's loader prints of itself (LD_DEBUG=statistics). */
#include "footprint/loader_statistics.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "sys/fs.h"

enum { FILE_MOST = 1 << 20 };

/* The number behind the words, of the last line that has them. */
static bool take(struct slice text, const char *words, uint64_t *value)
{
    bool found = false;
    while (text.ptr) {
        struct slice line = slice_cut(&text, '\n');
        const char *at = memmem(line.ptr, line.len, words, strlen(words));
        if (!at)
            continue;
        at += strlen(words);
        AUTO_FREE char *rest = xstrndup(at, (size_t)(line.ptr + line.len - at));
        char *end;
        uint64_t number = strtoull(rest, &end, 10);
        if (end != rest) {
            *value = number;
            found = true;
        }
    }
    return found;
}

/* "final number of relocations" is told when the program ends; one counts for each look-up. */
bool loader_statistics_parse(struct loader_statistics *s, struct slice text)
{
    *s = (struct loader_statistics){0};
    return take(text, "total startup time in dynamic loader:", &s->startup_cycles) &&
           take(text, "final number of relocations:", &s->lookups);
}

bool loader_statistics_read(struct loader_statistics *s, const char *path)
{
    AUTO(strbuf) struct strbuf text = {0};
    AUTO(err) struct err ignored = ERR_INIT;
    return path_may_be_file(path) && file_read(&text, path, FILE_MOST, &ignored) == 0 &&
           loader_statistics_parse(s, (struct slice){strbuf_str(&text), text.len});
}
