//! What an administrator should hear of how calls are told here: kept while the hub runs, bounded, shown in health.

use std::{
    collections::BTreeSet,
    sync::{Mutex, PoisonError},
};

/// Cheap to write to from the calls: nobody waits in it.
#[derive(Debug, Default)]
pub(crate) struct Noticed(Mutex<Now>);

#[derive(Debug, Default)]
struct Now {
    do_not_tell: BTreeSet<String>,
    strangers: u64,
}

impl Noticed {
    /// An account was asked whether a call goes on. Answers whether that is news.
    pub fn told(&self, account: &str, did_tell: bool) -> bool {
        let known = &mut self.now().do_not_tell;
        if did_tell { known.remove(account) } else { known.insert(account.to_owned()) }
    }

    /// A call rings at telephones of which none is an agent's. Health is an open page: which they are, the call list tells.
    pub fn stranger(&self) {
        self.now().strangers += 1;
    }

    /// The accounts that could be asked whether a call goes on, and last did not tell.
    pub fn do_not_tell(&self) -> Vec<String> {
        self.now().do_not_tell.iter().cloned().collect()
    }

    /// How many calls rang at telephones of which none was an agent's.
    pub fn strangers(&self) -> u64 {
        self.now().strangers
    }

    fn now(&self) -> std::sync::MutexGuard<'_, Now> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
