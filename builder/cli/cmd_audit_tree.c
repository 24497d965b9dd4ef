/* `audit --tree`: what the loader would load. */
#include <stdlib.h>

#include "base/cleanup.h"
#include "cli/commands.h"
#include "ui/loader/tree.h"

int audit_trees(struct invocation *inv, struct err *e)
{
    struct loader_machine machine;
    if (!inv->arguments.len)
        return err_set(e, ERR_USAGE, "--tree: needs PATH...");
    if (inv->format != FORMAT_TEXT && inv->format != FORMAT_JSON)
        return err_set(e, ERR_USAGE, "--tree: drawn as text or json only");
    if (loader_machine_open(&machine, inv->root, inv->library_path, e) < 0)
        return -1;
    const char *unused = inv->library_path || inv->root ? NULL : getenv("LD_LIBRARY_PATH");
    AUTO(strbuf) struct strbuf out = {0};
    AUTO_JSON struct json *document = json_new_object();
    json_set_text(document, "format", "staticbuild-tree-1");
    json_set_text(document, "program", "staticbuild " STATICBUILD_VERSION);
    json_set_text(document, "root", *machine.root ? machine.root : NULL);
    struct json *files = json_set_array(document, "files");
    size_t lacking = 0;
    struct err unreadable = ERR_INIT;
    for (size_t i = 0; i < inv->arguments.len; i++) {
        struct loader_tree tree;
        AUTO(err) struct err wrong = ERR_INIT;
        if (loader_tree_build(&tree, &machine, inv->arguments.items[i], &wrong) < 0) {
            err_add(&unreadable, ERR_ENVIRONMENT, "%s", wrong.text);
            continue;
        }
        if (inv->format == FORMAT_JSON) {
            report_tree_json(files, &tree);
        } else {
            strbuf_adds(&out, out.len ? "\n" : "");
            report_tree(&out, &tree, inv->verbose, unused && *unused ? unused : NULL, style_of(stdout));
        }
        lacking += tree.missing || tree.missing_versions;
        loader_tree_release(&tree);
    }
    if (inv->format == FORMAT_JSON) {
        json_write(document, JSON_INDENTED, &out);
        strbuf_addc(&out, '\n');
    }
    loader_machine_release(&machine);
    int status = output_put(&out, e);
    if (status == 0 && unreadable.kind != ERR_NONE)
        return err_move(e, &unreadable);
    if (status == 0 && lacking)
        status = err_set(e, ERR_FINDINGS, "%zu of %zu file%s not find all that %s", lacking,
            inv->arguments.len, inv->arguments.len == 1 ? " does" : "s do",
            inv->arguments.len == 1 ? "it needs" : "they need");
    err_release(&unreadable);
    return status;
}
