/* The loops that read bits, for processors that shift by a register in one step. */
#include "image/codec/jpeg/entropy_loops.h"

const ImgJpegLoops img_jpeg_loops_bmi2 = {
    .decode = decode_run,
    .means = means_run,
    .skip = skip_run,
    .drop = drop_run,
};
