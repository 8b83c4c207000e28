//! The hub as a program of Windows: it starts, answers on the loopback, and ends when it is told to.

use super::{inside::Inside, under_wine::output};
use crate::{bench::http, shell};
use std::{
    fs,
    io::Write,
    net::{SocketAddr, TcpListener},
    path::Path,
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

/// Wine's disk for it.
const DISK: &str = "smoke";
/// Runs a program of Windows until it is told to stop, by Ctrl-C.
const UNTIL_TOLD: &str = "xtask/windows/until-told.sh";
const PATIENCE: Duration = Duration::from_secs(60);

pub fn run(inside: &Inside, log: &Path) -> Result<String, String> {
    inside.new_disk(DISK)?;
    let folder = inside.made("release");
    let hub = folder.join("ringcard-hub.exe").to_string_lossy().into_owned();
    let version = output(&mut inside.wine(DISK, &folder, &[], [&*hub, "--version"]))?;
    let version = version.trim();
    if version != format!("ringcard-hub {}", env!("CARGO_PKG_VERSION")) {
        return Err(format!("`ringcard-hub --version` says: {version}"));
    }
    let home = inside.disk(DISK).join("hub");
    let address = free_address()?;
    let settings = format!("[listen]\naddress = \"{address}\"\n[[agent]]\nname = \"Ana Kovács\"\n");
    let fail = |e: std::io::Error| format!("{}: {e}", home.display());
    fs::create_dir_all(&home).and_then(|()| fs::write(home.join("hub.toml"), settings)).map_err(fail)?;
    let script = inside.checkout.path(UNTIL_TOLD).to_string_lossy().into_owned();
    let home_there = format!("RINGCARD_HOME=Z:{}/hub", inside.disk_there(DISK).display());
    let mut command = inside.wine_command(DISK, &folder, &[&home_there], "sh", ["-eu", &script, &hub, "serve"]);
    let mut hub = Running::start(&mut command, log)?;
    let took = hub.wait_for("the hub does not answer", || http::answers(address, "/healthz"))?;
    hub.tell_to_stop()?;
    hub.wait_for_end()?;
    if http::answers(address, "/healthz") {
        return Err("the hub ended and answers all the same".to_owned());
    }
    Ok(format!("answers after {:.1} s, ends by Ctrl-C", took.as_secs_f32()))
}

/// Nobody has it now.
fn free_address() -> Result<SocketAddr, String> {
    let free = TcpListener::bind(("127.0.0.1", 0)).and_then(|listener| listener.local_addr());
    free.map_err(|e| format!("no port is free: {e}"))
}

struct Running<'a> {
    child: Child,
    log: &'a Path,
}

impl<'a> Running<'a> {
    fn start(command: &mut Command, log: &'a Path) -> Result<Self, String> {
        let fail = |e: std::io::Error| format!("{}: {e}", log.display());
        let output = fs::File::options().create(true).append(true).open(log).map_err(fail)?;
        let errors = output.try_clone().map_err(fail)?;
        let child = command.stdin(Stdio::piped()).stdout(output).stderr(errors).spawn();
        Ok(Self { child: child.map_err(|e| format!("{} does not start: {e}", shell::written(command)))?, log })
    }

    fn tell_to_stop(&mut self) -> Result<(), String> {
        let line = self.child.stdin.as_mut().ok_or("the hub cannot be told to stop")?;
        line.write_all(b"\n").and_then(|()| line.flush()).map_err(|e| format!("the hub cannot be told to stop: {e}"))
    }

    fn wait_for(&mut self, else_say: &str, mut is: impl FnMut() -> bool) -> Result<Duration, String> {
        let start = Instant::now();
        while !is() {
            let ended = self.child.try_wait().ok().flatten();
            if ended.is_some() || start.elapsed() > PATIENCE {
                let ended = ended.map_or_else(String::new, |status| format!(" ({status})"));
                return Err(format!("{else_say}{ended}:\n{}", shell::last_lines(self.log, 20)));
            }
            thread::sleep(Duration::from_millis(50));
        }
        Ok(start.elapsed())
    }

    fn wait_for_end(&mut self) -> Result<(), String> {
        let start = Instant::now();
        loop {
            match self.child.try_wait() {
                Ok(Some(status)) if status.success() => return Ok(()),
                Ok(Some(status)) => {
                    return Err(format!("the hub ended with {status}:\n{}", shell::last_lines(self.log, 20)));
                }
                _ if start.elapsed() > PATIENCE => {
                    return Err(format!("the hub did not end by Ctrl-C:\n{}", shell::last_lines(self.log, 20)));
                }
                _ => thread::sleep(Duration::from_millis(50)),
            }
        }
    }
}

impl Drop for Running<'_> {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
