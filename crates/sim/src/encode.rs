//! How a push looks on the wire: the same facts in a query, a form or JSON, with the names and the security chosen.

use crate::{
    config::{PushAuth, PushConfig, PushEncoding, PushMethod},
    pairs,
    sent_recording::{NAME, SentFile},
};
use serde_json::{Map, Value};

/// What one push says, before it has a form.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Content {
    /// Names already chosen; a name may come several times (several extensions).
    pub fields: Vec<(String, String)>,
    /// Parameters that are not the call's: the extra ones (vipex.md, Basics).
    pub extra: Vec<(String, String)>,
    /// Call data (vipex.md, Call data) instead of fields.
    pub data: Option<Value>,
    /// The call's recording, where it is sent as a file.
    pub file: Option<SentFile>,
}

/// A request, ready to be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Encoded {
    pub method: PushMethod,
    pub url: String,
    pub headers: Vec<(String, String)>,
    pub content_type: Option<&'static str>,
    pub body: Vec<u8>,
}

const FORM: &str = "application/x-www-form-urlencoded";
const BOUNDARY: &str = "ringcard-sim-5f2c9a71";
const MULTIPART: &str = "multipart/form-data; boundary=ringcard-sim-5f2c9a71";
const JSON: &str = "application/json";
/// Where a `GET` carries JSON, unless another name is set (vipex.md, Call data).
const DATA: &str = "data";

/// Gives `content` the form that `config` asks for.
pub(crate) fn encode(config: &PushConfig, url: &str, content: &Content, wrong_key: bool) -> Encoded {
    let mut extra = content.extra.clone();
    let headers = authenticate(&config.auth, wrong_key, &mut extra);
    if let (PushEncoding::Multipart, PushMethod::Post) = (&config.encoding, config.method) {
        let mut parameters = joined(&content.fields, &extra);
        if let Some(data) = &content.data {
            bracketed("call", data, &mut parameters);
        }
        let (body, url) = (multipart(&parameters, content.file.as_ref()), url.to_owned());
        return Encoded { method: config.method, url, headers, content_type: Some(MULTIPART), body };
    }
    let in_url = config.method == PushMethod::Get || config.encoding == PushEncoding::Query;

    let (content_type, parameters, json) = match (&config.encoding, &content.data) {
        (PushEncoding::Query | PushEncoding::Form | PushEncoding::Multipart, None) => {
            (FORM, joined(&content.fields, &extra), None)
        }
        (PushEncoding::Query | PushEncoding::Form | PushEncoding::Multipart, Some(data)) => {
            let mut parameters = Vec::new();
            match &config.call_data_parameter {
                Some(name) => parameters.push((name.clone(), wrapped(data).to_string())),
                None => bracketed("call", data, &mut parameters),
            }
            parameters.extend(extra);
            (FORM, parameters, None)
        }
        (PushEncoding::Json, None) => (JSON, Vec::new(), Some(object(&joined(&content.fields, &extra)))),
        (PushEncoding::JsonNested { under }, None) => {
            let mut outer = object(&extra);
            outer.insert(under.clone(), Value::Object(object(&content.fields)));
            (JSON, Vec::new(), Some(outer))
        }
        (PushEncoding::Json | PushEncoding::JsonNested { .. }, Some(data)) => {
            let mut outer = object(&extra);
            outer.insert("call".into(), data.clone());
            (JSON, Vec::new(), Some(outer))
        }
    };

    match json {
        Some(object) if in_url => {
            let name = config.call_data_parameter.clone().unwrap_or_else(|| DATA.into());
            let query = pairs::encode(&[(name, Value::Object(object).to_string())]);
            Encoded {
                method: config.method,
                url: format!("{url}?{query}"),
                headers,
                content_type: None,
                body: Vec::new(),
            }
        }
        Some(object) => Encoded {
            method: config.method,
            url: url.to_owned(),
            headers,
            content_type: Some(content_type),
            body: Value::Object(object).to_string().into_bytes(),
        },
        None if in_url => Encoded {
            method: config.method,
            url: format!("{url}?{}", pairs::encode(&parameters)),
            headers,
            content_type: None,
            body: Vec::new(),
        },
        None => Encoded {
            method: config.method,
            url: url.to_owned(),
            headers,
            content_type: Some(content_type),
            body: pairs::encode(&parameters).into_bytes(),
        },
    }
}

/// A form whose parts stand for themselves, with a file as it is.
fn multipart(parameters: &[(String, String)], file: Option<&SentFile>) -> Vec<u8> {
    let mut body = Vec::new();
    let part = |disposition: &str| format!("--{BOUNDARY}\r\nContent-Disposition: form-data; {disposition}\r\n");
    for (name, value) in parameters {
        body.extend(format!("{}\r\n{value}\r\n", part(&format!("name=\"{name}\""))).into_bytes());
    }
    if let Some(SentFile { name, media_type, bytes }) = file {
        let head = part(&format!("name=\"{NAME}\"; filename=\"{name}\""));
        body.extend(format!("{head}Content-Type: {media_type}\r\n\r\n").into_bytes());
        body.extend_from_slice(bytes);
        body.extend_from_slice(b"\r\n");
    }
    body.extend(format!("--{BOUNDARY}--\r\n").into_bytes());
    body
}

fn joined(fields: &[(String, String)], extra: &[(String, String)]) -> Vec<(String, String)> {
    fields.iter().chain(extra).cloned().collect()
}

fn wrapped(data: &Value) -> Value {
    serde_json::json!({ "call": data })
}

/// A flat object; a name that comes several times becomes a list.
fn object(fields: &[(String, String)]) -> Map<String, Value> {
    let mut object = Map::new();
    for (name, value) in fields {
        let value = Value::String(value.clone());
        match object.get_mut(name) {
            None => {
                object.insert(name.clone(), value);
            }
            Some(Value::Array(list)) => list.push(value),
            Some(first) => *first = Value::Array(vec![first.take(), value]),
        }
    }
    object
}

/// `call[id]=…&call[caller]=…`: how a nested object travels where there is no body (vipex.md, Call data).
fn bracketed(name: &str, value: &Value, into: &mut Vec<(String, String)>) {
    match value {
        Value::Object(object) => object.iter().for_each(|(key, v)| bracketed(&format!("{name}[{key}]"), v, into)),
        Value::Array(list) => list.iter().enumerate().for_each(|(i, v)| bracketed(&format!("{name}[{i}]"), v, into)),
        Value::Null => into.push((name.to_owned(), String::new())),
        Value::String(text) => into.push((name.to_owned(), text.clone())),
        other => into.push((name.to_owned(), other.to_string())),
    }
}

/// Adds what proves the sender: as parameters, or as the headers returned.
fn authenticate(auth: &PushAuth, wrong: bool, parameters: &mut Vec<(String, String)>) -> Vec<(String, String)> {
    let secret = |secret: &str| if wrong { format!("wrong-{secret}") } else { secret.to_owned() };
    let header = |name: &str, value: String| vec![(name.to_owned(), value)];
    match auth {
        PushAuth::None => Vec::new(),
        PushAuth::KeyParameter { name, key } => {
            parameters.push((name.clone(), secret(key)));
            Vec::new()
        }
        PushAuth::KeyHeader { name, key } => header(name, secret(key)),
        PushAuth::Bearer { key } => header("authorization", format!("Bearer {}", secret(key))),
        PushAuth::Basic { user, password } => {
            let credentials = pairs::base64(format!("{user}:{}", secret(password)).as_bytes());
            header("authorization", format!("Basic {credentials}"))
        }
        PushAuth::UserParameters { user_name, user, password_name, password } => {
            parameters.push((user_name.clone(), user.clone()));
            parameters.push((password_name.clone(), secret(password)));
            Vec::new()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const URL: &str = "http://hub/in/pbx/incoming";

    fn content() -> Content {
        let pair = |n: &str, v: &str| (n.to_owned(), v.to_owned());
        Content {
            fields: vec![pair("caller", "+36301234567"), pair("called", "0612345678"), pair("extension", "101")],
            extra: vec![pair("queue", "sales & co")],
            data: None,
            file: None,
        }
    }

    fn config(method: PushMethod, encoding: PushEncoding) -> PushConfig {
        PushConfig { method, encoding, auth: PushAuth::key("k"), ..PushConfig::default() }
    }

    fn body_json(encoded: &Encoded) -> Value {
        serde_json::from_slice(&encoded.body).expect("a JSON body")
    }

    #[test]
    fn a_get_puts_everything_into_the_url() {
        for encoding in [PushEncoding::Query, PushEncoding::Form] {
            let encoded = encode(&config(PushMethod::Get, encoding), URL, &content(), false);
            assert_eq!(
                encoded.url,
                format!("{URL}?caller=%2B36301234567&called=0612345678&extension=101&queue=sales+%26+co&key=k")
            );
            assert_eq!((encoded.content_type, encoded.body.as_slice()), (None, &b""[..]));
        }
    }

    #[test]
    fn a_form_goes_into_the_body() {
        let encoded = encode(&config(PushMethod::Post, PushEncoding::Form), URL, &content(), false);
        assert_eq!((encoded.url.as_str(), encoded.content_type), (URL, Some(FORM)));
        assert_eq!(
            String::from_utf8_lossy(&encoded.body),
            "caller=%2B36301234567&called=0612345678&extension=101&queue=sales+%26+co&key=k"
        );
    }

    #[test]
    fn json_is_flat_or_nested_as_set() {
        let flat = encode(&config(PushMethod::Post, PushEncoding::Json), URL, &content(), false);
        assert_eq!(
            body_json(&flat),
            json!({"caller":"+36301234567","called":"0612345678","extension":"101","queue":"sales & co","key":"k"})
        );
        let nested = encode(
            &config(PushMethod::Post, PushEncoding::JsonNested { under: "call".into() }),
            URL,
            &content(),
            false,
        );
        assert_eq!(
            body_json(&nested),
            json!({"call":{"caller":"+36301234567","called":"0612345678","extension":"101"},
                   "queue":"sales & co","key":"k"})
        );
    }

    #[test]
    fn several_extensions_are_repeated_or_listed() {
        let mut content = content();
        content.fields.push(("extension".into(), "102".into()));
        let form = encode(&config(PushMethod::Post, PushEncoding::Form), URL, &content, false);
        let body = String::from_utf8_lossy(&form.body).into_owned();
        assert!(body.contains("extension=101&extension=102"), "{body}");
        let json = encode(&config(PushMethod::Post, PushEncoding::Json), URL, &content, false);
        assert_eq!(body_json(&json)["extension"], json!(["101", "102"]));
    }

    #[test]
    fn call_data_are_json_brackets_or_a_named_parameter() {
        let data = Content { data: Some(json!({"id":"7","answered":null,"duration":3})), ..Content::default() };
        let posted = encode(&config(PushMethod::Post, PushEncoding::Json), URL, &data, false);
        assert_eq!(body_json(&posted), json!({"call":{"id":"7","answered":null,"duration":3},"key":"k"}));

        let brackets = encode(&config(PushMethod::Get, PushEncoding::Query), URL, &data, false);
        let query = brackets.url.split_once('?').map(|(_, q)| pairs::decode(q)).unwrap_or_default();
        let named = |n: &str| query.iter().find(|(name, _)| name == n).map(|(_, v)| v.as_str());
        assert_eq!(
            (named("call[id]"), named("call[answered]"), named("call[duration]")),
            (Some("7"), Some(""), Some("3"))
        );

        let mut config = config(PushMethod::Get, PushEncoding::Query);
        config.call_data_parameter = Some("payload".into());
        let named = encode(&config, URL, &data, false);
        assert!(named.url.starts_with(&format!("{URL}?payload=%7B%22call%22%3A%7B")), "{}", named.url);
    }

    #[test]
    fn every_way_of_proving_the_sender_can_be_right_or_wrong() {
        let pair = |a: &str, b: &str| (a.to_owned(), b.to_owned());
        let cases: [(PushAuth, Vec<_>, Vec<_>); 5] = [
            (PushAuth::None, vec![], vec![]),
            (PushAuth::KeyHeader { name: "x-api-key".into(), key: "k".into() }, vec![pair("x-api-key", "k")], vec![]),
            (PushAuth::Bearer { key: "k".into() }, vec![pair("authorization", "Bearer k")], vec![]),
            (
                PushAuth::Basic { user: "u".into(), password: "p".into() },
                vec![pair("authorization", "Basic dTpw")],
                vec![],
            ),
            (
                PushAuth::UserParameters {
                    user_name: "user".into(),
                    user: "u".into(),
                    password_name: "pw".into(),
                    password: "p".into(),
                },
                vec![],
                vec![pair("user", "u"), pair("pw", "p")],
            ),
        ];
        for (auth, headers, parameters) in cases {
            let mut added = Vec::new();
            assert_eq!(authenticate(&auth, false, &mut added), headers);
            assert_eq!(added, parameters);
            if auth != PushAuth::None {
                let mut wrong = Vec::new();
                assert!(authenticate(&auth, true, &mut wrong) != headers || wrong != parameters, "{auth:?}");
            }
        }
    }
}
