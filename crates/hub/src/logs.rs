//! What may stand in a log: no secret, no whole telephone number, nothing that turns or hides text, at any level, from our
//! code or a library's.
//!
//! Our own lines carry ids and masked numbers. What is here holds for the rest: a library at `trace` prints requests and
//! frames as they are, so libraries are heard from [`LIBRARIES`] on only; and every line is cleaned on its way out.

pub mod file;

use base64::{Engine, prelude::BASE64_STANDARD};
use regex::{Captures, Regex};
use ringcard_core::text::spelled_out;
use secrecy::{ExposeSecret, SecretString};
use std::{
    borrow::Cow,
    collections::BTreeMap,
    io::{self, Write},
    net::Ipv4Addr,
    sync::{LazyLock, RwLock},
};
use tracing::{Level, Metadata, Subscriber, level_filters::LevelFilter};
use tracing_subscriber::{
    EnvFilter, Layer,
    filter::{FilterExt, filter_fn},
    fmt::MakeWriter,
    layer::Filter,
};

/// What libraries may say at most, whatever `RUST_LOG` asks for.
const LIBRARIES: Level = Level::INFO;
/// Shorter texts are no secrets: hiding them would blacken ordinary words.
const SHORTEST_SECRET: usize = 6;
/// An installation has a handful; those of changed settings come on top.
const MOST_SECRETS: usize = 1_000;
/// Fewer digits are a port, a count, an extension.
const DIGITS_OF_A_NUMBER: usize = 7;

static HIDDEN: RwLock<Vec<SecretString>> = RwLock::new(Vec::new());
/// Those that change by themselves, by their places: the newest take the place of those before.
static CHANGING: RwLock<BTreeMap<String, Vec<SecretString>>> = RwLock::new(BTreeMap::new());
/// Places of secrets that change: one for each account that somebody signed in to.
const MOST_CHANGING: usize = 200;

/// Which events are logged: what `RUST_LOG` chooses, else `usual`; of libraries what is important.
pub fn filter<S: Subscriber>(usual: &str) -> impl Filter<S> + Send + Sync + 'static {
    let chosen = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(usual));
    chosen.and(filter_fn(is_ours_or_important).with_max_level_hint(LevelFilter::TRACE))
}

fn is_ours_or_important(event: &Metadata<'_>) -> bool {
    event.target().starts_with("ringcard") || *event.level() <= LIBRARIES
}

/// Lines for people, cleaned. With [`filter`] this is all a log needs.
pub fn lines<S, W>(usual: &str, writer: W, ansi: bool, target: bool) -> impl Layer<S> + Send + Sync + 'static
where
    S: Subscriber + for<'a> tracing_subscriber::registry::LookupSpan<'a>,
    W: for<'a> MakeWriter<'a> + Send + Sync + 'static,
{
    let lines = tracing_subscriber::fmt::layer().with_writer(Cleaned(writer)).with_ansi(ansi).with_target(target);
    lines.with_filter(filter(usual))
}

/// From now on this secret is in no log line, in no encoding that a request may carry it in.
pub fn hide(secret: &SecretString) {
    let plain = secret.expose_secret();
    if plain.len() < SHORTEST_SECRET {
        return;
    }
    let Ok(mut hidden) = HIDDEN.write() else { return };
    if hidden.len() >= MOST_SECRETS || hidden.iter().any(|known| known.expose_secret() == plain) {
        return;
    }
    for text in encodings(plain) {
        if !hidden.iter().any(|known| known.expose_secret() == text.expose_secret()) {
            hidden.push(text);
        }
    }
    // A longer secret that contains a shorter one goes first.
    hidden.sort_by_key(|text| std::cmp::Reverse(text.expose_secret().len()));
}

fn without<'s>(secrets: impl Iterator<Item = &'s SecretString>, mut text: String) -> String {
    for secret in secrets {
        if text.contains(secret.expose_secret()) {
            text = text.replace(secret.expose_secret(), "•••");
        }
    }
    text
}

/// The same for secrets that are exchanged for others by themselves, many times a day: those that were at this place before
/// are of no use to anybody any more, and are shown again.
pub fn hide_newest<'s>(place: &str, secrets: impl IntoIterator<Item = &'s str>) {
    let long = secrets.into_iter().filter(|secret| secret.len() >= SHORTEST_SECRET);
    let texts: Vec<SecretString> = long.flat_map(encodings).collect();
    let Ok(mut changing) = CHANGING.write() else { return };
    if changing.len() < MOST_CHANGING || changing.contains_key(place) {
        changing.insert(place.to_owned(), texts);
    }
}

/// A secret in every encoding that a request may carry it in.
fn encodings(plain: &str) -> [SecretString; 4] {
    let percent: String = form_urlencoded::byte_serialize(plain.as_bytes()).collect();
    let quoted = format!("{plain:?}");
    let base64 = BASE64_STANDARD.encode(plain);
    [plain, &percent, quoted.trim_matches('"'), &base64].map(SecretString::from)
}

/// The text without known secrets, without what stands after `Bearer` or in a URL's query, with numbers masked and
/// characters that turn or hide text spelled out.
pub fn cleaned(text: &str) -> String {
    let mut text = spelled_out(text).to_string();
    if let Ok(changing) = CHANGING.read() {
        text = without(changing.values().flatten(), text);
    }
    if let Ok(hidden) = HIDDEN.read() {
        text = without(hidden.iter(), text);
    }
    let text = CREDENTIALS.replace_all(&text, "$1•••");
    NUMBERS.replace_all(&text, |found: &Captures<'_>| masked(&found[0]).into_owned()).into_owned()
}

fn regex(pattern: &str) -> Regex {
    Regex::new(pattern).expect("BUG: the pattern is fixed")
}

static CREDENTIALS: LazyLock<Regex> = LazyLock::new(|| {
    regex(r#"(?i)(\b(?:bearer|basic)\s+|(?:\b(?:https?|wss?)://|/in/)[^\s"?]*\?)[A-Za-z0-9][^\s"'>)\\]*"#)
});

/// First what only looks like a number: colours, dates and times, ids; then numbers as they are written.
static NUMBERS: LazyLock<Regex> = LazyLock::new(|| {
    let colour = r"\x1b\[[0-9;]*m";
    let time = r"\b[0-9]{4}-[0-9]{2}-[0-9]{2}(?:[T ][0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]+)?Z?)?";
    let uuid = r"\b[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}\b";
    let number = r"(?:%2[Bb]|\+)?[0-9](?:(?:[ ().\-/\u{a0}\u{202f}]|%20)*[0-9])*";
    regex(&format!("{colour}|{time}|{uuid}|{number}"))
});

fn masked(found: &str) -> Cow<'_, str> {
    let is_coloured = found.starts_with('\x1b');
    let is_time = found.len() >= 10 && found.as_bytes()[4] == b'-' && found.as_bytes()[7] == b'-';
    let is_id = found.len() >= 32 && found.bytes().any(|byte| byte.is_ascii_lowercase());
    if is_coloured || is_time || is_id || found.parse::<Ipv4Addr>().is_ok() {
        return found.into();
    }
    let (sign, rest) = match found.strip_prefix("%2B").or(found.strip_prefix("%2b")).or(found.strip_prefix('+')) {
        Some(rest) => ("+", rest),
        None => ("", found),
    };
    let digits: String = rest.replace("%20", "").chars().filter(char::is_ascii_digit).collect();
    if digits.len() < DIGITS_OF_A_NUMBER {
        return found.into();
    }
    format!("{sign}{}…{}", &digits[..2], &digits[digits.len() - 2..]).into()
}

/// A writer of whole lines, cleaned.
struct Cleaned<W>(W);

impl<'a, W: MakeWriter<'a>> MakeWriter<'a> for Cleaned<W> {
    type Writer = CleanedLine<W::Writer>;

    fn make_writer(&'a self) -> Self::Writer {
        CleanedLine(self.0.make_writer())
    }

    fn make_writer_for(&'a self, event: &Metadata<'_>) -> Self::Writer {
        CleanedLine(self.0.make_writer_for(event))
    }
}

struct CleanedLine<W>(W);

impl<W: Write> Write for CleanedLine<W> {
    /// An event's line comes whole.
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        self.0.write_all(cleaned(&String::from_utf8_lossy(line)).as_bytes())?;
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::{Arc, Mutex};
    use tracing_subscriber::layer::SubscriberExt;

    #[test]
    fn numbers_are_masked_as_they_are_written() {
        for (written, is) in [
            ("from +36301234567 to 101", "from +36…67 to 101"),
            ("caller=%2B36301234567&called=101", "caller=+36…67&called=101"),
            ("(06 30) 123-4567", "(06…67"),
            ("06.12.34.56.78", "06…78"),
            ("sip:+36301234567@pbx", "sip:+36…67@pbx"),
            ("\u{1b}[2m=\u{1b}[0m36301234567", "\u{1b}[2m=\u{1b}[0m36…67"),
            ("tel36301234567x12", "tel36…67x12"),
            ("12345", "12345"),
        ] {
            assert_eq!(cleaned(written), is);
        }
    }

    #[test]
    fn of_secrets_that_change_the_newest_are_hidden_and_nothing_grows() {
        for round in 0..2_000 {
            hide_newest("crm.test", [format!("access-{round}-x").as_str(), "short"]);
        }
        assert_eq!(cleaned("with access-1999-x and access-1998-x, short"), "with ••• and access-1998-x, short");
        assert_eq!(CHANGING.read().expect("a lock")["crm.test"].len(), 4);
    }

    #[test]
    fn what_would_turn_or_hide_is_spelled_out() {
        assert_eq!(cleaned("María: \u{202e}gnp.exe\n"), "María: \\u{202e}gnp.exe\n");
    }

    #[test]
    fn times_addresses_and_ids_stay_readable() {
        for text in [
            "2026-11-28T18:27:58.123456Z  INFO listening on http://127.0.0.1:8480",
            "call 019ac5d1-f3c1-7a3b-8b11-0123456789ab",
            "call 01234567012345670123456701234abc",
            "192.168.100.200 after 20000 ms",
        ] {
            assert_eq!(cleaned(text), text);
        }
    }

    #[test]
    fn a_known_secret_is_in_no_encoding() {
        hide(&SecretString::from("pass word/of the \"PBX\""));
        for text in [
            "pass word/of the \"PBX\"",
            "password=pass+word%2Fof+the+%22PBX%22",
            "\"pass word/of the \\\"PBX\\\"\"",
            "Authorization: cGFzcyB3b3JkL29mIHRoZSAiUEJYIg==",
        ] {
            let said = cleaned(text);
            assert!(said.contains("•••") && !said.contains("word/of") && !said.contains("cGFz"), "{said}");
        }
    }

    #[test]
    fn credentials_nobody_knows_are_not_shown_either() {
        assert_eq!(cleaned("authorization: Bearer abc.def"), "authorization: Bearer •••");
        assert_eq!(cleaned("GET /in/pbx/incoming?key=wrong HTTP/1.1"), "GET /in/pbx/incoming?••• HTTP/1.1");
        assert_eq!(cleaned("wss://hub.example.com/v1/desk?token=x failed"), "wss://hub.example.com/v1/desk?••• failed");
    }

    #[derive(Clone, Default)]
    struct Kept(Arc<Mutex<Vec<u8>>>);

    impl Write for Kept {
        fn write(&mut self, line: &[u8]) -> io::Result<usize> {
            self.0.lock().expect("a lock").extend_from_slice(line);
            Ok(line.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn libraries_are_heard_from_info_on_and_we_at_any_level() {
        let kept = Kept::default();
        let writer = kept.clone();
        let log = lines("trace", move || writer.clone(), false, true);
        tracing::subscriber::with_default(tracing_subscriber::registry().with(log), || {
            tracing::trace!(target: "tungstenite::protocol", "a frame with everything in it");
            tracing::debug!(target: "zbus", "a notification with a name");
            tracing::info!(target: "hyper", "important");
            tracing::trace!(target: "ringcard_hub::live", number = "+36301234567", "ours");
        });
        let said = String::from_utf8(kept.0.lock().expect("a lock").clone()).expect("text");
        assert!(said.contains("important") && said.contains("ours"), "{said}");
        assert!(!said.contains("frame") && !said.contains("notification") && !said.contains("301234567"), "{said}");
    }
}
