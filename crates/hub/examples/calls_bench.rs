//! How soon a desk hears of what a telephone system tells, one call after another and in a storm.
//!
//! `cargo run --release -p ringcard-hub --example calls_bench [-- CALLS [CROWD]]`
//!
//! A hub with its files in a temporary folder listens to a simulated Asterisk by its WebSocket, and each of sixty agents has
//! a desk on the hub's. The time runs from the moment the simulator tells of a ring, an answer or an end until the desk has
//! read it off its socket: both lines, the fold of channels into a call, and the commit are in it. First CALLS calls one
//! after another, and where a CROWD is given the same again while so many others ring (at most 1,900: the hub follows 2,000);
//! then, ten in each second, as many as there are agents, each of which rings for a second and is spoken in
//! for two. Telephone system, hub and desks are one process, whose share of a processor is what all of them used. Prints a
//! line per finding and, last, all of them as JSON.

mod measures;

use futures_util::{SinkExt, StreamExt};
use measures::{at, millis};
use ringcard_connect::{Connector, NewAccount, asterisk::Asterisk};
use ringcard_core::{
    call::{AgentId, CallState},
    frame::{ConnectionState, DeskEvent, DeskFrame, HubFrame, PROTOCOL},
    number::{DialPlan, Party},
};
use ringcard_hub::{AccountSetup, Agent, CallWaits, Hub, HubSetup, directory::Directory};
use ringcard_sim::AsteriskSim;
use secrecy::SecretString;
use std::{
    collections::BTreeMap,
    error::Error,
    net::SocketAddr,
    ops::Range,
    path::Path,
    time::{Duration, Instant},
};
use tokio::{
    net::TcpStream,
    sync::mpsc,
    time::{interval, sleep, timeout},
};
use tokio_tungstenite::{client_async, tungstenite::Message};

type Failure = Box<dyn Error + Send + Sync>;

const AGENTS: usize = 60;
const TOKEN: &str = "a-token-for-the-bench";
const RINGS: Duration = Duration::from_secs(1);
const TALKS: Duration = Duration::from_secs(2);
const BETWEEN: Duration = Duration::from_millis(100);
const PATIENCE: Duration = Duration::from_secs(20);

/// What one desk read, and when.
struct Heard {
    number: String,
    state: CallState,
    at: Instant,
}

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let calls: usize = std::env::args().nth(1).map_or(Ok(300), |calls| calls.parse())?;
    let crowd: usize = std::env::args().nth(2).map_or(Ok(0), |crowd| crowd.parse())?;
    let _ = rustls::crypto::ring::default_provider().install_default();
    let folder = tempfile::tempdir()?;
    let phones: Vec<String> = (0..AGENTS).map(|n| (101 + n).to_string()).collect();
    let extensions: Vec<&str> = phones.iter().map(String::as_str).collect();
    let sim = AsteriskSim::start("ringcard", "s3cret", &extensions).await?;
    let hub = hub(folder.path(), &sim, &phones).await?;
    let address = hub.listening().as_ref().map_err(|_| "the hub does not listen")?.ok_or("the hub has no address")?;
    let (tell, mut heard) = mpsc::unbounded_channel();
    for phone in &phones {
        desk(address, phone, tell.clone()).await?;
    }

    let quiet = one_after_another(&sim, &mut heard, &phones, 0..calls).await?;
    println!("one after another: p50 {:.2} ms, p95 {:.2} ms", millis(at(&quiet, 0.5)), millis(at(&quiet, 0.95)));

    let mut crowded = Vec::new();
    if crowd > 0 {
        let others = (200_000..).take(crowd).map(number).collect::<Vec<_>>();
        for (n, other) in others.iter().enumerate() {
            let trunk = sim.calls_in(other, "", "+3612345678");
            sim.rings(&trunk, &phones[n % AGENTS]);
            until(&mut heard, other, &CallState::Ringing).await?;
        }
        crowded = one_after_another(&sim, &mut heard, &phones, 300_000..300_000 + calls).await?;
        println!(
            "the same while {crowd} others ring: p50 {:.2} ms, p95 {:.2} ms",
            millis(at(&crowded, 0.5)),
            millis(at(&crowded, 0.95))
        );
    }

    let (begun, used) = (Instant::now(), processor_seconds());
    let (mut storm, right) = storm(&sim, &mut heard, &phones).await?;
    let share = (processor_seconds() - used) / begun.elapsed().as_secs_f64();
    storm.sort_unstable();
    println!(
        "{AGENTS} calls at 10/s: {right} right, p50 {:.2} ms, p95 {:.2} ms, {share:.3} of a processor",
        millis(at(&storm, 0.5)),
        millis(at(&storm, 0.95))
    );
    println!(
        "{}",
        serde_json::json!({
            "calls": calls,
            "quiet_p50_ms": millis(at(&quiet, 0.5)),
            "quiet_p95_ms": millis(at(&quiet, 0.95)),
            "crowd": crowd,
            "crowd_p50_ms": if crowd > 0 { millis(at(&crowded, 0.5)) } else { 0.0 },
            "crowd_p95_ms": if crowd > 0 { millis(at(&crowded, 0.95)) } else { 0.0 },
            "storm_lost": AGENTS - right,
            "storm_p50_ms": millis(at(&storm, 0.5)),
            "storm_p95_ms": millis(at(&storm, 0.95)),
            "storm_max_ms": millis(at(&storm, 1.0)),
            "storm_processor": (share * 1000.0).round() / 1000.0,
        })
    );
    hub.shutdown().await;
    sim.shutdown().await;
    Ok(())
}

async fn hub(folder: &Path, sim: &AsteriskSim, phones: &[String]) -> Result<Hub, Failure> {
    let plan = DialPlan::new("HU")?;
    let directory = Directory::open(&folder.join("directory.db"), plan.clone())?;
    let agents = phones.iter().map(|phone| Agent {
        id: AgentId(format!("Agent {phone}")),
        extension: Some(phone.clone()),
        lines: Vec::new(),
    });
    let values = [("api_url", sim.ari_url()), ("user", "ringcard".to_owned())];
    let account = NewAccount {
        name: "office".to_owned(),
        values: values.into_iter().map(|(key, value)| (key.to_owned(), value.into())).collect(),
        secrets: BTreeMap::from([("password".to_owned(), SecretString::from("s3cret"))]),
        plan: plan.clone(),
    };
    let system = Asterisk.set_up(account).map_err(|error| error.to_string())?;
    let setup = HubSetup {
        data_dir: folder.to_owned(),
        agents: agents.collect(),
        plan,
        line_names: BTreeMap::new(),
        call_back_within: BTreeMap::new(),
        accounts: vec![AccountSetup::new("office", Ok(system))],
        listen: Some(([127, 0, 0, 1], 0).into()),
        api_token: Some(SecretString::from(TOKEN)),
        ring_expires: Duration::from_secs(120),
        conversation_expires: Duration::from_secs(3600),
        waits: CallWaits::default(),
        recordings: ringcard_hub::recordings::Keeping::default(),
        keep_calls_days: None,
        customers: ringcard_hub::CustomerRules::default(),
    };
    let hub = Hub::start(setup, directory).await?;
    let mut ticks = interval(Duration::from_millis(20));
    let listens = async {
        while !hub.connections().iter().any(|known| matches!(known.state, ConnectionState::Ready { .. })) {
            ticks.tick().await;
        }
    };
    timeout(PATIENCE, listens).await?;
    Ok(hub)
}

/// Signs in as this phone's agent, and tells what it reads from then on.
async fn desk(address: SocketAddr, phone: &str, tell: mpsc::UnboundedSender<Heard>) -> Result<(), Failure> {
    let stream = TcpStream::connect(address).await?;
    stream.set_nodelay(true)?;
    let (mut socket, _) = client_async(format!("ws://{address}/v1/desk"), stream).await?;
    let hello =
        DeskFrame::Hello { protocol: PROTOCOL, agent: AgentId(format!("Agent {phone}")), token: TOKEN.to_owned() };
    socket.send(Message::text(serde_json::to_string(&hello)?)).await?;
    let welcome = timeout(PATIENCE, socket.next()).await?.ok_or("no welcome")??;
    let HubFrame::Welcome { .. } = serde_json::from_str(welcome.to_text()?)? else {
        return Err("something else came than a welcome".into());
    };
    tokio::spawn(async move {
        while let Some(Ok(message)) = socket.next().await {
            let at = Instant::now();
            let Some(frame) = message.to_text().ok().and_then(|text| serde_json::from_str(text).ok()) else { continue };
            if let HubFrame::Event { event: DeskEvent::Call { call }, .. } = frame
                && let Party::Outside(number) = &call.ani.0
                && tell.send(Heard { number: number.e164.clone(), state: call.state.clone(), at }).is_err()
            {
                return;
            }
        }
    });
    Ok(())
}

/// How long each word of so many calls took, the shortest first.
async fn one_after_another(
    sim: &AsteriskSim,
    heard: &mut mpsc::UnboundedReceiver<Heard>,
    phones: &[String],
    calls: Range<usize>,
) -> Result<Vec<Duration>, Failure> {
    let mut took = Vec::new();
    for n in calls {
        took.extend(one_call(sim, heard, &phones[n % AGENTS], &number(n)).await?);
    }
    took.sort_unstable();
    Ok(took)
}

/// Rings, is answered and ends; how long each took.
async fn one_call(
    sim: &AsteriskSim,
    heard: &mut mpsc::UnboundedReceiver<Heard>,
    phone: &str,
    number: &str,
) -> Result<Vec<Duration>, Failure> {
    let trunk = sim.calls_in(number, "", "+3612345678");
    let mut told = Instant::now();
    let leg = sim.rings(&trunk, phone);
    let mut took = vec![until(heard, number, &CallState::Ringing).await? - told];
    told = Instant::now();
    sim.answers(&leg);
    took.push(until(heard, number, &CallState::Connected).await? - told);
    told = Instant::now();
    sim.hangs_up(&trunk, 16);
    sim.hangs_up(&leg, 16);
    took.push(until(heard, number, &CallState::Ended).await? - told);
    Ok(took)
}

async fn until(
    heard: &mut mpsc::UnboundedReceiver<Heard>,
    number: &str,
    state: &CallState,
) -> Result<Instant, Failure> {
    loop {
        let said = timeout(PATIENCE, heard.recv()).await?.ok_or("the desks are gone")?;
        if said.number == number && said.state == *state {
            return Ok(said.at);
        }
    }
}

/// How long each word of the storm's calls took, and of how many calls all three came.
async fn storm(
    sim: &AsteriskSim,
    heard: &mut mpsc::UnboundedReceiver<Heard>,
    phones: &[String],
) -> Result<(Vec<Duration>, usize), Failure> {
    let calls = phones.iter().enumerate().map(|(n, phone)| async move {
        sleep(BETWEEN * u32::try_from(n).unwrap_or(u32::MAX)).await;
        let number = number(100_000 + n);
        let trunk = sim.calls_in(&number, "", "+3612345678");
        let rang = Instant::now();
        let leg = sim.rings(&trunk, phone);
        sleep(RINGS).await;
        let answered = Instant::now();
        sim.answers(&leg);
        sleep(TALKS).await;
        let ended = Instant::now();
        sim.hangs_up(&trunk, 16);
        sim.hangs_up(&leg, 16);
        (number, [rang, answered, ended])
    });
    let told: BTreeMap<String, [Instant; 3]> = futures_util::future::join_all(calls).await.into_iter().collect();
    let mut first: BTreeMap<String, [Option<Instant>; 3]> = BTreeMap::new();
    let all_came = |first: &BTreeMap<String, [Option<Instant>; 3]>| {
        first.values().filter(|times| times.iter().all(Option::is_some)).count() == told.len()
    };
    while !all_came(&first) {
        let Ok(Some(said)) = timeout(PATIENCE, heard.recv()).await else { break };
        let place = match said.state {
            CallState::Ringing => 0,
            CallState::Connected => 1,
            CallState::Ended => 2,
            _ => continue,
        };
        first.entry(said.number).or_default()[place].get_or_insert(said.at);
    }
    let pairs = told.iter().filter_map(|(number, told)| Some((told, first.get(number)?)));
    let took: Vec<Duration> = pairs
        .flat_map(|(told, first)| {
            told.iter().zip(first).filter_map(|(told, came)| Some(came.as_ref()?.duration_since(*told)))
        })
        .collect();
    let right = first.values().filter(|times| times.iter().all(Option::is_some)).count();
    Ok((took, right))
}

fn number(n: usize) -> String {
    format!("+3630{:07}", 1_000_000 + n)
}

/// What this process used of a processor until now; zero where it cannot be read.
fn processor_seconds() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    // After the name, which may hold anything: user and system time are the 12th and 13th, in hundredths.
    let after = stat.rsplit_once(") ").map_or("", |(_, after)| after);
    let hundredths: f64 = after.split(' ').skip(11).take(2).filter_map(|ticks| ticks.parse::<f64>().ok()).sum();
    hundredths / 100.0
}
