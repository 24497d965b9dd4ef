/* Reads the Cflags of a pkg-config file without pkg-config: variables, quotes and continued lines. */
#include "build/pc.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/map.h"
#include "sys/path.h"

enum { LONGEST_VALUE = 1 << 16 };

struct pc {
    struct map variables; /* name -> its value, owned */
    char *cflags;
};

static void pc_release(struct pc *p)
{
    for (size_t i = 0; i < p->variables.len; i++)
        free(p->variables.entries[i].value);
    map_release(&p->variables);
    free(p->cflags);
}

/* The next line without its comment, lines that end in a backslash joined. */
static void take_line(struct slice *rest, struct strbuf *line)
{
    strbuf_clear(line);
    for (bool more = true; more && rest->ptr;) {
        struct slice part = slice_cut(rest, '\n');
        const char *comment = part.len ? memchr(part.ptr, '#', part.len) : NULL;
        if (comment)
            part.len = (size_t)(comment - part.ptr);
        more = part.len && part.ptr[part.len - 1] == '\\';
        strbuf_add(line, part.ptr, part.len - more);
    }
}

/* "${name}" replaced by what it was set to before, nothing when it was not. */
static int expand(struct strbuf *out, const struct pc *p, struct slice value, struct err *e)
{
    for (size_t i = 0; i < value.len;) {
        const char *at = value.ptr + i, *end;
        if (value.len - i > 2 && at[0] == '$' && at[1] == '{' && (end = memchr(at, '}', value.len - i))) {
            const char *known = map_getn(&p->variables, at + 2, (size_t)(end - at - 2));
            strbuf_adds(out, known ? known : "");
            i = (size_t)(end + 1 - value.ptr);
        } else {
            strbuf_addc(out, *at);
            i++;
        }
        if (out->len > LONGEST_VALUE)
            return err_set(e, ERR_BUILD, "a variable is longer than %d bytes", LONGEST_VALUE);
    }
    return 0;
}

static int read_line(struct pc *p, struct slice line, struct err *e)
{
    AUTO(strbuf) struct strbuf value = {0};
    size_t n = 0;
    while (n < line.len && line.ptr[n] != '=' && line.ptr[n] != ':')
        n++;
    if (n == line.len)
        return 0;
    struct slice name = slice_trim((struct slice){line.ptr, n});
    if (expand(&value, p, slice_trim((struct slice){line.ptr + n + 1, line.len - n - 1}), e) < 0)
        return -1;
    if (line.ptr[n] == '=' && name.len) {
        free(map_setn(&p->variables, name.ptr, name.len, strbuf_steal(&value)));
    } else if (name.len == 6 && strncasecmp(name.ptr, "Cflags", 6) == 0) {
        free(p->cflags);
        p->cflags = strbuf_steal(&value);
    }
    return 0;
}

/* A word as a shell would part it: quotes and backslashes are taken away. */
static bool next_word(const char **text, struct strbuf *word)
{
    const char *p = *text + strspn(*text, " \t\r");
    strbuf_clear(word);
    if (!*p)
        return false;
    for (char quote = 0; *p && (quote || !strchr(" \t\r", *p)); p++) {
        if (*p == quote)
            quote = 0;
        else if (!quote && (*p == '"' || *p == '\''))
            quote = *p;
        else if (*p == '\\' && p[1] && quote != '\'')
            strbuf_addc(word, *++p);
        else
            strbuf_addc(word, *p);
    }
    *text = p;
    return true;
}

static void add_word(struct strvec *out, const char *option, const char *value)
{
    bool path = strcmp(option, "-I") == 0 || strcmp(option, "-isystem") == 0;
    AUTO_FREE char *clean = path && *value == '/' ? path_clean(value) : xstrdup(value);
    AUTO_FREE char *word = xstrf("%s%s", option, clean);
    if (*value && !strvec_has(out, word))
        strvec_push(out, word);
}

static void add_words(struct strvec *out, const char *cflags)
{
    static const char *const options[] = {"-isystem", "-I", "-D", "-U"};
    AUTO(strbuf) struct strbuf word = {0};
    while (next_word(&cflags, &word))
        for (size_t i = 0; i < COUNT(options); i++) {
            if (!str_starts(strbuf_str(&word), options[i]))
                continue;
            size_t at = strlen(options[i]);
            if (at == word.len) /* "-I folder" */
                at = next_word(&cflags, &word) ? 0 : word.len;
            add_word(out, options[i], strbuf_str(&word) + at);
            break;
        }
}

int pc_cflags(struct strvec *out, struct slice text, const char *folder, struct err *e)
{
    AUTO(pc) struct pc p = {0};
    AUTO(strbuf) struct strbuf line = {0};
    map_set(&p.variables, "pcfiledir", xstrdup(folder));
    while (text.ptr) {
        take_line(&text, &line);
        if (line.len && read_line(&p, (struct slice){line.ptr, line.len}, e) < 0)
            return -1;
    }
    if (p.cflags)
        add_words(out, p.cflags);
    return 0;
}
