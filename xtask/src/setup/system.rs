//! System packages on Linux: what is missing is found by what it provides, and installed with the system's own tool.

use super::Need;
use crate::{session::installed, shell};
use std::{fs, process::Command};

/// Something a system package provides.
struct Part {
    need: Need,
    probe: Probe,
    /// The packages that have it on Debian and Ubuntu, Fedora, Arch.
    debian: &'static str,
    fedora: &'static str,
    arch: &'static str,
}

enum Probe {
    Program(&'static str),
    Library(&'static str),
    Font(&'static str),
}

const fn part(need: Need, probe: Probe, debian: &'static str, fedora: &'static str, arch: &'static str) -> Part {
    Part { need, probe, debian, fedora, arch }
}

use Need::{Build, Comparison, TestDrivers, VirtualDesktop};
use Probe::{Font, Library, Program};

/// Debian's names are tried and tested; the others are what those distributions list.
#[rustfmt::skip]
const PARTS: [Part; 24] = [
    part(Build, Program("cc"), "build-essential", "gcc-c++", "base-devel"),
    part(Build, Program("pkg-config"), "pkg-config", "pkgconf-pkg-config", "pkgconf"),
    part(Build, Library("webkit2gtk-4.1"), "libwebkit2gtk-4.1-dev", "webkit2gtk4.1-devel", "webkit2gtk-4.1"),
    // The tray loads it at run time, and the packager insists on its development files.
    part(Build, Library("ayatana-appindicator3-0.1"), "libayatana-appindicator3-dev", "libayatana-appindicator-gtk3-devel", "libayatana-appindicator"),
    part(VirtualDesktop, Program("Xvfb"), "xvfb", "xorg-x11-server-Xvfb", "xorg-server-xvfb"),
    part(VirtualDesktop, Program("dbus-daemon"), "dbus", "dbus-daemon", "dbus"),
    part(VirtualDesktop, Program("dbus-send"), "dbus", "dbus-tools", "dbus"),
    part(VirtualDesktop, Program("gnome-keyring-daemon"), "gnome-keyring", "gnome-keyring", "gnome-keyring"),
    part(VirtualDesktop, Program("openbox"), "openbox", "openbox", "openbox"),
    part(VirtualDesktop, Program("dunst"), "dunst", "dunst", "dunst"),
    part(VirtualDesktop, Program("setpriv"), "util-linux", "util-linux", "util-linux"),
    part(VirtualDesktop, Program("import"), "imagemagick", "ImageMagick", "imagemagick"),
    part(VirtualDesktop, Program("xprop"), "x11-utils", "xprop", "xorg-xprop"),
    part(VirtualDesktop, Program("xdotool"), "xdotool", "xdotool", "xdotool"),
    part(VirtualDesktop, Font("Inter"), "fonts-inter", "rsms-inter-fonts", "inter-font"),
    part(VirtualDesktop, Font("Noto Color Emoji"), "fonts-noto-color-emoji", "google-noto-color-emoji-fonts", "noto-fonts-emoji"),
    part(TestDrivers, Program("WebKitWebDriver"), "webkit2gtk-driver", "webkit2gtk4.1", "webkit2gtk-4.1"),
    part(TestDrivers, Program("xterm"), "xterm", "xterm", "xterm"),
    part(TestDrivers, Program("xwininfo"), "x11-utils", "xwininfo", "xorg-xwininfo"),
    part(TestDrivers, Program("gio"), "libglib2.0-bin", "glib2", "glib2"),
    part(TestDrivers, Program("pulseaudio"), "pulseaudio", "pulseaudio", "pulseaudio"),
    part(TestDrivers, Program("parec"), "pulseaudio-utils", "pulseaudio-utils", "libpulse"),
    part(TestDrivers, Program("dunstctl"), "dunst", "dunst", "dunst"),
    part(Comparison, Program("sqlite3"), "sqlite3", "sqlite", "sqlite"),
];

/// Which of the system's own tools installs packages.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Family {
    Debian,
    Fedora,
    Arch,
    Other,
}

impl Family {
    fn here() -> Self {
        let release = fs::read_to_string("/etc/os-release").unwrap_or_default();
        let ids: Vec<&str> = release
            .lines()
            .filter_map(|line| line.strip_prefix("ID=").or_else(|| line.strip_prefix("ID_LIKE=")))
            .flat_map(|ids| ids.trim_matches('"').split_whitespace())
            .collect();
        let is = |names: &[&str]| ids.iter().any(|id| names.contains(id));
        if is(&["debian", "ubuntu"]) {
            Self::Debian
        } else if is(&["fedora", "rhel"]) {
            Self::Fedora
        } else if is(&["arch"]) {
            Self::Arch
        } else {
            Self::Other
        }
    }

    fn command(self, packages: &str) -> String {
        match self {
            Self::Debian => format!("apt-get update && apt-get install -y --no-install-recommends {packages}"),
            Self::Fedora => format!("dnf install {packages}"),
            Self::Arch => format!("pacman -S --needed {packages}"),
            Self::Other => format!("your system's package tool, for what Debian calls: {packages}"),
        }
    }
}

impl Probe {
    fn is_there(&self) -> bool {
        match self {
            Self::Program(name) => installed(name),
            Self::Library(name) => shell::ask(Command::new("pkg-config").args(["--exists", name])).is_some(),
            Self::Font(family) => shell::ask(Command::new("fc-list").arg(family)).is_some_and(|list| !list.is_empty()),
        }
    }
}

/// Installs what is missing of `needs`; elsewhere than on Debian and its kin it says which command does.
pub fn install_missing(needs: &[Need]) -> Result<(), String> {
    if !cfg!(target_os = "linux") {
        return Ok(());
    }
    let family = Family::here();
    let missing = PARTS.iter().filter(|part| needs.contains(&part.need) && !part.probe.is_there());
    let mut packages: Vec<&str> = missing
        .map(|part| match family {
            Family::Debian | Family::Other => part.debian,
            Family::Fedora => part.fedora,
            Family::Arch => part.arch,
        })
        .collect();
    packages.sort_unstable();
    packages.dedup();
    if packages.is_empty() {
        return Ok(());
    }
    if family == Family::Debian
        && let Some(elevate) = may_install()
    {
        return apt_install(elevate, &packages);
    }
    Err(format!("System packages are missing. As root, run:\n\n  {}\n", family.command(&packages.join(" "))))
}

/// Installs packages on Debian and its kin.
pub fn apt_install(elevate: &'static [&'static str], packages: &[&str]) -> Result<(), String> {
    println!("Installing system packages: {}", packages.join(" "));
    let apt = |args: &[&str]| {
        let mut words = elevate.iter().chain(["env", "DEBIAN_FRONTEND=noninteractive", "apt-get"].iter()).chain(args);
        let mut command = Command::new(words.next().unwrap_or(&"env"));
        command.args(words);
        command
    };
    let list = std::env::temp_dir().join(format!("ringcard-apt-{}.log", std::process::id()));
    // An old list of packages may still do.
    let updated = shell::log(&mut apt(&["update"]), &list);
    let mut install = vec!["install", "-y", "--no-install-recommends"];
    install.extend(packages);
    let done = shell::log(&mut apt(&install), &list).map_err(|problem| {
        let update = updated.err().map_or_else(String::new, |e| format!("{e}\n"));
        format!("{}\n{update}{problem}", shell::last_lines(&list, 15))
    });
    let _ = fs::remove_file(&list);
    done
}

/// How this user may install packages without being asked for a password; `None`: not at all.
pub fn may_install() -> Option<&'static [&'static str]> {
    const AS_SELF: &[&str] = &[];
    const BY_SUDO: &[&str] = &["sudo", "-n"];
    if Family::here() != Family::Debian {
        return None;
    }
    if shell::ask(Command::new("id").arg("-u")).is_some_and(|user| user == "0") {
        return Some(AS_SELF);
    }
    shell::ask(Command::new("sudo").args(["-n", "true"])).map(|_| BY_SUDO)
}
