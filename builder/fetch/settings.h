/* Patience with servers, as the environment asks for it. */
#ifndef FETCH_SETTINGS_H
#define FETCH_SETTINGS_H

#include <stdint.h>

/* A time in seconds from the environment, in ms; fallback when it is not set or no time. */
int64_t setting_ms(const char *name, int64_t fallback_ms);

#endif
