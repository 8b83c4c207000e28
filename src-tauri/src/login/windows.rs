//! The person's own `Run` key. The plugin's way would not do: it writes the program's path without quotes, and switches on
//! again what somebody switched off in the Task Manager. What an administrator wrote for everybody stays.

use tauri::{AppHandle, Builder, Wry};
use windows_registry::{CURRENT_USER, Key, Result};

const RUN: &str = r"Software\Microsoft\Windows\CurrentVersion\Run";
const NAME: &str = "ringcard";

pub fn prepare(builder: Builder<Wry>) -> Builder<Wry> {
    builder
}

pub fn start_at_login(_app: &AppHandle, on: bool) {
    let done = std::env::current_exe()
        .map_err(|error| error.to_string())
        .and_then(|program| write(CURRENT_USER, &program.display().to_string(), on).map_err(|error| error.to_string()));
    if let Err(error) = done {
        tracing::warn!(error, on, "starting at login stays as it was");
    }
}

fn write(user: &Key, program: &str, on: bool) -> Result<()> {
    let run = user.create(RUN)?;
    let wanted = on.then(|| format!("\"{program}\" --hidden"));
    match (run.get_string(NAME).ok(), wanted) {
        (there, wanted) if there == wanted => Ok(()),
        (_, Some(wanted)) => run.set_string(NAME, wanted),
        (_, None) => run.remove_value(NAME),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_setting_holds_whatever_was_there() {
        let place = format!(r"Software\Ringcard tests\{}", uuid::Uuid::new_v4());
        let user = CURRENT_USER.create(&place).expect("a key of our own");
        let there = || user.open(RUN).and_then(|run| run.get_string(NAME)).ok();
        write(&user, r"C:\Program Files\Ringcard\ringcard.exe", false).expect("nothing is to be done");
        assert_eq!(there(), None);
        for _ in 0..2 {
            write(&user, r"C:\Program Files\Ringcard\ringcard.exe", true).expect("it is written");
            assert_eq!(there().as_deref(), Some(r#""C:\Program Files\Ringcard\ringcard.exe" --hidden"#));
        }
        write(&user, r"D:\Ana\ringcard.exe", true).expect("it is written");
        assert_eq!(there().as_deref(), Some(r#""D:\Ana\ringcard.exe" --hidden"#), "the one that runs now");
        write(&user, r"D:\Ana\ringcard.exe", false).expect("it is gone");
        assert_eq!(there(), None);
        CURRENT_USER.remove_tree(&place).expect("it is gone");
    }
}
