//! Where an address leads: its scheme, host and port.

use reqwest::Url;
use std::net::IpAddr;

/// Scheme, host and port of an address, without the port where it is the scheme's own; `None` where it names no host.
pub fn of(url: &str) -> Option<String> {
    Url::parse(url).ok().filter(Url::has_host).map(|url| url.origin().ascii_serialization())
}

/// Whether it is not encrypted on its way, and leaves this computer on it.
pub fn is_plain_and_leaves(url: &str) -> bool {
    let Ok(url) = Url::parse(url) else { return false };
    let host = url.host_str().unwrap_or_default().trim_start_matches('[').trim_end_matches(']');
    let is_here =
        host == "localhost" || host.ends_with(".localhost") || host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback());
    matches!(url.scheme(), "http" | "ws") && !is_here
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_leaves_this_computer_unencrypted_is_known() {
        for plain in [
            "http://pbx.example.com/api",
            "ws://192.0.2.7/v1/desk",
            "http://[2001:db8::1]:8088",
            "HTTP://localhost.example.com",
        ] {
            assert!(is_plain_and_leaves(plain), "{plain}");
        }
        for fine in [
            "https://pbx.example.com",
            "wss://hub.example.com",
            "http://127.0.0.1:8088",
            "http://[::1]:1",
            "http://localhost",
            "no address",
            "",
        ] {
            assert!(!is_plain_and_leaves(fine), "{fine}");
        }
    }
}
