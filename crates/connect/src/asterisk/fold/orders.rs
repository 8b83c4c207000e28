//! The calls that were started from here: their channels have ids we chose.

use ringcard_core::number::Party;
use std::{
    collections::BTreeMap,
    sync::{Mutex, PoisonError},
};

/// More than are under way at once; the oldest is forgotten.
const MOST: usize = 1000;

/// A call that was asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::asterisk) struct Order {
    pub extension: String,
    pub number: Party,
}

/// By the id of the agent's channel. Ids sort by time.
#[derive(Debug, Default)]
pub(in crate::asterisk) struct Orders(Mutex<BTreeMap<String, Order>>);

impl Orders {
    pub fn remember(&self, channel: &str, order: Order) {
        let mut orders = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        orders.insert(channel.to_owned(), order);
        if orders.len() > MOST {
            orders.pop_first();
        }
    }

    pub fn number(&self, channel: &str) -> Option<Party> {
        let orders = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        orders.get(channel).map(|order| order.number.clone())
    }

    /// The channel of the last call this extension asked for.
    pub fn channel_of(&self, extension: &str) -> Option<String> {
        let orders = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let last = orders.iter().rev().find(|(_, order)| order.extension == extension);
        last.map(|(channel, _)| channel.clone())
    }

    pub fn forget(&self, channel: &str) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(channel);
    }
}
