//! Web pages: what a browser sends on behalf of one shows in headers that the page cannot change (`Origin`,
//! `Sec-Fetch-Site`), or in the name it asked by. A page that lets its own name point to this machine has nothing but
//! that name.

use axum::http::{HeaderMap, HeaderName, Uri, header, uri::Authority};
use std::net::{IpAddr, SocketAddr};

const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");
const SEC_FETCH_MODE: HeaderName = HeaderName::from_static("sec-fetch-mode");
const SEC_FETCH_DEST: HeaderName = HeaderName::from_static("sec-fetch-dest");

/// The names this hub is reached by.
pub(crate) struct OwnNames {
    listens_at: IpAddr,
    names: Vec<String>,
    /// Where a proxy shows the hub to others.
    public: Option<Origin>,
}

/// What shows of a page.
pub(super) struct Seen {
    /// The browser says that a page sent it which is not ours.
    pub is_of_another_site: bool,
    pub by_foreign_name: bool,
    pub is_a_browser: bool,
    /// A browser opens it as a page of its own, by one of our names: whoever had it opened sees nothing of it.
    pub is_opened: bool,
}

/// Scheme, host and port of a page, or of a request where the scheme is not known.
#[derive(PartialEq, Eq)]
struct Origin {
    is_https: bool,
    host: String,
    port: u16,
}

impl OwnNames {
    pub fn new(listens_at: SocketAddr, names: &[String], public_url: Option<&str>) -> Self {
        let public = public_url.and_then(Origin::read);
        let names = names.iter().map(|name| plain(name)).chain(public.as_ref().map(|public| public.host.clone()));
        Self { listens_at: listens_at.ip().to_canonical(), names: names.collect(), public }
    }

    /// A name that somebody else may own leads here only if they want it to. An address leads nowhere else; where only
    /// this machine is listened to, an address of the network is the word of somebody who passes requests on.
    fn is_ours(&self, host: &str) -> bool {
        if self.names.iter().any(|name| name == host) || host == "localhost" || host.ends_with(".localhost") {
            return true;
        }
        let Some(address) = literal(host) else { return false };
        // Not for “any address” (0.0.0.0), and not for 127.0.0.1 written otherwise: to browsers those are another site.
        let is_plain = !address.is_unspecified() && address.to_canonical() == address;
        is_plain && (address.is_loopback() || address == self.listens_at || !self.listens_at.is_loopback())
    }

    fn is_same(&self, origin: &Origin, asked: &Authority) -> bool {
        let usual = if origin.is_https { 443 } else { 80 };
        let same = plain(asked.host()) == origin.host && asked.port_u16().unwrap_or(usual) == origin.port;
        same || self.public.as_ref() == Some(origin)
    }
}

impl Origin {
    /// `https://hub.example.com:8443`, with or without a path.
    fn read(text: &str) -> Option<Self> {
        let uri: Uri = text.parse().ok()?;
        let is_https = match uri.scheme_str()? {
            "https" => true,
            "http" => false,
            _ => return None,
        };
        let authority = uri.authority().filter(|authority| !authority.as_str().contains('@'))?;
        let port = authority.port_u16().unwrap_or(if is_https { 443 } else { 80 });
        Some(Self { is_https, host: plain(authority.host()), port })
    }
}

pub(super) fn look(own: &OwnNames, uri: &Uri, headers: &HeaderMap) -> Seen {
    let asked = asked(uri, headers);
    // No name at all is no browser: those always send one.
    let by_foreign_name = match &asked {
        Asked::Nobody => false,
        Asked::One(authority) => !own.is_ours(&plain(authority.host())),
        Asked::Unclear => true,
    };
    let mut origins = headers.get_all(header::ORIGIN).iter();
    let origin_is_ours = origins.all(|origin| match (&asked, origin.to_str().ok().and_then(Origin::read)) {
        (Asked::One(asked), Some(origin)) => !by_foreign_name && own.is_same(&origin, asked),
        _ => false,
    });
    let mut sites = headers.get_all(SEC_FETCH_SITE).iter();
    let site_is_ours = sites.all(|site| matches!(site.as_bytes(), b"none" | b"same-origin"));
    let has_any = |names: [HeaderName; 2]| names.iter().any(|name| headers.contains_key(name));
    let says_for_which_site = has_any([header::ORIGIN, SEC_FETCH_SITE]);
    let only = |name: HeaderName, value: &[u8]| {
        let mut values = headers.get_all(name).iter();
        values.next().is_some_and(|first| first.as_bytes() == value) && values.next().is_none()
    };
    let is_page = only(SEC_FETCH_MODE, b"navigate") && only(SEC_FETCH_DEST, b"document");
    let is_opened = is_page && !by_foreign_name && !headers.contains_key(header::ORIGIN);
    Seen {
        is_opened,
        is_of_another_site: !origin_is_ours || !site_is_ours || (says_for_which_site && by_foreign_name),
        by_foreign_name,
        is_a_browser: says_for_which_site || has_any([header::ACCEPT_LANGUAGE, header::REFERER]),
    }
}

/// By which name a request asked.
enum Asked {
    Nobody,
    One(Authority),
    /// By two, or by one that is none.
    Unclear,
}

fn asked(uri: &Uri, headers: &HeaderMap) -> Asked {
    let hosts: Vec<Option<Authority>> =
        headers.get_all(header::HOST).iter().map(|host| host.to_str().ok()?.parse().ok()).collect();
    match (hosts.as_slice(), uri.authority()) {
        ([], None) => Asked::Nobody,
        ([], Some(one)) => Asked::One(one.clone()),
        ([Some(one)], other) if !one.as_str().contains('@') && other.is_none_or(|other| other == one) => {
            Asked::One(one.clone())
        }
        _ => Asked::Unclear,
    }
}

/// As it is compared.
fn plain(host: &str) -> String {
    let host = host.strip_suffix('.').unwrap_or(host).to_ascii_lowercase();
    match literal(&host) {
        Some(address) => address.to_string(),
        None => host,
    }
}

fn literal(host: &str) -> Option<IpAddr> {
    host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host).parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(listens_at: &str, lines: &[(&'static str, &str)]) -> Seen {
        let names = ["hub.lan".to_owned()];
        let own = OwnNames::new(listens_at.parse().expect("an address"), &names, Some("https://Ringcard.example.com"));
        let mut headers = HeaderMap::new();
        for (name, value) in lines {
            headers.append(*name, value.parse().expect("a value"));
        }
        look(&own, &Uri::from_static("/in/pbx/incoming"), &headers)
    }

    #[test]
    fn our_names_are_this_machines_the_configured_ones_and_addresses_where_others_are_listened_to() {
        let here = "127.0.0.1:8480";
        let network = "0.0.0.0:8480";
        for (host, at_home, in_network) in [
            ("127.0.0.1:8480", true, true),
            ("localhost", true, true),
            ("LOCALHOST.:8480", true, true),
            ("ringcard.localhost:8480", true, true),
            ("[::1]:8480", true, true),
            ("127.0.0.2:9999", true, true),
            ("hub.lan:8480", true, true),
            ("HUB.LAN.", true, true),
            ("ringcard.example.com", true, true),
            ("192.168.1.5:8480", false, true),
            ("[2001:db8::5]:8480", false, true),
            ("0.0.0.0:8480", false, false),
            ("[::]:8480", false, false),
            ("[::ffff:127.0.0.1]:8480", false, false),
            ("evil.example:8480", false, false),
            ("127.0.0.1.evil.example", false, false),
            ("localhost.evil.example", false, false),
            ("2130706433:8480", false, false),
            ("127.1:8480", false, false),
            ("user@127.0.0.1:8480", false, false),
            ("", false, false),
            ("a b", false, false),
        ] {
            assert_eq!(!seen(here, &[("host", host)]).by_foreign_name, at_home, "{host} on loopback");
            assert_eq!(!seen(network, &[("host", host)]).by_foreign_name, in_network, "{host} in a network");
        }
        assert!(!seen(here, &[]).by_foreign_name, "a program of the old kind sends no name");
        assert!(seen(here, &[("host", "localhost"), ("host", "evil.example")]).by_foreign_name);
    }

    #[test]
    fn a_page_of_our_own_is_no_other_site_and_every_other_is() {
        let at = |host, lines: &[(&'static str, &str)]| {
            let lines: Vec<_> = [("host", host)].into_iter().chain(lines.iter().copied()).collect();
            seen("127.0.0.1:8480", &lines).is_of_another_site
        };
        let here = "127.0.0.1:8480";
        for lines in [
            [].as_slice(),
            &[("sec-fetch-site", "none")],
            &[("sec-fetch-site", "same-origin")],
            &[("origin", "http://127.0.0.1:8480")],
            &[("origin", "https://ringcard.example.com")],
        ] {
            assert!(!at(here, lines), "{lines:?}");
        }
        assert!(!at("ringcard.example.com", &[("origin", "https://ringcard.example.com")]), "behind a proxy");
        for lines in [
            [("origin", "null")].as_slice(),
            &[("origin", "")],
            &[("origin", "https://127.0.0.1:8480/"), ("origin", "https://evil.example")],
            &[("origin", "http://127.0.0.1")],
            &[("origin", "http://127.0.0.1:84800")],
            &[("origin", "http://localhost:8480")],
            &[("origin", "http://user@127.0.0.1:8480")],
            &[("origin", "chrome-extension://abc")],
            &[("origin", "http://ringcard.example.com")],
            &[("sec-fetch-site", "cross-site")],
            &[("sec-fetch-site", "same-site")],
            &[("sec-fetch-site", "")],
            &[("sec-fetch-site", "none"), ("sec-fetch-site", "cross-site")],
        ] {
            assert!(at(here, lines), "{lines:?}");
        }
        // a name that was made to point here: to the browser the page and we are one site
        assert!(at("evil.example:8480", &[("origin", "http://evil.example:8480")]));
        assert!(at("evil.example:8480", &[("sec-fetch-site", "same-origin")]));
    }

    #[test]
    fn a_browser_is_seen_by_what_only_browsers_send_whatever_it_says() {
        for line in [
            // old, or at an address of the network: it does not say for which site
            ("accept-language", "hu"),
            ("referer", "http://evil.example/"),
            // a link in a letter, opened by the mail program, is one that nobody's page sent
            ("sec-fetch-site", "none"),
            ("sec-fetch-site", "same-origin"),
            ("origin", "http://127.0.0.1:8480"),
        ] {
            assert!(seen("127.0.0.1:8480", &[("host", "127.0.0.1:8480"), line]).is_a_browser, "{line:?}");
        }
        assert!(!seen("0.0.0.0:80", &[("user-agent", "curl/8"), ("accept", "*/*")]).is_a_browser);
    }
}
