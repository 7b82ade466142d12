/* Members of archives as aug pack writes them: names of every length come back from the reader of this
 * project, sizes of every number of digits from their header. Python's tarfile reads them in the tests
 * of the command. */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "cli/tar_member.h"
#include "libaug/data/support/tar_reader.h"
#include "libaug/spec/param.h"
#include "tests/support/datasets.h"
#include "tests/support/support.h"

/* A name of a length with a slash at every multiple of a step; 0: none. */
static void make_name(char *name, size_t length, size_t step)
{
    for (size_t i = 0; i < length; i++)
        name[i] = step && i % step == step - 1 && i + 1 < length ? '/' : (char)('a' + i % 26);
    name[length] = 0;
}

/* An archive of two members, the first of this name, read back. */
static void check_name(const char *name)
{
    CliBytes bytes = {0};
    cli_tar_add_file(&bytes, name, "content", 7);
    cli_tar_add_file(&bytes, "behind", "", 0);
    cli_tar_add_end(&bytes);
    ck_assert(!bytes.failed);
    ck_assert_uint_eq(bytes.size % CLI_TAR_BLOCK, 0);
    char *path = test_path("%s/one.tar", test_folder());
    test_replace_file(path, bytes.bytes, bytes.size);
    AugiFile file = {0};
    ck_assert_int_eq(augi_file_open(&file, AT_FDCWD, path, path, NULL), AUG_OK);
    AugiTarReader *reader = calloc(1, sizeof(*reader));
    reader->file = &file;
    reader->path = path;
    AugiTarMember member;
    AugError error = {0};
    ck_assert_msg(augi_tar_next(reader, &member, &error) == AUG_OK, "%s", error.message);
    ck_assert_str_eq(member.name, name);
    ck_assert_uint_eq(member.size, 7);
    ck_assert_mem_eq(bytes.bytes + member.data, "content", 7);
    ck_assert_int_eq(augi_tar_next(reader, &member, NULL), AUG_OK);
    ck_assert_str_eq(member.name, "behind");
    ck_assert_int_eq(augi_tar_next(reader, &member, NULL), AUG_END);
    free(reader);
    augi_file_close(&file);
    free(path);
    cli_bytes_fini(&bytes);
}

START_TEST(names_of_every_length_come_back)
{
    static const size_t steps[] = {0, 7, 100, 101, 155, 156};
    char name[401];
    for (size_t length = 1; length <= 400; length += length < 90 ? 13 : 1) {
        make_name(name, length, steps[length % AUG_COUNT(steps)]);
        check_name(name);
    }
}
END_TEST

/* The size that a header says. */
static uint64_t stated_size(const uint8_t *header)
{
    const uint8_t *field = header + 124;
    if (!(field[0] & 0x80))
        return strtoull((const char *)field, NULL, 8);
    uint64_t value = 0;
    for (int i = 1; i < 12; i++)
        value = value << 8 | field[i];
    return value;
}

START_TEST(sizes_come_back)
{
    static const uint64_t sizes[] = {
        0, 1, 511, 512, UINT64_C(077777777777), UINT64_C(0100000000000), UINT64_C(1) << 50};
    for (size_t i = 0; i < AUG_COUNT(sizes); i++) {
        CliBytes bytes = {0};
        cli_tar_add_header(&bytes, "x", sizes[i]);
        ck_assert_uint_eq(bytes.size, CLI_TAR_BLOCK);
        ck_assert_uint_eq(stated_size((const uint8_t *)bytes.bytes), sizes[i]);
        bytes.size = 0;
        cli_tar_add_padding(&bytes, sizes[i]);
        ck_assert_uint_eq((sizes[i] + bytes.size) % CLI_TAR_BLOCK, 0);
        ck_assert_uint_lt(bytes.size, CLI_TAR_BLOCK);
        cli_bytes_fini(&bytes);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("cli_tar_member");
    TCase *tests = tcase_create("all");
    tcase_add_test(tests, names_of_every_length_come_back);
    tcase_add_test(tests, sizes_come_back);
    suite_add_tcase(suite, tests);
    return test_run(suite);
}
