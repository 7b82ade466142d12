# Completion for nn_vectors in fish. Made by "nn_vectors --generate fish"; do not edit.

complete -c nn_vectors -f
complete -c nn_vectors -F
complete -c nn_vectors -l kernels -x -a 'auto reference baseline avx2 avx512 neon libxsmm onednn' -d 'which kernels compute'
complete -c nn_vectors -l threads -x -d 'working threads'
complete -c nn_vectors -l tolerance -x -d 'least tolerance of all cases, for kernels that round more than floats do'
complete -c nn_vectors -l json -d 'print files, cases and tensors as JSON'
complete -c nn_vectors -s q -l quiet -d 'print results, warnings and errors only'
complete -c nn_vectors -s h -l help -d 'print this help'
complete -c nn_vectors -l version -d 'print the version'
