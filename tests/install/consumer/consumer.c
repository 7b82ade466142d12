/* What a user of libaug writes first; compiled against the installed tree as C and as C++. */
#include <aug/aug.h>
#include <stdio.h>

int main(void)
{
    static AugError error;
    AugDataset *dataset = NULL;
    const AugStatus status = aug_dataset_open(&dataset, "idx:/no/such/file", NULL, &error);
    printf("%s %s: %s\n", aug_version(), aug_status_name(status), error.message);
    aug_dataset_unref(dataset);
    return status == AUG_NOT_FOUND ? 0 : 1;
}
