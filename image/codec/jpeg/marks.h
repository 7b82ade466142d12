/* Marks: points of a file's data from which decoding can begin, as few bytes.
 *
 * The first byte is the form (its upper half, MARKS_FORM in marks.c) and the spacing in MCUs over 8
 * (its lower half; 0: one mark for each row of MCUs). Then follow the marks in the order of their
 * MCUs: of each row those of columns 0, spacing, 2 spacing, ..., but for the first MCU of the
 * picture, whose point is known. A mark is the number of bits from the one before, and for each
 * component how much its DC coefficient differs from the one before; numbers are written in groups
 * of 7 bits, the lowest first, with 128 added where one follows, and differences d as 2 d, or
 * -2 d - 1 if they are negative.
 */
#ifndef IMG_JPEG_MARKS_H
#define IMG_JPEG_MARKS_H

#include "image/codec/format.h"
#include "image/codec/jpeg/entropy.h"

/* MCUs of the picture: n all together, across of a row; spacing between marks. */
typedef struct ImgJpegMarkPlaces {
    uint32_t n, across, spacing;
} ImgJpegMarkPlaces;

/* The first marked MCU behind one. Any thread. */
uint32_t img_jpeg_marked_after(const ImgJpegMarkPlaces *places, uint32_t mcu);

/* Writes marks; made by img_jpeg_mark_writer. full: they did not fit. */
typedef struct ImgJpegMarkWriter {
    ImgNewMarks *marks;
    ImgJpegMarkPlaces places;
    int n_components;
    uint32_t next; /* MCU to be marked */
    ImgJpegPoint last;
    bool full;
} ImgJpegMarkWriter;

/* Begins the marks of a file; those of marks that were there are lost. Any thread. */
void img_jpeg_mark_writer(ImgJpegMarkWriter *writer, ImgNewMarks *marks, const ImgJpegFile *file);

/* Adds the point of MCU next, and goes on to the one after. */
void img_jpeg_mark_write(ImgJpegMarkWriter *writer, const ImgJpegPoint *point);

/* Reads marks in their order. mcu, point: of the last one that was read, at first those of the
 * picture's first MCU. */
typedef struct ImgJpegMarkReader {
    const uint8_t *at, *end;
    ImgJpegMarkPlaces places;
    int n_components;
    uint32_t mcu;
    ImgJpegPoint point;
} ImgJpegMarkReader;

/* Begins reading; bytes are borrowed. False: these are no marks. Any thread. */
bool img_jpeg_mark_reader(ImgJpegMarkReader *reader, const ImgMarks *marks,
                          const ImgJpegFile *file);

/* Reads up to the last mark that is not behind an MCU, or to the last that is there. */
void img_jpeg_mark_read(ImgJpegMarkReader *reader, uint32_t mcu);

#endif
