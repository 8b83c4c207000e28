//! One request, one permit: every HTTP request of a connector asks for one inside its client, just before it is sent.
//!
//! Whoever counts what an account may still be asked ([`Permits`]; the hub's budgets) is given to a connector once, when
//! its account is set up. What a request is *for* is said by whoever begins the question ([`for_purpose`]) and travels
//! with the task, so that nothing between the question and its client passes it on; the outbox, which picks the row that
//! goes by its budget, sends the first permit along ([`with_permit`]). What came of the request goes back with its permit:
//! an account that any request finds closed is closed for all of them. Nobody waits for another question with a permit in
//! hand ([`give_back_unused`]).
//!
//! What an answer says of its account's limits goes back with it, too ([`UnderWay::end_with`]), whatever it was for: other
//! programs may use the account, and their count is the truth.
//!
//! A permit that is dropped counts as used, and nobody knows what came of it.

use crate::limits::Said;
use async_trait::async_trait;
use ringcard_core::{Timestamp, submission::GateReason};
use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};
use std::{
    fmt::{self, Write},
    sync::{
        Arc, Mutex, PoisonError, RwLock,
        atomic::{AtomicU32, Ordering::Relaxed},
    },
    time::{Duration, Instant},
};
use thiserror::Error;

/// What a request is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// Who is calling? A part of every window is kept for it.
    LookUp,
    /// An agent's own act or question; the same part serves it.
    AgentAct,
    /// A *Test* button.
    Test,
    /// What the outbox sends.
    Write,
    /// May wait for all others.
    Report,
}

impl Purpose {
    /// In one stable word.
    pub fn word(self) -> &'static str {
        match self {
            Self::LookUp => "look_up",
            Self::AgentAct => "agent_act",
            Self::Test => "test",
            Self::Write => "write",
            Self::Report => "report",
        }
    }
}

/// Which of an account's limits a request counts against.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CountsAgainst {
    /// None: it goes elsewhere than to the system that sets them (a program on this machine).
    Nothing,
    /// The pace and the requests at once, and not the day (wolkvox: what agents do through their own agent).
    Pace,
    Day,
}

/// One request that is about to be sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Request {
    pub purpose: Purpose,
    /// What is asked for, in the connector's own fixed word; never anything a person typed.
    pub what: &'static str,
    pub counts: CountsAgainst,
}

impl Request {
    /// Whether an agent does it now, and it costs nothing of the day: it is tried behind a closed gate, too.
    pub fn is_act(&self) -> bool {
        self.purpose == Purpose::AgentAct && self.counts != CountsAgainst::Day
    }
}

/// What a request came to, for its account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CameTo {
    /// It was not sent after all, and costs nothing.
    NeverLeft,
    /// The other system answered what was asked.
    Answered,
    /// It said no to this one.
    Refused,
    /// It did not get there, or was turned away unread. `wait`: what the other system asked for, at least.
    NotSent { detail: String, wait: Option<Duration> },
    /// It left and no whole answer came.
    Unknown { detail: String },
    /// The account takes nothing now, whatever is sent. `until` where the other system says it.
    Closed { why: GateReason, until: Option<Timestamp>, detail: String },
}

impl CameTo {
    /// In one stable word.
    pub fn word(&self) -> &'static str {
        match self {
            Self::NeverLeft => "never_left",
            Self::Answered => "answered",
            Self::Refused => "refused",
            Self::NotSent { .. } => "not_sent",
            Self::Unknown { .. } => "unknown",
            Self::Closed { .. } => "closed",
        }
    }
}

/// A request that has ended.
#[derive(Debug)]
pub struct Ended<'a> {
    pub request: &'a Request,
    pub came_to: &'a CameTo,
    /// What its answer said of the account's limits.
    pub said: &'a Said,
    /// Whose act it was, where somebody said so ([`on_behalf_of`]).
    pub by: Option<&'a str>,
    pub took: Duration,
}

impl Ended<'_> {
    /// What it came to, in one stable word: that of [`CameTo::word`], or `limited` where it was turned away for a limit.
    pub fn word(&self) -> &'static str {
        if self.said.turned_away { "limited" } else { self.came_to.word() }
    }
}

/// Why a request must not be made now; nothing was sent. The text is for people.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{why}")]
pub struct NotNow {
    pub why: String,
    /// After which it is worth asking again, where that is known.
    pub wait: Option<Duration>,
}

/// Who says whether a request may be made; one for each account.
#[async_trait]
pub trait Permits: Send + Sync {
    /// Waits for its turn as long as the purpose allows.
    async fn take(&self, request: &Request) -> Result<Permit, NotNow>;

    /// A request has ended. Never waits.
    fn ended(&self, ended: Ended<'_>);
}

/// An account without limits, and a connector that nobody counts.
struct Unlimited;

#[async_trait]
impl Permits for Unlimited {
    async fn take(&self, _: &Request) -> Result<Permit, NotNow> {
        Ok(Permit::unlimited())
    }

    fn ended(&self, _: Ended<'_>) {}
}

/// One request may be made.
pub struct Permit(Option<Box<dyn FnOnce(CameTo, Said) + Send + Sync>>);

impl Permit {
    /// `back` hears, once, what came of the request, and what its answer said of the limits.
    pub fn new(back: impl FnOnce(CameTo, Said) + Send + Sync + 'static) -> Self {
        Self(Some(Box::new(back)))
    }

    /// One that nobody counts.
    pub fn unlimited() -> Self {
        Self(None)
    }

    /// Gives it back with what the request came to.
    pub fn end(self, came_to: CameTo) {
        self.end_with(came_to, Said::default());
    }

    /// The same with what its answer said of the limits.
    pub fn end_with(mut self, came_to: CameTo, said: Said) {
        if let Some(back) = self.0.take() {
            back(came_to, said);
        }
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        if let Some(back) = self.0.take() {
            back(CameTo::Unknown { detail: "nobody waited for its answer".to_owned() }, Said::default());
        }
    }
}

impl fmt::Debug for Permit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Permit")
    }
}

/// What begins a question: its purpose, a permit it brings along, and how many requests it took.
struct Question {
    purpose: Purpose,
    in_hand: Mutex<Option<InHand>>,
    requests: AtomicU32,
}

/// A permit that was taken before anybody knew the request, and what it counts against.
struct InHand {
    permit: Permit,
    counts: CountsAgainst,
}

impl Question {
    fn new(purpose: Purpose, in_hand: Option<InHand>) -> Arc<Self> {
        Arc::new(Self { purpose, in_hand: Mutex::new(in_hand), requests: AtomicU32::new(0) })
    }

    fn take_in_hand(&self) -> Option<InHand> {
        self.in_hand.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    /// The permit in hand, if it is one for such a request. One that would leave the day uncounted is given back.
    fn permit_for(&self, counts: CountsAgainst) -> Option<Permit> {
        if counts == CountsAgainst::Nothing {
            return None;
        }
        let InHand { permit, counts: taken_for } = self.take_in_hand()?;
        if counts == CountsAgainst::Day && taken_for != CountsAgainst::Day {
            permit.end(CameTo::NeverLeft);
            return None;
        }
        Some(permit)
    }
}

tokio::task_local! {
    static QUESTION: Arc<Question>;
    static BY: Arc<str>;
}

/// Whose act the requests of this question are: an agent's id; empty: nobody's. Whoever asks inside of it says what for.
pub async fn on_behalf_of<T>(agent: impl Into<Arc<str>>, question: impl Future<Output = T>) -> T {
    BY.scope(agent.into(), question).await
}

/// Asks a question for a purpose. With its answer comes how many requests it took: none where the answer was known,
/// several for a long range.
pub async fn for_purpose<T>(purpose: Purpose, question: impl Future<Output = T>) -> (T, u32) {
    let about = Question::new(purpose, None);
    let answer = QUESTION.scope(about.clone(), question).await;
    (answer, about.requests.load(Relaxed))
}

/// The same with a permit for its first request, taken for one that `counts` so; it comes back where no request took it.
pub async fn with_permit<T>(
    purpose: Purpose,
    permit: Permit,
    counts: CountsAgainst,
    question: impl Future<Output = T>,
) -> (T, Option<Permit>) {
    let about = Question::new(purpose, Some(InHand { permit, counts }));
    let answer = QUESTION.scope(about.clone(), question).await;
    (answer, about.take_in_hand().map(|in_hand| in_hand.permit))
}

/// Gives back, unused, the permit that the question brought along; its next request asks for one anew. To be called before
/// a question waits for another one, which may itself be waiting for a permit: the last one, perhaps.
pub fn give_back_unused() {
    let in_hand = QUESTION.try_with(|question| question.take_in_hand()).ok().flatten();
    in_hand.into_iter().for_each(|in_hand| in_hand.permit.end(CameTo::NeverLeft));
}

/// Where a connector's clients take their permits. Cheap to clone; clones are the same place.
#[derive(Clone)]
pub struct PermitPlace(Arc<RwLock<Arc<dyn Permits>>>);

impl Default for PermitPlace {
    /// Unlimited, until somebody counts.
    fn default() -> Self {
        Self(Arc::new(RwLock::new(Arc::new(Unlimited))))
    }
}

impl fmt::Debug for PermitPlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PermitPlace")
    }
}

impl PermitPlace {
    /// Who is asked from now on.
    pub fn use_permits(&self, permits: Arc<dyn Permits>) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = permits;
    }

    /// Leave for one request, which is to be sent at once. Where nobody said what it is for, it is as patient as a report.
    pub async fn take(&self, what: &'static str, counts: CountsAgainst) -> Result<UnderWay, NotNow> {
        let permits = self.0.read().unwrap_or_else(PoisonError::into_inner).clone();
        let question = QUESTION.try_with(Arc::clone).ok();
        let purpose = question.as_ref().map_or(Purpose::Report, |question| question.purpose);
        let request = Request { purpose, what, counts };
        let permit = match question.as_ref().and_then(|question| question.permit_for(counts)) {
            Some(permit) => permit,
            None => permits.take(&request).await?,
        };
        if let Some(question) = question {
            question.requests.fetch_add(1, Relaxed);
        }
        let by = BY.try_with(Arc::clone).ok();
        Ok(UnderWay { permits, request, by, permit: Some(permit), began: Instant::now() })
    }
}

/// A request that is made now. Dropped before it has ended, it counts, and nobody knows what came of it.
pub struct UnderWay {
    permits: Arc<dyn Permits>,
    request: Request,
    by: Option<Arc<str>>,
    permit: Option<Permit>,
    began: Instant,
}

impl UnderWay {
    /// What came of it, where its answer said nothing of the limits.
    pub fn end(self, came_to: CameTo) {
        self.end_with(came_to, Said::default());
    }

    /// What came of it, and what its answer said of the account's limits.
    pub fn end_with(mut self, came_to: CameTo, said: Said) {
        self.tell(came_to, said);
    }

    fn tell(&mut self, came_to: CameTo, said: Said) {
        let Some(permit) = self.permit.take() else { return };
        if came_to != CameTo::NeverLeft {
            let (by, took) = (self.by.as_deref(), self.began.elapsed());
            self.permits.ended(Ended { request: &self.request, came_to: &came_to, said: &said, by, took });
        }
        permit.end_with(came_to, said);
    }
}

impl Drop for UnderWay {
    fn drop(&mut self) {
        self.tell(CameTo::Unknown { detail: "nobody waited for its answer".to_owned() }, Said::default());
    }
}

/// A system whose requests can be counted.
pub trait TakesPermits: Send + Sync {
    /// Who is asked before every request from now on.
    fn use_permits(&self, permits: Arc<dyn Permits>);
}

/// Whose limits a secret's requests count against, so that two accounts with one token have one budget. Forty bits of a
/// hash with the installation's own `salt`: enough to tell its accounts apart, and too few to find the secret by.
pub fn budget_of(salt: &[u8], origin: &str, secret: &SecretString) -> String {
    let mut hash = Sha256::new();
    for part in [salt, origin.as_bytes(), secret.expose_secret().trim().as_bytes()] {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part);
    }
    let digest = hash.finalize();
    digest.iter().take(5).fold("token:".to_owned(), |mut name, byte| {
        let _ = write!(name, "{byte:02x}");
        name
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Counts down, and remembers what came back.
    #[derive(Default)]
    struct Counted {
        left: AtomicU32,
        back: Arc<Mutex<Vec<CameTo>>>,
        asked: Mutex<Vec<Request>>,
    }

    #[async_trait]
    impl Permits for Counted {
        async fn take(&self, request: &Request) -> Result<Permit, NotNow> {
            self.asked.lock().expect("a lock").push(*request);
            if self.left.load(Relaxed) == 0 {
                return Err(NotNow { why: "not now".to_owned(), wait: None });
            }
            self.left.fetch_sub(1, Relaxed);
            Ok(permit(&self.back))
        }

        fn ended(&self, _: Ended<'_>) {}
    }

    fn permit(back: &Arc<Mutex<Vec<CameTo>>>) -> Permit {
        let back = back.clone();
        Permit::new(move |came_to, _| back.lock().expect("a lock").push(came_to))
    }

    #[tokio::test]
    async fn the_first_request_takes_the_permit_in_hand_and_the_next_ones_ask() {
        let (place, counted) = (PermitPlace::default(), Arc::new(Counted::default()));
        place.use_permits(counted.clone());
        let question = async {
            place.take("first", CountsAgainst::Day).await.expect("in hand").end(CameTo::Answered);
            place.take("second", CountsAgainst::Day).await.err()
        };
        let (second, left) = with_permit(Purpose::Write, permit(&counted.back), CountsAgainst::Day, question).await;
        assert!(left.is_none() && second.is_some_and(|not_now| not_now.to_string() == "not now"));
        let asked = counted.asked.lock().expect("a lock").clone();
        assert_eq!(asked, [Request { purpose: Purpose::Write, what: "second", counts: CountsAgainst::Day }]);
        assert_eq!(*counted.back.lock().expect("a lock"), [CameTo::Answered]);
    }

    #[tokio::test]
    async fn a_permit_in_hand_that_nothing_took_comes_back_and_what_goes_elsewhere_takes_none() {
        let back = Arc::new(Mutex::new(Vec::new()));
        let place = PermitPlace::default();
        let elsewhere = async { drop(place.take("here", CountsAgainst::Nothing).await.expect("unlimited")) };
        let ((), left) = with_permit(Purpose::Write, permit(&back), CountsAgainst::Day, elsewhere).await;
        left.expect("it is left").end(CameTo::NeverLeft);
        assert_eq!(*back.lock().expect("a lock"), [CameTo::NeverLeft]);
    }

    #[tokio::test]
    async fn a_permit_in_hand_that_leaves_the_day_uncounted_is_given_back_for_one_that_counts_it() {
        let (place, counted) = (PermitPlace::default(), Arc::new(Counted { left: 1.into(), ..Counted::default() }));
        place.use_permits(counted.clone());
        let question =
            async { place.take("look", CountsAgainst::Day).await.expect("one is left").end(CameTo::Answered) };
        let in_hand = permit(&counted.back);
        let ((), left) = with_permit(Purpose::Write, in_hand, CountsAgainst::Pace, question).await;
        assert!(left.is_none());
        assert_eq!(*counted.back.lock().expect("a lock"), [CameTo::NeverLeft, CameTo::Answered]);
        assert_eq!(counted.asked.lock().expect("a lock").len(), 1);
    }

    #[tokio::test]
    async fn requests_are_counted_and_one_that_is_given_up_is_unknown() {
        let (place, counted) = (PermitPlace::default(), Arc::new(Counted { left: 2.into(), ..Counted::default() }));
        place.use_permits(counted.clone());
        let question = async {
            for _ in 0..3 {
                drop(place.take("look", CountsAgainst::Day).await);
            }
        };
        let ((), requests) = for_purpose(Purpose::LookUp, question).await;
        assert_eq!(requests, 2);
        let back = counted.back.lock().expect("a lock");
        assert!(back.len() == 2 && back.iter().all(|came_to| matches!(came_to, CameTo::Unknown { .. })), "{back:?}");
    }

    #[test]
    fn one_token_at_one_address_has_one_name_that_does_not_tell_it() {
        let token = SecretString::from("t0ken");
        let name = budget_of(b"salt", "https://crm.example", &token);
        assert_eq!(name, budget_of(b"salt", "https://crm.example", &SecretString::from("t0ken ")));
        for other in [
            budget_of(b"salt2", "https://crm.example", &token),
            budget_of(b"salt", "https://crm.example:8443", &token),
            budget_of(b"salt", "https://crm.example", &SecretString::from("other")),
        ] {
            assert_ne!(name, other);
        }
        assert!(name.len() == 16 && !name.contains("t0ken"));
    }
}
