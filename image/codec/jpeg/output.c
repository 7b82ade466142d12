/* libjpeg's destination in memory that doubles. */
#include "image/codec/jpeg/output.h"

#include <jerror.h>
#include <stdlib.h>

/* The first buffer. */
#define FIRST_CAPACITY 65536u

static ImgJpegOutput *output_of(j_compress_ptr info)
{
    return (ImgJpegOutput *)(void *)info->dest;
}

/* Offers libjpeg the free part of a buffer of the given capacity. */
static void offer(j_compress_ptr info, size_t capacity)
{
    ImgJpegOutput *output = output_of(info);
    output->is_too_large = output->size >= output->most;
    if (output->is_too_large)
        ERREXIT(info, JERR_FILE_WRITE);
    uint8_t *bytes = realloc(output->bytes, capacity);
    if (!bytes)
        ERREXIT1(info, JERR_OUT_OF_MEMORY, 0);
    output->bytes = bytes;
    output->capacity = capacity;
    output->destination.next_output_byte = bytes + output->size;
    output->destination.free_in_buffer = capacity - output->size;
}

static void begin(j_compress_ptr info)
{
    offer(info, FIRST_CAPACITY);
}

/* libjpeg calls this when the buffer is full to its last byte. */
static boolean grow(j_compress_ptr info)
{
    ImgJpegOutput *output = output_of(info);
    output->size = output->capacity;
    offer(info, 2 * output->capacity);
    return TRUE;
}

static void finish(j_compress_ptr info)
{
    ImgJpegOutput *output = output_of(info);
    output->size = output->capacity - output->destination.free_in_buffer;
}

ImgJpegOutput img_jpeg_output(size_t most)
{
    return (ImgJpegOutput){
        .destination = {.init_destination = begin,
                        .empty_output_buffer = grow,
                        .term_destination = finish},
        .most = most,
    };
}
