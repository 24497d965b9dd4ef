/* Draws a page of the documents for a terminal, and as a manual page. */
#ifndef UI_DOCUMENT_DRAW_H
#define UI_DOCUMENT_DRAW_H

#include "document/document.h"
#include "ui/text/layout.h"

/* A link to another page, "cache.md", is shown with its name, "(page cache)"; one to the network with its
 * address. */
void document_draw(struct strbuf *out, struct slice page, struct style style);

/* In the man(7) macros, as section 7: "PROGRAM-TOPIC". */
void document_roff(
    struct strbuf *out, struct slice page, const char *program, const char *version, const char *topic);

/* Adds text with what roff would take for something else, or print as another character, escaped. */
void roff_add(struct strbuf *out, const char *text);

/* The page that a link leads to, "cache" of "cache.md" and "cache.md#what-is-in-it"; "" when it leads
 * elsewhere. The caller frees it. */
char *document_topic_of(struct slice link);

#endif
