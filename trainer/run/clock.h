/* The date, for people. */
#ifndef TRAIN_CLOCK_H
#define TRAIN_CLOCK_H

/* The date and time now in UTC, "2000-01-31T12:00:00Z". Any thread. */
void train_clock_date(char text[32]);

#endif
