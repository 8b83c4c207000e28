//! From bytes to text.

/// A body as text, whatever it is: what is no text has replacement characters.
pub(crate) fn decoded(_content_type: Option<&str>, body: &[u8]) -> String {
    String::from_utf8_lossy(body).into_owned()
}
