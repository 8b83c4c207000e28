//! What a browser gets that opened a push as a page: who calls, in words, and that it may be closed. It closes itself where the
//! browser lets it.
//!
//! The key stands in the page's address: it leaves the address line at once, goes to no other site, and is kept by no cache.
//! Of what came only a number stands in it, grouped by us.

use axum::{
    http::{HeaderName, HeaderValue, header},
    response::{IntoResponse, Response},
};
use base64::{Engine, prelude::BASE64_STANDARD};
use ringcard_connect::Push;
use ringcard_core::{call::Direction, number::Party};
use sha2::{Digest, Sha256};
use std::sync::LazyLock;

/// Taken into the address line: the page by its path alone. Then, once it could be read, it closes itself.
const SCRIPT: &str = "history.replaceState(null,'',location.pathname);setTimeout(function(){window.close()},2000)";

/// Nothing is loaded, framed or sent; only the one script runs.
static POLICY: LazyLock<HeaderValue> = LazyLock::new(|| {
    let hash = BASE64_STANDARD.encode(Sha256::digest(SCRIPT.as_bytes()));
    let policy = format!(
        "default-src 'none'; script-src 'sha256-{hash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    );
    HeaderValue::try_from(policy).expect("BUG: a policy of plain letters")
});

/// Whom a push is about, as it may be shown: nothing of a number that could not be read.
pub(super) fn shown(push: &Push) -> Option<String> {
    let party = match push.direction {
        Some(Direction::Outbound) => &push.dnis.0,
        _ => &push.ani.0,
    };
    match party {
        Party::Outside(_) => Some(party.display()),
        Party::Internal { digits } if digits.bytes().all(|b| b.is_ascii_digit()) => Some(digits.clone()),
        Party::Internal { .. } | Party::Hidden | Party::Unreadable { .. } => None,
    }
}

/// The language's tag and the sentences, the number between the first two.
fn words(accepted: Option<&HeaderValue>, is_known: bool) -> (&'static str, &'static str, &'static str) {
    let accepted = accepted.and_then(|value| value.to_str().ok()).unwrap_or_default();
    let first = accepted
        .split(',')
        .filter_map(|part| part.trim().get(..2))
        .find(|tag| ["en", "es", "hu"].iter().any(|own| own.eq_ignore_ascii_case(tag)));
    match (first.unwrap_or("en").to_ascii_lowercase().as_str(), is_known) {
        ("es", true) => ("es", "Ringcard muestra la llamada de", "Puede cerrar esta página."),
        ("es", false) => ("es", "Ringcard muestra la llamada.", "Puede cerrar esta página."),
        ("hu", true) => ("hu", "A Ringcard mutatja ezt a hívást:", "Ezt az oldalt bezárhatja."),
        ("hu", false) => ("hu", "A Ringcard mutatja a hívást.", "Ezt az oldalt bezárhatja."),
        (_, true) => ("en", "Ringcard shows the call of", "You can close this page."),
        (_, false) => ("en", "Ringcard shows the call.", "You can close this page."),
    }
}

/// The page of a push that was taken.
pub(super) fn of(number: Option<&str>, language: Option<&HeaderValue>) -> Response {
    let (tag, who, close) = words(language, number.is_some());
    let number = number.map(|number| format!(" <b>{}</b>.", escaped(number))).unwrap_or_default();
    let page = format!(
        "<!doctype html><html lang=\"{tag}\"><head><meta charset=\"utf-8\"><title>Ringcard</title></head>\
         <body><p>{who}{number}</p><p>{close}</p><script>{SCRIPT}</script></body></html>"
    );
    let fixed = [
        (header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8")),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
        (header::REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
        // Whoever had it opened holds no window of it, and counts nothing of it.
        (HeaderName::from_static("cross-origin-opener-policy"), HeaderValue::from_static("same-origin")),
        (HeaderName::from_static("cross-origin-resource-policy"), HeaderValue::from_static("same-origin")),
        (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
        (header::CONTENT_SECURITY_POLICY, POLICY.clone()),
    ];
    (fixed, page).into_response()
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_speaks_the_first_language_that_we_do() {
        for (accepted, tag) in [("fr-FR, hu;q=0.8, en", "hu"), ("ES-mx", "es"), ("", "en"), ("zz", "en"), ("é", "en")]
        {
            let value = HeaderValue::from_bytes(accepted.as_bytes()).expect("a value");
            assert_eq!(words(Some(&value), true).0, tag, "{accepted}");
        }
        assert_eq!(words(None, false).1, "Ringcard shows the call.");
    }

    #[test]
    fn nothing_in_it_is_anybodys_markup() {
        assert_eq!(escaped("<b a=\"1\">&"), "&lt;b a=&quot;1&quot;&gt;&amp;");
        let policy = POLICY.to_str().expect("letters");
        assert!(
            policy.starts_with("default-src 'none'; script-src 'sha256-") && !policy.contains("unsafe"),
            "{policy}"
        );
    }
}
