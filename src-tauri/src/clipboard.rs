//! The clipboard. What is put there is handed out by this program on X11, so it is kept open as long as the app runs.
//!
//! A secret stays for a minute and leaves earlier when the app ends, but only while it is still what was put there:
//! what somebody copied since is theirs. Programs that keep what was on the clipboard are told to leave it out.

use secrecy::{ExposeSecret, SecretString};
use std::{
    sync::{Arc, Mutex, MutexGuard},
    time::Duration,
};
use thiserror::Error;

/// Long enough to change to the provider's portal and paste.
const STAYS: Duration = Duration::from_secs(60);

#[derive(Debug, Error)]
pub enum ClipboardFailure {
    #[error("The clipboard cannot be used: {0}")]
    Unusable(#[from] arboard::Error),
    #[error("The clipboard does not answer")]
    Stuck,
}

/// The system's clipboard.
pub trait Board: Send + 'static {
    fn put(&mut self, text: &str, secret: bool) -> Result<(), ClipboardFailure>;
    /// What is there now; nothing: no text, or whoever has it does not say.
    fn text(&mut self) -> Option<String>;
    fn clear(&mut self) -> Result<(), ClipboardFailure>;
}

/// What the app has to do with the clipboard. Cheap to clone.
pub struct Clipboard<B = System>(Arc<Inside<B>>);

impl<B> Clone for Clipboard<B> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

#[derive(Default)]
struct Inside<B> {
    board: Mutex<B>,
    secret: Mutex<Secret>,
}

/// The secret that is there.
#[derive(Default)]
struct Secret {
    text: Option<SecretString>,
    /// Which time something was put there.
    turn: u64,
}

impl Default for Clipboard {
    fn default() -> Self {
        Self::on(System::default())
    }
}

impl<B: Board> Clipboard<B> {
    pub fn on(board: B) -> Self {
        Self(Arc::new(Inside { board: Mutex::new(board), secret: Mutex::default() }))
    }

    /// Puts something there that everybody may know.
    pub async fn put(&self, text: String) -> Result<(), ClipboardFailure> {
        self.using(move |board| board.put(&text, false)).await?;
        self.remember(None);
        Ok(())
    }

    /// Puts a secret there; it leaves by itself.
    pub async fn put_secret(&self, text: SecretString) -> Result<(), ClipboardFailure> {
        let put = text.clone();
        self.using(move |board| board.put(put.expose_secret(), true)).await?;
        let turn = self.remember(Some(text));
        let clipboard = self.clone();
        tokio::spawn(async move {
            tokio::time::sleep(STAYS).await;
            if clipboard.secret().turn == turn {
                clipboard.forget().await;
            }
        });
        Ok(())
    }

    /// Takes the secret off the clipboard now, if it is still there.
    pub async fn forget(&self) {
        let Some(secret) = self.secret().text.take() else { return };
        let cleared = self
            .using(move |board| match board.text() {
                Some(there) if there == secret.expose_secret() => board.clear(),
                _ => Ok(()),
            })
            .await;
        if let Err(error) = cleared {
            tracing::warn!(%error, "what was copied stays on the clipboard");
        }
    }

    fn remember(&self, text: Option<SecretString>) -> u64 {
        let mut secret = self.secret();
        secret.text = text;
        secret.turn += 1;
        secret.turn
    }

    /// Whoever has the clipboard may take seconds to say what is on it.
    async fn using<T: Send + 'static>(
        &self,
        act: impl FnOnce(&mut B) -> Result<T, ClipboardFailure> + Send + 'static,
    ) -> Result<T, ClipboardFailure> {
        let inside = self.0.clone();
        let done = tokio::task::spawn_blocking(move || {
            act(&mut inside.board.lock().expect("BUG: nobody panics while holding the clipboard"))
        });
        done.await.unwrap_or(Err(ClipboardFailure::Stuck))
    }

    fn secret(&self) -> MutexGuard<'_, Secret> {
        self.0.secret.lock().expect("BUG: nobody panics while holding the secret")
    }
}

/// Opened at the first use.
#[derive(Default)]
pub struct System(Option<arboard::Clipboard>);

impl System {
    fn open(&mut self) -> Result<&mut arboard::Clipboard, arboard::Error> {
        let open = match self.0.take() {
            Some(open) => open,
            None => arboard::Clipboard::new()?,
        };
        Ok(self.0.insert(open))
    }
}

impl Board for System {
    fn put(&mut self, text: &str, secret: bool) -> Result<(), ClipboardFailure> {
        let set = self.open()?.set();
        Ok(if secret { left_out_of_histories(set) } else { set }.text(text)?)
    }

    fn text(&mut self) -> Option<String> {
        self.open().ok()?.get_text().ok()
    }

    fn clear(&mut self) -> Result<(), ClipboardFailure> {
        Ok(self.open()?.clear()?)
    }
}

#[cfg(all(unix, not(target_os = "macos")))]
fn left_out_of_histories(set: arboard::Set<'_>) -> arboard::Set<'_> {
    arboard::SetExtLinux::exclude_from_history(set)
}

#[cfg(target_os = "macos")]
fn left_out_of_histories(set: arboard::Set<'_>) -> arboard::Set<'_> {
    arboard::SetExtApple::exclude_from_history(set)
}

#[cfg(windows)]
fn left_out_of_histories(set: arboard::Set<'_>) -> arboard::Set<'_> {
    use arboard::SetExtWindows;
    set.exclude_from_cloud().exclude_from_history().exclude_from_monitoring()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A clipboard that others use, too.
    #[derive(Clone, Default)]
    struct Shared(Arc<Mutex<Option<(String, bool)>>>);

    impl Shared {
        fn there(&self) -> Option<(String, bool)> {
            self.0.lock().expect("it is there").clone()
        }

        fn somebody_copies(&self, text: &str) {
            *self.0.lock().expect("it is there") = Some((text.to_owned(), false));
        }
    }

    impl Board for Shared {
        fn put(&mut self, text: &str, secret: bool) -> Result<(), ClipboardFailure> {
            *self.0.lock().expect("it is there") = Some((text.to_owned(), secret));
            Ok(())
        }

        fn text(&mut self) -> Option<String> {
            self.there().map(|(text, _)| text)
        }

        fn clear(&mut self) -> Result<(), ClipboardFailure> {
            *self.0.lock().expect("it is there") = None;
            Ok(())
        }
    }

    fn secret(text: &str) -> SecretString {
        SecretString::from(text.to_owned())
    }

    /// Paused time goes on by itself where everybody waits for it; a blocking thread is nobody who waits.
    async fn until_gone(shared: &Shared) {
        while shared.there().is_some() {
            tokio::task::yield_now().await;
        }
    }

    async fn later(seconds: u64) {
        tokio::time::sleep(Duration::from_secs(seconds)).await;
    }

    #[tokio::test(start_paused = true)]
    async fn a_copied_secret_leaves_the_clipboard_after_a_minute() {
        let shared = Shared::default();
        let clipboard = Clipboard::on(shared.clone());
        clipboard.put_secret(secret("rc_token")).await.expect("it is put there");
        assert_eq!(shared.there(), Some(("rc_token".to_owned(), true)), "marked as a secret");
        later(59).await;
        assert!(shared.there().is_some());
        later(2).await;
        until_gone(&shared).await;
    }

    #[tokio::test(start_paused = true)]
    async fn what_somebody_copied_since_stays() {
        let shared = Shared::default();
        let clipboard = Clipboard::on(shared.clone());
        clipboard.put_secret(secret("rc_token")).await.expect("it is put there");
        shared.somebody_copies("a shopping list");
        later(61).await;
        clipboard.forget().await;
        assert_eq!(shared.there(), Some(("a shopping list".to_owned(), false)));
    }

    #[tokio::test(start_paused = true)]
    async fn copied_again_it_stays_a_minute_from_then() {
        let shared = Shared::default();
        let clipboard = Clipboard::on(shared.clone());
        clipboard.put_secret(secret("rc_token")).await.expect("it is put there");
        later(40).await;
        clipboard.put_secret(secret("rc_token")).await.expect("it is put there");
        later(59).await;
        assert!(shared.there().is_some(), "the first copy's minute is over, not this one's");
        later(2).await;
        until_gone(&shared).await;
    }

    #[tokio::test(start_paused = true)]
    async fn what_is_no_secret_stays_and_ends_the_secrets_time() {
        let shared = Shared::default();
        let clipboard = Clipboard::on(shared.clone());
        clipboard.put_secret(secret("https://pbx.example.com/?key=1")).await.expect("it is put there");
        clipboard.put("https://pbx.example.com/".to_owned()).await.expect("it is put there");
        later(600).await;
        clipboard.forget().await;
        assert_eq!(shared.there(), Some(("https://pbx.example.com/".to_owned(), false)));
    }

    #[tokio::test(start_paused = true)]
    async fn the_end_of_the_app_takes_a_secret_off_at_once() {
        let shared = Shared::default();
        let clipboard = Clipboard::on(shared.clone());
        clipboard.put_secret(secret("rc_token")).await.expect("it is put there");
        clipboard.forget().await;
        assert_eq!(shared.there(), None);
    }
}
