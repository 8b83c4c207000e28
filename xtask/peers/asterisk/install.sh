# Asterisk from a distribution into a folder of its own: RELEASE FOLDER MIRROR. Runs in a mount namespace of its own.
release=$1 root=$2 mirror=$3
export DEBIAN_FRONTEND=noninteractive
[ -x "$root/usr/bin/apt-get" ] || debootstrap --variant=minbase "$release" "$root" "$mirror"
# Installing starts nothing.
printf '#!/bin/sh\nexit 101\n' >"$root/usr/sbin/policy-rc.d"
chmod +x "$root/usr/sbin/policy-rc.d"
cp /etc/resolv.conf /etc/hosts "$root/etc/"
mount -t proc proc "$root/proc"
mount --bind /dev "$root/dev"
# A mirror may be some days behind; that is no matter here.
cat >"$root/etc/apt/apt.conf.d/99peers" <<END
APT::Install-Recommends "false";
Acquire::Languages "none";
Acquire::Check-Valid-Until "false";
END
chroot "$root" apt-get update
# A package of its own in older releases.
voicemail=$(chroot "$root" apt-cache search --names-only '^asterisk-voicemail$' | cut -d' ' -f1)
chroot "$root" apt-get install -y asterisk curl $voicemail asterisk-core-sounds-en-wav asterisk-moh-opsound-wav
chroot "$root" asterisk -V
