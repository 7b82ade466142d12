# Completion for augd in bash. Made by "augd --generate bash"; do not edit.

# Options of command $1.
_augd_options() {
    case $1 in
    '') echo '--listen --dataset --threads --depth --max-connections --max-memory --worker-memory --sample-work --marks --handshake-ms --stall-ms --drain-ms --files -v --verbose -q --quiet -h --help --version' ;;
    esac
}

# What completes the value of option $2 of command $1: words, or a place to look.
# Fails if that is no option with a value.
_augd_value() {
    case "$1 $2" in
    ' --listen') echo '@none' ;;
    ' --dataset') echo '@none' ;;
    ' --threads') echo '@none' ;;
    ' --depth') echo '@none' ;;
    ' --max-connections') echo '@none' ;;
    ' --max-memory') echo '@none' ;;
    ' --worker-memory') echo '@none' ;;
    ' --sample-work') echo '@none' ;;
    ' --marks') echo 'row 16 8 off' ;;
    ' --handshake-ms') echo '@none' ;;
    ' --stall-ms') echo '@none' ;;
    ' --drain-ms') echo '@none' ;;
    ' --files') echo '@folders' ;;
    *) return 1 ;;
    esac
}

# What completes argument $2 (from 0) of command $1.
_augd_argument() {
    case "$1 $2" in
    *) echo @none ;;
    esac
}

# Looks at the words before the cursor: command, number of arguments, whether "--" has ended
# the options, the option whose value comes next. Readline breaks words at "=" and ":"; joined
# is the beginning of the cursor's word if that was broken.
_augd_look() {
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
        elif [[ ! $joined ]] && _augd_value "$command" "$word" >/dev/null; then
            option=$word
        fi
    done
    ((i > COMP_CWORD)) || joined=''
}

_augd() {
    local current=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]}
    local command option n_arguments ended joined prefix='' words=@none
    local -a how=()
    COMPREPLY=()
    _augd_look
    if [[ $joined ]]; then
        if [[ $current == : || $before == : ]]; then
            words=@files
        elif [[ $joined == -* ]]; then
            words=$(_augd_value "$command" "$joined")
        fi
        [[ $current == [=:] ]] && current=''
    elif [[ $option ]]; then
        words=$(_augd_value "$command" "$option")
    elif [[ ! $ended && $current == --*=* ]]; then
        words=$(_augd_value "$command" "${current%%=*}")
        prefix=${current%%=*}= current=${current#*=}
    elif [[ ! $ended && $current == -* ]]; then
        words=$(_augd_options "$command")
    else
        words=$(_augd_argument "$command" "$n_arguments")
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
complete -F _augd augd
