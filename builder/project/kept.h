/* A folder that a project is built in again and again: its source is brought up to date in it, and what was
 * built before stays. */
#ifndef PROJECT_KEPT_H
#define PROJECT_KEPT_H

#include <stddef.h>

#include "base/err.h"

/* Makes to hold the files of from, whose content and times stay where they are the same as the last time,
 * which record says; *changed is how many are other. 1; or 0, and nothing is done, when there was no last
 * time, or files came or went: then what was built of them may be wrong. */
int kept_update(const char *from, const char *to, const char *record, size_t *changed, struct err *e);

/* Copies them all into a new folder, and writes the record. */
int kept_begin(const char *from, const char *to, const char *record, struct err *e);

/* Removes what setuptools puts together anew, and would leave files in that are gone. */
int kept_tidy(const char *src, struct err *e);

#endif
