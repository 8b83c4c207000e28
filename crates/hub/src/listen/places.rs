//! Who has a place, and whose place the next one gets. No clock and no sockets here.

use super::counts::Refused as Why;
use std::{
    cmp::Reverse,
    collections::{BTreeMap, HashMap},
    net::{IpAddr, Ipv6Addr},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
};
use tokio::sync::Notify;

/// Every connection: desks, PBXs, scripts and strangers. A team has some hundred.
const ALL: usize = 4096;
/// Those nobody has vouched for. Each may cost some 50 kB: this is what bounds what strangers cost.
const UNPROVEN: usize = 512;
/// One address nobody knows.
const FROM_ONE: usize = 64;
/// Descriptors for what is no connection of somebody else's: databases, log, requests to other systems.
const OUR_OWN: u64 = 256;
/// What somebody without a right key or token may ask for is answered at once. Only a body, or an answer that is held back,
/// takes longer.
const LONG_AT_WORK_MS: u64 = 250;
/// Places that were taken away and whose connections are still about to end.
const LEAVING: usize = 64;
/// Addresses that have shown a right key or token, and for how long that counts: over a long weekend.
const KNOWN: usize = 1024;
const KNOWN_FOR_MS: u64 = 7 * 24 * 60 * 60 * 1000;

/// How many there may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Limits {
    pub all: usize,
    pub unproven: usize,
    /// The unproven ones from addresses that are not known either: the rest is room for those who are.
    pub strangers: usize,
    pub from_one: usize,
}

impl Limits {
    /// What fits into so many descriptors.
    pub fn within(descriptors: Option<u64>) -> Self {
        let left = descriptors.map_or(ALL, |most| {
            let ours = OUR_OWN.min(most / 2);
            usize::try_from(most - ours).unwrap_or(ALL)
        });
        let all = left.clamp(8, ALL);
        let unproven = UNPROVEN.min(all / 3 * 2);
        let strangers = unproven / 4 * 3;
        Self { all, unproven, strangers, from_one: FROM_ONE.min(strangers.div_ceil(2)) }
    }
}

/// What a place and its connection share.
#[derive(Debug)]
pub(super) struct Seat {
    /// Since when, in milliseconds, times two; odd: something is under way.
    state: AtomicU64,
    /// Told when somebody else gets the place.
    pub leave: Notify,
}

/// What a connection does, and since when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Doing {
    /// It is for the other side to say something.
    Waits(u64),
    Works(u64),
}

impl Seat {
    fn new(now: u64) -> Arc<Self> {
        let seat = Self { state: AtomicU64::new(0), leave: Notify::new() };
        seat.does(Doing::Waits(now));
        Arc::new(seat)
    }

    pub fn does(&self, doing: Doing) {
        let state = match doing {
            Doing::Waits(since) => since << 1,
            Doing::Works(since) => since << 1 | 1,
        };
        self.state.store(state, Relaxed);
    }

    pub fn doing(&self) -> Doing {
        let state = self.state.load(Relaxed);
        if state & 1 == 0 { Doing::Waits(state >> 1) } else { Doing::Works(state >> 1) }
    }
}

#[derive(Debug)]
struct Taken {
    from: IpAddr,
    seat: Arc<Seat>,
}

#[derive(Debug)]
pub(super) struct Places {
    limits: Limits,
    next: u64,
    unproven: BTreeMap<u64, Taken>,
    proven: BTreeMap<u64, Taken>,
    /// How many unproven ones an address has.
    from: HashMap<IpAddr, usize>,
    /// When an address last showed a right key or token.
    known: HashMap<IpAddr, u64>,
    leaving: usize,
}

/// Whose place may be taken.
#[derive(Debug, Clone, Copy)]
enum Whose {
    Address(IpAddr),
    Strangers,
    Anybody,
}

/// A place that was given.
#[derive(Debug)]
pub(super) struct Given {
    pub id: u64,
    pub seat: Arc<Seat>,
    /// Somebody else lost theirs.
    pub made_room: bool,
}

impl Places {
    pub fn new(limits: Limits) -> Self {
        Self {
            limits,
            next: 0,
            unproven: BTreeMap::new(),
            proven: BTreeMap::new(),
            from: HashMap::new(),
            known: HashMap::new(),
            leaving: 0,
        }
    }

    /// Gives a newcomer a place, someone else's if need be. `trusted`: a proxy, which speaks for many.
    pub fn take(&mut self, address: IpAddr, trusted: bool, now: u64) -> Result<Given, Why> {
        let address = counted(address);
        if trusted {
            self.know(address, now);
        }
        let is_known = self.is_no_stranger(address, now);
        let mut made_room = false;
        if !is_known {
            if self.from.get(&address).copied().unwrap_or_default() >= self.limits.from_one {
                self.free(Whose::Address(address), now, Why::Address)?;
                made_room = true;
            } else if self.strangers(now) >= self.limits.strangers {
                self.free(Whose::Strangers, now, Why::Strangers)?;
                made_room = true;
            }
        }
        let is_full = |places: &Self| places.unproven.len() >= places.limits.unproven;
        if is_full(self) || self.open().0 >= self.limits.all {
            self.free(Whose::Strangers, now, Why::All)
                .or_else(|why| if is_known { self.free(Whose::Anybody, now, why) } else { Err(why) })
                .or_else(|why| if is_known && !is_full(self) { self.free_of_proven() } else { Err(why) })?;
            made_room = true;
        }
        let id = self.next;
        self.next += 1;
        let seat = Seat::new(now);
        self.unproven.insert(id, Taken { from: address, seat: seat.clone() });
        *self.from.entry(address).or_default() += 1;
        Ok(Given { id, seat, made_room })
    }

    /// A connection ended.
    pub fn left(&mut self, id: u64) {
        if self.proven.remove(&id).is_some() {
            return;
        }
        match self.unproven.remove(&id) {
            Some(taken) => self.one_less(taken.from),
            None => self.leaving = self.leaving.saturating_sub(1),
        }
    }

    /// A connection's sender has shown a right key or token: it is no stranger's, and its address is known from now on.
    pub fn proved(&mut self, id: u64, now: u64) {
        if let Some(taken) = self.unproven.remove(&id) {
            self.one_less(taken.from);
            self.proven.insert(id, taken);
        }
        let Some(from) = self.proven.get(&id).map(|taken| taken.from) else { return };
        self.know(from, now);
    }

    fn know(&mut self, address: IpAddr, now: u64) {
        if self.known.len() >= KNOWN && !self.known.contains_key(&address) {
            let oldest = self.known.iter().min_by_key(|(_, at)| **at).map(|(address, _)| *address);
            oldest.map(|oldest| self.known.remove(&oldest));
        }
        self.known.insert(address, now);
    }

    /// Whether somebody there has lately shown a right key or token, or is on this machine.
    pub fn is_known(&self, address: IpAddr, now: u64) -> bool {
        self.is_no_stranger(counted(address), now)
    }

    /// Whether so many connections are about to end that the next should wait for them.
    pub fn are_many_leaving(&self) -> bool {
        self.leaving >= LEAVING
    }

    /// Connections that are open, and the proven ones of them.
    pub fn open(&self) -> (usize, usize) {
        (self.unproven.len() + self.proven.len() + self.leaving, self.proven.len())
    }

    /// Ends some of those that wait: the system has nothing left to give.
    pub fn give_back(&mut self, most: usize, now: u64) -> usize {
        (0..most).take_while(|_| self.free(Whose::Anybody, now, Why::All).is_ok()).count()
    }

    /// How many connections of strangers there are.
    fn strangers(&self, now: u64) -> usize {
        let known: usize = self.from.iter().filter(|(of, _)| self.is_no_stranger(**of, now)).map(|(_, n)| n).sum();
        self.unproven.len() - known
    }

    fn is_no_stranger(&self, address: IpAddr, now: u64) -> bool {
        address.is_loopback() || self.known.get(&address).is_some_and(|at| now.saturating_sub(*at) < KNOWN_FOR_MS)
    }

    /// Takes the place of an unproven connection: of the address that has most of them, the one that has waited longest; if
    /// none waits, the one that has been at work for longest, and for long.
    fn free(&mut self, of: Whose, now: u64, why: Why) -> Result<(), Why> {
        let may = |address: IpAddr| match of {
            Whose::Address(this) => address == this,
            Whose::Strangers => !self.is_no_stranger(address, now),
            Whose::Anybody => true,
        };
        let longest = self
            .unproven
            .iter()
            .filter_map(|(id, taken)| {
                let (works, since) = match taken.seat.doing() {
                    Doing::Waits(since) => (false, since),
                    Doing::Works(since) if now.saturating_sub(since) >= LONG_AT_WORK_MS => (true, since),
                    Doing::Works(_) => return None,
                };
                let many = self.from.get(&taken.from).copied().unwrap_or_default();
                may(taken.from).then_some((Reverse(many), works, since, *id))
            })
            .min();
        let (.., id) = longest.ok_or(why)?;
        if let Some(taken) = self.unproven.remove(&id) {
            self.one_less(taken.from);
            taken.seat.leave.notify_one();
            self.leaving += 1;
        }
        Ok(())
    }

    /// The last resort: a proven connection between two requests, the one that has waited longest.
    fn free_of_proven(&mut self) -> Result<(), Why> {
        let waiting = self.proven.iter().filter_map(|(id, taken)| match taken.seat.doing() {
            Doing::Waits(since) => Some((since, *id)),
            Doing::Works(_) => None,
        });
        let (_, id) = waiting.min().ok_or(Why::All)?;
        if let Some(taken) = self.proven.remove(&id) {
            taken.seat.leave.notify_one();
            self.leaving += 1;
        }
        Ok(())
    }

    fn one_less(&mut self, address: IpAddr) {
        if let Some(count) = self.from.get_mut(&address) {
            *count -= 1;
            if *count == 0 {
                self.from.remove(&address);
            }
        }
    }
}

/// What counts as one address: whoever has one IPv6 address has a whole network of them.
fn counted(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(v6) if !v6.is_loopback() => {
            let [a, b, c, d, ..] = v6.segments();
            IpAddr::V6(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
        }
        other => other,
    }
}

#[cfg(test)]
mod tests;
