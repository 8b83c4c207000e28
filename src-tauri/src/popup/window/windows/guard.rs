//! Stands before the window's messages and keeps what the popup promises, whoever acts on the window: the toolkit, the
//! web view, another program, a click.
//!
//! - It is a tool window (no taskbar, no Alt+Tab) and, while it refuses the keyboard, one that is not activated: in its
//!   styles, in every change of its place, and under a click. Where it is activated all the same (the web view's own
//!   windows may answer a click), whoever had the keyboard gets it back once the click is over.
//! - While it is up it stays above other windows on top, and comes up again where one is put over it; a program that does
//!   the same is not fought with for ever.
//! - What the window system tells of monitors, sleep and the session becomes [`Happened::ScreensChanged`], and once more
//!   when things have settled. What is locked is Windows' own: no window of a session is over its lock.

use super::{Happened, change, come_up, over};
use crate::focus;
use std::{
    cell::{Cell, RefCell},
    collections::HashMap,
    rc::Rc,
};
use windows::Win32::{
    Foundation::{HWND, LPARAM, LRESULT, WPARAM},
    System::RemoteDesktop::{
        NOTIFY_FOR_THIS_SESSION, WTSRegisterSessionNotification, WTSUnRegisterSessionNotification,
    },
    UI::{
        Accessibility::{HWINEVENTHOOK, SetWinEventHook},
        Input::KeyboardAndMouse::{GetAsyncKeyState, VK_LBUTTON, VK_MBUTTON, VK_RBUTTON},
        Shell::{DefSubclassProc, RemoveWindowSubclass, SetWindowSubclass},
        WindowsAndMessaging::{
            EVENT_SYSTEM_FOREGROUND, GWL_EXSTYLE, GetWindowLongW, IsChild, KillTimer, MA_NOACTIVATE,
            PBT_APMRESUMEAUTOMATIC, PBT_APMRESUMESUSPEND, SPI_SETWORKAREA, STYLESTRUCT, SWP_FRAMECHANGED,
            SWP_NOACTIVATE, SWP_NOMOVE, SWP_NOSIZE, SetTimer, SetWindowLongW, WA_INACTIVE, WINDOWPOS,
            WINEVENT_OUTOFCONTEXT, WM_ACTIVATE, WM_DISPLAYCHANGE, WM_DPICHANGED, WM_MOUSEACTIVATE, WM_NCDESTROY,
            WM_POWERBROADCAST, WM_SETTINGCHANGE, WM_STYLECHANGING, WM_TIMER, WM_WINDOWPOSCHANGING,
            WM_WTSSESSION_CHANGE, WS_EX_APPWINDOW, WS_EX_NOACTIVATE, WS_EX_TOOLWINDOW, WTS_CONSOLE_CONNECT,
            WTS_REMOTE_CONNECT, WTS_SESSION_UNLOCK,
        },
    },
};

/// Numbers of our own among those of the window's other subclasses and timers.
const SUBCLASS: usize = 0x5243_0001;
const GIVE_AWAY: usize = 0x5243_0002;
const SETTLED: usize = 0x5243_0003;
const LOOK_OVER: usize = 0x5243_0004;
const REGISTER: usize = 0x5243_0005;

/// Whether a click is over is looked at this often (milliseconds, as all of these).
const CLICK_OVER: u32 = 30;
/// Who gives the keyboard back themselves have had the time for it.
const GIVEN_BACK: u32 = 150;
/// Monitors that come or go are all there, and their taskbars in place.
const ALL_THERE: u32 = 1_000;
const LOOK_EVERY: u32 = 1_000;
/// In a row: somebody else wants to be on top, too.
const MOST_RAISES: u32 = 10;
/// The service that tells of sessions may start after the app.
const REGISTER_AGAIN: u32 = 5_000;

thread_local! {
    /// Windows, their messages and their guards belong to one thread.
    static GUARDS: RefCell<HashMap<isize, Rc<Guard>>> = RefCell::default();
}

/// The guard of one window.
pub struct Guard {
    hwnd: HWND,
    tell: Box<dyn Fn(Happened)>,
    refuses: Cell<bool>,
    /// Wanted on top just now.
    is_up: Cell<bool>,
    /// Moved by us: that another scale comes of it is no news.
    is_placed: Cell<bool>,
    raises: Cell<u32>,
}

/// While it is there, the window is being moved by us.
pub struct Placing<'a>(&'a Guard);

impl Drop for Placing<'_> {
    fn drop(&mut self) {
        self.0.is_placed.set(false);
    }
}

impl Guard {
    /// Sets a guard before a window of this thread.
    #[allow(unsafe_code, reason = "the window system's interface")]
    pub fn set_up(hwnd: HWND, tell: Box<dyn Fn(Happened)>) {
        let guard = Rc::new(Self {
            hwnd,
            tell,
            refuses: Cell::new(true),
            is_up: Cell::new(false),
            is_placed: Cell::new(false),
            raises: Cell::new(0),
        });
        let is_first = GUARDS.with_borrow_mut(|guards| {
            guards.insert(hwnd.0 as isize, guard.clone());
            guards.len() == 1
        });
        // SAFETY: the window belongs to this thread, and the procedure takes nothing but messages.
        if !unsafe { SetWindowSubclass(hwnd, Some(stand_before), SUBCLASS, 0) }.as_bool() {
            tracing::error!("the popup's window cannot be guarded: it may take the keyboard");
        }
        if is_first {
            // SAFETY: the function lives as long as the program; it is called on this thread, from its message loop.
            let hook = unsafe {
                let foreground = EVENT_SYSTEM_FOREGROUND;
                SetWinEventHook(foreground, foreground, None, Some(foreground_changed), 0, 0, WINEVENT_OUTOFCONTEXT)
            };
            if hook.is_invalid() {
                tracing::warn!("nothing is heard of windows that come to the foreground");
            }
        }
        guard.dress();
        if let Err(error) = change(hwnd, SWP_FRAMECHANGED | SWP_NOMOVE | SWP_NOSIZE) {
            tracing::warn!(%error, "the popup's window keeps the styles it had");
        }
        guard.register();
    }

    pub fn of(hwnd: HWND) -> Option<Rc<Self>> {
        // Windows are destroyed while their thread ends, too.
        GUARDS.try_with(|guards| guards.borrow().get(&(hwnd.0 as isize)).cloned()).ok().flatten()
    }

    pub fn placing(&self) -> Placing<'_> {
        self.is_placed.set(true);
        Placing(self)
    }

    pub fn rises(&self) {
        self.is_up.set(true);
        self.raises.set(0);
        self.set_timer(LOOK_OVER, LOOK_EVERY);
    }

    pub fn sinks(&self) {
        self.is_up.set(false);
        self.end_timer(LOOK_OVER);
    }

    /// Only where the person wants it.
    pub fn takes_keyboard(&self) {
        self.refuses.set(false);
        self.dress();
        if !focus::give_to(self.hwnd) {
            tracing::warn!("Windows did not give the popup the keyboard");
            (self.tell)(Happened::LostKeyboard);
        }
    }

    /// If nobody takes it back, it is given away.
    pub fn refuses_keyboard(&self) {
        self.refuses.set(true);
        self.dress();
        if self.has_keyboard() {
            self.set_timer(GIVE_AWAY, GIVEN_BACK);
        }
    }

    fn has_keyboard(&self) -> bool {
        focus::foreground() == self.hwnd
    }

    /// Before anybody else hears of a message; `Some` answers it.
    fn hear(&self, message: u32, wparam: WPARAM, lparam: LPARAM) -> Option<LRESULT> {
        match message {
            WM_MOUSEACTIVATE if self.refuses.get() => return Some(LRESULT(MA_NOACTIVATE as isize)),
            WM_ACTIVATE if self.refuses.get() && low_word(wparam) != WA_INACTIVE => {
                self.set_timer(GIVE_AWAY, CLICK_OVER);
            }
            WM_ACTIVATE if !self.refuses.get() && low_word(wparam) == WA_INACTIVE && !self.is_part(lparam) => {
                (self.tell)(Happened::LostKeyboard);
            }
            WM_TIMER => return self.is_time_for(wparam.0).then_some(LRESULT(0)),
            _ => {}
        }
        None
    }

    /// After everybody else heard of it, so that nobody changes what is changed here.
    fn hear_last(&self, message: u32, wparam: WPARAM, lparam: LPARAM) {
        match message {
            WM_STYLECHANGING if wparam.0 as i32 == GWL_EXSTYLE.0 => self.correct_style(lparam),
            WM_WINDOWPOSCHANGING if self.refuses.get() => stay_inactive(lparam),
            _ if changes_screens(message, wparam) && !self.is_placed.get() => {
                (self.tell)(Happened::ScreensChanged);
                self.set_timer(SETTLED, ALL_THERE);
            }
            _ => {}
        }
    }

    fn is_time_for(&self, timer: usize) -> bool {
        match timer {
            GIVE_AWAY => self.give_away(),
            SETTLED => {
                self.end_timer(SETTLED);
                (self.tell)(Happened::ScreensChanged);
            }
            LOOK_OVER => self.look_over(),
            REGISTER => self.register(),
            _ => return false,
        }
        true
    }

    /// Once the mouse is let go: a click that loses its window halfway is none.
    fn give_away(&self) {
        if self.refuses.get() && self.has_keyboard() {
            if is_clicking() {
                return self.set_timer(GIVE_AWAY, CLICK_OVER);
            }
            focus::give_away();
        }
        self.end_timer(GIVE_AWAY);
    }

    fn foreground_is(&self, now: HWND) {
        if now != self.hwnd {
            focus::moved_to(now);
            if self.is_up.get() {
                self.look_over();
            }
        } else if self.refuses.get() {
            self.set_timer(GIVE_AWAY, CLICK_OVER);
        }
    }

    /// On top again where somebody is over it, but not for ever: until it was seen clear of others.
    fn look_over(&self) {
        if !over::is_covered(self.hwnd) {
            return self.raises.set(0);
        }
        let raises = self.raises.get();
        if raises < MOST_RAISES {
            self.raises.set(raises + 1);
            if let Err(error) = come_up(self.hwnd) {
                tracing::debug!(%error, "the popup's window did not come up again");
            }
        }
    }

    /// Its styles as they have to be now.
    #[allow(unsafe_code, reason = "the window system's interface")]
    fn dress(&self) {
        // SAFETY: the window belongs to this thread, and its extended style may be anything.
        unsafe {
            let style = GetWindowLongW(self.hwnd, GWL_EXSTYLE) as u32;
            SetWindowLongW(self.hwnd, GWL_EXSTYLE, extended_style(style, self.refuses.get()) as i32);
        }
    }

    #[allow(unsafe_code, reason = "the window system's interface")]
    fn correct_style(&self, lparam: LPARAM) {
        // SAFETY: with this message Windows hands over the address of a `STYLESTRUCT` that may be written to.
        let styles = unsafe { &mut *(lparam.0 as *mut STYLESTRUCT) };
        styles.styleNew = extended_style(styles.styleNew, self.refuses.get());
    }

    #[allow(unsafe_code, reason = "the window system's interface")]
    fn is_part(&self, lparam: LPARAM) -> bool {
        let other = HWND(lparam.0 as *mut _);
        // SAFETY: a handle that is no window's is refused.
        other == self.hwnd || unsafe { IsChild(self.hwnd, other) }.as_bool()
    }

    #[allow(unsafe_code, reason = "the window system's interface")]
    fn register(&self) {
        // SAFETY: the window belongs to this thread.
        match unsafe { WTSRegisterSessionNotification(self.hwnd, NOTIFY_FOR_THIS_SESSION) } {
            Ok(()) => self.end_timer(REGISTER),
            Err(error) => {
                tracing::debug!(%error, "nothing is heard of the session yet");
                self.set_timer(REGISTER, REGISTER_AGAIN);
            }
        }
    }

    #[allow(unsafe_code, reason = "the window system's interface")]
    fn set_timer(&self, timer: usize, milliseconds: u32) {
        // SAFETY: the window belongs to this thread; there is no function, so a message comes.
        if unsafe { SetTimer(Some(self.hwnd), timer, milliseconds, None) } == 0 {
            tracing::warn!("the popup's window gets no timer");
        }
    }

    #[allow(unsafe_code, reason = "the window system's interface")]
    fn end_timer(&self, timer: usize) {
        // SAFETY: the window belongs to this thread. That there is none is no matter.
        let _ = unsafe { KillTimer(Some(self.hwnd), timer) };
    }

    #[allow(unsafe_code, reason = "the window system's interface")]
    fn leave(&self) {
        let _ = GUARDS.try_with(|guards| guards.borrow_mut().remove(&(self.hwnd.0 as isize)));
        // SAFETY: the window belongs to this thread; its timers go with it.
        unsafe {
            let _ = WTSUnRegisterSessionNotification(self.hwnd);
            let _ = RemoveWindowSubclass(self.hwnd, Some(stand_before), SUBCLASS);
        }
    }
}

/// A tool window, and none for the taskbar.
fn extended_style(style: u32, refuses: bool) -> u32 {
    let style = (style & !(WS_EX_APPWINDOW.0 | WS_EX_NOACTIVATE.0)) | WS_EX_TOOLWINDOW.0;
    if refuses { style | WS_EX_NOACTIVATE.0 } else { style }
}

/// Whether a message tells of other monitors, another free part, another scale, or of somebody who is back.
fn changes_screens(message: u32, wparam: WPARAM) -> bool {
    let what = wparam.0 as u32;
    match message {
        WM_DISPLAYCHANGE | WM_DPICHANGED => true,
        WM_SETTINGCHANGE => what == SPI_SETWORKAREA.0,
        WM_POWERBROADCAST => [PBT_APMRESUMEAUTOMATIC, PBT_APMRESUMESUSPEND].contains(&what),
        WM_WTSSESSION_CHANGE => [WTS_SESSION_UNLOCK, WTS_CONSOLE_CONNECT, WTS_REMOTE_CONNECT].contains(&what),
        _ => false,
    }
}

fn low_word(wparam: WPARAM) -> u32 {
    wparam.0 as u32 & 0xffff
}

#[allow(unsafe_code, reason = "the window system's interface")]
fn stay_inactive(lparam: LPARAM) {
    // SAFETY: with this message Windows hands over the address of a `WINDOWPOS` that may be written to.
    unsafe { (*(lparam.0 as *mut WINDOWPOS)).flags |= SWP_NOACTIVATE };
}

#[allow(unsafe_code, reason = "the window system's interface")]
fn is_clicking() -> bool {
    // SAFETY: it takes a number. The highest bit says that the button is down, wherever the pointer is.
    [VK_LBUTTON, VK_RBUTTON, VK_MBUTTON].iter().any(|button| unsafe { GetAsyncKeyState(i32::from(button.0)) } < 0)
}

/// The window's messages, before the toolkit gets them.
#[allow(unsafe_code, reason = "the window system's interface")]
unsafe extern "system" fn stand_before(
    hwnd: HWND,
    message: u32,
    wparam: WPARAM,
    lparam: LPARAM,
    _subclass: usize,
    _data: usize,
) -> LRESULT {
    let guard = Guard::of(hwnd);
    if let Some(answer) = guard.as_deref().and_then(|guard| guard.hear(message, wparam, lparam)) {
        return answer;
    }
    if let (WM_NCDESTROY, Some(guard)) = (message, &guard) {
        guard.leave();
    }
    // SAFETY: what Windows called with is handed on as it is.
    let answer = unsafe { DefSubclassProc(hwnd, message, wparam, lparam) };
    if let Some(guard) = guard {
        guard.hear_last(message, wparam, lparam);
    }
    answer
}

#[allow(unsafe_code, reason = "the window system's interface")]
unsafe extern "system" fn foreground_changed(
    _hook: HWINEVENTHOOK,
    _event: u32,
    hwnd: HWND,
    _object: i32,
    _child: i32,
    _thread: u32,
    _time: u32,
) {
    let guards: Vec<Rc<Guard>> =
        GUARDS.try_with(|guards| guards.borrow().values().cloned().collect()).unwrap_or_default();
    for guard in guards {
        guard.foreground_is(hwnd);
    }
}

#[cfg(test)]
mod tests;
