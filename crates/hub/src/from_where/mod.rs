//! Who sent a request, as far as it shows before any proof: from which address, by which name of ours, and whether a web
//! page did.
//!
//! [`look`] is the first thing every request meets. What a page of another site sends is refused there, before anything
//! else is done with it.

mod forwarded;
mod page;

use crate::{
    api::{self, ApiError},
    config::Network,
    hub::Shared,
    repeats::RepeatedLine,
};
use axum::{
    extract::{ConnectInfo, Request, State},
    http::{HeaderMap, Method, StatusCode},
    middleware::Next,
    response::Response,
};
use std::{
    fmt,
    net::{IpAddr, Ipv6Addr, SocketAddr},
    sync::Arc,
    time::Instant,
};

pub(crate) use page::OwnNames;

/// A request's sender; with every request, as an extension.
#[derive(Debug, Clone, Copy)]
pub(crate) struct FromWhere {
    /// Behind a trusted proxy the one the proxy names.
    pub address: IpAddr,
    said: Said,
    /// It asked for us by a name that is not ours: only proof helps.
    pub by_foreign_name: bool,
    /// A browser opened it as a page, for a page of another site.
    pub opened_by_another_site: bool,
    /// It looks like a browser.
    is_a_browser: bool,
}

/// How an address came to be known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Said {
    /// It is the other end of the connection, and nothing says otherwise; or a trusted proxy named it.
    Plainly,
    /// It is the other end of the connection, which says (or is known) to pass on requests of others.
    ForOthers,
    /// A trusted proxy's words contradict each other, or are none.
    Unclear,
}

/// Senders that are counted together: an address, or the network of an IPv6 customer, who has 2⁶⁴ of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Place(IpAddr);

impl Place {
    pub fn of(address: IpAddr) -> Self {
        match address.to_canonical() {
            IpAddr::V6(address) => Self(Ipv6Addr::from_bits(address.to_bits() >> 64 << 64).into()),
            address => Self(address),
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            IpAddr::V4(address) => address.fmt(f),
            IpAddr::V6(network) => write!(f, "{network}/64"),
        }
    }
}

impl FromWhere {
    pub fn place(&self) -> Place {
        Place::of(self.address)
    }

    /// Whether it is in a list of addresses.
    pub fn is_in(&self, list: &[Network]) -> bool {
        self.said != Said::Unclear && list.iter().any(|network| network.contains(self.address))
    }

    /// Whether it is a program of this machine, and not a proxy here that passes on what others send.
    pub fn is_of_this_machine(&self) -> bool {
        self.said == Said::Plainly && self.address.is_loopback()
    }

    /// Whether a web page may be behind it. Browsers say for which site they ask, except where the address they ask is
    /// not encrypted and not of their own machine; and for a link that another program had them open, they ask for none.
    pub fn may_be_a_page(&self) -> bool {
        self.by_foreign_name || self.is_a_browser
    }
}

/// What every request meets first.
pub(crate) async fn look(
    State(shared): State<Arc<Shared>>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    mut request: Request,
    next: Next,
) -> Result<Response, ApiError> {
    let (address, said) = forwarded::sender(peer.ip().to_canonical(), &shared.trusted_proxies, request.headers());
    let seen = page::look(&shared.own_names, request.uri(), request.headers());
    // Some systems push by having the agent's browser open an address of ours: whether this account's does is asked where its
    // proof is, so that others learn nothing of it. The other site sees nothing of the page.
    let is_push = request.method() == Method::GET && request.uri().path().starts_with("/in/");
    let opened_by_another_site = seen.is_of_another_site && seen.is_opened && is_push;
    let (by_foreign_name, is_a_browser) = (seen.by_foreign_name, seen.is_a_browser);
    let sender = FromWhere { address, said, by_foreign_name, opened_by_another_site, is_a_browser };
    let may_go_on = (!seen.is_of_another_site || opened_by_another_site)
        && (!seen.by_foreign_name || may_prove_itself(&shared, &sender, request.uri().path(), request.headers()).await);
    if !may_go_on {
        shared.metrics.foreign();
        let (error, reason) = match seen.by_foreign_name {
            true => (foreign_host(), "it asked by a name that is not under [listen] names"),
            false => (foreign_origin(), "a web page of another site sent it"),
        };
        let line = RepeatedLine::new("a request was refused", reason, sender.place());
        shared.repeats.say(line, Instant::now());
        return Err(error);
    }
    request.extensions_mut().insert(sender);
    Ok(next.run(request).await)
}

/// Whether a request by a foreign name, which no page can have sent, gets as far as where its proof is looked at.
async fn may_prove_itself(shared: &Shared, sender: &FromWhere, path: &str, headers: &HeaderMap) -> bool {
    match path {
        // its key may be in the body
        path if path.starts_with("/in/") => true,
        // its token is in the first frame
        "/v1/desk" => true,
        _ => api::has_token(shared, sender, headers).await,
    }
}

pub(crate) fn foreign_host() -> ApiError {
    let message = "Ringcard is not known here by that name: an administrator adds it to [listen] names";
    ApiError::new(StatusCode::FORBIDDEN, "foreign_host", message)
}

fn foreign_origin() -> ApiError {
    ApiError::new(StatusCode::FORBIDDEN, "foreign_origin", "Web pages of other sites get nothing here")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_ipv6_customer_is_one_place_and_a_mapped_address_is_the_address() {
        let place = |text: &str| Place::of(text.parse().expect("an address"));
        assert_eq!(place("2001:db8:0:1::5"), place("2001:db8:0:1:ffff::9"));
        assert_ne!(place("2001:db8:0:1::5"), place("2001:db8:0:2::5"));
        assert_eq!(place("::ffff:192.0.2.1"), place("192.0.2.1"));
        assert_ne!(place("192.0.2.1"), place("192.0.2.2"));
        assert_eq!(place("2001:db8:0:1::5").to_string(), "2001:db8:0:1::/64");
    }
}
