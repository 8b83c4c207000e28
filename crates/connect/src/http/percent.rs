//! Percent-encoding.

use std::fmt::Write;

/// Everything but letters, digits and `-._~` is encoded (RFC 3986).
pub(crate) fn encode(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => encoded.push(byte.into()),
            _ => write!(encoded, "%{byte:02X}").expect("BUG: writing to a String cannot fail"),
        }
    }
    encoded
}
