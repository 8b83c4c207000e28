//! The clipboard. What is put there stays as long as the app runs: on X11 its owner hands it out.

use std::sync::Mutex;
use thiserror::Error;

#[derive(Debug, Error)]
pub enum ClipboardFailure {
    #[error("The clipboard cannot be used: {0}")]
    Unusable(#[from] arboard::Error),
}

/// Opened at the first use.
#[derive(Default)]
pub struct Clipboard(Mutex<Option<arboard::Clipboard>>);

impl Clipboard {
    pub fn put(&self, text: &str) -> Result<(), ClipboardFailure> {
        let mut place = self.0.lock().expect("BUG: nobody panics while holding the clipboard");
        let clipboard = match place.take() {
            Some(open) => open,
            None => arboard::Clipboard::new()?,
        };
        Ok(place.insert(clipboard).set_text(text)?)
    }
}
