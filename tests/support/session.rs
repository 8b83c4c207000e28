//! A private desktop session: display, bus, keyring, window manager, notifications, home folder.
//!
//! Used by the end-to-end tests, and by `cargo xtask demo` and `bench` on machines without a screen; so it needs the
//! standard library alone. Any number of sessions run side by side. Whatever one started ends with it, also when the
//! process that started it is killed.
//!
//! Start it on a thread that lives as long as the session: its programs end with the thread that started them.

use std::{
    env,
    ffi::OsStr,
    fs::{self, File},
    io::{BufRead, BufReader, Write},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::atomic::{AtomicU32, Ordering},
    thread,
    time::{Duration, Instant},
};

/// The programs a session cannot do without.
pub const PROGRAMS: [&str; 8] =
    ["Xvfb", "dbus-daemon", "dbus-send", "gnome-keyring-daemon", "openbox", "dunst", "setpriv", "import"];

/// How long a part of the session may take to be there; machines at full load take seconds.
const PATIENCE: Duration = Duration::from_secs(30);

/// What the session's desktop looks like.
#[derive(Debug, Clone)]
pub struct Look {
    pub width: u32,
    pub height: u32,
    pub dark: bool,
    /// Without one, programs that keep secrets find no keyring.
    pub keyring: bool,
}

impl Default for Look {
    fn default() -> Self {
        Self { width: 1280, height: 800, dark: false, keyring: true }
    }
}

/// A running session.
pub struct Session {
    dir: PathBuf,
    env: Vec<(String, String)>,
    /// In the order in which they were started; ended in the reverse.
    children: Vec<Child>,
}

impl Session {
    /// Starts everything and waits until it is there. `name` is for people who look at the folder.
    pub fn start(name: &str, look: &Look) -> Result<Self, String> {
        if let Some(missing) = PROGRAMS.iter().find(|program| !installed(program)) {
            return Err(format!("{missing} is not installed: `cargo xtask test` installs what the desktop tests need"));
        }
        let mut session = Self { dir: new_folder(name)?, env: Vec::new(), children: Vec::new() };
        session.furnish(look)?;
        session.dress_windows(look)?;
        session.start_display(look)?;
        session.start_bus()?;
        if look.keyring {
            session.start_keyring()?;
        }
        session.paint_background(look)?;
        for daemon in ["openbox", "dunst"] {
            session.spawn(daemon, session.command(daemon))?;
        }
        session.wait_for_name("org.freedesktop.Notifications")?;
        session.wait_for("the window manager", || {
            session.output("xprop", ["-root", "_NET_SUPPORTING_WM_CHECK"]).contains("window id")
        })?;
        Ok(session)
    }

    /// The session's own folder; gone when the session is.
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// The output of a program started with [`Session::spawn`].
    pub fn log(&self, name: &str) -> PathBuf {
        self.dir.join("log").join(format!("{name}.log"))
    }

    /// Adds to what programs started from now on find in their environment.
    pub fn set_env(&mut self, key: &str, value: &str) {
        self.env.retain(|(known, _)| known != key);
        self.env.push((key.to_owned(), value.to_owned()));
    }

    /// A command that will run in the session, and end with the thread that starts it.
    pub fn command(&self, program: impl AsRef<OsStr>) -> Command {
        let mut command = Command::new("setpriv");
        command.args(["--pdeathsig", "TERM", "--"]).arg(program).env_clear().stdin(Stdio::null());
        // Nothing of the person's own desktop gets in: the same on every machine.
        for key in ["PATH", "USER", "LOGNAME", "LD_LIBRARY_PATH", "RUST_BACKTRACE", "RUST_LOG", "LLVM_PROFILE_FILE"] {
            if let Some(value) = env::var_os(key) {
                command.env(key, value);
            }
        }
        command.envs(self.env.iter().map(|(key, value)| (key, value)));
        command
    }

    /// Starts a program that lives until the session ends; returns its process id.
    pub fn spawn(&mut self, name: &str, mut command: Command) -> Result<u32, String> {
        let log = self.new_log(name)?;
        let both = log.try_clone().map_err(|e| format!("the log of {name}: {e}"))?;
        let child = command.stdout(log).stderr(both).spawn().map_err(|e| format!("{name} does not start: {e}"))?;
        let id = child.id();
        self.children.push(child);
        Ok(id)
    }

    /// Ends a program started with [`Session::spawn`], at once, as a power cut would.
    pub fn kill(&mut self, id: u32) {
        if let Some(at) = self.children.iter().position(|child| child.id() == id) {
            end(self.children.remove(at));
        }
    }

    /// Whether a program started with [`Session::spawn`] still runs.
    pub fn runs(&mut self, id: u32) -> bool {
        self.children.iter_mut().any(|child| child.id() == id && matches!(child.try_wait(), Ok(None)))
    }

    /// What a short command in the session prints, trimmed; empty when it fails.
    pub fn output<'a>(&self, program: &str, args: impl IntoIterator<Item = &'a str>) -> String {
        let output = self.command(program).args(args).output();
        output.map_or_else(|_| String::new(), |o| String::from_utf8_lossy(&o.stdout).trim().to_owned())
    }

    /// What is on the screen now, as PNG.
    pub fn screenshot(&self, file: &Path) -> Result<(), String> {
        // Without dates in it, so that the same screen is the same file.
        let plain = ["-silent", "-window", "root", "-strip", "-define", "png:exclude-chunks=date,time"];
        let done = self.command("import").args(plain).arg(file).status();
        match done {
            Ok(status) if status.success() => Ok(()),
            Ok(status) => Err(format!("no screenshot: `import` ended with {status}")),
            Err(error) => Err(format!("no screenshot: `import` does not start: {error}")),
        }
    }

    /// Waits for something with an end; the message names what was waited for.
    pub fn wait_for(&self, what: &str, is: impl FnMut() -> bool) -> Result<(), String> {
        wait_for(PATIENCE, what, is)
    }

    /// Waits until somebody owns a name on the session bus.
    pub fn wait_for_name(&self, name: &str) -> Result<(), String> {
        let wanted = format!("string:{name}");
        let ask = ["--session", "--print-reply", "--dest=org.freedesktop.DBus", "/"];
        let owner = ["org.freedesktop.DBus.GetNameOwner", wanted.as_str()];
        self.wait_for(name, || !self.output("dbus-send", ask.into_iter().chain(owner)).is_empty())
    }

    /// Home folder and environment.
    fn furnish(&mut self, look: &Look) -> Result<(), String> {
        let (pick, told) = (self.dir.join("pick.sh"), self.dir.join("told.sh"));
        let theme = u8::from(look.dark);
        for folder in ["home/.config/dunst", "home/.config/gtk-3.0", "home/.local/share", "home/.cache", "run", "log"] {
            fs::create_dir_all(self.dir.join(folder))
                .map_err(|e| format!("{folder} in {}: {e}", self.dir.display()))?;
        }
        set_mode(&self.dir.join("run"), 0o700)?;
        // dunst's menu of actions is a program that gets the lines and prints the chosen one.
        self.write("pick.sh", "#!/bin/sh\ngrep -m1 -F -- \"$(cat \"$RINGCARD_TEST_PICK\")\"\n")?;
        set_mode(&pick, 0o755)?;
        // And it runs a program for everything it shows: so what was shown can be read.
        self.write(
            "told.sh",
            "#!/bin/sh\nprintf '%s\\n%s\\n' \"$DUNST_SUMMARY\" \"$DUNST_BODY\" >>\"$RINGCARD_TEST_TOLD\"\n",
        )?;
        set_mode(&told, 0o755)?;
        let dunst = include_str!("session/dunstrc")
            .replace("@pick@", &pick.display().to_string())
            .replace("@told@", &told.display().to_string());
        self.write("home/.config/dunst/dunstrc", &coloured(&dunst, look))?;
        let gtk = format!(
            "[Settings]\ngtk-font-name=Inter 10\ngtk-xft-antialias=1\ngtk-application-prefer-dark-theme={theme}\n"
        );
        self.write("home/.config/gtk-3.0/settings.ini", &gtk)?;
        let bus = format!("unix:path={}", self.dir.join("run/bus").display());
        self.write("bus.conf", &BUS_CONFIG.replace("ADDRESS", &bus))?;
        for (key, folder) in [
            ("HOME", "home"),
            ("XDG_CONFIG_HOME", "home/.config"),
            ("XDG_DATA_HOME", "home/.local/share"),
            ("XDG_CACHE_HOME", "home/.cache"),
            ("XDG_STATE_HOME", "home/.local/state"),
            ("XDG_RUNTIME_DIR", "run"),
            ("RINGCARD_TEST_PICK", "pick"),
            ("RINGCARD_TEST_TOLD", "told"),
        ] {
            self.set_env(key, &self.dir.join(folder).display().to_string());
        }
        for (key, value) in [
            ("GDK_BACKEND", "x11"),
            ("GSETTINGS_BACKEND", "memory"),
            ("LC_ALL", "C.UTF-8"),
            ("NO_AT_BRIDGE", "1"),
            ("XDG_SESSION_TYPE", "x11"),
        ] {
            self.set_env(key, value);
        }
        Ok(())
    }

    /// The system's own window manager settings, with windows that look of today.
    fn dress_windows(&self, look: &Look) -> Result<(), String> {
        let Ok(system) = fs::read_to_string("/etc/xdg/openbox/rc.xml") else { return Ok(()) };
        for folder in ["home/.config/openbox", "home/.local/share/themes/Quiet/openbox-3"] {
            fs::create_dir_all(self.dir.join(folder))
                .map_err(|e| format!("{folder} in {}: {e}", self.dir.display()))?;
        }
        self.write(
            "home/.local/share/themes/Quiet/openbox-3/themerc",
            &coloured(include_str!("session/themerc"), look),
        )?;
        let settings = system.replace("<name>Clearlooks</name>", "<name>Quiet</name>");
        self.write("home/.config/openbox/rc.xml", &settings.replace("<name>sans</name>", "<name>Inter</name>"))
    }

    /// Xvfb chooses a free display by itself and says which.
    fn start_display(&mut self, look: &Look) -> Result<(), String> {
        let screen = format!("{}x{}x24", look.width, look.height);
        let mut command = self.command("Xvfb");
        command.args(["-displayfd", "1", "-screen", "0", &screen, "-nolisten", "tcp", "-noreset"]);
        let display = self.spawn_and_read("Xvfb", command)?;
        self.set_env("DISPLAY", &format!(":{display}"));
        Ok(())
    }

    fn start_bus(&mut self) -> Result<(), String> {
        let config = format!("--config-file={}", self.dir.join("bus.conf").display());
        let mut command = self.command("dbus-daemon");
        command.args([&config, "--nofork", "--print-address=1"]);
        let address = self.spawn_and_read("dbus-daemon", command)?;
        self.set_env("DBUS_SESSION_BUS_ADDRESS", &address);
        Ok(())
    }

    /// The end of the input ends the password: the keyring is made and unlocked.
    fn start_keyring(&mut self) -> Result<(), String> {
        let log = self.new_log("keyring")?;
        let mut command = self.command("gnome-keyring-daemon");
        command.args(["--foreground", "--unlock", "--components=secrets"]);
        let started = command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(log).spawn();
        let mut child = started.map_err(|e| format!("the keyring does not start: {e}"))?;
        let told = child.stdin.take().map(|mut input| input.write_all(b"virtual"));
        self.children.push(child);
        match told {
            Some(Ok(())) => self.wait_for_name("org.freedesktop.secrets"),
            _ => Err("the keyring did not take its password".to_owned()),
        }
    }

    /// A quiet background, so that screenshots look like a desk.
    fn paint_background(&self, look: &Look) -> Result<(), String> {
        let (from, to) = if look.dark { ("#1d2530", "#10151c") } else { ("#8fa9c4", "#c9d6e3") };
        let size = format!("{}x{}", look.width, look.height);
        let file = self.dir.join("background.png").display().to_string();
        self.output("convert", ["-size", &size, &format!("gradient:{from}-{to}"), &file]);
        self.output("display", ["-window", "root", &file]);
        Ok(())
    }

    fn write(&self, name: &str, text: &str) -> Result<(), String> {
        let path = self.dir.join(name);
        fs::write(&path, text).map_err(|e| format!("{}: {e}", path.display()))
    }

    fn new_log(&self, name: &str) -> Result<File, String> {
        let path = self.log(name);
        File::options().create(true).append(true).open(&path).map_err(|e| format!("{}: {e}", path.display()))
    }

    /// Starts a daemon that prints one line once it is ready.
    fn spawn_and_read(&mut self, name: &str, mut command: Command) -> Result<String, String> {
        let log = self.new_log(name)?;
        let started = command.stdout(Stdio::piped()).stderr(log).spawn();
        let mut child = started.map_err(|e| format!("{name} does not start: {e}"))?;
        let mut line = String::new();
        // The pipe stays open in the child's handle: a daemon may print more later.
        let read = child.stdout.as_mut().map(|output| BufReader::new(output).read_line(&mut line));
        self.children.push(child);
        match read {
            Some(Ok(1..)) => Ok(line.trim().to_owned()),
            _ => Err(format!("{name} did not get ready: {}", tail(&self.log(name)))),
        }
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        while let Some(child) = self.children.pop() {
            ask_to_end(child);
        }
        let _ = fs::remove_dir_all(&self.dir);
    }
}

/// A bus that starts nothing by itself: no second keyring, no accessibility bus.
const BUS_CONFIG: &str = r#"<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>ADDRESS</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
"#;

/// Fills in the colours of windows and notifications.
fn coloured(text: &str, look: &Look) -> String {
    const COLOURS: [(&str, &str, &str); 4] = [
        ("@border@", "#b9c0ca", "#0b0d10"),
        ("@ground@", "#eceef2", "#22262d"),
        ("@text@", "#2b3038", "#d7dbe2"),
        ("@faint@", "#8b929e", "#7c8491"),
    ];
    let fill_in = |text: String, (name, light, dark): &(&str, &str, &str)| {
        text.replace(name, if look.dark { dark } else { light })
    };
    COLOURS.iter().fold(text.to_owned(), fill_in)
}

/// Whether a program can be found.
pub fn installed(program: &str) -> bool {
    env::var_os("PATH").is_some_and(|path| env::split_paths(&path).any(|folder| folder.join(program).is_file()))
}

/// Looks every 20 ms until it is so, or `limit` has passed.
pub fn wait_for(limit: Duration, what: &str, mut is: impl FnMut() -> bool) -> Result<(), String> {
    let end = Instant::now() + limit;
    while !is() {
        if Instant::now() >= end {
            return Err(format!("waited {} s in vain for {what}", limit.as_secs()));
        }
        thread::sleep(Duration::from_millis(20));
    }
    Ok(())
}

/// The last lines of a log.
pub fn tail(log: &Path) -> String {
    let text = fs::read_to_string(log).unwrap_or_default();
    let lines: Vec<&str> = text.lines().collect();
    lines[lines.len().saturating_sub(20)..].join("\n")
}

/// Short, because the names of sockets have to fit into 108 bytes.
fn new_folder(name: &str) -> Result<PathBuf, String> {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let number = COUNT.fetch_add(1, Ordering::Relaxed);
    let dir = env::temp_dir().join(format!("rc-{name}-{}-{number}", std::process::id()));
    let _ = fs::remove_dir_all(&dir);
    fs::create_dir_all(&dir).map_err(|e| format!("{}: {e}", dir.display()))?;
    Ok(dir)
}

#[cfg(unix)]
fn set_mode(path: &Path, mode: u32) -> Result<(), String> {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).map_err(|e| format!("{}: {e}", path.display()))
}

#[cfg(not(unix))]
fn set_mode(_: &Path, _: u32) -> Result<(), String> {
    Err("a virtual desktop needs Linux".to_owned())
}

fn end(mut child: Child) {
    let _ = child.kill();
    let _ = child.wait();
}

/// So that it takes its locks and sockets with it; one that does not listen is ended all the same.
fn ask_to_end(mut child: Child) {
    let asked = Command::new("sh").args(["-c", &format!("kill -TERM {}", child.id())]).stderr(Stdio::null()).status();
    let soon = Duration::from_secs(3);
    if asked.is_err() || wait_for(soon, "its end", || !matches!(child.try_wait(), Ok(None))).is_err() {
        end(child);
    }
}
