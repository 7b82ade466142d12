/* What the machine is, for logs and reports. */
#ifndef TRAIN_MACHINE_H
#define TRAIN_MACHINE_H

#include <stddef.h>

/* Model name of the processor as the kernel tells it; "unknown" where it does not. Any thread. */
void train_machine_cpu(char *text, size_t size);

/* Kernel and architecture, "Linux 6.1.0 x86_64". Any thread. */
void train_machine_system(char *text, size_t size);

#endif
