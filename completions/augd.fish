# Completion for augd in fish. Made by "augd --generate fish"; do not edit.

complete -c augd -f
complete -c augd -l listen -x -d 'address for jobs'
complete -c augd -l dataset -x -d 'a data set to serve, by the name that jobs ask for'
complete -c augd -l threads -x -d 'worker threads, shared by all streams, 0 for one per processor'
complete -c augd -l depth -x -d 'batches in existence per stream, the one being sent included'
complete -c augd -l max-connections -x -d 'connections at once'
complete -c augd -l max-memory -x -d 'what data sets, workers and streams may take together, as bytes, or a number with KiB, MiB, GiB or % of the memory'
complete -c augd -l worker-memory -x -d 'what one worker may hold to make a sample'
complete -c augd -l sample-work -x -d 'what one sample may take of a worker'
complete -c augd -l handshake-ms -x -d 'time in which a new connection must greet'
complete -c augd -l stall-ms -x -d 'time after which a client that takes none of the bytes waiting for it is cut off'
complete -c augd -l drain-ms -x -d 'time that batches on their way get after SIGTERM or SIGINT'
complete -c augd -l files -x -a '(__fish_complete_directories)' -d 'folder below which a jobs spec may name files'
complete -c augd -s v -l verbose -d 'log every connection, too'
complete -c augd -s q -l quiet -d 'print results, warnings and errors only'
complete -c augd -s h -l help -d 'print this help'
complete -c augd -l version -d 'print the version'
