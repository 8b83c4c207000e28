//! The real server while strangers do what they like: a legitimate sender, the server's memory, and what must hold.

use crate::server::{SETTINGS, Server, TOKEN};
use std::{
    fs,
    net::SocketAddr,
    sync::{
        Mutex, MutexGuard,
        atomic::{AtomicBool, AtomicU64, Ordering::SeqCst},
        mpsc,
    },
    thread,
    time::{Duration, Instant},
};
use tempfile::TempDir;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpSocket, TcpStream},
    runtime::Runtime,
    time::timeout,
};

/// What strangers may cost above an idle server (docs/security.md).
const MEMORY_KB: u64 = 64 * 1024;
/// The longest a legitimate push may take.
const LONGEST: Duration = Duration::from_millis(250);
/// A legitimate sender's pace.
const EVERY: Duration = Duration::from_secs(1);
/// It is all well again after this.
const WELL_AGAIN: Duration = Duration::from_secs(10);
/// Longer than any answer of a server that is well.
const PATIENCE: Duration = Duration::from_secs(20);

/// One attack at a time: what is measured is the server, not the tests beside it.
static ALONE: Mutex<()> = Mutex::new(());

pub struct UnderAttack {
    pub address: SocketAddr,
    server: Server,
    runtime: Runtime,
    _home: TempDir,
    pushes: AtomicU64,
    _alone: MutexGuard<'static, ()>,
}

/// How one push went.
#[derive(Debug)]
struct Pushed {
    status: Result<u16, String>,
    took: Duration,
    /// The longest this machine let a thread wait that wanted nothing but to run, meanwhile.
    stalled: Duration,
}

impl UnderAttack {
    pub fn start() -> Self {
        let alone = ALONE.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let home = TempDir::new().expect("a folder");
        fs::write(home.path().join("hub.toml"), SETTINGS).expect("settings");
        let server = Server::start_with(home.path(), 1024);
        let address = server.base.trim_start_matches("http://").parse().expect("an address");
        may_open_many();
        let runtime = Runtime::new().expect("a runtime");
        let this = Self { address, server, runtime, _home: home, pushes: AtomicU64::new(0), _alone: alone };
        assert_eq!(this.runtime.block_on(this.push()), Ok(200), "before the attack");
        this
    }

    /// What `attack` gives back (its sockets, its tasks) is held until the sender has been heard for `lasts`.
    pub fn withstands<Held>(&self, lasts: Duration, attack: impl AsyncFnOnce(SocketAddr) -> Held) {
        let idle = self.memory_kb();
        let (peak, stall, over) = (AtomicU64::new(idle), AtomicU64::new(0), AtomicBool::new(false));
        let pushes = thread::scope(|scope| {
            let _over = OnDrop(&over);
            scope.spawn(|| repeatedly(&over, Duration::from_millis(20), || peak.fetch_max(self.memory_kb(), SeqCst)));
            scope.spawn(|| {
                let (pace, mut before) = (Duration::from_millis(5), Instant::now());
                repeatedly(&over, pace, || {
                    stall.fetch_max(micros(before.elapsed().saturating_sub(pace)), SeqCst);
                    before = Instant::now();
                });
            });
            let (end, ended) = mpsc::channel::<()>();
            let sender = scope.spawn(|| self.push_until(ended, &stall));
            self.runtime.block_on(async {
                let end = tokio::time::Instant::now() + lasts;
                let held = attack(self.address).await;
                tokio::time::sleep_until(end).await;
                drop(held);
            });
            drop(end);
            sender.join().expect("the sender ended")
        });
        for pushed in &pushes {
            assert_eq!(pushed.status, Ok(200), "a legitimate push was not taken: {pushes:?}");
            assert!(pushed.took <= LONGEST + pushed.stalled, "a legitimate push was slow: {pushed:?}");
        }
        let above = peak.load(SeqCst) - idle;
        let slowest = pushes.iter().map(|pushed| pushed.took).max().unwrap_or_default();
        println!("{} pushes, slowest {slowest:?}; {idle} kB idle, at most {above} kB above", pushes.len());
        assert!(above <= MEMORY_KB, "strangers cost {above} kB above {idle} kB");
        self.is_well_again(idle);
    }

    /// The legitimate sender, until the other end of the channel is gone.
    fn push_until(&self, ended: mpsc::Receiver<()>, stall: &AtomicU64) -> Vec<Pushed> {
        let runtime = Runtime::new().expect("a runtime");
        let mut pushes = Vec::new();
        loop {
            stall.store(0, SeqCst);
            let start = Instant::now();
            let status = runtime.block_on(self.push());
            let took = start.elapsed();
            pushes.push(Pushed { status, took, stalled: Duration::from_micros(stall.load(SeqCst)) });
            if ended.recv_timeout(EVERY.saturating_sub(took)) != Err(mpsc::RecvTimeoutError::Timeout) {
                return pushes;
            }
        }
    }

    /// Within ten seconds: known and unknown senders are answered, at once, and the memory is given back.
    fn is_well_again(&self, idle: u64) {
        let until = Instant::now() + WELL_AGAIN;
        self.runtime.block_on(async {
            loop {
                let known = self.push().await;
                let stranger = status(
                    self.address,
                    [127, 0, 3, 1],
                    b"GET /in/pbx/incoming HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
                )
                .await;
                let health = status(
                    self.address,
                    [127, 0, 0, 1],
                    b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
                )
                .await;
                let kept = self.memory_kb().saturating_sub(idle);
                let now = (known, stranger, health);
                if now == (Ok(200), Ok(401), Ok(200)) && kept <= MEMORY_KB {
                    println!("well again; {kept} kB kept");
                    return;
                }
                assert!(Instant::now() < until, "not well after ten seconds: {now:?}, {kept} kB kept");
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        });
    }

    /// A ring as a telephone system tells it, on a connection of its own.
    pub async fn push(&self) -> Result<u16, String> {
        let n = self.pushes.fetch_add(1, SeqCst);
        let request = format!(
            "GET /in/pbx/incoming?key={TOKEN}&caller=%2B3630{}&called=101&callid=a{n} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n",
            1_000_000 + n,
            self.address
        );
        status(self.address, [127, 0, 0, 1], request.as_bytes()).await
    }

    pub fn runtime(&self) -> &Runtime {
        &self.runtime
    }

    /// Everything the server said on its log so far.
    pub fn log(&self) -> String {
        self.server.log()
    }

    fn memory_kb(&self) -> u64 {
        let status = fs::read_to_string(format!("/proc/{}/status", self.server.process.id())).expect("the server runs");
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).expect("its memory");
        line.trim().trim_end_matches(" kB").parse().expect("a number of kB")
    }
}

/// Ends the threads beside an attack, also where the attack panics.
struct OnDrop<'a>(&'a AtomicBool);

impl Drop for OnDrop<'_> {
    fn drop(&mut self) {
        self.0.store(true, SeqCst);
    }
}

/// Does this at a pace until it is over.
fn repeatedly<T>(over: &AtomicBool, pace: Duration, mut act: impl FnMut() -> T) {
    while !over.load(SeqCst) {
        act();
        thread::park_timeout(pace);
    }
}

fn micros(duration: Duration) -> u64 {
    u64::try_from(duration.as_micros()).unwrap_or(u64::MAX)
}

/// A connection from an address of our choosing: all of 127.0.0.0/8 is this machine.
pub async fn connect(to: SocketAddr, from: [u8; 4]) -> Result<TcpStream, String> {
    let socket = TcpSocket::new_v4().map_err(|error| error.to_string())?;
    socket.bind(SocketAddr::from((from, 0))).map_err(|error| error.to_string())?;
    let connected = timeout(PATIENCE, socket.connect(to)).await;
    connected.map_err(|_| "no connection in time".to_owned())?.map_err(|error| error.to_string())
}

/// Sends this and reads the answer's status.
pub async fn status(to: SocketAddr, from: [u8; 4], request: &[u8]) -> Result<u16, String> {
    answer(to, from, request).await.and_then(|answer| status_of(&answer))
}

pub fn status_of(answer: &str) -> Result<u16, String> {
    let word = answer.strip_prefix("HTTP/1.1 ").and_then(|rest| rest.get(..3)).and_then(|word| word.parse().ok());
    word.ok_or_else(|| format!("no answer: {answer:?}"))
}

/// Sends this and reads until the server closes.
pub async fn answer(to: SocketAddr, from: [u8; 4], request: &[u8]) -> Result<String, String> {
    let mut stream = connect(to, from).await?;
    let mut answer = Vec::new();
    timeout(PATIENCE, async {
        stream.write_all(request).await?;
        stream.read_to_end(&mut answer).await
    })
    .await
    .map_err(|_| "no answer in time".to_owned())?
    .map_err(|error| error.to_string())?;
    Ok(String::from_utf8_lossy(&answer).into_owned())
}

/// An attacker has thousands of sockets; a test that cannot have them says so instead of passing.
fn may_open_many() {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let now = getrlimit(Resource::Nofile);
    let many = Rlimit { current: now.maximum.or(Some(65_536)).map(|most| most.min(65_536)), maximum: now.maximum };
    setrlimit(Resource::Nofile, many).expect("as many descriptors as this user may have");
    let most = getrlimit(Resource::Nofile).current.unwrap_or(u64::MAX);
    assert!(most >= 4_096, "this user may open {most} descriptors: an attack needs 4096 (ulimit -Hn)");
}
