//! What Asterisk's REST interface sends: events and snapshots, as far as they are read (rest-api/api-docs of Asterisk 16 to 22).
//!
//! Everything a newer Asterisk adds is passed over; what is missing, or is not what it was, is empty. Whatever is longer
//! than anything Asterisk has is cut. Only what has no id is not read at all.

use ringcard_core::Timestamp;
use serde::{
    Deserialize, Deserializer,
    de::{DeserializeOwned, SeqAccess, Visitor},
};
use serde_json::Value;
use std::{collections::BTreeMap, fmt, marker::PhantomData};

/// The events that are wanted, and asked for where the version can.
pub(super) const WANTED: [&str; 21] = [
    "ChannelCreated",
    "ChannelStateChange",
    "ChannelDestroyed",
    "ChannelHangupRequest",
    "ChannelHold",
    "ChannelUnhold",
    "ChannelCallerId",
    "ChannelDialplan",
    "ChannelEnteredBridge",
    "ChannelLeftBridge",
    "Dial",
    "BridgeDestroyed",
    "BridgeBlindTransfer",
    "BridgeAttendedTransfer",
    "EndpointStateChange",
    "PeerStatusChange",
    "ContactStatusChange",
    "RecordingStarted",
    "RecordingFinished",
    "RecordingFailed",
    "ApplicationReplaced",
];

/// What is read of a channel's variables.
const VARIABLES: [&str; 5] = ["CHANNEL(linkedid)", "CALLERID(num-pres)", "CALLERID(pres)", MIXED_INTO, PAUSED];

/// The file MixMonitor writes into, as Asterisk says it.
pub(super) const MIXED_INTO: &str = "MIXMONITOR_FILENAME";
/// Ours: `yes` while what MixMonitor writes is muted. Nothing of Asterisk's says it.
pub(super) const PAUSED: &str = "RINGCARD_PAUSED";

/// `AST_MAX_UNIQUEID` is 150; nothing that is longer names anything.
const LONGEST_ID: usize = 160;
/// Names, numbers and a line of the dialplan: what is longer is cut.
const LONGEST_TEXT: usize = 256;

/// What every event begins with.
#[derive(Debug, Deserialize)]
pub(super) struct Head {
    #[serde(rename = "type", default, deserialize_with = "cut")]
    pub kind: String,
    #[serde(default, deserialize_with = "cut")]
    pub timestamp: String,
}

impl Head {
    pub fn is_wanted(&self) -> bool {
        WANTED.contains(&self.kind.as_str())
    }

    /// By Asterisk's clock.
    pub fn at(&self) -> Option<Timestamp> {
        moment(&self.timestamp)
    }
}

#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
pub(super) struct Party {
    #[serde(default, deserialize_with = "cut")]
    pub name: String,
    #[serde(default, deserialize_with = "cut")]
    pub number: String,
}

#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
pub(super) struct Dialplan {
    #[serde(default, deserialize_with = "cut")]
    pub context: String,
    #[serde(default, deserialize_with = "cut")]
    pub exten: String,
    #[serde(default, deserialize_with = "cut")]
    pub app_name: String,
    #[serde(default, deserialize_with = "cut")]
    pub app_data: String,
}

/// A channel as it is at a moment.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
pub(super) struct ChannelNow {
    #[serde(deserialize_with = "id")]
    pub id: String,
    #[serde(default, deserialize_with = "cut")]
    pub name: String,
    #[serde(default, deserialize_with = "cut")]
    pub state: String,
    #[serde(default, deserialize_with = "if_read")]
    pub caller: Party,
    #[serde(default, deserialize_with = "if_read")]
    pub connected: Party,
    #[serde(default, deserialize_with = "if_read")]
    pub dialplan: Dialplan,
    #[serde(default, deserialize_with = "cut")]
    pub creationtime: String,
    /// What `channelvars` of ari.conf adds, as far as it is read.
    #[serde(default, deserialize_with = "variables")]
    pub channelvars: BTreeMap<String, String>,
}

#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
pub(super) struct BridgeNow {
    #[serde(deserialize_with = "id")]
    pub id: String,
    #[serde(default, deserialize_with = "cut")]
    pub bridge_type: String,
    #[serde(default, deserialize_with = "ids")]
    pub channels: Vec<String>,
}

#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
pub(super) struct EndpointNow {
    #[serde(default, deserialize_with = "cut")]
    pub technology: String,
    #[serde(default, deserialize_with = "cut")]
    pub resource: String,
    /// `online`, `offline`, `unknown`
    #[serde(default, deserialize_with = "if_read")]
    pub state: Option<String>,
}

/// A recording an application makes over ARI, by the name it is stored under, too.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
pub(super) struct RecordingNow {
    #[serde(deserialize_with = "id")]
    pub name: String,
    /// `recording`, `paused` …
    #[serde(default, deserialize_with = "cut")]
    pub state: String,
    /// `channel:…`, `bridge:…`
    #[serde(default, deserialize_with = "cut")]
    pub target_uri: String,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(tag = "type")]
#[allow(clippy::large_enum_variant, reason = "one at a time")]
pub(super) enum Event {
    ChannelCreated {
        channel: ChannelNow,
    },
    ChannelStateChange {
        channel: ChannelNow,
    },
    ChannelDestroyed {
        channel: ChannelNow,
        /// When, as its `creationtime` is written.
        #[serde(default, deserialize_with = "cut")]
        timestamp: String,
        #[serde(default, deserialize_with = "number")]
        cause: u16,
        #[serde(default, deserialize_with = "if_read")]
        tech_cause: Option<u16>,
    },
    ChannelHangupRequest {
        channel: ChannelNow,
        #[serde(default, deserialize_with = "if_read")]
        cause: Option<u16>,
        /// Asterisk itself wants it; else whoever is at the other end.
        #[serde(default, deserialize_with = "if_read")]
        soft: bool,
        #[serde(default, deserialize_with = "if_read")]
        tech_cause: Option<u16>,
    },
    ChannelHold {
        channel: ChannelNow,
    },
    ChannelUnhold {
        channel: ChannelNow,
    },
    ChannelCallerId {
        channel: ChannelNow,
        #[serde(default, deserialize_with = "number")]
        caller_presentation: u16,
    },
    ChannelDialplan {
        channel: ChannelNow,
    },
    ChannelEnteredBridge {
        bridge: BridgeNow,
        #[serde(default, deserialize_with = "if_read")]
        channel: Option<ChannelNow>,
    },
    ChannelLeftBridge {
        bridge: BridgeNow,
        channel: ChannelNow,
    },
    Dial {
        #[serde(default, deserialize_with = "if_read")]
        caller: Option<ChannelNow>,
        peer: ChannelNow,
        #[serde(default, deserialize_with = "cut")]
        dialstatus: String,
        #[serde(default, deserialize_with = "cut")]
        dialstring: String,
    },
    BridgeDestroyed {
        bridge: BridgeNow,
    },
    BridgeBlindTransfer {
        channel: ChannelNow,
        #[serde(default, deserialize_with = "if_read")]
        transferee: Option<ChannelNow>,
        #[serde(default, deserialize_with = "cut")]
        result: String,
    },
    BridgeAttendedTransfer {
        transferer_first_leg: ChannelNow,
        transferer_second_leg: ChannelNow,
        #[serde(default, deserialize_with = "if_read")]
        transferee: Option<ChannelNow>,
        #[serde(default, deserialize_with = "if_read")]
        transfer_target: Option<ChannelNow>,
        #[serde(default, deserialize_with = "cut")]
        result: String,
    },
    EndpointStateChange {
        endpoint: EndpointNow,
    },
    PeerStatusChange {
        endpoint: EndpointNow,
    },
    ContactStatusChange {
        endpoint: EndpointNow,
    },
    RecordingStarted {
        recording: RecordingNow,
    },
    RecordingFinished {
        recording: RecordingNow,
    },
    RecordingFailed {
        recording: RecordingNow,
    },
    /// Somebody else came under our application's name: what follows goes there.
    ApplicationReplaced {},
}

/// `2026-11-20T11:32:04.987+0000`
pub(super) fn moment(text: &str) -> Option<Timestamp> {
    let time = jiff::fmt::strtime::parse("%Y-%m-%dT%H:%M:%S%.f%z", text).ok()?.to_timestamp().ok()?;
    Some(Timestamp(time.as_millisecond()))
}

/// A list that is read thing by thing: what cannot be read is counted, and costs nothing else.
#[derive(Debug)]
pub(super) struct Many<T> {
    pub all: Vec<T>,
    pub unread: usize,
}

impl<'de, T: DeserializeOwned> Deserialize<'de> for Many<T> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct List<T>(PhantomData<T>);
        impl<'de, T: DeserializeOwned> Visitor<'de> for List<T> {
            type Value = Many<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a list")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Many<T>, A::Error> {
                let mut many = Many { all: Vec::new(), unread: 0 };
                while let Some(thing) = list.next_element::<Value>()? {
                    match serde_json::from_value(thing) {
                        Ok(thing) => many.all.push(thing),
                        Err(_) => many.unread += 1,
                    }
                }
                Ok(many)
            }
        }
        from.deserialize_seq(List(PhantomData))
    }
}

/// Nothing where it is something else.
fn if_read<'de, D: Deserializer<'de>, T: DeserializeOwned + Default>(from: D) -> Result<T, D::Error> {
    Ok(serde_json::from_value(Value::deserialize(from)?).unwrap_or_default())
}

/// Also as text; 0 where it is none.
fn number<'de, D: Deserializer<'de>>(from: D) -> Result<u16, D::Error> {
    let value = Value::deserialize(from)?;
    let number = value.as_u64().and_then(|number| u16::try_from(number).ok());
    Ok(number.or_else(|| value.as_str()?.parse().ok()).unwrap_or_default())
}

fn cut<'de, D: Deserializer<'de>>(from: D) -> Result<String, D::Error> {
    Ok(match Value::deserialize(from)? {
        Value::String(text) => shortened(text),
        Value::Number(number) => number.to_string(),
        _ => String::new(),
    })
}

fn shortened(text: String) -> String {
    match text.char_indices().nth(LONGEST_TEXT) {
        Some((at, _)) => text[..at].to_owned(),
        None => text,
    }
}

fn id<'de, D: Deserializer<'de>>(from: D) -> Result<String, D::Error> {
    let text = String::deserialize(from)?;
    match is_id(&text) {
        true => Ok(text),
        false => Err(serde::de::Error::custom("an id of no or too many characters")),
    }
}

fn ids<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<String>, D::Error> {
    let mut ids: Vec<Value> = if_read(from)?;
    let ids = ids.iter_mut().filter_map(|id| id.as_str()).filter(|id| is_id(id));
    Ok(ids.map(str::to_owned).collect())
}

fn is_id(text: &str) -> bool {
    (1..=LONGEST_ID).contains(&text.len())
}

fn variables<'de, D: Deserializer<'de>>(from: D) -> Result<BTreeMap<String, String>, D::Error> {
    let all: BTreeMap<String, Value> = if_read(from)?;
    let read = all.into_iter().filter(|(name, _)| VARIABLES.contains(&name.as_str()));
    Ok(read.filter_map(|(name, value)| Some((name, shortened(value.as_str()?.to_owned())))).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_read_with_its_zone() {
        assert_eq!(moment("1970-01-01T00:00:01.250+0000"), Some(Timestamp(1250)));
        assert_eq!(moment("1970-01-01T01:00:01.250+0100"), Some(Timestamp(1250)));
        assert_eq!(moment("1970-01-01T00:00:01+0000"), Some(Timestamp(1000)));
        assert_eq!(moment("yesterday"), None);
    }

    #[test]
    fn what_a_newer_version_adds_is_passed_over_and_what_it_leaves_out_is_empty() {
        let event = r#"{"type":"ChannelStateChange","new":{"a":[1]},"channel":{"id":"1.1","name":"PJSIP/101-1","state":"Up","more":7}}"#;
        let read: Event = serde_json::from_str(event).expect("it is read");
        assert!(matches!(read, Event::ChannelStateChange { channel } if channel.name == "PJSIP/101-1"));
        let head: Head = serde_json::from_str(r#"{"type":"ChannelLevitates"}"#).expect("a head");
        assert!(!head.is_wanted());
    }

    #[test]
    fn a_name_of_four_kilobytes_is_cut_and_an_id_of_that_length_is_none() {
        let long = "x".repeat(4096);
        let event = format!(r#"{{"type":"ChannelCreated","channel":{{"id":"1.1","name":"PJSIP/{long}"}}}}"#);
        let Ok(Event::ChannelCreated { channel }) = serde_json::from_str(&event) else { panic!("it is read") };
        assert_eq!(channel.name.len(), LONGEST_TEXT);
        let event = format!(r#"{{"type":"ChannelCreated","channel":{{"id":"{long}","name":"PJSIP/1"}}}}"#);
        assert!(serde_json::from_str::<Event>(&event).is_err());
    }

    #[test]
    fn what_is_not_what_it_was_is_empty_and_the_rest_of_the_event_is_read() {
        let channel = |more: &str| format!(r#"{{"id":"1.1","name":"PJSIP/101-1",{more}}}"#);
        for more in [
            r#""state":null"#,
            r#""state":"Up","caller":null,"connected":"nobody","dialplan":[]"#,
            r#""caller":{"name":null,"number":101}"#,
            r#""channelvars":null"#,
            r#""channelvars":{"CHANNEL(linkedid)":null,"CALLERID(num-pres)":{}},"creationtime":17"#,
        ] {
            let event = format!(
                r#"{{"type":"ChannelDestroyed","channel":{},"cause":"17","tech_cause":"SIP 486","cause_txt":null}}"#,
                channel(more)
            );
            let read = serde_json::from_str::<Event>(&event).unwrap_or_else(|error| panic!("{error}: {event}"));
            assert!(matches!(read, Event::ChannelDestroyed { cause: 17, tech_cause: None, .. }), "{read:?}");
        }
        let dial = format!(
            r#"{{"type":"Dial","caller":{{"id":null}},"peer":{},"dialstatus":null,"dialstring":null}}"#,
            channel(r#""state":"Ringing""#)
        );
        let read = serde_json::from_str::<Event>(&dial).expect("it is read");
        assert!(matches!(read, Event::Dial { caller: None, .. }), "{read:?}");
        let head: Head = serde_json::from_str(r#"{"type":null,"timestamp":null}"#).expect("a head");
        assert!(!head.is_wanted() && head.at().is_none());
    }
}
