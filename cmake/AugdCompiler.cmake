# Warnings, floating-point rules and sanitizers, for every target of the project.
#
# -ffp-contract=off: random parameters must be bit-equal on every machine, so the compiler may not
# fuse a multiply and an add into one rounding. The trainer's kernels ask for FMA explicitly.
add_compile_options(
    -Wall -Wextra -Wpedantic -Wshadow -Wundef -Wvla -Wformat=2 -Wpointer-arith -Wcast-qual
    -Wwrite-strings -Wmissing-declarations -Wfloat-conversion -Wdouble-promotion
    -ffp-contract=off -fno-math-errno
    $<$<COMPILE_LANGUAGE:C>:-Wstrict-prototypes>
    $<$<COMPILE_LANGUAGE:C>:-Wold-style-definition>
    $<$<COMPILE_LANGUAGE:C>:-Wmissing-prototypes>
    $<$<BOOL:${AUGD_WERROR}>:-Werror>)
add_compile_definitions(_GNU_SOURCE)
# RelWithDebInfo is -O2 by default; the pixel and tensor kernels gain from -O3.
set(CMAKE_C_FLAGS_RELWITHDEBINFO "-O3 -g -DNDEBUG")
set(CMAKE_CXX_FLAGS_RELWITHDEBINFO "-O3 -g -DNDEBUG")
if(AUGD_SANITIZE)
    add_compile_options(-fsanitize=${AUGD_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
    add_link_options(-fsanitize=${AUGD_SANITIZE})
endif()

# Files named *_avx2.c hold the AVX2 form of a kernel; they are called only after a check at run time.
function(augd_avx2_sources)
    if(CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64|AMD64")
        set_source_files_properties(${ARGN} PROPERTIES COMPILE_OPTIONS "-mavx2;-mfma")
    else()
        set_source_files_properties(${ARGN} PROPERTIES HEADER_FILE_ONLY ON)
    endif()
endfunction()

# The same for *_bmi2.c.
function(augd_bmi2_sources)
    if(CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64|AMD64")
        set_source_files_properties(${ARGN} PROPERTIES COMPILE_OPTIONS "-mbmi;-mbmi2")
    else()
        set_source_files_properties(${ARGN} PROPERTIES HEADER_FILE_ONLY ON)
    endif()
endfunction()

# The same for *_sse41.c.
function(augd_sse41_sources)
    if(CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64|AMD64")
        set_source_files_properties(${ARGN} PROPERTIES COMPILE_OPTIONS "-msse4.1")
    else()
        set_source_files_properties(${ARGN} PROPERTIES HEADER_FILE_ONLY ON)
    endif()
endfunction()

# Files named *_neon.c hold the form for AArch64, which needs no flags there.
function(augd_neon_sources)
    if(NOT CMAKE_SYSTEM_PROCESSOR MATCHES "aarch64|arm64")
        set_source_files_properties(${ARGN} PROPERTIES HEADER_FILE_ONLY ON)
    endif()
endfunction()

# The same for *_avx512.c, whose CPUs have AVX2 and FMA, too. Clang takes minutes for their unrolled tiles
# with the checks of a fuzz target in them; the sanitizers' own builds check them.
function(augd_avx512_sources)
    set(flags -mavx2 -mfma -mavx512f -mavx512bw -mavx512dq -mavx512vl)
    if(AUGD_SANITIZE MATCHES "fuzzer")
        list(APPEND flags -fno-sanitize=all)
    endif()
    if(CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64|AMD64")
        set_source_files_properties(${ARGN} PROPERTIES COMPILE_OPTIONS "${flags}")
    else()
        set_source_files_properties(${ARGN} PROPERTIES HEADER_FILE_ONLY ON)
    endif()
endfunction()
