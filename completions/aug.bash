# Completion for aug in bash. Made by "aug --generate bash"; do not edit.

# Options of command $1.
_aug_options() {
    case $1 in
    'check') echo '--expand --canonical --world --decode --threads --dataset --json -q --quiet -h --help' ;;
    'preview') echo '-o --output -n --samples --variants --epoch --marks --seed --dataset --json -q --quiet -h --help' ;;
    'apply') echo '--input -o --output --copies --include-original --dedupe --edits --format --quality --strict --allow-errors --fsync --sample-work --marks --threads --seed --dataset --json -q --quiet -h --help' ;;
    'pack') echo '-o --output --verify --skip-bad --max-side --quality --fsync --threads --json -q --quiet -h --help' ;;
    'batch') echo '-o --output --epoch --step --rank --world --from --threads --marks --seed --names --class-names --dataset --json -q --quiet -h --help' ;;
    'digest') echo '--epochs --steps --epoch --step --rank --world --threads --marks --from --seed --names --class-names --dataset --json -q --quiet -h --help' ;;
    'bench') echo '--threads --seconds --rate-only --marks --cpu --dataset --json -q --quiet -h --help' ;;
    'ops') echo '--json -q --quiet -h --help' ;;
    'datasets') echo '--json -q --quiet -h --help' ;;
    'fingerprint') echo '--content --verify --renew --threads --json -q --quiet -h --help' ;;
    'data') echo '-o --output --overwrite --lang --forms --notice --dev --field --unit --lower --min-count --max-size --json -q --quiet -h --help' ;;
    'list') echo '--from --json -q --quiet -h --help' ;;
    'schema') echo '--json -q --quiet -h --help' ;;
    '') echo '-h --help --version' ;;
    esac
}

# What completes the value of option $2 of command $1: words, or a place to look.
# Fails if that is no option with a value.
_aug_value() {
    case "$1 $2" in
    'check --world') echo '@none' ;;
    'check --threads') echo '@none' ;;
    'check --dataset') echo '@none' ;;
    'preview --output' | 'preview -o') echo '@files' ;;
    'preview --samples' | 'preview -n') echo '@none' ;;
    'preview --variants') echo '@none' ;;
    'preview --epoch') echo '@none' ;;
    'preview --marks') echo 'row 16 8 off' ;;
    'preview --seed') echo '@none' ;;
    'preview --dataset') echo '@none' ;;
    'apply --input') echo '@files' ;;
    'apply --output' | 'apply -o') echo '@files' ;;
    'apply --copies') echo '@none' ;;
    'apply --edits') echo '@files' ;;
    'apply --format') echo 'jpeg png' ;;
    'apply --quality') echo '@none' ;;
    'apply --sample-work') echo '@none' ;;
    'apply --marks') echo 'row 16 8 off' ;;
    'apply --threads') echo '@none' ;;
    'apply --seed') echo '@none' ;;
    'apply --dataset') echo '@none' ;;
    'pack --output' | 'pack -o') echo '@files' ;;
    'pack --max-side') echo '@none' ;;
    'pack --quality') echo '@none' ;;
    'pack --threads') echo '@none' ;;
    'batch --output' | 'batch -o') echo '@files' ;;
    'batch --epoch') echo '@none' ;;
    'batch --step') echo '@none' ;;
    'batch --rank') echo '@none' ;;
    'batch --world') echo '@none' ;;
    'batch --from') echo '@none' ;;
    'batch --threads') echo '@none' ;;
    'batch --marks') echo 'row 16 8 off' ;;
    'batch --seed') echo '@none' ;;
    'batch --dataset') echo '@none' ;;
    'digest --epochs') echo '@none' ;;
    'digest --steps') echo '@none' ;;
    'digest --epoch') echo '@none' ;;
    'digest --step') echo '@none' ;;
    'digest --rank') echo '@none' ;;
    'digest --world') echo '@none' ;;
    'digest --threads') echo '@none' ;;
    'digest --marks') echo 'row 16 8 off' ;;
    'digest --from') echo '@none' ;;
    'digest --seed') echo '@none' ;;
    'digest --dataset') echo '@none' ;;
    'bench --threads') echo '@none' ;;
    'bench --seconds') echo '@none' ;;
    'bench --marks') echo 'row 16 8 off' ;;
    'bench --dataset') echo '@none' ;;
    'fingerprint --threads') echo '@none' ;;
    'data --output' | 'data -o') echo '@files' ;;
    'data --lang') echo '@none' ;;
    'data --forms') echo '@files' ;;
    'data --notice') echo '@files' ;;
    'data --dev') echo '@files' ;;
    'data --field') echo '@none' ;;
    'data --unit') echo 'words code_points graphemes' ;;
    'data --min-count') echo '@none' ;;
    'data --max-size') echo '@none' ;;
    'list --from') echo '@none' ;;
    *) return 1 ;;
    esac
}

# What completes argument $2 (from 0) of command $1.
_aug_argument() {
    case "$1 $2" in
    'help 0') echo 'check preview apply pack batch digest bench ops datasets fingerprint data list schema help' ;;
    'check '*) echo '@files' ;;
    'preview 0') echo '@files' ;;
    'apply 0') echo '@files' ;;
    'pack 0') echo '@files' ;;
    'batch 0') echo '@files' ;;
    'digest 0') echo '@files' ;;
    'bench 0') echo '@files' ;;
    'ops 0') echo 'AEDA CenterCrop CharDelete CharInsert CharSubstitute CharSwap ColorJitter Contraction CutMix Cutout EDA Equalize Expansion GaussNoise GaussianBlur HorizontalFlip KeyboardNoise MixUp OcrNoise OneOf Pad RandomBrightnessContrast RandomCase RandomCrop RandomDeletion RandomErasing RandomInsertion RandomOrder RandomResizedCrop RandomRotate90 RandomSwap Resize Rotate SentenceCrop SentenceShuffle Sequential SomeOf SpellingErrors SynonymReplacement TokenMask Transpose VerticalFlip' ;;
    'datasets 0') echo 'cifar csv idx image_folder jsonl lines mask_folder picture synthetic tar tsv' ;;
    'fingerprint 0') echo '@none' ;;
    'data 0') echo 'list build train check' ;;
    'data '*) echo '@files' ;;
    *) echo @none ;;
    esac
}

# Looks at the words before the cursor: command, number of arguments, whether "--" has ended
# the options, the option whose value comes next. Readline breaks words at "=" and ":"; joined
# is the beginning of the cursor's word if that was broken.
_aug_look() {
    local i=1 word
    command='' option='' n_arguments=0 ended='' joined=''
    if ((COMP_CWORD > 1)) && [[ ' check preview apply pack batch digest bench ops datasets fingerprint data list schema help ' == *" ${COMP_WORDS[1]} "* ]]; then
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
        elif [[ ! $joined ]] && _aug_value "$command" "$word" >/dev/null; then
            option=$word
        fi
    done
    ((i > COMP_CWORD)) || joined=''
}

_aug() {
    local current=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]}
    local command option n_arguments ended joined prefix='' words=@none
    local -a how=()
    COMPREPLY=()
    _aug_look
    if [[ $joined ]]; then
        if [[ $current == : || $before == : ]]; then
            words=@files
        elif [[ $joined == -* ]]; then
            words=$(_aug_value "$command" "$joined")
        fi
        [[ $current == [=:] ]] && current=''
    elif [[ $option ]]; then
        words=$(_aug_value "$command" "$option")
    elif [[ ! $ended && $current == --*=* ]]; then
        words=$(_aug_value "$command" "${current%%=*}")
        prefix=${current%%=*}= current=${current#*=}
    elif [[ ! $ended && $current == -* ]]; then
        words=$(_aug_options "$command")
    else
        words=$(_aug_argument "$command" "$n_arguments")
        ((COMP_CWORD == 1)) && how=(-W 'check preview apply pack batch digest bench ops datasets fingerprint data list schema help')
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
complete -F _aug aug
