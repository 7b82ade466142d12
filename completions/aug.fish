# Completion for aug in fish. Made by "aug --generate fish"; do not edit.

function __aug_first
    test (count (commandline -opc)) -eq 1
end

function __aug_command
    set -l words (commandline -opc)
    test (count $words) -ge 2; and contains -- $words[2] $argv
end

complete -c aug -f
complete -c aug -n __aug_first -a check -d 'Check a specification'
complete -c aug -n __aug_first -a preview -d 'Draw originals and augmented variants as a contact sheet'
complete -c aug -n __aug_first -a apply -d 'Augment a data set once, to files'
complete -c aug -n __aug_first -a batch -d 'Write one batch of the stream to a safetensors file'
complete -c aug -n __aug_first -a digest -d 'SHA-256 of the bytes of a stream'
complete -c aug -n __aug_first -a bench -d 'Measure samples per second, for the stream and per stage'
complete -c aug -n __aug_first -a ops -d 'Operations, their parameters and examples'
complete -c aug -n __aug_first -a datasets -d 'Kinds of data sets that can be read'
complete -c aug -n __aug_first -a schema -d 'JSON Schema of specifications, for editors'
complete -c aug -n __aug_first -a help -d 'what a command does'
complete -c aug -n '__aug_command help' -a 'check preview apply batch digest bench ops datasets schema help'
complete -c aug -n __aug_first -s h -l help -d 'print this help'
complete -c aug -n __aug_first -l version -d 'print the version'
complete -c aug -n '__aug_command check' -F
complete -c aug -n '__aug_command check' -l expand -d 'print the specification with every default spelt out'
complete -c aug -n '__aug_command check' -l canonical -d 'print the canonical form, which is part of the streams identity'
complete -c aug -n '__aug_command check' -l world -x -d 'how many ranks shall share every batch'
complete -c aug -n '__aug_command check' -l json -d 'print the result as JSON, mistakes included, for editors'
complete -c aug -n '__aug_command check' -l dataset -x -d 'the data set that a name in the specification stands for, as in train=image_folder'
complete -c aug -n '__aug_command check' -s h -l help -d 'print this help'
complete -c aug -n '__aug_command preview' -F
complete -c aug -n '__aug_command preview' -s o -l output -r -F -d 'PNG file to write'
complete -c aug -n '__aug_command preview' -l samples -x -d 'rows'
complete -c aug -n '__aug_command preview' -l variants -x -d 'columns beside the original'
complete -c aug -n '__aug_command preview' -l epoch -x -d 'first of these epochs'
complete -c aug -n '__aug_command preview' -l seed -x -d 'another seed than the specifications'
complete -c aug -n '__aug_command preview' -l dataset -x -d 'the data set that a name in the specification stands for, as in train=image_folder'
complete -c aug -n '__aug_command preview' -s h -l help -d 'print this help'
complete -c aug -n '__aug_command apply' -F
complete -c aug -n '__aug_command apply' -l input -r -F -d 'what to augment'
complete -c aug -n '__aug_command apply' -s o -l output -x -a '(__fish_complete_directories)' -d 'new or empty folder for the results, or that of an interrupted run'
complete -c aug -n '__aug_command apply' -l copies -x -d 'augmented copies of each sample'
complete -c aug -n '__aug_command apply' -l format -x -a 'jpeg png' -d 'file format of pictures'
complete -c aug -n '__aug_command apply' -l quality -x -d 'JPEG quality'
complete -c aug -n '__aug_command apply' -l strict -d 'stop at the first sample that cannot be augmented'
complete -c aug -n '__aug_command apply' -l threads -x -d 'worker threads, 0 for one per processor'
complete -c aug -n '__aug_command apply' -l seed -x -d 'another seed than the specifications'
complete -c aug -n '__aug_command apply' -s h -l help -d 'print this help'
complete -c aug -n '__aug_command batch' -F
complete -c aug -n '__aug_command batch' -s o -l output -r -F -d 'safetensors file to write'
complete -c aug -n '__aug_command batch' -l epoch -x -d 'epoch, from 0'
complete -c aug -n '__aug_command batch' -l step -x -d 'step in the epoch, from 0'
complete -c aug -n '__aug_command batch' -l rank -x -d 'which of the ranks that share every batch, from 0'
complete -c aug -n '__aug_command batch' -l world -x -d 'how many ranks share every batch'
complete -c aug -n '__aug_command batch' -l from -x -d 'fetch it from a server, unix'
complete -c aug -n '__aug_command batch' -l threads -x -d 'worker threads, 0 for one per processor'
complete -c aug -n '__aug_command batch' -l seed -x -d 'another seed than the specifications'
complete -c aug -n '__aug_command batch' -l names -d 'with the tensor name'
complete -c aug -n '__aug_command batch' -l class-names -d 'with the names of the classes in the metadata of each batch'
complete -c aug -n '__aug_command batch' -l dataset -x -d 'the data set that a name in the specification stands for, as in train=image_folder'
complete -c aug -n '__aug_command batch' -s h -l help -d 'print this help'
complete -c aug -n '__aug_command digest' -F
complete -c aug -n '__aug_command digest' -l epochs -x -d 'how many epochs'
complete -c aug -n '__aug_command digest' -l steps -x -d 'how many batches at most, 0 for no limit'
complete -c aug -n '__aug_command digest' -l epoch -x -d 'first epoch, from 0'
complete -c aug -n '__aug_command digest' -l step -x -d 'first step in it, from 0'
complete -c aug -n '__aug_command digest' -l rank -x -d 'which of the ranks that share every batch, from 0'
complete -c aug -n '__aug_command digest' -l world -x -d 'how many ranks share every batch'
complete -c aug -n '__aug_command digest' -l threads -x -d 'worker threads, 0 for one per processor'
complete -c aug -n '__aug_command digest' -l from -x -d 'take the batches from a server, unix'
complete -c aug -n '__aug_command digest' -l seed -x -d 'another seed than the specifications'
complete -c aug -n '__aug_command digest' -l names -d 'with the tensor name'
complete -c aug -n '__aug_command digest' -l class-names -d 'with the names of the classes in the metadata of each batch'
complete -c aug -n '__aug_command digest' -l json -d 'print JSON with sizes'
complete -c aug -n '__aug_command digest' -l dataset -x -d 'the data set that a name in the specification stands for, as in train=image_folder'
complete -c aug -n '__aug_command digest' -s h -l help -d 'print this help'
complete -c aug -n '__aug_command bench' -F
complete -c aug -n '__aug_command bench' -l threads -x -d 'worker threads, 0 for one per processor'
complete -c aug -n '__aug_command bench' -l seconds -x -d 'how long to measure the stream'
complete -c aug -n '__aug_command bench' -l json -d 'print JSON'
complete -c aug -n '__aug_command bench' -l rate-only -d 'print nothing but the samples per second of the stream'
complete -c aug -n '__aug_command bench' -l cpu -d 'count the seconds that processors spent on this program, in all threads, instead of those on the clock'
complete -c aug -n '__aug_command bench' -l dataset -x -d 'the data set that a name in the specification stands for, as in train=image_folder'
complete -c aug -n '__aug_command bench' -s h -l help -d 'print this help'
complete -c aug -n '__aug_command ops' -a 'CenterCrop ColorJitter CutMix Cutout Equalize GaussNoise GaussianBlur HorizontalFlip MixUp OneOf Pad RandomBrightnessContrast RandomCrop RandomErasing RandomOrder RandomResizedCrop RandomRotate90 Resize Rotate Sequential SomeOf Transpose VerticalFlip'
complete -c aug -n '__aug_command ops' -l json -d 'print JSON, for documentation and editors'
complete -c aug -n '__aug_command ops' -s h -l help -d 'print this help'
complete -c aug -n '__aug_command datasets' -a 'cifar csv idx image_folder jsonl mask_folder picture synthetic tar tsv'
complete -c aug -n '__aug_command datasets' -l json -d 'print JSON, for documentation and editors'
complete -c aug -n '__aug_command datasets' -s h -l help -d 'print this help'
complete -c aug -n '__aug_command schema' -s h -l help -d 'print this help'
