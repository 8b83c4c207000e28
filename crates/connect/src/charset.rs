//! Bytes of others as text: by the charset they name, and as the web guesses where they name none.

use encoding_rs::{Encoding, REPLACEMENT, UTF_8, WINDOWS_1252};
use std::borrow::Cow;

/// How somebody's bytes are written, as far as they say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Charset(Option<&'static Encoding>);

/// Nothing is said: UTF-8, and where it is none, what most servers of old mean.
pub(crate) const UNNAMED: Charset = Charset(None);

impl Charset {
    /// By a `Content-Type`.
    pub fn of(content_type: &str) -> Self {
        parameter(content_type, "charset").map_or(UNNAMED, |label| Self::labelled(&label))
    }

    /// One nobody knows is none; nor are those that are no charsets but a danger.
    pub fn labelled(label: &str) -> Self {
        Self(Encoding::for_label(label.as_bytes()).filter(|encoding| *encoding != REPLACEMENT))
    }

    /// Whether every ASCII byte is that character, whatever stands before it.
    pub fn is_byte_by_byte(self) -> bool {
        self.0.is_none_or(|encoding| encoding == UTF_8 || encoding.is_single_byte())
    }

    pub fn or(self, other: Self) -> Self {
        Self(self.0.or(other.0))
    }

    /// A whole body in the charset of its first bytes, which go before any word of a header, without those bytes. One in
    /// which a brace is not a byte comes out as UTF-8.
    pub fn begin(self, body: &[u8]) -> (Self, Cow<'_, [u8]>) {
        let (charset, body) = match Encoding::for_bom(body) {
            Some((encoding, length)) => (Self(Some(encoding)), &body[length..]),
            None => (self, body),
        };
        match charset.0.filter(|encoding| !encoding.is_ascii_compatible()) {
            Some(encoding) => {
                let (text, _) = encoding.decode_without_bom_handling(body);
                (Self(Some(UTF_8)), Cow::Owned(text.into_owned().into_bytes()))
            }
            None => (charset, Cow::Borrowed(body)),
        }
    }

    /// What is no text in it shows as such. Linear, and at most three times as long.
    pub fn decode(self, bytes: &[u8]) -> Cow<'_, str> {
        let encoding = match (self.0, std::str::from_utf8(bytes)) {
            (Some(encoding), _) if encoding != UTF_8 => encoding,
            (_, Ok(text)) => return Cow::Borrowed(text),
            (Some(utf8), Err(_)) => utf8,
            // Cut in the middle of a character.
            (None, Err(error)) if error.error_len().is_none() => UTF_8,
            (None, Err(_)) => WINDOWS_1252,
        };
        encoding.decode_without_bom_handling(bytes).0
    }
}

/// An answer as text: by its first bytes, by its `Content-Type`, by what an XML or HTML page says of itself.
pub(crate) fn text_of(body: &[u8], content_type: Option<&str>) -> String {
    let named = content_type.map_or(UNNAMED, Charset::of);
    let (charset, body) = named.or(declared(body)).begin(body);
    charset.decode(&body).into_owned()
}

/// The same for what is read as bytes: UTF-8, where something else is named. What names nothing stays as it is.
pub(crate) fn utf8_of(body: Vec<u8>, content_type: Option<&str>) -> Vec<u8> {
    let named = content_type.map_or(UNNAMED, Charset::of);
    let named = named.0.or_else(|| Encoding::for_bom(&body).map(|(encoding, _)| encoding));
    match named.is_none_or(|encoding| encoding == UTF_8) {
        true => body,
        false => text_of(&body, content_type).into_bytes(),
    }
}

/// A page says it at its beginning.
const DECLARED_WITHIN: usize = 1024;

fn declared(body: &[u8]) -> Charset {
    let head = &body[..body.len().min(DECLARED_WITHIN)];
    if !head.trim_ascii_start().starts_with(b"<") {
        return UNNAMED;
    }
    let head = String::from_utf8_lossy(head).to_ascii_lowercase();
    let after = |name: &str| head.find(name).map(|at| &head[at + name.len()..]);
    let Some(rest) =
        after("encoding=").filter(|_| head.trim_start().starts_with("<?xml")).or_else(|| after("charset="))
    else {
        return UNNAMED;
    };
    let label = rest.trim_start_matches(['"', '\'']);
    let end = label.find(|c: char| !(c.is_ascii_alphanumeric() || "-_:.".contains(c))).unwrap_or(label.len());
    Charset::labelled(&label[..end])
}

/// A parameter of a header's value: `text/plain; charset="utf-8"`. Names are compared without case.
pub(crate) fn parameter(value: &str, name: &str) -> Option<String> {
    let mut rest = value;
    loop {
        rest = &rest[end_of_part(rest)?..];
        let (given, value) = rest.split_once('=')?;
        let value = value.trim_start();
        if given.rsplit(';').next().is_some_and(|given| given.trim().eq_ignore_ascii_case(name)) {
            return Some(match value.strip_prefix('"') {
                Some(quoted) => unquoted(quoted),
                None => value.split(';').next().unwrap_or_default().trim().to_owned(),
            });
        }
        rest = value;
    }
}

/// Where the next parameter begins: behind the first `;` that is not in quotes.
fn end_of_part(text: &str) -> Option<usize> {
    let (mut is_quoted, mut is_escaped) = (false, false);
    for (at, c) in text.char_indices() {
        match c {
            _ if is_escaped => is_escaped = false,
            '\\' if is_quoted => is_escaped = true,
            '"' => is_quoted = !is_quoted,
            ';' if !is_quoted => return Some(at + 1),
            _ => {}
        }
    }
    None
}

fn unquoted(text: &str) -> String {
    let mut plain = String::new();
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match c {
            '"' => break,
            '\\' => plain.extend(chars.next()),
            c => plain.push(c),
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_read_by_the_charset_it_names() {
        let cases: [(&[u8], Option<&str>, &str); 13] = [
            (b"azonos\xedt\xe1s", Some("text/plain; charset=iso-8859-2"), "azonosítás"),
            (b"t\xfbz", Some("text/plain;charset=\"ISO-8859-2\""), "tűz"),
            (b"t\xfbz", Some("text/plain; format=flowed; Charset=windows-1250; x=y"), "tűz"),
            (b"t\xc5\xb1z", Some("text/plain; charset=utf-8"), "tűz"),
            (b"t\xc5\xb1z", Some("text/plain"), "tűz"),
            (b"t\xc5\xb1z", None, "tűz"),
            // nothing is said: as browsers read it
            (b"azonos\xedt\xe1s", Some("text/plain"), "azonosítás"),
            (b"azonos\xedt\xe1s", Some("text/plain; charset=klingon"), "azonosítás"),
            // cut in the middle of a character
            (b"azonos\xc3\xadt\xc3", Some("text/plain"), "azonosít\u{fffd}"),
            (b"\xef\xbb\xbft\xc5\xb1z", Some("text/plain; charset=iso-8859-2"), "tűz"),
            (b"\xff\xfet\0q\x01z\0", None, "tűz"),
            (
                b"<?xml version='1.0' encoding='iso-8859-2'?><e>t\xfbz</e>",
                Some("text/xml"),
                "<?xml version='1.0' encoding='iso-8859-2'?><e>tűz</e>",
            ),
            (b"<meta charset=iso-8859-2>t\xfbz", Some("text/html"), "<meta charset=iso-8859-2>tűz"),
        ];
        for (body, content_type, text) in cases {
            assert_eq!(text_of(body, content_type), text, "{content_type:?}");
        }
        assert_eq!(
            utf8_of(b"{\"a\":\"t\xfbz\"}".to_vec(), Some("application/json; charset=latin2")),
            b"{\"a\":\"t\xc5\xb1z\"}"
        );
        assert_eq!(utf8_of(b"\xe1".to_vec(), Some("application/json")), b"\xe1");
    }

    #[test]
    fn a_parameter_is_found_behind_others_and_in_quotes() {
        let value = r#"form-data; filename="a; name=no.txt"; Name = "cal\"ler; id" ; x"#;
        assert_eq!(parameter(value, "name").as_deref(), Some("cal\"ler; id"));
        assert_eq!(parameter("multipart/form-data; boundary=a;b", "boundary").as_deref(), Some("a"));
        for without in ["", ";", "=", "name=x", "a; b", "a; b=\"name=x", "a;=;=", "a; \"name\"=\"x\""] {
            assert_eq!(parameter(without, "name"), None, "{without}");
        }
    }
}
