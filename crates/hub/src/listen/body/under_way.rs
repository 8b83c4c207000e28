//! How much of bodies is held, for whom; and whose body gives way to the next. No clock and no sockets here.

use std::{
    collections::{BTreeMap, HashMap},
    net::IpAddr,
    task::Waker,
};

/// What may be held at once of requests that have shown a right key or token.
const OF_PROVEN: Share = Share { bytes: 64 * MIB, bodies: 256 };
/// Of requests that have not, yet, from addresses that are known: keys may be in the body.
const OF_KNOWN: Share = Share { bytes: 12 * MIB, bodies: 256 };
/// Of all others together.
const OF_STRANGERS: Share = Share { bytes: 12 * MIB, bodies: 128 };
/// Of one address of theirs.
const OF_ONE: Share = Share { bytes: 6 * MIB, bodies: 32 };
/// Where there are too many, one that has been under way for so long, in milliseconds, gives way to the next: others come in
/// one piece.
const GIVES_WAY_AFTER_MS: u64 = 500;

const MIB: usize = 1024 * 1024;

#[derive(Debug, Clone, Copy)]
struct Share {
    bytes: usize,
    bodies: usize,
}

/// Who a body is counted for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Of {
    Proven,
    Known,
    Stranger(IpAddr),
}

/// There is no room.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Full;

#[derive(Debug, Default)]
pub(super) struct UnderWay {
    next: u64,
    bodies: BTreeMap<u64, Body>,
    proven: Sum,
    known: Sum,
    strangers: Sum,
    one: HashMap<IpAddr, Sum>,
}

#[derive(Debug)]
struct Body {
    of: Of,
    bytes: usize,
    began: u64,
    /// Wakes whoever waits for more of it.
    reader: Option<Waker>,
}

#[derive(Debug, Default, Clone, Copy)]
struct Sum {
    bytes: usize,
    bodies: usize,
}

impl Sum {
    fn has_room(self, bytes: usize, bodies: usize, share: Share) -> bool {
        self.bytes + bytes <= share.bytes && self.bodies + bodies <= share.bodies
    }

    fn add(&mut self, bytes: usize, bodies: usize) {
        self.bytes += bytes;
        self.bodies += bodies;
    }

    fn take_away(&mut self, bytes: usize, bodies: usize) {
        self.bytes = self.bytes.saturating_sub(bytes);
        self.bodies = self.bodies.saturating_sub(bodies);
    }
}

impl UnderWay {
    /// A body begins.
    pub fn begin(&mut self, of: Of, now: u64) -> Result<u64, Full> {
        self.make_room(of, 0, 1, None, now)?;
        let id = self.next;
        self.next += 1;
        self.add(of, 0, 1);
        self.bodies.insert(id, Body { of, bytes: 0, began: now, reader: None });
        Ok(id)
    }

    /// So much more of it is held, for whoever it is known to be by now.
    pub fn grow(&mut self, id: u64, of: Of, bytes: usize, now: u64) -> Result<(), Full> {
        let (before, held) = self.bodies.get(&id).map(|body| (body.of, body.bytes)).ok_or(Full)?;
        if before == of {
            self.make_room(of, bytes, 0, Some(id), now)?;
            self.add(of, bytes, 0);
        } else {
            self.make_room(of, held + bytes, 1, Some(id), now)?;
            self.take_away(before, held, 1);
            self.add(of, held + bytes, 1);
        }
        let body = self.bodies.get_mut(&id).ok_or(Full)?;
        body.of = of;
        body.bytes += bytes;
        Ok(())
    }

    /// So much of it is held no longer.
    pub fn shrink(&mut self, id: u64, bytes: usize) {
        let Some(body) = self.bodies.get_mut(&id) else { return };
        let bytes = bytes.min(body.bytes);
        body.bytes -= bytes;
        let of = body.of;
        self.take_away(of, bytes, 0);
    }

    /// Somebody waits for more of it; `false`: it has given way.
    pub fn waits(&mut self, id: u64, reader: &Waker) -> bool {
        match self.bodies.get_mut(&id) {
            Some(body) => {
                body.reader = Some(reader.clone());
                true
            }
            None => false,
        }
    }

    /// Its request was answered.
    pub fn end(&mut self, id: u64) -> Option<()> {
        let body = self.bodies.remove(&id)?;
        self.take_away(body.of, body.bytes, 1);
        if let Some(reader) = body.reader {
            reader.wake();
        }
        Some(())
    }

    fn has_room(&self, of: Of, bytes: usize, bodies: usize) -> bool {
        match of {
            Of::Proven => self.proven.has_room(bytes, bodies, OF_PROVEN),
            Of::Known => self.known.has_room(bytes, bodies, OF_KNOWN),
            Of::Stranger(address) => {
                let one = self.one.get(&address).copied().unwrap_or_default();
                one.has_room(bytes, bodies, OF_ONE) && self.strangers.has_room(bytes, bodies, OF_STRANGERS)
            }
        }
    }

    /// Ends others until there is room: the largest where it is about bytes, so that a short push gets through whatever others
    /// heap up; the oldest where it is about their number.
    fn make_room(&mut self, of: Of, bytes: usize, bodies: usize, but: Option<u64>, now: u64) -> Result<(), Full> {
        while !self.has_room(of, bytes, bodies) {
            // With a right key it is not a stranger who is slow.
            if of == Of::Proven {
                return Err(Full);
            }
            let is_full_alone = match of {
                Of::Stranger(address) => {
                    !self.one.get(&address).copied().unwrap_or_default().has_room(bytes, bodies, OF_ONE)
                }
                _ => false,
            };
            let gives_way = |body: &Body| match (of, body.of) {
                (Of::Stranger(_), Of::Stranger(_)) => !is_full_alone || of == body.of,
                (of, other) => of == other,
            };
            let mut others = self.bodies.iter().filter(|(id, body)| Some(**id) != but && gives_way(body));
            let one = if self.has_room(of, 0, bodies) {
                let own = but.and_then(|id| self.bodies.get(&id)).map_or(0, |body| body.bytes);
                let larger = others.filter(|(_, body)| body.bytes > own + bytes);
                larger.max_by_key(|(_, body)| body.bytes).map(|(id, _)| *id)
            } else {
                let oldest = others.next().filter(|(_, body)| now.saturating_sub(body.began) >= GIVES_WAY_AFTER_MS);
                oldest.map(|(id, _)| *id)
            };
            one.and_then(|one| self.end(one)).ok_or(Full)?;
        }
        Ok(())
    }

    fn sums(&mut self, of: Of) -> (&mut Sum, Option<&mut Sum>) {
        match of {
            Of::Proven => (&mut self.proven, None),
            Of::Known => (&mut self.known, None),
            Of::Stranger(address) => (&mut self.strangers, Some(self.one.entry(address).or_default())),
        }
    }

    fn add(&mut self, of: Of, bytes: usize, bodies: usize) {
        let (all, one) = self.sums(of);
        all.add(bytes, bodies);
        if let Some(one) = one {
            one.add(bytes, bodies);
        }
    }

    fn take_away(&mut self, of: Of, bytes: usize, bodies: usize) {
        let (all, one) = self.sums(of);
        all.take_away(bytes, bodies);
        if let Some(one) = one {
            one.take_away(bytes, bodies);
            if let (0, Of::Stranger(address)) = (one.bodies, of) {
                self.one.remove(&address);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stranger(n: u8) -> Of {
        Of::Stranger(IpAddr::from([192, 0, 2, n]))
    }

    #[test]
    fn strangers_hold_so_much_together_and_one_of_them_half() {
        let mut all = UnderWay::default();
        let ids: Vec<u64> = (1..=3).map(|n| all.begin(stranger(n), 0).expect("room")).collect();
        assert_eq!(all.grow(ids[0], stranger(1), 6 * MIB, 1), Ok(()));
        assert_eq!(all.grow(ids[0], stranger(1), 1, 1), Err(Full));
        assert_eq!(all.grow(ids[1], stranger(2), 6 * MIB, 1), Ok(()));
        assert_eq!(all.grow(ids[2], stranger(3), 6 * MIB, 1), Err(Full));
        let known = all.begin(Of::Known, 1).expect("room of others");
        assert_eq!(all.grow(known, Of::Known, 4 * MIB, 1), Ok(()));
    }

    #[test]
    fn a_body_that_stays_open_gives_way_to_the_next() {
        let mut all = UnderWay::default();
        let open: Vec<u64> = (0..256).map(|_| all.begin(Of::Known, 0).expect("room")).collect();
        assert_eq!(all.begin(Of::Known, 499), Err(Full));
        assert!(all.begin(Of::Known, 500).is_ok());
        assert!(!all.waits(open[0], Waker::noop()));
        assert!(all.waits(open[1], Waker::noop()));
        assert_eq!(all.grow(open[0], Of::Known, 1, 500), Err(Full));
    }

    #[test]
    fn a_short_body_gets_through_whatever_others_heap_up() {
        let mut all = UnderWay::default();
        let large: Vec<u64> = (0..3).map(|_| all.begin(Of::Known, 0).expect("room")).collect();
        large.iter().for_each(|id| all.grow(*id, Of::Known, 4 * MIB, 0).expect("room"));
        let short = all.begin(Of::Known, 1).expect("room");
        assert_eq!(all.grow(short, Of::Known, 1000, 1), Ok(()));
        assert_eq!(large.iter().filter(|id| all.waits(**id, Waker::noop())).count(), 2);
        // The large ones find no such way.
        assert_eq!(all.grow(large[0], Of::Known, 5 * MIB, 2), Err(Full));
    }

    #[test]
    fn whoever_fills_their_own_share_costs_nobody_elses_body() {
        let mut all = UnderWay::default();
        let other = all.begin(stranger(9), 0).expect("room");
        let mine: Vec<u64> = (0..32).map(|_| all.begin(stranger(1), 1).expect("room")).collect();
        assert!(all.begin(stranger(1), 1000).is_ok());
        assert!(all.waits(other, Waker::noop()));
        assert!(!all.waits(mine[0], Waker::noop()));
    }

    #[test]
    fn with_a_right_key_a_body_counts_apart_from_strangers() {
        let mut all = UnderWay::default();
        let pbx = all.begin(Of::Known, 0).expect("room");
        all.grow(pbx, Of::Known, MIB, 0).expect("room");
        all.grow(pbx, Of::Proven, MIB, 0).expect("room");
        assert_eq!((all.known.bytes, all.known.bodies), (0, 0));
        assert_eq!((all.proven.bytes, all.proven.bodies), (2 * MIB, 1));
        // Nothing of strangers ends it.
        let others = (0..300).filter(|_| all.begin(Of::Known, 10_000).is_ok()).count();
        assert_eq!(others, 256);
        assert!(all.waits(pbx, Waker::noop()));
    }

    #[test]
    fn a_long_body_that_is_let_go_of_as_it_comes_needs_room_for_a_piece() {
        let mut all = UnderWay::default();
        let long = all.begin(Of::Proven, 0).expect("room");
        for _ in 0..200 {
            all.grow(long, Of::Proven, MIB, 0).expect("room");
            all.shrink(long, MIB - 1);
        }
        assert_eq!((all.proven.bytes, all.proven.bodies), (200, 1));
        // Of what is not held, nothing is given back.
        all.shrink(long, MIB);
        all.end(long);
        all.shrink(long, MIB);
        assert_eq!((all.proven.bytes, all.proven.bodies), (0, 0));
    }

    #[test]
    fn everything_comes_back() {
        let mut all = UnderWay::default();
        for n in 0..1_000_u32 {
            let of = Of::Stranger(IpAddr::V4((n % 40).into()));
            let Ok(id) = all.begin(of, u64::from(n) * 100) else { continue };
            let _ = all.grow(id, of, MIB, u64::from(n) * 100);
        }
        for id in 0..all.next {
            all.end(id);
        }
        assert_eq!((all.strangers.bytes, all.strangers.bodies, all.one.len(), all.bodies.len()), (0, 0, 0, 0));
    }
}
