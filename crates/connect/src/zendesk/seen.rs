//! Users that were seen a moment ago, so that nobody asks twice for one ring; and those that were made here, which search
//! finds only minutes later (zendesk.md, Finding the caller).

use ringcard_core::customer::Customer;
use serde_json::Value;
use std::{
    collections::VecDeque,
    sync::{Mutex, PoisonError},
    time::Duration,
};
use tokio::time::Instant;

/// A look-up and what its card shows beside are one moment.
const SEEN_FOR: Duration = Duration::from_secs(60);
/// Longer than search is behind.
const FRESH_FOR: Duration = Duration::from_secs(30 * 60);
/// An organisation's name does not change often.
const NAMED_FOR: Duration = Duration::from_secs(60 * 60);
/// As many as ring within a minute, and more.
const MOST: usize = 500;

/// What is remembered; bounded, and lost with the program.
#[derive(Debug, Default)]
pub(super) struct Seen {
    users: Mutex<Memory<Value>>,
    fresh: Mutex<Memory<Customer>>,
    organizations: Mutex<Memory<String>>,
}

impl Seen {
    /// A user as an answer had them.
    pub fn note(&self, id: &str, user: &Value) {
        lock(&self.users).put(id, user.clone());
    }

    /// The same user, where that was a moment ago.
    pub fn user(&self, id: &str) -> Option<Value> {
        lock(&self.users).get(id, SEEN_FOR).cloned()
    }

    /// They are not as they were.
    pub fn forget(&self, id: &str) {
        lock(&self.users).remove(id);
    }

    /// A customer that was made or changed here.
    pub fn note_fresh(&self, customer: &Customer) {
        lock(&self.fresh).put(&customer.id.0, customer.clone());
    }

    /// Customers that search may not know yet, the newest first.
    pub fn fresh(&self) -> Vec<Customer> {
        lock(&self.fresh).all(FRESH_FOR).cloned().collect()
    }

    /// One that was made here and is gone.
    pub fn forget_fresh(&self, id: &str) {
        lock(&self.fresh).remove(id);
    }

    pub fn note_organization(&self, id: &str, name: &str) {
        lock(&self.organizations).put(id, name.to_owned());
    }

    pub fn organization(&self, id: &str) -> Option<String> {
        lock(&self.organizations).get(id, NAMED_FOR).cloned()
    }
}

fn lock<T>(memory: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    memory.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The newest is in front.
#[derive(Debug)]
struct Memory<T>(VecDeque<(String, Instant, T)>);

impl<T> Default for Memory<T> {
    fn default() -> Self {
        Self(VecDeque::new())
    }
}

impl<T> Memory<T> {
    fn put(&mut self, key: &str, value: T) {
        self.remove(key);
        self.0.truncate(MOST - 1);
        self.0.push_front((key.to_owned(), Instant::now(), value));
    }

    fn get(&self, key: &str, within: Duration) -> Option<&T> {
        let (_, at, value) = self.0.iter().find(|(known, ..)| known == key)?;
        (at.elapsed() < within).then_some(value)
    }

    fn all(&self, within: Duration) -> impl Iterator<Item = &T> {
        self.0.iter().take_while(move |(_, at, _)| at.elapsed() < within).map(|(.., value)| value)
    }

    fn remove(&mut self, key: &str) {
        self.0.retain(|(known, ..)| known != key);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[tokio::test(start_paused = true)]
    async fn what_was_seen_is_forgotten_in_time_and_never_grows() {
        let seen = Seen::default();
        for id in 0..MOST + 10 {
            seen.note(&id.to_string(), &json!({ "id": id }));
        }
        assert!(seen.user("0").is_none() && seen.user("509").is_some());
        assert_eq!(lock(&seen.users).0.len(), MOST);
        tokio::time::advance(SEEN_FOR).await;
        assert!(seen.user("509").is_none());
    }
}
