//! Commands in the place: cargo for Windows, Windows' programs by Wine.

use crate::{
    checkout::Checkout,
    place::{self, Place},
};
use std::{
    env, fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

/// What runs a command in the place, and what runs a program of Windows there.
const SCRIPT: &str = "xtask/windows/inside.sh";
const WINE: &str = "xtask/windows/wine.sh";

/// What the programs are built for: the one target whose linker a distribution has.
const TARGET: &str = "x86_64-pc-windows-gnu";

/// Wine's server is beside its libraries.
const PATH: &str = "PATH=/usr/sbin:/usr/bin:/sbin:/bin:/usr/lib/x86_64-linux-gnu/wine";

/// Of one test program, or one installation, in seconds.
const PATIENCE: &str = "1800";

/// The place with this checkout in it.
pub struct Inside<'a> {
    pub checkout: &'a Checkout,
    place: Place,
    cargo_home: PathBuf,
    /// What was built stays here.
    build: PathBuf,
    /// Wine's own folder of this chore, in the place.
    wine: PathBuf,
}

impl<'a> Inside<'a> {
    pub fn new(checkout: &'a Checkout, place: Place) -> Result<Self, String> {
        let home = env::var_os("HOME").map(PathBuf::from).unwrap_or_default();
        let cargo_home = env::var_os("CARGO_HOME").map_or_else(|| home.join(".cargo"), PathBuf::from);
        let build = checkout.windows().join("build");
        let inside = Self { checkout, place, cargo_home, build, wine: PathBuf::from("/var/lib/ringcard-wine") };
        // Wine makes a disk, but not the folder it is in.
        for folder in [&inside.build, &inside.seen_from_here(&inside.wine)] {
            fs::create_dir_all(folder).map_err(|e| format!("{}: {e}", folder.display()))?;
        }
        Ok(inside)
    }

    /// A program of the place, in the checkout.
    pub fn command<'b>(&self, program: &str, args: impl IntoIterator<Item = &'b str>) -> Command {
        self.command_in(self.checkout.root(), &[], program, args)
    }

    /// cargo, for Windows; nothing is downloaded in there.
    pub fn cargo<'b>(&self, args: impl IntoIterator<Item = &'b str>) -> Command {
        let target = format!("CARGO_BUILD_TARGET={TARGET}");
        let linker = "CARGO_TARGET_X86_64_PC_WINDOWS_GNU_LINKER=x86_64-w64-mingw32-gcc";
        self.cargo_with(&[&target, linker], args)
    }

    /// cargo with these variables, the target among them.
    pub fn cargo_with<'b>(&self, variables: &[&str], args: impl IntoIterator<Item = &'b str>) -> Command {
        let build = format!("CARGO_TARGET_DIR={}", self.build.display());
        let home = format!("CARGO_HOME={}", self.cargo_home.display());
        let mut all = vec![
            &*build,
            &*home,
            // No library for the target is in the distribution: it is built from its source, as the nightly compiler may.
            "RUSTC_BOOTSTRAP=1",
            "CARGO_UNSTABLE_BUILD_STD=std,panic_unwind",
            "CARGO_TERM_PROGRESS_WHEN=never",
            "CARGO_TERM_COLOR=never",
        ];
        all.extend(variables);
        self.command_in(self.checkout.root(), &all, "cargo", args)
    }

    /// A program of Windows in a folder, with the registry and the disk of this name.
    pub fn wine<'b>(
        &self,
        disk: &str,
        folder: &Path,
        variables: &[&str],
        args: impl IntoIterator<Item = &'b str>,
    ) -> Command {
        let script = self.checkout.path(WINE).to_string_lossy().into_owned();
        let mut words = vec!["-eu", &script, PATIENCE];
        args.into_iter().for_each(|word| words.push(word));
        self.wine_command(disk, folder, variables, "sh", words)
    }

    /// A program of the place that starts Wine itself.
    pub fn wine_command<'b>(
        &self,
        disk: &str,
        folder: &Path,
        variables: &[&str],
        program: &str,
        args: impl IntoIterator<Item = &'b str>,
    ) -> Command {
        let prefix = format!("WINEPREFIX={}", self.wine.join(disk).display());
        // Neither .NET nor a browser is asked for, and nothing goes into the menus of a desktop here.
        let mut all = vec![&*prefix, "WINEDEBUG=-all", "WINEDLLOVERRIDES=mscoree,mshtml,winemenubuilder.exe=d"];
        all.extend(variables);
        self.command_in(folder, &all, program, args)
    }

    /// A disk as a new computer's: nothing of an earlier run is on it.
    pub fn new_disk(&self, disk: &str) -> Result<(), String> {
        let prefix = self.disk(disk);
        match prefix.exists() {
            true => fs::remove_dir_all(&prefix).map_err(|e| format!("{}: {e}", prefix.display())),
            false => Ok(()),
        }
    }

    /// Where a disk and its registry are, seen from here.
    pub fn disk(&self, disk: &str) -> PathBuf {
        self.seen_from_here(&self.wine.join(disk))
    }

    /// Where a disk is for the programs in the place.
    pub fn disk_there(&self, disk: &str) -> PathBuf {
        self.wine.join(disk)
    }

    /// A file of the place.
    fn seen_from_here(&self, there: &Path) -> PathBuf {
        self.place.root.join(there.strip_prefix("/").unwrap_or(there))
    }

    /// What cargo made for Windows.
    pub fn made(&self, profile: &str) -> PathBuf {
        self.build.join(TARGET).join(profile)
    }

    fn command_in<'b>(
        &self,
        folder: &Path,
        variables: &[&str],
        program: &str,
        args: impl IntoIterator<Item = &'b str>,
    ) -> Command {
        let mut command = place::apart(&[]);
        command.args(["sh", "-eu", SCRIPT]).arg(&self.place.root).arg(&self.cargo_home);
        // The target folder may be elsewhere than in the checkout.
        command.arg(self.checkout.root()).args(self.checkout.windows().parent());
        command.args([&self.build, &self.cargo_home]).arg("--").arg(folder);
        command.args(["HOME=/home", PATH, "LANG=C.UTF-8", "RUST_BACKTRACE=1"]);
        command.args(variables).arg(program).args(args);
        command.stdin(Stdio::null()).current_dir(self.checkout.root());
        command
    }
}
