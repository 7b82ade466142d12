/* How many threads can run at once: what this process may use, not what the machine has. */
#ifndef AUGI_PROCESSORS_H
#define AUGI_PROCESSORS_H

#include <stdint.h>

/* Processors that this process may use, at least 1: those of its affinity mask, or fewer where the
 * quota of its control group (cgroup v1 or v2, or a group above it) allows less time. Any thread.
 */
uint32_t augi_processors(void);

/* Threads to start: what was asked for, or for 0 one per processor, but then not more than
 * most, so that a larger machine is no failure. Any thread. */
uint32_t augi_threads(uint32_t asked, uint32_t most);

/* The part of a control group: processors that the quotas of a process allow, rounded up; 0 without
 * a quota. root is put before /proc and /sys: "" but in tests. Any thread. */
uint32_t augi_processors_quota(const char *root);

#endif
