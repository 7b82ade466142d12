# Registries made from lists: a line names a source file, its descriptor is PREFIX + the file's name.
# Words may follow; what they say is the list's own matter.
#
# augd_registry(LIST files.list...  OUT sources.c  TYPE AugOpDesc  HEADER libaug/spec/op.h
#               PREFIX aug_op_  ARRAY augi_ops  COUNT augi_n_ops  SOURCES variable
#               [NAMES array] [FIRST_WORDS array] [WORDS text])
#
# NAMES:       also makes a NULL-terminated list of the files' names, sorted like the descriptors
# FIRST_WORDS: the same of the first word behind each file's name
# WORDS:       all words of all lines, in that order, as one text
function(augd_registry)
    cmake_parse_arguments(R "" "OUT;TYPE;HEADER;PREFIX;ARRAY;COUNT;NAMES;FIRST_WORDS;WORDS;SOURCES" "LIST" ${ARGN})
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${R_LIST})
    set(lines "")
    foreach(list IN LISTS R_LIST)
        file(STRINGS ${list} more REGEX "^[^#]")
        list(APPEND lines ${more})
    endforeach()
    set(entries "")
    set(sources "")
    foreach(line IN LISTS lines)
        separate_arguments(line)
        list(POP_FRONT line file)
        get_filename_component(word ${file} NAME_WE)
        list(APPEND sources ${PROJECT_SOURCE_DIR}/${file})
        list(JOIN line " " more)
        # A blank sorts before everything that may stand in a file's name.
        list(APPEND entries "${word} ${more}")
    endforeach()
    list(SORT entries)
    set(names "")
    set(words "")
    set(first_words "")
    foreach(entry IN LISTS entries)
        separate_arguments(entry)
        list(POP_FRONT entry name)
        list(APPEND names ${name})
        list(APPEND words ${entry})
        if(entry)
            list(GET entry 0 first)
            list(APPEND first_words ${first})
        elseif(R_FIRST_WORDS)
            message(FATAL_ERROR "The line of ${name} has no word behind the file: ${R_LIST}")
        endif()
    endforeach()
    set(text "/* Made from ${R_LIST} by CMake; do not edit. */\n#include \"${R_HEADER}\"\n\n")
    string(REPLACE "${PROJECT_SOURCE_DIR}/" "" text "${text}")
    foreach(word IN LISTS names)
        string(APPEND text "extern const ${R_TYPE} ${R_PREFIX}${word};\n")
    endforeach()
    string(APPEND text "\nconst ${R_TYPE} *const ${R_ARRAY}[] = {\n")
    foreach(word IN LISTS names)
        string(APPEND text "    &${R_PREFIX}${word},\n")
    endforeach()
    string(APPEND text "};\nconst size_t ${R_COUNT} = sizeof(${R_ARRAY}) / sizeof(${R_ARRAY}[0]);\n")
    if(R_NAMES)
        list(JOIN names "\", \"" joined)
        string(APPEND text "\nconst char *const ${R_NAMES}[] = {\"${joined}\", NULL};\n")
    endif()
    if(R_FIRST_WORDS)
        list(JOIN first_words "\", \"" joined)
        string(APPEND text "\nconst char *const ${R_FIRST_WORDS}[] = {\"${joined}\", NULL};\n")
    endif()
    if(R_WORDS)
        list(JOIN words " " joined)
        string(APPEND text "\nconst char ${R_WORDS}[] = \"${joined}\";\n")
    endif()
    file(CONFIGURE OUTPUT ${R_OUT} CONTENT "${text}" @ONLY)
    set(${R_SOURCES} ${sources} PARENT_SCOPE)
endfunction()

# An object library of everything that the lists of libaug name, with the registries made of them.
# More lists of lines may be joined, as tests do:
#
# augd_listed(target  OPS more_ops.list  DATASETS more_datasets.list  DOMAINS more_domains.list)
function(augd_listed TARGET)
    cmake_parse_arguments(L "" "OPS;DATASETS;DOMAINS" "" ${ARGN})
    set(folder ${CMAKE_CURRENT_BINARY_DIR}/${TARGET})
    set(libaug ${PROJECT_SOURCE_DIR}/libaug)
    augd_registry(LIST ${libaug}/ops.list ${L_OPS} OUT ${folder}/ops.c TYPE AugOpDesc
        HEADER libaug/spec/op.h PREFIX aug_op_ ARRAY augi_ops COUNT augi_n_ops SOURCES ops)
    augd_registry(LIST ${libaug}/datasets.list ${L_DATASETS} OUT ${folder}/datasets.c
        TYPE AugDatasetKind HEADER libaug/data/dataset.h PREFIX aug_dataset_
        ARRAY augi_dataset_kinds COUNT augi_n_dataset_kinds SOURCES datasets)
    augd_registry(LIST ${libaug}/domains.list ${L_DOMAINS} OUT ${folder}/domains.c TYPE AugDomain
        HEADER libaug/spec/domain.h PREFIX aug_domain_ ARRAY augi_domains COUNT augi_n_domains
        SOURCES domains)
    add_library(${TARGET} OBJECT ${ops} ${datasets} ${domains}
        ${folder}/ops.c ${folder}/datasets.c ${folder}/domains.c)
    target_include_directories(${TARGET} PUBLIC ${PROJECT_SOURCE_DIR} ${libaug}/include)
    target_link_libraries(${TARGET} PUBLIC Threads::Threads PkgConfig::YAML PkgConfig::JANSSON
        ZLIB::ZLIB OpenSSL::Crypto PkgConfig::XXHASH)
endfunction()
