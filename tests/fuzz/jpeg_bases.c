/* Pieces of photographs are moved as coefficients, with the photograph's own tables: they are what
 * cameras write, and small.
 */
#include "tests/fuzz/jpeg_bases.h"

#include <setjmp.h>

#include "libaug/spec/param.h"
#include "tests/support/jpeg_files.h"
#include "tests/support/pictures.h"

/* Sides of drawn files, and of pieces in MCUs. */
#define MAX_DRAWN_SIDE 64
#define MAX_PIECE_MCUS 4

/* Sizes beyond it would take most of the time. */
#define MAX_SIZE 6000

#define N_DRAWN 500
#define N_LARGE 20

/* Where entropy-coded data begins: behind the first SOS. */
static size_t find_scan(const uint8_t *bytes, size_t size)
{
    for (size_t at = 2; at + 4 <= size && bytes[at] == 0xff;) {
        const size_t next = at + 2 + ((size_t)bytes[at + 2] << 8 | bytes[at + 3]);
        if (bytes[at + 1] == 0xda)
            return next < size ? next : size;
        at = next;
    }
    return size;
}

static void add(JpegBases *bases, uint8_t *bytes, size_t size)
{
    bases->bases = realloc(bases->bases, (bases->n + 1) * sizeof(*bases->bases));
    if (!bases->bases || !bytes)
        abort();
    bases->bases[bases->n++] =
        (JpegBase){.bytes = bytes, .size = size, .scan = find_scan(bytes, size)};
}

static void add_copy(JpegBases *bases, const uint8_t *bytes, size_t size)
{
    uint8_t *copy = malloc(size);
    if (!copy)
        abort();
    memcpy(copy, bytes, size);
    add(bases, copy, size);
}

static TestJpegFile draw_small(uint64_t *state)
{
    TestJpegFile file = test_jpeg_file_draw(state, MAX_DRAWN_SIDE);
    while (file.size > MAX_SIZE) {
        free(file.bytes);
        file = test_jpeg_file_draw(state, MAX_DRAWN_SIDE);
    }
    return file;
}

/* Blocks of one component of a piece, from the photograph's at x, y. */
static void copy_blocks(j_decompress_ptr from, jvirt_barray_ptr source, j_compress_ptr to,
                        jvirt_barray_ptr target, const JDIMENSION place[4])
{
    for (JDIMENSION y = 0; y < place[3]; y++) {
        JBLOCKARRAY out = to->mem->access_virt_barray((j_common_ptr)to, target, y, 1, TRUE);
        JBLOCKARRAY in =
            from->mem->access_virt_barray((j_common_ptr)from, source, place[1] + y, 1, FALSE);
        memcpy(out[0], in[0] + place[0], place[2] * sizeof(JBLOCK));
    }
}

static void copy_tables(j_decompress_ptr from, j_compress_ptr to)
{
    for (int i = 0; i < NUM_HUFF_TBLS; i++) {
        JHUFF_TBL **tables[2][2] = {{&from->dc_huff_tbl_ptrs[i], &to->dc_huff_tbl_ptrs[i]},
                                    {&from->ac_huff_tbl_ptrs[i], &to->ac_huff_tbl_ptrs[i]}};
        for (int k = 0; k < 2; k++) {
            if (!*tables[k][0])
                continue;
            if (!*tables[k][1])
                *tables[k][1] = jpeg_alloc_huff_table((j_common_ptr)to);
            **tables[k][1] = **tables[k][0];
            (*tables[k][1])->sent_table = FALSE;
        }
    }
}

/* A piece that is written. */
typedef struct Piece {
    struct jpeg_compress_struct info;
    struct jpeg_error_mgr errors;
    jmp_buf leave;
    unsigned char *bytes;
    unsigned long size;
} Piece;

/* The photograph's tables need not have codes for the piece. */
static void leave(j_common_ptr common)
{
    longjmp(((Piece *)common->client_data)->leave, 1);
}

/* A few MCUs each way from a photograph whose coefficients were read. */
static void write_piece(j_decompress_ptr from, jvirt_barray_ptr *sources, Piece *piece,
                        uint64_t *state)
{
    j_compress_ptr to = &piece->info;
    jvirt_barray_ptr targets[MAX_COMPONENTS];
    JDIMENSION places[MAX_COMPONENTS][4];
    const int32_t n_wide = test_between(state, 1, MAX_PIECE_MCUS);
    const int32_t n_high = test_between(state, 1, MAX_PIECE_MCUS);
    const int32_t width = from->max_h_samp_factor * DCTSIZE;
    const int32_t height = from->max_v_samp_factor * DCTSIZE;
    const int32_t x = test_between(state, 0, (int32_t)from->image_width / width - n_wide);
    const int32_t y = test_between(state, 0, (int32_t)from->image_height / height - n_high);
    jpeg_create_compress(to);
    jpeg_mem_dest(to, &piece->bytes, &piece->size);
    jpeg_copy_critical_parameters(from, to);
    to->image_width = (JDIMENSION)(n_wide * width - test_between(state, 0, width - 1));
    to->image_height = (JDIMENSION)(n_high * height - test_between(state, 0, height - 1));
    copy_tables(from, to);
    if (test_random(state) % 3 == 0)
        to->restart_interval = (unsigned)test_between(state, 1, 8);
    for (int i = 0; i < to->num_components; i++) {
        const JDIMENSION h = (JDIMENSION)to->comp_info[i].h_samp_factor;
        const JDIMENSION v = (JDIMENSION)to->comp_info[i].v_samp_factor;
        places[i][0] = (JDIMENSION)x * h;
        places[i][1] = (JDIMENSION)y * v;
        places[i][2] = (JDIMENSION)n_wide * h;
        places[i][3] = (JDIMENSION)n_high * v;
        targets[i] = to->mem->request_virt_barray((j_common_ptr)to, JPOOL_IMAGE, TRUE, places[i][2],
                                                  places[i][3], v);
    }
    jpeg_write_coefficients(to, targets);
    for (int i = 0; i < to->num_components; i++)
        copy_blocks(from, sources[i], to, targets[i], places[i]);
    jpeg_finish_compress(to);
}

/* Three pieces of a photograph. */
static void add_pieces(JpegBases *bases, const TestMember *member, uint64_t *state)
{
    struct jpeg_error_mgr errors;
    struct jpeg_decompress_struct from = {.err = jpeg_std_error(&errors)};
    jpeg_create_decompress(&from);
    jpeg_mem_src(&from, member->bytes, (unsigned long)member->size);
    jpeg_read_header(&from, TRUE);
    jvirt_barray_ptr *sources = jpeg_read_coefficients(&from);
    for (int i = 0; i < 3; i++) {
        Piece piece = {.bytes = NULL};
        piece.info.err = jpeg_std_error(&piece.errors);
        piece.info.client_data = &piece;
        piece.errors.error_exit = leave;
        const bool is_whole = setjmp(piece.leave) == 0;
        if (is_whole)
            write_piece(&from, sources, &piece, state);
        jpeg_destroy_compress(&piece.info);
        if (is_whole)
            add(bases, piece.bytes, piece.size);
    }
    jpeg_finish_decompress(&from);
    jpeg_destroy_decompress(&from);
}

static uint8_t *read_archive(const char *data, const char *name, size_t *size)
{
    char *path = test_path("%s/%s", data, name);
    uint8_t *tar = test_read_file(path, size);
    free(path);
    return tar;
}

static bool is_jpeg(const TestMember *member)
{
    return member->size >= 3 && memcmp(member->bytes, "\xff\xd8\xff", 3) == 0;
}

static void take_archives(JpegBases *bases, uint64_t *state, const char *data)
{
    TestMember member;
    size_t size, at = 0;
    uint8_t *tar = read_archive(data, "hostile-images.tar", &size);
    while (test_tar_next(tar, size, &at, &member))
        if (is_jpeg(&member) && member.size <= MAX_SIZE)
            add_copy(bases, member.bytes, member.size);
    free(tar);
    at = 0;
    tar = read_archive(data, "imagenet-sample-300.tar", &size);
    while (test_tar_next(tar, size, &at, &member))
        if (is_jpeg(&member))
            add_pieces(bases, &member, state);
    at = 0;
    while (test_tar_next(tar, size, &at, &member) && bases->n_large < N_LARGE) {
        if (!is_jpeg(&member))
            continue;
        add_copy(bases, member.bytes, member.size);
        bases->n_large++;
    }
    free(tar);
}

void jpeg_bases_init(JpegBases *bases, uint64_t *state, const char *data)
{
    *bases = (JpegBases){0};
    while (bases->n < N_DRAWN) {
        const TestJpegFile file = draw_small(state);
        add(bases, file.bytes, file.size);
    }
    bases->n_drawn = bases->n;
    if (data)
        take_archives(bases, state, data);
}

void jpeg_bases_redraw(JpegBases *bases, uint64_t *state)
{
    const TestJpegFile file = draw_small(state);
    JpegBase *base = &bases->bases[test_random(state) % bases->n_drawn];
    free(base->bytes);
    *base = (JpegBase){
        .bytes = file.bytes, .size = file.size, .scan = find_scan(file.bytes, file.size)};
}

void jpeg_bases_fini(JpegBases *bases)
{
    for (size_t i = 0; i < bases->n; i++)
        free(bases->bases[i].bytes);
    free(bases->bases);
    *bases = (JpegBases){0};
}
