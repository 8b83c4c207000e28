//! Why there is no connection, in words for whoever can do something about it. They hold no URL.

use std::{error::Error, io};

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

/// Whether a server's certificate is from an authority that is not trusted here, as far as that is told apart: Windows and
/// macOS have reasons of their own.
pub(crate) fn is_of_unknown_authority(error: &(dyn Error + 'static)) -> bool {
    use rustls::CertificateError::{BadSignature, Other, UnknownIssuer};
    match causes(error).find_map(<dyn Error>::downcast_ref::<rustls::Error>) {
        Some(rustls::Error::InvalidCertificate(UnknownIssuer | BadSignature)) => true,
        Some(rustls::Error::InvalidCertificate(Other(other))) => !is_signed_by_itself(other),
        _ => false,
    }
}

fn is_signed_by_itself(other: &rustls::OtherError) -> bool {
    other.to_string().contains("CaUsedAsEndEntity")
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
            Bad::Other(other) if is_signed_by_itself(other) => format!(
                "{place} signed its certificate itself: give it one by a certificate authority this machine trusts"
            ),
            Bad::Other(other) => format!("the certificate of {place} is not trusted by this machine: {other}"),
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
    use rustls::{CertificateError, InvalidMessage, OtherError};
    use std::sync::Arc;

    #[test]
    fn why_there_is_no_connection_is_said_in_words_that_help() {
        // wrapped as the connector wraps them
        let tls = |error| io::Error::other(io::Error::new(io::ErrorKind::InvalidData, error));
        let bad = |certificate| tls(rustls::Error::InvalidCertificate(certificate));
        let other = |words| CertificateError::Other(OtherError(Arc::new(io::Error::other(words))));
        let cases = [
            (bad(CertificateError::Expired), "has expired"),
            (bad(CertificateError::NotValidYet), "this machine's clock"),
            (bad(CertificateError::NotValidForName), "is for another name"),
            (bad(CertificateError::UnknownIssuer), "install its certificate authority"),
            (bad(CertificateError::Revoked), "was revoked"),
            (bad(CertificateError::BadSignature), "install its certificate authority"),
            (bad(CertificateError::BadEncoding), "cannot be trusted"),
            (bad(other("the system's own reason")), "is not trusted by this machine: the system's own reason"),
            (bad(other("CaUsedAsEndEntity")), "signed its certificate itself"),
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
}
