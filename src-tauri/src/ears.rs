//! What each window hears. A window's page hands over a channel of its own; the toolkit's events, which any page can
//! listen to whomever they are sent to, are not used, and no page may listen to them (`capabilities/`).

use crate::{contract::CommandError, main_window, popup};
use serde::Serialize;
use std::{
    marker::PhantomData,
    sync::{Arc, Mutex},
};
use tauri::ipc::{Channel, InvokeResponseBody};

/// The popup hears this.
#[derive(Debug)]
pub enum ToPopup {}

/// The main window hears this.
#[derive(Debug)]
pub enum ToMain {}

/// One window's ear; there is nobody to hear until its page listens. Cheap to clone.
pub struct Ear<Window>(Arc<Mutex<Option<Channel<InvokeResponseBody>>>>, PhantomData<Window>);

impl<Window> Clone for Ear<Window> {
    fn clone(&self) -> Self {
        Self(self.0.clone(), PhantomData)
    }
}

impl<Window> Default for Ear<Window> {
    fn default() -> Self {
        Self(Arc::default(), PhantomData)
    }
}

#[derive(Serialize)]
struct Told<'a, T> {
    event: &'static str,
    payload: &'a T,
}

impl<Window> Ear<Window> {
    /// The page listens here from now on; the page before it in this window is gone.
    pub fn open(&self, channel: Channel<InvokeResponseBody>) {
        let before = self.0.lock().expect("BUG: nobody panics while holding an ear").replace(channel);
        // Outside the lock: it tells its page.
        drop(before);
    }

    /// The page is gone.
    pub fn close(&self) {
        let before = self.0.lock().expect("BUG: nobody panics while holding an ear").take();
        drop(before);
    }

    /// Only [`crate::contract::event`] calls this: each event goes to one window.
    pub fn tell<T: Serialize>(&self, event: &'static str, payload: &T) {
        let channel = self.0.lock().expect("BUG: nobody panics while holding an ear").clone();
        let Some(channel) = channel else { return };
        let told = serde_json::to_string(&Told { event, payload }).map_err(tauri::Error::from);
        if let Err(error) = told.and_then(|told| channel.send(InvokeResponseBody::Json(told))) {
            tracing::warn!(%error, event, "a window could not be told");
        }
    }
}

/// The ears of all windows.
#[derive(Clone, Default)]
pub struct Ears {
    pub popup: Ear<ToPopup>,
    pub main: Ear<ToMain>,
}

impl Ears {
    /// A window's page listens. Which events it hears follows from which window it is.
    pub fn hear(&self, label: &str, channel: Channel<InvokeResponseBody>) -> Result<(), CommandError> {
        match label {
            popup::LABEL => self.popup.open(channel),
            main_window::LABEL => self.main.open(channel),
            other => return Err(CommandError::internal(format!("the window {other} has nothing to hear"))),
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract::{EVENTS, event, views::Navigate, views::Section};
    use ringcard_desk::PopView;
    use ringcard_hub::config::{Appearance, Language};
    use std::{fs, path::Path};

    type Heard = Arc<Mutex<Vec<String>>>;

    fn listens(ears: &Ears, label: &str) -> Heard {
        let heard = Heard::default();
        let place = heard.clone();
        let channel = Channel::new(move |told| {
            let InvokeResponseBody::Json(told) = told else { panic!("it is told in JSON") };
            let told: serde_json::Value = serde_json::from_str(&told).expect("JSON");
            place.lock().expect("it is there").push(told["event"].as_str().expect("a name").to_owned());
            Ok(())
        });
        ears.hear(label, channel).expect("it is a window of ours");
        heard
    }

    fn nothing() -> PopView {
        PopView {
            version: 1,
            calls: Vec::new(),
            wrap_ups: Vec::new(),
            noted: Vec::new(),
            phone: None,
            due: Vec::new(),
            due_count: 0,
            question: None,
            selected: None,
            has_keyboard: false,
            on_question: false,
            language: Language::En,
            country: "HU".into(),
            appearance: Appearance::System,
            hotkey: None,
            hub_ahead: 0,
        }
    }

    fn take(heard: &Heard) -> Vec<String> {
        std::mem::take(&mut *heard.lock().expect("it is there"))
    }

    #[test]
    fn a_window_hears_its_own_events_and_no_others() {
        let ears = Ears::default();
        let (popup, main) = (listens(&ears, popup::LABEL), listens(&ears, main_window::LABEL));
        event::pop(&ears.popup, &nothing());
        assert_eq!((take(&popup), take(&main)), (vec!["pop".to_owned()], vec![]));
        event::navigate(&ears.main, &Navigate::to(Section::Calls));
        assert_eq!((take(&popup), take(&main)), (vec![], vec!["navigate".to_owned()]));
        ears.hear("other", Channel::new(|_| Ok(()))).expect_err("there is no such window");
    }

    #[test]
    fn a_page_that_is_gone_hears_nothing_more() {
        let ears = Ears::default();
        let first = listens(&ears, main_window::LABEL);
        let second = listens(&ears, main_window::LABEL);
        event::navigate(&ears.main, &Navigate::to(Section::Calls));
        ears.main.close();
        event::navigate(&ears.main, &Navigate::to(Section::Calls));
        assert_eq!((take(&first).len(), take(&second).len()), (0, 1));
    }

    #[test]
    fn which_events_go_to_which_window() {
        let of =
            |window: &str| EVENTS.iter().filter(|(to, _)| *to == window).map(|(_, event)| *event).collect::<Vec<_>>();
        assert_eq!(of("ToPopup"), ["pop"]);
        let main = ["desk", "import_progress", "navigate", "confirm_quit", "notice"];
        assert_eq!(of("ToMain"), main);
        assert_eq!(EVENTS.len(), 1 + main.len());
    }

    #[test]
    fn nothing_is_sent_to_whoever_listens() {
        fn look(folder: &Path, found: &mut Vec<String>) {
            for entry in fs::read_dir(folder).expect("it is there").flatten() {
                let path = entry.path();
                if path.is_dir() {
                    look(&path, found);
                } else if path.extension().is_some_and(|kind| kind == "rs") && !path.ends_with("ears.rs") {
                    let text = fs::read_to_string(&path).expect("it can be read");
                    let sends = ["tauri::Emitter", "Emitter,", ".emit(", ".emit_to(", ".emit_filter("];
                    found.extend(sends.iter().filter(|way| text.contains(**way)).map(|way| format!("{path:?}: {way}")));
                }
            }
        }
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let mut found = Vec::new();
        look(&root.join("src-tauri/src"), &mut found);
        assert_eq!(found, Vec::<String>::new());
        for name in ["main", "popup"] {
            let text = fs::read_to_string(root.join(format!("capabilities/{name}.json"))).expect("it can be read");
            let capability: serde_json::Value = serde_json::from_str(&text).expect("JSON");
            assert_eq!(capability["permissions"], serde_json::json!([format!("for-{name}")]));
            assert_eq!(capability["windows"], serde_json::json!([name]));
        }
    }
}
