/* For host/. */
#ifndef HOST_PROBE_H
#define HOST_PROBE_H

#include "host/internal.h"

/* What a build finds its programs in, first to last. */
#define HOST_SYSTEM_PATH "/usr/local/bin:/usr/bin:/bin:/usr/local/sbin:/usr/sbin:/sbin"

/* The version a program gives, "" when it gives none; entry is its row or NULL. The caller frees it. Runs
 * nothing when the fact is remembered. */
char *tool_version(const char *path, const struct tool_entry *entry, const struct fact_memory *memory);

#endif
