/* All helpers, in one table. */
#include "cli/helpers.h"

#include <string.h>

#include "archive/pack.h"
#include "archive/unpack.h"
#include "base/count.h"
#include "kit/kit.h"
#include "link/link.h"
#include "link/loadable.h"
#include "link/shared.h"
#include "store/carry.h"
#include "store/wait.h"

static const struct helper *const helpers[] = {&unpack_helper, &expose_helper, &borrow_helper, &shared_helper,
    &loadable_helper, &kit_helper, &store_wait_helper, &pack_helper, &take_helper, &archive_helper};

const struct helper *helper_find(const char *word)
{
    for (size_t i = 0; i < COUNT(helpers); i++)
        if (strcmp(helpers[i]->word, word) == 0)
            return helpers[i];
    return NULL;
}
