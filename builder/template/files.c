/* Where templates are, and whole files of them. */
#include "base/cleanup.h"
#include "sys/dirs.h"
#include "sys/fs.h"
#include "sys/path.h"
#include "template/template.h"

enum { TEMPLATE_BYTES_MAX = 1 << 20 };

char *template_path(const char *name, struct err *e)
{
    AUTO_FREE char *templates = dirs_data("templates");
    if (templates)
        return path_join(templates, name);
    err_set(e, ERR_MISSING,
        "the folder templates/ is not where the program was installed: install the program with its data, or "
        "set "
        "STATICBUILD_DATA to the folder that has it");
    return NULL;
}

int template_add(struct strbuf *out, const char *path, const struct map *values, struct err *e)
{
    AUTO(strbuf) struct strbuf text = {0};
    if (file_read(&text, path, TEMPLATE_BYTES_MAX, e) < 0)
        return -1;
    struct slice whole = {strbuf_str(&text), text.len};
    return template_fill(out, path, whole, values, TEMPLATE_PLAIN, e);
}
