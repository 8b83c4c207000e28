//! A phone: answers what comes by itself as far as any phone does, and otherwise does what it is told.

use super::{
    line::{Line, State},
    message::{Message, address, ending, tag},
};
use std::{
    io,
    net::UdpSocket,
    sync::{
        Arc, Condvar, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicU32, Ordering},
    },
    thread,
    time::{Duration, Instant, SystemTime},
};

const PBX: &str = "127.0.0.1:5060";
const PATIENCE: Duration = Duration::from_secs(10);
/// How often it looks whether it shall go on.
const LOOK: Duration = Duration::from_millis(100);

/// Who calls, as the network shows it.
#[derive(Debug, Clone, Copy)]
pub struct Caller<'a> {
    pub number: &'a str,
    pub name: &'a str,
    /// The network knows the number and shall not show it.
    pub is_withheld: bool,
}

impl<'a> Caller<'a> {
    pub const fn new(number: &'a str, name: &'a str) -> Self {
        Self { number, name, is_withheld: false }
    }
}

pub struct Phone(Arc<Inner>);

struct Inner {
    name: &'static str,
    socket: UdpSocket,
    port: u16,
    lines: Mutex<Vec<Line>>,
    heard: Condvar,
    count: AtomicU32,
    is_gone: AtomicBool,
}

impl Drop for Phone {
    fn drop(&mut self) {
        self.0.is_gone.store(true, Ordering::Relaxed);
    }
}

impl Phone {
    pub fn start(name: &'static str, port: u16) -> Result<Self, String> {
        let fail = |e: io::Error| format!("a phone at port {port}: {e}");
        let socket = UdpSocket::bind(("127.0.0.1", port)).map_err(fail)?;
        socket.set_read_timeout(Some(LOOK)).map_err(fail)?;
        let inner = Arc::new(Inner {
            name,
            socket,
            port,
            lines: Mutex::default(),
            heard: Condvar::new(),
            count: AtomicU32::new(0),
            is_gone: AtomicBool::new(false),
        });
        let listens = inner.clone();
        thread::spawn(move || listens.listen());
        Ok(Self(inner))
    }

    /// Forgets what was, as after a power cut.
    pub fn forget(&self) {
        self.0.lines().clear();
    }

    /// Waits until it rings; which call that is, and since when.
    pub fn rings(&self) -> Result<(String, SystemTime), String> {
        let what = format!("phone {} to ring", self.0.name);
        self.0.until(&what, |lines| {
            let line = lines.iter_mut().find(|line| line.state == State::Rings && !line.is_handed_out)?;
            line.is_handed_out = true;
            Some((line.call_id.clone(), line.began))
        })
    }

    /// One that rings now, without waiting.
    pub fn rings_now(&self) -> Option<(String, SystemTime)> {
        let mut lines = self.0.lines();
        let line = lines.iter_mut().find(|line| line.state == State::Rings && !line.is_handed_out)?;
        line.is_handed_out = true;
        Some((line.call_id.clone(), line.began))
    }

    /// What the caller is called in the `INVITE` this phone got: `"MARIA" <sip:+573001234567@127.0.0.1>`.
    pub fn shows(&self, call: &str) -> String {
        let lines = self.0.lines();
        lines.iter().find(|line| line.call_id == call).map_or_else(String::new, |line| {
            line.invite.header("From").split(";tag=").next().unwrap_or_default().to_owned()
        })
    }

    pub fn until(&self, call: &str, what: &str, wanted: impl Fn(State) -> bool) -> Result<State, String> {
        self.0.until(&format!("phone {}: {what}", self.0.name), |lines| {
            lines.iter().find(|line| line.call_id == call && wanted(line.state)).map(|line| line.state)
        })
    }

    pub fn until_over(&self, call: &str) -> Result<u16, String> {
        match self.until(call, "the call's end", State::is_over)? {
            State::Over(status) => Ok(status),
            _ => Ok(0),
        }
    }

    pub fn answer(&self, call: &str) -> Result<(), String> {
        self.0.respond(call, "200 OK", State::Up)
    }

    /// `486 Busy Here`, `603 Decline` …
    pub fn refuse(&self, call: &str, status: &str) -> Result<(), String> {
        let code = status.split(' ').next().and_then(|code| code.parse().ok()).unwrap_or(0);
        self.0.respond(call, status, State::Over(code))
    }

    /// Calls a number.
    pub fn call(&self, number: &str, caller: Caller<'_>) -> Result<String, String> {
        self.0.invite(number, caller)
    }

    /// Hangs up, or gives up ringing.
    pub fn hang_up(&self, call: &str) -> Result<(), String> {
        let state = self.0.with(call, |line| line.state)?;
        match state {
            State::Up => {
                self.0.request(call, "BYE", "", "")?;
                self.0.with(call, |line| line.state = State::Over(200))
            }
            State::Calling | State::RingsThere => self.0.cancel(call),
            State::Rings => self.refuse(call, "603 Decline"),
            State::Over(_) => Ok(()),
        }
    }

    pub fn hold(&self, call: &str, is_held: bool) -> Result<(), String> {
        let sound = self.0.sound(if is_held { "sendonly" } else { "sendrecv" });
        self.0.request(call, "INVITE", "", &sound)
    }

    /// Passes the call on and leaves.
    pub fn pass_blind(&self, call: &str, to: &str) -> Result<(), String> {
        self.0.request(call, "REFER", &format!("Refer-To: <sip:{to}@127.0.0.1>\r\n"), "")
    }

    /// Brings whoever is at the other end of this call together with whoever was asked in another one.
    pub fn pass_to_asked(&self, call: &str, asked: &str) -> Result<(), String> {
        let (theirs, ours) = self.0.with(asked, |line| (line.theirs.clone(), line.ours.clone()))?;
        let number = address(&theirs).trim_start_matches("sip:").split('@').next().unwrap_or_default().to_owned();
        let replaces = format!("{asked}%3Bto-tag%3D{}%3Bfrom-tag%3D{}", tag(&theirs), tag(&ours));
        self.0.request(call, "REFER", &format!("Refer-To: <sip:{number}@127.0.0.1?Replaces={replaces}>\r\n"), "")
    }
}

impl Inner {
    fn lines(&self) -> MutexGuard<'_, Vec<Line>> {
        self.lines.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn until<T>(&self, what: &str, mut find: impl FnMut(&mut Vec<Line>) -> Option<T>) -> Result<T, String> {
        let end = Instant::now() + PATIENCE;
        let mut lines = self.lines();
        loop {
            if let Some(found) = find(&mut lines) {
                return Ok(found);
            }
            let Some(left) = end.checked_duration_since(Instant::now()) else {
                return Err(format!("waited {} s for {what}", PATIENCE.as_secs()));
            };
            lines = self.heard.wait_timeout(lines, left).unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    fn with<T>(&self, call: &str, act: impl FnOnce(&mut Line) -> T) -> Result<T, String> {
        let mut lines = self.lines();
        let line = lines.iter_mut().find(|line| line.call_id == call);
        let done = line.map(act).ok_or_else(|| format!("phone {} knows no call {call}", self.name));
        self.heard.notify_all();
        done
    }

    fn send(&self, text: &str) -> Result<(), String> {
        self.socket.send_to(text.as_bytes(), PBX).map(drop).map_err(|e| format!("phone {}: {e}", self.name))
    }

    fn new_name(&self) -> String {
        format!("{}-{}", self.port, self.count.fetch_add(1, Ordering::Relaxed))
    }

    fn contact(&self) -> String {
        format!("<sip:{}@127.0.0.1:{}>", self.name, self.port)
    }

    fn via(&self, branch: &str) -> String {
        format!("Via: SIP/2.0/UDP 127.0.0.1:{};branch={branch}\r\nMax-Forwards: 70\r\n", self.port)
    }

    /// Sound that nobody sends.
    fn sound(&self, direction: &str) -> String {
        format!(
            "v=0\r\no=- 1 {} IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio {} RTP/AVP 0\r\n\
             a=rtpmap:0 PCMU/8000\r\na={direction}\r\n",
            self.count.fetch_add(1, Ordering::Relaxed),
            self.port + 10_000
        )
    }

    fn respond(&self, call: &str, status: &str, state: State) -> Result<(), String> {
        let sound = if status.starts_with("200") { self.sound("sendrecv") } else { String::new() };
        let (invite, ours) = self.with(call, |line| (line.invite.clone(), line.ours.clone()))?;
        self.send(&invite.answered(status, super::message::tag(&ours), &self.contact(), &sound))?;
        self.with(call, |line| line.state = state)
    }

    fn invite(&self, number: &str, caller: Caller<'_>) -> Result<String, String> {
        let name = self.new_name();
        let (call_id, branch) = (format!("call-{name}"), format!("z9hG4bK-{name}"));
        let shown = if caller.is_withheld { "anonymous" } else { caller.number };
        let ours = format!("\"{}\" <sip:{shown}@127.0.0.1:{}>;tag=t{name}", caller.name, self.port);
        let theirs = format!("<sip:{number}@{PBX}>");
        let private = match caller.is_withheld {
            true => {
                format!("P-Asserted-Identity: \"{}\" <sip:{}@127.0.0.1>\r\nPrivacy: id\r\n", caller.name, caller.number)
            }
            false => String::new(),
        };
        let text = format!(
            "INVITE sip:{number}@{PBX} SIP/2.0\r\n{}From: {ours}\r\nTo: {theirs}\r\nCall-ID: {call_id}\r\nCSeq: 1 INVITE\r\n{private}{}",
            self.via(&branch),
            ending(&self.contact(), &self.sound("sendrecv"))
        );
        let invite = Message::parse(text.as_bytes()).ok_or("BUG: our own request")?;
        self.lines().push(Line {
            call_id: call_id.clone(),
            ours,
            theirs,
            target: format!("sip:{number}@{PBX}"),
            sequence: 1,
            invite,
            branch,
            state: State::Calling,
            is_handed_out: true,
            began: SystemTime::now(),
        });
        self.send(&text)?;
        Ok(call_id)
    }

    /// A request inside a dialog.
    fn request(&self, call: &str, method: &str, headers: &str, body: &str) -> Result<(), String> {
        let branch = format!("z9hG4bK-{}", self.new_name());
        let (target, ours, theirs, sequence) = self.with(call, |line| {
            line.sequence += 1;
            (line.target.clone(), line.ours.clone(), line.theirs.clone(), line.sequence)
        })?;
        self.send(&format!(
            "{method} {target} SIP/2.0\r\n{}From: {ours}\r\nTo: {theirs}\r\nCall-ID: {call}\r\nCSeq: {sequence} {method}\r\n{headers}{}",
            self.via(&branch),
            ending(&self.contact(), body)
        ))
    }

    fn cancel(&self, call: &str) -> Result<(), String> {
        self.about_invite(call, "CANCEL")
    }

    /// What belongs to the `INVITE` itself: its end before there is a dialog.
    fn about_invite(&self, call: &str, method: &str) -> Result<(), String> {
        let (first, ours, theirs, branch) = self.with(call, |line| {
            // Nobody has answered what is cancelled, as far as this request goes.
            let theirs = if method == "CANCEL" { line.invite.header("To") } else { &line.theirs };
            (line.invite.first.clone(), line.ours.clone(), theirs.to_owned(), line.branch.clone())
        })?;
        let first = first.replacen("INVITE", method, 1);
        self.send(&format!(
            "{first}\r\n{}From: {ours}\r\nTo: {theirs}\r\nCall-ID: {call}\r\nCSeq: 1 {method}\r\nContent-Length: 0\r\n\r\n",
            self.via(&branch)
        ))
    }

    fn listen(&self) {
        let mut datagram = [0; 65_536];
        while !self.is_gone.load(Ordering::Relaxed) {
            let Ok((length, _)) = self.socket.recv_from(&mut datagram) else { continue };
            let Some(message) = Message::parse(&datagram[..length]) else { continue };
            // What cannot be sent is seen by whoever waits for what comes of it.
            let _ = match message.method() {
                Some(_) => self.asked(&message),
                None => self.told(&message),
            };
            self.heard.notify_all();
        }
    }

    fn asked(&self, request: &Message) -> Result<(), String> {
        let call = request.header("Call-ID").to_owned();
        let known = self.with(&call, |line| line.state).ok();
        let contact = self.contact();
        match (request.method().unwrap_or_default(), known) {
            ("ACK", _) => Ok(()),
            ("INVITE", None) => {
                let line = Line::called(request, &format!("t{}", self.new_name()));
                let tag = super::message::tag(&line.ours).to_owned();
                self.lines().push(line);
                self.send(&request.answered("180 Ringing", &tag, &contact, ""))
            }
            // Sent again since we were slow; what we said is on its way.
            ("INVITE", Some(State::Rings)) => Ok(()),
            ("INVITE", Some(_)) => self.send(&request.answered("200 OK", "", &contact, &self.sound("sendrecv"))),
            ("CANCEL", Some(State::Rings)) => {
                let tag = self.with(&call, |line| super::message::tag(&line.ours).to_owned())?;
                self.send(&request.answered("200 OK", &tag, &contact, ""))?;
                self.respond(&call, "487 Request Terminated", State::Over(487))
            }
            ("BYE", Some(_)) => {
                self.send(&request.answered("200 OK", "", &contact, ""))?;
                self.with(&call, |line| line.state = State::Over(200))
            }
            (_, Some(_)) => self.send(&request.answered("200 OK", "", &contact, "")),
            (_, None) => self.send(&request.answered("481 Call/Transaction Does Not Exist", "x", &contact, "")),
        }
    }

    fn told(&self, response: &Message) -> Result<(), String> {
        let (call, status) = (response.header("Call-ID").to_owned(), response.status().unwrap_or(0));
        let (sequence, method) = response.sequence();
        if method != "INVITE" || status < 180 {
            return Ok(());
        }
        self.with(&call, |line| {
            // The first one began the dialog; others hold and resume.
            if sequence == 1 {
                response.header("To").clone_into(&mut line.theirs);
                match status {
                    180..200 => line.state = State::RingsThere,
                    200..300 => {
                        address(response.header("Contact")).clone_into(&mut line.target);
                        line.state = State::Up;
                    }
                    _ => line.state = State::Over(status),
                }
            }
        })?;
        match status {
            200..300 => self.acknowledge(&call, sequence),
            300.. => self.about_invite(&call, "ACK"),
            _ => Ok(()),
        }
    }

    fn acknowledge(&self, call: &str, sequence: u32) -> Result<(), String> {
        let (target, ours, theirs) =
            self.with(call, |line| (line.target.clone(), line.ours.clone(), line.theirs.clone()))?;
        let branch = format!("z9hG4bK-{}", self.new_name());
        self.send(&format!(
            "ACK {target} SIP/2.0\r\n{}From: {ours}\r\nTo: {theirs}\r\nCall-ID: {call}\r\nCSeq: {sequence} ACK\r\nContent-Length: 0\r\n\r\n",
            self.via(&branch)
        ))
    }
}
