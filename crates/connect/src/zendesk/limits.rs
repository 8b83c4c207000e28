//! What an answer says of the account's limits, in whichever of its headers (zendesk.md, Limits).

use crate::limits::Said;
use reqwest::header::HeaderMap;
use std::time::Duration;

/// Named limits that are kept of one answer; no answer has more than a few.
const MOST_NARROW: usize = 8;

/// The account's limits as one answer tells them. Other programs use the same account: this is the truth, ours an estimate.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct SaidOfLimits {
    /// What the account is allowed in a minute.
    pub limit: Option<u32>,
    /// What is left of this minute, whoever uses it.
    pub left: Option<u32>,
    /// So long until the minute begins anew.
    pub resets_in: Option<Duration>,
    /// What a refused request has to wait.
    pub retry_after: Option<Duration>,
    /// Limits of one endpoint, by their names there.
    pub narrow: Vec<NarrowLimit>,
}

/// A limit of one endpoint: `zendesk-ratelimit-tickets-index: total=100; remaining=99; resets=41`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct NarrowLimit {
    /// `tickets-index`
    pub name: String,
    pub total: Option<u32>,
    pub left: Option<u32>,
    pub resets_in: Option<Duration>,
}

/// Bulk jobs that may be under way.
const JOBS: &str = "inflight-jobs";

impl SaidOfLimits {
    /// `retry_after`: as the answer has it, in whichever form.
    pub fn read(headers: &HeaderMap, retry_after: Option<Duration>) -> Self {
        let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).map(str::trim);
        let number = |names: [&str; 2]| names.iter().find_map(|name| text(name)?.parse::<u32>().ok());
        let narrow = headers.iter().filter_map(|(name, value)| {
            let name = name.as_str().strip_prefix("zendesk-ratelimit-")?;
            narrow(name, value.to_str().ok()?)
        });
        Self {
            limit: number(["x-rate-limit", "ratelimit-limit"]),
            left: number(["x-rate-limit-remaining", "ratelimit-remaining"]),
            resets_in: text("ratelimit-reset").and_then(|text| text.parse().ok()).map(seconds),
            retry_after,
            narrow: narrow.take(MOST_NARROW).collect(),
        }
    }

    /// Whether it is one endpoint's limit that is reached, and not the account's.
    pub fn is_narrow(&self) -> bool {
        self.left.is_some_and(|left| left > 0) && self.narrow.iter().any(|limit| limit.left == Some(0))
    }

    /// The same in the words of the account's budget.
    pub fn said(&self, status: u16) -> Said {
        let turned_away = status == 429;
        Said {
            turned_away,
            only_this: turned_away && self.is_narrow(),
            per_minute: self.limit,
            left: self.left,
            resets_in: self.resets_in,
            wait: if turned_away { self.wait() } else { self.retry_after },
            left_today: None,
        }
    }

    /// How many bulk jobs may be begun now, where the answer says it.
    pub fn jobs_left(&self) -> Option<u32> {
        self.narrow.iter().find(|limit| limit.name == JOBS).and_then(|limit| limit.left)
    }

    /// How long a refused request has to wait at least, where the answer says it.
    pub fn wait(&self) -> Option<Duration> {
        let narrow = self.narrow.iter().filter(|limit| limit.left == Some(0)).filter_map(|limit| limit.resets_in).max();
        self.retry_after.or(narrow).or(self.resets_in)
    }
}

/// Whoever asks for a longer wait means "not today".
fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds.min(86_400))
}

fn narrow(name: &str, value: &str) -> Option<NarrowLimit> {
    let mut limit = NarrowLimit { name: name.chars().take(60).collect(), total: None, left: None, resets_in: None };
    for part in value.split([';', ',']).take(8) {
        let Some((key, number)) = part.split_once('=') else { continue };
        let number = number.trim().parse::<u32>().ok();
        match key.trim() {
            "total" => limit.total = number,
            "remaining" => limit.left = number,
            "resets" => limit.resets_in = number.map(|number| seconds(number.into())),
            _ => {}
        }
    }
    (limit.total.is_some() || limit.left.is_some()).then_some(limit)
}

#[cfg(test)]
mod tests {
    use super::*;
    use reqwest::header::{HeaderName, HeaderValue};

    fn said(headers: &[(&str, &str)]) -> SaidOfLimits {
        let header = |(name, value): &(&str, &str)| {
            let name = HeaderName::try_from(*name).expect("a header's name");
            (name, HeaderValue::try_from(*value).expect("a header's value"))
        };
        SaidOfLimits::read(&headers.iter().map(header).collect(), None)
    }

    #[test]
    fn every_header_that_tells_of_limits_is_read() {
        let both = said(&[
            ("X-Rate-Limit", "700"),
            ("X-Rate-Limit-Remaining", "699"),
            ("ratelimit-reset", "41"),
            ("zendesk-ratelimit-tickets-index", "total=100; remaining=0; resets=41"),
            ("zendesk-ratelimit-inflight-jobs", "total=30; remaining=29; resets=60"),
        ]);
        assert_eq!((both.limit, both.left, both.resets_in), (Some(700), Some(699), Some(Duration::from_secs(41))));
        assert_eq!(both.jobs_left(), Some(29));
        assert!(both.is_narrow() && both.wait() == Some(Duration::from_secs(41)));
        let newer = said(&[("ratelimit-limit", "400"), ("ratelimit-remaining", "0"), ("ratelimit-reset", "9")]);
        assert_eq!((newer.limit, newer.left, newer.wait()), (Some(400), Some(0), Some(Duration::from_secs(9))));
        assert!(!newer.is_narrow());
        let asked = SaidOfLimits { retry_after: Some(Duration::from_secs(93)), ..newer };
        assert_eq!(asked.wait(), Some(Duration::from_secs(93)));
    }

    #[test]
    fn what_is_no_limit_is_none() {
        let none = said(&[("X-Rate-Limit", "many"), ("ratelimit-reset", "soon"), ("zendesk-ratelimit-x", "y")]);
        assert_eq!(none, SaidOfLimits::default());
        let huge = said(&[("ratelimit-reset", "99999999999")]);
        assert_eq!(huge.resets_in, Some(Duration::from_secs(86_400)));
    }

    #[test]
    fn one_tickets_limit_is_told_as_that_and_the_accounts_as_the_accounts() {
        let account = [("x-rate-limit", "400"), ("x-rate-limit-remaining", "300")];
        let narrow = [account[0], account[1], ("zendesk-ratelimit-ticket-update", "total=30; remaining=0; resets=41")];
        let told = said(&narrow).said(429);
        assert!(told.turned_away && told.only_this);
        assert_eq!((told.wait, told.per_minute, told.left), (Some(Duration::from_secs(41)), Some(400), Some(300)));
        let spent = said(&[account[0], ("x-rate-limit-remaining", "0")]).said(429);
        assert!(spent.turned_away && !spent.only_this);
        let answered = said(&account).said(200);
        assert!(!answered.turned_away && answered.wait.is_none() && answered.left == Some(300));
    }
}
