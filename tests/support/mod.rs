//! What the end-to-end tests stand on: a private desktop ([`session`]), a simulated PBX and the real app on it ([`app`]),
//! eyes and hands in the app's windows ([`driver`]) and outside of them ([`screen`]).
//!
//! ```ignore
//! let desk = Desk::open("known-caller").await;
//! let call = desk.rings("+36 30 123 4567").await;
//! desk.popup().await.sees("María López").await;
//! ```

#![allow(dead_code, unused_imports)] // each test file uses its part

pub mod app;
pub mod browser;
pub mod driver;
pub mod loudspeaker;
pub mod people;
pub mod screen;
pub mod session;
pub mod team;
pub mod traces;
pub mod tray;
pub mod zendesk;

pub use app::{Desk, Plan};
pub use browser::Browser;
pub use driver::Window;
pub use screen::{OtherProgram, POPUP};
pub use team::Team;

use std::{fmt::Display, time::Duration};

/// How long anything may take before a test gives up; generous, because machines may be busy.
pub const PATIENCE: Duration = Duration::from_secs(20);

/// How many rounds a test goes: some on each change, and as many as a release needs with `cargo xtask test --long`.
pub fn rounds(usual: u32, all: u32) -> u32 {
    if std::env::var("RINGCARD_LONG").is_ok_and(|long| long == "1") { all } else { usual }
}

/// Looks every 20 ms until it is so; a test that waits in vain says for what, and what it saw last.
pub async fn until<S: Display>(what: &str, mut look: impl AsyncFnMut() -> Result<(), S>) {
    let end = tokio::time::Instant::now() + PATIENCE;
    loop {
        match look().await {
            Ok(()) => return,
            Err(seen) if tokio::time::Instant::now() >= end => panic!("waited in vain for {what}; last seen: {seen}"),
            Err(_) => tokio::time::sleep(Duration::from_millis(20)).await,
        }
    }
}

/// The same for a condition.
pub async fn until_true(what: &str, mut is: impl FnMut() -> bool) {
    until(what, async || if is() { Ok(()) } else { Err("it is not so") }).await;
}
