/* Which files are published where a location of a recipe is: a page of the package index, or the folder of a
 * source package in a pool. */
#include "fetch/listing.h"

#include "base/cleanup.h"
#include "fetch/fetch.h"
#include "fetch/index.h"
#include "fetch/location.h"
#include "fetch/page.h"
#include "fetch/url.h"
#include "recipe/location_shown.h"
#include "sys/fs.h"

bool listing_can_be_asked(const struct location *at)
{
    return at->kind == LOCATION_PYPI || at->kind == LOCATION_DEBIAN;
}

static int ask_index(struct strvec *files, struct loop *l, const char *name, struct err *e)
{
    AUTO(strbuf) struct strbuf page = {0};
    if (fetch_index_page(l, name, &page, e) < 0)
        return -1;
    listing_read(files, (struct slice){strbuf_str(&page), page.len});
    return 0;
}

static int ask_folder(struct strvec *files, struct loop *l, const char *url, struct err *e)
{
    AUTO_FREE char *path = url_file_path(url);
    AUTO(strbuf) struct strbuf page = {0};
    if (path) {
        int there = folder_names(files, path, e);
        return there > 0 ? 0 : there < 0 ? -1 : err_set(e, ERR_FETCH, "%s: is not there", path);
    }
    if (page_get(l, url, "text/html", &page, e) < 0)
        return -1;
    listing_read(files, (struct slice){strbuf_str(&page), page.len});
    return 0;
}

/* One archive that has the package is enough: security has few. */
static int ask_pools(struct strvec *files, struct loop *l, const char *package, struct err *e)
{
    AUTO(strvec) struct strvec bases = {0}, folders = {0};
    AUTO(strbuf) struct strbuf whys = {0};
    apt_bases(&bases, "/etc/apt");
    debian_urls(&folders, &bases, package, "");
    bool answered = false;
    for (size_t i = 0; i < folders.len; i++) {
        AUTO(err) struct err why = ERR_INIT;
        if (ask_folder(files, l, folders.items[i], &why) == 0)
            answered = true;
        else
            strbuf_addf(&whys, "%s%s", whys.len ? "; " : "", why.text);
    }
    if (answered)
        return 0;
    return err_set(e, ERR_FETCH, "%s",
        whys.len ? whys.ptr
                 : "apt is configured with no Debian archive; set STATICBUILD_DEBIAN_MIRROR to one");
}

int listing_ask(struct strvec *files, struct loop *l, const struct location *at, struct err *e)
{
    return at->kind == LOCATION_PYPI ? ask_index(files, l, at->where, e) : ask_pools(files, l, at->where, e);
}
