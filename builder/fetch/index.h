/* The package index that pip is configured with. */
#ifndef FETCH_INDEX_H
#define FETCH_INDEX_H

#include "base/err.h"
#include "base/str.h"

/* The URL of the simple index, without a slash at its end: PIP_INDEX_URL, else index-url of pip's
 * configuration files in pip's order, else the constant of the pip that python3 has (asked once a process).
 * The caller frees it; NULL with ERR_ENVIRONMENT when there is no pip to ask. */
char *index_url(struct err *e);

/* What the configuration files say, or NULL; reads HOME, XDG_*, VIRTUAL_ENV and PIP_CONFIG_FILE.
 * system_folder is /etc. */
char *index_configured(const char *system_folder);

/* Replaces *found, which the caller frees, by what the text of such a file says, if it says anything. */
void index_read_settings(char **found, struct slice text);

/* INDEX/NAME/ with the name normalized (PEP 503). The caller frees it. */
char *index_page_url(const char *index, const char *name);

/* What to send as Accept (PEP 691). */
extern const char index_accept[];

/* The link to the file of this name on a project's page, HTML (PEP 503) or JSON (PEP 691), as it stands there
 * without entities; NULL when it is not listed. The caller frees it. */
char *index_find(const char *page, size_t len, const char *file);

#endif
