//! Ctrl-C and Ctrl-Break, the console being closed, logging off and shutting down; for a service, Windows' own word.
//!
//! A console that closes gives a program five seconds, logging off and shutting down the same: a hub that is told lets go within
//! three.

use tokio::{
    signal::windows::{
        CtrlBreak, CtrlC, CtrlClose, CtrlLogoff, CtrlShutdown, ctrl_break, ctrl_c, ctrl_close, ctrl_logoff,
        ctrl_shutdown,
    },
    sync::mpsc,
};

/// May be asked for more than once.
pub enum Stop {
    Console(Box<Console>),
    Service(mpsc::Receiver<()>),
}

pub struct Console {
    interrupt: CtrlC,
    stop: CtrlBreak,
    close: CtrlClose,
    log_off: CtrlLogoff,
    shut_down: CtrlShutdown,
}

impl Stop {
    /// Listens from now on.
    pub fn by_signals() -> std::io::Result<Self> {
        Ok(Self::Console(Box::new(Console {
            interrupt: ctrl_c()?,
            stop: ctrl_break()?,
            close: ctrl_close()?,
            log_off: ctrl_logoff()?,
            shut_down: ctrl_shutdown()?,
        })))
    }

    /// Of a service: whoever hears Windows' word says so. What is said before anybody listens is kept.
    pub fn by_word() -> (mpsc::Sender<()>, Self) {
        let (says, hears) = mpsc::channel(1);
        (says, Self::Service(hears))
    }

    pub async fn asked(&mut self) {
        match self {
            Self::Console(console) => tokio::select! {
                _ = console.interrupt.recv() => {}
                _ = console.stop.recv() => {}
                _ = console.close.recv() => {}
                _ = console.log_off.recv() => {}
                _ = console.shut_down.recv() => {}
            },
            Self::Service(hears) => {
                if hears.recv().await.is_none() {
                    // Whoever could say it a second time is gone.
                    std::future::pending().await
                }
            }
        }
    }
}
