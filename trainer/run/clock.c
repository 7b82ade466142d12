/* Asks the system for the date. */
#include "trainer/run/clock.h"

#include <time.h>

void train_clock_date(char text[32])
{
    time_t now = time(NULL);
    struct tm parts;
    gmtime_r(&now, &parts);
    strftime(text, 32, "%Y-%m-%dT%H:%M:%SZ", &parts);
}
