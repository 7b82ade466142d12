/* Stands before Check's _mark_point (-Wl,--wrap), which every assertion that holds calls. Check writes
 * each to a file, and reads all of them when the test ends, so that it can say behind which one a test
 * crashed: in loops that takes many times as long as the assertions do. The first marks of each place
 * are passed on, which is enough to find a crash; whether an assertion holds is none of this. */
#include <stdatomic.h>
#include <stdint.h>

/* Marks of one line that are passed on. */
#define MOST_MARKS 16

/* As the linker names them. */
void __real__mark_point(const char *file, int line);
void __wrap__mark_point(const char *file, int line);

void __wrap__mark_point(const char *file, int line)
{
    /* A test's sources have at most 800 lines each; lines of two of them may share their marks. */
    static _Atomic uint8_t n_marks[1024];
    _Atomic uint8_t *n = &n_marks[(unsigned)line % 1024];
    if (atomic_load_explicit(n, memory_order_relaxed) >= MOST_MARKS)
        return;
    atomic_fetch_add_explicit(n, 1, memory_order_relaxed);
    __real__mark_point(file, line);
}
