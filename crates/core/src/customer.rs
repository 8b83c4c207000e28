//! Customers, and why we think a number is theirs.

use crate::{
    Timestamp,
    call::AgentId,
    number::{NumberView, Party},
    ticket::Ticket,
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use ts_rs::TS;
use utoipa::ToSchema;

/// A customer's identity in the system that keeps it (the built-in directory, or a CRM).
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, TS, ToSchema)]
#[serde(transparent)]
pub struct CustomerId(pub String);

impl CustomerId {
    /// What keeps this customer: an account's name, or `directory`.
    pub fn source(&self) -> &str {
        self.0.split_once('/').map_or(Self::DIRECTORY, |(account, _)| account)
    }

    /// Whether another system keeps them, and not the built-in directory.
    pub fn is_elsewhere(&self) -> bool {
        self.0.contains('/')
    }

    /// The built-in directory, where systems are named.
    pub const DIRECTORY: &'static str = "directory";
}

/// One person in two systems.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
pub struct CustomerLink {
    pub one: CustomerId,
    pub other: CustomerId,
    /// Who said so; absent: both are the only ones with the same number and are called the same, or a program said so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub by: Option<AgentId>,
    pub at: Timestamp,
}

/// Where customers are kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
pub struct CustomerSource {
    /// An account's name, or `directory`.
    pub name: String,
    /// New ones can be made there.
    pub creates: bool,
}

/// What is known of a customer in every system that knows them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
pub struct CustomerAbout {
    /// In the order of the settings; none of the built-in directory.
    pub parts: Vec<CardPart>,
    pub links: Vec<CustomerLink>,
    /// Those they are linked with, as far as their systems answered.
    pub linked: Vec<Customer>,
}

/// One number of a customer: as it was written, and what we read in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
pub struct CustomerNumber {
    /// `mobile`, `work`, `home`, `fax` or the customer's own word; may be empty.
    #[serde(default)]
    pub label: String,
    /// As typed or imported: never lost, even if it cannot be read.
    pub written: String,
    /// What the number reader made of it; absent when it is no number.
    #[serde(default)]
    pub party: Option<Party>,
}

/// What is known of a customer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
pub struct Customer {
    pub id: CustomerId,
    /// Which system keeps it: an account's name, or `directory`.
    pub source: String,
    #[serde(flatten)]
    #[ts(flatten)]
    pub details: CustomerDetails,
    pub updated_at: Timestamp,
}

/// The part of a customer a person edits.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(default)]
pub struct CustomerDetails {
    pub name: String,
    pub company: String,
    pub role: String,
    pub email: String,
    pub tags: Vec<String>,
    pub vip: bool,
    pub notes: String,
    /// Where *Open in CRM* leads; absent: nowhere.
    pub link: Option<String>,
    pub numbers: Vec<CustomerNumber>,
    /// Free fields, by the administrator's names.
    pub fields: BTreeMap<String, String>,
}

impl CustomerDetails {
    /// What a customer is called: their own name, else the company's.
    pub fn shown_name(&self) -> &str {
        if self.name.is_empty() { &self.company } else { &self.name }
    }
}

/// A customer who may be the caller, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
pub struct Match {
    pub customer: Customer,
    pub strength: MatchStrength,
    pub reason: MatchReason,
}

/// Who a number means.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Behind {
    /// Strongest first.
    pub matches: Vec<Match>,
    /// Who would be among them, had an agent not said that the number is not theirs; the newest word first.
    pub not_theirs: Vec<SetAside>,
}

/// How sure a match is; strongest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum MatchStrength {
    Exact,
    Likely,
    Maybe,
}

/// Why a customer was matched; the user interface has words for each.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum MatchReason {
    /// An agent chose this customer for this number before.
    Remembered,
    /// The whole number is the same (with its extension, where one is stored).
    SameNumber { label: String },
    /// The same number written in another form (national, without country, with an extension behind it).
    OtherForm { label: String },
    /// Only the last digits are the same.
    LastDigits { digits: u8, label: String },
    /// Found by the words or digits somebody searched for.
    Text,
    /// An agent said so for this one call: a hidden caller has no number to remember it by.
    Chosen,
}

/// Where the look-up of a call's customer stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Lookup {
    /// Hidden, unreadable or one of our own numbers: nobody is asked.
    NotAsked,
    Looking,
    /// Strongest first. `chosen` is whom an agent picked, or the only exact match.
    Found {
        matches: Vec<Match>,
        chosen: Option<CustomerId>,
    },
    /// Nobody is behind the number: nobody else, where [`Card::set_aside`] names somebody.
    NoMatch,
    /// The directory or CRM did not answer (in time); `matches` is what is known all the same.
    Unavailable {
        system: String,
        matches: Vec<Match>,
    },
}

/// What one system adds to a card: whom it knows under the number, and what it says of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
pub struct CardPart {
    /// The account, or `directory`.
    pub source: String,
    pub state: PartState,
    /// Whom it is about, as that system calls them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub customer: Option<CustomerId>,
    #[serde(default)]
    pub facts: Vec<Fact>,
    #[serde(default)]
    pub tickets: Vec<Ticket>,
    /// It knows as many under the number as are told of at most: there may be more.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    #[ts(as = "Option<bool>", optional)]
    pub may_be_more: bool,
}

/// Where the question to a system stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum PartState {
    Asking,
    /// As it was there at this moment; `kept`: why it was not asked anew.
    Here {
        as_of: Timestamp,
        kept: Option<WhyKept>,
    },
    /// It knows nobody under this number.
    Nobody,
    /// It did not answer, and nothing is kept of it. The detail is a sentence.
    NoAnswer {
        detail: String,
    },
}

/// Why an answer of earlier is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum WhyKept {
    /// It is as good as a new one.
    Fresh,
    /// The account's limits leave no request for it now.
    Limit,
    /// The system does not answer.
    NoAnswer,
}

/// Something a system says of a customer; the label is the system's own word, or one of ours that pages translate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
pub struct Fact {
    pub label: FactLabel,
    pub text: String,
}

/// What a fact is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum FactLabel {
    Organization,
    Tags,
    Notes,
    Details,
    /// Who looks after them.
    Owner,
    LastContact,
    /// Suspended there: they cannot sign in or write.
    Suspended,
    /// The administrator's own field, by its name there.
    Field {
        name: String,
    },
}

/// One version of a call's card. A desk drops versions older than the one it shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Card {
    pub version: u32,
    pub lookup: Lookup,
    /// Earlier calls with the same number, newest first, at most three.
    pub earlier: Vec<EarlierCall>,
    /// Who would be offered here, had an agent not said that it is somebody else; the newest word first.
    #[serde(default)]
    pub set_aside: Vec<SetAside>,
    /// What agents noted of this call so far, in the order in which they began to.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[ts(as = "Option<Vec<NoteSoFar>>", optional)]
    pub notes: Vec<NoteSoFar>,
    /// A recording of this call was told of.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    #[ts(as = "Option<bool>", optional)]
    pub recorded: bool,
    /// What each system adds, in the order of the settings; empty where there is the customer list alone.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[ts(as = "Option<Vec<CardPart>>", optional)]
    pub parts: Vec<CardPart>,
}

/// What an agent noted of a call that goes on, before it was passed on or after.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct NoteSoFar {
    pub by: AgentId,
    pub note: String,
    /// When it was written last.
    pub at: Timestamp,
}

impl NoteSoFar {
    /// Characters of it that are kept: it is read at a glance, while a phone rings.
    pub const LONGEST: usize = 2_000;
}

/// A customer of whom an agent said *it is not this one*. It can be taken back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct SetAside {
    pub customer: CustomerId,
    /// As the customer was called when it was said or, for a number, is called now.
    pub name: String,
    pub of: SaidOf,
    /// Who said it; absent where that was not written down.
    pub by: Option<AgentId>,
    pub at: Timestamp,
}

/// What it was said of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum SaidOf {
    /// This call alone: the next one from the same number shows the customer again.
    Call,
    /// The number: it is not theirs, and no call from it is taken for one of theirs.
    Number,
}

/// A number that is not a customer's, as an agent said; whether it is written down with the customer or not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct NotTheirs {
    pub number: NumberView,
    /// Who said it; absent where that was not written down.
    pub by: Option<AgentId>,
    pub at: Timestamp,
}

/// A line of a card: when we last spoke.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct EarlierCall {
    pub at: Timestamp,
    /// Who spoke, by name; where nobody did, for whom it rang or who dialled.
    pub agent: Option<String>,
    pub state: crate::call::CallState,
    pub direction: crate::call::Direction,
    /// A call of ours that ended before the customer answered.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    #[ts(as = "Option<bool>", optional)]
    pub not_reached: bool,
    /// The call, where a recording of it was told of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub recorded: Option<crate::call::CallId>,
}
