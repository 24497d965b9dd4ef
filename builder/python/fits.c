/* Tags of a wheel's file name against what an interpreter is. */
#include "python/fits.h"

#include <string.h>

#include "base/cleanup.h"
#include "python/abi/abi.h"
#include "python/tags.h"

/* abi3 is of builds with the GIL, abi3t of both (PEP 803); each from the version on that its Python tag says.
 */
static bool stable_fits(const char *python_tag, const struct strvec *abis, const struct interpreter *python)
{
    int minor = python_abi_minor_of_tag(python_tag);
    if (!str_starts(python_tag, "cp3") || minor > python->abi.minor)
        return false;
    return strvec_has(abis, "abi3t") || (strvec_has(abis, "abi3") && !python->abi.free_threaded);
}

bool wheel_file_fits(const char *path, const struct interpreter *python)
{
    struct wheel_name name = {0};
    AUTO(err) struct err ignored = ERR_INIT;
    if (wheel_name_parse(&name, path, &ignored) < 0)
        return false;
    bool fits = strvec_has(&name.abi, python->abi_tag) && strvec_has(&name.python, python->python_tag);
    for (size_t i = 0; i < name.python.len; i++) {
        fits |= stable_fits(name.python.items[i], &name.abi, python);
        fits |= strvec_has(&name.abi, "none") && (strcmp(name.python.items[i], "py3") == 0 ||
                                                     strcmp(name.python.items[i], python->python_tag) == 0);
    }
    fits &= !*name.variant; /* for whoever knows what that asks of the machine */
    wheel_name_release(&name);
    return fits;
}
