/* What a dynamic loader would load, as text or JSON (templates/schema/tree.schema.json). */
#ifndef UI_LOADER_TREE_H
#define UI_LOADER_TREE_H

#include "json/json.h"
#include "loader/tree.h"
#include "ui/text/layout.h"

/* One file's tree, drawn with lines; each library stands once with all below it. details: every version, and
 * how each library was found. unused_path, when not NULL, is an LD_LIBRARY_PATH that was not followed. */
void report_tree(struct strbuf *out, const struct loader_tree *tree, bool details, const char *unused_path,
    struct style style);

/* The same with all details, as one element of a list. */
void report_tree_json(struct json *list, const struct loader_tree *tree);

#endif
