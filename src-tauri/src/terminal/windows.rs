//! A program with windows gets no console of its own, and has the one it was started from only for the asking.

use windows::{
    Win32::{
        System::Console::{ATTACH_PARENT_PROCESS, AttachConsole},
        UI::WindowsAndMessaging::{MB_ICONERROR, MB_OK, MessageBoxW},
    },
    core::{HSTRING, w},
};

/// Has what is printed from now on read where the program was started. Not for one that stays: it would end with that
/// console, and with a Ctrl+C there.
pub fn attach() {
    // SAFETY: nothing is handed over.
    #[allow(unsafe_code, reason = "Windows has no other way")]
    let attached = unsafe { AttachConsole(ATTACH_PARENT_PROCESS) };
    // Not started from a console, or output goes to a file: that is there anyway.
    drop(attached);
}

/// Nobody reads what a program with windows prints.
pub fn cannot_start(why: &str) {
    // SAFETY: both are strings that end with a null and live as long as the call.
    #[allow(unsafe_code, reason = "the window system's library did not start")]
    unsafe {
        MessageBoxW(None, &HSTRING::from(why), w!("Ringcard"), MB_OK | MB_ICONERROR);
    }
}
