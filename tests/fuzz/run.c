/* The main program of a target without libFuzzer: feeds it each file that is named, and each file
 * in each folder that is named, once. Words that begin with "-" are libFuzzer's and passed over.
 * Ends with 77 (skipped) where there is nothing to feed, as without seeds. */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "tests/fuzz/fuzz.h"
#include "tests/support/support.h"

static size_t n_inputs;

static void feed_file(const char *path)
{
    size_t size;
    uint8_t *bytes = test_read_file(path, &size);
    /* The copy has no NUL behind it. */
    FuzzInput input = {bytes, size};
    uint8_t *exact = fuzz_take(&input, &size);
    free(bytes);
    (void)LLVMFuzzerTestOneInput(exact, size);
    free(exact);
    n_inputs++;
}

static int is_visible(const struct dirent *entry)
{
    return entry->d_name[0] != '.';
}

static void feed(const char *path)
{
    struct stat status;
    if (stat(path, &status) != 0)
        return;
    if (!S_ISDIR(status.st_mode)) {
        feed_file(path);
        return;
    }
    struct dirent **entries;
    const int n = scandir(path, &entries, is_visible, alphasort);
    for (int i = 0; i < n; i++) {
        char *inside = test_path("%s/%s", path, entries[i]->d_name);
        feed_file(inside);
        free(inside);
        free(entries[i]);
    }
    free(n < 0 ? NULL : entries);
}

int main(int argc, char **argv)
{
    for (int i = 1; i < argc; i++)
        if (argv[i][0] != '-')
            feed(argv[i]);
    if (n_inputs == 0) {
        puts("skipped: no inputs were given");
        return 77;
    }
    printf("%zu inputs\n", n_inputs);
    return EXIT_SUCCESS;
}
