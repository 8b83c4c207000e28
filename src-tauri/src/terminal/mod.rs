//! What is said to whoever started the program, before there is a window.

#[cfg(not(windows))]
#[path = "unix.rs"]
mod platform;
#[cfg(windows)]
#[path = "windows.rs"]
mod platform;

pub use platform::{attach, cannot_start};
