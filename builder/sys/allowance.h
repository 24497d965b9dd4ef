/* How much of the machine this process and its children may use: by its processor affinity, and by the limits
 * of its control groups, version 1 and 2 (cgroups(7); the kernel's cgroup-v2.rst, "cpu.max" and
 * "memory.max"). A container, a batch system or a service manager gives less than the machine has. */
#ifndef SYS_ALLOWANCE_H
#define SYS_ALLOWANCE_H

#include <stdint.h>

#define MEMORY_UNLIMITED UINT64_MAX

struct allowance {
    unsigned processors;   /* at least 1; a share of one is rounded up */
    uint64_t memory_bytes; /* MEMORY_UNLIMITED where no group says otherwise */
};

/* What this process has. What cannot be read limits nothing. */
struct allowance allowance_here(void);

/* How many processes the kernel has killed since it was started because memory was short: "oom_kill" of a
 * file like /proc/vmstat; 0 where it does not say. */
uint64_t memory_kills(const char *vmstat);

/* What the groups say of a process: proc_cgroup is the text of its /proc/PID/cgroup, mounted the folder that
 * /sys/fs/cgroup is. Of a group and those above it the least counts; processors is UINT32_MAX without a
 * limit. */
struct allowance allowance_of_groups(const char *proc_cgroup, const char *mounted);

#endif
