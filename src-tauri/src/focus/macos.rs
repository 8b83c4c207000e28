//! On macOS programs, not windows, have the keyboard: the one in front is remembered and asked to come back.

use objc2::rc::{Retained, autoreleasepool};
use objc2_app_kit::{NSApplicationActivationOptions, NSRunningApplication, NSWorkspace};

/// The program that had the keyboard.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holder(Retained<NSRunningApplication>);

pub fn holder() -> Option<Holder> {
    autoreleasepool(|_| NSWorkspace::sharedWorkspace().frontmostApplication().map(Holder))
}

/// Where another program is in front by now, the agent is there on purpose: they stay there.
pub fn give_back(Holder(program): Holder) {
    autoreleasepool(|_| {
        let own = NSRunningApplication::currentApplication();
        if program == own || !own.isActive() {
            return;
        }
        if !program.activateWithOptions(NSApplicationActivationOptions::empty()) {
            tracing::info!("the keyboard could not be given back to the program that had it");
        }
    });
}
