# Runs a program in the place: ROOT CARGO_HOME FOLDER… -- FOLDER [KEY=VALUE…] PROGRAM [ARGUMENT…].
# The folders are there under the same names, so that what was built is found again. In a mount namespace of its own.
root=$1 cargo_home=$2
shift 2
mount -t proc proc "$root/proc"
mount --bind /dev "$root/dev"
# Wine's sockets are there: of this run alone.
mount -t tmpfs tmpfs "$root/tmp"
while [ "$1" != -- ]; do
    mkdir -p "$root$1"
    mount --bind "$1" "$root$1"
    shift
done
shift
# The compiler is the place's own, not one that the host keeps beside what it downloaded.
[ ! -d "$root$cargo_home/bin" ] || mount -t tmpfs tmpfs "$root$cargo_home/bin"
exec chroot "$root" /bin/sh -euc 'cd "$1"; shift; exec env -i "$@"' sh "$@"
