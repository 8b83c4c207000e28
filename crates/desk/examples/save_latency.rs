//! How long an agent waits for *saved*: from the click to the news that the outcome is on the disk. The last line is
//! JSON.
//!
//! `cargo run --release -p ringcard-desk --example save_latency [calls] [folder] [marks]`
//!
//! With `marks` it says on stderr when it begins to wait and when it was told that it is saved, so that whoever traces it
//! can count what happened between.

use ringcard_core::{
    Timestamp,
    call::{AgentId, Call, CallId, CallState, Direction},
    codes::{TreeCode, TreeSettings},
    customer::{Card, Lookup},
    number::{Ani, DialPlan, Dnis, Party},
    wrap_up::WrapUpSettings,
};
use ringcard_desk::{
    keep::{KeepNews, Keeper},
    wrap_up::{CallAtDesk, CallCoding, Finish, WrapUpDraft, WrapUps},
};
use std::{
    collections::BTreeMap,
    error::Error,
    path::PathBuf,
    time::{Duration, Instant},
};

/// Letters typed before each save.
const LETTERS: usize = 40;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let calls: usize = arguments.next().map_or(Ok(500), |count| count.parse())?;
    let folder = arguments.next().map_or_else(std::env::temp_dir, PathBuf::from);
    let marks = arguments.next().is_some_and(|word| word == "marks");
    let path = folder.join(format!("save-latency-{}.db", std::process::id()));
    let (keeper, _, mut news) = Keeper::open(&path)?;
    let code = TreeCode { code: "sold".into(), ..TreeCode::default() };
    let codes = vec![TreeSettings { codes: vec![code], ..TreeSettings::default() }];
    let mut wrap_ups = WrapUps::new(WrapUpSettings { codes, ..WrapUpSettings::default() }, DialPlan::new("HU")?);
    let mut waits = Vec::with_capacity(calls);
    let began = Instant::now();
    for _ in 0..calls {
        let id = CallId::new();
        let mut keeps = wrap_ups.call_ended(ended(&id), Timestamp::now());
        for letters in 1..=LETTERS {
            let revision = u64::try_from(letters)?;
            let typed = WrapUpDraft {
                revision,
                code: Some("sold".into()),
                comment: "x".repeat(letters),
                ..WrapUpDraft::default()
            };
            keeps.extend(wrap_ups.draft(&id, typed, Timestamp::now())?);
            for keep in keeps.drain(..) {
                keeper.keep(keep).map_err(|news| format!("{news:?}"))?;
            }
        }
        let Finish::Keep(save) = wrap_ups.finish(&id, Timestamp::now()) else { return Err("not finished".into()) };
        if marks {
            // The call's own record was on the disk long before a person clicks.
            loop {
                let heard = news.blocking_recv().ok_or("the keeper ended")?;
                wrap_ups.hear(&heard, Timestamp::now());
                if matches!(heard, KeepNews::WrapUp { .. }) {
                    break;
                }
            }
            eprintln!("saving");
        }
        let clicked = Instant::now();
        keeper.keep(*save).map_err(|news| format!("{news:?}"))?;
        loop {
            let heard = news.blocking_recv().ok_or("the keeper ended")?;
            wrap_ups.hear(&heard, Timestamp::now());
            match heard {
                KeepNews::Submit { result: Ok(_), .. } => break,
                KeepNews::Submit { result: Err(failure), .. } => return Err(failure.into()),
                _ => {}
            }
        }
        waits.push(clicked.elapsed());
        if marks {
            eprintln!("saved");
        }
    }
    let took = began.elapsed();
    keeper.close(news);
    waits.sort();
    let at = |percent: usize| waits.get(waits.len() * percent / 100).or(waits.last()).copied().unwrap_or_default();
    println!(
        "{calls} calls, {LETTERS} letters each: saved after p50 {:.1} ms, p95 {:.1} ms, longest {:.1} ms; {:.0} calls/s",
        millis(at(50)),
        millis(at(95)),
        millis(at(100)),
        calls as f64 / took.as_secs_f64()
    );
    for tail in ["", "-wal"] {
        let _ = std::fs::remove_file(format!("{}{tail}", path.display()));
    }
    let found = serde_json::json!({ "save_p50_ms": millis(at(50)), "save_p95_ms": millis(at(95)) });
    println!("{found}");
    Ok(())
}

fn millis(wait: Duration) -> f64 {
    wait.as_secs_f64() * 1_000.0
}

fn ended(id: &CallId) -> CallAtDesk {
    let now = Timestamp::now();
    CallAtDesk {
        call: Call {
            id: id.clone(),
            direction: Direction::Inbound,
            account: "wolkvox".into(),
            external_id: None,
            ani: Ani(Party::Hidden),
            dnis: Dnis(Party::Internal { digits: "101".into() }),
            line: None,
            agents: vec![AgentId("Ana".into())],
            extension: None,
            state: CallState::Ended,
            started_at: now,
            connected_at: Some(now),
            ended_at: Some(now),
            controls: None,
            course: ringcard_core::call::Course::default(),
            privacy: None,
            extra: BTreeMap::new(),
        },
        card: Card {
            version: 1,
            lookup: Lookup::NotAsked,
            earlier: Vec::new(),
            set_aside: Vec::new(),
            notes: Vec::new(),
            recorded: false,
            parts: Vec::new(),
        },
        agent: AgentId("Ana".into()),
        records: Vec::new(),
        records_unknown: false,
        coding: Some(CallCoding { account: "wolkvox".into(), agent_id: "9".into(), until: None }),
    }
}
