//! The installer, tried on an empty disk by Wine: what is there after it, and what is left when it was removed.

use super::{inside::Inside, installer};
use crate::shell;
use std::{
    fs,
    path::{Path, PathBuf},
};

const DISK: &str = "installer";
const SCHEMES: [&str; 3] = ["tel", "callto", "sip"];
const HUB: &str = "wss://hub.example.com/v1/desk";

/// What was done, and what was found.
pub fn run(inside: &Inside, log: &Path) -> Result<String, String> {
    let mut computer = Computer::new(inside, log)?;
    for_one_person(&mut computer)?;
    again(&mut computer)?;
    removed(&mut computer)?;
    removed_with_data(&mut computer)?;
    refused(&mut computer)?;
    for_everybody(&mut computer)?;
    Ok(format!("{} installations and removals, {} things looked at", computer.runs, computer.looked))
}

fn for_one_person(computer: &mut Computer) -> Result<(), String> {
    computer.install(&["/S", &format!("/HUB={HUB}"), "/AUTOSTART=1", "/WEBVIEW2=none"], 0)?;
    computer.has_file(PROGRAM, true)?;
    computer.has_file(&beside(PROGRAM, "WebView2Loader.dll"), true)?;
    computer.has_file(&beside(PROGRAM, "ringcard-hub.exe"), false)?;
    computer.has_file(SHORTCUT, true)?;
    let settings = computer.read(SETTINGS)?;
    for line in [format!("url = \"{HUB}\""), "start_at_login = true".to_owned()] {
        computer.look(settings.lines().any(|written| written == line), &format!("{SETTINGS} has no line `{line}`"))?;
    }
    let registry = computer.registry("user.reg")?;
    for scheme in SCHEMES {
        let class = registry.value(CAPABILITIES_OF_LINKS, scheme);
        let class = class.ok_or_else(|| format!("Ringcard is no candidate for {scheme}: links"))?;
        computer.look(registry.opens_with_ringcard(&class), &format!("{scheme}: is not opened by Ringcard"))?;
        // A candidate only: which program opens a link is the person's word.
        let taken = registry.has_key(&format!("Software\\Classes\\{scheme}"));
        computer.look(!taken, &format!("{scheme}: was taken, not offered"))?;
    }
    computer.look(registry.opens_with_ringcard("ringcard"), "ringcard: is not opened by Ringcard")?;
    computer.look(registry.value(RUN, "ringcard").is_some(), "it does not start when somebody signs in")?;
    let size = registry.value(UNINSTALL, "EstimatedSize");
    computer.look(size.is_some_and(|size| size.starts_with("dword:")), "Apps and features has no size")?;
    let version = registry.value(UNINSTALL, "DisplayVersion");
    computer.look(version.as_deref() == Some(env!("CARGO_PKG_VERSION")), "Apps and features has no version")
}

/// Over itself, while the person has settings of their own.
fn again(computer: &mut Computer) -> Result<(), String> {
    computer.write(SETTINGS, "# mine\n")?;
    computer.write(DATA, "a database")?;
    computer.install(&["/S", "/HUB=wss://another.example.com/v1/desk", "/WEBVIEW2=none"], 0)?;
    computer.has_file(PROGRAM, true)?;
    let settings = computer.read(SETTINGS)?;
    computer.look(settings == "# mine\n", "settings of the person's own were overwritten")
}

fn removed(computer: &mut Computer) -> Result<(), String> {
    computer.remove(PROGRAM, &["/S"], 0)?;
    nothing_is_left(computer, "user.reg", PROGRAM)?;
    computer.has_file(SHORTCUT, false)?;
    computer.has_file(SETTINGS, true)?;
    computer.has_file(DATA, true)
}

fn removed_with_data(computer: &mut Computer) -> Result<(), String> {
    computer.install(&["/S", "/WEBVIEW2=none"], 0)?;
    let registry = computer.registry("user.reg")?;
    computer.look(registry.value(RUN, "ringcard").is_none(), "it starts at sign-in, and nobody asked for that")?;
    computer.remove(PROGRAM, &["/S", "/PURGE=1"], 0)?;
    nothing_is_left(computer, "user.reg", PROGRAM)?;
    computer.has_file(SETTINGS, false)?;
    computer.has_file(DATA, false)
}

fn refused(computer: &mut Computer) -> Result<(), String> {
    computer.install(&["/S", "/HUB=https://hub.example.com"], 87)?;
    computer.install(&["/S", "/SETTINGS=C:\\nothing.toml"], 87)?;
    computer.install(&["/S", "/HUBSERVICE=1"], 87)?;
    computer.has_file(PROGRAM, false)
}

fn for_everybody(computer: &mut Computer) -> Result<(), String> {
    computer.write("fleet.toml", "# the fleet's\n")?;
    computer.install(&["/S", "/ALLUSERS", "/SETTINGS=C:\\fleet.toml", "/AUTOSTART=1", "/WEBVIEW2=none"], 0)?;
    computer.has_file(PROGRAM_OF_ALL, true)?;
    let registry = computer.registry("system.reg")?;
    computer.look(registry.value(CAPABILITIES_OF_LINKS, "tel").is_some(), "Ringcard is no candidate for tel: links")?;
    computer.look(registry.value(RUN, "ringcard").is_some(), "it does not start when somebody signs in")?;
    let at_sign_in = registry.value(ACTIVE_SETUP, "StubPath").ok_or("nobody gets the fleet's settings")?;
    // What Windows runs once for each person, and not by a shell, which would take the line apart at an `&`.
    computer.write("sign-in.cmd", &format!("@{}\r\n", at_sign_in.replace('&', "^&")))?;
    computer.run("cmd", &["/c", "C:\\sign-in.cmd"], 0)?;
    let settings = computer.read(SETTINGS)?;
    computer.look(settings == "# the fleet's\n", "a person who signs in does not get the fleet's settings")?;
    computer.write(SETTINGS, "# mine\n")?;
    computer.run("cmd", &["/c", "C:\\sign-in.cmd"], 0)?;
    let settings = computer.read(SETTINGS)?;
    computer.look(settings == "# mine\n", "the fleet's settings overwrote a person's own")?;
    let first = computer.read(&beside(PROGRAM_OF_ALL, "first-settings.toml"))?;
    computer.look(first == "# the fleet's\n", "the fleet's settings are others")?;
    computer.remove(PROGRAM_OF_ALL, &["/S"], 0)?;
    let registry = computer.registry("system.reg")?;
    computer.look(!registry.has_key(ACTIVE_SETUP), "the fleet's settings would still be given")?;
    nothing_is_left(computer, "system.reg", PROGRAM_OF_ALL)
}

fn nothing_is_left(computer: &mut Computer, registry: &str, program: &str) -> Result<(), String> {
    let folder = Path::new(program).parent().unwrap_or(Path::new("")).to_string_lossy().into_owned();
    computer.has_file(&folder, false)?;
    let registry = computer.registry(registry)?;
    let left = registry.lines.iter().find(|line| line.to_ascii_lowercase().contains("ringcard"));
    // Windows' own notes of which programs ran are not ours.
    computer.look(left.is_none(), &format!("the registry still has {left:?}"))
}

const PROGRAM: &str = "users/USER/AppData/Local/Programs/Ringcard/ringcard.exe";
const PROGRAM_OF_ALL: &str = "Program Files/Ringcard/ringcard.exe";
const SETTINGS: &str = "users/USER/AppData/Roaming/Ringcard/ringcard.toml";
const DATA: &str = "users/USER/AppData/Local/Ringcard/desk.db";
const SHORTCUT: &str = "users/USER/AppData/Roaming/Microsoft/Windows/Start Menu/Programs/Ringcard.lnk";
const CAPABILITIES_OF_LINKS: &str = "Software\\Ringcard\\Capabilities\\URLAssociations";
const RUN: &str = "Software\\Microsoft\\Windows\\CurrentVersion\\Run";
const UNINSTALL: &str = "Software\\Microsoft\\Windows\\CurrentVersion\\Uninstall\\Ringcard";
const ACTIVE_SETUP: &str =
    "Software\\Microsoft\\Active Setup\\Installed Components\\{6E1C2F0B-5D3A-4B0C-9A57-2B7B1D0F6C11}";

fn beside(program: &str, name: &str) -> String {
    Path::new(program).with_file_name(name).to_string_lossy().into_owned()
}

/// Wine's disk as a computer of its own.
struct Computer<'a> {
    inside: &'a Inside<'a>,
    installer: String,
    log: &'a Path,
    runs: u32,
    looked: u32,
}

impl<'a> Computer<'a> {
    fn new(inside: &'a Inside<'a>, log: &'a Path) -> Result<Self, String> {
        inside.new_disk(DISK)?;
        let installer = installer::path(inside).to_string_lossy().into_owned();
        Ok(Self { inside, installer, log, runs: 0, looked: 0 })
    }

    fn install(&mut self, words: &[&str], code: i32) -> Result<(), String> {
        let installer = self.installer.clone();
        self.run(&installer, words, code)
    }

    fn remove(&mut self, program: &str, words: &[&str], code: i32) -> Result<(), String> {
        // As it is called in the place, which does not see itself from here.
        let drive = self.inside.disk(DISK).join("drive_c");
        let file = self.path(&beside(program, "uninstall.exe"))?;
        let uninstaller = format!("C:/{}", file.strip_prefix(&drive).unwrap_or(&file).display());
        self.run(&uninstaller, words, code)
    }

    /// A program and what it starts, to the end.
    fn run(&mut self, program: &str, words: &[&str], code: i32) -> Result<(), String> {
        let name = Path::new(program).file_name().unwrap_or_default().to_string_lossy().into_owned();
        self.runs += 1;
        let words = std::iter::once(program).chain(words.iter().copied());
        let mut command = self.inside.wine(DISK, self.inside.checkout.root(), &[], words);
        let status = command.output().map_err(|e| format!("{}: {e}", shell::written(&command)))?.status;
        match status.code() {
            Some(ended) if ended == code & 0xff => Ok(()),
            _ => Err(format!("`{name}` ended with {status}, not with {code}\nall of it: {}", self.log.display())),
        }
    }

    fn look(&mut self, is_right: bool, problem: &str) -> Result<(), String> {
        self.looked += 1;
        if is_right { Ok(()) } else { Err(problem.to_owned()) }
    }

    fn has_file(&mut self, name: &str, expected: bool) -> Result<(), String> {
        let is_there = self.path(name)?.exists();
        self.look(is_there == expected, &format!("{name} is {}there", if is_there { "" } else { "not " }))
    }

    fn read(&self, name: &str) -> Result<String, String> {
        let text = fs::read_to_string(self.path(name)?).map_err(|e| format!("{name}: {e}"))?;
        Ok(text.replace('\r', ""))
    }

    fn write(&self, name: &str, text: &str) -> Result<(), String> {
        let path = self.path(name)?;
        let folder = path.parent().unwrap_or(Path::new("."));
        fs::create_dir_all(folder).and_then(|()| fs::write(&path, text)).map_err(|e| format!("{name}: {e}"))
    }

    /// A file on `C:`; `USER` stands for whoever Wine's person is.
    fn path(&self, name: &str) -> Result<PathBuf, String> {
        let drive = self.inside.disk(DISK).join("drive_c");
        let users = fs::read_dir(drive.join("users")).into_iter().flatten().flatten();
        let mut users = users.map(|entry| entry.file_name().to_string_lossy().into_owned());
        let user = users.find(|user| user != "Public").unwrap_or_default();
        Ok(drive.join(name.replace("USER", &user)))
    }

    fn registry(&self, name: &str) -> Result<Registry, String> {
        let text = fs::read_to_string(self.inside.disk(DISK).join(name)).map_err(|e| format!("{name}: {e}"))?;
        Ok(Registry::of(&text))
    }
}

/// A registry as Wine writes it down.
struct Registry {
    lines: Vec<String>,
}

impl Registry {
    fn of(text: &str) -> Self {
        Self { lines: text.lines().map(|line| line.replace("\\\\", "\\").replace("\\\"", "\"")).collect() }
    }

    fn key(&self, key: &str) -> Option<impl Iterator<Item = &String>> {
        let head = format!("[{key}]").to_ascii_lowercase();
        let at = self.lines.iter().position(|line| line.to_ascii_lowercase().starts_with(&head))?;
        Some(self.lines[at + 1..].iter().take_while(|line| !line.starts_with('[')))
    }

    fn opens_with_ringcard(&self, class: &str) -> bool {
        let command = self.value(&format!("Software\\Classes\\{class}\\shell\\open\\command"), "");
        command.is_some_and(|command| command.starts_with('"') && command.ends_with("\\ringcard.exe\" \"%1\""))
    }

    fn has_key(&self, key: &str) -> bool {
        self.key(key).is_some()
    }

    /// Without its quotes; the name of a key's own value is empty.
    fn value(&self, key: &str, name: &str) -> Option<String> {
        let start = if name.is_empty() { "@=".to_owned() } else { format!("\"{name}\"=") };
        let value = self.key(key)?.find_map(|line| line.strip_prefix(&start))?;
        let value = value.strip_prefix("str(2):").unwrap_or(value);
        Some(value.strip_prefix('"').and_then(|value| value.strip_suffix('"')).unwrap_or(value).to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_found_in_its_key() {
        let text = "[Software\\\\Classes\\\\A] 17\n#time=1\n@=\"one\"\n\"size\"=dword:0000ff\n\n\
                    [Software\\\\Classes\\\\A\\\\shell] 17\n@=\"\\\"C:\\\\a.exe\\\" %1\"\n";
        let registry = Registry::of(text);
        assert_eq!(registry.value("Software\\Classes\\A", "").as_deref(), Some("one"));
        assert_eq!(registry.value("software\\classes\\a", "size").as_deref(), Some("dword:0000ff"));
        assert_eq!(registry.value("Software\\Classes\\A\\shell", "").as_deref(), Some("\"C:\\a.exe\" %1"));
        assert!(!registry.has_key("Software\\Classes"));
    }
}
