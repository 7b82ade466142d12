/* The loops that read bits, for any processor. */
#include "image/codec/jpeg/entropy_loops.h"

const ImgJpegLoops img_jpeg_loops_plain = {
    .decode = decode_run,
    .means = means_run,
    .skip = skip_run,
    .drop = drop_run,
};
