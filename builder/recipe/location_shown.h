/* Locations as others may read them: in messages, events and logs, and in what is published with a wheel. */
#ifndef RECIPE_LOCATION_SHOWN_H
#define RECIPE_LOCATION_SHOWN_H

/* The location without what is nobody's business: user and password, the query (as "?..."), the fragment, the
 * folder of a file: location; control characters as "?". Where a malformed one leaves in doubt what of it is
 * the password, "SCHEME://..." is all that is said. Every outlet of a location goes through here. The caller
 * frees it. */
char *location_shown(const char *location);

/* What it calls its file: the part behind the last slash, as it may be shown. The caller frees it. */
char *location_file_name(const char *location);

#endif
