/* Names of wheels taken apart and put together, and sets of tags. */
#include "python/tags.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "python/pep440.h"
#include "python/pep508.h"

void wheel_name_release(struct wheel_name *n)
{
    free(n->name);
    free(n->version);
    free(n->build);
    free(n->variant);
    strvec_release(&n->python);
    strvec_release(&n->abi);
    strvec_release(&n->platform);
    *n = (struct wheel_name){0};
}

static char *replace_dash(char *text)
{
    for (char *p = text; *p; p++)
        if (*p == '-')
            *p = '_';
    return text;
}

char *wheel_name_escape(const char *distribution)
{
    return replace_dash(python_name_normalise(distribution));
}

char *wheel_version_escape(const char *version, struct err *e)
{
    struct pep440_version v;
    return pep440_parse(&v, version, e) < 0 ? NULL : replace_dash(pep440_format(&v));
}

void tag_set_add(struct strvec *set, const char *compressed)
{
    struct slice rest = slice_of(compressed);
    while (rest.ptr) {
        struct slice tag = slice_cut(&rest, '.');
        AUTO_FREE char *text = xstrndup(tag.ptr, tag.len);
        if (!strvec_has(set, text))
            strvec_push(set, text);
    }
    strvec_sort(set);
}

char *tag_set_format(const struct strvec *set)
{
    struct strbuf out = {0};
    strbuf_add_joined(&out, set, "", ".");
    return strbuf_steal(&out);
}

static bool tags_are_plain(struct slice tags)
{
    for (size_t i = 0; i < tags.len; i++)
        if (!isalnum((unsigned char)tags.ptr[i]) && tags.ptr[i] != '_' && tags.ptr[i] != '.')
            return false;
    return tags.len && tags.ptr[0] != '.' && tags.ptr[tags.len - 1] != '.' &&
           !memmem(tags.ptr, tags.len, "..", 2);
}

/* "cp312", "py2.py3": letters and a digit. */
static bool is_python_tag(struct slice tags)
{
    size_t letters = 0;
    while (letters < tags.len && isalpha((unsigned char)tags.ptr[letters]))
        letters++;
    return letters && letters < tags.len && isdigit((unsigned char)tags.ptr[letters]);
}

/* PEP 825: at most 16 of a-z, 0-9, dot and underscore. */
static bool is_variant(struct slice label)
{
    enum { MOST = 16 };
    for (size_t i = 0; i < label.len; i++)
        if (!islower((unsigned char)label.ptr[i]) && !isdigit((unsigned char)label.ptr[i]) &&
            label.ptr[i] != '.' && label.ptr[i] != '_')
            return false;
    return label.len && label.len <= MOST;
}

int wheel_name_parse(struct wheel_name *n, const char *path, struct err *e)
{
    enum { LEAST = 5, MOST = 7 };
    *n = (struct wheel_name){0};
    const char *slash = strrchr(path, '/'), *base = slash ? slash + 1 : path;
    if (!str_ends(base, ".whl"))
        return err_set(e, ERR_PACKAGE, "%s: a wheel's name ends in .whl", path);
    struct slice rest = {base, strlen(base) - 4}, parts[MOST], none = {"", 0};
    size_t len = 0;
    while (rest.ptr && len < MOST)
        parts[len++] = slice_cut(&rest, '-');
    /* Behind the version may stand a build tag, and behind the platform a variant's label. */
    bool labelled = len == MOST || (len == LEAST + 1 && is_python_tag(parts[2]));
    bool numbered = len > (labelled ? LEAST + 1 : LEAST);
    const struct slice *tags = &parts[numbered ? 3 : 2];
    if (rest.ptr || len < LEAST || (len == MOST && !is_python_tag(tags[0])))
        return err_set(e, ERR_PACKAGE,
            "%s: a wheel is named name-version[-build]-python-abi-platform[-variant].whl", path);
    struct slice build = numbered ? parts[2] : none, variant = labelled ? parts[len - 1] : none;
    const char *wrong = NULL;
    if (!python_name_is_valid(parts[0]))
        wrong = "the name";
    else if (!parts[1].len)
        wrong = "the version";
    else if (numbered && (!build.len || !isdigit((unsigned char)build.ptr[0])))
        wrong = "the build tag, which starts with a digit,";
    else if (!tags_are_plain(tags[0]) || !tags_are_plain(tags[1]) || !tags_are_plain(tags[2]))
        wrong = "a tag";
    else if (labelled && !is_variant(variant))
        wrong = "the variant's label (PEP 825)";
    if (wrong)
        return err_set(e, ERR_PACKAGE, "%s: %s in the wheel's file name is malformed", path, wrong);
    n->name = xstrndup(parts[0].ptr, parts[0].len);
    n->version = xstrndup(parts[1].ptr, parts[1].len);
    n->build = xstrndup(build.ptr, build.len);
    n->variant = xstrndup(variant.ptr, variant.len);
    struct strvec *const sets[] = {&n->python, &n->abi, &n->platform};
    for (size_t i = 0; i < 3; i++) {
        AUTO_FREE char *set = xstrndup(tags[i].ptr, tags[i].len);
        tag_set_add(sets[i], set);
    }
    return 0;
}

char *wheel_name_format(const struct wheel_name *n)
{
    AUTO_FREE char *python = tag_set_format(&n->python);
    AUTO_FREE char *abi = tag_set_format(&n->abi);
    AUTO_FREE char *platform = tag_set_format(&n->platform);
    bool build = n->build && *n->build, variant = n->variant && *n->variant;
    return xstrf("%s-%s%s%s-%s-%s-%s%s%s.whl", n->name, n->version, build ? "-" : "", build ? n->build : "",
        python, abi, platform, variant ? "-" : "", variant ? n->variant : "");
}

void wheel_name_expand(const struct wheel_name *n, struct strvec *out)
{
    for (size_t i = 0; i < n->python.len; i++)
        for (size_t j = 0; j < n->abi.len; j++)
            for (size_t k = 0; k < n->platform.len; k++)
                strvec_pushf(out, "%s-%s-%s", n->python.items[i], n->abi.items[j], n->platform.items[k]);
    strvec_sort(out);
}

char *tag_python(int major, int minor)
{
    return xstrf("cp%d%d", major, minor);
}
