/* The pages of the documents that came with the program, docs/NAME.md, and recipes/README.md as "recipes". */
#ifndef CLI_PAGES_H
#define CLI_PAGES_H

#include "base/err.h"
#include "base/str.h"
#include "ui/text/layout.h"

/* Adds the names, sorted; none where the documents were not installed. */
void pages_list(struct strvec *names);

/* Adds a page as it is. Fails (ERR_USAGE) where there is none of that name, and says which is meant. */
int pages_read(struct strbuf *out, const char *name, struct err *e);

/* What a page is about: its first heading. The caller frees it. */
char *pages_title(const char *name);

/* Adds, drawn, what stands below a heading that says exactly this, in whichever page: "unwanted-library".
 * False when it stands in none. */
bool pages_find(struct strbuf *out, const char *heading, struct style style);

#endif
