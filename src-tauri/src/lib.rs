//! The shell: windows, tray, links, hotkey, notifications, and one thin command for each act.
//!
//! It decides nothing: [`ringcard_desk`] says what is to be seen, [`ringcard_hub`] does what is asked. It starts the
//! hub inside the app ([`installation`]) and hands it to the desk.
//!
//! Start reading at [`contract`], the list of everything the windows can ask, and at [`shell`], what holds it together.

mod arguments;
mod audio;
mod chosen;
mod clipboard;
mod commands;
mod contract;
mod demo;
mod ears;
mod fence;
mod focus;
mod hotkey;
mod identity;
mod installation;
mod links;
mod login;
mod logs;
mod main_window;
mod notify;
mod popup;
mod quit;
mod secrets;
mod shell;
mod start;
mod terminal;
mod tray;
mod words;

use arguments::Wish;
use std::process::ExitCode;

/// Runs the app until it is quit.
pub fn run() -> ExitCode {
    match arguments::read(std::env::args().skip(1)) {
        Ok(Wish::Say(text)) => {
            terminal::attach();
            println!("{text}");
            ExitCode::SUCCESS
        }
        Ok(Wish::Run(arguments)) => start::run(arguments),
        Err(unknown) => {
            terminal::attach();
            eprintln!("{unknown}");
            ExitCode::from(2)
        }
    }
}
