/* Which set of JPEG's kernels this processor runs. */
#include "image/codec/jpeg/kernels.h"

static const ImgJpegKernels *const sets[] = {&img_jpeg_kernels_scalar};

const ImgJpegKernels *img_jpeg_kernels_at(size_t i)
{
    return i < sizeof(sets) / sizeof(sets[0]) ? sets[i] : NULL;
}

const ImgJpegKernels *img_jpeg_kernels(void)
{
    const ImgJpegKernels *best = &img_jpeg_kernels_scalar;
    for (size_t i = 1; img_jpeg_kernels_at(i); i++)
        best = img_jpeg_kernels_at(i);
    return best;
}
