/* One idea of a clean environment, for all that is run. */
#include "sys/environment.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"

bool environment_is_network(const char *entry)
{
    static const char *const names[] = {
        "http_proxy=", "https_proxy=", "no_proxy=", "all_proxy=", "HTTP_PROXY=", "HTTPS_PROXY=", "NO_PROXY=",
        "ALL_PROXY=", "SSL_CERT_FILE=", "SSL_CERT_DIR=", "NETRC="};
    for (size_t i = 0; i < COUNT(names); i++)
        if (str_starts(entry, names[i]))
            return true;
    return false;
}

void environment_set(struct strvec *env, const char *name, const char *value)
{
    size_t len = strlen(name);
    char *entry = xstrf("%s=%s", name, value);
    for (size_t i = 0; i < env->len; i++)
        if (strncmp(env->items[i], entry, len + 1) == 0) {
            free(env->items[i]);
            env->items[i] = entry;
            return;
        }
    strvec_push(env, entry);
    free(entry);
}

void environment_clean(struct strvec *env, const char *path, enum environment_locale locale, const char *home,
    const char *scratch)
{
    environment_set(env, "PATH", path ? path : SYSTEM_PATH);
    if (home)
        environment_set(env, "HOME", home);
    if (scratch)
        environment_set(env, "TMPDIR", scratch);
    environment_set(env, "LC_ALL", locale == LOCALE_UTF8 ? "C.UTF-8" : "C");
    environment_set(env, "TZ", "UTC");
}

void environment_python(struct strvec *env)
{
    environment_set(env, "PYTHONDONTWRITEBYTECODE", "1");
    environment_set(env, "PYTHONHASHSEED", "0");
    environment_set(env, "PYTHONNOUSERSITE", "1");
}
