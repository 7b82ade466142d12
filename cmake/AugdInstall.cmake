# What "cmake --install" puts where: libraries, headers, programs, manual pages, completion, and the
# files by which pkg-config and find_package(aug) find them. Included last, when every target exists.
include(CMakePackageConfigHelpers)
set(package_folder ${CMAKE_INSTALL_LIBDIR}/cmake/aug)

# libaug: shared only, so that a program never carries an engine older than its data.
install(TARGETS aug EXPORT augTargets LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR})
install(DIRECTORY libaug/include/aug DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} FILES_MATCHING PATTERN "*.h")
install(EXPORT augTargets NAMESPACE aug:: DESTINATION ${package_folder})

# The client of the protocol: static and small; needs jansson and nothing of libaug. Its headers
# include each other by plain name, so they stand in a folder of their own.
if(TARGET augp)
    install(TARGETS augp EXPORT augpTargets ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR}
        INCLUDES DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
    install(FILES protocol/augp.h protocol/client.h protocol/errors.h protocol/frame.h protocol/message.h
        DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/augp)
    install(EXPORT augpTargets NAMESPACE aug:: DESTINATION ${package_folder})
endif()

# Trained networks: shared, too, and without need of libaug.so.
if(TARGET augnn)
    install(TARGETS augnn EXPORT augTargets LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR})
    install(FILES trainer/include/augnn/nn.h DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/augnn)
endif()

foreach(program augd aug_cli augtrain nn_vectors)
    if(TARGET ${program})
        install(TARGETS ${program} RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
    endif()
endforeach()

# The prefix is found from the file's own place, so an installed tree can be moved.
file(RELATIVE_PATH up_to_prefix ${CMAKE_INSTALL_FULL_LIBDIR}/pkgconfig ${CMAKE_INSTALL_PREFIX})
foreach(name aug augp augnn)
    configure_file(cmake/${name}.pc.in ${PROJECT_BINARY_DIR}/${name}.pc @ONLY)
    install(FILES ${PROJECT_BINARY_DIR}/${name}.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
endforeach()
configure_package_config_file(cmake/augConfig.cmake.in ${PROJECT_BINARY_DIR}/augConfig.cmake
    INSTALL_DESTINATION ${package_folder} NO_SET_AND_CHECK_MACRO)
# Until 1.0 a minor version may change the interface.
write_basic_package_version_file(${PROJECT_BINARY_DIR}/augConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/augConfig.cmake ${PROJECT_BINARY_DIR}/augConfigVersion.cmake
    DESTINATION ${package_folder})

# Completion, in the folders where each shell looks for files of installed programs.
foreach(program aug augd augtrain nn_vectors)
    install(FILES completions/${program}.bash RENAME ${program}
        DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions)
    install(FILES completions/_${program} DESTINATION ${CMAKE_INSTALL_DATADIR}/zsh/site-functions)
    install(FILES completions/${program}.fish DESTINATION ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d)
endforeach()

install(FILES man/aug.1 man/augd.1 man/augtrain.1 man/nn_vectors.1 DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)
install(FILES man/aug-spec.5 DESTINATION ${CMAKE_INSTALL_MANDIR}/man5)

# Documents keep their places to each other, so that their links hold. What they link to in the
# source tree only is not there, and becomes plain words.
set(in_sources "(\\.\\./)*(CONTRIBUTING|libaug/|trainer/|bench/|tests/|protocol/client)[^)]*")
file(GLOB documents CONFIGURE_DEPENDS RELATIVE ${PROJECT_SOURCE_DIR} docs/*.md)
foreach(document README.md CHANGELOG.md protocol/SPEC.md ${documents})
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${document})
    file(READ ${document} text)
    string(REGEX REPLACE "\\[([^]\n]*)\\]\\(${in_sources}\\)" "\\1" text "${text}")
    file(WRITE ${PROJECT_BINARY_DIR}/doc/${document} "${text}")
endforeach()
install(DIRECTORY ${PROJECT_BINARY_DIR}/doc/ DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(FILES LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(FILES text/unicode/UNICODE-LICENSE.txt DESTINATION ${CMAKE_INSTALL_DOCDIR}/text/unicode)
install(FILES text/data/en.augt.LICENSE.txt DESTINATION ${CMAKE_INSTALL_DOCDIR}/text/data)
install(FILES docs/spec.schema.json docs/texts.svg DESTINATION ${CMAKE_INSTALL_DOCDIR}/docs)
install(DIRECTORY docs/compare DESTINATION ${CMAKE_INSTALL_DOCDIR}/docs)
install(DIRECTORY examples DESTINATION ${CMAKE_INSTALL_DOCDIR} PATTERN "__pycache__" EXCLUDE)
