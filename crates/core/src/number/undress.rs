//! What programs on the way put around a text: it is encoded once more, or escaped for a page.
//!
//! A PBX encodes what it sends, and so does the proxy behind it; a template escapes what it puts into XML or HTML. What
//! stands in such a text says the same as without it.

use std::borrow::Cow;

/// More layers than there are programs on the way.
const MOST_LAYERS: usize = 4;

/// The text without what was put around it: `%2B36…` and `&lt;sip:…&gt;` as they were meant.
pub fn undressed(text: &str) -> Cow<'_, str> {
    let mut bare = Cow::Borrowed(text);
    for _ in 0..MOST_LAYERS {
        let Some(barer) = percent_decoded(&bare).or_else(|| unescaped(&bare)) else { break };
        bare = Cow::Owned(barer);
    }
    bare
}

/// `None`: there is nothing to decode, or what comes of it is no text.
fn percent_decoded(text: &str) -> Option<String> {
    text.contains('%').then_some(())?;
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    let hex = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    while let [first, tail @ ..] = rest {
        let code = match rest {
            [b'%', high, low, ..] => hex(*high).zip(hex(*low)).map(|(high, low)| high << 4 | low),
            _ => None,
        };
        bytes.push(code.unwrap_or(*first));
        rest = if code.is_some() { &rest[3..] } else { tail };
    }
    (bytes.len() < text.len()).then(|| String::from_utf8(bytes).ok()).flatten()
}

/// The names that stand for signs of numbers and addresses.
const NAMED: [(&str, char); 14] = [
    ("amp", '&'),
    ("lt", '<'),
    ("gt", '>'),
    ("quot", '"'),
    ("apos", '\''),
    ("plus", '+'),
    ("commat", '@'),
    ("colon", ':'),
    ("semi", ';'),
    ("sol", '/'),
    ("num", '#'),
    ("lpar", '('),
    ("rpar", ')'),
    ("nbsp", ' '),
];

/// The longest of them, and of numbered ones: `&#x00002B;`.
const LONGEST_NAME: usize = 8;

fn unescaped(text: &str) -> Option<String> {
    let mut bare = String::with_capacity(text.len());
    let mut rest = text;
    let mut found = false;
    while let Some(at) = rest.find('&') {
        bare.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        let named = rest.find(';').filter(|end| *end <= LONGEST_NAME).map(|end| &rest[..end]);
        match named.and_then(sign) {
            Some((sign, length)) => {
                bare.push(sign);
                rest = &rest[length + 1..];
                found = true;
            }
            None => bare.push('&'),
        }
    }
    bare.push_str(rest);
    found.then_some(bare)
}

/// What `lt`, `#43` or `#x2B` stand for, and how long that is.
fn sign(name: &str) -> Option<(char, usize)> {
    let sign = match name.strip_prefix('#') {
        Some(number) => {
            let code = match number.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16),
                None => number.parse(),
            };
            code.ok().and_then(char::from_u32)?
        }
        None => NAMED.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, sign)| *sign)?,
    };
    Some((sign, name.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_put_around_a_text_is_taken_off() {
        for (dressed, bare) in [
            ("%2B36305550103", "+36305550103"),
            ("%252B36305550103", "+36305550103"),
            ("%25252b36305550103", "+36305550103"),
            ("%3Csip%3A%2B36305550103%40pbx%3E", "<sip:+36305550103@pbx>"),
            ("&quot;Anna&quot; &lt;sip:+36305550103@pbx&gt;", "\"Anna\" <sip:+36305550103@pbx>"),
            ("&amp;lt;101&amp;gt;", "<101>"),
            ("&#43;36305550103", "+36305550103"),
            ("&#x2B;36305550103", "+36305550103"),
            ("&PLUS;36&nbsp;30", "+36 30"),
            ("%26lt%3B101%26gt%3B", "<101>"),
            ("M%C3%A1rta", "Márta"),
        ] {
            assert_eq!(undressed(dressed), bare, "{dressed}");
        }
    }

    #[test]
    fn what_is_no_code_stays() {
        for text in [
            "",
            "+36305550103",
            "100%",
            "50% off",
            "%zz",
            "Tom & Jerry",
            "&;",
            "&unknown;",
            "%ff",
            "a%fe%b",
            "&#xFFFFFF;",
        ] {
            assert_eq!(undressed(text), text);
        }
    }
}
