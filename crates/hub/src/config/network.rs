//! Addresses and networks, as people write them: `192.168.1.5`, `10.0.0.0/8`, `2001:db8::/32`.

use ipnet::IpNet;
use serde::{Deserialize, Deserializer};
use std::{fmt, net::IpAddr, str::FromStr};

/// One address, or a network of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Network(IpNet);

impl Network {
    pub fn contains(&self, address: IpAddr) -> bool {
        self.0.contains(&address.to_canonical())
    }

    /// `0.0.0.0/0`, `::/0`
    pub fn is_everybody(&self) -> bool {
        self.0.prefix_len() == 0
    }
}

impl FromStr for Network {
    type Err = NoNetwork;

    fn from_str(text: &str) -> Result<Self, NoNetwork> {
        if let Ok(address) = text.parse::<IpAddr>() {
            return Ok(Self(address.to_canonical().into()));
        }
        text.parse::<IpNet>().map(|network| Self(network.trunc())).map_err(|_| NoNetwork)
    }
}

/// It is neither an address nor a network.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be an IP address or a network, such as \"203.0.113.4\" or \"10.0.0.0/8\" (no host name)")]
pub struct NoNetwork;

/// One address is written without the length of its network.
impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.prefix_len() == self.0.max_prefix_len() {
            true => self.0.addr().fmt(f),
            false => self.0.fmt(f),
        }
    }
}

impl<'de> Deserialize<'de> for Network {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn network(text: &str) -> Network {
        text.parse().unwrap_or_else(|why| panic!("{text} {why}"))
    }

    #[test]
    fn addresses_and_networks_are_read_as_people_write_them() {
        for (text, inside, outside) in [
            ("192.168.1.5", "192.168.1.5", "192.168.1.6"),
            ("192.168.1.5", "::ffff:192.168.1.5", "::1"),
            ("10.1.2.3/8", "10.255.0.1", "11.0.0.1"),
            ("::1", "::1", "127.0.0.1"),
            ("2001:db8::/32", "2001:db8:1::9", "2001:db9::"),
            ("0.0.0.0/0", "203.0.113.9", "2001:db8::1"),
        ] {
            let network = network(text);
            assert!(network.contains(inside.parse().expect("an address")), "{inside} in {text}");
            assert!(!network.contains(outside.parse().expect("an address")), "{outside} not in {text}");
        }
        for text in ["", "pbx.example.com", "10.0.0.0/33", "10.0.0/8", "10.0.0.1:80", "10.0.0.1/", " 10.0.0.1"] {
            assert!(text.parse::<Network>().is_err(), "{text:?}");
        }
        assert_eq!(
            (network("10.9.9.9/8").to_string(), network("::1").to_string()),
            ("10.0.0.0/8".into(), "::1".into())
        );
    }
}
