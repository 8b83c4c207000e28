#![allow(unsafe_code, reason = "the window system's interface")]

use super::*;
use crate::popup::window::platform::{come_up, move_to, rect_of};
use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};
use tauri::{PhysicalPosition, PhysicalSize};
use windows::{
    Win32::{
        Foundation::RECT,
        UI::WindowsAndMessaging::{
            CreateWindowExW, DestroyWindow, DispatchMessageW, IsWindowVisible, MSG, PM_REMOVE, PeekMessageW, SW_SHOW,
            SendMessageW, ShowWindow, WM_CLOSE, WS_CAPTION, WS_EX_TOPMOST, WS_OVERLAPPEDWINDOW,
        },
    },
    core::w,
};

/// There is one foreground, and one popup.
static DESKTOP: Mutex<()> = Mutex::new(());

/// A guarded window and another one that has the keyboard.
struct Desktop {
    popup: HWND,
    other: HWND,
    told: Rc<RefCell<Vec<Happened>>>,
    _alone: MutexGuard<'static, ()>,
}

impl Desktop {
    fn new() -> Self {
        let alone = DESKTOP.lock().unwrap_or_else(PoisonError::into_inner);
        let window = |style| unsafe {
            CreateWindowExW(WS_EX_APPWINDOW, w!("STATIC"), w!("test"), style, 10, 10, 300, 200, None, None, None, None)
        };
        let other = window(WS_OVERLAPPEDWINDOW).expect("a window");
        let popup = window(WS_CAPTION).expect("a window");
        let _ = unsafe { ShowWindow(other, SW_SHOW) };
        focus::give_to(other);
        let told = Rc::<RefCell<Vec<Happened>>>::default();
        let telling = Rc::clone(&told);
        focus::belongs_to(popup);
        Guard::set_up(popup, Box::new(move |happened| telling.borrow_mut().push(happened)));
        let desktop = Self { popup, other, told, _alone: alone };
        desktop.until("the other window has the keyboard", |desktop| desktop.has_keyboard(desktop.other));
        desktop
    }

    fn window_in_front() -> HWND {
        let style = WS_OVERLAPPEDWINDOW;
        let window = unsafe {
            CreateWindowExW(WS_EX_APPWINDOW, w!("STATIC"), w!("third"), style, 0, 0, 9, 9, None, None, None, None)
        }
        .expect("a window");
        let _ = unsafe { ShowWindow(window, SW_SHOW) };
        focus::give_to(window);
        window
    }

    fn guard(&self) -> Rc<Guard> {
        Guard::of(self.popup).expect("a guard")
    }

    fn has_keyboard(&self, window: HWND) -> bool {
        focus::foreground() == window
    }

    fn style(&self) -> u32 {
        unsafe { GetWindowLongW(self.popup, GWL_EXSTYLE) as u32 }
    }

    fn send(&self, message: u32, what: usize) {
        unsafe { SendMessageW(self.popup, message, Some(WPARAM(what)), None) };
    }

    fn told(&self) -> Vec<Happened> {
        self.told.borrow().clone()
    }

    /// Lets messages and timers come until it is so.
    fn until(&self, what: &str, is_so: impl Fn(&Self) -> bool) {
        let by = Instant::now() + Duration::from_secs(10);
        loop {
            let mut message = MSG::default();
            while unsafe { PeekMessageW(&raw mut message, None, 0, 0, PM_REMOVE) }.as_bool() {
                unsafe { DispatchMessageW(&raw const message) };
            }
            if is_so(self) {
                return;
            }
            assert!(Instant::now() < by, "never: {what}");
            std::thread::yield_now();
        }
    }
}

impl Drop for Desktop {
    fn drop(&mut self) {
        for window in [self.popup, self.other] {
            let _ = unsafe { DestroyWindow(window) };
        }
    }
}

#[test]
fn it_is_a_tool_window_that_is_not_activated_whatever_styles_others_give_it() {
    let desktop = Desktop::new();
    for given in [desktop.style(), 0, WS_EX_APPWINDOW.0] {
        unsafe { SetWindowLongW(desktop.popup, GWL_EXSTYLE, given as i32) };
        let style = desktop.style();
        assert_eq!(style & WS_EX_APPWINDOW.0, 0, "{style:x}");
        assert_ne!(style & WS_EX_TOOLWINDOW.0, 0, "{style:x}");
        assert_ne!(style & WS_EX_NOACTIVATE.0, 0, "{style:x}");
    }
}

#[test]
fn however_it_is_shown_the_keyboard_stays_where_it_was() {
    let desktop = Desktop::new();
    come_up(desktop.popup).expect("it is shown");
    assert!(desktop.has_keyboard(desktop.other));
    assert!(unsafe { IsWindowVisible(desktop.popup) }.as_bool());
    assert_ne!(desktop.style() & WS_EX_TOPMOST.0, 0, "it is above other windows");
    // As the toolkit does.
    let _ = unsafe { ShowWindow(desktop.popup, SW_SHOW) };
    assert!(desktop.has_keyboard(desktop.other));
}

#[test]
fn the_keyboard_comes_when_it_is_asked_for_and_goes_back_to_who_had_it() {
    let desktop = Desktop::new();
    come_up(desktop.popup).expect("it is shown");
    let holder = focus::holder().expect("the other window");
    desktop.guard().takes_keyboard();
    assert!(desktop.has_keyboard(desktop.popup));
    assert_eq!(desktop.style() & WS_EX_NOACTIVATE.0, 0);
    assert_eq!(focus::holder(), Some(holder), "it is never its own holder");
    desktop.guard().refuses_keyboard();
    focus::give_back(holder);
    assert!(desktop.has_keyboard(desktop.other));
    assert!(desktop.told().is_empty(), "it gave the keyboard back itself");
}

#[test]
fn nothing_is_given_back_by_a_popup_that_has_nothing() {
    let desktop = Desktop::new();
    come_up(desktop.popup).expect("it is shown");
    let third = Desktop::window_in_front();
    focus::give_back(focus::holder().expect("a window"));
    assert!(desktop.has_keyboard(third));
    let _ = unsafe { DestroyWindow(third) };
}

#[test]
fn that_the_keyboard_went_elsewhere_is_told() {
    let desktop = Desktop::new();
    come_up(desktop.popup).expect("it is shown");
    desktop.guard().takes_keyboard();
    focus::give_to(desktop.other);
    desktop.until("the loss is told", |desktop| desktop.told() == [Happened::LostKeyboard]);
}

#[test]
fn a_keyboard_that_it_refuses_and_gets_all_the_same_goes_back() {
    let desktop = Desktop::new();
    come_up(desktop.popup).expect("it is shown");
    focus::give_to(desktop.popup);
    desktop.until("the other window has the keyboard", |desktop| desktop.has_keyboard(desktop.other));
    assert!(desktop.told().is_empty());
}

#[test]
fn a_keyboard_that_nobody_takes_back_goes_to_who_had_it() {
    let desktop = Desktop::new();
    come_up(desktop.popup).expect("it is shown");
    desktop.guard().takes_keyboard();
    desktop.guard().refuses_keyboard();
    desktop.until("the other window has the keyboard", |desktop| desktop.has_keyboard(desktop.other));
}

#[test]
fn other_monitors_are_told_at_once_and_again_when_they_have_settled() {
    let desktop = Desktop::new();
    desktop.send(WM_DISPLAYCHANGE, 32);
    assert_eq!(desktop.told(), [Happened::ScreensChanged]);
    desktop.until("it is told again", |desktop| desktop.told() == [Happened::ScreensChanged; 2]);
}

#[test]
fn who_is_back_and_what_is_free_counts_and_nothing_else() {
    let changes = |message, what: u32| changes_screens(message, WPARAM(what as usize));
    for (message, what) in [
        (WM_SETTINGCHANGE, SPI_SETWORKAREA.0),
        (WM_POWERBROADCAST, PBT_APMRESUMEAUTOMATIC),
        (WM_WTSSESSION_CHANGE, WTS_SESSION_UNLOCK),
        (WM_WTSSESSION_CHANGE, WTS_REMOTE_CONNECT),
        (WM_DPICHANGED, 0x0090_0090),
    ] {
        assert!(changes(message, what), "{message} {what}");
    }
    for (message, what) in
        [(WM_SETTINGCHANGE, 0), (WM_POWERBROADCAST, 4), (WM_WTSSESSION_CHANGE, 7), (WM_CLOSE, 0), (WM_TIMER, 8)]
    {
        assert!(!changes(message, what), "{message} {what}");
    }
}

#[test]
fn it_goes_where_its_card_belongs_and_is_as_large() {
    let desktop = Desktop::new();
    for (x, y, width, height) in [(100, 50, 400, 240), (-30, 20, 600, 360), (0, 0, 400, 700)] {
        move_to(desktop.popup, PhysicalPosition::new(x, y), PhysicalSize::new(width, height)).expect("it is moved");
        let (right, bottom) = (x + width as i32, y + height as i32);
        assert_eq!(rect_of(desktop.popup), Some(RECT { left: x, top: y, right, bottom }));
    }
    assert!(desktop.has_keyboard(desktop.other));
}

#[test]
fn it_comes_up_again_where_another_window_on_top_is_put_over_it() {
    let desktop = Desktop::new();
    come_up(desktop.popup).expect("it is shown");
    desktop.guard().rises();
    assert!(!over::is_covered(desktop.popup));
    // Onto the top of those on top, as another telephone program's window.
    come_up(desktop.other).expect("it is shown");
    assert!(over::is_covered(desktop.popup));
    desktop.until("it is on top again", |desktop| !over::is_covered(desktop.popup));
    assert!(desktop.has_keyboard(desktop.other));
}
