# Completion for augtrain in fish. Made by "augtrain --generate fish"; do not edit.

function __augtrain_first
    test (count (commandline -opc)) -eq 1
end

function __augtrain_command
    set -l words (commandline -opc)
    test (count $words) -ge 2; and contains -- $words[2] $argv
end

complete -c augtrain -f
complete -c augtrain -n __augtrain_first -a bench -d 'Where the time of training steps goes'
complete -c augtrain -n __augtrain_first -a predict -d 'Write what a trained model says of samples'
complete -c augtrain -n __augtrain_first -a export -d 'Write a trained model for other programs, as ONNX'
complete -c augtrain -n __augtrain_first -a modules -d 'Layers, losses, optimizers, schedules, initializations and tasks that a model file may name'
complete -c augtrain -n __augtrain_first -a help -d 'what a command does'
complete -c augtrain -n '__augtrain_command help' -a 'bench predict export modules help'
complete -c augtrain -n 'not __augtrain_command bench predict export modules help' -F
complete -c augtrain -n 'not __augtrain_command bench predict export modules help' -l data -r -F -d 'where batches come from'
complete -c augtrain -n 'not __augtrain_command bench predict export modules help' -s o -l output -x -a '(__fish_complete_directories)' -d 'folder of the run'
complete -c augtrain -n 'not __augtrain_command bench predict export modules help' -l overwrite -d 'replace the run that is in that folder, once the new one has a checkpoint'
complete -c augtrain -n 'not __augtrain_command bench predict export modules help' -l resume -x -a '(__fish_complete_directories)' -d 'go on with the run in that folder from its last checkpoint, with the model file and the data that it was begun with unless others are given'
complete -c augtrain -n 'not __augtrain_command bench predict export modules help' -l epochs -x -d 'instead of train.epochs of the model file'
complete -c augtrain -n 'not __augtrain_command bench predict export modules help' -l seed -x -d 'instead of train.seed'
complete -c augtrain -n 'not __augtrain_command bench predict export modules help' -l threads -x -d 'instead of train.threads, 0 for one per processor'
complete -c augtrain -n 'not __augtrain_command bench predict export modules help' -l kernels -x -a 'auto reference baseline avx2 avx512 neon libxsmm onednn' -d 'instead of train.kernels'
complete -c augtrain -n 'not __augtrain_command bench predict export modules help' -l weights -r -F -d 'start from these weights'
complete -c augtrain -n 'not __augtrain_command bench predict export modules help' -l wait -x -d 'how long a daemon that went away is waited for'
complete -c augtrain -n 'not __augtrain_command bench predict export modules help' -l eval-only -d 'only evaluate --weights on data.eval'
complete -c augtrain -n 'not __augtrain_command bench predict export modules help' -l dataset -x -d 'data set for specifications that name theirs, in this process'
complete -c augtrain -n 'not __augtrain_command bench predict export modules help' -l json -d 'print the result of the test as JSON'
complete -c augtrain -n 'not __augtrain_command bench predict export modules help' -s q -l quiet -d 'print results, warnings and errors only'
complete -c augtrain -n 'not __augtrain_command bench predict export modules help' -s h -l help -d 'print this help'
complete -c augtrain -n 'not __augtrain_command bench predict export modules help' -l version -d 'print the version'
complete -c augtrain -n '__augtrain_command bench' -F
complete -c augtrain -n '__augtrain_command bench' -l data -r -F -d 'where batches come from, as in training'
complete -c augtrain -n '__augtrain_command bench' -l batch -x -d 'made-up batches of this size, without any data'
complete -c augtrain -n '__augtrain_command bench' -l steps -x -d 'steps that are measured, after two that are not'
complete -c augtrain -n '__augtrain_command bench' -l threads -x -d 'instead of train.threads, 0 for one per processor'
complete -c augtrain -n '__augtrain_command bench' -l kernels -x -a 'auto reference baseline avx2 avx512 neon libxsmm onednn' -d 'instead of train.kernels'
complete -c augtrain -n '__augtrain_command bench' -l dataset -x -d 'data set for specifications that name theirs, in this process'
complete -c augtrain -n '__augtrain_command bench' -l json -d 'print all figures as JSON'
complete -c augtrain -n '__augtrain_command bench' -s q -l quiet -d 'print results, warnings and errors only'
complete -c augtrain -n '__augtrain_command bench' -s h -l help -d 'print this help'
complete -c augtrain -n '__augtrain_command predict' -F
complete -c augtrain -n '__augtrain_command predict' -F
complete -c augtrain -n '__augtrain_command predict' -l weights -r -F -d 'take the weights from this file'
complete -c augtrain -n '__augtrain_command predict' -s o -l output -r -F -d 'where to write, complete or not at all'
complete -c augtrain -n '__augtrain_command predict' -l format -x -a 'tsv csv jsonl' -d 'form of the rows'
complete -c augtrain -n '__augtrain_command predict' -l top -x -d 'classes of each sample, the likeliest first'
complete -c augtrain -n '__augtrain_command predict' -l values -x -a 'classes logits probabilities features' -d 'instead of rows an array of these, to FILE.npy or FILE.safetensors'
complete -c augtrain -n '__augtrain_command predict' -l layer -x -d 'layer whose output --values features are'
complete -c augtrain -n '__augtrain_command predict' -l threads -x -d 'threads, 0 for one per processor'
complete -c augtrain -n '__augtrain_command predict' -l allow-errors -d 'exit with 0 though samples were damaged'
complete -c augtrain -n '__augtrain_command predict' -l overwrite -d 'replace a file that is there'
complete -c augtrain -n '__augtrain_command predict' -s q -l quiet -d 'print results, warnings and errors only'
complete -c augtrain -n '__augtrain_command predict' -s h -l help -d 'print this help'
complete -c augtrain -n '__augtrain_command export' -F
complete -c augtrain -n '__augtrain_command export' -s o -l output -r -F -d 'where to write'
complete -c augtrain -n '__augtrain_command export' -l weights -r -F -d 'take the weights from this file'
complete -c augtrain -n '__augtrain_command export' -l keep-norms -d 'batch norms stay operators of their own instead of becoming part of the weights before them'
complete -c augtrain -n '__augtrain_command export' -l bytes -d 'the input is pixels of 8 bits, and the model begins with their normalization by the runs specification'
complete -c augtrain -n '__augtrain_command export' -l overwrite -d 'replace a file that is there'
complete -c augtrain -n '__augtrain_command export' -s q -l quiet -d 'print results, warnings and errors only'
complete -c augtrain -n '__augtrain_command export' -s h -l help -d 'print this help'
complete -c augtrain -n '__augtrain_command modules' -a 'adaptive_avg_pool adaptive_max_pool add avg_pool batch_norm concat conv conv1d conv_transpose dropout dropout2d elu embedding embedding_bag flatten gelu global_avg_pool group_norm hardswish instance_norm l2_normalize layer_norm leaky_relu linear log_softmax max_over_time max_pool relu reshape residual rms_norm sigmoid silu softmax softplus stochastic_depth tanh upsample batch_triplet bce_with_logits cross_entropy focal huber kl_div l1 mse nt_xent smooth_l1 sup_con triplet adagrad adam adamw gd lion rmsprop sgd constant cosine cosine_warm_restarts exponential inverse_sqrt multistep one_cycle plateau polynomial step warmup_cosine warmup_linear constant he_normal he_uniform normal orthogonal torch truncated_normal xavier_normal xavier_uniform autoencode classify contrastive tag'
complete -c augtrain -n '__augtrain_command modules' -l json -d 'print JSON, for documentation and editors'
complete -c augtrain -n '__augtrain_command modules' -s q -l quiet -d 'print results, warnings and errors only'
complete -c augtrain -n '__augtrain_command modules' -s h -l help -d 'print this help'
