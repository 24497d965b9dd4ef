/* Which registry cargo asks here, from what it keeps in its home; where it keeps nothing yet, it is asked. */
#include "fetch/crates.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "json/json.h"
#include "recipe/location.h"
#include "sched/ask.h"
#include "sys/dirs.h"
#include "sys/fs.h"
#include "sys/path.h"
#include "sys/read.h"

enum { LARGEST_CONFIGURATION = 1 << 16, ANSWER_MS = 60000 };

static char *dl_of(const char *path)
{
    AUTO(strbuf) struct strbuf text = {0};
    AUTO(err) struct err ignored = ERR_INIT;
    if (file_read(&text, path, LARGEST_CONFIGURATION, &ignored) < 0)
        return NULL;
    AUTO_JSON struct json *configuration = json_parse(path, strbuf_str(&text), text.len, &ignored);
    const char *dl = json_get_text(configuration, "dl");
    return dl && url_is_http(dl) ? xstrdup(dl) : NULL;
}

/* A folder for each registry that was ever asked; the newest is of the one that is asked now. */
char *crates_known(const char *cargo_home)
{
    AUTO_FREE char *indexes = path_join(cargo_home, "registry/index");
    AUTO(strvec) struct strvec names = {0};
    AUTO(err) struct err ignored = ERR_INIT;
    char *found = NULL;
    int64_t newest = 0;
    if (folder_names(&names, indexes, &ignored) < 0)
        return NULL;
    for (size_t i = 0; i < names.len; i++) {
        AUTO_FREE char *path = xstrf("%s/%s/config.json", indexes, names.items[i]);
        struct file_identity id;
        char *dl = file_identity_get(&id, path, &ignored) == 1 ? dl_of(path) : NULL;
        if (dl && (!found || id.mtime_ns >= newest)) {
            free(found);
            found = dl;
            newest = id.mtime_ns;
        } else
            free(dl);
    }
    return found;
}

char *crates_fill(const char *dl, const char *name, const char *version)
{
    struct strbuf url = {0};
    bool has_marker = false;
    while (*dl) {
        const char *end = *dl == '{' ? strchr(dl, '}') : NULL;
        if (!end) {
            strbuf_addc(&url, *dl++);
            continue;
        }
        struct slice marker = {dl + 1, (size_t)(end - dl - 1)};
        const char *value = slice_is(marker, "crate") ? name : slice_is(marker, "version") ? version : NULL;
        if (!value) {
            strbuf_release(&url);
            return NULL;
        }
        strbuf_adds(&url, value);
        has_marker = true;
        dl = end + 1;
    }
    if (!has_marker)
        strbuf_addf(&url, "/%s/%s/download", name, version);
    return strbuf_steal(&url);
}

/* A project that needs the crate and nothing else: to choose, cargo asks the registry. */
static int write_asking(const char *folder, const char *name, const char *version, struct err *e)
{
    AUTO_FREE char *manifest = path_join(folder, "Cargo.toml");
    AUTO_FREE char *source = path_join(folder, "lib.rs");
    AUTO_FREE char *text = xstrf("[package]\nname = \"asking\"\nversion = \"0.0.0\"\nedition = \"2018\"\n"
                                 "[lib]\npath = \"lib.rs\"\n[dependencies]\n%s = \"=%s\"\n",
        name, version);
    return file_write(manifest, text, strlen(text), 0644, e) < 0 ? -1 : file_write(source, "", 0, 0644, e);
}

static int ask_cargo(const char *name, const char *version, struct err *e)
{
    const char *tmp = getenv("TMPDIR");
    AUTO(err) struct err unremoved = ERR_INIT;
    AUTO_FREE char *folder = folder_make_temporary(tmp && *tmp ? tmp : "/tmp", "staticbuild-crates-", e);
    if (!folder)
        return -1;
    char *argv[] = {(char *)"cargo", (char *)"generate-lockfile", (char *)"--quiet", NULL};
    struct process_spec spec = {.argv = argv, .dir = folder, .in = -1, .out = -1, .err = -1};
    struct process_end end = {0};
    int failed = write_asking(folder, name, version, e);
    if (!failed)
        failed = process_run(&spec, NULL, 0, ANSWER_MS, &end, e);
    tree_remove(folder, &unremoved);
    return failed;
}

char *crates_url(const char *name, const char *version, struct err *e)
{
    AUTO_FREE char *cargo_home = dirs_cargo();
    AUTO(err) struct err why = ERR_INIT;
    AUTO_FREE char *dl = cargo_home ? crates_known(cargo_home) : NULL;
    if (!dl && cargo_home && ask_cargo(name, version, &why) == 0)
        dl = crates_known(cargo_home);
    char *url = dl ? crates_fill(dl, name, version) : NULL;
    if (!url)
        err_set(e, ERR_ENVIRONMENT, "%s%s%s",
            dl ? "the registry of crates says in another way where they are"
               : "cargo does not say where crates are",
            why.text ? ": " : "", why.text ? why.text : "");
    return url;
}
