//! What the popup does with its window, in each window system's own way. Every half has the same functions; all but
//! `prepare` and `watch` are called on the window system's thread.
//!
//! - `prepare`: what the window is made with beside what is the same everywhere; `watch`: what it is told of.
//! - `warm`: shown where nobody sees it; `rise`: shown in its place and, where `DRAWS_UNSEEN`, still unseen;
//!   `come_in_sight`: in its place, to be seen; `sink`: seen by nobody from then on; `hide`.
//! - `take_keyboard` and `refuse_keyboard`: refused is how it begins.

#[cfg(target_os = "linux")]
#[path = "linux.rs"]
mod platform;
#[cfg(target_os = "macos")]
#[path = "macos.rs"]
mod platform;
#[cfg(windows)]
#[path = "windows/mod.rs"]
mod platform;

pub use platform::*;

/// What the window system says of the window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Happened {
    /// Somebody clicked elsewhere, or the keyboard was given to another window.
    LostKeyboard,
    /// Monitors came or went, their scale or free part changed, or the computer woke up.
    #[cfg_attr(target_os = "linux", allow(dead_code, reason = "window managers move windows themselves"))]
    ScreensChanged,
}
