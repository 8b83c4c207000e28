//! Somebody beside the hub who writes down what Asterisk says, so that a wrong call can be told from a wrong reading.

use super::pbx::{ARI, PASSWORD, USER};
use serde_json::Value;
use std::{
    fs::File,
    io::Write,
    net::TcpStream,
    path::Path,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    thread,
    time::Duration,
};
use tungstenite::Message;

/// Most of everything, and nothing a call is told by.
const NOISE: [&str; 2] = ["ChannelVarset", "DeviceStateChanged"];

/// The file events go to now; none while nobody is interested.
pub struct Witness(Arc<Mutex<Option<File>>>);

impl Witness {
    /// Listens until this program ends, and comes back when Asterisk was away.
    pub fn start() -> Self {
        let file = Arc::new(Mutex::new(None));
        let writes = file.clone();
        thread::spawn(move || {
            loop {
                let _ = listen(&writes);
                thread::sleep(Duration::from_millis(200));
            }
        });
        Self(file)
    }

    pub fn write_to(&self, path: &Path) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = File::create(path).ok();
    }
}

/// Everything Asterisk says to everybody, as text.
#[derive(Clone, Default)]
pub struct Overheard(Arc<Mutex<String>>);

impl Overheard {
    /// Listens until this program ends.
    pub fn start() -> Self {
        let heard = Self::default();
        let writes = heard.clone();
        thread::spawn(move || listen_as("overhears", |text| writes.lock().push_str(text)));
        heard
    }

    pub fn has(&self, text: &str) -> bool {
        self.lock().contains(text)
    }

    fn lock(&self) -> MutexGuard<'_, String> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn listen(file: &Mutex<Option<File>>) -> Option<()> {
    listen_as("witness", |text| {
        let Ok(event) = serde_json::from_str::<Value>(text) else { return };
        if event["type"].as_str().is_some_and(|kind| NOISE.contains(&kind)) {
            return;
        }
        if let Some(file) = file.lock().unwrap_or_else(PoisonError::into_inner).as_mut() {
            let _ = writeln!(file, "{event}");
        }
    })
}

fn listen_as(name: &str, mut hears: impl FnMut(&str)) -> Option<()> {
    let stream = TcpStream::connect(ARI).ok()?;
    let address = format!("ws://{ARI}/ari/events?app={name}&subscribeAll=true&api_key={USER}:{PASSWORD}");
    let (mut line, _) = tungstenite::client(address, stream).ok()?;
    loop {
        if let Message::Text(text) = line.read().ok()? {
            hears(&text);
        }
    }
}
