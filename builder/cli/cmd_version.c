/* `staticbuild version`. */
#include "base/cleanup.h"
#include "cli/commands.h"

int cmd_version(struct invocation *inv, struct err *e)
{
    AUTO(strbuf) struct strbuf out = {0};
    strbuf_addf(&out, "%s %s\n", inv->program->name, inv->program->version);
    return output_put(&out, e);
}
