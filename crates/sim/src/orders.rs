//! What is to happen to the next that comes along, so many times, in the order it was told.

use std::collections::VecDeque;

/// Something that is to happen so many times; `None`: until cleared.
pub(crate) trait Counted: Clone {
    fn times(&mut self) -> &mut Option<u32>;
}

/// At most `MOST`: more is a mistake of whoever tells us, and the oldest goes.
#[derive(Debug)]
pub(crate) struct Orders<O, const MOST: usize>(VecDeque<O>);

impl<O, const MOST: usize> Default for Orders<O, MOST> {
    fn default() -> Self {
        Self(VecDeque::new())
    }
}

impl<O: Counted, const MOST: usize> Orders<O, MOST> {
    pub fn tell(&mut self, mut order: O) {
        if *order.times() == Some(0) {
            return;
        }
        if self.0.len() == MOST {
            self.0.pop_front();
        }
        self.0.push_back(order);
    }

    pub fn clear(&mut self) {
        self.0.clear();
    }

    pub fn iter(&self) -> impl Iterator<Item = &O> {
        self.0.iter()
    }

    /// The first that applies; it has happened once more then.
    pub fn take(&mut self, applies: impl Fn(&O) -> bool) -> Option<O> {
        let at = self.0.iter().position(applies)?;
        let order = &mut self.0[at];
        let taken = order.clone();
        if let Some(times) = order.times() {
            *times -= 1;
            if *times == 0 {
                self.0.remove(at);
            }
        }
        Some(taken)
    }
}
