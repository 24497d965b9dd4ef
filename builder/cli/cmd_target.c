/* What can be built for on this machine, and why the rest cannot. */
#include <string.h>
#include <sys/utsname.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/vec.h"
#include "cli/commands.h"
#include "cli/flags.h"
#include "json/json.h"
#include "recipe/mistakes.h"
#include "store/store.h"
#include "kit/kit.h"
#include "ui/text/layout.h"

/* What this program itself was built with runs here. */
static enum libc_kind libc_here(void)
{
#ifdef __GLIBC__
    return LIBC_GLIBC;
#else
    return LIBC_MUSL;
#endif
}

struct target_row {
    struct target target;
    bool is_default, available;
    const char *why;            /* not available: in the arena */
    struct toolchain toolchain; /* available */
};

struct target_list {
    struct arena arena;
    struct store store;
    struct fact_memory memory;
    const char *machine;
    struct target by_default;
    VEC(struct target_row) rows;
};

static void target_list_release(struct target_list *s)
{
    vec_each (&s->rows, r)
        toolchain_release(&r->toolchain);
    vec_release(&s->rows);
    store_release(&s->store);
    arena_release(&s->arena);
}

static bool same_target(const struct target *a, const struct target *b)
{
    return a->native == b->native && (a->native || platform_compare(&a->platform, &b->platform) == 0);
}

static void add(struct target_list *s, const struct target *target)
{
    struct target_row *r = vec_add(&s->rows);
    struct err why = ERR_INIT;
    r->target = *target;
    r->is_default = same_target(target, &s->by_default);
    r->available = toolchain_open(&r->toolchain, &s->arena, target, &s->memory, &why) == 0 &&
                   kit_ask(&r->toolchain, &s->arena, &s->memory, &why) == 0;
    if (!r->available)
        r->why = arena_strdup(&s->arena, why.text);
    err_release(&why);
}

static void add_policies(struct target_list *s, enum libc_kind libc, const struct arch *arch)
{
    struct target t = {0};
    for (size_t i = 0; platform_at(&t.platform, libc, arch, i); i++)
        if (target_is_possible(&t.platform))
            add(s, &t);
}

enum { ARCHES_MAX = 16 };

/* This machine's architecture, and those that a kit can be made for. */
static void add_all(struct target_list *s)
{
    const struct arch *here = arch_find(s->machine);
    const struct arch *arches[ARCHES_MAX] = {here};
    size_t len = here ? 1 : 0;
    const char *crossed;
    for (size_t i = 0; (crossed = platform_homes_arch_at(i)) && len < ARCHES_MAX; i++)
        if (!here || strcmp(here->name, crossed) != 0)
            arches[len++] = arch_find(crossed);
    struct target native;
    struct err ignored = ERR_INIT;
    target_choose(&native, "native", s->machine, &ignored);
    add(s, &native);
    for (size_t i = 0; i < len; i++) {
        add_policies(s, LIBC_GLIBC, arches[i]);
        add_policies(s, LIBC_MUSL, arches[i]);
    }
}

/* No interpreter that is installed here can load what is made. */
static bool needs_root(const struct target_row *r)
{
    bool musl = r->target.platform.libc == LIBC_MUSL;
    return r->toolchain.cross || (musl && libc_here() != LIBC_MUSL);
}

static void put_json(struct strbuf *out, struct target_list *s)
{
    AUTO_JSON struct json *document = json_new_object();
    json_set_text(document, "format", "staticbuild-target-1");
    json_set_text(document, "program", "staticbuild " STATICBUILD_VERSION);
    struct json *list = json_set_array(document, "targets");
    vec_each (&s->rows, r) {
        const struct toolchain *t = &r->toolchain;
        struct json *object = json_add_object(list);
        json_set_text(object, "name", target_name(&r->target));
        json_set_text(object, "alias", r->target.platform.alias[0] ? r->target.platform.alias : NULL);
        json_set_bool(object, "default", r->is_default);
        json_set_bool(object, "available", r->available);
        json_set_text(object, "why", r->why);
        if (!r->available)
            continue;
        json_set_text(object, "compiler", t->version);
        json_set_text(object, "path", t->real_cc);
        json_set_text(object, "glibc", *t->glibc ? t->glibc : NULL);
        json_set_bool(object, "kit", toolchain_needs_kit(t));
        json_set_text(object, "unwinder", toolchain_unwinder_inside(t) ? "inside" : "platform");
        json_set_bool(object, "needs_python_root", needs_root(r));
        struct json *flags = json_set_array(object, "cflags");
        for (size_t i = 0; i < t->cflags.len; i++)
            json_add_text(flags, t->cflags.items[i]);
    }
    json_write(document, JSON_INDENTED, out);
    strbuf_addc(out, '\n');
}

/* True when the row before says the same of the same libc and architecture. */
static bool repeats(const struct target_list *s, const struct target_row *r)
{
    if (r == s->rows.items || r->available || r[-1].available)
        return false;
    return r[-1].target.platform.libc == r->target.platform.libc &&
           r[-1].target.platform.arch == r->target.platform.arch;
}

static void put_list(struct strbuf *out, const struct target_list *s, struct style style)
{
    enum { COLUMN = 26 };
    size_t width = style.width > 100 ? 100 : style.width < 60 ? 60 : style.width;
    vec_each (&s->rows, r) {
        if (repeats(s, r))
            continue;
        AUTO(strbuf) struct strbuf note = {0};
        const char *name = target_name(&r->target);
        if (r->is_default)
            strbuf_adds(&note, "the default; ");
        if (r->available)
            strbuf_addf(
                &note, "%s%s", r->toolchain.version, needs_root(r) ? "; tried with --python-root" : "");
        else
            strbuf_addf(&note, "not%s here: %s",
                r + 1 < s->rows.items + s->rows.len && repeats(s, r + 1) ? ", nor a later one," : "", r->why);
        tone_add(out, style, r->available ? TONE_NAME : TONE_DIM, name);
        text_pad(out, text_columns(name) < COLUMN ? COLUMN - text_columns(name) : 2);
        text_wrap(out, strbuf_str(&note), COLUMN, COLUMN, width);
        strbuf_addc(out, '\n');
    }
}

static void field(struct strbuf *out, struct style style, const char *label, const char *text)
{
    enum { COLUMN = 12 };
    tone_add(out, style, TONE_DIM, label);
    text_pad(out, COLUMN - strlen(label));
    text_wrap(out, text, COLUMN, COLUMN, style.width < 60 ? 60 : style.width);
    strbuf_addc(out, '\n');
}

static void put_platform(struct strbuf *out, const struct platform *p, struct style style)
{
    AUTO(strbuf) struct strbuf text = {0};
    strbuf_addf(&text, "%s %d.%d and later, %s", p->libc == LIBC_MUSL ? "musl" : "glibc", p->major, p->minor,
        p->arch->name);
    field(out, style, "loads on", strbuf_str(&text));
    strbuf_clear(&text);
    platform_wheel_tag(p, &text);
    field(out, style, "wheel tag", strbuf_str(&text));
    strbuf_clear(&text);
    for (size_t i = 0; platform_library_at(p, i); i++)
        strbuf_addf(&text, "%s%s", i ? " " : "", platform_library_at(p, i));
    field(out, style, "promises", strbuf_str(&text));
}

static void put_show(struct strbuf *out, const struct target_row *r, struct style style)
{
    const struct toolchain *t = &r->toolchain;
    tone_add(out, style, TONE_BOLD, target_name(&r->target));
    strbuf_adds(out, r->is_default ? " (the default)\n" : "\n");
    if (r->target.native)
        field(out, style, "loads on", "whatever the audit proves of what this machine's compiler makes");
    else
        put_platform(out, &r->target.platform, style);
    if (!r->available) {
        field(out, style, "not here", r->why);
        return;
    }
    AUTO(strbuf) struct strbuf text = {0};
    strbuf_addf(&text, "%s (%s), %s%s", t->version, t->real_cc, *t->glibc ? "glibc " : "musl", t->glibc);
    field(out, style, "compiler", strbuf_str(&text));
    strbuf_clear(&text);
    if (*t->real_cxx)
        strbuf_addf(&text, "%s%s", t->real_cxx, *t->libstdcxx ? "" : ", without a static libstdc++");
    field(out, style, "c++", *t->real_cxx ? strbuf_str(&text) : "none");
    AUTO(strbuf) struct strbuf flags = {0};
    strbuf_add_joined(&flags, &t->cflags, "", " ");
    field(out, style, "flags", strbuf_str(&flags));
    field(out, style, "unwinder",
        toolchain_unwinder_inside(t) ? "inside of each C++ module: the platform promises no libgcc_s.so.1. "
                                       "Exceptions, and the end of a "
                                       "thread, must not pass frames of its C library"
                                     : "the platform's libgcc_s.so.1");
    if (needs_root(r))
        field(out, style, "python",
            "headers that a recipe has (--python 3.14), or one of another system, whose files --python-root "
            "names: that "
            "tries what is made");
    field(out, style, "links with",
        toolchain_needs_kit(t) ? "stubs of the target's C library, made when they are first needed"
                               : "the compiler's own C library");
}

static int show(
    struct target_list *s, const char *name, struct strbuf *out, enum output_format format, struct err *e)
{
    struct target target;
    if (target_choose(&target, name, s->machine, e) < 0)
        return -1;
    add(s, &target);
    if (format == FORMAT_JSON)
        put_json(out, s);
    else
        put_show(out, &s->rows.items[0], style_of(stdout));
    return 0;
}

static int list(struct target_list *s, struct strbuf *out, enum output_format format)
{
    add_all(s);
    if (format == FORMAT_JSON)
        put_json(out, s);
    else
        put_list(out, s, style_of(stdout));
    return 0;
}

static int run(struct invocation *inv, struct err *e)
{
    const char *verb = inv->arguments.items[0];
    size_t words = inv->arguments.len;
    bool is_list = strcmp(verb, "list") == 0 && words == 1;
    if (!is_list && (strcmp(verb, "show") != 0 || words != 2)) {
        AUTO(arena) struct arena arena = {0};
        struct guess guess = {.word = verb};
        guess_consider(&guess, "list");
        guess_consider(&guess, "show");
        bool is_verb = strcmp(verb, "list") == 0 || strcmp(verb, "show") == 0;
        return err_set(e, ERR_USAGE, "target %s: give `target list` or `target show TARGET`%s", verb,
            is_verb ? "" : guess_text(&arena, &guess));
    }
    struct utsname machine;
    uname(&machine);
    AUTO(target_list) struct target_list s = {.machine = machine.machine};
    AUTO(strbuf) struct strbuf out = {0};
    s.memory = store_memory(&s.store);
    if (store_open(&s.store, NULL, e) < 0 || target_choose(&s.by_default, NULL, s.machine, e) < 0 ||
        (is_list ? list(&s, &out, inv->format) : show(&s, inv->arguments.items[1], &out, inv->format, e)) < 0)
        return -1;
    return output_put(&out, e);
}

static const struct flag *const options[] = {
    &option_format,
    NULL,
};

const struct subcommand subcommand_target = {
    .name = "target",
    .summary = "say what can be built for",
    .arguments = "list | show TARGET",
    .least = 1,
    .most = 2,
    .about = "`target list` names the targets that --target takes, and says why one cannot be built for on "
             "this machine. `target show` says what one promises, and which compiler makes it.",
    .examples = {{"target list", "everything that --target takes"},
        {"target show manylinux_2_28", "which systems it is for, and what is used"}},
    .completes = COMPLETE_VERBS,
    .verbs = "list show",
    .options = options,
    .run = run,
};
