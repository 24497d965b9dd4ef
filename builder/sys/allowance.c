/* The least of what the affinity and each control group from the process's own up to the topmost allow. */
#include "sys/allowance.h"

#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/count.h"
#include "sys/fs.h"
#include "sys/path.h"

#define SETTING_MAX ((size_t)256)
#define CGROUP_TEXT_MAX ((size_t)64 << 10)

/* A file of one setting below a group, as text; false when there is none. */
static bool read_setting(struct strbuf *out, const char *group, const char *name)
{
    AUTO_FREE char *path = path_join(group, name);
    struct err e = ERR_INIT;
    strbuf_clear(out);
    bool is_read = path_is_file(path, &e) == 1 && file_read(out, path, SETTING_MAX, &e) == 0;
    err_release(&e);
    return is_read;
}

/* The number that a text begins with; false for "max", "-1" and the like: no limit. */
static bool take_number(const char *text, uint64_t *number)
{
    text += strspn(text, " ");
    if (*text < '0' || *text > '9')
        return false;
    *number = strtoull(text, NULL, 10);
    return true;
}

static void limit_processors(struct allowance *a, const char *quota, const char *period)
{
    uint64_t quota_us, period_us;
    if (!take_number(quota, &quota_us) || !take_number(period, &period_us) || !period_us)
        return;
    uint64_t whole = quota_us / period_us + (quota_us % period_us != 0);
    if (whole && whole < a->processors)
        a->processors = (unsigned)whole;
}

static void limit_memory(struct allowance *a, const char *text)
{
    uint64_t bytes;
    if (take_number(text, &bytes) && bytes < a->memory_bytes)
        a->memory_bytes = bytes;
}

static void unified_group(struct allowance *a, const char *group)
{
    struct strbuf text = {0};
    if (read_setting(&text, group, "cpu.max")) {
        const char *quota = strbuf_str(&text), *period = strchr(quota, ' ');
        limit_processors(a, quota, period ? period : "");
    }
    if (read_setting(&text, group, "memory.max"))
        limit_memory(a, strbuf_str(&text));
    strbuf_release(&text);
}

static void cpu_group(struct allowance *a, const char *group)
{
    struct strbuf quota = {0}, period = {0};
    if (read_setting(&quota, group, "cpu.cfs_quota_us") && read_setting(&period, group, "cpu.cfs_period_us"))
        limit_processors(a, strbuf_str(&quota), strbuf_str(&period));
    strbuf_release(&quota);
    strbuf_release(&period);
}

static void memory_group(struct allowance *a, const char *group)
{
    struct strbuf text = {0};
    if (read_setting(&text, group, "memory.limit_in_bytes"))
        limit_memory(a, strbuf_str(&text));
    strbuf_release(&text);
}

/* Version 2 has one hierarchy, whose list of controllers is empty; in version 1 each has its own folder. */
static const struct hierarchy {
    const char *controller, *folder;
    void (*limit)(struct allowance *a, const char *group);
} hierarchies[] = {
    {"", ".", unified_group},
    {"", "unified", unified_group}, /* beside those of version 1 */
    {"cpu", "cpu", cpu_group},
    {"memory", "memory", memory_group},
};

/* A group that is not there belongs to a machine that a container does not show; what is mounted is above it.
 */
static void climb(struct allowance *a, const struct hierarchy *h, const char *mounted, struct slice group)
{
    AUTO_FREE char *top = path_join(mounted, h->folder);
    AUTO_FREE char *path = xstrf("%s%.*s", top, (int)group.len, group.ptr);
    for (char *end = path + strlen(path); end; end = strrchr(path + strlen(top), '/')) {
        *end = '\0';
        h->limit(a, path);
    }
}

static bool names(struct slice controllers, const char *controller)
{
    if (!*controller)
        return !controllers.len;
    while (controllers.ptr)
        if (slice_is(slice_cut(&controllers, ','), controller))
            return true;
    return false;
}

/* Lines are "ID:CONTROLLERS:PATH", with colons allowed in the path only. */
struct allowance allowance_of_groups(const char *proc_cgroup, const char *mounted)
{
    struct allowance a = {UINT32_MAX, MEMORY_UNLIMITED};
    for (struct slice rest = slice_of(proc_cgroup); rest.ptr;) {
        struct slice path = slice_cut(&rest, '\n');
        slice_cut(&path, ':');
        struct slice controllers = path.ptr ? slice_cut(&path, ':') : path;
        if (!path.ptr || !path.len || path.ptr[0] != '/')
            continue;
        for (size_t i = 0; i < COUNT(hierarchies); i++)
            if (names(controllers, hierarchies[i].controller))
                climb(&a, &hierarchies[i], mounted, path);
    }
    return a;
}

struct allowance allowance_here(void)
{
    struct strbuf text = {0};
    struct err e = ERR_INIT;
    if (file_read(&text, "/proc/self/cgroup", CGROUP_TEXT_MAX, &e) < 0)
        strbuf_clear(&text);
    err_release(&e);
    struct allowance a = allowance_of_groups(strbuf_str(&text), "/sys/fs/cgroup");
    strbuf_release(&text);
    cpu_set_t set;
    long own = sched_getaffinity(0, sizeof set, &set) == 0 ? CPU_COUNT(&set) : sysconf(_SC_NPROCESSORS_ONLN);
    if (own < 1)
        own = 1;
    if ((unsigned long)own < a.processors)
        a.processors = (unsigned)own;
    return a;
}

uint64_t memory_kills(const char *vmstat)
{
    static const char name[] = "oom_kill ";
    struct strbuf text = {0};
    struct err e = ERR_INIT;
    uint64_t kills = 0;
    if (file_read(&text, vmstat, CGROUP_TEXT_MAX, &e) == 0)
        for (struct slice rest = slice_of(strbuf_str(&text)); rest.ptr;) {
            struct slice line = slice_cut(&rest, '\n');
            if (line.len > strlen(name) && memcmp(line.ptr, name, strlen(name)) == 0)
                take_number(line.ptr + strlen(name), &kills);
        }
    err_release(&e);
    strbuf_release(&text);
    return kills;
}
