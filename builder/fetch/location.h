/* What concrete URLs the locations of recipes mean on this machine. */
#ifndef FETCH_LOCATION_H
#define FETCH_LOCATION_H

#include "recipe/location.h"

/* The bases of the Debian archives that this machine's apt is configured with, in apt's order, each once:
 * sources.list, sources.list.d/ *.list and *.sources (deb822) below etc_apt (/etc/apt); lists behind
 * mirror+file: are read too. STATICBUILD_DEBIAN_MIRROR replaces them when it is set: bases with blanks
 * between. */
void apt_bases(struct strvec *out, const char *etc_apt);

/* What the text of one of those files adds to them; text is not NULL. */
void apt_text_bases(struct strvec *out, struct slice text, bool deb822);

/* The URLs of a file of a source package in those archives' pools (Debian Policy does not describe the pool;
 * dak's layout: first letter, or four for lib*); a security archive keeps it below pool/updates. */
void debian_urls(struct strvec *out, const struct strvec *bases, const char *package, const char *file);

#endif
