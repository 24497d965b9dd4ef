/* A file of TOML that may not be there. */
#include "base/cleanup.h"
#include "base/str.h"
#include "sys/fs.h"
#include "toml/toml.h"

int toml_read_file(const struct toml_node **root, struct arena *a, const char *path, struct err *e)
{
    AUTO(strbuf) struct strbuf text = {0};
    int there = path_is_file(path, e);
    if (there <= 0)
        return there;
    if (file_read(&text, path, TOML_MAX_SIZE, e) < 0)
        return -1;
    *root = toml_parse(a, path, strbuf_str(&text), text.len, e);
    return *root ? 1 : -1;
}
