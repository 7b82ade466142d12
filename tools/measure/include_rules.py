"""Who may include whom: two tables, and the search for what breaks them.

A folder that is not in FOLDERS may not hold C at all, and a library that is not in LIBRARIES may
not be included at all, so a newcomer of either kind is noticed.
"""
import re

# Folder -> the project's folders whose headers it may include, besides its own. The arrows of
# docs/architecture.md; "aug" stands for libaug's public headers, included as "aug/NAME.h",
# "augp" for the public headers of the protocol, and "augnn" for those of trained networks.
FOLDERS = {
    "libaug": {"aug"},
    "image": {"aug", "libaug"},
    "text": {"aug", "libaug"},
    "protocol": {"augp"},
    "stream": {"aug", "libaug", "augp", "protocol"},
    "command": {"aug", "libaug"},
    "augd": {"aug", "libaug", "augp", "protocol", "stream", "command"},
    "cli": {"aug", "libaug", "augp", "protocol", "stream", "command"},
    "trainer": {"aug", "libaug", "augp", "augnn", "protocol", "stream", "command"},
    "bench": {"aug", "libaug", "image", "text", "augp", "protocol", "stream", "trainer"},
    "examples": {"aug", "augp", "augnn"},
    "tests": {"aug", "augnn", "libaug", "image", "text", "augp", "protocol", "stream", "command", "augd", "cli", "trainer"},
}

# Header of a third party (how its name begins) -> where it may appear: paths that begin with this.
LIBRARIES = {
    "opencv2/": ("image/cv/",),
    "jpeglib.h": ("image/", "tests/"),
    "jerror.h": ("image/",),
    "png.h": ("image/", "tests/"),
    "pcre2.h": ("text/domain/patterns.c",),
    "utf8proc.h": ("text/unicode/", "tests/"),
    "uv.h": ("augd/", "cli/", "tests/"),
    "yaml.h": ("libaug/base/tree_yaml.c",),
    "jansson.h": ("libaug/", "text/tokens/file", "protocol/", "augd/", "cli/", "trainer/", "tests/"),
    "openssl/": ("libaug/base/hash.c", "tests/"),
    "xxhash.h": ("libaug/base/digest.c",),
    "zlib.h": ("libaug/", "image/", "tests/"),
    "sanitizer/": ("tests/fuzz/",),
    "arm_neon.h": ("trainer/nn/kernels/", "image/codec/jpeg/"),
    "oneapi/dnnl/": ("trainer/plugins/onednn",),
    "omp.h": ("trainer/plugins/onednn.c",),
    "libxsmm.h": ("trainer/plugins/libxsmm.c",),
    "check.h": ("tests/",),
    "immintrin.h": ("image/", "text/", "libaug/", "protocol/", "trainer/", "bench/", "tests/"),
}

# Headers of C11, POSIX and Linux, which anybody may use.
SYSTEM = set("""
    assert.h complex.h ctype.h errno.h fenv.h float.h inttypes.h iso646.h limits.h locale.h math.h
    setjmp.h signal.h stdalign.h stdarg.h stdatomic.h stdbool.h stddef.h stdint.h stdio.h stdlib.h
    stdnoreturn.h string.h strings.h tgmath.h threads.h time.h uchar.h wchar.h wctype.h
    arpa/inet.h dirent.h dlfcn.h endian.h fcntl.h fnmatch.h ftw.h getopt.h glob.h iconv.h libgen.h malloc.h netdb.h
    netinet/in.h netinet/tcp.h poll.h pthread.h pwd.h sched.h spawn.h sys/auxv.h sys/eventfd.h sys/file.h
    sys/ioctl.h sys/mman.h sys/prctl.h sys/random.h sys/resource.h sys/signalfd.h sys/socket.h sys/stat.h sys/statvfs.h
    sys/sysinfo.h sys/time.h sys/types.h sys/uio.h sys/un.h sys/utsname.h sys/wait.h termios.h
    unistd.h
    algorithm array cmath cstddef cstdint cstdio cstdlib cstring exception memory new stdexcept
    string utility vector
""".split())

# Programs that see the project as its users do, installed.
INSTALLED = ("examples/", "tests/install/")

INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*([<"])([^>"]+)[>"]', re.M)


def folder_of(name):
    """Folder whose row a file answers to. The public headers are part of libaug and the protocol."""
    return name.split("/")[0]


def included_folder(target):
    """Project folder that an include names, or None for a file beside the including one."""
    return target.split("/")[0] if "/" in target else None


def check_file(name, text):
    """Sentences about each include of one file that breaks a rule."""
    folder = folder_of(name)
    if folder not in FOLDERS:
        return [f"{name}: the folder '{folder}' has no row in tools/measure/include_rules.py"]
    wrong = []
    if name.endswith((".cpp", ".hpp")) and not name.startswith(("image/cv/", "tests/install/")):
        wrong.append(f"{name}: C++ may stand only in image/cv/")
    for match in INCLUDE.finditer(text):
        line = text.count("\n", 0, match.start()) + 1
        reason = check_include(name, folder, match.group(1), match.group(2))
        if reason:
            wrong.append(f"{name}:{line}: {reason}")
    return wrong


def check_include(name, folder, bracket, target):
    """Why a file may not include a target, or None."""
    for prefix, places in LIBRARIES.items():
        if target == prefix or (prefix.endswith("/") and target.startswith(prefix)):
            if name.startswith(places):
                return None
            return f"<{target}> may appear only in {', '.join(places)}"
    if bracket == "<":
        if target in SYSTEM or (target.startswith(("aug/", "augp/", "augnn/")) and name.startswith(INSTALLED)):
            return None
        return f"<{target}> is not in the tables of tools/measure/include_rules.py"
    other = included_folder(target)
    if other is None or other == folder or other in FOLDERS[folder]:
        return None
    allowed = ", ".join(sorted(FOLDERS[folder]))
    return f"{folder}/ may not include \"{target}\"; it may include {allowed} and itself"


def check_all(files):
    """The same over (name, text) pairs."""
    return [sentence for name, text in files for sentence in check_file(name, text)]
