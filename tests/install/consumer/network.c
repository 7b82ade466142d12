/* What a user of libaugnn writes first; compiled against the installed tree as C and as C++. */
#include <augnn/nn.h>
#include <stdio.h>

int main(void)
{
    static AugError error;
    NnModel *model = NULL;
    const AugStatus status = nn_model_open(&model, "/no/such/run", NULL, &error);
    printf("%s: %s\n", error.where, error.message);
    nn_model_free(model);
    return status == AUG_NOT_FOUND ? 0 : 1;
}
