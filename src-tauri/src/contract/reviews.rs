//! What a description of a PBX would do, for whoever decides whether it may.

use ringcard_connect::profile::{Part, Purpose, Reach};
use ringcard_hub::profiles::Standing;
use serde::Serialize;
use ts_rs::TS;

/// A profile of somebody's own that nobody has looked at as it is now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct ProfileReview {
    pub id: String,
    pub title: String,
    pub file: String,
    /// Of its content: what was looked at is what is confirmed.
    pub sha256: String,
    pub standing: ReviewStanding,
    /// It takes the place of the built-in profile of its id.
    pub replaces: bool,
    /// The accounts that name it.
    pub accounts: Vec<String>,
    pub requests: Vec<RequestReview>,
    /// What it reads: `incoming`, `event`, `call-data`.
    pub pushes: Vec<String>,
    /// The labels of the secrets that prove a push.
    pub push_secrets: Vec<String>,
    /// Settings may say that no proof is needed.
    pub push_unproved: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum ReviewStanding {
    New,
    Changed,
    /// In use since before anybody was asked to look.
    TakenOver,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct RequestReview {
    pub purpose: ReviewPurpose,
    pub methods: Vec<String>,
    pub reaches: Vec<ReviewReach>,
    pub secrets: Vec<ReviewSecret>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum ReviewPurpose {
    StartCall,
    Status,
    Recording,
    CallLog,
    Test,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum ReviewReach {
    Fixed { server: String },
    Setting { label: String },
    Computed { written: String },
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct ReviewSecret {
    pub label: String,
    pub parts: Vec<ReviewPart>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum ReviewPart {
    Address,
    Parameters,
    Headers,
    Body,
    SignIn,
}

impl ReviewStanding {
    /// `None`: there is nothing to look at.
    pub fn of(standing: Standing) -> Option<Self> {
        match standing {
            Standing::Confirmed => None,
            Standing::New => Some(Self::New),
            Standing::Changed => Some(Self::Changed),
            Standing::TakenOver => Some(Self::TakenOver),
        }
    }
}

impl From<Purpose> for ReviewPurpose {
    fn from(purpose: Purpose) -> Self {
        match purpose {
            Purpose::StartCall => Self::StartCall,
            Purpose::Status => Self::Status,
            Purpose::Recording => Self::Recording,
            Purpose::CallLog => Self::CallLog,
            Purpose::Test => Self::Test,
        }
    }
}

impl From<Part> for ReviewPart {
    fn from(part: Part) -> Self {
        match part {
            Part::Address => Self::Address,
            Part::Parameters => Self::Parameters,
            Part::Headers => Self::Headers,
            Part::Body => Self::Body,
            Part::SignIn => Self::SignIn,
        }
    }
}

impl ReviewReach {
    /// `label` knows the settings' names for people.
    pub fn of(reach: Reach, label: impl Fn(&str) -> String) -> Self {
        match reach {
            Reach::Fixed { server } => Self::Fixed { server },
            Reach::Setting { key } => Self::Setting { label: label(&key) },
            Reach::Computed { written } => Self::Computed { written },
        }
    }
}
