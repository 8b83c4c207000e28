//! From where a request came, behind reverse proxies: `X-Forwarded-For` and `Forwarded` (RFC 7239), as far as they were
//! written by somebody who is trusted.

use super::Said;
use crate::config::Network;
use axum::http::HeaderMap;
use std::net::{IpAddr, SocketAddr};

const X_FORWARDED_FOR: &str = "x-forwarded-for";
const FORWARDED: &str = "forwarded";
/// Whoever adds one of these passes on what others send.
const PASSED_ON: [&str; 4] = [X_FORWARDED_FOR, FORWARDED, "via", "x-real-ip"];
/// More than any chain of proxies has; what is longer was written by a sender.
const MOST_HOPS: usize = 32;
/// `[ffff:…:255.255.255.255]:65535` and some room.
const LONGEST_HOP: usize = 256;

/// The sender's address. `peer` is the other end of the connection.
pub(super) fn sender(peer: IpAddr, trusted: &[Network], headers: &HeaderMap) -> (IpAddr, Said) {
    let is_trusted = |address: IpAddr| trusted.iter().any(|network| network.contains(address));
    if !is_trusted(peer) {
        let for_others = PASSED_ON.iter().any(|name| headers.contains_key(*name));
        return (peer, if for_others { Said::ForOthers } else { Said::Plainly });
    }
    let by_x = headers.contains_key(X_FORWARDED_FOR).then(|| last_untrusted(peer, hops(headers), is_trusted));
    let by_rfc = headers.contains_key(FORWARDED).then(|| last_untrusted(peer, elements(headers), is_trusted));
    match (by_x, by_rfc) {
        (None, None) => (peer, Said::ForOthers),
        // A proxy writes one of them and passes the other on, whoever wrote it.
        (Some(one), Some(other)) if one != other => (peer, Said::Unclear),
        (Some(known), _) | (None, Some(known)) => known.map_or((peer, Said::Unclear), |known| (known, Said::Plainly)),
    }
}

/// From the nearest hop to the farthest, the first that is no proxy of ours; the farthest where all are.
fn last_untrusted(
    peer: IpAddr,
    hops: impl Iterator<Item = Option<IpAddr>>,
    is_trusted: impl Fn(IpAddr) -> bool,
) -> Option<IpAddr> {
    let mut known = peer;
    for (number, hop) in hops.enumerate() {
        known = hop.filter(|_| number < MOST_HOPS)?;
        if !is_trusted(known) {
            break;
        }
    }
    Some(known)
}

/// The parts of a header, the nearest first, however many lines it has.
fn parts<'h>(headers: &'h HeaderMap, name: &str) -> impl Iterator<Item = Option<&'h str>> {
    let lines: Vec<_> = headers.get_all(name).iter().collect();
    lines.into_iter().rev().flat_map(|line| {
        let text = line.to_str().ok();
        let parts = text.into_iter().flat_map(|text| text.rsplit(',').map(|part| Some(part.trim())));
        parts.chain(text.is_none().then_some(None))
    })
}

fn hops(headers: &HeaderMap) -> impl Iterator<Item = Option<IpAddr>> {
    parts(headers, X_FORWARDED_FOR).map(|part| address(part?))
}

/// `for=192.0.2.60;proto=https, for="[2001:db8::1]:4711"`. A name that hides an address (`unknown`, `_proxy`) is none.
fn elements(headers: &HeaderMap) -> impl Iterator<Item = Option<IpAddr>> {
    parts(headers, FORWARDED).map(|element| {
        let mut pairs = element?.split(';').filter_map(|pair| pair.split_once('='));
        let mut for_whom = pairs.by_ref().filter(|(name, _)| name.trim().eq_ignore_ascii_case("for"));
        let (Some((_, value)), None) = (for_whom.next(), for_whom.next()) else { return None };
        let value = value.trim();
        address(value.strip_prefix('"').and_then(|value| value.strip_suffix('"')).unwrap_or(value))
    })
}

/// An address, perhaps with a port, perhaps in brackets.
fn address(text: &str) -> Option<IpAddr> {
    if text.len() > LONGEST_HOP {
        return None;
    }
    let bare = || text.parse::<IpAddr>().ok();
    let with_port = || text.parse::<SocketAddr>().ok().map(|address| address.ip());
    let in_brackets = || text.strip_prefix('[')?.strip_suffix(']')?.parse().ok();
    bare().or_else(with_port).or_else(in_brackets).map(|address: IpAddr| address.to_canonical())
}

#[cfg(test)]
mod tests {
    use super::*;

    const PROXY: &str = "127.0.0.1";

    fn from(peer: &str, lines: &[(&'static str, &str)]) -> (String, Said) {
        let trusted: Vec<Network> =
            ["127.0.0.1", "10.0.0.0/8"].iter().map(|text| text.parse().expect("a network")).collect();
        let mut headers = HeaderMap::new();
        for (name, value) in lines {
            headers.append(*name, value.parse().expect("a value"));
        }
        let (address, said) = sender(peer.parse().expect("an address"), &trusted, &headers);
        (address.to_string(), said)
    }

    #[test]
    fn the_nearest_address_that_is_no_proxy_of_ours_is_the_senders() {
        for (lines, expected) in [
            ([("x-forwarded-for", "203.0.113.9")].as_slice(), "203.0.113.9"),
            (&[("x-forwarded-for", "6.6.6.6, 203.0.113.9")], "203.0.113.9"),
            (&[("x-forwarded-for", "6.6.6.6"), ("x-forwarded-for", "203.0.113.9")], "203.0.113.9"),
            (&[("x-forwarded-for", "6.6.6.6, 203.0.113.9, 10.1.2.3, 10.4.5.6")], "203.0.113.9"),
            (&[("x-forwarded-for", "garbage, 203.0.113.9:52100")], "203.0.113.9"),
            (&[("x-forwarded-for", "[2001:db8::9]:443")], "2001:db8::9"),
            (&[("x-forwarded-for", "2001:db8::9")], "2001:db8::9"),
            (&[("x-forwarded-for", "::ffff:203.0.113.9")], "203.0.113.9"),
            // all of them ours: the farthest sent it
            (&[("x-forwarded-for", "10.0.0.7, 10.1.2.3")], "10.0.0.7"),
            (&[("forwarded", "for=192.0.2.60;proto=http;by=203.0.113.43")], "192.0.2.60"),
            (&[("forwarded", "for=6.6.6.6, For=\"[2001:db8:cafe::17]:4711\"")], "2001:db8:cafe::17"),
            (&[("forwarded", "proto=https; for=192.0.2.60")], "192.0.2.60"),
            (&[("forwarded", "for=192.0.2.60"), ("x-forwarded-for", "192.0.2.60")], "192.0.2.60"),
        ] {
            assert_eq!(from(PROXY, lines), (expected.to_owned(), Said::Plainly), "{lines:?}");
        }
    }

    #[test]
    fn words_of_a_trusted_proxy_that_name_nobody_leave_it_open() {
        let many = "10.0.0.1,".repeat(40) + "10.0.0.2";
        for lines in [
            [("x-forwarded-for", "unknown")].as_slice(),
            &[("x-forwarded-for", "")],
            &[("x-forwarded-for", "203.0.113.9, garbage")],
            &[("x-forwarded-for", &many)],
            &[("forwarded", "for=_hidden")],
            &[("forwarded", "for=unknown")],
            &[("forwarded", "proto=https")],
            &[("forwarded", "for=203.0.113.9;for=127.0.0.1")],
            // one of the two was written by the sender, and nobody knows which
            &[("forwarded", "for=127.0.0.1"), ("x-forwarded-for", "203.0.113.9")],
        ] {
            assert_eq!(from(PROXY, lines), (PROXY.to_owned(), Said::Unclear), "{lines:?}");
        }
    }

    #[test]
    fn what_somebody_else_writes_into_these_headers_counts_for_nothing() {
        for name in ["x-forwarded-for", "forwarded", "via", "x-real-ip"] {
            let seen = from("203.0.113.5", &[(name, "for=127.0.0.1")]);
            assert_eq!(seen, ("203.0.113.5".to_owned(), Said::ForOthers), "{name}");
        }
        assert_eq!(from("203.0.113.5", &[]), ("203.0.113.5".to_owned(), Said::Plainly));
        assert_eq!(from(PROXY, &[]), (PROXY.to_owned(), Said::ForOthers));
    }
}
