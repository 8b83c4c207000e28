//! An agent's desk, as far as it listens: what the hub tells it of calls, with the moment at which it came.

use super::hub::TOKEN;
use serde_json::{Value, json};
use std::{
    collections::BTreeMap,
    mem,
    net::{SocketAddr, TcpStream},
    sync::{
        Arc, Condvar, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::{Duration, Instant, SystemTime},
};
use tungstenite::Message;

const PATIENCE: Duration = Duration::from_secs(10);
const LOOK: Duration = Duration::from_millis(100);

/// What was told of one call, at one moment.
#[derive(Debug, Clone)]
pub struct Told {
    pub at: SystemTime,
    /// When the hub sent it, by its own clock, in milliseconds.
    pub sent: Option<i64>,
    pub call: Value,
}

#[derive(Default)]
struct Heard {
    calls: BTreeMap<String, Vec<Told>>,
    connections: BTreeMap<String, Value>,
    is_connected: bool,
    /// What it shall ask of the hub.
    to_ask: Vec<Value>,
    /// What was answered last, by the id of what was asked.
    answers: BTreeMap<u64, Value>,
    asked: u64,
}

pub struct Desk {
    pub agent: &'static str,
    heard: Arc<(Mutex<Heard>, Condvar)>,
    is_gone: Arc<AtomicBool>,
}

impl Drop for Desk {
    fn drop(&mut self) {
        self.is_gone.store(true, Ordering::Relaxed);
    }
}

impl Desk {
    /// Comes back by itself when the hub was away.
    pub fn open(address: SocketAddr, agent: &'static str) -> Self {
        let (heard, is_gone) = (Arc::default(), Arc::new(AtomicBool::new(false)));
        let listens = Listener { agent, address, heard: Arc::clone(&heard), is_gone: is_gone.clone() };
        thread::spawn(move || listens.go_on());
        Self { agent, heard, is_gone }
    }

    /// Forgets the calls it has heard of.
    pub fn forget(&self) {
        self.lock().calls.clear();
    }

    /// Waits until a call is told like this; the call.
    pub fn until(&self, what: &str, wanted: impl Fn(&Value) -> bool) -> Result<Told, String> {
        self.find(what, |heard| {
            heard.calls.values().filter_map(|told| told.last()).find(|told| wanted(&told.call)).cloned()
        })
    }

    /// Waits until a call stands like this.
    pub fn until_state(&self, state: &str) -> Result<Told, String> {
        self.until(state, |call| call["state"]["kind"] == state)
    }

    /// Ends the agent's call, as the button on the card does.
    pub fn hang_up(&self, call: &Value) -> Result<(), String> {
        self.act(call, "hang_up")
    }

    /// Presses a button of the card.
    pub fn act(&self, call: &Value, kind: &str) -> Result<(), String> {
        let mut heard = self.lock();
        heard.asked += 1;
        let id = heard.asked;
        let act = json!({ "type": "control", "call_id": call["id"], "act": { "kind": kind } });
        heard.to_ask.push(json!({ "type": "request", "id": id, "request": act }));
        drop(heard);
        let answer = self.find("an answer", |heard| heard.answers.get(&id).cloned())?;
        match answer["Err"].is_null() {
            true => Ok(()),
            false => Err(format!("{kind} was answered with {}", answer["Err"])),
        }
    }

    /// Waits until an account's connection is told like this.
    pub fn until_connection(&self, account: &str, what: &str, wanted: impl Fn(&Value) -> bool) -> Result<(), String> {
        self.find(&format!("{account} {what}"), |heard| {
            heard.connections.get(account).filter(|state| heard.is_connected && wanted(state)).map(drop)
        })
    }

    /// Everything that was told since it forgot, call by call.
    pub fn told(&self) -> BTreeMap<String, Vec<Told>> {
        self.lock().calls.clone()
    }

    fn lock(&self) -> MutexGuard<'_, Heard> {
        self.heard.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn find<T>(&self, what: &str, find: impl Fn(&Heard) -> Option<T>) -> Result<T, String> {
        let end = Instant::now() + PATIENCE;
        let mut heard = self.lock();
        loop {
            if let Some(found) = find(&heard) {
                return Ok(found);
            }
            let Some(left) = end.checked_duration_since(Instant::now()) else {
                let known: Vec<String> =
                    heard.calls.values().flatten().map(|told| told.call["state"].to_string()).collect();
                return Err(format!("{}'s desk waited for {what}; it heard {}", self.agent, known.join(", ")));
            };
            heard = self.heard.1.wait_timeout(heard, left).unwrap_or_else(PoisonError::into_inner).0;
        }
    }
}

struct Listener {
    agent: &'static str,
    address: SocketAddr,
    heard: Arc<(Mutex<Heard>, Condvar)>,
    is_gone: Arc<AtomicBool>,
}

impl Listener {
    fn go_on(&self) {
        while !self.is_gone.load(Ordering::Relaxed) {
            // Away while the hub is: tried again.
            let _ = self.listen();
            self.note(|heard| heard.is_connected = false);
            thread::sleep(Duration::from_millis(20));
        }
    }

    fn lock(&self) -> MutexGuard<'_, Heard> {
        self.heard.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn note(&self, change: impl FnOnce(&mut Heard)) {
        change(&mut self.lock());
        self.heard.1.notify_all();
    }

    fn listen(&self) -> Option<()> {
        let stream = TcpStream::connect_timeout(&self.address, LOOK).ok()?;
        stream.set_nodelay(true).ok()?;
        let (mut line, _) = tungstenite::client(format!("ws://{}/v1/desk", self.address), stream).ok()?;
        let hello = json!({ "type": "hello", "protocol": 1, "agent": self.agent, "token": TOKEN });
        line.send(Message::text(hello.to_string())).ok()?;
        line.get_ref().set_read_timeout(Some(LOOK)).ok()?;
        while !self.is_gone.load(Ordering::Relaxed) {
            for asked in mem::take(&mut self.lock().to_ask) {
                line.send(Message::text(asked.to_string())).ok()?;
            }
            match line.read() {
                Ok(Message::Text(text)) => self.take(&serde_json::from_str(&text).ok()?),
                Ok(Message::Close(_)) => return None,
                Ok(_) => {}
                Err(tungstenite::Error::Io(error))
                    if matches!(error.kind(), std::io::ErrorKind::WouldBlock | std::io::ErrorKind::TimedOut) => {}
                Err(_) => return None,
            }
        }
        Some(())
    }

    fn take(&self, frame: &Value) {
        let at = SystemTime::now();
        self.note(|heard| match frame["type"].as_str() {
            Some("welcome") => {
                heard.is_connected = true;
                for known in frame["snapshot"]["calls"].as_array().into_iter().flatten() {
                    heard.call(&known["call"], at, None);
                }
                for connection in frame["snapshot"]["connections"].as_array().into_iter().flatten() {
                    heard.connection(connection);
                }
            }
            Some("reply") => {
                heard.answers.insert(frame["id"].as_u64().unwrap_or(0), frame["reply"].clone());
            }
            Some("event") if frame["event"]["type"] == "call" => {
                heard.call(&frame["event"]["call"], at, frame["at"].as_i64());
            }
            Some("event") if frame["event"]["type"] == "connection" => heard.connection(&frame["event"]["connection"]),
            _ => {}
        });
    }
}

impl Heard {
    fn call(&mut self, call: &Value, at: SystemTime, sent: Option<i64>) {
        let id = call["id"].as_str().unwrap_or_default().to_owned();
        self.calls.entry(id).or_default().push(Told { at, sent, call: call.clone() });
    }

    fn connection(&mut self, connection: &Value) {
        let name = connection["name"].as_str().unwrap_or_default().to_owned();
        self.connections.insert(name, connection["state"].clone());
    }
}
