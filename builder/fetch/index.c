/* Which package index pip is configured with here, and where on its pages a file is. */
#include "fetch/index.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "fetch/url.h"
#include "sched/ask.h"
#include "sys/dirs.h"
#include "sys/fs.h"
#include "sys/path.h"
#include "template/template.h"

enum { LARGEST_CONFIGURATION = 1 << 20, ANSWER_MS = 20000 };

const char index_accept[] = "application/vnd.pypi.simple.v1+json, "
                            "application/vnd.pypi.simple.v1+html;q=0.2, text/html;q=0.1";

/* One line of an INI file as Python's configparser reads it; *value is empty for a section. */
static bool split_setting(struct slice line, struct slice *key, struct slice *value)
{
    size_t n = 0;
    while (n < line.len && line.ptr[n] != '=' && line.ptr[n] != ':')
        n++;
    if (n == line.len)
        return false;
    *key = slice_trim((struct slice){line.ptr, n});
    *value = slice_trim((struct slice){line.ptr + n + 1, line.len - n - 1});
    return true;
}

static bool is_index_key(struct slice key)
{
    static const char name[] = "index-url";
    if (key.len != sizeof name - 1)
        return false;
    for (size_t i = 0; i < key.len; i++)
        if ((key.ptr[i] == '_' ? '-' : tolower((unsigned char)key.ptr[i])) != name[i])
            return false;
    return true;
}

/* [download] is more to the point than [global]. */
void index_read_settings(char **found, struct slice rest)
{
    static const char *const sections[] = {"[global]", "[install]", "[download]"};
    int best = -1, section = -1;
    while (rest.ptr) {
        struct slice line = slice_trim(slice_cut(&rest, '\n')), key, value;
        if (!line.len || line.ptr[0] == '#' || line.ptr[0] == ';')
            continue;
        if (line.ptr[0] == '[') {
            section = -1;
            for (int i = 0; i < 3; i++)
                if (slice_is(line, sections[i]))
                    section = i;
        } else if (section >= best && section >= 0 && split_setting(line, &key, &value) &&
                   is_index_key(key) && value.len && *value.ptr) {
            free(*found);
            *found = xstrndup(value.ptr, value.len);
            best = section;
        }
    }
}

static void read_configuration(char **found, const char *path)
{
    AUTO(strbuf) struct strbuf text = {0};
    AUTO(err) struct err ignored = ERR_INIT;
    if (path_may_be_file(path) && file_read(&text, path, LARGEST_CONFIGURATION, &ignored) == 0)
        index_read_settings(found, (struct slice){strbuf_str(&text), text.len});
}

static void read_below(char **found, const char *folder, const char *name)
{
    AUTO_FREE char *path = path_join(folder, name);
    read_configuration(found, path);
}

static const char *variable(const char *name)
{
    const char *value = getenv(name);
    return value && *value ? value : NULL;
}

char *index_configured(const char *system_folder)
{
    char *found = NULL;
    const char *own = variable("PIP_CONFIG_FILE");
    AUTO_FREE char *home = dirs_home();
    if (own && strcmp(own, "/dev/null") == 0) /* pip: no files at all */
        return NULL;
    AUTO_FREE char *xdg = path_join(system_folder, "xdg");
    struct slice rest = slice_of(variable("XDG_CONFIG_DIRS") ? variable("XDG_CONFIG_DIRS") : xdg);
    while (rest.ptr) {
        struct slice one = slice_cut(&rest, ':');
        AUTO_FREE char *folder = xstrndup(one.ptr, one.len);
        if (one.len)
            read_below(&found, folder, "pip/pip.conf");
    }
    read_below(&found, system_folder, "pip.conf");
    AUTO(err) struct err ignored = ERR_INIT;
    if (!(own && path_exists(own, &ignored) == 1)) {
        if (home)
            read_below(&found, home, ".pip/pip.conf");
        if (variable("XDG_CONFIG_HOME"))
            read_below(&found, variable("XDG_CONFIG_HOME"), "pip/pip.conf");
        else if (home)
            read_below(&found, home, ".config/pip/pip.conf");
    }
    if (variable("VIRTUAL_ENV"))
        read_below(&found, variable("VIRTUAL_ENV"), "pip.conf");
    if (own)
        read_configuration(&found, own);
    return found;
}

static char *index_of_pip(struct err *e)
{
    /* Isolated and elsewhere: the working folder may be somebody's checkout, with a glob.py or a pip/ in it.
     */
    AUTO_FREE char *script = template_path("python/index.py", e);
    if (!script)
        return NULL;
    char *argv[] = {(char *)"python3", (char *)"-I", script, NULL};
    AUTO(strbuf) struct strbuf out = {0};
    AUTO(err) struct err why = ERR_INIT;
    struct process_end end;
    struct process_spec spec = {.argv = argv, .dir = "/", .in = -1, .out = -1, .err = -1};
    if (process_run(&spec, &out, 4096, ANSWER_MS, &end, &why) == 0 && end.status == 0) {
        struct slice line = slice_trim((struct slice){strbuf_str(&out), out.len});
        char *url = xstrndup(line.ptr, line.len);
        if (url_is_http(url))
            return url;
        free(url);
    }
    err_set(e, ERR_MISSING,
        "no package index is configured and python3 has no pip to ask%s%s; set PIP_INDEX_URL",
        why.text ? ": " : "", why.text ? why.text : "");
    return NULL;
}

char *index_url(struct err *e)
{
    static char *of_pip; /* the answer takes a tenth of a second; it does not change while we run */
    char *url = variable("PIP_INDEX_URL") ? xstrdup(variable("PIP_INDEX_URL")) : index_configured("/etc");
    if (!url) {
        if (!of_pip)
            of_pip = index_of_pip(e);
        if (!of_pip)
            return NULL;
        url = xstrdup(of_pip);
    }
    size_t len = strlen(url);
    while (len && url[len - 1] == '/')
        url[--len] = '\0';
    return url;
}

char *index_page_url(const char *index, const char *name)
{
    struct strbuf url = {0};
    strbuf_adds(&url, index);
    strbuf_addc(&url, '/');
    for (const char *p = name; *p; p++) {
        bool separator = strchr("-_.", *p) != NULL;
        if (separator && p > name && strchr("-_.", p[-1]))
            continue;
        strbuf_addc(&url, separator ? '-' : (char)tolower((unsigned char)*p));
    }
    strbuf_addc(&url, '/');
    return strbuf_steal(&url);
}
