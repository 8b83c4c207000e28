//! The tray: how things stand, and the acts one wants without a window.

use crate::{
    contract::views::{DemoRing, Navigate, Section},
    main_window::Word,
    shell::Shell,
    words::{Words, words},
};
use ringcard_core::text::contained;
use ringcard_desk::{Attention, DeskView, left::LeftView};
use ringcard_hub::config::{Language, QuietMode};
use std::panic::{AssertUnwindSafe, catch_unwind};
use tauri::{
    AppHandle, Manager, Wry,
    image::Image,
    menu::{CheckMenuItem, Menu, MenuItem, PredefinedMenuItem, Submenu},
    tray::{MouseButton, MouseButtonState, TrayIcon, TrayIconBuilder, TrayIconEvent},
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

/// What is left to do, and whether the missed of it are callers of the team's list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct ToDo {
    left: LeftView,
    is_shared: bool,
}

#[derive(Debug, Clone, PartialEq)]
enum State {
    Idle,
    Ringing,
    Left(ToDo),
    Problem(String),
}

impl Shown {
    fn of(attention: &Attention, view: &DeskView) -> Self {
        // That calls or rows changed is no reason to draw the tray anew.
        let left = LeftView { version: 0, ..attention.left };
        let to_do = ToDo { left, is_shared: attention.is_shared };
        let state = state_of(attention.ringing, to_do, attention.trouble.as_deref());
        let words = words(view.language);
        Self {
            state,
            language: view.language,
            quiet: attention.quiet,
            do_not_disturb: attention.do_not_disturb,
            call_back: attention.last_missed.as_ref().map(|who| words.call_back(who)),
            callbacks_due: attention.left.callbacks_due,
            demo: view.demo,
        }
    }
}

/// Who called or is to be called comes before trouble; what is only to be written down comes after it.
fn state_of(ringing: usize, to_do: ToDo, trouble: Option<&str>) -> State {
    let LeftView { missed, callbacks_due, total, .. } = to_do.left;
    match trouble {
        _ if ringing > 0 => State::Ringing,
        _ if missed > 0 || callbacks_due > 0 => State::Left(to_do),
        Some(trouble) => State::Problem(trouble.to_owned()),
        None if total > 0 => State::Left(to_do),
        None => State::Idle,
    }
}

const MODES: [(QuietMode, &str); 4] = [
    (QuietMode::Card, "quiet-card"),
    (QuietMode::Notification, "quiet-notification"),
    (QuietMode::Both, "quiet-both"),
    (QuietMode::Neither, "quiet-neither"),
];

/// Windows' custom: a click opens, the menu is behind the other button.
const CLICK_OPENS: bool = cfg!(windows);

/// Windows cuts a longer one off, in UTF-16 units.
const LONGEST_TOOLTIP: usize = if cfg!(windows) { 127 } else { usize::MAX };

/// Puts the icon into the tray. Where the desktop has none, or its library is missing (which panics), the app works
/// without: a second start opens the main window.
pub fn create(app: &AppHandle) -> Option<TrayIcon> {
    let built = catch_unwind(AssertUnwindSafe(|| {
        TrayIconBuilder::with_id("ringcard")
            .icon(icon(&State::Idle))
            .tooltip("Ringcard")
            .on_menu_event(|app, event| chosen(app, event.id().as_ref()))
            .show_menu_on_left_click(!CLICK_OPENS)
            .on_tray_icon_event(|tray, event| {
                if CLICK_OPENS && is_click(&event) {
                    chosen(tray.app_handle(), "open");
                }
            })
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
        tray.set_tooltip(Some(fitting(&format!("Ringcard – {line}"), LONGEST_TOOLTIP)))
    });
    if let Err(error) = drawn {
        tracing::warn!(%error, "the tray could not be drawn");
    }
}

/// A text of so many UTF-16 units at most.
fn fitting(text: &str, most: usize) -> String {
    if text.encode_utf16().count() <= most {
        return text.to_owned();
    }
    let mut units = '…'.len_utf16();
    let fits = |letter: &char| {
        units += letter.len_utf16();
        units <= most
    };
    text.chars().take_while(fits).chain(['…']).collect()
}

fn is_click(event: &TrayIconEvent) -> bool {
    matches!(event, TrayIconEvent::Click { button: MouseButton::Left, button_state: MouseButtonState::Up, .. })
}

fn state_line(words: &Words, state: &State) -> String {
    match state {
        State::Idle => words.ready.to_owned(),
        State::Ringing => words.ringing.to_owned(),
        State::Left(to_do) => words.left(&to_do.left, to_do.is_shared),
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
        // Not here: on Windows a window that is made while an event is handled never comes to be.
        "open" => {
            tauri::async_runtime::spawn(async move { shell.main.show(None) });
        }
        "call" => {
            tauri::async_runtime::spawn(async move { shell.main.show(Some(Word::Navigate(box_of_calls))) });
        }
        "callbacks" => {
            tauri::async_runtime::spawn(async move { shell.open_callbacks() });
        }
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
        State::Left(to_do) if to_do.left.missed > 0 => tauri::include_image!("icons/tray/missed-64.png"),
        State::Left(_) => tauri::include_image!("icons/tray/due-64.png"),
        State::Problem(_) => tauri::include_image!("icons/tray/problem-64.png"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ring_is_shown_before_whom_to_call_that_before_trouble_and_trouble_before_what_is_to_be_written_down() {
        let to_do = |missed, callbacks_due, without_code| {
            let total = missed + callbacks_due + without_code;
            let left = LeftView { missed, callbacks_due, without_code, total, ..LeftView::default() };
            ToDo { left, is_shared: true }
        };
        let state = |ringing, to_do| state_of(ringing, to_do, Some("no PBX"));
        assert_eq!(state(1, to_do(2, 3, 4)), State::Ringing);
        assert_eq!(state(0, to_do(2, 3, 0)), State::Left(to_do(2, 3, 0)));
        assert_eq!(state(0, to_do(0, 3, 0)), State::Left(to_do(0, 3, 0)));
        assert_eq!(state(0, to_do(0, 0, 4)), State::Problem("no PBX".into()));
        assert_eq!(state_of(0, to_do(0, 0, 4), None), State::Left(to_do(0, 0, 4)));
        assert_eq!(state_of(0, to_do(0, 0, 0), None), State::Idle);
    }

    #[test]
    fn one_kind_is_said_as_it_is_and_several_with_their_sum() {
        let left = |missed, callbacks_due, without_code, stuck| {
            let total = missed + callbacks_due + without_code + stuck;
            LeftView { missed, callbacks_due, without_code, stuck, total, version: 0 }
        };
        let said = |left, is_shared| state_line(words(Language::En), &State::Left(ToDo { left, is_shared }));
        assert_eq!(said(left(2, 0, 0, 0), false), "2 missed calls");
        assert_eq!(said(left(1, 0, 0, 0), true), "1 missed caller to call back");
        assert_eq!(said(left(0, 2, 0, 0), true), "2 call-backs are due");
        assert_eq!(
            said(left(2, 0, 1, 3), true),
            "6 left to do: 2 missed callers to call back, 1 call without a code, 3 not sent"
        );
        for language in [Language::Es, Language::Hu] {
            let line = state_line(words(language), &State::Left(ToDo { left: left(2, 1, 1, 3), is_shared: true }));
            assert!(line.contains('7') && !line.contains("{}"), "{line}");
        }
    }

    #[test]
    fn a_tooltip_fits_and_no_letter_is_cut_in_two() {
        assert_eq!(fitting("Ringcard – Ready for calls", 127), "Ringcard – Ready for calls");
        assert_eq!(fitting("12345", 5), "12345");
        assert_eq!(fitting("123456", 5), "1234…");
        assert_eq!(fitting("🙂🙂🙂", 5), "🙂🙂…");
        assert_eq!(fitting("🙂🙂🙂", 4), "🙂…");
    }

    #[test]
    fn what_another_system_says_turns_nothing_in_the_tray() {
        let problem = State::Problem(format!("{}\u{202e}", "אין תשובה ".repeat(20)));
        let line = state_line(words(Language::En), &problem);
        assert!(line.starts_with('\u{2068}') && line.ends_with('\u{2069}') && !line.contains('\u{202e}'), "{line:?}");
    }
}
