//! Taking secrets out of what a PBX says, before anybody reads it.
//!
//! A PBX may repeat our request in its error message, and credentials travel in URLs (S4-11). Every way a secret may be
//! written is looked for; where one hides so that it can only be found by decoding, the whole text goes.

use super::config::template::percent;
use base64::{
    Engine, alphabet,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
    prelude::BASE64_STANDARD,
};
use std::fmt;

const HIDDEN: &str = "•••";
const WITHHELD: &str = "the PBX's message repeats the password or key, and is not shown";

/// What may not be read. `Debug` shows none of it.
#[derive(Clone, Default)]
pub(crate) struct Scrub {
    plain: Vec<String>,
    /// Every way of writing, longest first.
    written: Vec<String>,
}

impl fmt::Debug for Scrub {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Scrub({} secrets)", self.plain.len())
    }
}

impl Scrub {
    pub fn new<'a>(secrets: impl Iterator<Item = &'a str>) -> Self {
        let plain: Vec<String> = secrets.filter(|secret| !secret.is_empty()).map(str::to_owned).collect();
        let mut written: Vec<String> = plain.iter().flat_map(|secret| ways(secret)).collect();
        written.sort_by_key(|way| std::cmp::Reverse(way.len()));
        written.dedup();
        Self { plain, written }
    }

    /// The text without secrets, control characters and line breaks, at most 300 characters.
    pub fn clean(&self, text: &str) -> String {
        let mut clean = text.to_owned();
        for way in &self.written {
            clean = clean.replace(way.as_str(), HIDDEN);
        }
        let mut decoded = clean.clone();
        for _ in 0..3 {
            decoded = form_urlencoded::parse(format!("t={}", decoded.replace('&', "%26")).as_bytes())
                .next()
                .map_or(String::new(), |(_, text)| text.into_owned());
            if self.plain.iter().any(|secret| decoded.contains(secret.as_str())) {
                return WITHHELD.to_owned();
            }
        }
        if self.hides_in_base64(&clean) {
            return WITHHELD.to_owned();
        }
        let words: Vec<&str> =
            clean.split(|c: char| c.is_whitespace() || c.is_control()).filter(|w| !w.is_empty()).collect();
        words.join(" ").chars().take(300).collect()
    }

    /// `Authorization: Basic …` holds the password too.
    fn hides_in_base64(&self, text: &str) -> bool {
        let words = text.split(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '+' | '/')));
        words.filter(|word| word.len() >= 4).any(|word| {
            let decoded = LENIENT_BASE64.decode(word).unwrap_or_default();
            let decoded = String::from_utf8_lossy(&decoded);
            self.plain.iter().any(|secret| decoded.contains(secret.as_str()))
        })
    }
}

/// Whether the padding was cut off or not.
const LENIENT_BASE64: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

fn ways(secret: &str) -> Vec<String> {
    let percent = percent::encode(secret);
    let form: String = form_urlencoded::byte_serialize(secret.as_bytes()).collect();
    let json = serde_json::Value::from(secret).to_string();
    let xml = secret.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;");
    vec![
        percent.to_ascii_lowercase(),
        form.to_ascii_lowercase(),
        percent,
        form,
        json[1..json.len() - 1].to_owned(),
        xml,
        BASE64_STANDARD.encode(secret),
        secret.to_owned(),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_taken_out_however_it_is_written() {
        let secret = "p&ss w\"ör%d";
        let scrub = Scrub::new([secret, ""].into_iter());
        let echoes = [
            format!("wrong password {secret} for crm"),
            format!("GET /api?password={}&x=1", percent::encode(secret)),
            format!("GET /api?password={}&x=1", percent::encode(secret).to_ascii_lowercase()),
            format!("form {}", form_urlencoded::byte_serialize(secret.as_bytes()).collect::<String>()),
            format!("json {}", serde_json::json!({ "p": secret })),
            format!("key {}", BASE64_STANDARD.encode(secret)),
        ];
        for echo in echoes {
            let clean = scrub.clean(&echo);
            assert!(clean.contains(HIDDEN), "{echo} became {clean}");
            assert!(!clean.contains("ör%d") && !clean.contains("%C3%B6r"), "{echo} became {clean}");
        }
    }

    #[test]
    fn a_secret_that_only_shows_when_decoded_takes_the_whole_text_with_it() {
        let scrub = Scrub::new(["hunter2"].into_iter());
        assert_eq!(scrub.clean("tried %68unter2"), WITHHELD);
        assert_eq!(scrub.clean("tried %2568unter2"), WITHHELD);
        let basic = BASE64_STANDARD.encode("crm:hunter2");
        assert_eq!(scrub.clean(&format!("Authorization: Basic {basic}")), WITHHELD);
        assert_eq!(scrub.clean(&format!("Basic {} is wrong", basic.trim_end_matches('='))), WITHHELD);
    }

    #[test]
    fn what_holds_no_secret_stays_and_is_short() {
        let scrub = Scrub::new(["hunter2"].into_iter());
        assert_eq!(scrub.clean(" no such\r\nextension\u{7} 100% "), "no such extension 100%");
        assert_eq!(scrub.clean(&"é".repeat(1000)).chars().count(), 300);
    }
}
