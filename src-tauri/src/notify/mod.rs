//! Notifications of the operating system: one for each call that should announce itself this way, gone when the call no
//! longer does.
//!
//! The desk says which should be on the screen ([`ringcard_desk::Attention::alerts`]); a task for each keeps it there.
//! Each platform has a [`Board`] that shows them and tells what the person did.

#[cfg(all(unix, not(target_os = "macos")))]
#[path = "linux.rs"]
mod platform;
#[cfg(target_os = "macos")]
#[path = "macos.rs"]
mod platform;
#[cfg(windows)]
#[path = "windows/mod.rs"]
mod platform;
#[cfg(any(windows, test))]
mod toast_xml;

use platform::Board;

use crate::{shell::Shell, words::words};
use ringcard_core::{call::CallId, number::PartyKind, text::contained};
use ringcard_desk::{Alert, AlertKind};
use ringcard_hub::{config::Language, directory::import::ImportProgress};
use std::{collections::HashMap, sync::Arc};
use tauri::{AppHandle, Manager};
use tokio::sync::watch;

/// What a notification says.
#[derive(Debug, Clone, PartialEq)]
struct Text {
    summary: String,
    body: String,
    show: &'static str,
    /// The action *Call back* or *Call now*, where there is somebody to call.
    call_back: Option<&'static str>,
    urgent: bool,
}

impl Text {
    fn of(alert: &Alert, language: Language) -> Self {
        let words = words(language);
        let heading = match alert.kind {
            AlertKind::Ringing => words.incoming_call,
            AlertKind::Missed => words.missed_call,
            AlertKind::Callback => words.callback_due,
        };
        let who = &alert.who;
        let (name, number) = (words.who(who), words.number(&who.number));
        let mut lines: Vec<String> = Vec::new();
        lines.extend(who.company.as_deref().map(|company| contained(company).into_owned()).filter(|it| *it != name));
        lines.extend((number != name).then_some(number));
        lines.extend(alert.line.as_deref().map(|line| words.line(line)));
        lines.extend((alert.others > 0).then(|| words.others(alert.others)));
        let can_call = matches!(who.number.kind, PartyKind::Outside | PartyKind::Internal);
        Self {
            summary: format!("{heading}: {name}"),
            body: lines.join("\n"),
            show: words.show,
            call_back: match alert.kind {
                AlertKind::Missed if can_call => Some(words.call_back_short),
                AlertKind::Callback if can_call => Some(words.call_now),
                AlertKind::Ringing | AlertKind::Missed | AlertKind::Callback => None,
            },
            urgent: alert.kind == AlertKind::Ringing,
        }
    }
}

/// The main window was closed while an import runs: it goes on, and somebody might think otherwise.
pub fn import_goes_on(shell: &Shell) {
    let words = words(shell.desk.view().borrow().language);
    tell(shell, words.import_goes_on.to_owned(), words.import_goes_on_text.to_owned());
}

/// An import ended that no window shows.
pub fn import_ended(shell: &Shell, end: &ImportProgress) {
    let words = words(shell.desk.view().borrow().language);
    tell(shell, words.import_ended.to_owned(), words.import_counts(end.read, end.refused));
}

/// Says something once, where the agent wants to be told things.
fn tell(shell: &Shell, summary: String, body: String) {
    if !shell.desk.attention().borrow().do_not_disturb {
        tauri::async_runtime::spawn(platform::tell(shell.app.clone(), summary, body));
    }
}

/// The app ends: what would answer nobody from now on is taken away, where the system keeps it.
pub async fn leave(app: &AppHandle) {
    platform::leave(app).await;
}

/// What the person did with a notification.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(target_os = "macos", allow(dead_code, reason = "nobody is told there"))]
enum Answer {
    Open,
    CallBack,
    TakenAway,
}

/// Shows what should be shown for as long as there is a desk.
pub async fn follow(app: AppHandle) {
    let desk = app.state::<Shell>().desk.clone();
    let board = Arc::new(Board::open(&app).await);
    let mut attention = desk.attention();
    let mut standing: HashMap<(CallId, AlertKind), watch::Sender<Text>> = HashMap::new();
    loop {
        let wanted = attention.borrow_and_update().alerts.clone();
        let language = desk.view().borrow().language;
        // Dropping a sender takes its notification off the screen.
        standing.retain(|(id, kind), _| wanted.iter().any(|alert| alert.who.call_id == *id && alert.kind == *kind));
        for alert in wanted {
            let text = Text::of(&alert, language);
            let key = (alert.who.call_id.clone(), alert.kind);
            match standing.get(&key) {
                Some(stands) => {
                    stands.send_if_modified(|shown| {
                        let changed = *shown != text;
                        *shown = text;
                        changed
                    });
                }
                None => {
                    let (sender, texts) = watch::channel(text);
                    tauri::async_runtime::spawn(stand(
                        app.clone(),
                        board.clone(),
                        alert.who.call_id,
                        alert.kind,
                        texts,
                    ));
                    standing.insert(key, sender);
                }
            }
        }
        if attention.changed().await.is_err() {
            return;
        }
    }
}

/// Keeps one notification on the screen until its sender is dropped or somebody answers it.
async fn stand(app: AppHandle, board: Arc<Board>, call_id: CallId, kind: AlertKind, mut texts: watch::Receiver<Text>) {
    let Some(answer) = board.stand(&mut texts).await else { return };
    let shell = app.state::<Shell>().inner().clone();
    match (answer, kind) {
        (Answer::Open, AlertKind::Callback) => shell.open_callbacks(),
        (Answer::CallBack, AlertKind::Callback) => shell.call_now(&call_id).await,
        (Answer::Open, _) => shell.open_call(&call_id).await,
        (Answer::CallBack, _) => shell.call_back(&call_id).await,
        (Answer::TakenAway, _) => {}
    }
    shell.desk.alert_taken_away(call_id).await;
}

#[cfg(test)]
mod tests {
    use super::*;
    use ringcard_core::number::{Number, Party, view};
    use ringcard_desk::attention::Who;

    fn alert(kind: AlertKind, name: Option<&str>, party: &Party) -> Alert {
        let who = Who {
            call_id: CallId::new(),
            name: name.map(str::to_owned),
            company: Some("Acme".into()),
            number: view(party),
        };
        Alert { kind, who, line: Some("Sales (HU)".into()), others: 0 }
    }

    fn maria() -> Party {
        Party::Outside(Number { e164: "+34612345601".into(), extension: None })
    }

    #[test]
    fn it_says_who_calls_and_on_which_line() {
        let text = Text::of(&alert(AlertKind::Ringing, Some("María"), &maria()), Language::En);
        assert_eq!(text.summary, "Incoming call: María");
        assert_eq!(text.body, "Acme\n+34 612 34 56 01\nLine: Sales (HU)");
        assert_eq!((text.call_back, text.urgent), (None, true));
    }

    #[test]
    fn a_name_turns_nothing_around_it() {
        let words = "Incoming call: ";
        for (name, said) in [
            ("\u{202e}aíraM\u{2067}", "aíraM".to_owned()),
            ("María\nLine: Bank", "María Line: Bank".to_owned()),
            ("שרה כהן", "\u{2068}שרה כהן\u{2069}".to_owned()),
            ("محمد بن سلمان", "\u{2068}محمد بن سلمان\u{2069}".to_owned()),
        ] {
            let text = Text::of(&alert(AlertKind::Ringing, Some(name), &maria()), Language::En);
            assert_eq!(text.summary, format!("{words}{said}"));
            assert_eq!(text.body, "Acme\n+34 612 34 56 01\nLine: Sales (HU)");
        }
        let mut strange = alert(AlertKind::Missed, None, &maria());
        strange.who.company = Some("\u{202e}\u{200b}".into());
        assert_eq!(Text::of(&strange, Language::En).summary, "Missed call: +34 612 34 56 01", "nothing is no name");
    }

    #[test]
    fn a_missed_call_offers_to_call_back_where_there_is_somebody_to_call() {
        let known = Text::of(&alert(AlertKind::Missed, Some("María"), &maria()), Language::Es);
        assert_eq!((known.summary.as_str(), known.call_back), ("Llamada perdida: María", Some("Devolver la llamada")));
        let hidden = Text::of(&alert(AlertKind::Missed, None, &Party::Hidden), Language::Hu);
        assert_eq!((hidden.summary.as_str(), hidden.call_back), ("Nem fogadott hívás: Acme", None));
    }

    #[test]
    fn a_call_back_that_is_due_offers_to_call_and_says_how_many_there_are() {
        let due = Alert { others: 2, line: None, ..alert(AlertKind::Callback, Some("María"), &maria()) };
        let text = Text::of(&due, Language::En);
        assert_eq!(text.summary, "Call-back due: María");
        assert_eq!(text.body, "Acme\n+34 612 34 56 01\nand 2 more");
        assert_eq!((text.call_back, text.urgent), (Some("Call now"), false));
        let text = Text::of(&Alert { others: 0, ..due }, Language::Es);
        assert_eq!((text.summary.as_str(), text.call_back), ("Rellamada pendiente: María", Some("Llamar ahora")));
        assert_eq!(text.body, "Acme\n+34 612 34 56 01");
    }
}
