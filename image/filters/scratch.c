/* Memory that kernels share, and what they read and cost. */
#include "image/filters/kernel.h"
#include "image/pixels/work.h"

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

ImgWindow img_filter_needs(const ImgFilterKernel *kernel, const void *state, ImgWindow made,
                           AugSize size)
{
    if (!kernel->reach)
        return made;
    return img_window_grown(made, kernel->reach(state), size.width, size.height);
}

uint64_t img_filter_work(const ImgFilterKernel *kernel, const void *state, ImgWindow made,
                         AugSize size)
{
    const uint64_t passes = kernel->passes ? kernel->passes(state) : IMG_PASSES_NOISE;
    return img_window_pixels(img_filter_needs(kernel, state, made, size)) * passes;
}
