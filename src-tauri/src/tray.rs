//! The tray: how things stand, and the acts one wants without a window.

use crate::{
    contract::views::{DemoRing, Navigate, Section},
    main_window::Word,
    shell::Shell,
    words::{Words, words},
};
use ringcard_core::text::contained;
use ringcard_desk::{Attention, DeskView};
use ringcard_hub::config::{Language, QuietMode};
use std::panic::{AssertUnwindSafe, catch_unwind};
use tauri::{
    AppHandle, Manager, Wry,
    image::Image,
    menu::{CheckMenuItem, Menu, MenuItem, PredefinedMenuItem, Submenu},
    tray::{TrayIcon, TrayIconBuilder},
};

/// What the tray shows; drawn anew when it changes.
#[derive(Debug, Clone, PartialEq)]
struct Shown {
    state: State,
    language: Language,
    quiet: QuietMode,
    do_not_disturb: bool,
    /// The last missed call, as the menu names it.
    call_back: Option<String>,
    /// Promised call-backs whose time has come.
    callbacks_due: u32,
    demo: bool,
}

#[derive(Debug, Clone, PartialEq)]
enum State {
    Idle,
    Ringing,
    Missed(u32),
    Due(u32),
    Problem(String),
}

impl Shown {
    fn of(attention: &Attention, view: &DeskView) -> Self {
        let state =
            state_of(attention.ringing, attention.missed, attention.callbacks_due, attention.trouble.as_deref());
        let words = words(view.language);
        Self {
            state,
            language: view.language,
            quiet: attention.quiet,
            do_not_disturb: attention.do_not_disturb,
            call_back: attention.last_missed.as_ref().map(|who| words.call_back(who)),
            callbacks_due: attention.callbacks_due,
            demo: view.demo,
        }
    }
}

fn state_of(ringing: usize, missed: u32, due: u32, trouble: Option<&str>) -> State {
    match (ringing, missed, due, trouble) {
        (1.., ..) => State::Ringing,
        (_, missed @ 1.., ..) => State::Missed(missed),
        (_, _, due @ 1.., _) => State::Due(due),
        (_, _, _, Some(trouble)) => State::Problem(trouble.to_owned()),
        _ => State::Idle,
    }
}

const MODES: [(QuietMode, &str); 4] = [
    (QuietMode::Card, "quiet-card"),
    (QuietMode::Notification, "quiet-notification"),
    (QuietMode::Both, "quiet-both"),
    (QuietMode::Neither, "quiet-neither"),
];

/// Puts the icon into the tray. Where the desktop has none, or its library is missing (which panics), the app works
/// without: a second start opens the main window.
pub fn create(app: &AppHandle) -> Option<TrayIcon> {
    let built = catch_unwind(AssertUnwindSafe(|| {
        TrayIconBuilder::with_id("ringcard")
            .icon(icon(&State::Idle))
            .tooltip("Ringcard")
            .on_menu_event(|app, event| chosen(app, event.id().as_ref()))
            .build(app)
    }));
    match built {
        Ok(Ok(tray)) => Some(tray),
        Ok(Err(error)) => {
            tracing::warn!(%error, "there is no tray here");
            None
        }
        Err(_) => {
            tracing::warn!("there is no tray here: its system library is missing (libayatana-appindicator3)");
            None
        }
    }
}

/// Keeps the tray up to date for as long as there is a desk.
pub async fn follow(app: AppHandle, tray: TrayIcon) {
    let desk = app.state::<Shell>().desk.clone();
    let (mut attention, mut view) = (desk.attention(), desk.view());
    let mut shown = None;
    loop {
        let now = Shown::of(&attention.borrow_and_update().clone(), &view.borrow_and_update().clone());
        if shown.as_ref() != Some(&now) {
            draw(&app, &tray, &now);
            shown = Some(now);
        }
        let gone = tokio::select! {
            changed = attention.changed() => changed.is_err(),
            changed = view.changed() => changed.is_err(),
        };
        if gone {
            return;
        }
    }
}

fn draw(app: &AppHandle, tray: &TrayIcon, shown: &Shown) {
    let words = words(shown.language);
    let line = state_line(words, &shown.state);
    let drawn = menu(app, shown, &line).and_then(|menu| {
        tray.set_menu(Some(menu))?;
        tray.set_icon(Some(icon(&shown.state)))?;
        tray.set_tooltip(Some(format!("Ringcard – {line}")))
    });
    if let Err(error) = drawn {
        tracing::warn!(%error, "the tray could not be drawn");
    }
}

fn state_line(words: &Words, state: &State) -> String {
    match state {
        State::Idle => words.ready.to_owned(),
        State::Ringing => words.ringing.to_owned(),
        State::Missed(count) => words.missed(*count),
        State::Due(count) => words.due(*count),
        // A menu is no place for a paragraph.
        State::Problem(trouble) => contained(&trouble.chars().take(80).collect::<String>()).into_owned(),
    }
}

fn menu(app: &AppHandle, shown: &Shown, line: &str) -> tauri::Result<Menu<Wry>> {
    let words = words(shown.language);
    let item = |id: &str, text: &str| MenuItem::with_id(app, id, text, true, None::<&str>);
    let rule = || PredefinedMenuItem::separator(app);
    let menu = Menu::new(app)?;
    menu.append(&MenuItem::with_id(app, "state", line, false, None::<&str>)?)?;
    menu.append(&rule()?)?;
    menu.append(&item("open", words.open)?)?;
    menu.append(&item("call", words.call_number)?)?;
    if let Some(call_back) = &shown.call_back {
        menu.append(&item("call-back", call_back)?)?;
    }
    if shown.callbacks_due > 0 {
        menu.append(&item("callbacks", &words.due(shown.callbacks_due))?)?;
    }
    menu.append(&rule()?)?;
    let do_not_disturb =
        CheckMenuItem::with_id(app, "dnd", words.do_not_disturb, true, shown.do_not_disturb, None::<&str>)?;
    menu.append(&do_not_disturb)?;
    let announce = Submenu::with_id(app, "announce", words.announce, true)?;
    for (mode, id) in MODES {
        let is_on = shown.quiet == mode;
        announce.append(&CheckMenuItem::with_id(app, id, words.quiet(mode), true, is_on, None::<&str>)?)?;
    }
    menu.append(&announce)?;
    if shown.demo {
        menu.append(&rule()?)?;
        menu.append(&item("demo-ring", words.demo_ring)?)?;
    }
    menu.append(&rule()?)?;
    menu.append(&item("quit", words.quit)?)?;
    Ok(menu)
}

fn chosen(app: &AppHandle, id: &str) {
    let shell = app.state::<Shell>().inner().clone();
    let box_of_calls = Navigate { focus_box: Some(true), ..Navigate::to(Section::Calls) };
    match id {
        "open" => shell.main.show(None),
        "call" => shell.main.show(Some(Word::Navigate(box_of_calls))),
        "callbacks" => shell.open_callbacks(),
        "quit" => {
            tauri::async_runtime::spawn(async move { shell.wish_to_quit().await });
        }
        "call-back" => {
            tauri::async_runtime::spawn(async move { shell.call_back_last_missed().await });
        }
        "dnd" => {
            tauri::async_runtime::spawn(async move {
                let on = !shell.desk.attention().borrow().do_not_disturb;
                shell.set_do_not_disturb(on).await;
            });
        }
        "demo-ring" => {
            tauri::async_runtime::spawn(async move {
                if let Err(error) = crate::commands::demo::ring(&shell, DemoRing::Known).await {
                    tracing::warn!(%error, "the demo did not ring");
                }
            });
        }
        other => {
            if let Some((mode, _)) = MODES.into_iter().find(|(_, id)| *id == other) {
                tauri::async_runtime::spawn(async move { shell.set_quiet(mode).await });
            }
        }
    }
}

/// Drawn for each state, legible at the size of a tray.
fn icon(state: &State) -> Image<'static> {
    match state {
        State::Idle => tauri::include_image!("icons/tray/idle-64.png"),
        State::Ringing => tauri::include_image!("icons/tray/ringing-64.png"),
        State::Missed(_) => tauri::include_image!("icons/tray/missed-64.png"),
        State::Due(_) => tauri::include_image!("icons/tray/due-64.png"),
        State::Problem(_) => tauri::include_image!("icons/tray/problem-64.png"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ring_is_shown_before_missed_calls_those_before_due_call_backs_and_those_before_trouble() {
        let trouble = Some("no PBX".to_owned());
        let state = |ringing, missed, due| state_of(ringing, missed, due, trouble.as_deref());
        assert_eq!(state(1, 2, 3), State::Ringing);
        assert_eq!(state(0, 2, 3), State::Missed(2));
        assert_eq!(state(0, 0, 3), State::Due(3));
        assert_eq!(state(0, 0, 0), State::Problem("no PBX".into()));
        assert_eq!(state_of(0, 0, 0, None), State::Idle);
    }

    #[test]
    fn what_another_system_says_turns_nothing_in_the_tray() {
        let problem = State::Problem(format!("{}\u{202e}", "אין תשובה ".repeat(20)));
        let line = state_line(words(Language::En), &problem);
        assert!(line.starts_with('\u{2068}') && line.ends_with('\u{2069}') && !line.contains('\u{202e}'), "{line:?}");
    }
}
