//! How many calls' data are taken in a second, how soon a desk hears of a ring meanwhile, and how fast recordings come in.
//!
//! `cargo run --release -p ringcard-hub --example data_bench [-- RECORDS]`
//!
//! A hub with its files in a temporary folder; one agent's desk on its WebSocket. First rings one after another, from the
//! request until the desk has read the call. Then RECORDS calls' data that nobody announced (a backlog after an outage), by
//! eight connections, each answered when it is on the disk, and a ring every fifty milliseconds beside them. Last, one push
//! with a recording of 60 MB in Base64, and eight at once. Prints a line per finding and, last, all of them as JSON.

mod measures;

use base64::{Engine, engine::general_purpose::STANDARD};
use futures_util::{SinkExt, StreamExt, future::join_all};
use measures::{at, millis};
use ringcard_connect::profile::builtin_profiles;
use ringcard_core::{
    call::AgentId,
    frame::{DeskEvent, DeskFrame, HubFrame, PROTOCOL},
    number::{DialPlan, Party},
};
use ringcard_hub::{AccountSetup, Agent, CallWaits, Hub, HubSetup, ListenSetup, System, directory::Directory};
use secrecy::SecretString;
use std::{
    collections::BTreeMap,
    error::Error,
    net::SocketAddr,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering::SeqCst},
    },
    time::{Duration, Instant},
};
use tokio::{
    net::TcpStream,
    sync::mpsc,
    time::{sleep, timeout},
};
use tokio_tungstenite::{client_async, tungstenite::Message};

type Failure = Box<dyn Error + Send + Sync>;
type Heard = mpsc::UnboundedReceiver<(String, Instant)>;

const TOKEN: &str = "a-token-for-the-bench";
const KEY: &str = "a-key-for-the-bench-of-call-data";
const CONNECTIONS: usize = 8;
const RINGS: usize = 200;
const BETWEEN: Duration = Duration::from_millis(50);
const PATIENCE: Duration = Duration::from_secs(20);
const MIB: usize = 1024 * 1024;

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let records: usize = std::env::args().nth(1).map_or(Ok(10_000), |records| records.parse())?;
    let _ = rustls::crypto::ring::default_provider().install_default();
    let folder = tempfile::tempdir()?;
    let hub = hub(folder.path()).await?;
    let address = hub.listening().as_ref().map_err(|_| "the hub does not listen")?.ok_or("the hub has no address")?;
    let mut heard = desk(address).await?;
    let pbx = Pbx { http: reqwest::Client::builder().no_proxy().build()?, base: format!("http://{address}/in/pbx") };

    let mut quiet = Vec::new();
    for n in 0..RINGS {
        quiet.push(ring(&pbx, &mut heard, n).await?);
        sleep(BETWEEN).await;
    }
    quiet.sort_unstable();
    println!("rings alone: p50 {:.2} ms, p95 {:.2} ms", millis(at(&quiet, 0.5)), millis(at(&quiet, 0.95)));

    let goes_on = Arc::new(AtomicBool::new(true));
    let begun = Instant::now();
    let backlog = tokio::spawn(backlog(pbx.clone(), records, goes_on.clone()));
    let mut beside = Vec::new();
    while goes_on.load(SeqCst) {
        beside.push(ring(&pbx, &mut heard, RINGS + beside.len()).await?);
        sleep(BETWEEN).await;
    }
    let refused = backlog.await??;
    let per_second = records as f64 / begun.elapsed().as_secs_f64();
    beside.sort_unstable();
    println!(
        "{records} records: {per_second:.0}/s, {refused} refused; rings beside them: p50 {:.2} ms, p95 {:.2} ms",
        millis(at(&beside, 0.5)),
        millis(at(&beside, 0.95))
    );

    let recording = Arc::new(STANDARD.encode(wav(45 * MIB)));
    let begun = Instant::now();
    send_recording(&pbx, &recording, 0).await?;
    let one = begun.elapsed();
    let begun = Instant::now();
    let eight = join_all((1..9).map(|n| send_recording(&pbx, &recording, n))).await;
    eight.into_iter().collect::<Result<Vec<()>, Failure>>()?;
    let eight = begun.elapsed();
    println!("a recording of 60 MB: {:.2} s, eight at once: {:.2} s", one.as_secs_f64(), eight.as_secs_f64());
    println!(
        "{}",
        serde_json::json!({
            "records": records,
            "records_per_second": per_second.round(),
            "refused": refused,
            "quiet_p50_ms": millis(at(&quiet, 0.5)),
            "quiet_p95_ms": millis(at(&quiet, 0.95)),
            "beside_p50_ms": millis(at(&beside, 0.5)),
            "beside_p95_ms": millis(at(&beside, 0.95)),
            "beside_to_quiet_p95": (at(&beside, 0.95).as_secs_f64() / at(&quiet, 0.95).as_secs_f64() * 100.0).round() / 100.0,
            "recording_ms": millis(one),
            "eight_recordings_ms": millis(eight),
        })
    );
    hub.shutdown().await;
    Ok(())
}

/// Whoever pushes.
#[derive(Clone)]
struct Pbx {
    http: reqwest::Client,
    base: String,
}

async fn hub(folder: &Path) -> Result<Hub, Failure> {
    let plan = DialPlan::new("HU")?;
    let directory = Directory::open(&folder.join("directory.db"), plan.clone())?;
    let profiles = builtin_profiles();
    let profile = profiles.iter().find(|profile| profile.id() == "vipex").ok_or("the profile is not built in")?;
    let values = [("api_url", "http://127.0.0.1:1/api"), ("user", "bench"), ("allow_http", "true")];
    let values = values.into_iter().map(|(key, value)| (key.to_owned(), value.into())).collect();
    let secrets = [("password", "a-password-for-the-bench"), ("push_key", KEY)];
    let secrets = secrets.into_iter().map(|(key, value)| (key.to_owned(), SecretString::from(value))).collect();
    let account = profile.account(values, secrets, plan.clone()).map_err(|error| error.to_string())?;
    let listen = ListenSetup { pushes_per_second: 1_000_000, ..([127, 0, 0, 1], 0).into() };
    let setup = HubSetup {
        data_dir: folder.to_owned(),
        agents: vec![Agent { id: AgentId("Ana".into()), extension: Some("101".into()), lines: Vec::new() }],
        plan,
        line_names: BTreeMap::new(),
        accounts: vec![AccountSetup::new("pbx", Ok(System::from(account)))],
        listen: Some(listen),
        api_token: Some(SecretString::from(TOKEN)),
        ring_expires: Duration::from_secs(120),
        conversation_expires: Duration::from_secs(3600),
        waits: CallWaits::default(),
        call_back_within: BTreeMap::new(),
        recordings: ringcard_hub::recordings::Keeping::default(),
        keep_calls_days: None,
        customers: ringcard_hub::CustomerRules::default(),
    };
    Ok(Hub::start(setup, directory).await?)
}

/// Ana's desk; tells of every call whose number it reads for the first time.
async fn desk(address: SocketAddr) -> Result<Heard, Failure> {
    let stream = TcpStream::connect(address).await?;
    stream.set_nodelay(true)?;
    let (mut socket, _) = client_async(format!("ws://{address}/v1/desk"), stream).await?;
    let hello = DeskFrame::Hello { protocol: PROTOCOL, agent: AgentId("Ana".into()), token: TOKEN.to_owned() };
    socket.send(Message::text(serde_json::to_string(&hello)?)).await?;
    let welcome = timeout(PATIENCE, socket.next()).await?.ok_or("no welcome")??;
    let HubFrame::Welcome { .. } = serde_json::from_str(welcome.to_text()?)? else {
        return Err("something else came than a welcome".into());
    };
    let (tell, heard) = mpsc::unbounded_channel();
    tokio::spawn(async move {
        while let Some(Ok(message)) = socket.next().await {
            let at = Instant::now();
            let Some(frame) = message.to_text().ok().and_then(|text| serde_json::from_str(text).ok()) else { continue };
            if let HubFrame::Event { event: DeskEvent::Call { call }, .. } = frame
                && let Party::Outside(number) = &call.ani.0
                && tell.send((number.e164.clone(), at)).is_err()
            {
                return;
            }
        }
    });
    Ok(heard)
}

/// From the request until the desk has read the call; then the call is over.
async fn ring(pbx: &Pbx, heard: &mut Heard, n: usize) -> Result<Duration, Failure> {
    let number = format!("+3630{:07}", 1_000_000 + n);
    let url = |kind| format!("{}/{kind}?key={KEY}&caller=%2B{}&called=101&callid=ring-{n}", pbx.base, &number[1..]);
    let told = Instant::now();
    pbx.http.get(url("incoming")).send().await?.error_for_status()?;
    let read = loop {
        let (heard, at) = timeout(PATIENCE, heard.recv()).await?.ok_or("the desk is gone")?;
        if heard == number {
            break at;
        }
    };
    pbx.http.get(format!("{}&event=ended", url("event"))).send().await?.error_for_status()?;
    Ok(read.duration_since(told))
}

/// Sends the data of so many calls; how many were refused.
async fn backlog(pbx: Pbx, records: usize, goes_on: Arc<AtomicBool>) -> Result<usize, Failure> {
    let sending = (0..CONNECTIONS).map(|connection| {
        let pbx = pbx.clone();
        tokio::spawn(async move {
            let mut refused = 0;
            for n in (connection..records).step_by(CONNECTIONS) {
                let data = serde_json::json!({ "call": { "id": format!("1764412345.{n}"), "caller": format!("+3620{:07}", 1_000_000 + n % 5_000),
                    "called": "+3612345678", "extension": "101", "direction": "in", "disposition": "answered", "billsec": n % 600 } });
                let url = format!("{}/call-data?key={KEY}", pbx.base);
                let sent = pbx.http.post(url).json(&data).send().await?;
                refused += usize::from(!sent.status().is_success());
            }
            Ok::<usize, reqwest::Error>(refused)
        })
    });
    let mut refused = 0;
    for sent in join_all(sending).await {
        refused += sent??;
    }
    goes_on.store(false, SeqCst);
    Ok(refused)
}

/// A WAV of so many bytes.
fn wav(bytes: usize) -> Vec<u8> {
    let mut wav =
        b"RIFF\0\0\0\0WAVEfmt \x10\0\0\0\x01\0\x01\0\x40\x1f\0\0\x80\x3e\0\0\x02\0\x10\0data\0\0\0\0".to_vec();
    wav.resize(bytes, 7);
    wav
}

async fn send_recording(pbx: &Pbx, recording: &str, n: usize) -> Result<(), Failure> {
    let body = format!(
        r#"{{"call":{{"id":"recorded-{n}","caller":"+36301234567","called":"+3612345678","billsec":42,"recording":"{recording}"}}}}"#
    );
    let url = format!("{}/call-data?key={KEY}", pbx.base);
    let sent = pbx.http.post(url).header("content-type", "application/json").body(body).send().await?;
    sent.error_for_status()?;
    Ok(())
}
