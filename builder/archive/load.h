/* libarchive is loaded when it is first needed; who starts many that need it loads it before. */
#ifndef ARCHIVE_LOAD_H
#define ARCHIVE_LOAD_H

#include "base/err.h"

/* Fails with ERR_MISSING when there is none. */
int libarchive_load(struct err *e);

#endif
