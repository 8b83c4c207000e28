# Runs a program of Windows: SECONDS PROGRAM [ARGUMENT…]. It is over when every program in it has ended, so that what they
# wrote into the registry is on the disk.
seconds=$1
shift
# As in a person's own folders on Windows: nobody else reads what is made there.
umask 077
status=0
timeout "$seconds" wine "$@" || status=$?
timeout 60 wineserver -w || wineserver -k
exit "$status"
