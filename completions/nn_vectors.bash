# Completion for nn_vectors in bash. Made by "nn_vectors --generate bash"; do not edit.

# Options of command $1.
_nn_vectors_options() {
    case $1 in
    '') echo '--kernels --threads --tolerance --json -q --quiet -h --help --version' ;;
    esac
}

# What completes the value of option $2 of command $1: words, or a place to look.
# Fails if that is no option with a value.
_nn_vectors_value() {
    case "$1 $2" in
    ' --kernels') echo 'auto reference baseline avx2 avx512 neon libxsmm onednn' ;;
    ' --threads') echo '@none' ;;
    ' --tolerance') echo '@none' ;;
    *) return 1 ;;
    esac
}

# What completes argument $2 (from 0) of command $1.
_nn_vectors_argument() {
    case "$1 $2" in
    ' '*) echo '@files' ;;
    *) echo @none ;;
    esac
}

# Looks at the words before the cursor: command, number of arguments, whether "--" has ended
# the options, the option whose value comes next. Readline breaks words at "=" and ":"; joined
# is the beginning of the cursor's word if that was broken.
_nn_vectors_look() {
    local i=1 word
    command='' option='' n_arguments=0 ended='' joined=''
    if ((COMP_CWORD > 1)) && [[ '  ' == *" ${COMP_WORDS[1]} "* ]]; then
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
        elif [[ ! $joined ]] && _nn_vectors_value "$command" "$word" >/dev/null; then
            option=$word
        fi
    done
    ((i > COMP_CWORD)) || joined=''
}

_nn_vectors() {
    local current=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]}
    local command option n_arguments ended joined prefix='' words=@none
    local -a how=()
    COMPREPLY=()
    _nn_vectors_look
    if [[ $joined ]]; then
        if [[ $current == : || $before == : ]]; then
            words=@files
        elif [[ $joined == -* ]]; then
            words=$(_nn_vectors_value "$command" "$joined")
        fi
        [[ $current == [=:] ]] && current=''
    elif [[ $option ]]; then
        words=$(_nn_vectors_value "$command" "$option")
    elif [[ ! $ended && $current == --*=* ]]; then
        words=$(_nn_vectors_value "$command" "${current%%=*}")
        prefix=${current%%=*}= current=${current#*=}
    elif [[ ! $ended && $current == -* ]]; then
        words=$(_nn_vectors_options "$command")
    else
        words=$(_nn_vectors_argument "$command" "$n_arguments")
        ((COMP_CWORD == 1)) && how=(-W '')
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
complete -F _nn_vectors nn_vectors
