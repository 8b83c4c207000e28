//! Where things are in this checkout, and the programs that are started in it.

use std::{
    env,
    ffi::OsStr,
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

/// The repository on this machine.
#[derive(Clone)]
pub struct Checkout {
    root: PathBuf,
    target: PathBuf,
}

impl Checkout {
    pub fn find() -> Result<Self, String> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap_or(Path::new(".")).to_owned();
        if !root.join("tauri.conf.json").is_file() {
            return Err(format!("{} is not a Ringcard checkout any more: run `cargo xtask` in one", root.display()));
        }
        let target = env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), |dir| root.join(dir));
        Ok(Self { root, target })
    }

    /// Another one, which builds into its own folder.
    pub fn at(root: &Path) -> Result<Self, String> {
        let root = root.canonicalize().map_err(|e| format!("{}: {e}", root.display()))?;
        if !root.join("tauri.conf.json").is_file() {
            return Err(format!("{} is not a Ringcard checkout", root.display()));
        }
        let target = root.join("target");
        Ok(Self { root, target })
    }

    pub fn root(&self) -> &Path {
        &self.root
    }

    pub fn path(&self, inside: &str) -> PathBuf {
        self.root.join(inside)
    }

    /// Where this program keeps logs and notes; made when missing.
    pub fn notes(&self) -> Result<PathBuf, String> {
        let notes = self.target.join("xtask");
        fs::create_dir_all(&notes).map_err(|e| format!("{}: {e}", notes.display()))?;
        Ok(notes)
    }

    /// Where worktrees of other commits are.
    pub fn worktrees(&self) -> PathBuf {
        self.target.join("worktrees")
    }

    /// Where real telephone systems are installed.
    pub fn peers(&self) -> PathBuf {
        self.target.join("peers")
    }

    /// Where programs for Windows are built and tried.
    pub fn windows(&self) -> PathBuf {
        self.target.join("windows")
    }

    /// Where nextest writes what became of each test (`.config/nextest.toml`).
    pub fn nextest_report(&self) -> PathBuf {
        self.target.join("nextest/default/junit.xml")
    }

    /// Where vitest is told to write the same.
    pub fn vitest_report(&self) -> PathBuf {
        self.target.join("xtask/vitest.json")
    }

    pub fn debug_binary(&self, name: &str) -> PathBuf {
        self.target.join("debug").join(format!("{name}{}", env::consts::EXE_SUFFIX))
    }

    pub fn release_binary(&self, name: &str) -> PathBuf {
        self.target.join("release").join(format!("{name}{}", env::consts::EXE_SUFFIX))
    }

    pub fn release_example(&self, name: &str) -> PathBuf {
        self.release_binary(&format!("examples/{name}"))
    }

    /// The packages the last build left, newest last.
    pub fn bundles(&self, kind: &str) -> Vec<PathBuf> {
        let folder = self.target.join("release/bundle").join(kind);
        let files = fs::read_dir(folder).into_iter().flatten().flatten();
        let mut bundles: Vec<_> = files
            .filter(|entry| entry.path().extension() == Some(OsStr::new(kind)))
            .filter_map(|entry| Some((entry.metadata().ok()?.modified().ok()?, entry.path())))
            .collect();
        bundles.sort();
        bundles.into_iter().map(|(_, path)| path).collect()
    }

    pub fn cargo<'a>(&self, args: impl IntoIterator<Item = &'a str>) -> Command {
        let mut command = self.command(&env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned()), args);
        // What cargo told this program about itself is wrong for other packages.
        for (key, _) in
            env::vars().filter(|(key, _)| key.starts_with("CARGO_PKG_") || key.starts_with("CARGO_MANIFEST"))
        {
            command.env_remove(key);
        }
        command
    }

    pub fn npm<'a>(&self, args: impl IntoIterator<Item = &'a str>) -> Command {
        self.command(if cfg!(windows) { "npm.cmd" } else { "npm" }, args)
    }

    pub fn npx<'a>(&self, args: impl IntoIterator<Item = &'a str>) -> Command {
        let mut command = self.command(if cfg!(windows) { "npx.cmd" } else { "npx" }, ["--no-install"]);
        command.args(args);
        command
    }

    /// A program in the root, without input: nothing here may wait for a person.
    pub fn command<'a>(&self, program: &str, args: impl IntoIterator<Item = &'a str>) -> Command {
        let mut command = Command::new(program);
        command.args(args).current_dir(&self.root).stdin(Stdio::null());
        if env::var_os("CARGO_TARGET_DIR").is_some() {
            // Of another checkout it is not the one that was set for this one.
            command.env("CARGO_TARGET_DIR", &self.target);
        }
        command
    }
}
