/* Reads the segments of a JPEG file. Whatever libjpeg would warn of is refused here, and whatever it
 * treats in a way of its own. */
#include "image/codec/jpeg/file.h"

#include <string.h>

/* libjpeg's largest side. */
#define MAX_SIDE 65500

/* Where smooth upsampling has fewer samples than this across, libjpeg does without. */
#define MIN_CHROMA 3

enum {
    SOF0 = 0xc0,
    SOF1 = 0xc1,
    DHT = 0xc4,
    SOI = 0xd8,
    SOS = 0xda,
    DQT = 0xdb,
    DRI = 0xdd,
    APP0 = 0xe0,
    APP14 = 0xee,
    APP15 = 0xef,
    COM = 0xfe,
};

/* A file while it is read. jfif, adobe: whether it has a segment of these. transform: Adobe's word for
 * the colours, 1 for YCbCr. size: of what is left at at. */
typedef struct Reading {
    ImgJpegFile *file;
    const uint8_t *at;
    size_t size;
    bool has_frame, jfif, adobe;
    uint8_t transform;
} Reading;

static uint32_t word(const uint8_t *bytes)
{
    return (uint32_t)bytes[0] << 8 | bytes[1];
}

/* Tables of quantisers of 8 bits (B.2.4.1); of two with one number the later counts. */
static bool read_quantisers(ImgJpegFile *file, const uint8_t *data, size_t size)
{
    while (size >= 65) {
        if (data[0] > 3)
            return false;
        file->quantisers[data[0]] = data + 1;
        data += 65;
        size -= 65;
    }
    return size == 0;
}

static bool read_codes(ImgJpegFile *file, const uint8_t *data, size_t size)
{
    while (size >= 17) {
        const int class = data[0] >> 4, number = data[0] & 15;
        size_t n = 0;
        for (int i = 1; i <= 16; i++)
            n += data[i];
        if (class > 1 || number > 3 || n > 256 || n > size - 17)
            return false;
        file->codes[class][number] =
            (ImgJpegCodes){.counts = data + 1, .symbols = data + 17, .n_symbols = (int)n};
        data += 17 + n;
        size -= 17 + n;
    }
    return size == 0;
}

/* Luma of 1 or 2 blocks each way and chroma of one, or one component, whose factors mean nothing. */
static bool read_sampling(ImgJpegFile *file)
{
    ImgJpegComponent *luma = &file->components[0];
    if (file->n_components == 1) {
        const bool good = 1 <= luma->h && luma->h <= 4 && 1 <= luma->v && luma->v <= 4;
        luma->h = luma->v = 1;
        return good;
    }
    if (luma->h < 1 || luma->h > 2 || luma->v < 1 || luma->v > 2)
        return false;
    for (int i = 1; i < IMG_JPEG_COMPONENTS; i++)
        if (file->components[i].h != 1 || file->components[i].v != 1)
            return false;
    const bool narrow = luma->h == 2 && (file->width + 1) / 2 < MIN_CHROMA;
    const bool flat = luma->v == 2 && (file->height + 1) / 2 < MIN_CHROMA;
    return !narrow && !flat;
}

static bool read_frame(Reading *reading, const uint8_t *data, size_t size)
{
    ImgJpegFile *file = reading->file;
    if (reading->has_frame || size < 6 || data[0] != 8)
        return false;
    reading->has_frame = true;
    file->height = (int32_t)word(data + 1);
    file->width = (int32_t)word(data + 3);
    file->n_components = data[5];
    if (file->height < 1 || file->width < 1 || file->height > MAX_SIDE || file->width > MAX_SIDE ||
        (file->n_components != 1 && file->n_components != IMG_JPEG_COMPONENTS) ||
        size != 6 + 3 * (size_t)file->n_components)
        return false;
    for (int i = 0; i < file->n_components; i++) {
        const uint8_t *from = data + 6 + 3 * i;
        file->components[i] = (ImgJpegComponent){
            .id = from[0], .h = from[1] >> 4, .v = from[1] & 15, .quantiser_index = from[2]};
        for (int j = 0; j < i; j++)
            if (file->components[j].id == from[0])
                return false;
    }
    return read_sampling(file);
}

/* Whether three components are YCbCr, as libjpeg finds it: JFIF says so, or Adobe's segment, or the
 * numbers of the components do. Where it would only guess, no. */
static bool is_ycc(const Reading *reading)
{
    const ImgJpegComponent *components = reading->file->components;
    if (reading->file->n_components == 1 || reading->jfif)
        return true;
    if (reading->adobe)
        return reading->transform == 1;
    return components[0].id == 1 && components[1].id == 2 && components[2].id == 3;
}

static bool read_scan(Reading *reading, const uint8_t *data, size_t size)
{
    ImgJpegFile *file = reading->file;
    const size_t n = (size_t)file->n_components;
    if (!reading->has_frame || size != 4 + 2 * n || data[0] != n || !is_ycc(reading))
        return false;
    for (size_t i = 0; i < n; i++) {
        ImgJpegComponent *component = &file->components[i];
        const int dc = data[2 + 2 * i] >> 4, ac = data[2 + 2 * i] & 15;
        if (data[1 + 2 * i] != component->id || dc > 3 || ac > 3 || component->quantiser_index > 3)
            return false;
        component->dc = &file->codes[0][dc];
        component->ac = &file->codes[1][ac];
        component->quantiser = file->quantisers[component->quantiser_index];
        if (!component->dc->n_symbols || !component->ac->n_symbols || !component->quantiser)
            return false;
    }
    const uint8_t *spectrum = data + 1 + 2 * n;
    return spectrum[0] == 0 && spectrum[1] == 63 && spectrum[2] == 0;
}

static bool read_jfif(Reading *reading, const uint8_t *data, size_t size)
{
    if (size < 14 || memcmp(data, "JFIF", 5) != 0)
        return true;
    reading->jfif = true;
    return data[5] == 1;
}

static bool read_adobe(Reading *reading, const uint8_t *data, size_t size)
{
    if (size < 12 || memcmp(data, "Adobe", 5) != 0)
        return true;
    reading->adobe = true;
    reading->transform = data[11];
    return true;
}

static bool read_restarts(ImgJpegFile *file, const uint8_t *data, size_t size)
{
    if (size != 2)
        return false;
    file->restart_interval = word(data);
    return true;
}

/* One segment before the data; size is that of its parameters. */
static bool read_segment(Reading *reading, int marker, const uint8_t *data, size_t size)
{
    switch (marker) {
    case SOF0:
    case SOF1:
        return read_frame(reading, data, size);
    case DQT:
        return read_quantisers(reading->file, data, size);
    case DHT:
        return read_codes(reading->file, data, size);
    case DRI:
        return read_restarts(reading->file, data, size);
    case APP0:
        return read_jfif(reading, data, size);
    case APP14:
        return read_adobe(reading, data, size);
    default:
        return (APP0 < marker && marker <= APP15) || marker == COM;
    }
}

/* Steps over the FF, any number of them, and the code of a marker; -1 if there is none here. */
static int take_marker(Reading *reading)
{
    size_t n = 0;
    while (n < reading->size && reading->at[n] == 0xff)
        n++;
    if (n == 0 || n == reading->size)
        return -1;
    reading->at += n + 1;
    reading->size -= n + 1;
    return reading->at[-1];
}

bool img_jpeg_file_read(ImgJpegFile *file, const uint8_t *bytes, size_t size)
{
    *file = (ImgJpegFile){0};
    Reading reading = {.file = file, .at = bytes + 2, .size = size - 2};
    if (size < 4 || bytes[0] != 0xff || bytes[1] != SOI)
        return false;
    for (;;) {
        const int marker = take_marker(&reading);
        const size_t length = marker < 0 || reading.size < 2 ? 0 : word(reading.at);
        if (length < 2 || length > reading.size)
            return false;
        const uint8_t *data = reading.at + 2;
        reading.at += length;
        reading.size -= length;
        if (marker == SOS) {
            file->data = reading.at;
            file->data_size = reading.size;
            return read_scan(&reading, data, length - 2);
        }
        if (!read_segment(&reading, marker, data, length - 2))
            return false;
    }
}

static uint32_t units(int32_t length, uint32_t n_blocks)
{
    return ((uint32_t)length + 8 * n_blocks - 1) / (8 * n_blocks);
}

uint32_t img_jpeg_mcus_across(const ImgJpegFile *file)
{
    return units(file->width, file->components[0].h);
}

uint32_t img_jpeg_mcus_down(const ImgJpegFile *file)
{
    return units(file->height, file->components[0].v);
}
