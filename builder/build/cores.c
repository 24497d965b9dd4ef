/* How build tools are told how many commands they may run at once: which of them take part in the pool of the
 * run (sched/tokens.h), and since which version. What does not is given a number. */
#include <string.h>

#include "build/internal.h"
#include "recipe/version.h"
#include "sys/path.h"

static const struct sharing_tool {
    const char *name;    /* of host/table.c, and of the program */
    const char *by_pipe; /* first version that takes descriptors; "": all do, NULL: none does */
    const char *by_fifo; /* the same of the FIFO's path */
    bool unasked;        /* it runs many commands at once also when nobody says so */
} sharing_tools[] = {
    {"make", .by_pipe = "4.2", .by_fifo = "4.4"},
    {"ninja", .by_fifo = "1.13", .unasked = true},
    {"cargo", .by_pipe = "", .by_fifo = "", .unasked = true},
};

static bool is_since(const char *version, const char *first)
{
    return first && (!*first || (*version && version_compare(version, first) >= 0));
}

static const char *version_of(const struct backend *b, const char *name)
{
    const struct host_tools *tools = b->request->tools;
    for (size_t i = 0; tools && i < tools->len; i++)
        if (strcmp(tools->items[i].name, name) == 0)
            return tools->items[i].version;
    return "";
}

static const struct sharing_tool *tool_of(const char *name)
{
    for (size_t i = 0; i < COUNT(sharing_tools); i++)
        if (strcmp(sharing_tools[i].name, name) == 0)
            return &sharing_tools[i];
    return NULL;
}

unsigned backend_tokens(const struct backend *b, const char *name)
{
    const struct sharing_tool *tool = tool_of(name);
    const char *version = version_of(b, name);
    return (tool && is_since(version, tool->by_pipe) ? TOKENS_PIPE : 0) |
           (tool && is_since(version, tool->by_fifo) ? TOKENS_FIFO : 0);
}

unsigned backend_tokens_unasked(const struct backend *b, const char *program)
{
    const char *name = path_base(program);
    const struct sharing_tool *tool = tool_of(name);
    return tool && tool->unasked ? backend_tokens(b, name) : 0;
}

bool backend_has_number(const struct recipe *r)
{
    for (size_t i = 0; i < r->fact_count; i++)
        if (strstr(r->facts[i].value, "{jobs}"))
            return true;
    return false;
}
