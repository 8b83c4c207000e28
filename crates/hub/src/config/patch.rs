//! What the Settings page changes. Absent: unchanged; `null`: back to the default.

use super::{Appearance, Corner, DiallingPatch, Language, LinkDials, QuietMode};
use serde::{Deserialize, Deserializer, Serialize};
use ts_rs::TS;

/// A change of settings: only what is given is changed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(default, deny_unknown_fields)]
#[ts(optional_fields)]
pub struct SettingsPatch {
    pub agent: Option<AgentPatch>,
    pub locale: Option<LocalePatch>,
    pub appearance: Option<Appearance>,
    pub numbers: Option<NumbersPatch>,
    pub dialling: Option<DiallingPatch>,
    /// All names of lines: those left out lose theirs.
    pub line_names: Option<Vec<LineName>>,
    pub listen: Option<ListenPatch>,
    pub desk: Option<DeskPatch>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(default, deny_unknown_fields)]
#[ts(optional_fields)]
pub struct AgentPatch {
    pub name: Option<String>,
    #[serde(deserialize_with = "given")]
    pub extension: Option<Option<String>>,
    pub lines: Option<Vec<String>>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(default, deny_unknown_fields)]
#[ts(optional_fields)]
pub struct LocalePatch {
    #[serde(deserialize_with = "given")]
    pub country: Option<Option<String>>,
    #[serde(deserialize_with = "given")]
    pub language: Option<Option<Language>>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(default, deny_unknown_fields)]
#[ts(optional_fields)]
pub struct NumbersPatch {
    pub internal_min: Option<u8>,
    pub internal_max: Option<u8>,
    #[serde(deserialize_with = "given")]
    pub outside_prefix: Option<Option<String>>,
    pub own: Option<Vec<String>>,
    pub private: Option<Vec<String>>,
}

/// A called line and its name for people.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct LineName {
    pub number: String,
    pub name: String,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(default, deny_unknown_fields)]
#[ts(optional_fields)]
pub struct ListenPatch {
    pub address: Option<String>,
    #[serde(deserialize_with = "given")]
    pub public_url: Option<Option<String>>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(default, deny_unknown_fields)]
#[ts(optional_fields)]
pub struct DeskPatch {
    pub start_at_login: Option<bool>,
    pub links: Option<bool>,
    pub link_dials: Option<LinkDials>,
    #[serde(deserialize_with = "given")]
    pub monitor: Option<Option<String>>,
    pub corner: Option<Corner>,
    pub quiet: Option<QuietMode>,
    pub do_not_disturb: Option<bool>,
    /// `null`: no hotkey at all.
    #[serde(deserialize_with = "given")]
    pub hotkey: Option<Option<String>>,
    pub hide_after_seconds: Option<u32>,
}

/// Tells `null` from absent.
fn given<'de, T: Deserialize<'de>, D: Deserializer<'de>>(value: D) -> Result<Option<Option<T>>, D::Error> {
    Option::<T>::deserialize(value).map(Some)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn for_the_user_interface_every_field_may_be_left_out_and_some_may_be_null() {
        let config = ts_rs::Config::default();
        let desk = DeskPatch::decl(&config);
        assert!(desk.contains("monitor?: string | null,") && desk.contains("links?: boolean,"), "{desk}");
        let locale = LocalePatch::decl(&config);
        assert!(locale.contains("language?: Language | null,"), "{locale}");
    }

    #[test]
    fn null_and_absent_are_different() {
        let patch: DeskPatch = serde_json::from_str(r#"{"monitor": null, "links": true}"#).expect("a patch");
        assert_eq!((patch.monitor, patch.hotkey, patch.links), (Some(None), None, Some(true)));
        assert!(serde_json::from_str::<DeskPatch>(r#"{"monitr": null}"#).is_err());
    }
}
