/* Time for measuring and showing; never for deciding what is computed. */
#ifndef TRAIN_CLOCK_H
#define TRAIN_CLOCK_H

/* Seconds on a clock that only goes forward; the start is arbitrary. Any thread. */
double train_clock_seconds(void);

/* The date and time now in UTC, "2000-01-31T12:00:00Z". Any thread. */
void train_clock_date(char text[32]);

#endif
