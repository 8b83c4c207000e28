//! `cargo xtask demo`: the app with a simulated PBX, on the screen that is there or on a virtual one with screenshots.

use crate::{
    checkout::Checkout,
    session::{self, Look, Session},
    setup::{self, Need},
    shell, stages,
};
use std::{
    env, fs,
    io::{BufRead, BufReader, Read},
    path::{Path, PathBuf},
    process::Stdio,
    sync::mpsc::{self, Receiver, RecvTimeoutError},
    thread,
    time::{Duration, Instant},
};

/// How long the whole demo may take on a virtual display.
const LONGEST: Duration = Duration::from_secs(180);

/// What the app prints before each step of the demo.
const STEP: &str = "demo: ";

/// The last step, and what it begins with if it went wrong.
const DONE: &str = "done";
const FAILED: &str = "failed";

#[derive(clap::Args)]
pub struct Arguments {
    /// On a virtual display even where there is a screen; screenshots go to ./screenshots
    #[arg(long = "virtual")]
    on_virtual: bool,
    /// Dark instead of light (virtual display only)
    #[arg(long)]
    dark: bool,
}

pub fn run(checkout: &Checkout, arguments: &Arguments) -> Result<(), String> {
    let screen = ["DISPLAY", "WAYLAND_DISPLAY"].iter().any(|key| env::var_os(key).is_some_and(|v| !v.is_empty()));
    let on_virtual = arguments.on_virtual || (cfg!(target_os = "linux") && !screen);
    let mut needs = vec![Need::Build, Need::Ui];
    if on_virtual {
        needs.push(Need::VirtualDesktop);
    }
    setup::prepare(checkout, &needs)?;
    println!("Building Ringcard (a few minutes the first time)");
    let log = checkout.notes()?.join("demo-build.log");
    let _ = fs::remove_file(&log);
    shell::log(&mut stages::build_app(checkout), &log)
        .map_err(|problem| format!("{}\n{problem}", shell::last_lines(&log, 40)))?;
    if on_virtual { on_virtual_display(checkout, arguments) } else { on_screen(checkout) }
}

fn on_screen(checkout: &Checkout) -> Result<(), String> {
    println!("Ringcard opens; a first call rings in a moment. Close it from its tray icon or with Ctrl+C.");
    let log = checkout.notes()?.join("demo.log");
    let output = fs::File::create(&log).map_err(|e| format!("{}: {e}", log.display()))?;
    let app = checkout.debug_binary("ringcard").display().to_string();
    let started = checkout.command(&app, ["--demo"]).stdout(Stdio::piped()).stderr(output).spawn();
    let mut app = started.map_err(|e| format!("Ringcard does not start: {e}"))?;
    for step in steps(app.stdout.take()) {
        println!("  {step}");
    }
    match app.wait() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => {
            Err(format!("{}\nRingcard ended with {status}; its log: {}", shell::last_lines(&log, 15), log.display()))
        }
        Err(error) => Err(format!("Ringcard was lost: {error}")),
    }
}

/// Plays the scripted demo and takes a picture at each step.
fn on_virtual_display(checkout: &Checkout, arguments: &Arguments) -> Result<(), String> {
    println!("No screen here: the demo runs on a virtual one");
    let pictures = checkout.path("screenshots");
    fs::create_dir_all(&pictures).map_err(|e| format!("{}: {e}", pictures.display()))?;
    let session = Session::start("demo", &Look { dark: arguments.dark, ..Look::default() })?;
    let mut app = session.command(checkout.debug_binary("ringcard"));
    let log = fs::File::create(session.log("ringcard")).map_err(|e| format!("the app's log: {e}"))?;
    let started = app.arg("--demo=tour").stdout(Stdio::piped()).stderr(log).spawn();
    let mut app = started.map_err(|e| format!("Ringcard does not start: {e}"))?;
    let taken = photograph(&session, steps(app.stdout.take()), &pictures, arguments.dark);
    let _ = app.kill();
    let _ = app.wait();
    let taken = taken.map_err(|problem| format!("{}\n{problem}", session::tail(&session.log("ringcard"))))?;
    println!("\n{} pictures of the demo:", taken.len());
    for picture in taken {
        println!("  {}", picture.strip_prefix(checkout.root()).unwrap_or(&picture).display());
    }
    Ok(())
}

/// One picture a step, taken when the screen shows it.
fn photograph(session: &Session, steps: Receiver<String>, into: &Path, dark: bool) -> Result<Vec<PathBuf>, String> {
    let end = Instant::now() + LONGEST;
    let theme = if dark { "-dark" } else { "" };
    let mut taken = Vec::new();
    loop {
        let step = match steps.recv_timeout(end.saturating_duration_since(Instant::now())) {
            Ok(step) => step,
            Err(RecvTimeoutError::Timeout) => return Err(format!("the demo did not end in {} s", LONGEST.as_secs())),
            Err(RecvTimeoutError::Disconnected) => return Err("Ringcard ended before the demo did".to_owned()),
        };
        if step == DONE {
            return Ok(taken);
        }
        if step.starts_with(FAILED) {
            return Err(format!("The demo did not go on. {step}"));
        }
        println!("  {step}");
        let picture = into.join(format!("{:02}-{}{theme}.png", taken.len() + 1, file_name(&step)));
        when_at_rest(session, &picture)?;
        taken.push(picture);
    }
}

/// Takes pictures until two are the same, or the step has been shown for long enough.
fn when_at_rest(session: &Session, picture: &Path) -> Result<(), String> {
    const LONG_ENOUGH: Duration = Duration::from_millis(900);
    const APART: Duration = Duration::from_millis(80);
    let start = Instant::now();
    let mut before = Vec::new();
    loop {
        session.screenshot(picture)?;
        let now = fs::read(picture).map_err(|e| format!("{}: {e}", picture.display()))?;
        if now == before || start.elapsed() > LONG_ENOUGH {
            return Ok(());
        }
        before = now;
        thread::sleep(APART);
    }
}

/// The steps as the app announces them; ends with the app.
fn steps(output: Option<impl Read + Send + 'static>) -> Receiver<String> {
    let (to, steps) = mpsc::channel();
    thread::spawn(move || {
        for line in output.into_iter().flat_map(|output| BufReader::new(output).lines()).map_while(Result::ok) {
            if let Some(step) = line.strip_prefix(STEP)
                && to.send(step.trim().to_owned()).is_err()
            {
                break;
            }
        }
    });
    steps
}

fn file_name(step: &str) -> String {
    let plain = step.chars().map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' });
    let words: String = plain.collect();
    words.split('-').filter(|word| !word.is_empty()).collect::<Vec<_>>().join("-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_names_its_picture() {
        assert_eq!(file_name("Known caller: María rings"), "known-caller-mar-a-rings");
    }

    #[test]
    fn only_announced_steps_are_heard() {
        let heard = steps(Some("noise\ndemo: ready\ndemo: done\n".as_bytes()));
        assert_eq!(heard.into_iter().collect::<Vec<_>>(), ["ready", "done"]);
    }
}
