/* What fetching decides without asking anybody: pure functions. */
#ifndef FETCH_POLICY_H
#define FETCH_POLICY_H

#include <stdbool.h>
#include <stdint.h>

enum { REDIRECTS_MOST = 10 };

/* NULL when the redirect may be followed, else why not: only to http and https, never from https to http. */
const char *redirect_refusal(const char *from, const char *to);

/* True for what another attempt may cure (RFC 9110 15): 408, 429, 500, 502, 503, 504. */
bool status_may_pass(long status);

/* Milliseconds before attempt number `attempt` (2: the first repetition): first_ms doubled each time up to 30
 * s, and up to half of that more by chance (0 up to 1). */
int64_t retry_delay(int64_t first_ms, unsigned attempt, double chance);

/* Reads the value "bytes FIRST-LAST/TOTAL" of Content-Range (RFC 9110 14.4); *total is 0 for "*". False when
 * it is anything else. */
bool content_range_parse(const char *value, uint64_t *first, uint64_t *total);

#endif
