/* A page by itself, in memory. */
#ifndef FETCH_PAGE_H
#define FETCH_PAGE_H

#include "base/err.h"
#include "base/str.h"
#include "sched/loop.h"

/* Replaces out by what an http or https URL answers; accept is what to send as Accept. Failures that may pass
 * are tried again. Runs the loop, in which nothing else may be. Fails (ERR_FETCH). */
int page_get(struct loop *l, const char *url, const char *accept, struct strbuf *out, struct err *e);

#endif
