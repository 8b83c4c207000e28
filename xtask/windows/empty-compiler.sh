#!/bin/sh
# In the place of a C compiler and an archiver for macOS, whose headers no distribution has: makes empty files. Enough to
# check types, where nothing is linked.
for word in "$@"; do
    case $word in
    *.a) printf '!<arch>\n' >"$word" ;;
    esac
done
while [ $# -gt 1 ]; do
    [ "$1" != -o ] || : >"$2"
    shift
done
