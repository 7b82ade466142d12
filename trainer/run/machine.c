/* Asks the kernel for the processor's name and the system's. */
#include "trainer/run/machine.h"

#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>

void train_machine_cpu(char *text, size_t size)
{
    snprintf(text, size, "unknown");
    FILE *file = fopen("/proc/cpuinfo", "re");
    if (!file)
        return;
    char line[512];
    while (fgets(line, sizeof(line), file)) {
        const char *value = strncmp(line, "model name", 10) == 0 ? strchr(line, ':') : NULL;
        if (!value)
            continue;
        value += 1 + strspn(value + 1, " \t");
        snprintf(text, size, "%.*s", (int)strcspn(value, "\n"), value);
        break;
    }
    fclose(file);
}

void train_machine_system(char *text, size_t size)
{
    struct utsname names;
    if (uname(&names) == 0)
        snprintf(text, size, "%s %s %s", names.sysname, names.release, names.machine);
    else
        snprintf(text, size, "unknown");
}
