//! What the numbers were measured on.

use crate::{checkout::Checkout, shell};
use std::{fs, process::Command, thread};

/// For a list in Markdown.
pub fn describe(checkout: &Checkout) -> Vec<String> {
    let cores = thread::available_parallelism().map_or(1, usize::from);
    let memory = value_of("/proc/meminfo", "MemTotal").and_then(|text| text.split(' ').next()?.parse::<f64>().ok());
    let memory = memory.map_or_else(|| "?".to_owned(), |kib| format!("{:.0}", kib / f64::from(1 << 20)));
    let model = value_of("/proc/cpuinfo", "model name").unwrap_or_else(|| "unknown processor".to_owned());
    let system = value_of("/etc/os-release", "PRETTY_NAME").unwrap_or_else(|| std::env::consts::OS.to_owned());
    let kernel = shell::ask(Command::new("uname").arg("-sr")).unwrap_or_default();
    let webkit = shell::ask(Command::new("pkg-config").args(["--modversion", "webkit2gtk-4.1"])).unwrap_or_default();
    let day = shell::ask(Command::new("date").arg("+%Y-%m-%d")).unwrap_or_default();
    vec![
        format!("{day}, commit {}", named(checkout)),
        format!("{cores} cores of {model}, {memory} GiB, no GPU (Xvfb, openbox), load {} at the beginning", load()),
        format!("{system}, {kernel}, WebKitGTK {webkit}"),
    ]
}

/// The commit, and whether it is all.
pub fn named(checkout: &Checkout) -> String {
    format!("`{}`{}", commit(checkout), and_changes(checkout))
}

/// The commit a checkout stands on, as people write it.
pub fn commit(checkout: &Checkout) -> String {
    git(checkout, &["rev-parse", "--short", "HEAD"]).unwrap_or_else(|| "not in git".to_owned())
}

/// What this machine had to do in the last minute.
pub fn load() -> String {
    let load = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    load.split(' ').next().filter(|load| !load.is_empty()).unwrap_or("?").to_owned()
}

fn and_changes(checkout: &Checkout) -> &'static str {
    let changed = git(checkout, &["status", "--porcelain", "--untracked-files=no"]);
    if changed.is_some_and(|files| !files.is_empty()) { ", with changes not committed" } else { "" }
}

fn git(checkout: &Checkout, args: &[&str]) -> Option<String> {
    shell::ask(Command::new("git").args(args).current_dir(checkout.root()))
}

/// The value of `key: value` or `KEY="value"`.
fn value_of(file: &str, key: &str) -> Option<String> {
    let text = fs::read_to_string(file).ok()?;
    let line = text.lines().find(|line| line.starts_with(key))?;
    let (_, value) = line.split_once([':', '='])?;
    Some(value.trim().trim_matches('"').to_owned())
}
