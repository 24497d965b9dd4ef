/* The names a module goes by. */
#include <stdint.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/vec.h"
#include "link/internal.h"
#include "sys/path.h"

/* One code point of UTF-8; bytes that are none count as U+FFFD. */
static uint32_t next_code_point(const unsigned char **p)
{
    const unsigned char *s = *p;
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    unsigned len = s[0] < 0x80   ? 1
                   : s[0] < 0xC2 ? 0
                   : s[0] < 0xE0 ? 2
                   : s[0] < 0xF0 ? 3
                   : s[0] < 0xF5 ? 4
                                 : 0;
    *p = s + 1;
    if (len < 2)
        return len ? s[0] : 0xFFFD;
    uint32_t c = s[0] & (0xFFu >> (len + 1));
    for (unsigned i = 1; i < len; i++) {
        if ((s[i] & 0xC0) != 0x80)
            return 0xFFFD;
        c = c << 6 | (s[i] & 0x3F);
    }
    if (c < least[len] || c > 0x10FFFF || (c >= 0xD800 && c < 0xE000))
        return 0xFFFD;
    *p = s + len;
    return c;
}

/* RFC 3492 section 6.1, with the parameters of punycode. */
static uint32_t adapt(uint32_t delta, uint32_t points, bool first)
{
    delta = first ? delta / 700 : delta / 2;
    delta += delta / points;
    uint32_t k = 0;
    for (; delta > 35 * 26 / 2; k += 36)
        delta /= 35;
    return k + 36 * delta / (delta + 38);
}

static void add_number(struct strbuf *out, uint64_t q, uint32_t bias)
{
    for (uint32_t k = 36;; k += 36) {
        uint32_t t = k <= bias ? 1 : k >= bias + 26 ? 26 : k - bias;
        uint32_t digit = q < t ? (uint32_t)q : (uint32_t)(t + (q - t) % (36 - t));
        strbuf_addc(out, (char)(digit < 26 ? 'a' + digit : '0' + digit - 26));
        if (q < t)
            return;
        q = (q - t) / (36 - t);
    }
}

/* RFC 3492 section 6.3; '-' becomes '_', as PEP 489 has it. */
static void add_punycode(struct strbuf *out, const char *name)
{
    VEC(uint32_t) points = {0};
    for (const unsigned char *p = (const unsigned char *)name; *p;)
        vec_push(&points, next_code_point(&p));
    uint32_t basic = 0;
    for (size_t i = 0; i < points.len; i++)
        if (points.items[i] < 0x80) {
            strbuf_addc(out, points.items[i] == '-' ? '_' : (char)points.items[i]);
            basic++;
        }
    if (basic)
        strbuf_addc(out, '_');

    uint32_t n = 0x80, bias = 72, done = basic;
    uint64_t delta = 0;
    while (done < points.len) {
        uint32_t next = UINT32_MAX;
        for (size_t i = 0; i < points.len; i++)
            if (points.items[i] >= n && points.items[i] < next)
                next = points.items[i];
        delta += (uint64_t)(next - n) * (done + 1);
        n = next;
        for (size_t i = 0; i < points.len; i++) {
            if (points.items[i] < n)
                delta++;
            if (points.items[i] != n)
                continue;
            add_number(out, delta, bias);
            bias = adapt((uint32_t)delta, done + 1, done == basic);
            delta = 0;
            done++;
        }
        delta++;
        n++;
    }
    vec_release(&points);
}

/* What the entry point is called after: of "pkg.__init__", a package written in C, that is the package. The
 * caller frees it. */
static char *last_part(const char *dotted)
{
    AUTO_FREE char *name = xstrdup(dotted);
    if (str_ends(name, ".__init__"))
        name[strlen(name) - strlen(".__init__")] = '\0';
    const char *dot = strrchr(name, '.');
    return xstrdup(dot ? dot + 1 : name);
}

static void add_entry(struct strbuf *out, const char *stem, const char *name)
{
    bool ascii = true;
    for (const char *p = name; *p; p++)
        ascii = ascii && !((unsigned char)*p & 0x80);
    strbuf_adds(out, stem);
    strbuf_adds(out, ascii ? "_" : "U_");
    if (ascii)
        strbuf_adds(out, name);
    else
        add_punycode(out, name);
}

char *module_entry_point_of(const char *dotted, size_t i)
{
    static const char *const stems[MODULE_ENTRY_POINTS] = {"PyInit", "PyModExport"};
    struct strbuf b = {0};
    AUTO_FREE char *name = last_part(dotted);
    add_entry(&b, stems[i], name);
    return strbuf_steal(&b);
}

char *module_entry_point(const char *dotted)
{
    return module_entry_point_of(dotted, 0);
}

char *module_file_name(const char *dotted, const struct interpreter *python, const struct python_abi *stable)
{
    struct strbuf b = {0};
    for (const char *p = dotted; *p; p++)
        strbuf_addc(&b, *p == '.' ? '/' : *p);
    strbuf_adds(&b, stable->kind == PYTHON_ABI_VERSION ? python->ext_suffix : python_abi_suffix(stable));
    return strbuf_steal(&b);
}

char *module_version_symbols(const struct module_spec *module)
{
    struct strbuf b = {0};
    AUTO_FREE char *name = last_part(module->name);
    add_entry(&b, "PyInit", name);
    /* Written as a pattern, since lld refuses a plain name that is not defined. */
    strbuf_adds(&b, "; ");
    add_entry(&b, "PyModExport", name);
    char last = b.ptr[--b.len];
    strbuf_addf(&b, "[%c];", last);
    for (size_t i = 0; i < module->exports.len; i++)
        strbuf_addf(&b, " %s;", module->exports.items[i]);
    return strbuf_steal(&b);
}

bool source_is_assembler(const char *source)
{
    return str_ends(source, ".S") || str_ends(source, ".s");
}

bool module_std_fits(const struct module_spec *module)
{
    bool for_cxx = module->std && strstr(module->std, "++");
    for (size_t i = 0; module->std && i < module->sources.len; i++) {
        const char *s = module->sources.items[i];
        if (source_is_assembler(s))
            continue;
        if ((source_is_cython(s) ? module_cython_makes_cxx(module) : source_is_cxx(s)) == for_cxx)
            return true;
    }
    return !module->std;
}

char *cython_output(const struct module_spec *module, const char *source)
{
    const char *dot = strrchr(path_base(source), '.');
    int stem = (int)(dot ? dot - source : (long)strlen(source));
    return xstrf("%s/%.*s.%s", CYTHON_FOLDER, stem, source, module_cython_makes_cxx(module) ? "cpp" : "c");
}
