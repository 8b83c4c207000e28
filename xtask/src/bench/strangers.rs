//! What people nobody knows can cost a hub: its memory before, at its peak and ten seconds later, and how long a push
//! with the right key takes meanwhile.

use super::{
    Part, http,
    numbers::mebibytes,
    pair::{Measured, Pair},
    row::{self, Row},
};
use crate::checkout::Checkout;
use std::{
    fs,
    io::{BufRead, BufReader, Read, Write},
    net::{SocketAddr, TcpStream},
    path::Path,
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

const KEY: &str = "a-key-for-the-bench-of-strangers";
/// As a service without `LimitNOFILE=` has it.
const DESCRIPTORS: u32 = 1024;
/// Above idle, whatever a stranger sends.
const MOST_MIB: f64 = 64.0;
const REST: Duration = Duration::from_secs(10);
const ROUNDS: usize = 2;
const PATIENCE: Duration = Duration::from_secs(10);

const SETTINGS: &str = r#"
[locale]
country = "HU"
[listen]
address = "127.0.0.1:0"
api_token = { env = "RINGCARD_BENCH_SECRET" }
[[agent]]
name = "Ana"
extension = "101"
[[account]]
name = "pbx"
connector = "vipex"
api_url = "http://127.0.0.1:9/api"
user = "crm"
password = { env = "RINGCARD_BENCH_SECRET" }
push_key = { env = "RINGCARD_BENCH_SECRET" }
"#;

const UPGRADE: &[u8] = b"GET /v1/desk HTTP/1.1\r\nHost: hub\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
    Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";

/// What a stranger does on each of so many connections.
struct Shape {
    name: &'static str,
    connections: usize,
    is_socket: bool,
    content: Vec<u8>,
}

fn shapes() -> Vec<Shape> {
    let mut frame = vec![0x81, 0xff];
    frame.extend_from_slice(&15_000_000_u64.to_be_bytes());
    frame.resize(14_900_000, b' ');
    let body = |account: &str| {
        let length = 4 * 1024 * 1024;
        let mut content =
            format!("POST /in/{account}/call-data HTTP/1.1\r\nHost: hub\r\nContent-Length: {length}\r\n\r\n")
                .into_bytes();
        content.resize(content.len() + length - 1, b'x');
        content
    };
    let head = format!("GET /healthz HTTP/1.1\r\nX-Slow: {}", "x".repeat(30_000)).into_bytes();
    let shape = |name, connections, is_socket, content| Shape { name, connections, is_socket, content };
    vec![
        shape("40 sockets, a frame of 15 MB before hello", 40, true, frame),
        shape("2,000 sockets without hello", 2_000, true, Vec::new()),
        shape("100 open bodies of 4 MB, an account that is not there", 100, false, body("nobody")),
        shape("100 open bodies of 4 MB without a key", 100, false, body("pbx")),
        shape("1,100 silent connections", 1_100, false, Vec::new()),
        shape("1,100 unfinished heads of 30 kB", 1_100, false, head),
    ]
}

pub fn measure(checkouts: &mut Pair<&Checkout>) -> Result<Part, String> {
    let mut measured = Measured::default();
    for shape in shapes() {
        println!("Strangers: {}", shape.name);
        let both = checkouts.in_turns(ROUNDS, |checkout, _| one_shape(checkout, &shape))?;
        measured = measured.and(both.rows(row::over_rounds));
    }
    let how = format!(
        "`ringcard-hub` under `ulimit -n {DESCRIPTORS}`, started anew for each, {ROUNDS} rounds; resident memory (`/proc/PID/status`). A push with the \
         right key is sent on a connection of its own, from the same address, again and again while the strangers' connections \
         are open. *Later* is {} s after they are gone.",
        REST.as_secs()
    );
    Ok(Part { title: "Strangers", how, measured })
}

/// Each begins with a hub that has seen nothing.
fn one_shape(checkout: &Checkout, shape: &Shape) -> Result<Vec<Row>, String> {
    let home = checkout.notes()?.join("bench-strangers");
    let _ = fs::remove_dir_all(&home);
    fs::create_dir_all(&home).map_err(|e| format!("{}: {e}", home.display()))?;
    fs::write(home.join("hub.toml"), SETTINGS).map_err(|e| format!("hub.toml: {e}"))?;
    Hub::start(&checkout.release_binary("ringcard-hub"), &home)?.suffer(shape)
}

struct Hub {
    process: Child,
    address: SocketAddr,
}

impl Drop for Hub {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

impl Hub {
    fn start(program: &Path, home: &Path) -> Result<Self, String> {
        let mut process = Command::new("sh")
            .args(["-c", &format!("ulimit -n {DESCRIPTORS}; exec \"$0\" serve")])
            .arg(program)
            .env("RINGCARD_HOME", home)
            .env("RINGCARD_BENCH_SECRET", KEY)
            .env("RUST_LOG", "info")
            .env("NO_COLOR", "1")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(|e| format!("ringcard-hub does not start: {e}"))?;
        let log = process.stderr.take().ok_or("ringcard-hub has no log")?;
        let mut lines = BufReader::new(log).lines().map_while(Result::ok);
        let address = lines.find_map(|line| line.split_once("listening on http://")?.1.trim().parse().ok());
        thread::spawn(move || lines.for_each(drop));
        let hub = Self { process, address: address.ok_or("ringcard-hub does not listen")? };
        // What a first push loads is no stranger's doing.
        hub.push(0)?;
        Ok(hub)
    }

    /// A ring of a call of its own; how long its answer took.
    fn push(&self, n: usize) -> Result<Duration, String> {
        let begun = Instant::now();
        let caller = format!("+363012{n:05}");
        http::post_form(
            self.address,
            &format!("/in/pbx/incoming?key={KEY}"),
            &[("caller", &caller), ("called", "101")],
        )?;
        Ok(begun.elapsed())
    }

    fn suffer(&self, shape: &Shape) -> Result<Vec<Row>, String> {
        thread::sleep(Duration::from_secs(1));
        let idle = self.memory("VmRSS:")?;
        let (mut slowest, mut refused) = (Duration::ZERO, 0_u32);
        thread::scope(|scope| -> Result<(), String> {
            let attack = scope.spawn(|| self.attack(shape));
            let mut n = 0;
            while !attack.is_finished() {
                n += 1;
                match self.push(n) {
                    Ok(took) => slowest = slowest.max(took),
                    Err(problem) => {
                        println!("  {problem}");
                        refused += 1;
                    }
                }
                // A busy PBX.
                thread::sleep(Duration::from_millis(50));
            }
            attack.join().map_err(|_| "the attack broke off".to_owned())?
        })?;
        let peak = self.memory("VmHWM:")?;
        thread::sleep(REST);
        let later = self.memory("VmRSS:")?;
        let above = |bytes: u64| mebibytes(bytes.saturating_sub(idle));
        Ok(vec![
            Row::new(format!("{}: idle", shape.name), mebibytes(idle), "MiB"),
            Row::new("· above it at the peak", above(peak), "MiB").at_most(MOST_MIB),
            Row::new("· above it later", above(later), "MiB"),
            Row::new("· the slowest push meanwhile", slowest.as_secs_f64() * 1000.0, "ms").at_most(250.0),
            Row::new("· pushes refused meanwhile", f64::from(refused), "").at_most(0.0),
        ])
    }

    /// Opens what there is to open, sends as much as is taken, and holds it for some seconds.
    fn attack(&self, shape: &Shape) -> Result<(), String> {
        let open: Vec<TcpStream> = (0..shape.connections).map(|_| self.stranger(shape)).collect::<Result<_, _>>()?;
        thread::scope(|scope| {
            for mut stream in &open {
                // Those that say little have said it.
                if shape.content.len() > 100_000 {
                    scope.spawn(move || stream.write_all(&shape.content));
                } else {
                    let _ = stream.write_all(&shape.content);
                }
            }
        });
        thread::sleep(Duration::from_secs(2));
        Ok(())
    }

    fn stranger(&self, shape: &Shape) -> Result<TcpStream, String> {
        let fail = |e: std::io::Error| format!("a stranger's connection (`ulimit -n` must be above 2,100): {e}");
        let mut stream = TcpStream::connect_timeout(&self.address, PATIENCE).map_err(fail)?;
        stream.set_read_timeout(Some(PATIENCE)).map_err(fail)?;
        stream.set_write_timeout(Some(PATIENCE)).map_err(fail)?;
        if shape.is_socket {
            // Whether it is still wanted is the hub's to say.
            let _ = stream.write_all(UPGRADE);
            let _ = stream.read(&mut [0; 1024]);
        }
        Ok(stream)
    }

    fn memory(&self, which: &str) -> Result<u64, String> {
        let file = format!("/proc/{}/status", self.process.id());
        let status = fs::read_to_string(&file).map_err(|e| format!("{file}: {e}"))?;
        let line = status.lines().find_map(|line| line.strip_prefix(which));
        let kibibytes = line.and_then(|size| size.trim().trim_end_matches(" kB").parse::<u64>().ok());
        kibibytes.map(|kibibytes| kibibytes * 1024).ok_or_else(|| format!("{file} says nothing of {which}"))
    }
}
