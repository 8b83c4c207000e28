//! Where programs of another distribution live: a folder of its own made by debootstrap, and namespaces of its own while
//! they run.
//!
//! Mounts and processes (with `--net` the network, too) are in namespaces (`unshare`) that end with whoever began them,
//! also by Ctrl-C or a kill: then the kernel ends every process in them and undoes every mount. Nothing can be left over.

use crate::shell;
use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

/// What a place is for.
pub struct Purpose {
    /// The chore, as it is typed.
    pub chore: &'static str,
    /// What is installed.
    pub what: &'static str,
    /// The script that installs it: release, folder and mirror are its arguments.
    pub script: &'static str,
}

/// A folder with one release of a distribution.
pub struct Place {
    pub release: String,
    pub root: PathBuf,
    purpose: &'static Purpose,
}

impl Place {
    pub fn new(below: &Path, release: &str, purpose: &'static Purpose) -> Self {
        Self { release: release.to_owned(), root: below.join(release), purpose }
    }

    /// Installs it, unless it is there as it would be installed now.
    pub fn install(&self, log: &Path) -> Result<(), String> {
        let Purpose { what, script, .. } = *self.purpose;
        let done = self.root.join("installed-by");
        if fs::read_to_string(&done).is_ok_and(|by| by == script) {
            return Ok(());
        }
        println!("Installing {what} from Debian {} into {} (some minutes)", self.release, self.root.display());
        fs::create_dir_all(&self.root).map_err(|e| format!("{}: {e}", self.root.display()))?;
        let mut install = apart(&[]);
        install.args(["sh", "-euc", script, "install", &self.release]).arg(&self.root).arg(mirror()?);
        shell::log(&mut install, log).map_err(|problem| format!("{}\n{problem}", shell::last_lines(log, 15)))?;
        fs::write(&done, script).map_err(|e| format!("{}: {e}", done.display()))
    }

    /// Says what is missing on this machine, and how it is installed.
    pub fn check(&self) -> Result<(), String> {
        let is_root = shell::ask(Command::new("id").arg("-u")).is_some_and(|id| id == "0");
        if !is_root {
            let chore = self.purpose.chore;
            return Err(format!(
                "this chore makes a folder with a system of its own, and needs root: sudo -E cargo xtask {chore}"
            ));
        }
        let missing: Vec<&str> =
            [("debootstrap", "debootstrap"), ("unshare", "util-linux"), ("setpriv", "util-linux"), ("ip", "iproute2")]
                .into_iter()
                .filter(|(program, _)| !crate::session::installed(program))
                .map(|(_, package)| package)
                .collect();
        match missing.is_empty() {
            true => Ok(()),
            false => Err(format!("missing here: apt-get install -y --no-install-recommends {}", missing.join(" "))),
        }
    }
}

/// A command in mount and process namespaces of its own, which end with us.
pub fn apart(more: &[&str]) -> Command {
    let mut command = Command::new("setpriv");
    command.args(["--pdeathsig", "KILL", "unshare", "--mount", "--pid", "--fork", "--kill-child=KILL", "--mount-proc"]);
    command.args(more).arg("--");
    command
}

/// The mirror this machine is set up with.
fn mirror() -> Result<String, String> {
    let folder = fs::read_dir("/etc/apt/sources.list.d").into_iter().flatten().flatten().map(|entry| entry.path());
    let files = folder.chain([PathBuf::from("/etc/apt/sources.list")]);
    let texts = files.filter_map(|file| fs::read_to_string(file).ok());
    env::var("DEBIAN_MIRROR")
        .ok()
        .or_else(|| texts.collect::<Vec<_>>().iter().find_map(|text| mirror_in(text)))
        .ok_or_else(|| "no Debian mirror in /etc/apt: name one in DEBIAN_MIRROR".to_owned())
}

/// `URIs: https://…/debian` or `deb [options] https://…/debian suite main`; others' packages stand beside it.
fn mirror_in(text: &str) -> Option<String> {
    let words = text.lines().filter_map(|line| {
        let line = line.trim();
        let is_source = line.starts_with("URIs:") || line.starts_with("deb ");
        line.split_whitespace().find(|word| is_source && word.contains("://"))
    });
    words.into_iter().find(|address| address.trim_end_matches('/').ends_with("/debian")).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::mirror_in;

    #[test]
    fn the_mirror_is_read_from_either_form() {
        let new = "Types: deb\n# URIs: http://old/debian\nURIs: http://others.example/node\nURIs: http://mirror.example/debian\nSuites: x\n";
        let old = "# deb http://old x main\ndeb [trusted=yes] http://mirror.example/debian x main\n";
        for text in [new, old] {
            assert_eq!(mirror_in(text).as_deref(), Some("http://mirror.example/debian"));
        }
        assert_eq!(mirror_in("URIs: http://mirror.example/debian-security\n"), None);
    }
}
