//! A busy ten minutes against an account whose limits others use, too, in real time.
//!
//! `cargo run --release -p ringcard-hub --example limits_bench [-- CALLS]`
//!
//! A hub with its files in a temporary folder, and a simulated CRM that takes 400 requests a minute, of which another
//! program uses half; half is ours by the settings. The day has room for all of them: what waits for the next one would not
//! end here. Every 300 ms a call rings and ends unanswered, which makes a ticket each; one in twenty calls for the first
//! time, and then again and again. Each call's look-up is timed from its push until a desk has read what the CRM says of
//! the caller. Then it is waited for that every call is filed. Prints a line per minute and, last, all findings as JSON.

mod measures;

use measures::{at, millis};
use ringcard_connect::{NewAccount, Registry, System, profile::builtin_profiles};
use ringcard_core::{
    call::{AgentId, CallId},
    customer::{CardPart, PartState, WhyKept},
    frame::{DeskEvent, DeskFrame, HubFrame, PROTOCOL},
    number::{DialPlan, Party},
};
use ringcard_hub::{AccountSetup, Agent, CallWaits, Hub, HubSetup, Link, directory::Directory};
use ringcard_sim::zendesk::{Limits, User, ZendeskConfig, ZendeskSim};
use secrecy::SecretString;
use std::{
    collections::{BTreeMap, HashMap},
    error::Error,
    path::Path,
    time::{Duration, Instant},
};
use tokio::{
    sync::mpsc,
    task::JoinSet,
    time::{MissedTickBehavior, interval, sleep, timeout},
};

type Failure = Box<dyn Error + Send + Sync>;

const AGENTS: usize = 60;
/// One call in so many is somebody's first; the others are known already.
const NEW_IN: usize = 20;
const RINGS: Duration = Duration::from_secs(3);
const EVERY: Duration = Duration::from_millis(300);
const PER_MINUTE: u32 = 400;
/// A day that is used up, and goes on with the next, is tested in virtual time.
const PER_DAY: u32 = 10_000;
const SECRET: &str = "a-secret-for-the-bench";
const PATIENCE: Duration = Duration::from_secs(20);
/// The queue has to drain within so long after the last call.
const DRAINS_WITHIN: Duration = Duration::from_secs(15 * 60);

/// What a desk read of a call: what the CRM says of the caller, or that it does not.
struct Told {
    call: CallId,
    number: String,
    part: CardPart,
    at: Instant,
}

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let calls: usize = std::env::args().nth(1).map_or(Ok(2_000), |calls| calls.parse())?;
    let _ = rustls::crypto::ring::default_provider().install_default();
    let folder = tempfile::tempdir()?;
    let crm = crm(calls).await?;
    let hub = hub(folder.path(), &crm).await?;
    let address = hub.listening().as_ref().map_err(|_| "the hub does not listen")?.ok_or("the hub has no address")?;
    let base = format!("http://{address}");
    let (tell, told) = mpsc::unbounded_channel();
    for n in 0..AGENTS {
        desk(hub.connect(AgentId(agent(n))), agent(n), tell.clone()).await?;
    }
    let began = Instant::now();
    let pushed = ring(&base, &crm, calls).await?;
    let ended = Instant::now();
    let drained = drained(&crm, calls).await;
    let look_ups = look_ups(pushed, told);
    let (lost, doubled) = filed(&crm, calls);
    let traffic = crm.traffic();
    let percent = 100.0 * count(traffic.refused) / count(traffic.requests).max(1.0);
    println!(
        "{}",
        serde_json::json!({
            "calls": calls,
            "minutes": (ended - began).as_secs_f64() / 60.0,
            "requests": traffic.requests,
            "requests_per_1000": (count(traffic.requests) * 1_000.0 / calls as f64).round(),
            "refused": traffic.refused + traffic.refused_by_endpoint,
            "refused_percent": (percent * 100.0).round() / 100.0,
            "most_per_minute": traffic.most_per_minute,
            "look_ups": look_ups.took.len(),
            "look_up_p95_ms": millis(at(&look_ups.took, 0.95)),
            "look_up_max_ms": millis(at(&look_ups.took, 1.0)),
            "look_ups_unanswered": look_ups.unanswered,
            "drained_after_s": drained.map_or(DRAINS_WITHIN.as_secs_f64(), |drained| (drained - ended).as_secs_f64()),
            "lost": lost,
            "doubled": doubled,
        })
    );
    hub.shutdown().await;
    crm.shutdown().await;
    Ok(())
}

fn count(requests: u64) -> f64 {
    requests as f64
}

fn agent(n: usize) -> String {
    format!("Agent {n}")
}

fn number(caller: usize) -> String {
    format!("+3630{:07}", 2_000_000 + caller)
}

/// Who calls: somebody new, or one of those who did before.
fn caller(call: usize) -> usize {
    let newest = call / NEW_IN;
    if call.is_multiple_of(NEW_IN) { newest } else { call * 7_919 % (newest + 1) }
}

async fn crm(calls: usize) -> Result<ZendeskSim, Failure> {
    let limits = Limits {
        per_minute: PER_MINUTE,
        per_day: Some(PER_DAY),
        others_per_minute: PER_MINUTE / 2,
        others_per_day: PER_DAY / 2,
        ..Limits::default()
    };
    let config = ZendeskConfig {
        api_token: SECRET.to_owned(),
        answer_time: Duration::from_millis(200),
        job_takes: Duration::from_secs(2),
        limits,
        ..ZendeskConfig::default()
    };
    let crm = ZendeskSim::start(config).await?;
    for caller in 0..calls.div_ceil(NEW_IN) {
        let (name, phone) = (format!("Customer {caller}"), Some(number(caller)));
        crm.add_user(User { name, phone, ..User::default() });
    }
    Ok(crm)
}

fn system(crm: &ZendeskSim, plan: &DialPlan) -> Result<System, Failure> {
    let (base, email) = (crm.base_url(), crm.config().email);
    let (minute, day) = (PER_MINUTE.to_string(), PER_DAY.to_string());
    let values = [
        ("api_url", base.as_str()),
        ("email", email.as_str()),
        ("per_minute", minute.as_str()),
        ("per_day", day.as_str()),
        ("share_percent", "50"),
        ("reserved_percent", "20"),
        ("spread_hours", "no"),
        ("fresh_minutes", "60"),
    ];
    let account = NewAccount {
        name: "crm".to_owned(),
        values: values.into_iter().map(|(key, value)| (key.to_owned(), value.into())).collect(),
        secrets: BTreeMap::from([("api_token".to_owned(), SecretString::from(SECRET))]),
        plan: plan.clone(),
    };
    let registry = Registry::builtin();
    let connector = registry.find("zendesk").ok_or("there is no such connector")?;
    Ok(connector.set_up(account).map_err(|error| error.to_string())?)
}

async fn hub(folder: &Path, crm: &ZendeskSim) -> Result<Hub, Failure> {
    let plan = DialPlan::new("HU")?;
    let directory = Directory::open(&folder.join("directory.db"), plan.clone())?;
    let profiles = builtin_profiles();
    let profile = profiles.iter().find(|profile| profile.id() == "vipex").ok_or("there is no such profile")?;
    let values = [("api_url", "http://127.0.0.1:9/api"), ("user", "bench")];
    let values = values.into_iter().map(|(key, value)| (key.to_owned(), value.into())).collect();
    let secrets = ["password", "push_key"].map(|key| (key.to_owned(), SecretString::from(SECRET)));
    let pbx = profile.account(values, secrets.into(), plan.clone()).map_err(|error| error.to_string())?;
    let agents =
        (0..AGENTS).map(|n| Agent { id: AgentId(agent(n)), extension: Some((101 + n).to_string()), lines: Vec::new() });
    let setup = HubSetup {
        data_dir: folder.to_owned(),
        agents: agents.collect(),
        plan: plan.clone(),
        line_names: BTreeMap::new(),
        call_back_within: BTreeMap::new(),
        accounts: vec![
            AccountSetup::new("pbx", Ok(System::from(pbx))),
            AccountSetup::new("crm", Ok(system(crm, &plan)?)),
        ],
        listen: Some(([127, 0, 0, 1], 0).into()),
        api_token: Some(SecretString::from(SECRET)),
        ring_expires: Duration::from_secs(120),
        conversation_expires: Duration::from_secs(3600),
        waits: CallWaits {
            next_ring: Duration::from_secs(1),
            log_after: Duration::from_secs(1),
            ..CallWaits::default()
        },
        recordings: ringcard_hub::recordings::Keeping::default(),
        keep_calls_days: None,
        customers: ringcard_hub::CustomerRules::default(),
    };
    Ok(Hub::start(setup, directory).await?)
}

/// An agent's desk, which tells of every card on which the CRM has said something.
async fn desk(mut link: Link, agent: String, tell: mpsc::UnboundedSender<Told>) -> Result<(), Failure> {
    let hello = DeskFrame::Hello { protocol: PROTOCOL, agent: AgentId(agent), token: String::new() };
    link.to_hub.send(hello).await.map_err(|_| "the hub does not listen")?;
    let welcome = timeout(PATIENCE, link.from_hub.recv()).await?;
    let Some(HubFrame::Welcome { .. }) = welcome else { return Err("something else came than a welcome".into()) };
    tokio::spawn(async move {
        // What is sent to the hub is nothing more, and the link has to stay.
        let _to_hub = link.to_hub;
        let mut numbers: HashMap<CallId, String> = HashMap::new();
        while let Some(frame) = link.from_hub.recv().await {
            let at = Instant::now();
            match frame {
                HubFrame::Event { event: DeskEvent::Call { call }, .. } => {
                    if let Party::Outside(number) = call.customer() {
                        numbers.insert(call.id.clone(), number.e164.clone());
                    }
                }
                HubFrame::Event { event: DeskEvent::Card { call_id, card }, .. } => {
                    let part = card.parts.into_iter().find(|part| part.source == "crm");
                    let said = part.filter(|part| !matches!(part.state, PartState::Asking));
                    let (Some(part), Some(number)) = (said, numbers.get(&call_id)) else { continue };
                    let _ = tell.send(Told { call: call_id, number: number.clone(), part, at });
                }
                _ => {}
            }
        }
    });
    Ok(())
}

/// Rings and ends so many calls; when each caller was pushed, in order.
async fn ring(base: &str, crm: &ZendeskSim, calls: usize) -> Result<HashMap<String, Vec<Instant>>, Failure> {
    let http = reqwest::Client::builder().no_proxy().build()?;
    let mut pushed: HashMap<String, Vec<Instant>> = HashMap::new();
    let mut ringing = JoinSet::new();
    let mut ticks = interval(EVERY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Burst);
    for n in 0..calls {
        ticks.tick().await;
        let (caller, call) = (number(caller(n)), format!("bench-{n}"));
        pushed.entry(caller.clone()).or_default().push(Instant::now());
        let extension = (101 + n % AGENTS).to_string();
        let ring = [("caller", caller.as_str()), ("called", "+3612345678"), ("extension", extension.as_str())];
        push(&http, base, "incoming", &call, &ring).await?;
        let (http, base) = (http.clone(), base.to_owned());
        ringing.spawn(async move {
            sleep(RINGS).await;
            push(&http, &base, "event", &call, &[("event", "ended")]).await
        });
        if n % 200 == 199 {
            println!("{} calls, {} tickets, {:?}", n + 1, crm.tickets().len(), crm.traffic());
        }
    }
    while let Some(ended) = ringing.join_next().await {
        ended??;
    }
    Ok(pushed)
}

async fn push(
    http: &reqwest::Client,
    base: &str,
    kind: &str,
    call: &str,
    fields: &[(&str, &str)],
) -> Result<(), Failure> {
    let all = [&[("key", SECRET), ("callid", call)], fields].concat();
    http.post(format!("{base}/in/pbx/{kind}")).form(&all).send().await?.error_for_status()?;
    Ok(())
}

/// When every call had its ticket; absent: not in time.
async fn drained(crm: &ZendeskSim, calls: usize) -> Option<Instant> {
    let mut ticks = interval(Duration::from_secs(1));
    let all_are_there = async {
        while crm.tickets().into_iter().filter(|ticket| ticket.external_id.is_some()).count() < calls {
            ticks.tick().await;
        }
        Instant::now()
    };
    timeout(DRAINS_WITHIN, all_are_there).await.ok()
}

struct LookUps {
    /// Of those that asked the CRM, the shortest first.
    took: Vec<Duration>,
    unanswered: usize,
}

fn look_ups(pushed: HashMap<String, Vec<Instant>>, mut told: mpsc::UnboundedReceiver<Told>) -> LookUps {
    let mut first: HashMap<CallId, Told> = HashMap::new();
    while let Ok(one) = told.try_recv() {
        first.entry(one.call.clone()).or_insert(one);
    }
    let (mut took, mut unanswered) = (Vec::new(), 0);
    for one in first.into_values() {
        match one.part.state {
            PartState::Here { kept: Some(WhyKept::Fresh), .. } => {}
            PartState::NoAnswer { .. } => unanswered += 1,
            _ => {
                let of_caller = pushed.get(&one.number).into_iter().flatten();
                let began = of_caller.filter(|began| **began <= one.at).max();
                took.extend(began.map(|began| one.at - *began));
            }
        }
    }
    took.sort_unstable();
    LookUps { took, unanswered }
}

/// How many calls have no ticket, and how many have more than one.
fn filed(crm: &ZendeskSim, calls: usize) -> (usize, usize) {
    let mut tickets: HashMap<String, usize> = HashMap::new();
    for key in crm.tickets().into_iter().filter_map(|ticket| ticket.external_id) {
        *tickets.entry(key).or_default() += 1;
    }
    (calls.saturating_sub(tickets.len()), tickets.values().filter(|many| **many > 1).count())
}
