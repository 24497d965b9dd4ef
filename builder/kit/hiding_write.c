/* Writes overlays: headers that stand before the machine's own, and turn names away while those are read. A
 * function-like macro leaves tags, members and parameters alone; what was defined of that name before is so
 * again afterwards. Read once more, a header is only passed on: what it says then it has said (its own
 * guard), and a name that the user poisoned meanwhile is not touched. */
#include <ctype.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "sys/fs.h"
#include "sys/path.h"
#include "kit/hiding.h"
#include "kit/offered.h"

static void add_guard(struct strbuf *out, const char *file)
{
    strbuf_adds(out, "__target_overlay_");
    for (; *file; file++)
        strbuf_addc(out, isalnum((unsigned char)*file) ? *file : '_');
}

/* Flags that a function of the target has no use for: it refuses them, where a project would do without them.
 * All of these headers have names to hide as well. */
static const struct {
    const char *header, *macro;
    int since; /* glibc 2.N */
} flags[] = {{"spawn.h", "POSIX_SPAWN_SETSID", 26}, {"spawn.h", "POSIX_SPAWN_SETCGROUP", 39}};

static void withdraw_flags(struct strbuf *out, const struct hiding *h, const char *header)
{
    for (size_t i = 0; i < COUNT(flags); i++)
        if (strcmp(flags[i].header, header) == 0 && flags[i].since > h->request->target->minor)
            strbuf_addf(out, "#undef %s\n", flags[i].macro);
}

enum part { BEGINNING, MIDDLE, END };

static void add_name(struct strbuf *out, const struct hidden *n, enum part part)
{
    if (part == END) {
        strbuf_addf(out, "#pragma pop_macro(\"%s\")\n", n->name);
    } else if (part == MIDDLE) {
        strbuf_addf(out, "#undef %s\n", n->name);
    } else {
        strbuf_addf(out, "#pragma push_macro(\"%s\")\n#undef %s\n", n->name, n->name);
        strbuf_addf(out,
            n->is_written ? "#define %s __target_lacks_%s\n"
                          : "#define %s(...) __target_lacks_%s(__VA_ARGS__)\n",
            n->name, n->name);
    }
}

/* What is to be done with the names of a header; those that libstdc++ uses are left alone there, but for what
 * is declared anew. */
static void add_names(
    struct strbuf *out, const struct hiding *h, const char *header, enum part part, bool in_cxx)
{
    vec_each (&h->names, n) {
        bool offered = is_offered(h, n->name, NULL);
        if (strcmp(n->file, header) != 0 || (part == MIDDLE && !offered))
            continue;
        bool only_c = n->in_c_only && !offered;
        if (only_c && in_cxx)
            continue;
        if (only_c)
            strbuf_adds(out, "#ifndef __cplusplus\n");
        add_name(out, n, part);
        if (only_c)
            strbuf_adds(out, "#endif\n");
    }
}

/* headers are those whose names are hidden while file is read: itself, or what it passes to. */
static int write_overlay(const struct hiding *h, const char *file, const char *const *headers, size_t count,
    bool in_cxx, struct err *e)
{
    AUTO(strbuf) struct strbuf out = {0};
    AUTO(strbuf) struct strbuf guard = {0};
    AUTO_FREE char *path = path_join(h->include_dir, file);
    AUTO_FREE char *folder = path_dir(path);
    add_guard(&guard, file);
    strbuf_addf(&out, "/* What glibc 2.%d lacks is not declared. */\n", h->request->target->minor);
    strbuf_addf(&out, "#ifdef %s\n#include_next <%s>\n#else\n#define %s\n", strbuf_str(&guard), file,
        strbuf_str(&guard));
    for (size_t i = 0; i < count; i++)
        add_names(&out, h, headers[i], BEGINNING, in_cxx);
    strbuf_addf(&out, "#include_next <%s>\n", file);
    for (size_t i = 0; i < count; i++) {
        add_names(&out, h, headers[i], MIDDLE, in_cxx);
        offered_add(&out, h, headers[i]);
        withdraw_flags(&out, h, headers[i]);
    }
    for (size_t i = 0; i < count; i++)
        add_names(&out, h, headers[i], END, in_cxx);
    strbuf_adds(&out, "#endif\n");
    if (folder_make(folder, e) < 0)
        return -1;
    return file_write(path, out.ptr, out.len, 0644, e);
}

int hiding_write(const struct hiding *h, struct err *e)
{
    const char *last = "";
    vec_each (&h->names, n) {
        if (strcmp(last, n->file) != 0 && write_overlay(h, n->file, &n->file, 1, false, e) < 0)
            return -1;
        last = n->file;
    }
    AUTO(strvec) struct strvec headers = {0};
    for (size_t i = 0; i < h->passes.len; i++) {
        const struct passing *p = &h->passes.items[i];
        strvec_push(&headers, p->to);
        bool is_last = i + 1 == h->passes.len || strcmp(p[1].file, p->file) != 0;
        if (!is_last)
            continue;
        if (write_overlay(h, p->file, (const char *const *)headers.items, headers.len, true, e) < 0)
            return -1;
        strvec_clear(&headers);
    }
    return 0;
}
