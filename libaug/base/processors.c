/* Counting processors: affinity by the kernel's mask, quotas by the files of the control groups.
 *
 * /proc/self/cgroup has a line per hierarchy, "0::/PATH" for version 2 and "N:cpu,cpuacct:/PATH"
 * for version 1. A quota holds for all groups below, so every folder from PATH up to the mount
 * counts. Inside a container PATH may be the host's and not exist here; then the mount itself is
 * the container's group, and the way up ends there.
 */
#include "libaug/base/processors.h"

#include <limits.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* More than any machine of today; the mask takes 8 KiB. */
#define MAX_PROCESSORS 65536

/* Reads up to two numbers of a file in the folder of a group; how many there were. "max" and -1 are
 * no quota and no number. */
static int read_numbers(const char *folder, const char *name, unsigned long long numbers[2])
{
    char path[2 * PATH_MAX];
    snprintf(path, sizeof(path), "%s/%s", folder, name);
    FILE *file = fopen(path, "re");
    if (!file)
        return 0;
    char line[64] = "";
    const bool has_line = fgets(line, sizeof(line), file) != NULL;
    fclose(file);
    if (!has_line || line[0] < '0' || line[0] > '9')
        return 0;
    char *end;
    numbers[0] = strtoull(line, &end, 10);
    if (*end != ' ')
        return 1;
    numbers[1] = strtoull(end, NULL, 10);
    return 2;
}

/* Time per period in one folder, as processors; 0: no quota. */
static uint32_t folder_quota(const char *folder, bool is_v2)
{
    unsigned long long quota[2] = {0}, period[2] = {0};
    if (is_v2) {
        if (read_numbers(folder, "cpu.max", quota) != 2)
            return 0;
        period[0] = quota[1];
    } else if (read_numbers(folder, "cpu.cfs_quota_us", quota) < 1 ||
               read_numbers(folder, "cpu.cfs_period_us", period) < 1) {
        return 0;
    }
    if (quota[0] == 0 || period[0] == 0)
        return 0;
    const unsigned long long whole = quota[0] / period[0] + (quota[0] % period[0] != 0);
    return whole < MAX_PROCESSORS ? (uint32_t)whole : 0;
}

static uint32_t smaller_quota(uint32_t a, uint32_t b)
{
    return a == 0 || (b != 0 && b < a) ? b : a;
}

/* The smallest quota from the group up to the mount. */
static uint32_t path_quota(const char *mount, const char *path, bool is_v2)
{
    char folder[PATH_MAX];
    const int length = snprintf(folder, sizeof(folder), "%s%s", mount, path);
    if (length < 0 || (size_t)length >= sizeof(folder))
        return folder_quota(mount, is_v2);
    uint32_t quota = 0;
    const size_t shortest = strlen(mount);
    while (strlen(folder) > shortest) {
        quota = smaller_quota(quota, folder_quota(folder, is_v2));
        *strrchr(folder, '/') = 0;
    }
    return smaller_quota(quota, folder_quota(mount, is_v2));
}

static bool has_cpu(const char *controllers)
{
    for (const char *at = controllers; at; at = strchr(at, ',')) {
        at += *at == ',';
        if (strncmp(at, "cpu", 3) == 0 && (at[3] == 0 || at[3] == ','))
            return true;
    }
    return false;
}

/* The quota that one line of /proc/self/cgroup leads to. */
static uint32_t line_quota(const char *root, char *line)
{
    line[strcspn(line, "\n")] = 0;
    char *controllers = strchr(line, ':');
    char *path = controllers ? strchr(controllers + 1, ':') : NULL;
    if (!path || path[1] != '/')
        return 0;
    controllers++;
    *path++ = 0;
    const bool is_v2 = controllers[0] == 0;
    if (!is_v2 && !has_cpu(controllers))
        return 0;
    char mount[PATH_MAX];
    snprintf(mount, sizeof(mount), "%s/sys/fs/cgroup%s%s", root, is_v2 ? "" : "/", controllers);
    return path_quota(mount, path, is_v2);
}

uint32_t augi_processors_quota(const char *root)
{
    char line[PATH_MAX];
    snprintf(line, sizeof(line), "%s/proc/self/cgroup", root);
    FILE *file = fopen(line, "re");
    if (!file)
        return 0;
    uint32_t quota = 0;
    while (fgets(line, sizeof(line), file))
        quota = smaller_quota(quota, line_quota(root, line));
    fclose(file);
    return quota;
}

static uint32_t count_affinity(void)
{
    cpu_set_t *set = CPU_ALLOC(MAX_PROCESSORS);
    if (!set)
        return 1;
    const size_t size = CPU_ALLOC_SIZE(MAX_PROCESSORS);
    CPU_ZERO_S(size, set);
    const int n = sched_getaffinity(0, size, set) == 0 ? CPU_COUNT_S(size, set) : 1;
    CPU_FREE(set);
    return n > 0 ? (uint32_t)n : 1;
}

uint32_t augi_processors(void)
{
    const uint32_t quota = augi_processors_quota("");
    const uint32_t allowed = count_affinity();
    return quota > 0 && quota < allowed ? quota : allowed;
}

uint32_t augi_threads(uint32_t asked, uint32_t most)
{
    if (asked)
        return asked;
    const uint32_t usual = augi_processors();
    return usual < most ? usual : most;
}
