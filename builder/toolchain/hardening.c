/* The flags that harden what is built: rows of hardening.def, and what the architecture's row says. A recipe
 * turns one off by its word; then the flag's opposite stands in its place, because some distributions build
 * compilers that have it on. */
#include "toolchain/hardening.h"

#include <stdlib.h>
#include <string.h>

struct range {
    int from, before; /* major releases; before 0: without end */
};

struct hardening_row {
    bool links;
    enum hardening id;
    struct range gcc, clang;
    const char *flag, *off;
};

static const struct hardening_row common[] = {
#define COMPILE(id, g, g_end, c, c_end, flag, off) {false, HARDENING_##id, {g, g_end}, {c, c_end}, flag, off},
#define LINK(id, g, g_end, c, c_end, flag, off) {true, HARDENING_##id, {g, g_end}, {c, c_end}, flag, off},
#include "toolchain/hardening.def"
#undef COMPILE
#undef LINK
};

enum { COMMON = COUNT(common), OF_ARCH = 2 + ARCH_FRAMES_MAX };

static struct hardening_row row_of_arch(enum hardening id, const struct arch_flag *f)
{
    return (struct hardening_row){false, id, {f->gcc, 0}, {f->clang, 0}, f->flag, f->off};
}

static void rows_of_arch(struct hardening_row rows[OF_ARCH], const struct arch *arch)
{
    rows[0] = row_of_arch(HARDENING_STACK_CLASH, &arch->probes);
    rows[1] = row_of_arch(HARDENING_CONTROL_FLOW, &arch->marks);
    for (size_t i = 0; i < ARCH_FRAMES_MAX; i++)
        rows[2 + i] = row_of_arch(HARDENING_FRAME_POINTERS, &arch->frames[i]);
}

/* "gcc 12.2.0" -> 12 */
static int major_of(const char *version)
{
    const char *blank = version ? strchr(version, ' ') : NULL;
    return blank ? atoi(blank + 1) : 0;
}

static void push(
    const struct toolchain *t, const struct hardening_row *rows, size_t len, bool links, struct strvec *out)
{
    int major = major_of(t->version);
    for (size_t i = 0; i < len; i++) {
        const struct range *known = t->is_clang ? &rows[i].clang : &rows[i].gcc;
        if (rows[i].flag && rows[i].links == links && major >= known->from &&
            (!known->before || major < known->before))
            strvec_push(out, rows[i].flag);
    }
}

void hardening_compile_flags(const struct toolchain *t, struct strvec *out)
{
    const struct arch *arch = t->arch ? arch_find(t->arch) : NULL;
    struct hardening_row rows[OF_ARCH];
    push(t, common, COMMON, false, out);
    if (!arch)
        return;
    rows_of_arch(rows, arch);
    push(t, rows, OF_ARCH, false, out);
}

void hardening_link_flags(const struct toolchain *t, struct strvec *out)
{
    push(t, common, COMMON, true, out);
}

static bool find_among(
    struct hardening_row *found, const struct hardening_row *rows, size_t len, const char *flag)
{
    for (size_t i = 0; i < len; i++)
        if (rows[i].flag && strcmp(rows[i].flag, flag) == 0) {
            *found = rows[i];
            return true;
        }
    return false;
}

static bool find_row(struct hardening_row *found, const char *flag)
{
    const struct arch *arch;
    struct hardening_row rows[OF_ARCH];
    if (find_among(found, common, COMMON, flag))
        return true;
    for (size_t i = 0; (arch = arch_at(i)); i++) {
        rows_of_arch(rows, arch);
        if (find_among(found, rows, OF_ARCH, flag))
            return true;
    }
    return false;
}

void hardening_flags_of(struct strvec *out, const struct strvec *flags, const struct recipe *r)
{
    bool turns_off = r && r->unhardened.len;
    for (size_t i = 0; i < flags->len; i++) {
        struct hardening_row row;
        if (!turns_off || !find_row(&row, flags->items[i]) || !recipe_unhardened(r, row.id))
            strvec_push(out, flags->items[i]);
        else if (row.off)
            strvec_push(out, row.off);
    }
}
