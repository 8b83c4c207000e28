//! The Asterisk in its folder: configured, started, killed.

use crate::shell;
use std::{
    fs,
    io::Write,
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

pub const ARI: &str = "127.0.0.1:8088";
pub const USER: &str = "ringcard";
pub const PASSWORD: &str = "a-password-for-peers";
const PATIENCE: Duration = Duration::from_secs(60);

/// Files of the distribution that are taken as they are: indications, the defaults of resources.
const AS_THEY_ARE: [&str; 12] = [
    "acl",
    "ccss",
    "cli",
    "codecs",
    "indications",
    "pjproject",
    "pjsip_notify",
    "sorcery",
    "stasis",
    "udptl",
    "users",
    "res_parking",
];

pub struct Pbx {
    root: PathBuf,
    output: PathBuf,
    process: Option<Child>,
}

impl Drop for Pbx {
    fn drop(&mut self) {
        self.kill();
    }
}

/// The version in a folder: 22
pub fn installed(root: &Path) -> Result<u32, String> {
    let said = shell::ask(Command::new("chroot").arg(root).args(["asterisk", "-V"])).unwrap_or_default();
    let number = said.split_whitespace().nth(1).and_then(|number| number.split('.').next()?.parse().ok());
    number.ok_or_else(|| format!("Asterisk in {} says of its version: {said:?}", root.display()))
}

impl Pbx {
    /// `configuration`: a folder with our own files; `more`: further ones, by name. Everything written goes into memory, and
    /// the folder stays as it was installed.
    pub fn start(root: &Path, configuration: &Path, more: &[(&str, String)], output: &Path) -> Result<Self, String> {
        let mount = |args: &[&str], at: &str| {
            let at = root.join(at);
            shell::ask(Command::new("mount").args(args).arg(&at))
                .ok_or_else(|| format!("cannot mount {}", at.display()))
        };
        mount(&["-t", "proc", "proc"], "proc")?;
        mount(&["--bind", "/dev"], "dev")?;
        let etc = root.join("etc/asterisk");
        let kept: Vec<_> = AS_THEY_ARE
            .iter()
            .map(|name| format!("{name}.conf"))
            .filter_map(|name| Some((fs::read(etc.join(&name)).ok()?, name)))
            .collect();
        for folder in ["etc/asterisk", "var/log/asterisk", "var/spool/asterisk", "run"] {
            mount(&["-t", "tmpfs", "tmpfs"], folder)?;
        }
        let fail = |e: std::io::Error| format!("Asterisk's configuration: {e}");
        for (bytes, name) in kept {
            fs::write(etc.join(name), bytes).map_err(fail)?;
        }
        for entry in fs::read_dir(configuration).map_err(fail)?.flatten() {
            if entry.path().extension().is_some_and(|extension| extension == "conf") {
                let text = fs::read_to_string(entry.path()).map_err(fail)?.replace("@password@", PASSWORD);
                fs::write(etc.join(entry.file_name()), text).map_err(fail)?;
            }
        }
        for (name, text) in more {
            let mut file = fs::File::options();
            // One has a key in it.
            let mut file =
                file.create(true).truncate(true).write(true).mode(0o600).open(etc.join(name)).map_err(fail)?;
            file.write_all(text.as_bytes()).map_err(fail)?;
        }
        fs::create_dir_all(root.join("run/asterisk")).map_err(fail)?;
        let own = ["/etc/asterisk", "/var/log/asterisk", "/var/spool/asterisk", "/run/asterisk", "/var/lib/asterisk"];
        let mut give = Command::new("chroot");
        shell::ask(give.arg(root).args(["chown", "-R", "asterisk:asterisk"]).args(own)).ok_or("chown failed")?;
        let mut pbx = Self { root: root.to_owned(), output: output.to_owned(), process: None };
        pbx.begin()?;
        Ok(pbx)
    }

    /// Starts it, and waits until it takes calls.
    pub fn begin(&mut self) -> Result<(), String> {
        let fail = |e: std::io::Error| format!("asterisk: {e}");
        let output = fs::File::options().create(true).append(true).open(&self.output).map_err(fail)?;
        let mut command = Command::new("chroot");
        command.arg(&self.root).args(["asterisk", "-f", "-U", "asterisk", "-G", "asterisk"]);
        command.stdin(Stdio::null()).stdout(output.try_clone().map_err(fail)?).stderr(output);
        self.process = Some(command.spawn().map_err(fail)?);
        let end = Instant::now() + PATIENCE;
        while !self.ask("core waitfullybooted").is_some_and(|said| said.contains("fully booted")) {
            if Instant::now() > end {
                return Err(format!("Asterisk does not start:\n{}", shell::last_lines(&self.output, 20)));
            }
            thread::sleep(Duration::from_millis(100));
        }
        Ok(())
    }

    /// As a power cut does.
    pub fn kill(&mut self) {
        if let Some(mut process) = self.process.take() {
            let _ = process.kill();
            let _ = process.wait();
        }
    }

    /// What its command line answers.
    pub fn ask(&self, command: &str) -> Option<String> {
        shell::ask(Command::new("chroot").arg(&self.root).args(["asterisk", "-rx", command]))
    }

    /// `22.10.1`
    pub fn version(&self) -> String {
        let said = self.ask("core show version").unwrap_or_default();
        let mut words = said.split_whitespace();
        let number = words.find(|word| word.starts_with(|c: char| c.is_ascii_digit())).unwrap_or("?");
        number.split(['~', '+']).next().unwrap_or("?").to_owned()
    }

    pub fn log(&self) -> PathBuf {
        self.root.join("var/log/asterisk/messages.log")
    }
}
