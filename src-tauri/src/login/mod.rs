//! Starting at login: the setting is made to hold, and what does not work is a sentence for the log.

#[cfg(not(windows))]
#[path = "unix.rs"]
mod platform;
#[cfg(windows)]
#[path = "windows.rs"]
mod platform;

pub use platform::{prepare, start_at_login};
