/* A temporary folder of the test's own, removed at its end, and files in it. */
#include "tests/support/support.h"

#include <ftw.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

/* What ctest takes for "skipped". */
#define EXIT_SKIPPED 77

/* Whether a test of the suite was left out, in memory that the process of each test shares. */
static volatile bool *was_skipped;

static char folder[4096];
static pid_t folder_owner;

int test_run(Suite *suite)
{
    was_skipped =
        mmap(NULL, sizeof(*was_skipped), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (was_skipped == MAP_FAILED) {
        fputs("no memory for the tests to share\n", stderr);
        return EXIT_FAILURE;
    }
    /* Tests write files of equal names and sizes again and again. */
    setenv("AUGD_CACHE", "off", 0);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    const int passed = *was_skipped ? EXIT_SKIPPED : EXIT_SUCCESS;
    return failed ? EXIT_FAILURE : passed;
}

uint64_t test_rounds(uint64_t n)
{
#ifdef TEST_IS_SANITIZED
    const char *wish = getenv("AUGD_LONG");
    if (!wish || strcmp(wish, "1") != 0)
        return n < 8 ? 1 : n / 8;
#endif
    return n;
}

void test_skip(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    fputs("skipped: ", stdout);
    vprintf(format, arguments);
    putchar('\n');
    va_end(arguments);
    *was_skipped = true;
}

static int remove_entry(const char *path, const struct stat *status, int flag, struct FTW *info)
{
    (void)status;
    (void)flag;
    (void)info;
    return remove(path);
}

static void remove_folder(void)
{
    /* Check forks a process per test; only the one that made the folder removes it. */
    if (folder_owner == getpid())
        nftw(folder, remove_entry, 16, FTW_DEPTH | FTW_PHYS);
}

const char *test_folder(void)
{
    if (folder_owner != getpid()) {
        const char *base = getenv("TMPDIR");
        snprintf(folder, sizeof(folder), "%s/augd-test-XXXXXX", base ? base : "/tmp");
        if (!mkdtemp(folder))
            ck_abort_msg("cannot make a temporary folder like %s", folder);
        folder_owner = getpid();
        atexit(remove_folder);
    }
    return folder;
}

char *test_path(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    char *path = NULL;
    if (vasprintf(&path, format, arguments) < 0)
        ck_abort_msg("out of memory");
    va_end(arguments);
    return path;
}

void test_write_file(const char *path, const void *bytes, size_t size)
{
    FILE *file = fopen(path, "wb");
    if (!file || fwrite(bytes, 1, size, file) != size || fclose(file) != 0)
        ck_abort_msg("cannot write %s", path);
}

uint8_t *test_read_file(const char *path, size_t *size)
{
    FILE *file = fopen(path, "rb");
    if (!file || fseek(file, 0, SEEK_END) != 0)
        ck_abort_msg("cannot read %s", path);
    *size = (size_t)ftell(file);
    rewind(file);
    uint8_t *bytes = malloc(*size + 1);
    if (!bytes || fread(bytes, 1, *size, file) != *size)
        ck_abort_msg("cannot read %s", path);
    bytes[*size] = 0;
    fclose(file);
    return bytes;
}

char *test_data(const char *name)
{
    const char *data = getenv("AUGD_DATA");
    const char *source = getenv("AUGD_SOURCE");
    char *path = data ? test_path("%s/%s", data, name)
                      : test_path("%s/../shared/data/%s", source ? source : ".", name);
    if (access(path, R_OK) == 0)
        return path;
    test_skip("%s is not here", name);
    free(path);
    return NULL;
}

void test_text_add(TestText *text, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    const size_t room = sizeof(text->words) - text->n;
    const int n = vsnprintf(text->words + text->n, room, format, arguments);
    va_end(arguments);
    ck_assert_msg(n >= 0 && (size_t)n < room, "no room for the text");
    text->n += (size_t)n;
}
