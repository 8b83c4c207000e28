//! What a hub writes is its user's alone, whatever the umask; nothing is written through a link; nothing but a file is read.
//!
//! By modes, links and pipes, which Windows has not: its lists are tried in `src/own_files/windows/tests.rs`.
#![cfg(unix)]

use crate::support::pipe;
use std::{
    fs,
    io::{BufRead, BufReader},
    os::unix::fs::{PermissionsExt, symlink},
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
};
use tempfile::TempDir;

const SETTINGS: &str = r#"
[locale]
country = "HU"
[listen]
address = "127.0.0.1:0"
api_token = { env = "FILES_TOKEN" }
[[agent]]
name = "Ana"
extension = "101"
[[account]]
name = "pbx"
connector = "vipex"
api_url = "https://pbx.example.com/api"
user = "crm"
password = { env = "FILES_TOKEN" }
push_key = { env = "FILES_TOKEN" }
"#;

struct Home(TempDir);

struct Said {
    code: Option<i32>,
    out: String,
    err: String,
}

impl Home {
    fn new() -> Self {
        let home = Self(TempDir::new().expect("a folder"));
        home.write("hub.toml", SETTINGS, 0o600);
        home
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn write(&self, name: &str, text: &str, mode: u32) {
        fs::write(self.path(name), text).expect("written");
        chmod(&self.path(name), mode);
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).expect("it is there")
    }

    /// Under the most open umask there is. What would wait for ever is ended.
    fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new("sh");
        command.args(["-c", "umask 000; exec timeout 60 \"$0\" \"$@\"", env!("CARGO_BIN_EXE_ringcard-hub")]).args(args);
        command.env("RINGCARD_HOME", self.0.path()).env("FILES_TOKEN", "3f9c1b7de2a84c06b5d7").env("RUST_LOG", "info");
        command.env("NO_COLOR", "1").env_remove("RINGCARD_API_TOKEN").env_remove("STATE_DIRECTORY");
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    fn run(&self, args: &[&str]) -> Said {
        let Output { status, stdout, stderr } = self.command(args).output().expect("the program starts");
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("UTF-8");
        Said { code: status.code(), out: text(stdout), err: text(stderr) }
    }

    /// Starts the hub and ends it when it listens; answers what it said until then, and what others could read meanwhile.
    fn serve(&self) -> (String, Vec<String>) {
        let mut process = Kill(self.command(&["serve"]).spawn().expect("the server starts"));
        let mut said = String::new();
        for line in BufReader::new(process.0.stderr.take().expect("its log")).lines().map_while(Result::ok) {
            said.push_str(&line);
            said.push('\n');
            if line.contains("listening on http") {
                break;
            }
        }
        (said, open_to_others(self.0.path()))
    }
}

struct Kill(Child);

impl Drop for Kill {
    fn drop(&mut self) {
        // `timeout` hands it on; SIGKILL would not reach the hub behind it.
        let _ = Command::new("kill").arg(self.0.id().to_string()).status();
        let _ = self.0.wait();
    }
}

fn chmod(path: &Path, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).expect("chmod");
}

/// Every file and folder below that others than its owner may do anything with.
fn open_to_others(folder: &Path) -> Vec<String> {
    let mut open = Vec::new();
    for entry in fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path()) {
        // What is gone meanwhile is nobody's.
        let Ok(about) = fs::symlink_metadata(&entry) else { continue };
        let mode = about.permissions().mode() & 0o777;
        if !about.is_symlink() && mode & 0o077 != 0 {
            open.push(format!("{} {mode:03o}", entry.display()));
        }
        if about.is_dir() {
            open.extend(open_to_others(&entry));
        }
    }
    open
}

#[test]
fn what_a_hub_writes_is_its_users_alone_under_any_umask() {
    let home = Home::new();
    home.write("hub.toml", &format!("data_dir = \"deep/down\"\n{SETTINGS}"), 0o600);
    home.write("rows.csv", "Name;Phone\nAnna;+36301234567\n;\nNobody;no number at all\nCard;4111111111111111\n", 0o600);
    let imported = home.run(&["customers", "import", home.path("rows.csv").to_str().expect("a path")]);
    assert!(imported.out.contains("Every such row with the reason"), "{}{}", imported.out, imported.err);
    let exported = home.run(&["customers", "export", home.path("out.csv").to_str().expect("a path")]);
    assert_eq!(exported.code, Some(0), "{}", exported.err);
    assert_eq!(home.run(&["agent", "add", "Béla"]).code, Some(0));
    let (said, open) = home.serve();
    assert!(said.contains("listening on"), "{said}");
    assert_eq!(open, Vec::<String>::new());
    for name in ["calls.db", "directory.db", "outbox.db", "hub.lock", "import-reports"] {
        assert!(home.path("deep/down").join(name).exists(), "{name}");
    }
}

#[test]
fn what_an_earlier_version_left_open_is_put_right_at_the_start_and_said_once() {
    let home = Home::new();
    home.write("hub.toml", &format!("data_dir = \"data\"\n{SETTINGS}"), 0o600);
    home.serve();
    let data = home.path("data");
    fs::create_dir_all(data.join("import-reports")).expect("a folder");
    for name in ["codes.json", "hub.lock", "import-reports/refused-1700000000000.csv", "calls.damaged-1.db"] {
        fs::write(data.join(name), "{}").expect("written");
    }
    for entry in fs::read_dir(&data).expect("a folder").map(|entry| entry.expect("an entry").path()) {
        chmod(&entry, if entry.is_dir() { 0o755 } else { 0o644 });
    }
    chmod(&data.join("import-reports/refused-1700000000000.csv"), 0o666);
    chmod(&data, 0o755);
    // Not ours: whoever put it there may want it read.
    fs::write(data.join("welcome.html"), "").expect("written");
    chmod(&data.join("welcome.html"), 0o644);
    let (said, open) = home.serve();
    assert_eq!(open, [format!("{} 644", data.join("welcome.html").display())], "{said}");
    let lines: Vec<&str> = said.lines().filter(|line| line.contains("others could")).collect();
    assert_eq!(lines.len(), 1, "{said}");
    assert!(lines[0].contains("WARN"), "{said}");
    let (said, _) = home.serve();
    assert!(!said.contains("others could"), "{said}");
}

#[test]
fn reports_are_not_written_into_a_folder_that_is_a_link() {
    let home = Home::new();
    home.write("rows.csv", "Name;Phone\nAnna;+36301234567\nNobody;\n;+36301234568\n", 0o600);
    let elsewhere = home.path("elsewhere");
    fs::create_dir_all(&elsewhere).expect("a folder");
    symlink(&elsewhere, home.path("import-reports")).expect("a link");
    let rows = home.path("rows.csv").display().to_string();
    home.run(&["customers", "import", &rows]);
    assert_eq!(fs::read_dir(&elsewhere).expect("a folder").count(), 0, "a report went where the link leads");
}

#[test]
fn nothing_is_written_through_a_link() {
    for (name, args) in [
        ("calls.db", &["serve"][..]),
        ("directory.db", &["serve"]),
        ("directory.db-wal", &["serve"]),
        ("outbox.db", &["serve"]),
        ("directory.db-shm", &["serve"]),
        ("hub.lock", &["serve"]),
        ("hub.lock.json", &["serve"]),
        ("hub.lock.json.part", &["serve"]),
        ("directory.db", &["customers", "import", "rows.csv"]),
        ("import-reports/last-import.json.part", &["customers", "import", "rows.csv"]),
        ("import-reports/last-import.json", &["customers", "import", "rows.csv"]),
        ("out.csv", &["customers", "export", "out.csv"]),
        ("out.csv.part", &["customers", "export", "out.csv"]),
        ("hub.toml", &["agent", "add", "Béla"]),
        (".hub.toml.new", &["agent", "add", "Béla"]),
    ] {
        let home = Home::new();
        home.write("rows.csv", "Name;Phone\nAnna;+36301234567\nNobody;\n", 0o600);
        let victim = home.path("victim");
        // What a settings file has to be read from is settings.
        let text = if name == "hub.toml" { home.read(name) } else { String::new() };
        fs::write(&victim, &text).expect("written");
        fs::create_dir_all(home.path("import-reports")).expect("a folder");
        let _ = fs::remove_file(home.path(name));
        symlink(&victim, home.path(name)).expect("a link");
        let said = match args {
            ["serve"] => home.serve().0,
            args => {
                let in_home: Vec<String> = args
                    .iter()
                    .map(|arg| match arg.ends_with(".csv") {
                        true => home.path(arg).display().to_string(),
                        false => (*arg).to_owned(),
                    })
                    .collect();
                let Said { code, out, err } = home.run(&in_home.iter().map(String::as_str).collect::<Vec<_>>());
                format!("{code:?} {out}{err}")
            }
        };
        assert_eq!(fs::read_to_string(&victim).expect("it is there"), text, "{name}, {args:?}: {said}");
        // Either it was refused in words, or the link made place for a file.
        let is_refused = said.contains("symbolic link") || said.contains("could not be opened");
        let is_replaced = !home.path(name).is_symlink();
        assert!(is_refused || is_replaced, "{name}, {args:?}: {said}");
    }
}

#[test]
fn a_data_folder_behind_a_link_is_the_administrators_choice() {
    let home = Home::new();
    home.write("hub.toml", &format!("data_dir = \"data\"\n{SETTINGS}"), 0o600);
    fs::create_dir(home.path("disk")).expect("a folder");
    symlink(home.path("disk"), home.path("data")).expect("a link");
    let (said, _) = home.serve();
    assert!(said.contains("listening on"), "{said}");
    assert!(home.path("disk/calls.db").exists());
}

#[test]
fn what_is_no_file_is_refused_at_once_and_in_words() {
    let home = Home::new();
    let named = home.path("pipe");
    pipe(&named);
    let named = named.to_str().expect("a path");
    let _socket = std::os::unix::net::UnixListener::bind(home.path("socket")).expect("a socket");
    let socket = home.path("socket").display().to_string();
    let folder = home.0.path().display().to_string();
    for args in [
        &["customers", "import", named][..],
        &["customers", "import", "--preview", named],
        &["customers", "import", "/dev/zero"],
        &["customers", "import", &socket],
        &["customers", "import", &folder],
        &["profile", "check", named],
        &["profile", "check", "/dev/zero"],
        &["--config", named, "check"],
        &["--config", named, "serve"],
        &["--config", named, "agent", "list"],
        &["--config", "/dev/zero", "check"],
    ] {
        let said = home.run(args);
        assert_eq!(said.code, Some(1), "{args:?}: {}{}", said.out, said.err);
        assert!(format!("{}{}", said.out, said.err).contains("not a file"), "{args:?}: {}{}", said.out, said.err);
    }
    for (file, args) in [
        ("hub.toml", &["check"][..]),
        ("hub.toml", &["serve"]),
        ("profiles/mine.toml", &["check"]),
        ("secret", &["check"]),
    ] {
        let home = Home::new();
        home.write(
            "hub.toml",
            &SETTINGS.replace("{ env = \"FILES_TOKEN\" }\npush", "{ file = \"secret\" }\npush"),
            0o600,
        );
        fs::create_dir(home.path("profiles")).expect("a folder");
        let _ = fs::remove_file(home.path(file));
        pipe(&home.path(file));
        let said = home.run(args);
        assert_eq!(said.code, Some(1), "{file}, {args:?}: {}{}", said.out, said.err);
        assert!(format!("{}{}", said.out, said.err).contains("not a file"), "{file}: {}{}", said.out, said.err);
    }
}

#[test]
fn an_export_takes_the_place_of_no_pipe_and_no_folder() {
    let home = Home::new();
    pipe(&home.path("out.csv"));
    fs::create_dir(home.path("folder.csv")).expect("a folder");
    for name in ["out.csv", "folder.csv"] {
        let said = home.run(&["customers", "export", home.path(name).to_str().expect("a path")]);
        assert_eq!(said.code, Some(1), "{}", said.out);
        assert!(said.err.contains("not a file"), "{}", said.err);
    }
    use std::os::unix::fs::FileTypeExt;
    assert!(fs::metadata(home.path("out.csv")).expect("still there").file_type().is_fifo());
}
