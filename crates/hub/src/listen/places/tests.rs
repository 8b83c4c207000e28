use super::*;

fn limits() -> Limits {
    Limits { all: 20, unproven: 12, strangers: 9, from_one: 4 }
}

fn address(n: u8) -> IpAddr {
    IpAddr::from([192, 0, 2, n])
}

fn take(places: &mut Places, from: IpAddr, now: u64) -> Given {
    places.take(from, false, now).expect("a place")
}

fn works(given: &Given) {
    given.seat.does(Doing::Works(1));
}

/// Whether a place was taken away.
fn is_gone(given: &Given) -> bool {
    let mut told = std::pin::pin!(given.seat.leave.notified());
    told.as_mut().enable()
}

#[test]
fn a_newcomer_gets_the_place_of_the_longest_silent_one_of_its_own_address() {
    let mut places = Places::new(limits());
    let other = take(&mut places, address(2), 1);
    let mine: Vec<Given> = (0..4).map(|n| take(&mut places, address(1), 10 + n)).collect();
    works(&mine[0]);
    assert!(take(&mut places, address(1), 20).made_room);
    let gone: Vec<bool> = mine.iter().map(is_gone).collect();
    assert_eq!(gone, [false, true, false, false]);
    assert!(!is_gone(&other));
}

#[test]
fn an_address_nobody_knows_is_refused_when_all_it_has_is_at_work() {
    let mut places = Places::new(limits());
    (0..4).for_each(|n| works(&take(&mut places, address(1), n + 1)));
    assert_eq!(places.take(address(1), false, 9).expect_err("no place"), Why::Address);
    assert!(!take(&mut places, address(2), 9).made_room);
    // Nothing a stranger may ask for takes so long, but what they hold open themselves.
    assert!(take(&mut places, address(1), 1 + LONG_AT_WORK_MS).made_room);
}

#[test]
fn whoever_has_most_gives_way_first() {
    let mut places = Places::new(limits());
    let few: Vec<Given> = (2..7).map(|n| take(&mut places, address(n), 1)).collect();
    let many: Vec<Given> = (0..4).map(|n| take(&mut places, address(1), 10 + n)).collect();
    assert!(take(&mut places, address(9), 20).made_room);
    assert!(is_gone(&many[0]));
    assert!(!few.iter().any(is_gone));
}

#[test]
fn strangers_cannot_take_the_room_of_known_senders() {
    let mut places = Places::new(limits());
    let first = take(&mut places, address(50), 1);
    places.proved(first.id, 1);
    places.left(first.id);
    for n in 0..9 {
        works(&take(&mut places, address(n), 2));
    }
    assert_eq!(places.take(address(20), false, 3).expect_err("no place"), Why::Strangers);
    assert!(!take(&mut places, address(50), 3).made_room);
    assert!(!take(&mut places, IpAddr::from([127, 0, 0, 1]), 3).made_room);
}

#[test]
fn a_known_sender_is_still_known_after_a_weekend_and_not_for_ever() {
    let mut places = Places::new(limits());
    let first = take(&mut places, address(1), 1);
    places.proved(first.id, 1);
    let day = 24 * 60 * 60 * 1000;
    assert!(places.is_known(address(1), 4 * day));
    assert!(!places.is_known(address(1), 8 * day));
}

#[test]
fn proven_connections_stay_whatever_comes() {
    let mut places = Places::new(limits());
    let desks: Vec<Given> = (0..8)
        .map(|n| {
            let desk = take(&mut places, address(n), 1);
            places.proved(desk.id, 1);
            works(&desk);
            desk
        })
        .collect();
    for n in 0..200 {
        let _ = places.take(address(n), false, 2 + u64::from(n));
        if places.are_many_leaving() {
            places.leaving = 0;
        }
    }
    assert!(!desks.iter().any(is_gone));
    assert!(places.open().0 - places.leaving <= 20);
}

#[test]
fn a_known_sender_gets_the_place_of_a_silent_proven_one_when_there_is_no_other() {
    let mut places = Places::new(Limits { all: 3, unproven: 3, strangers: 2, from_one: 2 });
    let all: Vec<Given> = (0..3)
        .map(|n| {
            let given = take(&mut places, address(n), 1 + u64::from(n));
            places.proved(given.id, 9);
            given
        })
        .collect();
    assert_eq!(places.take(address(100), false, 10).expect_err("no place"), Why::All);
    // The one that leaves is counted until it has left.
    assert!(take(&mut places, address(1), 10).made_room);
    assert_eq!(all.iter().map(is_gone).collect::<Vec<_>>(), [true, false, false]);
}

#[test]
fn a_proxy_speaks_for_many() {
    let mut places = Places::new(limits());
    for n in 0..12 {
        assert!(!places.take(address(1), true, n + 1).expect("a place").made_room);
    }
    assert!(places.take(address(1), true, 20).expect("a place").made_room);
}

#[test]
fn a_network_of_ipv6_addresses_counts_as_one() {
    let mut places = Places::new(limits());
    for n in 0..4_u16 {
        take(&mut places, IpAddr::from([0x2001, 0xdb8, 0, 1, 0, 0, 0, n]), 1);
    }
    assert!(take(&mut places, IpAddr::from([0x2001, 0xdb8, 0, 1, 9, 9, 9, 9]), 2).made_room);
    assert!(!take(&mut places, IpAddr::from([0x2001, 0xdb8, 0, 2, 0, 0, 0, 1]), 2).made_room);
}

#[test]
fn what_is_remembered_stays_bounded_and_every_place_comes_back() {
    let mut places = Places::new(limits());
    for n in 0..5_000_u32 {
        let given = take(&mut places, IpAddr::V4(n.into()), u64::from(n) + 1);
        places.proved(given.id, u64::from(n) + 1);
        places.left(given.id);
    }
    assert_eq!(places.known.len(), KNOWN);
    assert_eq!(places.open(), (0, 0));
    assert!(places.from.is_empty());
}

#[test]
fn the_limits_leave_descriptors_for_the_hub_itself() {
    for descriptors in [16, 64, 256, 1024, 4096, 65_536, u64::MAX] {
        let limits = Limits::within(Some(descriptors));
        assert!(limits.all as u64 <= descriptors - (descriptors / 2).min(OUR_OWN), "{descriptors}: {limits:?}");
        assert!(limits.from_one <= limits.strangers && limits.strangers < limits.unproven, "{limits:?}");
        assert!(limits.from_one > 0 && limits.unproven < limits.all, "{limits:?}");
    }
    assert_eq!(Limits::within(None).all, ALL);
    let usual = Limits { all: 768, unproven: UNPROVEN, strangers: 384, from_one: FROM_ONE };
    assert_eq!(Limits::within(Some(1024)), usual);
}
