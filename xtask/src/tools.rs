//! Cargo's tools that a chore needs beside Rust itself: in fixed versions, kept in `target/xtask/tools`.

use crate::{checkout::Checkout, shell};
use std::{env, fs, path::Path, process::Command};

/// A program from the registry. A newer version is taken on purpose, with what it finds then.
pub struct Tool {
    name: &'static str,
    version: &'static str,
    /// Where it has features, those that are used here.
    features: Option<&'static str>,
    /// It works for minutes, and is built as well as it can be.
    is_slow: bool,
}

/// Runs the tests; one that is installed on the machine is taken before this.
pub const NEXTEST: Tool =
    Tool { name: "cargo-nextest", version: "0.9.143", features: Some("default-no-update"), is_slow: false };
/// Licences, sources, bans and advisories of everything that is built.
pub const DENY: Tool = Tool { name: "cargo-deny", version: "0.20.2", features: None, is_slow: false };
/// The texts of the licences of what goes into a package.
pub const ABOUT: Tool = Tool { name: "cargo-about", version: "0.9.3", features: Some("cli"), is_slow: true };
/// The list of what goes into a package (SBOM).
pub const CYCLONEDX: Tool = Tool { name: "cargo-cyclonedx", version: "0.5.9", features: None, is_slow: false };

impl Tool {
    /// A command for it, installed first where it is missing.
    pub fn command(&self, checkout: &Checkout) -> Result<Command, String> {
        let root = checkout.notes()?.join("tools");
        let program = root.join("bin").join(format!("{}{}", self.name, env::consts::EXE_SUFFIX));
        if !self.is(&program) {
            self.install(checkout, &root)?;
        }
        let mut command = checkout.command(&program.to_string_lossy(), []);
        command.env("CARGO_TERM_COLOR", "never").env("NO_COLOR", "1");
        Ok(command)
    }

    /// Most work for seconds and are built for minutes: quickly, without debugging information.
    fn install(&self, checkout: &Checkout, root: &Path) -> Result<(), String> {
        println!("  installing {} {} (once, some minutes)", self.name, self.version);
        let (log, build) = (checkout.notes()?.join(format!("{}.log", self.name)), root.join("build"));
        let mut install = checkout.cargo(["install", self.name, "--version", self.version]);
        install.args(self.features.map(|features| format!("--features={features}")));
        install.args(if self.is_slow { &[][..] } else { &["--debug"] });
        install.args(["--locked", "--force"]).arg("--root").arg(root).arg("--target-dir").arg(&build);
        let installed = shell::log(install.env("CARGO_PROFILE_DEV_DEBUG", "0"), &log);
        // Hundreds of megabytes that nobody needs again.
        let _ = fs::remove_dir_all(build);
        installed.map_err(|problem| format!("{}\n{problem}", shell::last_lines(&log, 5)))
    }

    fn is(&self, program: &Path) -> bool {
        let said = shell::ask(Command::new(program).arg("--version")).unwrap_or_default();
        said.split_whitespace().any(|word| word == self.version)
    }
}
