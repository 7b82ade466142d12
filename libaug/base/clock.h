/* Time for measuring and showing; never for deciding what is computed. */
#ifndef AUGI_CLOCK_H
#define AUGI_CLOCK_H

/* Seconds on a clock that only goes forward; the start is arbitrary. Any thread. */
double augi_clock_seconds(void);

/* Seconds that processors spent on this process, all threads together. Any thread. */
double augi_clock_cpu_seconds(void);

#endif
