/* `footprint`: what a module, a wheel, a process or a forked server costs in memory. */
#include "base/cleanup.h"
#include "cli/commands.h"
#include "sys/dirs.h"
#include "ui/report_footprint.h"

static int put_document(struct json *document, struct err *e)
{
    AUTO(strbuf) struct strbuf out = {0};
    json_write(document, JSON_INDENTED, &out);
    strbuf_addc(&out, '\n');
    return output_put(&out, e);
}

/* Files that are not run. */
static int show_modules(const struct invocation *inv, struct err *e)
{
    AUTO_FREE char *store = dirs_cache();
    struct explain_sources sources = {0};
    if (explain_sources_open(&sources, store, inv->map, e) < 0)
        return -1;
    AUTO_JSON struct json *document = footprint_document();
    AUTO(strbuf) struct strbuf out = {0};
    struct json *list = json_set_array(document, "modules");
    struct err unread = ERR_INIT;
    for (size_t i = 0; i < inv->arguments.len; i++) {
        struct module_footprint m;
        AUTO(err) struct err why = ERR_INIT;
        if (module_footprint_read(&m, inv->arguments.items[i], &sources, &why) < 0) {
            err_add(&unread, ERR_ENVIRONMENT, "%s", why.text);
            continue;
        }
        strbuf_adds(&out, out.len ? "\n" : "");
        report_module(&out, &m, inv->verbose, style_of(stdout));
        report_module_json(json_add_object(list), &m);
        module_footprint_release(&m);
    }
    explain_sources_release(&sources);
    int status = inv->page == PAGE_JSON ? put_document(document, e) : output_put(&out, e);
    if (status == 0 && unread.kind != ERR_NONE)
        return err_move(e, &unread);
    err_release(&unread);
    return status;
}

int cmd_footprint(struct invocation *inv, struct err *e)
{
    if (!inv->arguments.len)
        return err_set(e, ERR_USAGE, "`footprint` needs FILE.so, WHEEL or --pid PID");
    return show_modules(inv, e);
}
