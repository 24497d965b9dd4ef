/* Which files are published where a location of a recipe is. */
#ifndef FETCH_LISTING_H
#define FETCH_LISTING_H

#include <stdbool.h>

#include "base/err.h"
#include "base/str.h"
#include "recipe/location.h"
#include "sched/loop.h"

/* Whether there is anybody to ask: pypi: and debian: have a listing, a URL has none. */
bool listing_can_be_asked(const struct location *at);

/* Adds the names of the files beside it: of a project on the package index that pip is configured with,
 * without those that were withdrawn (PEP 592); of a source package in the pools of the Debian archives that
 * apt is configured with. Runs the loop, in which nothing else may be. Fails (ERR_FETCH) when nobody answers.
 */
int listing_ask(struct strvec *files, struct loop *l, const struct location *at, struct err *e);

/* Adds the names of the files that a page links to, HTML or JSON (PEP 503, PEP 691), without those that it
 * says were withdrawn. */
void listing_read(struct strvec *files, struct slice page);

#endif
