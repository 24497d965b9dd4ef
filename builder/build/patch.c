/* patch(1) as a command for the task runner. */
#include "build/patch.h"

#include "base/alloc.h"
#include "base/count.h"
#include "sys/environment.h"

void patch_command(struct command *c, const char *patch, const char *src, unsigned strip, const char *path)
{
    static const char *const words[] = {
        "patch", "--forward", "--fuzz=0", "--batch", "--no-backup-if-mismatch", "--reject-file=-"};
    for (size_t i = 0; i < COUNT(words); i++)
        strvec_push(&c->argv, words[i]);
    strvec_pushf(&c->argv, "-p%u", strip);
    strvec_push(&c->argv, "-i");
    strvec_push(&c->argv, patch);
    environment_clean(&c->env, path, LOCALE_C, NULL, NULL);
    c->dir = xstrdup(src);
}
