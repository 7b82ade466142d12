# Completion for augtrain in bash. Made by "augtrain --generate bash"; do not edit.

# Options of command $1.
_augtrain_options() {
    case $1 in
    '') echo '--data -o --output --overwrite --resume --epochs --seed --threads --kernels --weights --wait --eval-only --dataset --json -q --quiet -h --help --version' ;;
    'bench') echo '--data --batch --steps --threads --kernels --dataset --json -q --quiet -h --help' ;;
    'predict') echo '--weights -o --output --format --top --values --layer --threads --allow-errors --overwrite -q --quiet -h --help' ;;
    'export') echo '-o --output --weights --keep-norms --bytes --overwrite -q --quiet -h --help' ;;
    'modules') echo '--json -q --quiet -h --help' ;;
    esac
}

# What completes the value of option $2 of command $1: words, or a place to look.
# Fails if that is no option with a value.
_augtrain_value() {
    case "$1 $2" in
    ' --data') echo '@files' ;;
    ' --output' | ' -o') echo '@folders' ;;
    ' --resume') echo '@folders' ;;
    ' --epochs') echo '@none' ;;
    ' --seed') echo '@none' ;;
    ' --threads') echo '@none' ;;
    ' --kernels') echo 'auto reference baseline avx2 avx512 neon libxsmm onednn' ;;
    ' --weights') echo '@files' ;;
    ' --wait') echo '@none' ;;
    ' --dataset') echo '@none' ;;
    'bench --data') echo '@files' ;;
    'bench --batch') echo '@none' ;;
    'bench --steps') echo '@none' ;;
    'bench --threads') echo '@none' ;;
    'bench --kernels') echo 'auto reference baseline avx2 avx512 neon libxsmm onednn' ;;
    'bench --dataset') echo '@none' ;;
    'predict --weights') echo '@files' ;;
    'predict --output' | 'predict -o') echo '@files' ;;
    'predict --format') echo 'tsv csv jsonl' ;;
    'predict --top') echo '@none' ;;
    'predict --values') echo 'classes logits probabilities features' ;;
    'predict --layer') echo '@none' ;;
    'predict --threads') echo '@none' ;;
    'export --output' | 'export -o') echo '@files' ;;
    'export --weights') echo '@files' ;;
    *) return 1 ;;
    esac
}

# What completes argument $2 (from 0) of command $1.
_augtrain_argument() {
    case "$1 $2" in
    'help 0') echo 'bench predict export modules help' ;;
    ' 0') echo '@files' ;;
    'bench 0') echo '@files' ;;
    'predict 0') echo '@files' ;;
    'predict 1') echo '@files' ;;
    'export 0') echo '@files' ;;
    'modules 0') echo 'adaptive_avg_pool adaptive_max_pool add avg_pool batch_norm concat conv conv1d conv_transpose dropout dropout2d elu embedding embedding_bag flatten gelu global_avg_pool group_norm hardswish instance_norm l2_normalize layer_norm leaky_relu linear log_softmax max_over_time max_pool relu reshape residual rms_norm sigmoid silu softmax softplus stochastic_depth tanh upsample batch_triplet bce_with_logits cross_entropy focal huber kl_div l1 mse nt_xent smooth_l1 sup_con triplet adagrad adam adamw gd lion rmsprop sgd constant cosine cosine_warm_restarts exponential inverse_sqrt multistep one_cycle plateau polynomial step warmup_cosine warmup_linear constant he_normal he_uniform normal orthogonal torch truncated_normal xavier_normal xavier_uniform autoencode classify contrastive tag' ;;
    *) echo @none ;;
    esac
}

# Looks at the words before the cursor: command, number of arguments, whether "--" has ended
# the options, the option whose value comes next. Readline breaks words at "=" and ":"; joined
# is the beginning of the cursor's word if that was broken.
_augtrain_look() {
    local i=1 word
    command='' option='' n_arguments=0 ended='' joined=''
    if ((COMP_CWORD > 1)) && [[ ' bench predict export modules help ' == *" ${COMP_WORDS[1]} "* ]]; then
        command=${COMP_WORDS[1]} i=2
    fi
    for (( ; i < COMP_CWORD; i++)); do
        word=${COMP_WORDS[i]} joined=''
        while ((i < COMP_CWORD)) && [[ ${COMP_WORDS[i + 1]} == [=:] ]]; do
            joined=$word
            ((i += 2))
        done
        if [[ $option ]]; then
            option=''
        elif [[ $ended || $word != -?* ]]; then
            ((n_arguments += 1))
        elif [[ $word == -- ]]; then
            ended=yes
        elif [[ ! $joined ]] && _augtrain_value "$command" "$word" >/dev/null; then
            option=$word
        fi
    done
    ((i > COMP_CWORD)) || joined=''
}

_augtrain() {
    local current=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]}
    local command option n_arguments ended joined prefix='' words=@none
    local -a how=()
    COMPREPLY=()
    _augtrain_look
    if [[ $joined ]]; then
        if [[ $current == : || $before == : ]]; then
            words=@files
        elif [[ $joined == -* ]]; then
            words=$(_augtrain_value "$command" "$joined")
        fi
        [[ $current == [=:] ]] && current=''
    elif [[ $option ]]; then
        words=$(_augtrain_value "$command" "$option")
    elif [[ ! $ended && $current == --*=* ]]; then
        words=$(_augtrain_value "$command" "${current%%=*}")
        prefix=${current%%=*}= current=${current#*=}
    elif [[ ! $ended && $current == -* ]]; then
        words=$(_augtrain_options "$command")
    else
        words=$(_augtrain_argument "$command" "$n_arguments")
        ((COMP_CWORD == 1)) && how=(-W 'bench predict export modules help')
    fi
    case $words in
    '' | @none) ;;
    @files) how+=(-f) ;;
    @folders) how+=(-d) ;;
    *) how+=(-W "$words") ;;
    esac
    ((${#how[@]})) || return 0
    [[ $words == @* && ! $prefix ]] && compopt -o filenames 2>/dev/null
    mapfile -t COMPREPLY < <(compgen -P "$prefix" "${how[@]}" -- "$current")
}
complete -F _augtrain augtrain
