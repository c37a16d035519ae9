# Ends what a test run has started when that run itself has ended, in whatever way: the run holds the other end of standard input.
running=' '
folders=
while read -r word value; do
    case $word in
    started) running="$running$value " ;;
    ended) running="${running%% "$value" *} ${running#* "$value" }" ;;
    folder) folders="$folders $value" ;;
    esac
done
for process in $running; do
    kill -KILL "$process" 2>/dev/null
    # Somebody else's child now, which is gone a moment later.
    tries=0
    while kill -0 "$process" 2>/dev/null && [ "$tries" -lt 100 ]; do
        tries=$((tries + 1))
        sleep 0.05
    done
done
for folder in $folders; do
    rm -rf "$folder"
done
