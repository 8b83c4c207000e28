//! One reader for every number: links, the box, webhooks, the directory and dialling.
//!
//! [`DialPlan::read`] reads what people, links and files give and refuses what is no telephone number, with the reason;
//! [`DialPlan::read_ani`] and [`DialPlan::read_dnis`] take whatever a PBX reports. [`Party::display`] shows a party,
//! [`DialFormat::write`] hands it to a PBX, [`search_keys`] are what the directory finds it by. What is displayed can
//! always be read again, in every country, and is then the same party.
//!
//! What a text is read as, in order: a valid number as it is written; a valid one behind the prefix of an outside line or
//! with a needless trunk zero; a valid one if a plus or a lost zero is put in front (unsure); a valid one in a form that its
//! country has given up; one that cannot exist as far as we know, but is clearly meant to be a number (unsure). Everything else is refused. Everything is bounded: texts
//! to 256 characters, numbers to 15 digits, extensions to 10.
//!
//! Start reading at `read.rs`. A million numbers are read in about two seconds on one core.

mod caution;
mod choose;
mod codes;
mod dial;
mod hidden;
mod keys;
mod link;
mod list;
mod outside;
mod pieces;
mod plan;
mod read;
mod refuse;
mod retired;
mod scientific;
mod shape;
mod show;
mod territory;
mod tidy;
mod undress;
mod vanity;
mod words;

pub use caution::{BadPrefix, Caution, CautionKind, Cautions, DialRule, DialRules, RuleAct, usual_from};
pub use dial::{BadDialFormat, CannotDial, DialFormat, DialStyle};
pub use keys::{SearchKeys, before_local, search_keys, unread_digits};
pub use link::of_ours;
pub use list::{NotListed, NumberList};
pub use plan::{DialPlan, UnknownCountry};
pub use refuse::{Certainty, NotANumber, Reading, UnsureReason};
pub use show::{NumberView, PartyKind, view};
pub use undress::undressed;

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use utoipa::ToSchema;

/// Whoever is at an end of a call, as far as a number tells.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, TS, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Party {
    /// A number of the public network.
    Outside(Number),
    /// A number inside the PBX.
    Internal { digits: String },
    /// The caller withholds the number.
    Hidden,
    /// The PBX sent something that is no number (at most 64 characters are kept). Shown, never looked up or dialled.
    Unreadable { text: String },
}

/// A number of the public network, always in E.164, with an extension behind it where one was given.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, TS, ToSchema)]
pub struct Number {
    /// `+36301234567`
    pub e164: String,
    pub extension: Option<String>,
}

/// The number that calls (ANI).
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, TS, ToSchema)]
#[serde(transparent)]
pub struct Ani(pub Party);

/// The number that is called (DNIS).
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, TS, ToSchema)]
#[serde(transparent)]
pub struct Dnis(pub Party);
