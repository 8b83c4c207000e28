//! Whether the account's plan has Talk Partner Edition, which call records and screen pops need.

use std::sync::atomic::{AtomicU8, Ordering::Relaxed};

const UNKNOWN: u8 = 0;
const YES: u8 = 1;
const NO: u8 = 2;

/// What is known of it: by the settings, else by what Zendesk answered last.
#[derive(Debug)]
pub(super) struct Talk {
    set: Option<bool>,
    found: AtomicU8,
}

impl Talk {
    pub fn new(set: Option<bool>) -> Self {
        Self { set, found: AtomicU8::new(UNKNOWN) }
    }

    /// `None`: nobody knows yet.
    pub fn is_there(&self) -> Option<bool> {
        self.set.or_else(|| match self.found.load(Relaxed) {
            YES => Some(true),
            NO => Some(false),
            _ => None,
        })
    }

    /// An answer said so. A setting stays as it is.
    pub fn found(&self, is_there: bool) {
        self.found.store(if is_there { YES } else { NO }, Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_setting_counts_more_than_what_was_found() {
        let unknown = Talk::new(None);
        assert_eq!(unknown.is_there(), None);
        unknown.found(false);
        assert_eq!(unknown.is_there(), Some(false));
        unknown.found(true);
        assert_eq!(unknown.is_there(), Some(true));
        let set = Talk::new(Some(true));
        set.found(false);
        assert_eq!(set.is_there(), Some(true));
    }
}
