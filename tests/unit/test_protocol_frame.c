/* Frames and checksums: known answers, every damaged bit, and bytes of strangers. */
#include <stdlib.h>
#include <string.h>

#include "protocol/crc32c.h"
#include "protocol/errors.h"
#include "protocol/frame.h"
#include "tests/support/support.h"

static const AugpFrame sample = {
    .type = AUGP_TYPE_BATCH,
    .flags = AUGP_FLAG_LAST_OF_EPOCH | AUGP_FLAG_PAYLOAD_CRC,
    .stream = 1,
    .length = UINT64_C(0x0102030405060708),
    .payload_crc = 0xa1a2a3a4u,
    .epoch = 0xb1b2b3b4u,
    .step = UINT64_C(0xc1c2c3c4c5c6c7c8),
    .seq = UINT64_C(0xd1d2d3d4d5d6d7d8),
    .arg = UINT64_C(0xe1e2e3e4e5e6e7e8),
    .ident = UINT64_C(0xf1f2f3f4f5f6f7f8),
};

/* xorshift64: a fixed stream of bytes for fuzzing, without a library's generator. */
static uint64_t scramble(uint64_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state;
}

/* RFC 3720, appendix B.4. */
START_TEST(crc_known_answers)
{
    uint8_t bytes[32] = {0};
    ck_assert_uint_eq(augp_crc32c(0, bytes, 32), 0x8a9136aau);
    memset(bytes, 0xff, 32);
    ck_assert_uint_eq(augp_crc32c(0, bytes, 32), 0x62a8ab43u);
    for (int i = 0; i < 32; i++)
        bytes[i] = (uint8_t)i;
    ck_assert_uint_eq(augp_crc32c(0, bytes, 32), 0x46dd794eu);
    ck_assert_uint_eq(augp_crc32c(0, "123456789", 9), 0xe3069283u);
    ck_assert_uint_eq(augp_crc32c(0, "", 0), 0);
}
END_TEST

/* The instruction agrees with the table at every length around the lanes' block of 3 x 4096, at odd
 * addresses, and when a text is taken in two pieces. */
START_TEST(crc_matches_table)
{
    enum { SIZE = 40000 };
    uint8_t *bytes = malloc(SIZE);
    uint64_t state = 7;
    for (int i = 0; i < SIZE; i++)
        bytes[i] = (uint8_t)scramble(&state);
    for (size_t size = 0; size < SIZE - 8; size += size < 64 ? 1 : 997) {
        size_t at = size % 8;
        uint32_t expected = augp_crc32c_table(0, bytes + at, size);
        ck_assert_uint_eq(augp_crc32c(0, bytes + at, size), expected);
        uint32_t half = augp_crc32c(0, bytes + at, size / 3);
        ck_assert_uint_eq(augp_crc32c(half, bytes + at + size / 3, size - size / 3), expected);
    }
    for (size_t size = 12280; size < 12300; size++)
        ck_assert_uint_eq(augp_crc32c(1, bytes, size), augp_crc32c_table(1, bytes, size));
    free(bytes);
}
END_TEST

/* The bytes of SPEC.md's table, written out. */
START_TEST(layout_is_pinned)
{
    static const uint8_t expected[AUGP_HEADER_SIZE] = {
        'A',  'U',  'G',  'G',  1,    8,    9,    0,    1,    0,    0,    0,    0,
        0,    0,    0,    0x08, 0x07, 0x06, 0x05, 0x04, 0x03, 0x02, 0x01, 0xa4, 0xa3,
        0xa2, 0xa1, 0xb4, 0xb3, 0xb2, 0xb1, 0xc8, 0xc7, 0xc6, 0xc5, 0xc4, 0xc3, 0xc2,
        0xc1, 0xd8, 0xd7, 0xd6, 0xd5, 0xd4, 0xd3, 0xd2, 0xd1, 0xe8, 0xe7, 0xe6, 0xe5,
        0xe4, 0xe3, 0xe2, 0xe1, 0xf8, 0xf7, 0xf6, 0xf5, 0xf4, 0xf3, 0xf2, 0xf1,
    };
    uint8_t bytes[AUGP_HEADER_SIZE];
    augp_frame_encode(&sample, bytes);
    uint32_t crc = augp_crc32c_table(0, expected, sizeof(expected));
    for (size_t i = 0; i < AUGP_HEADER_SIZE; i++) {
        uint8_t byte = i >= 12 && i < 16 ? (uint8_t)(crc >> (8 * (i - 12))) : expected[i];
        ck_assert_msg(bytes[i] == byte, "byte %zu is %02x, expected %02x", i, bytes[i], byte);
    }
}
END_TEST

START_TEST(round_trip)
{
    uint8_t bytes[AUGP_HEADER_SIZE];
    AugpFrame back;
    augp_frame_encode(&sample, bytes);
    ck_assert_int_eq(augp_frame_decode(&back, bytes, NULL), AUGP_OK);
    ck_assert_uint_eq(back.type, sample.type);
    ck_assert_uint_eq(back.flags, sample.flags);
    ck_assert_uint_eq(back.stream, sample.stream);
    ck_assert_uint_eq(back.length, sample.length);
    ck_assert_uint_eq(back.payload_crc, sample.payload_crc);
    ck_assert_uint_eq(back.epoch, sample.epoch);
    ck_assert_uint_eq(back.step, sample.step);
    ck_assert_uint_eq(back.seq, sample.seq);
    ck_assert_uint_eq(back.arg, sample.arg);
    ck_assert_uint_eq(back.ident, sample.ident);
}
END_TEST

START_TEST(every_bit_flip_is_noticed)
{
    uint8_t bytes[AUGP_HEADER_SIZE];
    augp_frame_encode(&sample, bytes);
    for (int bit = 0; bit < AUGP_HEADER_SIZE * 8; bit++) {
        AugpFrame frame;
        AugpError error = {0};
        bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
        ck_assert_msg(augp_frame_decode(&frame, bytes, &error) == AUGP_PROTOCOL,
                      "bit %d may flip unnoticed", bit);
        ck_assert_uint_eq(error.code, bit < 32 ? AUGP_CODE_BAD_MAGIC : AUGP_CODE_BAD_HEADER_CRC);
        bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
    }
}
END_TEST

/* Any bytes, and any bytes behind a right magic and checksum, give a frame or an error; a frame
 * that passes the check has a length that its type allows. */
START_TEST(strangers_bytes)
{
    uint64_t state = 42;
    int n_good = 0;
    for (int i = 0; i < 200000; i++) {
        uint8_t bytes[AUGP_HEADER_SIZE];
        for (int j = 0; j < AUGP_HEADER_SIZE; j++)
            bytes[j] = (uint8_t)scramble(&state);
        AugpFrame frame;
        if (i % 2) {
            augp_frame_encode(
                &(AugpFrame){.type = (uint8_t)(bytes[5] % 20),
                             .flags = bytes[6] % 2,
                             .stream = bytes[8] % 3,
                             .length = (uint64_t)bytes[16] << bytes[17] % (i % 3 ? 10 : 64)},
                bytes);
        }
        AugpState state_of = (AugpState)(i % 4);
        if (augp_frame_decode(&frame, bytes, NULL) != AUGP_OK ||
            augp_frame_check(&frame, AUGP_SIDE_SERVER, state_of, 1000, NULL) != AUGP_OK)
            continue;
        n_good++;
        ck_assert_uint_le(frame.length, AUGP_MAX_CONTROL);
    }
    ck_assert_int_gt(n_good, 500);
}
END_TEST

static uint32_t check(AugpFrame frame, AugpSide sender, AugpState state)
{
    AugpError error = {0};
    AugpStatus status = augp_frame_check(&frame, sender, state, 1000, &error);
    return status == AUGP_OK ? 0 : error.code;
}

START_TEST(rules_of_types)
{
    const AugpSide client = AUGP_SIDE_CLIENT, server = AUGP_SIDE_SERVER;
    const AugpState new = AUGP_STATE_NEW, ready = AUGP_STATE_READY,
                    streaming = AUGP_STATE_STREAMING;
    ck_assert_uint_eq(check((AugpFrame){.type = 1, .length = 4096}, client, new), 0);
    ck_assert_uint_eq(check((AugpFrame){.type = 1, .length = 4097}, client, new), 6);
    ck_assert_uint_eq(check((AugpFrame){.type = 1}, client, ready), 7);
    ck_assert_uint_eq(check((AugpFrame){.type = 1}, server, new), 7);
    ck_assert_uint_eq(check((AugpFrame){.type = 1, .stream = 1}, client, new), 8);
    ck_assert_uint_eq(check((AugpFrame){.type = 5, .stream = 1}, client, new), 7);
    ck_assert_uint_eq(check((AugpFrame){.type = 5, .stream = 1, .length = 65536}, client, ready),
                      0);
    ck_assert_uint_eq(check((AugpFrame){.type = 5, .stream = 1, .length = 65537}, client, ready),
                      6);
    ck_assert_uint_eq(check((AugpFrame){.type = 5, .stream = 2}, client, ready), 8);
    ck_assert_uint_eq(check((AugpFrame){.type = 5, .stream = 1}, client, streaming), 7);
    ck_assert_uint_eq(check((AugpFrame){.type = 7, .stream = 1, .length = 1}, client, streaming),
                      6);
    ck_assert_uint_eq(check((AugpFrame){.type = 8, .stream = 1, .length = 1000}, server, streaming),
                      0);
    ck_assert_uint_eq(check((AugpFrame){.type = 8, .stream = 1, .length = 1001}, server, streaming),
                      6);
    ck_assert_uint_eq(check((AugpFrame){.type = 8, .stream = 1}, client, streaming), 7);
    ck_assert_uint_eq(check((AugpFrame){.type = 7, .stream = 1, .flags = 8}, client, streaming), 8);
    ck_assert_uint_eq(check((AugpFrame){.type = 13, .length = 65536}, server, new), 0);
    ck_assert_uint_eq(check((AugpFrame){.type = 13, .stream = 1}, server, streaming), 0);
    ck_assert_uint_eq(check((AugpFrame){.type = 3}, client, new), 5);
    ck_assert_uint_eq(check((AugpFrame){.type = 127}, client, ready), 5);
    ck_assert_uint_eq(check((AugpFrame){.type = 130, .length = 65536}, client, ready), 0);
    ck_assert_uint_eq(check((AugpFrame){.type = 130, .length = 4097}, client, new), 6);
    ck_assert_uint_eq(check((AugpFrame){.type = 128, .length = 65536}, client, ready), 0);
    ck_assert_uint_eq(check((AugpFrame){.type = 128, .length = 65537}, client, ready), 6);
    ck_assert_uint_eq(check((AugpFrame){.type = 128, .stream = 1}, client, ready), 8);
    ck_assert_uint_eq(check((AugpFrame){.type = 128}, client, streaming), 7);
    ck_assert_uint_eq(check((AugpFrame){.type = 128}, client, new), 7);
    ck_assert_uint_eq(check((AugpFrame){.type = 129}, client, ready), 7);
    ck_assert_uint_eq(check((AugpFrame){.type = 129}, server, ready), 0);
    ck_assert_uint_eq(check((AugpFrame){.type = 129}, server, streaming), 7);
}
END_TEST

START_TEST(version_and_flags)
{
    uint8_t bytes[AUGP_HEADER_SIZE];
    AugpFrame frame;
    AugpError error;
    augp_frame_encode(&(AugpFrame){.type = 8, .flags = AUGP_FLAG_SLOT}, bytes);
    ck_assert_int_eq(augp_frame_decode(&frame, bytes, &error), AUGP_PROTOCOL);
    ck_assert_uint_eq(error.code, AUGP_CODE_BAD_MESSAGE);
    augp_frame_encode(&sample, bytes);
    bytes[4] = 2;
    memset(bytes + 12, 0, 4);
    uint32_t crc = augp_crc32c_table(0, bytes, AUGP_HEADER_SIZE);
    for (int i = 0; i < 4; i++)
        bytes[12 + i] = (uint8_t)(crc >> (8 * i));
    ck_assert_int_eq(augp_frame_decode(&frame, bytes, &error), AUGP_PROTOCOL);
    ck_assert_uint_eq(error.code, AUGP_CODE_UNSUPPORTED_VERSION);
    ck_assert_str_eq(error.message, "the frame has version 2; allowed is 1");
}
END_TEST

START_TEST(payload_checksum)
{
    AugpFrame frame = {.type = AUGP_TYPE_BATCH, .length = 5};
    ck_assert_int_eq(augp_frame_check_payload(&frame, "hello", NULL), AUGP_OK);
    augp_frame_add_crc(&frame, "hello");
    ck_assert_int_eq(augp_frame_check_payload(&frame, "hello", NULL), AUGP_OK);
    AugpError error;
    ck_assert_int_eq(augp_frame_check_payload(&frame, "hellp", &error), AUGP_PROTOCOL);
    ck_assert_uint_eq(error.code, AUGP_CODE_BAD_PAYLOAD_CRC);
    ck_assert(error.retry);
}
END_TEST

START_TEST(ident_of_a_stream)
{
    char id[65];
    memset(id, '0', 64);
    id[64] = 0;
    memcpy(id, "0123456789abcdef", 16);
    ck_assert_uint_eq(augp_ident(id), UINT64_C(0xefcdab8967452301));
    id[20] = 'G';
    ck_assert_uint_eq(augp_ident(id), 0);
    ck_assert_uint_eq(augp_ident("12"), 0);
}
END_TEST

START_TEST(names)
{
    char text[16];
    ck_assert_str_eq(augp_type_name(8, text), "BATCH");
    ck_assert_str_eq(augp_type_name(200, text), "type 200");
    ck_assert_str_eq(augp_state_name(AUGP_STATE_OPENING), "OPENING");
    ck_assert_str_eq(augp_status_name(AUGP_TIMEOUT), "TIMEOUT");
    ck_assert_str_eq(augp_status_name((AugpStatus)99), "UNKNOWN");
    ck_assert_str_eq(augp_code_info(33)->name, "DATASET_CHANGED");
    ck_assert_ptr_null(augp_code_info(12));
    ck_assert_ptr_null(augp_code_info(0));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("protocol_frame");
    TCase *all = tcase_create("all");
    tcase_add_test(all, crc_known_answers);
    tcase_add_test(all, crc_matches_table);
    tcase_add_test(all, layout_is_pinned);
    tcase_add_test(all, round_trip);
    tcase_add_test(all, every_bit_flip_is_noticed);
    tcase_add_test(all, strangers_bytes);
    tcase_add_test(all, rules_of_types);
    tcase_add_test(all, version_and_flags);
    tcase_add_test(all, payload_checksum);
    tcase_add_test(all, ident_of_a_stream);
    tcase_add_test(all, names);
    suite_add_tcase(suite, all);
    return test_run(suite);
}
