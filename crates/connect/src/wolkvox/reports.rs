//! Reports: smart-wait by skill, and an agent's calls without a code.
//!
//! A question is asked once in five minutes (wolkvox.md, Limits); whoever asks sooner gets the same answer, which says when it may
//! be asked again. Each piece of a long range is kept by itself, so that a failure in the last one does not cost the
//! others again.

use super::{
    WolkvoxAccount,
    client::{Ask, REPORT},
    normalise::{SmartWaitPart, UncodedCall, UncodedCount, local, moment, stamp_of},
    outcome::{Reply, Trouble},
    smart_wait::{Piece, join, pieces},
    wire::Row,
};
use crate::{AskFailure, Reports};
use async_trait::async_trait;
use jiff::civil::DateTime;
use ringcard_core::{
    Timestamp,
    report::{NotCoded, SmartWait},
};
use std::{collections::HashMap, sync::Arc, time::Duration};
use tokio::{sync::Mutex, time::Instant};

/// Between two of the same question (wolkvox.md, Limits).
const PAUSE: Duration = Duration::from_secs(5 * 60);
/// So near to the most rows wolkvox gives that some may be missing (wolkvox.md, Limits).
const NEARLY_ALL: usize = 59_000;
/// Two years in pieces of 31 days; each costs a request.
const MOST_PIECES: usize = 24;
/// Pieces a full one is cut into, at most.
const MOST_REQUESTS: usize = 96;
const MOST_KEPT: usize = 64;
/// What a list of calls without a code shows.
const MOST_CALLS: usize = 1000;

/// What was answered lately.
#[derive(Debug, Default)]
pub(super) struct Asked {
    smart_wait: Mutex<Kept<SmartWaitPart>>,
    counts: Mutex<Kept<UncodedCount>>,
    calls: Mutex<Kept<UncodedCall>>,
}

type Kept<T> = HashMap<Piece, Part<T>>;

/// The answer to one piece.
#[derive(Debug)]
struct Part<T> {
    asked: Instant,
    at: Timestamp,
    rows: Arc<Vec<T>>,
    came: usize,
}

// Not derived: that would ask `T` for it, and rows are shared.
impl<T> Clone for Part<T> {
    fn clone(&self) -> Self {
        Self { asked: self.asked, at: self.at, rows: Arc::clone(&self.rows), came: self.came }
    }
}

/// The answers to a whole range.
struct Whole<T> {
    parts: Vec<Part<T>>,
    may_be_cut: bool,
}

impl WolkvoxAccount {
    /// The range by the operation's clock, in pieces; or what is wrong with it.
    fn range(&self, from: Timestamp, to: Timestamp) -> Result<Vec<Piece>, Trouble> {
        let no_date = || Trouble::invalid("this is no range of dates");
        let clock = |at| local(at, self.zone()).ok_or_else(no_date);
        let (start, end, now) = (clock(from)?, clock(to)?, clock(self.now())?);
        if from > to {
            return Err(Trouble::invalid("the range ends before it begins: exchange its ends"));
        }
        let today_ends = now.date().at(23, 59, 59, 999_999_999);
        if start > now || end > today_ends {
            return Err(Trouble::invalid("the range lies in the future: there is nothing to report yet"));
        }
        // "Until now" is the same question five minutes later: it is asked until the end of today.
        let is_now = self.now().since(to) < PAUSE;
        let end = if is_now { today_ends } else { end };
        let whole_seconds = |at: DateTime| at.date().at(at.hour(), at.minute(), at.second(), 0);
        let pieces = pieces(whole_seconds(start), whole_seconds(end));
        match pieces.len() {
            0 => Err(no_date()),
            1..=MOST_PIECES => Ok(pieces),
            _ => Err(Trouble::invalid("the range is longer than two years: choose a shorter one")),
        }
    }

    /// Every piece, from what is kept or asked anew; full ones are cut further.
    async fn report<T: Row + Send + Sync>(
        &self,
        api: &'static str,
        kept: &Mutex<Kept<T>>,
        pieces: Vec<Piece>,
    ) -> Result<Whole<T>, Trouble> {
        // Held all the while: the same question twice at once is asked once.
        let mut kept = kept.lock().await;
        kept.retain(|_, part| part.asked.elapsed() < PAUSE);
        let mut waiting: Vec<Piece> = pieces.into_iter().rev().collect();
        let mut whole = Whole { parts: Vec::new(), may_be_cut: false };
        let mut requests = 0;
        while let Some(piece) = waiting.pop() {
            let part = match kept.get(&piece) {
                Some(part) => part.clone(),
                None if requests < MOST_REQUESTS => {
                    requests += 1;
                    let part = self.one_piece(api, piece).await?;
                    if kept.len() < MOST_KEPT {
                        kept.insert(piece, part.clone());
                    }
                    part
                }
                None => {
                    whole.may_be_cut = true;
                    break;
                }
            };
            match piece.halves() {
                Some((one, other)) if part.came >= NEARLY_ALL => waiting.extend([other, one]),
                _ => {
                    whole.may_be_cut |= part.came >= NEARLY_ALL;
                    whole.parts.push(part);
                }
            }
        }
        Ok(whole)
    }

    async fn one_piece<T: Row>(&self, api: &'static str, piece: Piece) -> Result<Part<T>, Trouble> {
        let ask = Ask { bound: REPORT, ..Ask::get("reports_manager.php", api) };
        let ask = ask.with("date_ini", stamp_of(piece.from)).with("date_end", stamp_of(piece.to));
        let at = self.now();
        let rows = match self.ask::<T>(ask).await? {
            Reply::Yes(envelope) => envelope.rows,
            Reply::Nothing { .. } => Default::default(),
        };
        Ok(Part { asked: Instant::now(), at, rows: Arc::new(rows.kept), came: rows.came })
    }

    async fn uncoded(&self, agent: &str, from: Timestamp, to: Timestamp) -> Result<Vec<NotCoded>, Trouble> {
        let agent = super::valid::id("agent", agent)?;
        let pieces = self.range(from, to)?;
        // A short answer first: most agents have nothing open, and the list of all calls is long.
        let counts = self.report("act_4", &self.reports.counts, pieces.clone()).await?;
        let open = counts.parts.iter().flat_map(|part| part.rows.iter()).filter(|row| row.agent == agent);
        if open.map(|row| u64::from(row.calls)).sum::<u64>() == 0 {
            return Ok(Vec::new());
        }
        let calls = self.report("cdr_1", &self.reports.calls, pieces).await?;
        let text = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
        let own = calls.parts.iter().flat_map(|part| part.rows.iter()).filter(|row| row.agent == agent);
        let mut found: Vec<NotCoded> = own
            .filter_map(|row| {
                let at = moment(&row.date, self.zone())?;
                // What was asked for, though more was asked.
                (from <= at && at.0 <= to.0.saturating_add(999)).then(|| NotCoded {
                    account: self.name.clone(),
                    at,
                    number: row.number.clone(),
                    customer_id: text(&row.customer_id),
                    campaign_id: text(&row.campaign_id),
                    external_id: text(&row.conn_id),
                })
            })
            .collect();
        found.sort_by_key(|call| std::cmp::Reverse(call.at));
        found.truncate(MOST_CALLS);
        Ok(found)
    }
}

#[async_trait]
impl Reports for WolkvoxAccount {
    async fn smart_wait(&self, from: Timestamp, to: Timestamp) -> Result<SmartWait, AskFailure> {
        let pieces = self.range(from, to).map_err(Trouble::ask)?;
        let whole = self.report("diagram_2", &self.reports.smart_wait, pieces).await.map_err(Trouble::ask)?;
        let fetched_at = whole.parts.iter().map(|part| part.at).min().unwrap_or_else(|| self.now());
        let parts: Vec<Vec<SmartWaitPart>> = whole.parts.iter().map(|part| part.rows.to_vec()).collect();
        Ok(SmartWait {
            account: self.name.clone(),
            from,
            to,
            rows: join(&parts),
            fetched_at,
            not_before: fetched_at.after(PAUSE),
            may_be_cut: whole.may_be_cut,
        })
    }

    async fn not_coded(&self, agent_id: &str, from: Timestamp, to: Timestamp) -> Result<Vec<NotCoded>, AskFailure> {
        self.uncoded(agent_id, from, to).await.map_err(Trouble::ask)
    }
}
