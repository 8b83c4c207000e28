//! What Asterisk's REST interface sends: events and snapshots, as far as they are read (rest-api/api-docs of Asterisk 16 to 22).
//!
//! Everything a newer Asterisk adds is passed over; what is missing is empty. Whatever is longer than anything Asterisk
//! has is cut.

use ringcard_core::Timestamp;
use serde::{Deserialize, Deserializer};
use std::collections::BTreeMap;

/// The events that are wanted, and asked for where the version can.
pub(super) const WANTED: [&str; 18] = [
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
    "ApplicationReplaced",
];

/// `AST_MAX_UNIQUEID` is 150; nothing that is longer names anything.
const LONGEST_ID: usize = 160;
/// Names, numbers and a line of the dialplan: what is longer is cut.
const LONGEST_TEXT: usize = 256;

/// What every event begins with.
#[derive(Debug, Deserialize)]
pub(super) struct Head {
    #[serde(rename = "type", default)]
    pub kind: String,
    #[serde(default)]
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
    #[serde(deserialize_with = "cut")]
    pub name: String,
    #[serde(default)]
    pub state: String,
    #[serde(default)]
    pub caller: Party,
    #[serde(default)]
    pub connected: Party,
    #[serde(default)]
    pub dialplan: Dialplan,
    #[serde(default)]
    pub creationtime: String,
    /// What `channelvars` of ari.conf adds.
    #[serde(default)]
    pub channelvars: BTreeMap<String, String>,
}

#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
pub(super) struct BridgeNow {
    #[serde(deserialize_with = "id")]
    pub id: String,
    #[serde(default)]
    pub bridge_type: String,
    #[serde(default)]
    pub channels: Vec<String>,
}

#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
pub(super) struct EndpointNow {
    #[serde(default)]
    pub technology: String,
    #[serde(default, deserialize_with = "cut")]
    pub resource: String,
    /// `online`, `offline`, `unknown`
    #[serde(default)]
    pub state: Option<String>,
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
        #[serde(default)]
        cause: u16,
        #[serde(default)]
        tech_cause: Option<u16>,
    },
    ChannelHangupRequest {
        channel: ChannelNow,
        #[serde(default)]
        cause: Option<u16>,
        /// Asterisk itself wants it; else whoever is at the other end.
        #[serde(default)]
        soft: bool,
        #[serde(default)]
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
        #[serde(default)]
        caller_presentation: u16,
    },
    ChannelDialplan {
        channel: ChannelNow,
    },
    ChannelEnteredBridge {
        bridge: BridgeNow,
        channel: Option<ChannelNow>,
    },
    ChannelLeftBridge {
        bridge: BridgeNow,
        channel: ChannelNow,
    },
    Dial {
        #[serde(default)]
        caller: Option<ChannelNow>,
        peer: ChannelNow,
        #[serde(default)]
        dialstatus: String,
        #[serde(default, deserialize_with = "cut")]
        dialstring: String,
    },
    BridgeDestroyed {
        bridge: BridgeNow,
    },
    BridgeBlindTransfer {
        channel: ChannelNow,
        #[serde(default)]
        transferee: Option<ChannelNow>,
        #[serde(default)]
        result: String,
    },
    BridgeAttendedTransfer {
        transferer_first_leg: ChannelNow,
        transferer_second_leg: ChannelNow,
        #[serde(default)]
        transferee: Option<ChannelNow>,
        #[serde(default)]
        transfer_target: Option<ChannelNow>,
        #[serde(default)]
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
    /// Somebody else came under our application's name: what follows goes there.
    ApplicationReplaced {},
}

/// `2026-11-20T11:32:04.987+0000`
pub(super) fn moment(text: &str) -> Option<Timestamp> {
    let time = jiff::fmt::strtime::parse("%Y-%m-%dT%H:%M:%S%.f%z", text).ok()?.to_timestamp().ok()?;
    Some(Timestamp(time.as_millisecond()))
}

fn cut<'de, D: Deserializer<'de>>(from: D) -> Result<String, D::Error> {
    let text = Option::<String>::deserialize(from)?.unwrap_or_default();
    Ok(match text.char_indices().nth(LONGEST_TEXT) {
        Some((at, _)) => text[..at].to_owned(),
        None => text,
    })
}

fn id<'de, D: Deserializer<'de>>(from: D) -> Result<String, D::Error> {
    let text = String::deserialize(from)?;
    match (1..=LONGEST_ID).contains(&text.len()) {
        true => Ok(text),
        false => Err(serde::de::Error::custom("an id of no or too many characters")),
    }
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
}
