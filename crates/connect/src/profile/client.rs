//! Sending one request to a PBX, once.
//!
//! Never twice: no retries, no reused connections (whose end may be noticed only after the request left), no
//! redirects followed. Never readable: credentials travel in URLs (S4-11), so no URL and no error that holds one
//! leaves this file.

use super::{
    config::request::{Filled, FilledBody},
    outcome::Answer,
};
use crate::permits::{CameTo, CountsAgainst, PermitPlace, UnderWay};
use reqwest::{
    Url,
    header::{HeaderName, HeaderValue, LOCATION},
    redirect::Policy,
};
use std::{error::Error, io, net::IpAddr, sync::Once, time::Duration};

/// An answer to a click-to-call is a line or two.
const LONGEST_ANSWER: usize = 64 * 1024;

/// Why there is no answer. The texts hold no secrets and no URLs.
#[derive(Debug)]
pub(super) enum SendFailure {
    /// The address or a header cannot be used: nothing was sent.
    NotConfigured(String),
    /// No connection: nothing was sent.
    NotSent(String),
    /// It was sent, or may have been, and no answer came.
    Unknown(String),
}

#[derive(Debug, Clone)]
pub(super) struct Client {
    http: reqwest::Client,
    timeout: Duration,
    allow_http: bool,
    pub permits: PermitPlace,
}

static PROVIDER: Once = Once::new();

/// What sends a request at most once. Chooses who does TLS, once; an application that installed one already keeps it.
pub(crate) fn builder(timeout: Duration) -> reqwest::ClientBuilder {
    PROVIDER.call_once(|| drop(rustls::crypto::ring::default_provider().install_default()));
    reqwest::Client::builder()
        .redirect(Policy::none())
        .retry(reqwest::retry::never())
        .http1_only()
        .pool_max_idle_per_host(0)
        .referer(false)
        .timeout(timeout)
        // Half the time to connect: a time-out after that is one after the request left.
        .connect_timeout(timeout / 2)
        .user_agent(concat!("Ringcard/", env!("CARGO_PKG_VERSION")))
}

/// For requests that go to `address`.
pub(crate) fn build(builder: reqwest::ClientBuilder, address: Option<&Url>) -> Result<reqwest::Client, String> {
    // This machine is asked directly, and without its certificate authorities, which it may not have.
    let builder = match address.is_some_and(|url| url.scheme() == "http" && is_loopback(url)) {
        true => builder.no_proxy().tls_certs_only([]),
        false => builder,
    };
    builder.build().map_err(|error| {
        format!("no secure connections can be made on this machine ({}): install its CA certificates", reason(&error))
    })
}

impl Client {
    /// A client for one account, whose requests go to `address`.
    pub fn new(address: Option<&Url>, timeout: Duration, allow_http: bool) -> Result<Self, String> {
        let http = build(builder(timeout), address)?;
        Ok(Self { http, timeout, allow_http, permits: PermitPlace::default() })
    }

    /// Sends, once, when it may, and reads the answer. Whoever reads that says what it came to. `what`: for the log.
    pub async fn send(&self, what: &'static str, filled: Filled) -> Result<(Answer, UnderWay), SendFailure> {
        let request = self.permits.take(what, CountsAgainst::Day).await;
        let request = request.map_err(|not_now| SendFailure::NotSent(not_now.to_string()))?;
        match self.carry_out(filled).await {
            Ok(answer) => Ok((answer, request)),
            Err(failure) => {
                request.end(match &failure {
                    SendFailure::NotConfigured(_) => CameTo::NeverLeft,
                    SendFailure::NotSent(detail) => CameTo::NotSent { detail: detail.clone(), wait: None },
                    SendFailure::Unknown(detail) => CameTo::Unknown { detail: detail.clone() },
                });
                Err(failure)
            }
        }
    }

    async fn carry_out(&self, filled: Filled) -> Result<Answer, SendFailure> {
        let url = check_address(&filled.url, self.allow_http).map_err(SendFailure::NotConfigured)?;
        let place = place(&url);
        let mut request = self.http.request(filled.method, url);
        if !filled.query.is_empty() {
            request = request.query(&filled.query);
        }
        for (name, value) in filled.headers {
            let unusable = |_| SendFailure::NotConfigured(format!("the header `{name}` cannot hold its value"));
            let mut value = HeaderValue::from_str(&value).map_err(|error| unusable(error.to_string()))?;
            value.set_sensitive(true);
            let name = HeaderName::from_bytes(name.as_bytes()).map_err(|error| unusable(error.to_string()))?;
            request = request.header(name, value);
        }
        if let Some((user, password)) = filled.basic {
            request = request.basic_auth(user, Some(password));
        }
        request = match filled.body {
            FilledBody::None => request,
            FilledBody::Form(pairs) => request.form(&pairs),
            FilledBody::Other { content_type, text } => {
                let value = HeaderValue::from_str(&content_type);
                let value =
                    value.map_err(|_| SendFailure::NotConfigured("the body's content type is none".to_owned()))?;
                request.header(reqwest::header::CONTENT_TYPE, value).body(text)
            }
        };
        let request = request.build().map_err(|error| {
            SendFailure::NotConfigured(format!("the request cannot be made ({}): check the settings", reason(&error)))
        })?;
        match self.http.execute(request).await {
            Ok(response) => Ok(read(response).await),
            Err(error) => Err(self.failed(&error, &place)),
        }
    }

    fn failed(&self, error: &reqwest::Error, place: &str) -> SendFailure {
        if error.is_connect() {
            return SendFailure::NotSent(match error.is_timeout() {
                true => format!("{place} did not answer the connection within {} s", self.timeout.as_secs_f32() / 2.0),
                false => no_connection(error, place),
            });
        }
        if error.is_builder() {
            return SendFailure::NotConfigured(format!(
                "the request cannot be made ({}): check the settings",
                reason(error)
            ));
        }
        SendFailure::Unknown(match error.is_timeout() {
            true => format!("no answer from {place} within {} s", self.timeout.as_secs_f32()),
            false => format!("{place} closed the connection before it answered"),
        })
    }
}

/// Whether an address may be used at all; the error says what to change.
pub(crate) fn check_address(text: &str, allow_http: bool) -> Result<Url, String> {
    let url = Url::parse(text).map_err(|error| format!("the address is none ({error}): check the settings"))?;
    match url.scheme() {
        "https" => Ok(url),
        "http" if allow_http || is_loopback(&url) => Ok(url),
        "http" => {
            let message = "the address begins with http://, and passwords would travel readable: use https://, \
                           or allow http for this account where the network is your own";
            Err(message.to_owned())
        }
        other => Err(format!("addresses begin with https://, not with {other}://: check the settings")),
    }
}

async fn read(mut response: reqwest::Response) -> Answer {
    let status = response.status();
    let location = response.headers().get(LOCATION).and_then(|value| value.to_str().ok());
    let location = location.and_then(|text| response.url().join(text).ok()).map(|url| {
        // Not its path and query: a redirect often repeats ours.
        format!("{}://{}", url.scheme(), place(&url))
    });
    let mut body = Vec::new();
    let whole = loop {
        match response.chunk().await {
            Ok(Some(chunk)) if body.len() + chunk.len() <= LONGEST_ANSWER => body.extend_from_slice(&chunk),
            Ok(Some(_)) | Err(_) => break false,
            Ok(None) => break true,
        }
    };
    Answer { status, location, body: String::from_utf8_lossy(&body).into_owned(), whole }
}

/// `host` or `host:port`
pub(crate) fn place(url: &Url) -> String {
    let host = url.host_str().unwrap_or("?");
    url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
}

pub(crate) fn is_loopback(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    let address = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
    host.eq_ignore_ascii_case("localhost") || address.is_ok_and(|address| address.is_loopback())
}

/// Why there is no connection, for somebody who can do something about it.
pub(crate) fn no_connection(error: &(dyn Error + 'static), place: &str) -> String {
    if let Some(tls) = causes(error).find_map(<dyn Error>::downcast_ref::<rustls::Error>) {
        return tls_words(tls, place);
    }
    for cause in causes(error) {
        if cause.to_string().starts_with("dns error") {
            return format!(
                "there is no server called {place}: check the address, and that this machine has a network"
            );
        }
        match cause.downcast_ref::<io::Error>().map(io::Error::kind) {
            Some(io::ErrorKind::ConnectionRefused) => {
                return format!("nothing answers at {place} (connection refused): check the address and its port");
            }
            Some(io::ErrorKind::HostUnreachable | io::ErrorKind::NetworkUnreachable) => {
                return format!("there is no way to {place} from here: check the network");
            }
            Some(io::ErrorKind::InvalidData | io::ErrorKind::UnexpectedEof | io::ErrorKind::ConnectionReset) => {
                return format!("{place} broke the connection off: check the port, and whether it speaks https");
            }
            _ => {}
        }
    }
    format!("there is no connection to {place}: {}", reason(error))
}

fn tls_words(error: &rustls::Error, place: &str) -> String {
    use rustls::CertificateError as Bad;
    match error {
        rustls::Error::InvalidCertificate(bad) => match bad {
            Bad::Expired | Bad::ExpiredContext { .. } => {
                format!("the certificate of {place} has expired: have it renewed (and check this machine's clock)")
            }
            Bad::NotValidYet | Bad::NotValidYetContext { .. } => {
                format!("the certificate of {place} is not valid yet: check this machine's clock")
            }
            Bad::NotValidForName | Bad::NotValidForNameContext { .. } => {
                format!(
                    "the certificate of {place} is for another name: give the address by the name in the certificate"
                )
            }
            Bad::UnknownIssuer | Bad::BadSignature => format!(
                "the certificate of {place} is signed by nobody this machine trusts: install its certificate authority \
                 in the system's certificate store"
            ),
            Bad::Revoked => format!("the certificate of {place} was revoked: have it replaced"),
            Bad::Other(other) if other.to_string().contains("CaUsedAsEndEntity") => format!(
                "{place} signed its certificate itself: give it one by a certificate authority this machine trusts"
            ),
            other => format!("the certificate of {place} cannot be trusted: {other:?}"),
        },
        rustls::Error::InvalidMessage(_) => {
            format!("{place} does not speak TLS: check the port, or whether the address should begin with http://")
        }
        other => format!("no secure connection with {place}: {other}"),
    }
}

/// The last cause, which says the most, and is no URL.
pub(crate) fn reason(error: &(dyn Error + 'static)) -> String {
    match causes(error).last() {
        Some(cause) if !cause.is::<reqwest::Error>() => cause.to_string(),
        _ => "no reason given".to_owned(),
    }
}

fn causes<'a>(error: &'a (dyn Error + 'static)) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    fn source<'a>(error: &&'a (dyn Error + 'static)) -> Option<&'a (dyn Error + 'static)> {
        // An I/O error leaves itself out of its sources, and TLS errors come wrapped in several.
        match error.downcast_ref::<io::Error>().and_then(io::Error::get_ref) {
            Some(inner) => Some(inner),
            None => (*error).source(),
        }
    }
    std::iter::successors(Some(error), source)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rustls::{CertificateError, InvalidMessage};

    #[test]
    fn why_there_is_no_connection_is_said_in_words_that_help() {
        // wrapped as the connector wraps them
        let tls = |error| io::Error::other(io::Error::new(io::ErrorKind::InvalidData, error));
        let bad = |certificate| tls(rustls::Error::InvalidCertificate(certificate));
        let cases = [
            (bad(CertificateError::Expired), "has expired"),
            (bad(CertificateError::NotValidYet), "this machine's clock"),
            (bad(CertificateError::NotValidForName), "is for another name"),
            (bad(CertificateError::UnknownIssuer), "install its certificate authority"),
            (bad(CertificateError::Revoked), "was revoked"),
            (bad(CertificateError::BadSignature), "install its certificate authority"),
            (bad(CertificateError::BadEncoding), "cannot be trusted"),
            (tls(rustls::Error::InvalidMessage(InvalidMessage::InvalidContentType)), "does not speak TLS"),
            (tls(rustls::Error::HandshakeNotComplete), "no secure connection"),
            (io::ErrorKind::ConnectionRefused.into(), "connection refused"),
            (io::ErrorKind::NetworkUnreachable.into(), "check the network"),
            (io::ErrorKind::ConnectionReset.into(), "broke the connection off"),
            (io::Error::other("dns error: nobody"), "no server called pbx:443"),
            (io::Error::other("the moon"), "the moon"),
        ];
        for (error, words) in cases {
            let said = no_connection(&error, "pbx:443");
            assert!(said.contains(words) && said.contains("pbx:443"), "{error:?}: {said}");
        }
    }

    #[test]
    fn only_ones_own_machine_is_loopback() {
        let loopback = |url: &str| is_loopback(&Url::parse(url).expect("an address"));
        for own in ["http://localhost/x", "http://LOCALHOST:1", "http://127.9.9.9", "http://[::1]:80"] {
            assert!(loopback(own), "{own}");
        }
        for other in ["http://localhost.example", "http://128.0.0.1", "http://[::2]", "http://127.0.0.1.example"] {
            assert!(!loopback(other), "{other}");
        }
    }
}
