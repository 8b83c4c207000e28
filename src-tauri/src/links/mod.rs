//! `tel:`, `callto:`, `sip:` and `ringcard:` links: whether this desktop opens them with Ringcard.
//!
//! What does not work is a sentence for the log: links are a convenience.

#[cfg(target_os = "linux")]
#[path = "linux.rs"]
mod platform;
#[cfg(target_os = "macos")]
#[path = "macos.rs"]
mod platform;
#[cfg(windows)]
#[path = "windows.rs"]
mod platform;
#[cfg(any(windows, test))]
mod registered;

pub use platform::open_with_ringcard;
