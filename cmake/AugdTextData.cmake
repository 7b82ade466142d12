# Data of the text domain: what stands in text/data/, and the English lexicon, which the fresh program
# makes of Debian's packages wordnet-base and hunspell-en-us. Included when every target exists.
# AUGD_TEXT_DATA lies in the build tree as it does where it is installed, so that programs find it.
set(text_data_files "")
file(GLOB text_data CONFIGURE_DEPENDS text/data/*)
foreach(file IN LISTS text_data)
    get_filename_component(name ${file} NAME)
    configure_file(${file} ${AUGD_TEXT_DATA}/${name} COPYONLY)
    list(APPEND text_data_files ${AUGD_TEXT_DATA}/${name})
endforeach()

set(wordnet /usr/share/wordnet/data.noun)
set(hunspell /usr/share/hunspell/en_US.dic)
set(missing "")
if(NOT EXISTS ${wordnet})
    list(APPEND missing wordnet-base)
endif()
if(NOT EXISTS ${hunspell})
    list(APPEND missing hunspell-en-us)
endif()
if(missing)
    list(JOIN missing " " missing)
    message(STATUS "No English lexicon, because of missing packages: ${missing}; once they are installed, "
        "'aug data build wordnet' makes it")
else()
    # The thread sanitizer of GCC 12 does not start where the kernel spreads addresses widely.
    set(runner "")
    if(AUGD_SANITIZE MATCHES "thread")
        execute_process(COMMAND setarch -R true RESULT_VARIABLE failed OUTPUT_QUIET ERROR_QUIET)
        if(NOT failed)
            set(runner setarch -R)
        endif()
    endif()
    set(english ${AUGD_TEXT_DATA}/en.augx)
    file(GLOB lexicon_sources CONFIGURE_DEPENDS text/lexicon/*.c text/lexicon/*.h)
    set(make_english ${runner} $<TARGET_FILE:aug_cli> data build wordnet --quiet --overwrite --output ${english})
    if(AUGD_LEXICON)
        set(make_english ${CMAKE_COMMAND} -E copy ${AUGD_LEXICON} ${english})
    endif()
    # Made anew when its sources or the code that reads them change, not whenever the program does.
    add_custom_command(OUTPUT ${english}
        COMMAND ${CMAKE_COMMAND} -E make_directory ${AUGD_TEXT_DATA}
        COMMAND ${make_english}
        DEPENDS ${lexicon_sources} ${wordnet} ${hunspell} ${AUGD_LEXICON}
        COMMENT "Building the English lexicon"
        VERBATIM)
    add_custom_target(text_data ALL DEPENDS ${english})
    if(TARGET fuzz)
        # Without it the operations on synonyms are refused, and no input gets to them.
        add_dependencies(fuzz text_data)
    endif()
    list(APPEND text_data_files ${english})
endif()
if(text_data_files)
    install(FILES ${text_data_files} DESTINATION ${CMAKE_INSTALL_DATADIR}/augd/text)
endif()
