//! What tells a running hub to stop.

#[cfg(unix)]
#[path = "unix.rs"]
mod of_system;
#[cfg(windows)]
#[path = "windows.rs"]
mod of_system;

pub use of_system::Stop;
