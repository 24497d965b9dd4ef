/* What texts of recipes must look like: names, versions, licences, hashes, paths. */
#include "arch/arch.h"
#include "recipe/texts.h"

#include <string.h>

#include "base/cleanup.h"
#include "hash/hash.h"
#include "python/abi/abi.h"
#include "recipe/location.h"
#include "recipe/mistakes.h"
#include "recipe/version.h"
#include "sys/path.h"

#define DIGITS "0123456789"
#define LOWER "abcdefghijklmnopqrstuvwxyz"
#define LETTERS LOWER "ABCDEFGHIJKLMNOPQRSTUVWXYZ"

static bool made_of(const char *text, const char *first, const char *others)
{
    return *text && strchr(first, *text) && text[strspn(text, others)] == '\0';
}

const char *check_recipe_name(struct arena *a, const char *text)
{
    (void)a;
    if (made_of(text, LETTERS DIGITS, LETTERS DIGITS "._+-"))
        return NULL;
    return "is not a name: letters, digits, \".\", \"_\", \"+\" and \"-\", beginning with a letter or a "
           "digit";
}

const char *check_feature_name(struct arena *a, const char *text)
{
    (void)a;
    if (made_of(text, LOWER DIGITS, LOWER DIGITS "_-"))
        return NULL;
    return "is not a name of a feature: lower-case letters, digits, \"_\" and \"-\"";
}

const char *check_version(struct arena *a, const char *text)
{
    (void)a;
    return version_is_valid(slice_of(text)) ? NULL : "is not a version, as in 4.3.4";
}

const char *check_target_name(struct arena *a, const char *text)
{
    struct guess guess = {.word = text};
    const struct arch *arch;
    for (size_t i = 0; (arch = arch_at(i)); i++) {
        const char *name = arena_strf(a, "linux-%s", arch->name);
        if (strcmp(text, name) == 0)
            return NULL;
        guess_consider(&guess, name);
    }
    return arena_strf(a, "is not a target, as in linux-%s%s", arch_at(0)->name, guess_text(a, &guess));
}

const char *check_homepage(struct arena *a, const char *text)
{
    (void)a;
    size_t scheme = str_starts(text, "https://") ? 8 : str_starts(text, "http://") ? 7 : 0;
    if (scheme && memchr(text + scheme, '@', strcspn(text + scheme, "/?#")))
        return "has a user in it, and would be published with every wheel";
    if (scheme && !strpbrk(text, " \t\r\n<>\""))
        return NULL;
    return "is not an address that begins with https://";
}

/* The next token of an SPDX expression: a parenthesis or an identifier. */
static struct slice license_token(const char **p)
{
    *p += strspn(*p, " ");
    size_t len = **p == '(' || **p == ')' ? 1 : strspn(*p, LETTERS DIGITS ".-+:");
    struct slice token = {*p, len};
    *p += len;
    return token;
}

/* SPDX 2.3 annex D: operands joined by AND, OR and WITH, in parentheses where wanted. */
const char *check_license(struct arena *a, const char *text)
{
    static const char not_one[] = "is not an SPDX license expression, as in \"MIT OR Apache-2.0\"";
    (void)a;
    bool operand_next = true;
    int open = 0;
    for (const char *p = text;;) {
        struct slice token = license_token(&p);
        if (token.len == 0)
            return *p || operand_next || open ? not_one : NULL;
        bool is_operator = slice_is(token, "AND") || slice_is(token, "OR") || slice_is(token, "WITH");
        if (slice_is(token, "(") || slice_is(token, ")")) {
            bool opens = *token.ptr == '(';
            open += opens ? 1 : -1;
            if (opens != operand_next || open < 0)
                return not_one;
        } else {
            if (is_operator == operand_next)
                return not_one;
            operand_next = is_operator;
        }
    }
}

const char *check_cpe(struct arena *a, const char *text)
{
    (void)a;
    const char *colon = strchr(text, ':');
    if (colon && colon > text && colon[1] && !strpbrk(colon + 1, ": ") && !strchr(text, ' '))
        return NULL;
    return "is not \"vendor:product\"";
}

const char *check_location(struct arena *a, const char *text)
{
    (void)a;
    if (strpbrk(text, " \t\r\n"))
        return "has white space in it";
    AUTO(location) struct location l = {0};
    AUTO(err) struct err ignored = ERR_INIT;
    if (location_parse(&l, text, &ignored) == 0 && location_names_file(&l))
        return NULL;
    return "is not a location: https://…/FILE, http://…/FILE, file:///…/FILE, debian:PACKAGE/FILE, "
           "pypi:NAME/FILE or crates:NAME/VERSION";
}

const char *check_sha256(struct arena *a, const char *text)
{
    (void)a;
    return digest_is_valid(text) ? NULL : "is not a SHA-256: 64 hexadecimal digits in lower case";
}

const char *check_fix(struct arena *a, const char *text)
{
    (void)a;
    if (!str_starts(text, "CVE-"))
        return *text ? NULL : "is empty";
    const char *p = text + strlen("CVE-");
    size_t year = strspn(p, DIGITS);
    size_t number = p[year] == '-' ? strspn(p + year + 1, DIGITS) : 0;
    return year == 4 && number >= 4 && p[year + 1 + number] == '\0' ? NULL : "is not a CVE-YEAR-NUMBER";
}

const char *check_inside(struct arena *a, const char *text)
{
    (void)a;
    if (path_stays_inside(text))
        return NULL;
    return *text ? "leaves its folder: write a relative path without \"..\"" : "is not a path";
}

const char *check_local_path(struct arena *a, const char *text)
{
    (void)a;
    return *text && *text != '/' ? NULL : "is not a path relative to the project";
}

const char *check_archive(struct arena *a, const char *text)
{
    return str_ends(text, ".a") ? check_inside(a, text) : "is not a static archive: its name ends in \".a\"";
}

const char *check_data_from(struct arena *a, const char *text)
{
    const char *colon = strchr(text, ':');
    return check_inside(a, colon ? colon + 1 : text);
}

const char *check_source_file(struct arena *a, const char *text)
{
    static const char *const endings[] = {".c", ".cc", ".cpp", ".cxx", ".S", ".s", ".pyx", ".py"};
    for (size_t i = 0; i < COUNT(endings); i++)
        if (str_ends(text, endings[i]))
            return check_inside(a, text);
    return "is not C, C++, assembler or Cython: .c .cc .cpp .cxx .S .s .pyx .py";
}

const char *check_filled(struct arena *a, const char *text)
{
    (void)a;
    return *text ? NULL : "is empty";
}

const char *check_option_name(struct arena *a, const char *text)
{
    (void)a;
    return made_of(text, LETTERS DIGITS "_-", LETTERS DIGITS "_.:+-") ? NULL : "is not a name of an option";
}

const char *check_variable_name(struct arena *a, const char *text)
{
    (void)a;
    return made_of(text, LETTERS "_", LETTERS DIGITS "_") ? NULL : "is not a name of a variable";
}

const char *check_library_name(struct arena *a, const char *text)
{
    (void)a;
    if (str_starts(text, "-l"))
        return "is a flag: leave the \"-l\" away";
    return made_of(text, LETTERS DIGITS "_", LETTERS DIGITS "_.+-") ? NULL : "is not a name of a library";
}

const char *check_symbol(struct arena *a, const char *text)
{
    (void)a;
    return made_of(text, LETTERS "_", LETTERS DIGITS "_$.") ? NULL : "is not a name of a symbol";
}

/* Bytes above 127 are letters here: module names may be in any script (PEP 489). */
const char *check_module_name(struct arena *a, const char *text)
{
    (void)a;
    bool start = true;
    for (const char *p = text; *p; p++) {
        bool letter = (unsigned char)*p > 127 || strchr(LETTERS "_", *p);
        if (*p == '.' ? start : !letter && (start || !strchr(DIGITS, *p)))
            return "is not a dotted module name";
        start = *p == '.';
    }
    return start ? "is not a dotted module name" : NULL;
}

const char *check_entry_point(struct arena *a, const char *text)
{
    const char *colon = strchr(text, ':');
    const char *problem = "is not \"module:function\"";
    if (check_module_name(a, colon ? arena_strndup(a, text, (size_t)(colon - text)) : text))
        return problem;
    return colon && check_module_name(a, colon + 1) ? problem : NULL;
}

const char *check_specifiers(struct arena *a, const char *text)
{
    static const char *const ops[] = {"===", "==", "!=", "<=", ">=", "~=", "<", ">"};
    (void)a;
    struct slice rest = slice_of(text);
    while (rest.ptr) {
        struct slice one = slice_trim(slice_cut(&rest, ','));
        size_t op = 0;
        for (size_t i = 0; i < COUNT(ops) && !op; i++)
            if (one.len > strlen(ops[i]) && memcmp(one.ptr, ops[i], strlen(ops[i])) == 0)
                op = strlen(ops[i]);
        struct slice version = slice_trim((struct slice){one.ptr + op, one.len - op});
        bool fine = op && version.len && strchr(DIGITS, version.ptr[0]);
        for (size_t i = 0; fine && i < version.len; i++)
            fine = strchr(LETTERS DIGITS ".+!*-_", version.ptr[i]) != NULL;
        if (!fine)
            return "is not a list of version specifiers, as in \">=3.8\"";
    }
    return NULL;
}

const char *check_python_minor(struct arena *a, const char *text)
{
    (void)a;
    struct python_abi abi;
    return python_abi_parse(&abi, slice_of(text)) && !abi.free_threaded
               ? NULL
               : "is not a version of Python, as in 3.12";
}

const char *check_abi3t(struct arena *a, const char *text)
{
    enum { FIRST_WITH_ABI3T = 15 };
    struct python_abi abi = {0};
    const char *wrong = check_python_minor(a, text);
    bool too_old = !wrong && python_abi_parse(&abi, slice_of(text)) && abi.minor < FIRST_WITH_ABI3T;
    return too_old ? "is a version without abi3t, which begins with 3.15 (PEP 803)" : wrong;
}
