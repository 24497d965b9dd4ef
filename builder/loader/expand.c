/* $ORIGIN, $LIB and $PLATFORM in search paths. */
#include <limits.h>
#include <string.h>

#include "loader/internal.h"

static bool is_word(char ch)
{
    return (ch >= 'a' && ch <= 'z') || (ch >= 'A' && ch <= 'Z') || (ch >= '0' && ch <= '9') || ch == '_';
}

/* The length of "$WORD" or "${WORD}" at p, or 0. To glibc, unlike musl, $WORDS is another word. */
static size_t token(struct slice text, const char *word, bool musl)
{
    size_t len = strlen(word);
    bool curly = text.len > 1 && text.ptr[1] == '{';
    size_t from = curly ? 2 : 1;
    if (text.len < from + len || memcmp(text.ptr + from, word, len) != 0)
        return 0;
    if (!curly)
        return !musl && text.len > from + len && is_word(text.ptr[from + len]) ? 0 : from + len;
    return text.len > from + len && text.ptr[from + len] == '}' ? from + len + 1 : 0;
}

char *loader_expand(const struct loader_abi *abi, const char *origin, struct slice text)
{
    const struct {
        const char *word, *value;
    } tokens[] = {
        {"ORIGIN", origin},
        {"LIB", abi->lib},
        {"PLATFORM", abi->libc == LIBC_MUSL ? NULL : abi->platform},
    };
    struct strbuf out = {0};
    while (text.len) {
        size_t used = 0;
        for (size_t i = 0; *text.ptr == '$' && !used && i < COUNT(tokens); i++) {
            used = token(text, tokens[i].word, abi->libc == LIBC_MUSL);
            if (used && !tokens[i].value)
                goto unknown;
            if (used)
                strbuf_adds(&out, tokens[i].value);
        }
        if (!used) {
            strbuf_addc(&out, *text.ptr);
            used = 1;
        }
        if (out.len >= PATH_MAX)
            goto unknown;
        text.ptr += used;
        text.len -= used;
    }
    return strbuf_steal(&out);
unknown:
    strbuf_release(&out);
    return NULL;
}
