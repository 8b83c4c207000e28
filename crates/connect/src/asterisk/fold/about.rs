//! What a call is about: who calls whom, which way, and where it began.

use super::{
    channel::{Channel, Stage},
    names::Names,
    orders::Orders,
};
use ringcard_core::{
    call::Direction,
    leg::LegSide,
    number::{Ani, Dnis, Party},
};

/// Who calls whom. Made once, when the call is first told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct About {
    /// The call's id: Asterisk's own linked id where channels carry it, else that of the channel it began with, which is
    /// mostly the same.
    pub id: String,
    /// The channel it began with.
    pub root: String,
    pub kind: Kind,
    pub ani: Ani,
    pub dnis: Dnis,
    pub party_name: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Somebody calls from outside.
    Inbound,
    /// One of us calls somebody outside, or whoever a click named.
    Outbound,
    /// One of us calls another.
    Internal,
}

impl Kind {
    pub fn direction(self) -> Direction {
        match self {
            Self::Inbound | Self::Internal => Direction::Inbound,
            Self::Outbound => Direction::Outbound,
        }
    }
}

impl About {
    /// On whose side a channel stands.
    pub fn side(&self, channel: &Channel) -> LegSide {
        let is_root = channel.id == self.root;
        match (self.kind, channel.extension().is_some()) {
            // Who calls a colleague is whom that colleague serves.
            (Kind::Internal, true) if is_root => LegSide::Customer,
            // A click that calls a colleague: whoever is called.
            (Kind::Outbound, true) if !is_root && self.calls_colleague(channel) => LegSide::Customer,
            (_, true) => LegSide::Agent,
            (Kind::Inbound, false) if channel.came_in => LegSide::Customer,
            (Kind::Outbound, false) => LegSide::Customer,
            // A mobile that a call is sent on to.
            (Kind::Inbound | Kind::Internal, false) => LegSide::Service,
        }
    }

    fn calls_colleague(&self, channel: &Channel) -> bool {
        matches!(&self.dnis.0, Party::Internal { digits } if Some(digits.as_str()) == channel.extension())
    }

    /// How far its leg has come, for others.
    pub fn stage(&self, channel: &Channel, side: LegSide) -> Option<Stage> {
        match (side, channel.came_in) {
            (LegSide::Agent, true) if self.kind == Kind::Outbound => Some(Stage::Answered),
            // Whoever called is on the line.
            (LegSide::Customer, true) => Some(Stage::Answered),
            (LegSide::Service, _) | (LegSide::Agent, true) => channel.stage().filter(|stage| *stage == Stage::Answered),
            (_, false) => channel.stage(),
        }
    }
}

/// As far as the call's channels tell; nothing where they do not tell yet. `channels`: what stands at somebody's end,
/// the oldest first.
pub(super) fn about(channels: &[&Channel], was_originated: bool, names: &Names, orders: &Orders) -> Option<About> {
    let from_outside = channels.iter().find(|channel| channel.came_in && channel.is_outside());
    // A customer whom another application called for a phone of ours, both there before we looked.
    let was_called = |root: &Channel| {
        let mut own = channels.iter().filter(|channel| channel.originated && channel.extension().is_some());
        root.was_there && own.any(|own| !own.created.is_empty() && own.created < root.created)
    };
    if let Some(root) = from_outside.filter(|root| !was_called(root)) {
        return Some(inbound(root, names));
    }
    let originated = channels.iter().find(|channel| channel.originated);
    let first = channels.iter().find(|channel| !channel.came_in);
    if let Some(root) = originated.or(first.filter(|_| was_originated)) {
        // Another application calls the customer for a phone of ours that it has already: with that one it began.
        let before = channels.iter().take_while(|channel| channel.id != root.id);
        let own = before.into_iter().find(|channel| root.is_outside() && channel.extension().is_some());
        let root = own.unwrap_or(root);
        return Some(started_from_outside(root, channels, names, orders));
    }
    let own = channels.iter().find_map(|channel| Some((channel, channel.extension().filter(|_| channel.came_in)?)));
    if let Some((root, extension)) = own {
        return dialled(root, extension, channels, names);
    }
    // There before we looked, and whoever called it cannot be told any more.
    let there = channels.iter().find(|channel| channel.was_there && channel.extension().is_some())?;
    let ani = names.plan().read_ani(Some(&there.connected.number));
    let party_name = name_of(&there.connected.name, &ani.0);
    Some(About {
        id: there.call_id(),
        root: there.id.clone(),
        kind: Kind::Inbound,
        ani,
        dnis: nobody(names),
        party_name,
    })
}

fn inbound(root: &Channel, names: &Names) -> About {
    let ani = match root.withheld {
        true => Ani(Party::Hidden),
        false => names.plan().read_ani(Some(&root.caller.number)),
    };
    let party_name = name_of(&root.caller.name, &ani.0);
    let dnis = names.plan().read_dnis(Some(&root.exten));
    About { id: root.call_id(), root: root.id.clone(), kind: Kind::Inbound, ani, dnis, party_name }
}

/// Asterisk was asked to call an extension first (a click), or a customer (a dialler).
fn started_from_outside(root: &Channel, channels: &[&Channel], names: &Names, orders: &Orders) -> About {
    let extension = root.extension().or_else(|| channels.iter().find_map(|channel| channel.extension()));
    let ani = extension.map_or(Party::Hidden, |digits| Party::Internal { digits: digits.to_owned() });
    let ordered = channels.iter().find_map(|channel| orders.number(&channel.id));
    let read = |number: &str| Some(names.plan().read_dnis(Some(number))).filter(|dnis| is_number(&dnis.0));
    let called = || {
        let customer = channels.iter().find(|channel| channel.is_outside());
        let customer = customer.and_then(|customer| read(&customer.dialled).or_else(|| read(&customer.caller.number)));
        customer.or_else(|| read(&root.connected.number)).unwrap_or_else(|| nobody(names))
    };
    let dnis = ordered.map_or_else(called, Dnis);
    About { id: root.call_id(), root: root.id.clone(), kind: Kind::Outbound, ani: Ani(ani), dnis, party_name: None }
}

/// A phone of ours dialled by itself; nothing is told before somebody else's phone is called.
fn dialled(root: &Channel, extension: &str, channels: &[&Channel], names: &Names) -> Option<About> {
    let others = || channels.iter().filter(|channel| channel.id != root.id && !channel.came_in);
    let outside = others().find(|channel| channel.is_outside());
    let colleague = others().find_map(|channel| channel.extension());
    let ani = Ani(Party::Internal { digits: extension.to_owned() });
    let dnis = names.plan().read_dnis(Some(&root.exten));
    let (kind, dnis) = match (colleague, outside) {
        (Some(_), _) if is_number(&dnis.0) => (Kind::Internal, dnis),
        (Some(colleague), _) => (Kind::Internal, Dnis(Party::Internal { digits: colleague.to_owned() })),
        (None, Some(_)) if matches!(dnis.0, Party::Outside(_)) => (Kind::Outbound, dnis),
        (None, Some(outside)) => (Kind::Outbound, names.plan().read_dnis(Some(&outside.dialled))),
        (None, None) => return None,
    };
    let party_name = if kind == Kind::Internal { name_of(&root.caller.name, &ani.0) } else { None };
    Some(About { id: root.call_id(), root: root.id.clone(), kind, ani, dnis, party_name })
}

fn nobody(names: &Names) -> Dnis {
    names.plan().read_dnis(None)
}

fn is_number(party: &Party) -> bool {
    matches!(party, Party::Outside(_) | Party::Internal { .. })
}

/// A name that says more than the number, of somebody who does not withhold it.
fn name_of(name: &str, party: &Party) -> Option<String> {
    // As SIP writes them inside quotes; some versions hand that on as it came.
    let name = name.trim().replace("\\\"", "\"").replace("\\\\", "\\");
    let says_nothing = name.is_empty()
        || matches!(party, Party::Hidden)
        || ["anonymous", "unknown", "<unknown>"].iter().any(|word| name.eq_ignore_ascii_case(word))
        || !name.chars().any(char::is_alphabetic);
    (!says_nothing).then(|| name.chars().take(80).collect())
}
