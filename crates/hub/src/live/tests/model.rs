//! Calls of a telephone system that tells of legs, told in any order, more than once, in part, and over a kill.

use super::*;
use crate::live::as_seen_by;
use proptest::prelude::*;
use ringcard_core::{
    Timestamp,
    call::{Call, CallId, Direction},
    leg::{Cause, LegEvent, LegNews, LegSide},
};

const AGENTS: [(&str, &str); 4] = [("Ana", "101"), ("Béla", "102"), ("Cili", "103"), ("Dani", "104")];

/// A word: the second at which it happened, and of which leg.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Word {
    at: u64,
    side: LegSide,
    event: LegEvent,
    /// Of an agent's leg: which, and of which agent.
    leg: usize,
    agent: usize,
    q850: Option<u16>,
}

impl Word {
    fn begins(&self) -> bool {
        matches!(self.event, LegEvent::Rings | LegEvent::Answered)
    }

    fn push(&self, begun: Timestamp, direction: Direction) -> Push {
        let (leg_id, extension) = match self.side {
            LegSide::Agent => (format!("leg {}", self.leg), Some(AGENTS[self.agent].1.to_owned())),
            _ => ("customer".to_owned(), None),
        };
        let news = LegNews {
            side: self.side,
            event: self.event,
            leg_id: Some(leg_id),
            extension,
            cause: Cause { q850: self.q850, sip: None },
            at: Some(begun.after(Duration::from_secs(self.at))),
        };
        let customer = plan().read_ani(Some("+36301234567"));
        let (ani, dnis) = match direction {
            Direction::Inbound => (customer, plan().read_dnis(Some("0612345678"))),
            Direction::Outbound => (plan().read_ani(Some("0612345678")), plan().read_dnis(Some("+36301234567"))),
        };
        let (direction, leg) = (Some(direction), Some(news));
        Push { kind: PushKind::Event, direction, leg, ani, dnis, ..ring("", Some("call")) }
    }
}

/// Each rings, may be picked up, and may end before the call does; legs of the same agent are devices, or rings after a
/// transfer. The last word is the customer's end.
fn words() -> impl Strategy<Value = Vec<Word>> {
    let after = |most: u64| proptest::option::of(1..most);
    let cause = prop_oneof![Just(None), Just(Some(16)), Just(Some(17)), Just(Some(19)), Just(Some(21)), Just(Some(26))];
    let leg = (0..AGENTS.len(), 1..30_u64, after(20), after(40), cause);
    (proptest::collection::vec(leg, 0..6), 1..20_u64).prop_map(|(legs, answers)| {
        let word = |at, side, event| Word { at, side, event, leg: 0, agent: 0, q850: None };
        let mut words = vec![
            word(0, LegSide::Customer, LegEvent::Rings),
            word(answers, LegSide::Customer, LegEvent::Answered),
            Word { q850: Some(16), ..word(95, LegSide::Customer, LegEvent::Ended) },
        ];
        for (leg, (agent, rings, talks_after, lasts, q850)) in legs.into_iter().enumerate() {
            let of_leg = |at, event| Word { leg, agent, ..word(at, LegSide::Agent, event) };
            let answered = talks_after.map(|after| rings + after);
            words.push(of_leg(rings, LegEvent::Rings));
            words.extend(answered.map(|at| of_leg(at, LegEvent::Answered)));
            let ends = lasts.map(|lasts| answered.unwrap_or(rings) + lasts);
            words.extend(ends.map(|at| Word { q850, ..of_leg(at, LegEvent::Ended) }));
        }
        words.sort_by_key(|word| (word.at, word.event));
        words
    })
}

async fn hub_of_four(dir: &TempDir) -> Hub {
    let agent = |(name, phone): (&str, &str)| Agent {
        id: AgentId(name.into()),
        extension: Some(phone.into()),
        lines: Vec::new(),
    };
    hub_with(dir, AGENTS.map(agent).to_vec()).await
}

/// As another call shows.
async fn its_clock_is_right(hub: &Hub) {
    let on_time = Push { sent_at: Some(Timestamp::now()), ..ring("+36307654321", Some("another")) };
    hub.shared().live.push("pbx", on_time, Instant::now()).await.expect("kept");
}

/// What becomes of it; `killed_after`: so many words.
async fn became(direction: Direction, words: &[Word], killed_after: Option<usize>) -> Call {
    let dir = TempDir::new().expect("a folder for the test");
    let mut hub = hub_of_four(&dir).await;
    let now = Timestamp::now();
    let begun = now.before(Duration::from_secs(100));
    for (n, word) in words.iter().enumerate() {
        if n == 0 {
            its_clock_is_right(&hub).await;
        }
        hub.shared().live.push("pbx", word.push(begun, direction), Instant::now()).await.expect("kept");
        if killed_after == Some(n) {
            drop(hub); // no shutdown
            hub = hub_of_four(&dir).await;
            its_clock_is_right(&hub).await;
        }
    }
    let history = hub.shared().history.clone();
    let (rows, _) = history.calls(None, Default::default(), None, 50).await.expect("read");
    hub.shutdown().await;
    let mut calls: Vec<Call> = rows.into_iter().map(|row| row.call).collect();
    calls.retain(|call| call.external_id.as_deref() == Some("call"));
    assert_eq!(calls.len(), 1, "one call, not {calls:#?}");
    let mut call = calls.remove(0);
    call.id = CallId("one".into());
    call.agents.sort();
    // Every time since it begun.
    call.started_at = Timestamp(call.started_at.0 - begun.0);
    let since = |at: Timestamp| Timestamp(at.0 - begun.0);
    call.connected_at = call.connected_at.map(since);
    call.ended_at = call.ended_at.map(since);
    for leg in &mut call.course.legs {
        leg.rang_at = leg.rang_at.map(since);
        leg.answered_at = leg.answered_at.map(since);
        leg.ended_at = leg.ended_at.map(since);
    }
    call
}

fn nobody_has_a_card(call: &Call) -> bool {
    let agents: Vec<Agent> = AGENTS
        .map(|(name, phone)| Agent { id: AgentId(name.into()), extension: Some(phone.into()), lines: Vec::new() })
        .into();
    call.state.is_over() && call.agents.iter().all(|agent| as_seen_by(agent, call, &agents).state.is_over())
}

/// The first word that comes says that there is a call: of what begins with an end, nothing is known. Of one of ours that
/// is the customer's, where it is among them: a phone alone that failed and rings anew is another call.
fn beginning_first(direction: Direction, mut words: Vec<Word>) -> Vec<Word> {
    let is_customers =
        |word: &Word| direction == Direction::Outbound && word.side == LegSide::Customer && word.begins();
    if let Some(first) = words.iter().position(is_customers).or_else(|| words.iter().position(Word::begins)) {
        words.swap(0, first);
    }
    words
}

fn direction() -> impl Strategy<Value = Direction> {
    prop_oneof![Just(Direction::Inbound), Just(Direction::Outbound)]
}

fn in_time_of_its_own<T>(work: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime").block_on(work)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 6, ..ProptestConfig::default() })]

    #[test]
    fn in_any_order_more_than_once_and_over_a_kill_it_is_the_same_call(
        direction in direction(),
        (words, mixed) in words().prop_flat_map(|words| {
            let again = proptest::sample::subsequence(words.clone(), 0..=words.len());
            let all = again.prop_map({ let words = words.clone(); move |again| [words.clone(), again].concat() });
            (Just(words), all.prop_shuffle())
        }),
        killed_after in any::<prop::sample::Index>(),
    ) {
        let mixed = beginning_first(direction, mixed);
        let killed_after = killed_after.index(mixed.len());
        let (expected, other) = in_time_of_its_own(async {
            (became(direction, &words, None).await, became(direction, &mixed, Some(killed_after)).await)
        });
        prop_assert!(nobody_has_a_card(&expected), "{expected:#?}");
        prop_assert_eq!(other, expected);
    }

    #[test]
    fn whatever_is_lost_but_the_last_word_it_is_one_call_that_is_over_and_on_no_screen(
        direction in direction(),
        words in words().prop_flat_map(|words| proptest::sample::subsequence(words.clone(), 1..=words.len())).prop_shuffle(),
        killed_after in any::<prop::sample::Index>(),
    ) {
        let last = Word {
            at: 95, side: LegSide::Customer, event: LegEvent::Ended, leg: 0, agent: 0, q850: Some(16),
        };
        let heard: Vec<Word> = words.into_iter().filter(|word| *word != last).chain([last]).collect();
        prop_assume!(heard.iter().any(Word::begins));
        let heard = beginning_first(direction, heard);
        let killed_after = killed_after.index(heard.len());
        let call = in_time_of_its_own(became(direction, &heard, Some(killed_after)));
        prop_assert!(nobody_has_a_card(&call), "{call:#?}");
    }
}
