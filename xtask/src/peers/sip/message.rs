//! What SIP phones say to each other: a first line, headers, a body.

/// A request or a response.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Message {
    pub first: String,
    headers: Vec<(String, String)>,
    pub body: String,
}

impl Message {
    pub fn parse(datagram: &[u8]) -> Option<Self> {
        let text = String::from_utf8_lossy(datagram);
        let (head, body) = text.split_once("\r\n\r\n")?;
        let mut lines = head.split("\r\n");
        let first = lines.next()?.to_owned();
        let headers = lines.filter_map(|line| line.split_once(':'));
        let headers = headers.map(|(name, value)| (name.trim().to_owned(), value.trim().to_owned())).collect();
        Some(Self { first, headers, body: body.to_owned() })
    }

    /// `INVITE`; nothing in a response.
    pub fn method(&self) -> Option<&str> {
        let method = self.first.split(' ').next()?;
        (method != "SIP/2.0").then_some(method)
    }

    /// `200`; nothing in a request.
    pub fn status(&self) -> Option<u16> {
        self.first.strip_prefix("SIP/2.0 ")?.split(' ').next()?.parse().ok()
    }

    pub fn header(&self, name: &str) -> &str {
        let found = self.headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
        found.map_or("", |(_, value)| value)
    }

    fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.headers.iter().filter(move |(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// Number and method of its `CSeq`.
    pub fn sequence(&self) -> (u32, &str) {
        let (number, method) = self.header("CSeq").split_once(' ').unwrap_or_default();
        (number.parse().unwrap_or(0), method.trim())
    }

    /// A response to this request; `tag` is ours, where the request has none of ours yet.
    pub fn answered(&self, status: &str, tag: &str, contact: &str, body: &str) -> String {
        let mut text = format!("SIP/2.0 {status}\r\n");
        for via in self.all("Via") {
            text.push_str(&format!("Via: {via}\r\n"));
        }
        let to = self.header("To");
        let to = if to.contains(";tag=") { to.to_owned() } else { format!("{to};tag={tag}") };
        text.push_str(&format!("From: {}\r\nTo: {to}\r\n", self.header("From")));
        text.push_str(&format!("Call-ID: {}\r\nCSeq: {}\r\n", self.header("Call-ID"), self.header("CSeq")));
        text.push_str(&ending(contact, body));
        text
    }
}

/// The last headers, and the body.
pub fn ending(contact: &str, body: &str) -> String {
    let kind = if body.is_empty() { "" } else { "Content-Type: application/sdp\r\n" };
    format!("Contact: {contact}\r\n{kind}Content-Length: {}\r\n\r\n{body}", body.len())
}

/// `sip:101@127.0.0.1:5071` of `"Ana" <sip:101@127.0.0.1:5071>;expires=60`.
pub fn address(header: &str) -> &str {
    let inside = header.split_once('<').and_then(|(_, rest)| rest.split_once('>'));
    inside.map_or(header, |(address, _)| address)
}

/// What follows `;tag=`.
pub fn tag(header: &str) -> &str {
    header.split_once(";tag=").map_or("", |(_, rest)| rest.split(';').next().unwrap_or(""))
}

#[cfg(test)]
mod tests {
    use super::*;

    const INVITE: &str = "INVITE sip:101@127.0.0.1:5071 SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1:5060;branch=z9hG4bK1\r\n\
                          From: \"Maria\" <sip:300@127.0.0.1>;tag=a1\r\nTo: <sip:101@127.0.0.1>\r\nCall-ID: c1\r\nCSeq: 77 INVITE\r\n\
                          Contact: <sip:asterisk@127.0.0.1:5060>\r\n\r\nv=0\r\n";

    #[test]
    fn a_request_is_read_and_its_response_names_it() {
        let invite = Message::parse(INVITE.as_bytes()).expect("a message");
        assert_eq!((invite.method(), invite.status(), invite.sequence()), (Some("INVITE"), None, (77, "INVITE")));
        assert_eq!(address(invite.header("contact")), "sip:asterisk@127.0.0.1:5060");
        assert_eq!((tag(invite.header("From")), invite.body.as_str()), ("a1", "v=0\r\n"));
        let ringing = invite.answered("180 Ringing", "b2", "<sip:101@127.0.0.1:5071>", "");
        let ringing = Message::parse(ringing.as_bytes()).expect("a message");
        assert_eq!((ringing.method(), ringing.status()), (None, Some(180)));
        assert_eq!((tag(ringing.header("To")), ringing.header("Call-ID")), ("b2", "c1"));
    }
}
