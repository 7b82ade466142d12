/* Where libjpeg-turbo writes a file: memory that grows. Its own jpeg_mem_dest loses track of the buffer
 * when memory runs out. For the files that call libjpeg only.
 */
#ifndef IMG_JPEG_OUTPUT_H
#define IMG_JPEG_OUTPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* jpeglib.h needs size_t and FILE to be known. */
#include <jpeglib.h>

/* destination: what info->dest points to, the first member. bytes, of which size are written: whoever
 * made the output frees them, however the writing ended. is_too_large: it was given up, with
 * JERR_FILE_WRITE, because most bytes were not enough. */
typedef struct ImgJpegOutput {
    struct jpeg_destination_mgr destination;
    uint8_t *bytes;
    size_t size, capacity, most;
    bool is_too_large;
} ImgJpegOutput;

/* An output that holds nothing. A file may become up to twice most before it is given up: memory
 * doubles. */
ImgJpegOutput img_jpeg_output(size_t most);

#endif
