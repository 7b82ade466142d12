/* Memory that kernels share. */
#include "image/filters/kernel.h"

void img_filter_scratch_fini(ImgFilterScratch *scratch)
{
    img_pixels_fini(&scratch->rows);
    img_pixels_fini(&scratch->between);
}
