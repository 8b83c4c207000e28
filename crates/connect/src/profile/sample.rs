//! A push as somebody noted it down: for `profile check --sample`.

use crate::{PushKind, RawPush};

/// A push read from a file.
#[derive(Debug, Clone)]
pub struct Sample {
    /// From the path of its URL, where it has one.
    pub kind: Option<PushKind>,
    pub raw: RawPush,
}

const METHODS: [&str; 3] = ["GET", "POST", "PUT"];

impl Sample {
    /// Takes a whole HTTP request, a URL, a JSON body, or a query or form: whatever an integrator has.
    pub fn parse(text: &str) -> Self {
        let text = text.trim_start_matches('\u{feff}').trim();
        let first = text.lines().next().unwrap_or_default().trim();
        let mut words = first.split_whitespace();
        match (words.next(), words.next()) {
            (Some(method), Some(target)) if METHODS.contains(&method) => Self::request(target, text),
            (Some(target), None) if target.starts_with("http") || target.starts_with('/') => {
                Self::request(target, text)
            }
            _ => Self { kind: None, raw: RawPush { body: text.into(), ..RawPush::default() } },
        }
    }

    /// A request line (or a URL alone), then headers, an empty line, and the body.
    fn request(target: &str, text: &str) -> Self {
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let mut raw = RawPush { query: query.split('#').next().unwrap_or_default().to_owned(), ..RawPush::default() };
        let mut lines = text.lines().skip(1);
        for line in lines.by_ref() {
            let Some((name, value)) = line.split_once(':').filter(|_| !line.trim().is_empty()) else { break };
            raw.headers.insert(name.trim().to_ascii_lowercase(), value.trim().to_owned());
        }
        raw.content_type = raw.headers.get("content-type").cloned();
        raw.body = lines.collect::<Vec<_>>().join("\n").into_bytes();
        let kind = match path.trim_end_matches('/').rsplit('/').next() {
            Some("incoming") => Some(PushKind::Incoming),
            Some("event") => Some(PushKind::Event),
            Some("call-data") => Some(PushKind::CallData),
            _ => None,
        };
        Self { kind, raw }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sample_is_whatever_an_integrator_has() {
        let request =
            "POST /in/pbx/call-data?key=k HTTP/1.1\r\nHost: hub\r\nContent-Type: application/json\r\n\r\n{\"a\":1}\n";
        let sample = Sample::parse(request);
        assert_eq!(sample.kind, Some(PushKind::CallData));
        assert_eq!((sample.raw.query.as_str(), sample.raw.body.as_slice()), ("key=k", &b"{\"a\":1}"[..]));
        assert_eq!(sample.raw.content_type.as_deref(), Some("application/json"));

        let url = Sample::parse("https://hub.example.com/in/pbx/incoming?caller=1&called=2#x\n");
        assert_eq!((url.kind, url.raw.query.as_str()), (Some(PushKind::Incoming), "caller=1&called=2"));
        assert!(url.raw.body.is_empty());

        for body in ["{\"caller\": \"1\"}", "caller=1&called=2"] {
            let sample = Sample::parse(body);
            assert_eq!((sample.kind, sample.raw.body.as_slice()), (None, body.as_bytes()));
        }
    }
}
