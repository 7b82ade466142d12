/* Memory that kernels share. */
#include "image/filters/kernel.h"

void img_filter_scratch_count(ImgFilterScratch *scratch, AugiAllowance *allowance)
{
    scratch->rows.allowance = allowance;
    scratch->between.allowance = allowance;
    scratch->allowance = allowance;
}

void img_filter_scratch_fini(ImgFilterScratch *scratch)
{
    img_pixels_fini(&scratch->rows);
    img_pixels_fini(&scratch->between);
}
