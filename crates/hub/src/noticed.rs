//! What an administrator should hear of how calls are told here: kept while the hub runs, bounded, shown in health.

use std::{
    collections::{BTreeSet, VecDeque},
    sync::{Mutex, PoisonError},
};

/// Of telephones nobody has here, so many are named.
const MOST_PHONES: usize = 5;
/// What is longer may be a customer's number, and is counted only.
const LONGEST_EXTENSION: usize = 6;

/// Cheap to write to from the calls: nobody waits in it.
#[derive(Debug, Default)]
pub(crate) struct Noticed(Mutex<Now>);

#[derive(Debug, Default)]
struct Now {
    do_not_tell: BTreeSet<String>,
    strangers: Strangers,
}

/// Calls for telephones that are no agent's.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Strangers {
    pub calls: u64,
    /// The last of these telephones, the newest first.
    pub phones: VecDeque<String>,
}

impl Noticed {
    /// An account was asked whether a call goes on. Answers whether that is news.
    pub fn told(&self, account: &str, did_tell: bool) -> bool {
        let known = &mut self.now().do_not_tell;
        if did_tell { known.remove(account) } else { known.insert(account.to_owned()) }
    }

    /// A call rings at telephones of which none is an agent's.
    pub fn stranger(&self, phones: &[String]) {
        let mut now = self.now();
        let strangers = &mut now.strangers;
        strangers.calls += 1;
        let is_short = |phone: &&String| {
            phone.len() <= LONGEST_EXTENSION && phone.chars().all(|c| c.is_ascii_alphanumeric() || "*#-_.".contains(c))
        };
        for phone in phones.iter().filter(is_short).take(MOST_PHONES) {
            strangers.phones.retain(|known| known != phone);
            strangers.phones.push_front(phone.clone());
        }
        strangers.phones.truncate(MOST_PHONES);
    }

    /// The accounts that could be asked whether a call goes on, and last did not tell.
    pub fn do_not_tell(&self) -> Vec<String> {
        self.now().do_not_tell.iter().cloned().collect()
    }

    pub fn strangers(&self) -> Strangers {
        self.now().strangers.clone()
    }

    fn now(&self) -> std::sync::MutexGuard<'_, Now> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_strange_telephones_are_named_once_and_customers_numbers_never() {
        let noticed = Noticed::default();
        for phone in ["201", "202", "203", "+36301234567", "<b>", "204", "205", "201", "206"] {
            noticed.stranger(&[phone.to_owned()]);
        }
        let strangers = noticed.strangers();
        assert_eq!(
            (strangers.calls, Vec::from(strangers.phones)),
            (9, ["206", "201", "205", "204", "203"].map(str::to_owned).to_vec())
        );
    }

    #[test]
    fn that_an_account_does_not_tell_is_news_once() {
        let noticed = Noticed::default();
        assert_eq!(
            [false, false, true, true, false].map(|did| noticed.told("pbx", did)),
            [true, false, true, false, true]
        );
        assert_eq!(noticed.do_not_tell(), ["pbx"]);
    }
}
