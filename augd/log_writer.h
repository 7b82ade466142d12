/* Lines on their way to a file descriptor, written by a thread of its own: whoever logs never waits
 * for whoever reads.
 *
 * Between them lies a queue of AUGD_LOG_QUEUE bytes. When it is full, or the descriptor takes
 * nothing, lines are lost and counted, and a line says how many as soon as there is room. A line
 * leaves as soon as the descriptor takes it, so that a crash loses what came within its last moment.
 */
#ifndef AUGD_LOG_WRITER_H
#define AUGD_LOG_WRITER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Bytes that may wait: some thousand lines. */
#define AUGD_LOG_QUEUE ((size_t)256 << 10)

/* A queue with its thread. */
typedef struct AugdLogWriter AugdLogWriter;

/* Writes the line, without its end, that says that n lines were lost since the start; returns its
 * length. Called on any thread, with the queue's lock held. */
typedef size_t (*AugdLogLost)(char *text, size_t size, uint64_t n);

/* Starts the thread; the descriptor is borrowed. NULL if there is no memory or no thread. */
AugdLogWriter *augd_log_writer_new(int fd, AugdLogLost lost);

/* Queues a line of size bytes, to which its end is added. Any thread; does not wait. */
void augd_log_writer_put(AugdLogWriter *writer, const char *line, size_t size);

/* Waits until everything was written; false if that takes longer. */
bool augd_log_writer_flush(AugdLogWriter *writer, uint32_t wait_ms);

/* Flushes, and frees; NULL does nothing. If the descriptor still takes nothing then, thread and
 * memory are left behind for the end of the process. */
void augd_log_writer_free(AugdLogWriter *writer, uint32_t wait_ms);

#endif
