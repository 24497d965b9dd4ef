/* The grammar of entry points in metadata. */
#include <ctype.h>
#include <string.h>

#include "base/str.h"
#include "python/pyproject.h"

/* Dotted identifiers; bytes above ASCII are letters of some script. */
static bool is_dotted(struct slice s)
{
    bool start = true;
    for (size_t i = 0; i < s.len; i++) {
        unsigned char c = (unsigned char)s.ptr[i];
        if (c == '.' ? start : !(isalpha(c) || c == '_' || c >= 0x80 || (!start && isdigit(c))))
            return false;
        start = c == '.';
    }
    return !start;
}

bool entry_point_is_valid(const struct entry_point *ep)
{
    struct slice value = slice_of(ep->value), object = value;
    const char *extras = strchr(ep->value, '[');
    if (extras) {
        if (!str_ends(ep->value, "]"))
            return false;
        value.len = object.len = (size_t)(extras - ep->value);
    }
    struct slice module = slice_trim(slice_cut(&object, ':'));
    if (!is_dotted(module) || (object.ptr && !is_dotted(slice_trim(object))))
        return false;
    for (const char *p = ep->group; *p; p++)
        if (!isalnum((unsigned char)*p) && !strchr("._-", *p))
            return false;
    for (const char *p = ep->name; *p; p++)
        if ((unsigned char)*p < ' ' || *p == '=')
            return false;
    return *ep->group && *ep->name && *ep->name != '[' && strpbrk(ep->value, "\r\n") == NULL;
}
