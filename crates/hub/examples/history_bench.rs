//! How the call list does with a million calls: every filter, for everybody and for one agent, from the newest call and from
//! the middle of the list; and calls that are looked for by every wish there is, and by words.
//!
//! `cargo run --release -p ringcard-hub --example history_bench [-- CALLS [FOLDER]]`
//!
//! The calls are put into the file at once, as a year of them would stand there; what is measured are the questions that
//! desks and REST ask. Prints a line per filter and, last, all of them as JSON. Without FOLDER everything is in a temporary
//! one and gone afterwards.

use ringcard_core::{
    Timestamp,
    call::{AgentId, Call, CallId, CallState, Course, Direction},
    customer::CustomerId,
    frame::{CallEnd, CallFilter, CallSearch},
    number::{Ani, Dnis, Number, Party},
};
use ringcard_hub::history::{History, Wanted};
use rusqlite::{Connection, params};
use std::{
    collections::BTreeMap,
    error::Error,
    path::Path,
    time::{Duration, Instant},
};

type Failure = Box<dyn Error>;

const AGENTS: usize = 50;
/// Going on at the end.
const LIVE: usize = 200;
const ASKED: usize = 400;
const PAGE: u32 = 50;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Failure> {
    let mut arguments = std::env::args().skip(1);
    let calls: usize = arguments.next().map_or(Ok(1_000_000), |calls| calls.parse())?;
    let temporary = tempfile::tempdir()?;
    let folder = arguments.next().map_or_else(|| temporary.path().to_owned(), Into::into);
    std::fs::create_dir_all(&folder)?;
    let path = folder.join("calls.db");
    History::open(&path)?.close().await;
    let began = Instant::now();
    let middle = fill(&path, calls)?;
    println!("{calls} calls in {:.1} s, {} MiB", began.elapsed().as_secs_f64(), path.metadata()?.len() >> 20);

    let began = Instant::now();
    let history = History::open(&path)?;
    let open = began.elapsed();
    let mut found = serde_json::Map::new();
    found.insert("open_ms".into(), millis(open).into());
    let everybody = [("all", "000"), ("missed", "100"), ("live", "001")];
    let agents = [
        ("agent_all", "000"),
        ("agent_missed", "100"),
        ("agent_mine", "010"),
        ("agent_mine_missed", "110"),
        ("agent_live", "001"),
    ];
    let asked = everybody.map(|asked| (asked, false)).into_iter().chain(agents.map(|asked| (asked, true)));
    for ((name, bits), is_agents) in asked {
        let is = |place: usize| bits.as_bytes().get(place) == Some(&b'1');
        let filter = CallFilter { missed: is(0), mine: is(1), live: is(2) };
        let mut waits = Vec::with_capacity(ASKED);
        for n in 0..ASKED {
            // One agent of all, and at last one to whom next to nothing belongs.
            let agent = is_agents.then(|| agent(n % (AGENTS + 1)));
            let before = (n % 2 == 1).then(|| middle.clone());
            let began = Instant::now();
            history.calls(agent, filter, before, PAGE).await?;
            waits.push(began.elapsed());
        }
        waits.sort();
        let at = |percent: usize| millis(waits[(waits.len() - 1) * percent / 100]);
        println!("{name}: p50 {:.2} ms, p95 {:.2} ms, longest {:.2} ms", at(50), at(95), at(100));
        found.insert(format!("{name}_p50_ms"), at(50).into());
        found.insert(format!("{name}_p95_ms"), at(95).into());
    }
    let mut waits = Vec::with_capacity(ASKED);
    for n in 0..ASKED {
        let began = Instant::now();
        history.missed(agent(n % AGENTS)).await?;
        waits.push(began.elapsed());
    }
    waits.sort();
    found.insert("missed_count_p95_ms".into(), millis(waits[(waits.len() - 1) * 95 / 100]).into());
    for (name, wish) in wishes(calls) {
        let mut waits = Vec::with_capacity(ASKED);
        for n in 0..ASKED {
            let before = (n % 2 == 1).then(|| middle.clone());
            let began = Instant::now();
            history.find_calls(Wanted { before, limit: PAGE, ..wish(n) }).await?;
            waits.push(began.elapsed());
        }
        waits.sort();
        let at = |percent: usize| millis(waits[(waits.len() - 1) * percent / 100]);
        println!("find {name}: p50 {:.2} ms, p95 {:.2} ms, longest {:.2} ms", at(50), at(95), at(100));
        found.insert(format!("find_{name}_p95_ms"), at(95).into());
    }
    history.close().await;
    println!("{}", serde_json::Value::from(found));
    Ok(())
}

type Wish = Box<dyn Fn(usize) -> Wanted>;

/// What is looked for, by name; the number varies it.
fn wishes(calls: usize) -> Vec<(&'static str, Wish)> {
    let all = CallSearch::default;
    let of = |search: CallSearch| Wanted { search, ..Wanted::default() };
    let day = move |n: usize| {
        let from = 1_700_000_000_000 + i64::try_from(n * calls / ASKED).unwrap_or_default() * 30_000;
        CallSearch { from: Some(Timestamp(from)), to: Some(Timestamp(from + 86_400_000)), ..all() }
    };
    let text = move |text: String| of(CallSearch { text, ..all() });
    vec![
        ("day", Box::new(move |n| of(day(n)))),
        ("agent", Box::new(move |n| Wanted { agent: Some(agent(n % (AGENTS + 1))), ..Wanted::default() })),
        ("agent_of_a_day", Box::new(move |n| Wanted { agent: Some(agent(n % (AGENTS + 1))), ..of(day(n)) })),
        ("number", Box::new(|n| Wanted { number: Some(format!("+3630{:07}", n * 997)), ..Wanted::default() })),
        ("customer", Box::new(move |n| of(CallSearch { customer: Some(CustomerId(format!("k{n}"))), ..all() }))),
        ("line", Box::new(move |_| of(CallSearch { line: Some("Sales".into()), ..all() }))),
        ("queue", Box::new(move |n| of(CallSearch { queue: Some(format!("queue {}", n % 20)), ..all() }))),
        ("outbound", Box::new(move |_| of(CallSearch { direction: Some(Direction::Outbound), ..all() }))),
        ("missed", Box::new(move |_| of(CallSearch { ended: Some(CallEnd::Missed), ..all() }))),
        ("code", Box::new(move |n| of(CallSearch { code: Some(format!("{:03}", n % 40)), ..all() }))),
        ("not_coded", Box::new(move |_| of(CallSearch { coded: Some(false), ..all() }))),
        ("recorded", Box::new(move |_| of(CallSearch { recorded: Some(true), ..all() }))),
        (
            "agent_recorded_in_queue",
            Box::new(move |n| {
                let search = CallSearch { recorded: Some(true), queue: Some(format!("queue {}", n % 20)), ..all() };
                Wanted { agent: Some(agent(n % (AGENTS + 1))), ..of(search) }
            }),
        ),
        ("text_common", Box::new(move |_| text("kiss".into()))),
        ("text_two_words", Box::new(move |n| text(format!("kiss comment{}", n % 1000)))),
        ("text_rare", Box::new(move |n| text(format!("invoice{}", n * 1009)))),
        ("text_of_an_agent", Box::new(move |n| Wanted { agent: Some(agent(n % (AGENTS + 1))), ..text("anna".into()) })),
    ]
}

fn millis(wait: Duration) -> f64 {
    wait.as_secs_f64() * 1_000.0
}

fn agent(n: usize) -> AgentId {
    AgentId(format!("Agent {n:02}"))
}

/// Calls that rang for two agents each: most were answered, some missed, the last go on. The last agent heard a
/// twentieth of them ring, missed none and took none. Answers the id in the middle.
fn fill(path: &Path, calls: usize) -> Result<CallId, Failure> {
    let mut ids: Vec<CallId> = (0..calls).map(|_| CallId::new()).collect();
    ids.sort();
    let middle = ids[calls / 2].clone();
    let mut connection = Connection::open(path)?;
    connection.pragma_update(None, "synchronous", "OFF")?;
    connection.pragma_update(None, "cache_size", -256 * 1024)?;
    let step = connection.transaction()?;
    let mut put_call = step.prepare(
        "INSERT INTO call (id, account, external_id, number_key, direction, state, over, started_at, customer_name, call,
            customer_id, code, recorded)
         VALUES (?1, 'pbx', ?2, ?3, 'inbound', ?4, ?5, ?6, 'Kiss Anna', ?7, ?8, ?9, ?10)",
    )?;
    let mut put_agent = step
        .prepare("INSERT INTO call_agent (agent, call_id, missed, seen, mine, at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)")?;
    let mut put_step = step.prepare("INSERT INTO step (call_id, n, at, event) VALUES (?1, ?2, ?3, ?4)")?;
    let mut put_n = step.prepare("INSERT INTO call_n (n, call_id) VALUES (?1, ?2)")?;
    let mut put_words = step.prepare("INSERT INTO call_text (rowid, words) VALUES (?1, ?2)")?;
    for (n, id) in ids.into_iter().enumerate() {
        let at = Timestamp(1_700_000_000_000 + i64::try_from(n)? * 30_000);
        let (state, word) = match n {
            _ if n + LIVE >= calls => (CallState::Ringing, "ringing"),
            _ if n % 7 == 0 => (CallState::Missed, "missed"),
            _ => (CallState::Ended, "ended"),
        };
        let mut rings = vec![n % AGENTS, (n / AGENTS + n) % AGENTS];
        rings.dedup();
        if n % 20 == 1 && word == "ended" {
            rings.push(AGENTS);
        }
        let e164 = format!("+3630{:07}", n % 9_000_000);
        let call = Call {
            id,
            direction: Direction::Inbound,
            account: "pbx".into(),
            external_id: Some(n.to_string()),
            ani: Ani(Party::Outside(Number { e164: e164.clone(), extension: None })),
            dnis: Dnis(Party::Internal { digits: "101".into() }),
            line: Some("Sales".into()),
            agents: rings.iter().map(|n| agent(*n)).collect(),
            extension: Some("101".into()),
            connected_at: (word == "ended").then(|| at.after(Duration::from_secs(8))),
            ended_at: state.is_over().then(|| at.after(Duration::from_secs(200))),
            state,
            started_at: at,
            controls: None,
            course: Course { queue: (n % 3 == 0).then(|| format!("queue {}", n / 3 % 20)), ..Course::default() },
            privacy: None,
            extra: BTreeMap::new(),
        };
        let json = serde_json::to_string(&call)?;
        let code = (word == "ended" && n % 10 != 0).then(|| format!("{:03}", n % 40));
        let customer = format!("k{}", n % 100_000);
        let recorded = word == "ended" && n % 4 == 0;
        put_call.execute(params![
            call.id.0,
            n.to_string(),
            e164,
            word,
            call.state.is_over(),
            at.0,
            json,
            customer,
            code,
            recorded
        ])?;
        put_n.execute(params![i64::try_from(n)?, call.id.0])?;
        put_words.execute(params![i64::try_from(n)?, format!("Kiss Anna\nasks for invoice{n} comment{}", n % 1000)])?;
        for (place, who) in rings.into_iter().enumerate() {
            let is_missed = word == "missed";
            let is_mine = word == "ended" && place == 0;
            // The oldest have been looked at.
            let is_seen = is_missed && n + 20_000 < calls;
            put_agent.execute(params![agent(who).0, call.id.0, is_missed, is_seen, is_mine, at.0])?;
        }
        for place in 0..2 {
            put_step.execute(params![call.id.0, place, at.0, r#"{"kind":"customer_ringing"}"#])?;
        }
    }
    drop((put_call, put_agent, put_step, put_n, put_words));
    step.commit()?;
    Ok(middle)
}
