//! What the simulated Zendesk can be told to do wrong, for which requests, and how often.

use crate::orders::{Counted, Orders};
use serde::{Deserialize, Serialize};

/// One way of doing wrong, for the next request that was let in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Misbehaviour {
    /// Waits, then does it and answers. It is done even if whoever asked is gone by then.
    Slow { ms: u64 },
    /// Never answers. `applied`: but does it.
    Hang {
        #[serde(default)]
        applied: bool,
    },
    /// Does it, sends the first half of the answer and closes the connection.
    CutAnswer,
    /// Does it and closes the connection without an answer.
    ApplyThenCut,
    /// Closes the connection; nothing is done.
    Close,
    /// A page of HTML with this status (200, 500, 502, 503, …).
    Html {
        status: u16,
        #[serde(default)]
        applied: bool,
    },
    /// Nothing is done; this status with `error` and `description`.
    Refuse { status: u16, error: String, description: String },
    /// 429 as at the account's limit, whatever was used.
    TooMany { seconds: u64 },
    /// A search answers `{"error":"unavailable"}` with status 200.
    Unavailable,
    /// A question for a job is answered with a job of somebody else's.
    OtherJob,
    /// Redirects there; nothing is done.
    Redirect { location: String },
}

/// A misbehaviour, for which requests, and how often it is still to happen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Standing {
    /// An endpoint as [`super::Asked::endpoint`] names it, e.g. `search`, `POST tickets`, or `*`. Without a method: any.
    pub of: String,
    #[serde(flatten)]
    pub misbehaviour: Misbehaviour,
    /// `None`: until cleared.
    #[serde(default)]
    pub times: Option<u32>,
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

    /// What to do with the request that just came. `endpoint`: `POST tickets`.
    pub fn take(&mut self, endpoint: &str) -> Option<Misbehaviour> {
        let path = endpoint.split_once(' ').map_or(endpoint, |(_, path)| path);
        let is = |standing: &Standing| standing.of == "*" || standing.of == endpoint || standing.of == path;
        self.0.take(is).map(|standing| standing.misbehaviour)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_named_requests_misbehave() {
        let mut misconduct = Misconduct::default();
        let told = |of: &str| Standing { of: of.into(), misbehaviour: Misbehaviour::Close, times: Some(1) };
        misconduct.tell(told("POST tickets"));
        misconduct.tell(told("search"));
        assert_eq!(misconduct.take("GET tickets"), None);
        assert!(misconduct.take("POST tickets").is_some());
        assert_eq!(misconduct.take("POST tickets"), None);
        assert!(misconduct.take("GET search").is_some());
    }
}
