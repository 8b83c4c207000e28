//! The last pushes and what became of them, for whoever connects a PBX. In memory only, and bounded: strangers push out
//! neither what was taken nor more than each other.

use ringcard_core::pushed::PushNote;
use std::{
    collections::{BTreeMap, VecDeque},
    sync::Mutex,
};

/// Of each account, taken ones and refused ones apart; and of those who meant no account of ours.
const MOST: usize = 20;
/// Accounts that were renamed leave theirs behind until the hub is started again.
const MOST_ACCOUNTS: usize = 128;

#[derive(Default)]
pub(crate) struct LastPushes(Mutex<Known>);

#[derive(Default)]
struct Known {
    accounts: BTreeMap<String, Last>,
    strangers: VecDeque<PushNote>,
}

#[derive(Default)]
struct Last {
    taken: VecDeque<PushNote>,
    refused: VecDeque<PushNote>,
}

impl LastPushes {
    /// `is_known`: whether there is such an account.
    pub fn note(&self, note: PushNote, is_known: bool) {
        let mut known = self.0.lock().expect("BUG: nobody panics while holding the last pushes");
        let has_place = known.accounts.len() < MOST_ACCOUNTS || known.accounts.contains_key(&note.account);
        if !is_known || !has_place {
            return again(&mut known.strangers, note);
        }
        let last = known.accounts.entry(note.account.clone()).or_default();
        match note.became.is_taken() {
            true => keep(&mut last.taken, note),
            false => again(&mut last.refused, note),
        }
    }

    /// Newest first.
    pub fn list(&self, account: Option<&str>) -> Vec<PushNote> {
        let known = self.0.lock().expect("BUG: nobody panics while holding the last pushes");
        let of_accounts = known.accounts.values().flat_map(|last| last.taken.iter().chain(&last.refused));
        let wanted = |note: &&PushNote| account.is_none_or(|account| note.account == account);
        let mut notes: Vec<PushNote> = of_accounts.chain(&known.strangers).filter(wanted).cloned().collect();
        notes.sort_by_key(|note| std::cmp::Reverse(note.at));
        notes
    }
}

/// The same refusal again is counted, so that one sender does not push out the others.
fn again(notes: &mut VecDeque<PushNote>, mut note: PushNote) {
    let same = |known: &PushNote| {
        (&known.account, &known.kind, &known.from, &known.became)
            == (&note.account, &note.kind, &note.from, &note.became)
    };
    if let Some(known) = notes.iter().position(same).and_then(|at| notes.remove(at)) {
        note.times = known.times.saturating_add(1);
    }
    keep(notes, note);
}

fn keep(notes: &mut VecDeque<PushNote>, note: PushNote) {
    if notes.len() >= MOST {
        notes.pop_front();
    }
    notes.push_back(note);
}

#[cfg(test)]
mod tests {
    use super::*;
    use ringcard_core::{Timestamp, call::CallId, pushed::PushBecame};

    fn note(account: &str, n: u32, became: PushBecame) -> PushNote {
        let (at, from) = (Timestamp(i64::from(n)), std::net::Ipv4Addr::from(n).to_string());
        PushNote { at, account: account.into(), kind: "incoming".into(), from, became, times: 1 }
    }

    #[test]
    fn strangers_without_number_push_out_nothing_that_was_taken_and_fill_no_memory() {
        let pushes = LastPushes::default();
        pushes.note(note("pbx", 1, PushBecame::NewCall { call_id: CallId("c".into()) }), true);
        for n in 0..100_000 {
            pushes.note(note("pbx", n, PushBecame::KeyWrong), true);
            pushes.note(note(&format!("nobody-{n}"), n, PushBecame::NotTaken), false);
        }
        let of_pbx = pushes.list(Some("pbx"));
        assert_eq!(of_pbx.len(), 1 + MOST);
        assert!(of_pbx.iter().any(|note| note.became.is_taken()));
        assert_eq!(pushes.list(None).len(), 1 + 2 * MOST);
    }

    #[test]
    fn the_same_refusal_again_is_counted() {
        let pushes = LastPushes::default();
        for became in [PushBecame::KeyWrong, PushBecame::KeyMissing, PushBecame::KeyWrong, PushBecame::KeyWrong] {
            pushes.note(note("pbx", 7, became), true);
        }
        let times: Vec<u32> = pushes.list(Some("pbx")).iter().map(|note| note.times).collect();
        assert_eq!(times.iter().sum::<u32>(), 4);
        assert_eq!(times.len(), 2);
    }
}
