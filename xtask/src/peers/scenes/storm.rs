//! Sixty calls, ten a second.

use super::Scene;
use crate::peers::{sip::Caller, story, world::World};
use std::{
    collections::{BTreeMap, BTreeSet},
    thread,
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

const CALLS: u32 = 60;
const APART: Duration = Duration::from_millis(100);
const RINGS: Duration = Duration::from_millis(500);
const TALKS: Duration = Duration::from_secs(2);
const MOST_CORE: f64 = 0.25;
const MOST_TO_DESK_MS: i64 = 5;

pub fn scenes() -> Vec<Scene> {
    vec![Scene {
        name: "storm: 60 calls, 10 a second",
        right: &[
            "60 calls, 60 of them right",
            "the hub took under a quarter of a core",
            "from the hub to the desk 5 ms at most, for 95 of 100 news",
        ],
        play: storm,
    }]
}

/// One call of the storm, as its phones know it.
struct Mine {
    theirs: String,
    answered: Option<Instant>,
}

fn storm(world: &mut World) -> Result<(), String> {
    let computed = world.hub.computed()?;
    let began = Instant::now();
    let rang = blow(world)?;
    let seconds = began.elapsed().as_secs_f64();
    let share = (world.hub.computed()? - computed).as_secs_f64() / seconds;
    // Everything that was told has arrived when nothing goes on any more.
    let end = Instant::now() + Duration::from_secs(15);
    while world.hub.get("/v1/calls?live=true")?["calls"].as_array().is_some_and(|calls| !calls.is_empty()) {
        if Instant::now() > end {
            return Err("calls of the storm still go on".to_owned());
        }
        thread::sleep(Duration::from_millis(50));
    }
    let calls = world.new_calls()?;
    let right: BTreeSet<String> = calls
        .iter()
        .filter(|call| story::of_call(call).ends_with("> +5716017001: ended, talked; 101 over"))
        .filter_map(|call| call["ani"]["e164"].as_str().map(str::to_owned))
        .collect();
    let (sent, cards) = delays(world, &rang);
    let sent_95 = percentile(&sent, 95);
    let is_cheap = share < MOST_CORE;
    let is_quick = sent_95 <= MOST_TO_DESK_MS;
    world.in_short = Some(vec![
        format!("{} calls, {} of them right", calls.len(), right.len()),
        match is_cheap {
            true => "the hub took under a quarter of a core".to_owned(),
            false => format!("the hub took {share:.2} of a core"),
        },
        match is_quick {
            true => "from the hub to the desk 5 ms at most, for 95 of 100 news".to_owned(),
            false => format!("from the hub to the desk {sent_95} ms for 95 of 100 news"),
        },
    ]);
    let numbers = [
        format!("storm: {CALLS} calls in {seconds:.1} s; the hub computed {:.0} % of a core", share * 100.0),
        format!(
            "hub's commit to the desk's socket, {} news: p50 {} ms, p95 {sent_95} ms, longest {} ms",
            sent.len(),
            percentile(&sent, 50),
            percentile(&sent, 100)
        ),
        format!(
            "phone rings to the desk's socket, {} calls: p50 {} ms, p95 {} ms, longest {} ms",
            cards.len(),
            percentile(&cards, 50),
            percentile(&cards, 95),
            percentile(&cards, 100)
        ),
    ];
    world.numbers.extend(numbers);
    Ok(())
}

/// Plays the calls; when each phone rang, by the caller's number.
fn blow(world: &World) -> Result<BTreeMap<String, SystemTime>, String> {
    let began = Instant::now();
    let (mut rang, mut calls, mut ringing) = (BTreeMap::new(), BTreeMap::new(), Vec::new());
    let mut begun = 0;
    while begun < CALLS || !calls.is_empty() {
        if began.elapsed() > Duration::from_secs(40) {
            return Err(format!("{} calls of the storm never ended at their phones", calls.len()));
        }
        if begun < CALLS && began.elapsed() >= APART * begun {
            let number = format!("+5730012{begun:05}");
            let theirs = world.carrier.call("5716017001", Caller::new(&number, ""))?;
            calls.insert(number, Mine { theirs, answered: None });
            begun += 1;
        }
        while let Some((call, at)) = world.p101.rings_now() {
            let shows = world.p101.shows(&call);
            let number = calls.keys().find(|number| shows.contains(&number[..])).cloned();
            let number = number.ok_or_else(|| format!("the phone shows {shows}"))?;
            rang.insert(number.clone(), at);
            ringing.push((Instant::now() + RINGS, call, number));
        }
        for (at, call, number) in std::mem::take(&mut ringing) {
            if Instant::now() < at {
                ringing.push((at, call, number));
                continue;
            }
            world.p101.answer(&call)?;
            if let Some(mine) = calls.get_mut(&number) {
                mine.answered = Some(Instant::now());
            }
        }
        let over: Vec<String> = calls
            .iter()
            .filter(|(_, mine)| mine.answered.is_some_and(|at| at.elapsed() >= TALKS))
            .map(|(number, _)| number.clone())
            .collect();
        for number in over {
            if let Some(mine) = calls.remove(&number) {
                world.carrier.hang_up(&mine.theirs)?;
            }
        }
        thread::sleep(Duration::from_millis(5));
    }
    Ok(rang)
}

/// In milliseconds, sorted: from the hub's own clock to the desk, for all news; from the phone's ring to the desk.
fn delays(world: &World, rang: &BTreeMap<String, SystemTime>) -> (Vec<i64>, Vec<i64>) {
    let (mut sent, mut cards) = (Vec::new(), Vec::new());
    for told in world.ana.told().into_values() {
        for news in &told {
            let at = news.at.duration_since(UNIX_EPOCH).map_or(0, |at| i64::try_from(at.as_millis()).unwrap_or(0));
            sent.extend(news.sent.map(|sent| at - sent));
        }
        if let Some(first) = told.first()
            && let Some(rang) = first.call["ani"]["e164"].as_str().and_then(|number| rang.get(number))
        {
            let card = first.at.duration_since(*rang).unwrap_or_default();
            cards.push(i64::try_from(card.as_millis()).unwrap_or(i64::MAX));
        }
    }
    sent.sort_unstable();
    cards.sort_unstable();
    (sent, cards)
}

fn percentile(sorted: &[i64], percent: usize) -> i64 {
    let last = sorted.len().saturating_sub(1);
    sorted.get((sorted.len() * percent / 100).min(last)).copied().unwrap_or(i64::MAX)
}
