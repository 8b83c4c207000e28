//! What the simulated systems can be told to do wrong, and for how long.

use crate::orders::{Counted, Orders};
use serde::{Deserialize, Serialize};

/// One way of doing wrong. The first group is about the next answer to a request, the second about the next pushes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Misbehaviour {
    /// As if user, password or key were wrong.
    RefuseAuthentication,
    /// As if the PBX had no such extension.
    UnknownExtension,
    /// The PBX does not want to, in its usual way of saying errors.
    RefuseStart { message: String },
    /// An error message as plain text, with status 200; nothing is started (vipex.md, Click-to-call).
    ErrorWith200 { message: String },
    /// Status 500 and a page of HTML; nothing is started.
    ServerError,
    /// Never answers. `started`: the phones ring all the same.
    Hang {
        #[serde(default)]
        started: bool,
    },
    /// Starts the call at once and answers late: what happens to the call may be pushed before.
    Slow { ms: u64 },
    /// Starts the call, sends half an answer and closes the connection.
    CutAnswer,
    /// Starts the call and closes the connection before any answer.
    CutBeforeAnswer,
    /// Redirects to a plain-HTTP address (this simulator's own trap unless given); nothing is started.
    RedirectToHttp {
        #[serde(default)]
        location: Option<String>,
    },
    /// Starts the call and answers with this many bytes.
    HugeAnswer { bytes: u64 },

    /// Sends the next push a second time.
    PushTwice,
    /// Sends the next push late; those after it do not wait.
    PushLate { ms: u64 },
    /// Holds the next push back until another push of the same call was sent.
    PushOutOfOrder,
    /// Never tells how the next call ends: no final event and no call data.
    DropEnd,
    /// Leaves the call id out of the next push.
    NoCallId,
    /// Sends the next push with wrong credentials.
    WrongKey,
}

impl Misbehaviour {
    pub(crate) fn is_about_pushes(&self) -> bool {
        matches!(
            self,
            Self::PushTwice
                | Self::PushLate { .. }
                | Self::PushOutOfOrder
                | Self::DropEnd
                | Self::NoCallId
                | Self::WrongKey
        )
    }
}

/// A misbehaviour and how often it is still to happen; `None`: until cleared.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Standing {
    #[serde(flatten)]
    pub misbehaviour: Misbehaviour,
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
pub(crate) struct Misconduct(Orders<Standing, { Self::MOST }>);

impl Misconduct {
    /// More than this is a mistake of whoever tells us; the oldest goes.
    const MOST: usize = 64;

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
    pub fn at_a_request(&mut self) -> Option<Misbehaviour> {
        self.take(|m| !m.is_about_pushes())
    }

    /// What to do with the push that is about to go; each kind of misbehaviour at most once.
    pub fn at_a_push(&mut self, is_the_end: bool) -> PushPlan {
        // A push that is never sent uses up nothing else.
        if is_the_end && self.take(|m| *m == Misbehaviour::DropEnd).is_some() {
            return PushPlan { drop: true, ..PushPlan::default() };
        }
        let late = self.take(|m| matches!(m, Misbehaviour::PushLate { .. }));
        PushPlan {
            drop: false,
            twice: self.take(|m| *m == Misbehaviour::PushTwice).is_some(),
            late_ms: match late {
                Some(Misbehaviour::PushLate { ms }) => Some(ms),
                _ => None,
            },
            // The last push of a call has nobody to go after.
            hold: !is_the_end && self.take(|m| *m == Misbehaviour::PushOutOfOrder).is_some(),
            without_call_id: self.take(|m| *m == Misbehaviour::NoCallId).is_some(),
            wrong_key: self.take(|m| *m == Misbehaviour::WrongKey).is_some(),
        }
    }

    fn take(&mut self, applies: impl Fn(&Misbehaviour) -> bool) -> Option<Misbehaviour> {
        self.0.take(|standing| applies(&standing.misbehaviour)).map(|standing| standing.misbehaviour)
    }
}

/// What is wrong with one push.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct PushPlan {
    pub drop: bool,
    pub twice: bool,
    pub late_ms: Option<u64>,
    pub hold: bool,
    pub without_call_id: bool,
    pub wrong_key: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(all: &[(Misbehaviour, Option<u32>)]) -> Misconduct {
        let mut misconduct = Misconduct::default();
        for (misbehaviour, times) in all {
            misconduct.tell(Standing { misbehaviour: misbehaviour.clone(), times: *times });
        }
        misconduct
    }

    #[test]
    fn what_is_told_once_happens_once() {
        let mut misconduct = told(&[(Misbehaviour::ServerError, Some(1)), (Misbehaviour::CutAnswer, Some(2))]);
        let taken: Vec<_> = (0..4).map(|_| misconduct.at_a_request()).collect();
        assert_eq!(
            taken,
            [Some(Misbehaviour::ServerError), Some(Misbehaviour::CutAnswer), Some(Misbehaviour::CutAnswer), None]
        );
    }

    #[test]
    fn what_stands_until_cleared_stands_until_cleared() {
        let mut misconduct = told(&[(Misbehaviour::WrongKey, None)]);
        assert!(misconduct.at_a_push(false).wrong_key && misconduct.at_a_push(true).wrong_key);
        misconduct.clear();
        assert_eq!(misconduct.at_a_push(false), PushPlan::default());
    }

    #[test]
    fn requests_and_pushes_do_not_use_up_each_others() {
        let mut misconduct = told(&[(Misbehaviour::PushTwice, Some(1)), (Misbehaviour::ServerError, Some(1))]);
        assert_eq!(misconduct.at_a_request(), Some(Misbehaviour::ServerError));
        assert!(misconduct.at_a_push(false).twice);
    }

    #[test]
    fn an_end_is_dropped_only_at_the_end() {
        let mut misconduct = told(&[(Misbehaviour::DropEnd, Some(1))]);
        assert!(!misconduct.at_a_push(false).drop);
        assert!(misconduct.at_a_push(true).drop);
        assert!(!misconduct.at_a_push(true).drop);
    }

    #[test]
    fn told_too_much_it_forgets_the_oldest() {
        let mut misconduct = Misconduct::default();
        for ms in 0..100 {
            misconduct.tell(Standing { misbehaviour: Misbehaviour::Slow { ms }, times: None });
        }
        assert_eq!(misconduct.standing().count(), Misconduct::MOST);
    }
}
