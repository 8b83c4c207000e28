# Runs a program of Windows until a line comes: PROGRAM [ARGUMENT…]. Wine makes Ctrl-C of the signal.
wine "$@" </dev/null &
program=$!
read -r _ || true
kill -INT "$program"
wait "$program"
