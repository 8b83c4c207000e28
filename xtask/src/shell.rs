//! Running other programs: shown as they go, or quietly into a log.

use std::{
    cell::Cell,
    fs::{self, File},
    io::{self, BufRead, BufReader, IsTerminal, Read, Write},
    path::Path,
    process::{Command, Stdio},
    sync::mpsc::{self, RecvTimeoutError, Sender},
    thread,
    time::{Duration, Instant},
};

/// How often a quiet program that takes long is mentioned where there is no terminal.
const MENTION: Duration = Duration::from_secs(60);

/// Runs it with its output where ours goes.
pub fn show(command: &mut Command) -> Result<(), String> {
    println!("$ {}", written(command));
    let status = command.status().map_err(|e| format!("{} does not start: {e}", name(command)))?;
    if status.success() { Ok(()) } else { Err(format!("`{}` ended with {status}", written(command))) }
}

/// What a short program prints; `None` when it is not there or fails.
pub fn ask(command: &mut Command) -> Option<String> {
    let output = command.stdin(Stdio::null()).stderr(Stdio::null()).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// Runs it with all it says going to `log`; meanwhile the last line is shown on a terminal, and now and then elsewhere.
pub fn log(command: &mut Command, log: &Path) -> Result<(), String> {
    let start = Instant::now();
    let mut file =
        File::options().create(true).append(true).open(log).map_err(|e| format!("{}: {e}", log.display()))?;
    let _ = writeln!(file, "$ {}", written(command));
    let started = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn();
    let mut child = started.map_err(|e| format!("{} does not start: {e}", name(command)))?;
    let (lines, heard) = mpsc::channel();
    read_lines(child.stdout.take(), lines.clone());
    read_lines(child.stderr.take(), lines);
    let mut progress = Progress::new();
    loop {
        match heard.recv_timeout(Duration::from_secs(1)) {
            Ok(line) => {
                let _ = file.write_all(&line);
                progress.line(&String::from_utf8_lossy(&line));
            }
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => break,
        }
        progress.tick(start);
    }
    progress.clear();
    let status = child.wait().map_err(|e| format!("{} was lost: {e}", name(command)))?;
    if status.success() { Ok(()) } else { Err(format!("`{}` ended with {status}", written(command))) }
}

thread_local! {
    static SHOWS_PROGRESS: Cell<bool> = const { Cell::new(true) };
}

/// What is run meanwhile in this thread is only said, so that one at a time shows how far it came.
pub fn without_progress<T>(act: impl FnOnce() -> T) -> T {
    let before = SHOWS_PROGRESS.replace(false);
    let done = act();
    SHOWS_PROGRESS.set(before);
    done
}

/// A line of its own, whatever another thread shows of its progress.
pub fn say(line: &str) {
    let clear = if io::stdout().is_terminal() { "\r\x1b[K" } else { "" };
    println!("{clear}{line}");
}

/// The command as a person would type it.
pub fn written(command: &Command) -> String {
    let mut text = name(command);
    for arg in command.get_args() {
        let arg = arg.to_string_lossy();
        text.push(' ');
        if arg.contains(' ') {
            text.push_str(&format!("'{arg}'"));
        } else {
            text.push_str(&arg);
        }
    }
    text
}

/// The last `count` lines of a file.
pub fn last_lines(file: &Path, count: usize) -> String {
    let text = fs::read(file).map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).unwrap_or_default();
    let lines: Vec<&str> = text.lines().collect();
    lines[lines.len().saturating_sub(count)..].join("\n")
}

fn name(command: &Command) -> String {
    let program = Path::new(command.get_program());
    program.file_stem().map_or_else(String::new, |stem| stem.to_string_lossy().into_owned())
}

fn read_lines(from: Option<impl Read + Send + 'static>, to: Sender<Vec<u8>>) {
    let Some(from) = from else { return };
    thread::spawn(move || {
        let mut from = BufReader::new(from);
        loop {
            let mut line = Vec::new();
            match from.read_until(b'\n', &mut line) {
                Ok(1..) if to.send(line).is_ok() => {}
                _ => break,
            }
        }
    });
}

/// That something still goes on.
struct Progress {
    shown: bool,
    terminal: bool,
    last: String,
    said: Instant,
}

impl Progress {
    fn new() -> Self {
        let (shown, terminal) = (SHOWS_PROGRESS.get(), io::stdout().is_terminal());
        Self { shown, terminal, last: String::new(), said: Instant::now() }
    }

    fn line(&mut self, line: &str) {
        let line: String = line.trim().chars().filter(|c| !c.is_control()).take(70).collect();
        if !line.is_empty() {
            self.last = line;
        }
    }

    fn tick(&mut self, start: Instant) {
        if !self.shown {
            return;
        }
        if self.terminal {
            print!("\r\x1b[K  {:>4} s  {}", start.elapsed().as_secs(), self.last);
            let _ = io::stdout().flush();
        } else if self.said.elapsed() >= MENTION {
            self.said = Instant::now();
            println!("  ... {} s: {}", start.elapsed().as_secs(), self.last);
        }
    }

    fn clear(&self) {
        if self.shown && self.terminal {
            print!("\r\x1b[K");
            let _ = io::stdout().flush();
        }
    }
}
