# What programs for Windows are built with, from a distribution into a folder of its own: RELEASE FOLDER MIRROR.
# Runs in a mount namespace of its own.
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
cat >"$root/etc/apt/apt.conf.d/99windows" <<END
APT::Install-Recommends "false";
Acquire::Languages "none";
Acquire::Check-Valid-Until "false";
END
chroot "$root" apt-get update
# The compiler, with its library's source: none for Windows is installed, it is built with the programs. Their linker;
# Wine, to run them; the installer's maker.
chroot "$root" apt-get install -y rustc cargo rust-src rust-clippy gcc-mingw-w64-x86-64 pkg-config ca-certificates \
    wine wine64 nsis
chroot "$root" rustc --version
chroot "$root" wine --version
