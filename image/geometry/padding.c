/* Padding from numbers to margins. */
#include "image/geometry/padding.h"

#include <math.h>

AugStatus img_padding_check(const AugNumbers *numbers, AugError *error)
{
    if (numbers->n != 1 && numbers->n != 2 && numbers->n != 4)
        return AUG_FAIL(error, AUG_BAD_SPEC, NULL,
                        "padding has %d numbers; 1, 2 [left and right, top and bottom] or 4 [left, "
                        "top, right, bottom] are allowed",
                        numbers->n);
    for (int32_t i = 0; i < numbers->n; i++)
        if (floor(numbers->values[i]) < numbers->values[i])
            return AUG_FAIL(error, AUG_BAD_SPEC, NULL,
                            "padding has the number %g; whole numbers of pixels are allowed",
                            numbers->values[i]);
    return AUG_OK;
}

ImgPadding img_padding_make(const AugNumbers *numbers)
{
    const double *values = numbers->values;
    const int32_t last = numbers->n - 1;
    return (ImgPadding){
        .left = (int32_t)values[0],
        .top = (int32_t)values[last > 0 ? 1 : 0],
        .right = (int32_t)values[last > 1 ? 2 : 0],
        .bottom = (int32_t)values[last],
    };
}
