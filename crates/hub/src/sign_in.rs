//! Somebody signs in to an account's system in their own browser, and comes back to this machine.
//!
//! For as long as that takes, and five minutes at most, one port of the loopback address is listened to, for one answer: the
//! one with the state that only this sign-in and the browser know. Whatever else comes there is told no, and ends nothing.
//! A second sign-in ends the first.

use ringcard_connect::{
    Begun, SignIn,
    sign_in::{KeepSecret, RETURN_PATH},
};
use std::{net::Ipv4Addr, sync::Arc, time::Duration};
use thiserror::Error;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::{Mutex, watch},
    task::JoinSet,
};

/// So long a person may take to find their password.
pub const PATIENCE: Duration = Duration::from_secs(5 * 60);
/// A browser that has connected sends its request at once, or never (connections it opens ahead).
const HEAD_WITHIN: Duration = Duration::from_secs(10);
/// Longer than any code and state.
const LONGEST_HEAD: usize = 16 * 1024;
/// Connections at once.
const MOST: usize = 16;

/// Why nobody is signed in now. Each is a sentence; none has a secret in it.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum SignInFailure {
    #[error(
        "The browser could not come back to this machine: port {port} is not free ({detail}). Close what uses it, or set \
         another port in the account's settings and in the other system."
    )]
    Port { port: u16, detail: String },
    #[error("The browser could not be opened: {0}")]
    NoBrowser(String),
    #[error("Access was not granted in the browser. Nothing was changed.")]
    Denied,
    #[error("Nobody signed in within 5 minutes. Nothing was changed; begin again when you are ready.")]
    TooLate,
    #[error("This sign-in was ended, because another one was begun.")]
    Ended,
    #[error("The sign-in did not work: {0}")]
    Failed(String),
}

/// The sign-ins of one program: one at a time, and the newest is the one that is meant.
#[derive(Default)]
pub struct SignIns {
    round: watch::Sender<u64>,
    turn: Mutex<()>,
}

impl SignIns {
    /// Signs in: `open` shows an address in the person's browser. Ends the sign-in that is going on.
    pub async fn run(
        &self,
        sign_in: Arc<dyn SignIn>,
        open: impl FnOnce(&str) -> Result<(), String>,
    ) -> Result<(), SignInFailure> {
        self.round.send_modify(|round| *round += 1);
        let mut round = self.round.subscribe();
        let own = *round.borrow_and_update();
        let _turn = self.turn.lock().await;
        if *round.borrow() != own {
            return Err(SignInFailure::Ended);
        }
        let waiting = SigningIn::begin(sign_in).await?;
        open(waiting.url()).map_err(SignInFailure::NoBrowser)?;
        tokio::select! {
            biased;
            _ = round.changed() => Err(SignInFailure::Ended),
            done = waiting.finish() => done,
        }
    }
}

/// A sign-in that waits for its person. Dropped, it listens no longer.
pub struct SigningIn {
    listener: TcpListener,
    begun: Begun,
    sign_in: Arc<dyn SignIn>,
}

impl SigningIn {
    /// Begins to listen. Sends nothing.
    pub async fn begin(sign_in: Arc<dyn SignIn>) -> Result<Self, SignInFailure> {
        let port = sign_in.port();
        let taken = |error: std::io::Error| SignInFailure::Port { port, detail: error.kind().to_string() };
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await.map_err(taken)?;
        let port = listener.local_addr().map_err(taken)?.port();
        let begun = sign_in.begin(&format!("http://127.0.0.1:{port}{RETURN_PATH}"));
        Ok(Self { listener, begun, sign_in })
    }

    /// What the person is to see in their browser.
    pub fn url(&self) -> &str {
        &self.begun.url
    }

    /// Waits for the browser, exchanges what it brings, and tells the person on the page that they see.
    pub async fn finish(self) -> Result<(), SignInFailure> {
        self.finish_or(std::future::pending()).await
    }

    /// The same; `typed` is the address at which a browser ended that could not come back to this machine.
    pub async fn finish_or(self, typed: impl Future<Output = String>) -> Result<(), SignInFailure> {
        let finishing = async {
            let heard = tokio::select! {
                biased;
                heard = self.heard() => Ok(heard),
                address = typed => Err(address),
            };
            match heard {
                Ok(Heard { back, stream, language }) => {
                    let done = self.end(back).await;
                    let said = if done.is_ok() { Said::Done } else { Said::Failed };
                    answer(stream, "200 OK", said, language).await;
                    done
                }
                Err(address) => match Back::of_address(&address) {
                    Some(back) if self.begun.is_state(&back.state) => self.end(back).await,
                    _ => Err(SignInFailure::Failed("this is not the address at which this sign-in ended".to_owned())),
                },
            }
        };
        tokio::time::timeout(PATIENCE, finishing).await.unwrap_or(Err(SignInFailure::TooLate))
    }

    /// Waits for the one answer with the right state; whatever else comes is told no.
    async fn heard(&self) -> Heard {
        let mut heads: JoinSet<Option<(TcpStream, Head)>> = JoinSet::new();
        loop {
            tokio::select! {
                biased;
                Some(read) = heads.join_next(), if !heads.is_empty() => {
                    let Ok(Some((stream, Head { back, language }))) = read else { continue };
                    match back {
                        Some(back) if self.begun.is_state(&back.state) => return Heard { back, stream, language },
                        Some(_) => answer(stream, "400 Bad Request", Said::Other, language).await,
                        None => answer(stream, "404 Not Found", Said::Other, language).await,
                    }
                }
                accepted = self.listener.accept(), if heads.len() < MOST => {
                    if let Ok((stream, _)) = accepted {
                        heads.spawn(read_head(stream));
                    }
                }
            }
        }
    }

    async fn end(self, back: Back) -> Result<(), SignInFailure> {
        match back.code {
            Some(code) => self.sign_in.finish(self.begun, &code).await.map_err(SignInFailure::Failed),
            None => Err(SignInFailure::Denied),
        }
    }
}

/// The answer that belongs to this sign-in, and who waits for a page.
struct Heard {
    back: Back,
    stream: TcpStream,
    language: Language,
}

/// What a browser brings back.
#[derive(Debug, PartialEq, Eq)]
struct Back {
    state: String,
    /// Absent: access was not granted.
    code: Option<String>,
}

impl Back {
    fn of_address(address: &str) -> Option<Self> {
        let (_, query) = address.trim().split_once('?')?;
        Self::read(query.split('#').next().unwrap_or_default())
    }

    fn read(query: &str) -> Option<Self> {
        let (mut state, mut code) = (None, None);
        for (key, value) in form_urlencoded::parse(query.as_bytes()) {
            match &*key {
                // Twice the same is nobody's answer.
                "state" if state.is_some() => return None,
                "code" if code.is_some() => return None,
                "state" => state = Some(value.into_owned()),
                "code" => code = Some(value.into_owned()),
                _ => {}
            }
        }
        Some(Self { state: state?, code: code.filter(|code| !code.is_empty()) })
    }
}

/// A request, as far as it matters here.
struct Head {
    back: Option<Back>,
    language: Language,
}

impl Head {
    fn read(head: &str) -> Option<Self> {
        let mut lines = head.split("\r\n");
        let mut words = lines.next()?.split(' ');
        let (method, target) = (words.next()?, words.next()?);
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let back = if method == "GET" && path == RETURN_PATH { Back::read(query) } else { None };
        let language = lines.find_map(|line| {
            let (name, value) = line.split_once(':')?;
            name.eq_ignore_ascii_case("accept-language").then(|| Language::of(value))
        });
        Some(Self { back, language: language.unwrap_or(Language::English) })
    }
}

async fn read_head(mut stream: TcpStream) -> Option<(TcpStream, Head)> {
    let reading = async {
        let mut bytes = Vec::new();
        loop {
            let mut part = [0_u8; 2_048];
            let read = stream.read(&mut part).await.ok().filter(|read| *read > 0)?;
            bytes.extend_from_slice(&part[..read]);
            if let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
                return Head::read(std::str::from_utf8(&bytes[..end]).ok()?);
            }
            if bytes.len() > LONGEST_HEAD {
                return None;
            }
        }
    };
    let head = tokio::time::timeout(HEAD_WITHIN, reading).await.ok()??;
    Some((stream, head))
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Language {
    English,
    Spanish,
    Hungarian,
}

impl Language {
    /// The first that we speak.
    fn of(accepted: &str) -> Self {
        let spoken = accepted.split(',').find_map(|part| match part.trim().get(..2)?.to_ascii_lowercase().as_str() {
            "en" => Some(Self::English),
            "es" => Some(Self::Spanish),
            "hu" => Some(Self::Hungarian),
            _ => None,
        });
        spoken.unwrap_or(Self::English)
    }
}

/// What the page says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Said {
    Done,
    Failed,
    Other,
}

fn words(said: Said, language: Language) -> (&'static str, &'static str) {
    match (language, said) {
        (Language::English, Said::Done) => ("en", "You are signed in. You can close this page."),
        (Language::English, Said::Failed) => {
            ("en", "The sign-in did not work. Ringcard says why. You can close this page.")
        }
        (Language::English, Said::Other) => ("en", "This page belongs to no sign-in that is waiting."),
        (Language::Spanish, Said::Done) => ("es", "Ha iniciado sesión. Puede cerrar esta página."),
        (Language::Spanish, Said::Failed) => {
            ("es", "El inicio de sesión no funcionó. Ringcard dice por qué. Puede cerrar esta página.")
        }
        (Language::Spanish, Said::Other) => ("es", "Esta página no pertenece a ningún inicio de sesión en espera."),
        (Language::Hungarian, Said::Done) => ("hu", "Bejelentkezett. Ezt az oldalt bezárhatja."),
        (Language::Hungarian, Said::Failed) => {
            ("hu", "A bejelentkezés nem sikerült. A Ringcard megmondja, miért. Ezt az oldalt bezárhatja.")
        }
        (Language::Hungarian, Said::Other) => ("hu", "Ez az oldal egyetlen várakozó bejelentkezéshez sem tartozik."),
    }
}

/// A page of fixed words: nothing of what came stands in it.
async fn answer(mut stream: TcpStream, status: &str, said: Said, language: Language) {
    let (tag, words) = words(said, language);
    let page = format!(
        "<!doctype html><html lang=\"{tag}\"><head><meta charset=\"utf-8\"><title>Ringcard</title></head><body><p>{words}</p></body></html>"
    );
    let head = format!(
        "HTTP/1.1 {status}\r\ncontent-type: text/html; charset=utf-8\r\ncontent-length: {}\r\nconnection: close\r\n\
         cache-control: no-store\r\ncontent-security-policy: default-src 'none'; frame-ancestors 'none'\r\n\
         referrer-policy: no-referrer\r\nx-content-type-options: nosniff\r\n\r\n",
        page.len()
    );
    let telling = async {
        stream.write_all(head.as_bytes()).await?;
        stream.write_all(page.as_bytes()).await?;
        stream.shutdown().await
    };
    // Whoever closed the page reads nothing.
    let _ = tokio::time::timeout(HEAD_WITHIN, telling).await;
}

/// Every account that people sign in to keeps it where `keeper` says.
pub(crate) fn keep_in(sign_in: Option<&Arc<dyn SignIn>>, keeper: Option<Arc<dyn KeepSecret>>) {
    if let (Some(sign_in), Some(keeper)) = (sign_in, keeper) {
        sign_in.keep_in(keeper);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_browser_brings_back_is_read_and_nothing_else() {
        let read = |head: &str| Head::read(head).and_then(|head| head.back);
        let back = read("GET /signed-in?code=a%2Bb&state=s+1 HTTP/1.1\r\nHost: 127.0.0.1").expect("an answer");
        assert_eq!(back, Back { state: "s 1".to_owned(), code: Some("a+b".to_owned()) });
        let denied = read("GET /signed-in?error=access_denied&state=s HTTP/1.1").expect("an answer");
        assert_eq!(denied.code, None);
        for other in [
            "POST /signed-in?code=a&state=s HTTP/1.1",
            "GET /other?code=a&state=s HTTP/1.1",
            "GET /signed-in?code=a HTTP/1.1",
            "GET /signed-in?code=a&state=s&state=t HTTP/1.1",
            "GET",
        ] {
            assert!(read(other).is_none(), "{other}");
        }
        let language = |head: &str| Head::read(head).expect("a request").language;
        assert_eq!(language("GET / HTTP/1.1\r\nAccept-Language: de, hu-HU;q=0.9, en"), Language::Hungarian);
        assert_eq!(language("GET / HTTP/1.1"), Language::English);
    }
}
