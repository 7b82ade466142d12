/* How many processors a process may use, with control groups made of files. */
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "libaug/base/processors.h"
#include "tests/support/datasets.h"

/* A system's root in a folder of the test. */
static char *root;

/* Writes a file below the root, with its folders. */
static void put(const char *path, const char *text)
{
    char *file = test_path("%s%s", root, path);
    char *slash = strrchr(file, '/');
    *slash = 0;
    free(test_make_folder("%s", file));
    *slash = '/';
    test_write_file(file, text, strlen(text));
    free(file);
}

/* A new root with the groups that a process is in. */
static void begin(const char *name, const char *groups)
{
    free(root);
    root = test_make_folder("%s/%s", test_folder(), name);
    put("/proc/self/cgroup", groups);
}

START_TEST(version_2)
{
    begin("v2", "0::/a/b\n");
    ck_assert_uint_eq(augi_processors_quota(root), 0);
    put("/sys/fs/cgroup/a/b/cpu.max", "max 100000\n");
    ck_assert_uint_eq(augi_processors_quota(root), 0);
    put("/sys/fs/cgroup/a/b/cpu.max", "400000 100000\n");
    ck_assert_uint_eq(augi_processors_quota(root), 4);
    /* A part of a processor is one more thread that can run. */
    put("/sys/fs/cgroup/a/b/cpu.max", "350001 100000\n");
    ck_assert_uint_eq(augi_processors_quota(root), 4);
    put("/sys/fs/cgroup/a/b/cpu.max", "1000 100000\n");
    ck_assert_uint_eq(augi_processors_quota(root), 1);
    put("/sys/fs/cgroup/a/b/cpu.max", "800000 100000\n");
    put("/sys/fs/cgroup/a/cpu.max", "300000 100000\n");
    ck_assert_uint_eq(augi_processors_quota(root), 3);
    put("/sys/fs/cgroup/cpu.max", "200000 100000\n");
    ck_assert_uint_eq(augi_processors_quota(root), 2);
}
END_TEST

START_TEST(version_1)
{
    static const char groups[] =
        "4:memory:/m\n3:cpuset:/c\n2:cpuacct,cpu:/job\n1:name=systemd:/s\n";
    begin("v1", groups);
    ck_assert_uint_eq(augi_processors_quota(root), 0);
    put("/sys/fs/cgroup/cpuacct,cpu/job/cpu.cfs_quota_us", "-1\n");
    put("/sys/fs/cgroup/cpuacct,cpu/job/cpu.cfs_period_us", "100000\n");
    ck_assert_uint_eq(augi_processors_quota(root), 0);
    put("/sys/fs/cgroup/cpuacct,cpu/job/cpu.cfs_quota_us", "250000\n");
    ck_assert_uint_eq(augi_processors_quota(root), 3);
    put("/sys/fs/cgroup/cpuset/c/cpu.cfs_quota_us", "100000\n");
    put("/sys/fs/cgroup/cpuset/c/cpu.cfs_period_us", "100000\n");
    ck_assert_uint_eq(augi_processors_quota(root), 3);
    put("/sys/fs/cgroup/cpuacct,cpu/cpu.cfs_quota_us", "100000\n");
    put("/sys/fs/cgroup/cpuacct,cpu/cpu.cfs_period_us", "50000\n");
    ck_assert_uint_eq(augi_processors_quota(root), 2);
}
END_TEST

START_TEST(a_group_of_the_host)
{
    /* Seen from inside a container the path leads nowhere; the mount is the container's group. */
    begin("container", "0::/system.slice/docker-0123.scope\n");
    put("/sys/fs/cgroup/cpu.max", "150000 100000\n");
    ck_assert_uint_eq(augi_processors_quota(root), 2);
}
END_TEST

START_TEST(files_that_say_nothing)
{
    begin("odd", "\n::\n0:\n0::\n0::relative\nx:cpu\n7:cpu:/a/..\n0::/a\n");
    put("/sys/fs/cgroup/a/cpu.max", "");
    ck_assert_uint_eq(augi_processors_quota(root), 0);
    put("/sys/fs/cgroup/a/cpu.max", "200000");
    ck_assert_uint_eq(augi_processors_quota(root), 0);
    put("/sys/fs/cgroup/a/cpu.max", "200000 0");
    ck_assert_uint_eq(augi_processors_quota(root), 0);
    put("/sys/fs/cgroup/a/cpu.max", "0 100000");
    ck_assert_uint_eq(augi_processors_quota(root), 0);
    put("/sys/fs/cgroup/a/cpu.max", "99999999999999999999 1");
    ck_assert_uint_eq(augi_processors_quota(root), 0);
    ck_assert_uint_eq(augi_processors_quota("/nowhere"), 0);
    free(root);
    root = NULL;
}
END_TEST

START_TEST(affinity_counts)
{
    const uint32_t before = augi_processors();
    ck_assert_uint_ge(before, 1);
    cpu_set_t all, one;
    ck_assert_int_eq(sched_getaffinity(0, sizeof(all), &all), 0);
    ck_assert_uint_le(before, (unsigned)CPU_COUNT(&all));
    int first = 0;
    while (!CPU_ISSET(first, &all))
        first++;
    CPU_ZERO(&one);
    CPU_SET(first, &one);
    ck_assert_int_eq(sched_setaffinity(0, sizeof(one), &one), 0);
    ck_assert_uint_eq(augi_processors(), 1);
    ck_assert_uint_eq(augi_threads(0, 8), 1);
    ck_assert_uint_eq(augi_threads(9, 8), 9);
    ck_assert_int_eq(sched_setaffinity(0, sizeof(all), &all), 0);
    ck_assert_uint_eq(augi_processors(), before);
    ck_assert_uint_eq(augi_threads(0, before), before);
    ck_assert_uint_eq(augi_threads(0, 1), 1);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("processors");
    TCase *test = tcase_create("processors");
    tcase_add_test(test, version_2);
    tcase_add_test(test, version_1);
    tcase_add_test(test, a_group_of_the_host);
    tcase_add_test(test, files_that_say_nothing);
    tcase_add_test(test, affinity_counts);
    suite_add_tcase(suite, test);
    return test_run(suite);
}
