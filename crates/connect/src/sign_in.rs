//! Signing in to a system in the browser: a person agrees there, and what that brought is kept as a password is.
//!
//! Whoever asks for it shows [`Begun::url`] in the person's own browser, hears on this machine what comes back, compares the
//! state with [`Begun::is_state`] and hands the code to [`SignIn::finish`]. No vendor's word is needed for any of it.

use async_trait::async_trait;
use secrecy::{ExposeSecret, SecretString};
use std::{fmt, sync::Arc};
use subtle::ConstantTimeEq;

/// The path at which the browser comes back.
pub const RETURN_PATH: &str = "/signed-in";

/// Where what a sign-in brought is kept: a place for secrets, of one account, that Ringcard itself fills.
#[async_trait]
pub trait KeepSecret: Send + Sync {
    /// `Ok(None)`: nothing is kept there. The error is a sentence.
    async fn read(&self) -> Result<Option<SecretString>, String>;

    /// Takes the place of what was kept. Where this says yes, it is there after a kill.
    async fn keep(&self, secret: SecretString) -> Result<(), String>;
}

/// A sign-in that waits for a person.
pub struct Begun {
    /// What is opened in the browser.
    pub url: String,
    state: SecretString,
    /// What only whoever began it knows (PKCE).
    pub(crate) verifier: SecretString,
    pub(crate) redirect: String,
}

impl Begun {
    pub(crate) fn new(url: String, state: SecretString, verifier: SecretString, redirect: &str) -> Self {
        Self { url, state, verifier, redirect: redirect.to_owned() }
    }

    /// Whether what came back belongs to this one.
    pub fn is_state(&self, state: &str) -> bool {
        let own = self.state.expose_secret().as_bytes();
        own.ct_eq(state.as_bytes()).into()
    }
}

impl fmt::Debug for Begun {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Begun")
    }
}

/// A system that people sign in to in their browser.
#[async_trait]
pub trait SignIn: Send + Sync {
    /// Where it keeps what a sign-in brings, from now on. Without one, nobody can sign in.
    fn keep_in(&self, place: Arc<dyn KeepSecret>);

    /// The port of this machine that the browser comes back to; 0: any.
    fn port(&self) -> u16;

    /// A sign-in that comes back to this address of this machine. Sends nothing.
    fn begin(&self, redirect: &str) -> Begun;

    /// Exchanges the code for what is kept, and keeps it. The error is a sentence without secrets.
    async fn finish(&self, begun: Begun, code: &str) -> Result<(), String>;
}
