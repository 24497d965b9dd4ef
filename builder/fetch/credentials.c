/* Which URLs may see what proves who asks. */
#include "fetch/credentials.h"

#include <stdlib.h>
#include <string.h>

bool credentials_are_for(const struct credentials *a, const char *url)
{
    size_t len = a && a->base ? strlen(a->base) : 0;
    return len && strncmp(url, a->base, len) == 0 && url[len] == '/';
}

void credentials_release(struct credentials *a)
{
    free(a->base);
    free(a->token);
    free(a->signed_for);
    free(a->key_pair);
    free(a->session);
    *a = (struct credentials){0};
}
