/* What the program is when it starts itself again. */
#ifndef CLI_HELPERS_H
#define CLI_HELPERS_H

#include "sched/helper.h"

/* NULL when no helper has that word. */
const struct helper *helper_find(const char *word);

#endif
