//! What happens at one phone of a call that came in: told by pushes about that phone, as PBXs with queues, several devices
//! and transfers do.

use clap::{Subcommand, ValueEnum};
use serde::{Deserialize, Serialize};

/// One thing that happens to a call that came in: for the program's commands, the page, scripts and tests. Phones that a
/// call comes to later are commanded by hand, whatever their script.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Subcommand)]
#[serde(tag = "act", rename_all = "snake_case")]
pub enum LegAct {
    /// One more phone rings: the queue goes on, a colleague is asked, a second device joins in
    RingsAt {
        extension: String,
        /// Who passed the call on to it
        #[arg(long)]
        #[serde(default)]
        passed_by: Option<String>,
    },
    /// A phone is picked up
    PicksUp { extension: String },
    /// A phone is not part of the call any more; the call goes on
    Leaves {
        extension: String,
        #[arg(value_enum)]
        how: Leaving,
    },
    /// A phone puts the caller on hold
    Holds { extension: String },
    /// … and takes them back
    Resumes { extension: String },
    /// A phone passes the caller on, without asking: its part ends, and the other rings
    PassesOn { extension: String, to: String },
    /// Voicemail takes the call
    Voicemail,
    /// A menu or an announcement takes the call
    Menu,
    /// The call is gone, and nothing is told of it
    Vanishes,
}

/// Why a phone is not part of a call any more; the word of its push.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ValueEnum)]
#[serde(rename_all = "snake_case")]
#[value(rename_all = "snake_case")]
pub enum Leaving {
    NoAnswer,
    Declined,
    Busy,
    Failed,
    /// Another device of the same person, or a colleague, picked up
    AnsweredElsewhere,
    /// It hung up, and the caller goes on elsewhere
    Ended,
}

impl Leaving {
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::NoAnswer => "no_answer",
            Self::Declined => "declined",
            Self::Busy => "busy",
            Self::Failed => "failed",
            Self::AnsweredElsewhere => "answered_elsewhere",
            Self::Ended => "ended",
        }
    }
}
