//! Which head of a lane goes next: the most urgent first, and of those each source in turn.
//!
//! A source is whose rows they are: an agent, or the hub itself. One that was served waits until the others of its urgency
//! were, so that what one desk has imported delays another one's write by one request and no more. Inside a source the
//! oldest goes first.

use super::row::Seq;
use ringcard_core::submission::Priority;
use std::{
    collections::{BTreeMap, BTreeSet, HashMap, btree_map::Entry},
    sync::Arc,
};

/// Sources whose last turn is remembered; of more, who waited longest counts as new.
const MOST_SOURCES: usize = 4_096;

/// When a head's turn is, as far as it can be told without asking the account: lower is sooner. Comparable over accounts.
pub(super) type Turn = (Priority, u64, Seq);

/// Whose rows they are; empty: the hub's own.
pub(super) type Source = Arc<str>;

/// Heads of lanes that may be sent.
#[derive(Debug, Default)]
pub(super) struct Ready {
    of: BTreeMap<(Priority, Source), BTreeSet<Seq>>,
    turns: BTreeSet<(Turn, Source)>,
}

impl Ready {
    pub fn first(&self) -> Option<Turn> {
        self.turns.first().map(|(turn, _)| *turn)
    }

    fn insert(&mut self, priority: Priority, seq: Seq, source: &Source, served: u64) {
        let of = self.of.entry((priority, source.clone())).or_default();
        let first = of.first().copied();
        of.insert(seq);
        if first.is_none_or(|first| seq < first) {
            if let Some(first) = first {
                self.turns.remove(&((priority, served, first), source.clone()));
            }
            self.turns.insert(((priority, served, seq), source.clone()));
        }
    }

    fn remove(&mut self, priority: Priority, seq: Seq, source: &Source, served: u64) {
        let Entry::Occupied(mut of) = self.of.entry((priority, source.clone())) else { return };
        let was_first = of.get().first() == Some(&seq);
        of.get_mut().remove(&seq);
        if !was_first {
            return;
        }
        self.turns.remove(&((priority, served, seq), source.clone()));
        match of.get().first() {
            Some(next) => {
                self.turns.insert(((priority, served, *next), source.clone()));
            }
            None => {
                of.remove();
            }
        }
    }

    fn served(&mut self, source: &Source, before: u64, now: u64) {
        for priority in Priority::ALL {
            let Some(first) = self.of.get(&(priority, source.clone())).and_then(BTreeSet::first) else { continue };
            self.turns.remove(&((priority, before, *first), source.clone()));
            self.turns.insert(((priority, now, *first), source.clone()));
        }
    }
}

/// Ready heads of one account, and who had a turn when.
#[derive(Debug, Default)]
pub(super) struct InTurn {
    /// Those that count against the day, then those that do not.
    ready: [Ready; 2],
    served: HashMap<Source, u64>,
}

impl InTurn {
    pub fn next(&self, daily: bool) -> Option<Turn> {
        self.ready[usize::from(!daily)].first()
    }

    pub fn insert(&mut self, daily: bool, priority: Priority, seq: Seq, source: &Source) {
        let served = self.when(source);
        self.ready[usize::from(!daily)].insert(priority, seq, source, served);
    }

    pub fn remove(&mut self, daily: bool, priority: Priority, seq: Seq, source: &Source) {
        let served = self.when(source);
        self.ready[usize::from(!daily)].remove(priority, seq, source, served);
    }

    /// One of theirs leaves now, the `nth` of all.
    pub fn served(&mut self, source: &Source, nth: u64) {
        let before = self.when(source);
        self.ready.iter_mut().for_each(|ready| ready.served(source, before, nth));
        self.served.insert(source.clone(), nth);
        if self.served.len() > MOST_SOURCES {
            let longest_ago =
                self.served.iter().min_by_key(|(_, nth)| **nth).map(|(source, nth)| (source.clone(), *nth));
            if let Some((source, nth)) = longest_ago {
                self.ready.iter_mut().for_each(|ready| ready.served(&source, nth, 0));
                self.served.remove(&source);
            }
        }
    }

    fn when(&self, source: &Source) -> u64 {
        self.served.get(source).copied().unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn an_import_delays_another_desks_write_by_one_and_urgent_ones_by_none() {
        let (mut turns, import, desk): (_, Source, Source) = (InTurn::default(), "import".into(), "desk".into());
        (1..=10_000).for_each(|seq| turns.insert(true, Priority::Note, seq, &import));
        let mut left = Vec::new();
        let mut nth = 0;
        let mut go = |turns: &mut InTurn| {
            let (priority, _, seq) = turns.next(true).expect("one waits");
            let source = if seq > 10_000 { &desk } else { &import };
            turns.remove(true, priority, seq, source);
            nth += 1;
            turns.served(source, nth);
            left.push(seq);
        };
        go(&mut turns);
        turns.insert(true, Priority::Note, 20_000, &desk);
        turns.insert(true, Priority::Note, 20_001, &desk);
        (0..3).for_each(|_| go(&mut turns));
        turns.insert(true, Priority::Code, 20_002, &desk);
        turns.insert(true, Priority::Note, 20_003, &desk);
        (0..3).for_each(|_| go(&mut turns));
        assert_eq!(left, [1, 20_000, 2, 20_001, 20_002, 3, 20_003]);
    }

    #[derive(Debug, Clone)]
    enum Step {
        Comes { source: usize, priority: usize },
        Leaves,
    }

    fn step() -> impl Strategy<Value = Step> {
        prop_oneof![
            (0_usize..4, 0_usize..3).prop_map(|(source, priority)| Step::Comes { source, priority }),
            Just(Step::Leaves)
        ]
    }

    proptest! {
        /// Whatever comes and leaves: the most urgent goes, nobody is passed twice by another source of the same urgency, and
        /// a source's own leave in their order.
        #[test]
        fn each_source_has_its_turn(steps in prop::collection::vec(step(), 1..200)) {
            let sources: Vec<Source> = ["a", "b", "c", ""].map(Into::into).to_vec();
            let mut turns = InTurn::default();
            // Who waits: (priority, source, seq), and how often another source of its urgency went since it is first.
            let mut waits: Vec<(Priority, usize, Seq)> = Vec::new();
            let mut passed: HashMap<(Priority, usize), HashMap<usize, u32>> = HashMap::new();
            let (mut seq, mut nth) = (0, 0);
            for step in steps {
                match step {
                    Step::Comes { source, priority } => {
                        seq += 1;
                        turns.insert(true, Priority::ALL[priority], seq, &sources[source]);
                        waits.push((Priority::ALL[priority], source, seq));
                    }
                    Step::Leaves => {
                        let Some((priority, _, seq)) = turns.next(true) else {
                            prop_assert!(waits.is_empty());
                            continue;
                        };
                        let at = waits.iter().position(|(_, _, waiting)| *waiting == seq).expect("it waits");
                        let (_, source, _) = waits.remove(at);
                        prop_assert!(waits.iter().all(|(other, ..)| priority <= *other), "the most urgent goes");
                        let own = waits.iter().filter(|(other, of, _)| (*other, *of) == (priority, source));
                        prop_assert!(own.clone().all(|(_, _, other)| seq < *other), "its own order");
                        turns.remove(true, priority, seq, &sources[source]);
                        nth += 1;
                        turns.served(&sources[source], nth);
                        passed.retain(|(_, of), _| *of != source);
                        let others: BTreeSet<usize> =
                            waits.iter().filter(|(other, of, _)| *other == priority && *of != source).map(|(_, of, _)| *of).collect();
                        for other in others {
                            let times = passed.entry((priority, other)).or_default().entry(source).or_default();
                            *times += 1;
                            prop_assert!(*times <= 1, "{other} was passed twice by {source}");
                        }
                    }
                }
            }
        }
    }
}
