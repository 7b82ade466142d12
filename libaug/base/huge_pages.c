/* Wishes for huge pages. */
#include "libaug/base/huge_pages.h"

#include <stdint.h>
#include <sys/mman.h>
#include <unistd.h>

/* Of the usual systems. A block that is smaller gains less than the call takes. */
#define HUGE_PAGE ((size_t)2 << 20)

void augi_huge_pages_wish(void *memory, size_t size)
{
#ifdef MADV_HUGEPAGE
    /* The system wants whole pages; part of one at either end may hold what is not ours. */
    const uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE), first = (uintptr_t)memory;
    const uintptr_t skipped = (page - first % page) % page;
    if (size < 2 * HUGE_PAGE)
        return;
    (void)madvise((char *)memory + skipped, (size - skipped) / page * page, MADV_HUGEPAGE);
#else
    (void)memory;
    (void)size;
#endif
}
