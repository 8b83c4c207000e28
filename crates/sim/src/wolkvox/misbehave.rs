//! What the simulated wolkvox can be told to do wrong, for which API, and how often.

use crate::orders::{Counted, Orders};
use serde::{Deserialize, Serialize};

/// One way of doing wrong, for the next request that was let in (token, quota, two at once).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Misbehaviour {
    /// Waits, then does it and answers. It is done even if whoever asked is gone by then.
    Slow { ms: u64 },
    /// Does it at once and answers late.
    ApplyThenLate { ms: u64 },
    /// Never answers. `applied`: but does it.
    Hang {
        #[serde(default)]
        applied: bool,
    },
    /// Does nothing and answers this status, as HTTP status and as the body's code, with this `msg`.
    Refuse { status: u16, message: String },
    /// Status 200 and something that is no JSON.
    Garbage {
        #[serde(default)]
        applied: bool,
    },
    /// A page of HTML with this status (500, 502, …).
    ServerError {
        status: u16,
        #[serde(default)]
        applied: bool,
    },
    /// Answers a page of HTML with this status at once, and does it so much later: a gateway that gave up on a server that
    /// did not.
    AppliesLater { status: u16, ms: u64 },
    /// Does it, sends the first half of the answer and closes the connection.
    CutAnswer,
    /// Does it and closes the connection without an answer.
    ApplyThenCut,
    /// Closes the connection without reading the body; nothing is done.
    CloseBeforeReading,
    /// Does it and answers with so many bytes of blanks.
    Huge { bytes: u64 },
    /// Redirects there; nothing is done.
    Redirect { location: String },
}

/// A misbehaviour, for whom, and how often it is still to happen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Standing {
    /// `codify`, `campaign/recall`, `campaign/*`, `local/dial`, `*`.
    pub api: String,
    #[serde(flatten)]
    pub misbehaviour: Misbehaviour,
    /// `None`: until cleared.
    #[serde(default)]
    pub times: Option<u32>,
}

impl Standing {
    fn is_about(&self, file: &str, api: &str) -> bool {
        match self.api.split_once('/') {
            Some((f, a)) => f == file && (a == "*" || a == api),
            None => self.api == "*" || self.api == api,
        }
    }
}

impl Counted for Standing {
    fn times(&mut self) -> &mut Option<u32> {
        &mut self.times
    }
}

/// All that stands, in the order it was told.
#[derive(Debug, Default)]
pub(crate) struct Misconduct(Orders<Standing, 256>);

impl Misconduct {
    pub fn tell(&mut self, standing: Standing) {
        self.0.tell(standing);
    }

    pub fn clear(&mut self) {
        self.0.clear();
    }

    pub fn standing(&self) -> impl Iterator<Item = &Standing> {
        self.0.iter()
    }

    /// What to do with the request that just came.
    pub fn take(&mut self, file: &str, api: &str) -> Option<Misbehaviour> {
        self.0.take(|standing| standing.is_about(file, api)).map(|standing| standing.misbehaviour)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(api: &str, times: Option<u32>) -> Standing {
        Standing { api: api.into(), misbehaviour: Misbehaviour::ApplyThenCut, times }
    }

    #[test]
    fn only_the_named_api_misbehaves_and_only_so_often() {
        let mut misconduct = Misconduct::default();
        misconduct.tell(told("campaign/recall", Some(2)));
        assert_eq!(misconduct.take("agentbox", "recall"), None);
        assert_eq!(misconduct.take("campaign", "codify"), None);
        assert!(misconduct.take("campaign", "recall").is_some());
        assert!(misconduct.take("campaign", "recall").is_some());
        assert_eq!(misconduct.take("campaign", "recall"), None);
    }

    #[test]
    fn a_star_is_everything_until_cleared() {
        let mut misconduct = Misconduct::default();
        misconduct.tell(told("*", None));
        assert!(misconduct.take("campaign", "codify").is_some());
        assert!(misconduct.take("local", "dial").is_some());
        misconduct.clear();
        assert_eq!(misconduct.take("campaign", "codify"), None);
    }

    #[test]
    fn what_is_told_reads_as_flat_json() {
        let standing: Standing =
            serde_json::from_str(r#"{"api":"codify","kind":"slow","ms":5,"times":1}"#).expect("it reads");
        assert_eq!(standing.misbehaviour, Misbehaviour::Slow { ms: 5 });
    }
}
