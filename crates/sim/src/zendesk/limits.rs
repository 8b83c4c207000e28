//! The account's limits, who else uses them, and what is said of them (zendesk.md, Limits).

use super::{
    config::{Refusal, RetryAfter},
    reply::Reply,
    time::{self, DAY, MINUTE},
    world::World,
};
use serde::Serialize;
use std::collections::{BTreeMap, VecDeque};

/// What was used.
#[derive(Debug, Default)]
pub(crate) struct Used {
    minute: u64,
    in_minute: u32,
    day: u64,
    in_day: u32,
    /// Of endpoints with limits of their own: moments, oldest first.
    endpoints: BTreeMap<String, VecDeque<u64>>,
    pub traffic: Traffic,
}

/// How much came, and how much of it was refused.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Traffic {
    pub requests: u64,
    /// At the account's limit.
    pub refused: u64,
    /// At an endpoint's limit.
    pub refused_by_endpoint: u64,
    pub most_per_minute: u32,
    pub most_per_day: u32,
    pub at_once: u32,
    pub most_at_once: u32,
}

/// What is left at a moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Left {
    pub minute: u32,
    pub day: Option<u32>,
}

/// An endpoint's limit: so many in a window of so many milliseconds.
struct Own {
    /// As the header names it.
    name: &'static str,
    /// What is counted together.
    of: String,
    most: u32,
    window: u64,
}

impl World {
    /// A request of ours arrives: lets it in (with the headers of its answer), or not.
    pub fn let_in(&mut self, endpoint: &str, ids: &[u64]) -> Result<Vec<(String, String)>, Reply> {
        let now = self.now();
        self.turn(now);
        self.used.traffic.requests += 1;
        let left = self.left(now);
        let limits = self.config.limits.clone();
        if left.minute == 0 || left.day == Some(0) {
            self.used.traffic.refused += 1;
            let until = if left.day == Some(0) { (now / DAY + 1) * DAY } else { (now / MINUTE + 1) * MINUTE };
            let mut reply = self.refusal(until.saturating_sub(now).div_ceil(1000));
            reply.headers.extend(account_headers(limits.per_minute, left, now));
            return Err(reply);
        }
        self.used.in_minute += 1;
        self.used.in_day += 1;
        self.used.traffic.most_per_minute = self.used.traffic.most_per_minute.max(self.used.in_minute);
        self.used.traffic.most_per_day = self.used.traffic.most_per_day.max(self.used.in_day);
        let left = Left { minute: left.minute - 1, day: left.day.map(|day| day - 1) };
        let mut headers = account_headers(limits.per_minute, left, now);
        for own in self.own_limits(endpoint, ids) {
            let moments = self.used.endpoints.entry(own.of).or_default();
            while moments.front().is_some_and(|at| now.saturating_sub(*at) >= own.window) {
                moments.pop_front();
            }
            let used = u32::try_from(moments.len()).unwrap_or(u32::MAX);
            let resets = moments.front().map_or(own.window, |at| (at + own.window).saturating_sub(now)).div_ceil(1000);
            let after = own.most.saturating_sub(used + 1);
            if used >= own.most {
                self.used.traffic.refused_by_endpoint += 1;
                let mut reply = self.refusal(resets);
                headers.push(endpoint_header(own.name, own.most, 0, resets));
                reply.headers.extend(headers);
                return Err(reply);
            }
            moments.push_back(now);
            headers.push(endpoint_header(own.name, own.most, after, resets));
        }
        Ok(headers)
    }

    /// What is left for us, now.
    pub fn left(&mut self, now: u64) -> Left {
        self.turn(now);
        let limits = &self.config.limits;
        // The other program's requests are spread evenly.
        let others = |all: u32, into: u64, of: u64| u32::try_from(u64::from(all) * into / of).unwrap_or(u32::MAX);
        let in_minute = self.used.in_minute.saturating_add(others(limits.others_per_minute, now % MINUTE, MINUTE));
        let in_day = self.used.in_day.saturating_add(others(limits.others_per_day, now % DAY, DAY));
        Left {
            minute: limits.per_minute.saturating_sub(in_minute),
            day: limits.per_day.map(|most| most.saturating_sub(in_day)),
        }
    }

    /// Something else uses so many of this minute and day, at once.
    pub fn spend(&mut self, requests: u32) {
        let now = self.now();
        self.turn(now);
        self.used.in_minute = self.used.in_minute.saturating_add(requests);
        self.used.in_day = self.used.in_day.saturating_add(requests);
    }

    fn turn(&mut self, now: u64) {
        if self.used.minute != now / MINUTE {
            (self.used.minute, self.used.in_minute) = (now / MINUTE, 0);
        }
        if self.used.day != now / DAY {
            (self.used.day, self.used.in_day) = (now / DAY, 0);
        }
    }

    /// 429, as set.
    pub fn refusal(&self, seconds: u64) -> Reply {
        let limits = &self.config.limits;
        let reply = match limits.refusal {
            Refusal::Html => Reply::html(429, "<html><body><h1>Too many requests</h1></body></html>"),
            Refusal::Json => {
                Reply::error(429, "APIRateLimitExceeded", "Number of allowed API requests per minute exceeded")
            }
        };
        match limits.retry_after {
            RetryAfter::Seconds => reply.with("Retry-After", seconds.to_string()),
            RetryAfter::Date => reply.with("Retry-After", time::http(self.now() + seconds * 1000)),
            RetryAfter::Absent => reply,
        }
    }

    fn own_limits(&self, endpoint: &str, ids: &[u64]) -> Vec<Own> {
        let limits = &self.config.limits;
        let id = ids.first().copied().unwrap_or_default();
        match endpoint {
            "PUT tickets/{}" => vec![
                Own { name: "tickets-update", of: "updates".into(), most: limits.all_ticket_updates, window: MINUTE },
                Own {
                    name: "ticket-update",
                    of: format!("ticket {id}"),
                    most: limits.ticket_updates,
                    window: 10 * MINUTE,
                },
            ],
            "PUT users/{}" => {
                vec![Own { name: "user-update", of: format!("user {id}"), most: limits.user_updates, window: MINUTE }]
            }
            "GET incremental/users/cursor" | "GET incremental/tickets/cursor" => {
                vec![Own { name: "incremental-exports", of: "exports".into(), most: limits.exports, window: MINUTE }]
            }
            "GET search/export" => {
                vec![Own { name: "search-export", of: "search export".into(), most: 100, window: MINUTE }]
            }
            _ => Vec::new(),
        }
    }
}

fn account_headers(limit: u32, left: Left, now: u64) -> Vec<(String, String)> {
    let resets = (MINUTE - now % MINUTE).div_ceil(1000);
    [
        ("X-Rate-Limit", limit.to_string()),
        ("X-Rate-Limit-Remaining", left.minute.to_string()),
        ("ratelimit-limit", limit.to_string()),
        ("ratelimit-remaining", left.minute.to_string()),
        ("ratelimit-reset", resets.to_string()),
    ]
    .map(|(name, value)| (name.to_owned(), value))
    .to_vec()
}

fn endpoint_header(name: &str, total: u32, remaining: u32, resets: u64) -> (String, String) {
    (format!("zendesk-ratelimit-{name}"), format!("total={total}; remaining={remaining}; resets={resets}"))
}
