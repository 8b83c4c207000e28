//! `name=value&…`, in URLs and form bodies, and what else requests are made of.

use reqwest::Url;

/// Percent-encodes as forms do.
pub(crate) fn encode(pairs: &[(String, String)]) -> String {
    let mut url = blank();
    url.query_pairs_mut().extend_pairs(pairs);
    url.query().unwrap_or_default().to_owned()
}

/// Reads what [`encode`] writes, and whatever else clients send.
pub(crate) fn decode(encoded: &str) -> Vec<(String, String)> {
    let mut url = blank();
    url.set_query(Some(encoded));
    url.query_pairs().map(|(name, value)| (name.into_owned(), value.into_owned())).collect()
}

/// Reads what stands between two slashes of an address.
pub(crate) fn decode_path(segment: &str) -> String {
    // Only there a plus is one.
    let plain = segment.replace('+', "%2B");
    decode(&format!("x={plain}")).pop().map(|(_, value)| value).unwrap_or_default()
}

fn blank() -> Url {
    Url::parse("http://nowhere.invalid/").expect("BUG: a constant address")
}

/// The digits and a leading plus, to compare numbers written in different ways.
fn bare(number: &str) -> String {
    number.chars().filter(char::is_ascii_digit).collect()
}

/// Whether two written numbers reach the same phone. Nine last digits tell outside numbers apart well enough here;
/// shorter ones must be the same.
pub(crate) fn same_number(one: &str, other: &str) -> bool {
    const TELLING: usize = 9;
    let (one, other) = (bare(one), bare(other));
    if one.len() < TELLING || other.len() < TELLING {
        return one == other && !one.is_empty();
    }
    one[one.len() - TELLING..] == other[other.len() - TELLING..]
}

/// Base64 with padding, for Basic authentication.
pub(crate) fn base64(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let word = (0..3).fold(0u32, |word, i| word << 8 | u32::from(chunk.get(i).copied().unwrap_or(0)));
        for i in 0..4 {
            let sextet = (word >> (18 - 6 * i)) & 63;
            out.push(if i <= chunk.len() { ALPHABET[sextet as usize] as char } else { '=' });
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_survive_the_trip() {
        let pairs: Vec<(String, String)> =
            [("caller", "+36 30 123"), ("call[id]", "a&b=c"), ("name", "Kovács ü"), ("empty", "")]
                .map(|(n, v)| (n.to_string(), v.to_string()))
                .to_vec();
        let encoded = encode(&pairs);
        assert!(encoded.starts_with("caller=%2B36+30+123&"), "{encoded}");
        assert_eq!(decode(&encoded), pairs);
    }

    #[test]
    fn numbers_are_compared_however_they_are_written() {
        assert!(same_number("+36 30 123 4567", "06-30/123-4567"));
        assert!(same_number("101", "101"));
        assert!(!same_number("101", "1010"));
        assert!(!same_number("+36301234567", "+36301234568"));
        assert!(!same_number("", ""));
    }

    #[test]
    fn base64_as_in_the_standard() {
        for (plain, coded) in [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foobar", "Zm9vYmFy")] {
            assert_eq!(base64(plain.as_bytes()), coded);
        }
    }
}
