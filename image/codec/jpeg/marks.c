/* Marks as bytes. */
#include "image/codec/jpeg/marks.h"

/* Another form gets another number. */
#define MARKS_FORM 1

/* Bytes of a mark at most: a number of 64 bits in groups of 7, and three of 32. */
#define MARK_MAX_SIZE (10 + 3 * 5)

static ImgJpegMarkPlaces places_of(const ImgJpegFile *file, uint32_t spacing)
{
    const uint32_t across = img_jpeg_mcus_across(file);
    return (ImgJpegMarkPlaces){
        .n = across * img_jpeg_mcus_down(file),
        .across = across,
        .spacing = spacing == 0 || spacing > across ? across : spacing,
    };
}

uint32_t img_jpeg_marked_after(const ImgJpegMarkPlaces *places, uint32_t mcu)
{
    const uint32_t column = mcu % places->across, first = mcu - column;
    const uint32_t next = (column / places->spacing + 1) * places->spacing;
    return first + (next < places->across ? next : places->across);
}

void img_jpeg_mark_writer(ImgJpegMarkWriter *writer, ImgNewMarks *marks, const ImgJpegFile *file)
{
    *writer = (ImgJpegMarkWriter){
        .marks = marks,
        .places = places_of(file, (uint32_t)marks->spacing),
        .n_components = file->n_components,
        .full = marks->capacity < 1,
    };
    writer->next = img_jpeg_marked_after(&writer->places, 0);
    marks->size = 0;
    if (!writer->full)
        marks->bytes[marks->size++] = (uint8_t)(MARKS_FORM << 4 | marks->spacing / 8);
}

static void put_number(ImgNewMarks *marks, uint64_t number)
{
    for (; number >= 128; number >>= 7)
        marks->bytes[marks->size++] = (uint8_t)(number | 128);
    marks->bytes[marks->size++] = (uint8_t)number;
}

void img_jpeg_mark_write(ImgJpegMarkWriter *writer, const ImgJpegPoint *point)
{
    ImgNewMarks *marks = writer->marks;
    writer->full = writer->full || marks->capacity - marks->size < MARK_MAX_SIZE;
    if (!writer->full) {
        put_number(marks, point->at - writer->last.at);
        for (int i = 0; i < writer->n_components; i++) {
            const int32_t more = point->dc[i] - writer->last.dc[i];
            put_number(marks, more < 0 ? (uint64_t)(-2 * more - 1) : (uint64_t)(2 * more));
        }
    }
    writer->last = *point;
    writer->next = img_jpeg_marked_after(&writer->places, writer->next);
}

bool img_jpeg_mark_reader(ImgJpegMarkReader *reader, const ImgMarks *marks, const ImgJpegFile *file)
{
    if (marks->size == 0 || marks->bytes[0] >> 4 != MARKS_FORM)
        return false;
    *reader = (ImgJpegMarkReader){
        .at = marks->bytes + 1,
        .end = marks->bytes + marks->size,
        .places = places_of(file, (marks->bytes[0] & 15u) * 8),
        .n_components = file->n_components,
    };
    return true;
}

/* Takes a number of at most 63 bits; false at the end of the marks. */
static bool take_number(const uint8_t **at, const uint8_t *end, uint64_t *number)
{
    *number = 0;
    for (int shift = 0; *at < end && shift < 63; shift += 7) {
        const uint8_t byte = *(*at)++;
        *number |= (uint64_t)(byte & 127) << shift;
        if (byte < 128)
            return true;
    }
    return false;
}

/* One mark; false, with the reader as it was, if there is none. */
static bool read_mark(ImgJpegMarkReader *reader)
{
    const uint8_t *at = reader->at;
    ImgJpegPoint point = reader->point;
    uint64_t number;
    if (!take_number(&at, reader->end, &number))
        return false;
    point.at += number;
    for (int i = 0; i < reader->n_components; i++) {
        if (!take_number(&at, reader->end, &number) || number > UINT16_MAX)
            return false;
        const int32_t half = (int32_t)(number / 2);
        point.dc[i] += number & 1 ? -half - 1 : half;
        if (point.dc[i] < -IMG_JPEG_MOST || point.dc[i] > IMG_JPEG_MOST)
            return false;
    }
    reader->at = at;
    reader->point = point;
    return true;
}

void img_jpeg_mark_read(ImgJpegMarkReader *reader, uint32_t mcu)
{
    uint32_t next = img_jpeg_marked_after(&reader->places, reader->mcu);
    while (next <= mcu && next < reader->places.n && read_mark(reader)) {
        reader->mcu = next;
        next = img_jpeg_marked_after(&reader->places, next);
    }
}
