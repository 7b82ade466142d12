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

# Gives each file of a list whose name ends in _SET.c, the form of some code for an instruction set of
# x86-64, the flags that it needs; it is called only after a check at run time. On other processors such
# files are left out, and on all but AArch64 those that end in _neon.c, which need no flags there.
function(augd_instruction_sets)
    set(flags_sse41 -msse4.1)
    set(flags_avx2 -mavx2 -mfma)
    set(flags_bmi2 -mbmi -mbmi2)
    set(flags_avx512 -mavx2 -mfma -mavx512f -mavx512bw -mavx512dq -mavx512vl)
    foreach(file IN LISTS ARGN)
        string(REGEX MATCH "_(sse41|avx2|bmi2|avx512|neon)[.]c$" found ${file})
        set(set "${CMAKE_MATCH_1}")
        if(NOT found)
            continue()
        elseif(set STREQUAL "neon" AND CMAKE_SYSTEM_PROCESSOR MATCHES "aarch64|arm64")
            continue()
        elseif(NOT set STREQUAL "neon" AND CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64|AMD64")
            set_source_files_properties(${file} PROPERTIES COMPILE_OPTIONS "${flags_${set}}")
        else()
            set_source_files_properties(${file} PROPERTIES HEADER_FILE_ONLY ON)
        endif()
    endforeach()
endfunction()
