/* Tags of a wheel's file name against what an interpreter is. */
#include "python/fits.h"

#include <string.h>

#include "base/cleanup.h"
#include "python/abi/abi.h"
#include "python/tags.h"

static bool abi3_fits(const char *tag, const struct interpreter *python)
{
    int minor = python_abi_minor_of_tag(tag);
    return str_starts(tag, "cp3") && !python->abi.free_threaded && minor <= python->abi.minor;
}

bool wheel_file_fits(const char *path, const struct interpreter *python)
{
    struct wheel_name name = {0};
    AUTO(err) struct err ignored = ERR_INIT;
    if (wheel_name_parse(&name, path, &ignored) < 0)
        return false;
    bool fits = strvec_has(&name.abi, python->abi_tag) && strvec_has(&name.python, python->python_tag);
    for (size_t i = 0; i < name.python.len; i++) {
        fits |= strvec_has(&name.abi, "abi3") && abi3_fits(name.python.items[i], python);
        fits |= strvec_has(&name.abi, "none") && (strcmp(name.python.items[i], "py3") == 0 ||
                                                     strcmp(name.python.items[i], python->python_tag) == 0);
    }
    fits &= !*name.variant; /* for whoever knows what that asks of the machine */
    wheel_name_release(&name);
    return fits;
}
