//! Bulk requests: up to a hundred tickets or comments as one job, and what became of each.
//!
//! A job's results name each row by its place in the request (`index`), and tickets by their number. A number is believed where
//! the ticket has the row's key, or is the one the comment was for: whatever else is said is somebody else's job, and the row is looked
//! for. What a job could not do was not written; it goes alone then, and its own answer says why.

use super::{COMMENTS, NEW, Told, kind, place::bare, place::reference::Reference, ticket::comment};
use crate::{
    Attempt, JobRow, OfJob, WriteRow, Writes,
    zendesk::{ZendeskAccount, client::Ask, outcome::Trouble, wire::Read},
};
use reqwest::Method;
use ringcard_core::{submission::Write, ticket::TicketChoice};
use serde_json::{Value, json};
use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

/// Until a job is asked about for the first time, and while it waits or works.
const SOON: Duration = Duration::from_secs(2);
const LATER: Duration = Duration::from_secs(10);
/// While Zendesk has room for no more jobs, rows go alone for so long.
const FULL: Duration = Duration::from_secs(30);
/// Ids in one question (zendesk.md, Jobs).
const MOST_IDS: usize = 100;

/// What a job says of one of its rows.
enum Item {
    Made { ticket: String },
    Failed { detail: String },
    Nothing,
}

impl ZendeskAccount {
    /// Several rows of one batch, or of one ticket.
    pub(super) async fn many(&self, rows: &[WriteRow]) -> Vec<Attempt> {
        let told: Option<Vec<Told<'_>>> = rows.iter().map(Told::new).collect();
        let Some(mut told) = told else { return rows.iter().map(|_| super::not_taken()).collect() };
        for one in &mut told {
            one.agent = match self.user_of_agent(one.entry.agent.as_ref()).await {
                Ok(agent) => agent,
                Err(trouble) => return vec![super::before(trouble).attempt(); rows.len()],
            };
        }
        let Some(kind) = rows.first().and_then(|row| kind(&row.submission, false)) else {
            return rows.iter().map(|_| super::not_taken()).collect();
        };
        let groups = self.groups(rows);
        let ended = match (kind, groups.len()) {
            (COMMENTS, 1) => {
                let ticket = chosen(&rows[0]).unwrap_or_default();
                self.add_comment(&told, ticket, &[]).await
            }
            (COMMENTS, _) => self.update_many(rows, &told, &groups).await,
            _ => self.create_many(&told).await,
        };
        let ended = ended.unwrap_or_else(Trouble::attempt);
        match ended {
            // Each row is a place of the job.
            Attempt::Taken { job, look_after, .. } => {
                let place = |at: usize| groups.iter().position(|group| group.contains(&at)).unwrap_or(at);
                let at = |at: usize| u32::try_from(if kind == NEW { at } else { place(at) }).unwrap_or(u32::MAX);
                (0..rows.len()).map(|row| Attempt::Taken { job: job.clone(), at: at(row), look_after }).collect()
            }
            // One of them is in the way, and nobody knows which.
            Attempt::Refused { detail, .. } if kind == NEW || groups.len() > 1 => {
                told.iter().for_each(|told| self.alone.add(told.key));
                rows.iter().map(|_| Attempt::NotSent { detail: detail.clone(), wait: None }).collect()
            }
            ended => vec![ended; rows.len()],
        }
    }

    /// Rows that are one change each: those of one lane.
    fn groups(&self, rows: &[WriteRow]) -> Vec<Vec<usize>> {
        let mut groups: Vec<(String, Vec<usize>)> = Vec::new();
        for (at, row) in rows.iter().enumerate() {
            let lane = self.lane(&row.submission.write);
            match groups.last_mut().filter(|(last, _)| *last == lane) {
                Some((_, group)) => group.push(at),
                None => groups.push((lane, vec![at])),
            }
        }
        groups.into_iter().map(|(_, group)| group).collect()
    }

    async fn create_many(&self, told: &[Told<'_>]) -> Result<Attempt, Trouble> {
        let one = |told: &Told<'_>| {
            let choice = told.entry.filing.as_ref().and_then(|filing| filing.ticket.clone());
            let new = match choice {
                Some(TicketChoice::New { subject, form, fields }) => super::place::New { subject, form, fields },
                _ => super::place::New::default(),
            };
            self.new_ticket(*told, &new, None)
        };
        let tickets: Vec<Value> = told.iter().map(one).collect();
        let ask = Ask::new(Method::POST, "create_tickets", "/api/v2/tickets/create_many.json");
        self.job(ask.json(json!({ "tickets": tickets }))).await
    }

    async fn update_many(
        &self,
        rows: &[WriteRow],
        told: &[Told<'_>],
        groups: &[Vec<usize>],
    ) -> Result<Attempt, Trouble> {
        let layout = &self.config.writing.layout;
        let one = |group: &Vec<usize>| {
            let of = group.iter().filter_map(|at| told.get(*at));
            let body = layout.bodies(of.map(|told| (told.entry, told.key, told.is_change)));
            let ticket = group.first().and_then(|at| chosen(rows.get(*at)?)).unwrap_or_default();
            let id = ticket.parse::<u64>().map_or_else(|_| json!(ticket), |id| json!(id));
            let of: Vec<Told<'_>> = group.iter().filter_map(|at| told.get(*at)).copied().collect();
            json!({ "id": id, "comment": comment(body, &of) })
        };
        let tickets: Vec<Value> = groups.iter().map(one).collect();
        let ask = Ask::new(Method::PUT, "update_tickets", "/api/v2/tickets/update_many.json");
        self.job(ask.json(json!({ "tickets": tickets }))).await
    }

    async fn job(&self, ask: Ask) -> Result<Attempt, Trouble> {
        let reply = self.ask(ask).await?;
        if reply.limits.jobs_left() == Some(0) {
            // The last place was ours; somebody else's jobs may take the next ones, too.
            self.alone.all(self.now().after(FULL));
        }
        Ok(match reply.json["job_status"].id("id") {
            Some(job) => Attempt::Taken { job, at: 0, look_after: SOON },
            None => Attempt::Unknown { detail: "Zendesk did not say how it calls the job".to_owned() },
        })
    }

    /// What became of rows that are parts of jobs.
    pub(super) async fn of_jobs(&self, rows: &[JobRow]) -> Vec<OfJob> {
        let names: BTreeSet<&str> = rows.iter().map(|row| row.job.as_str()).collect();
        let names: Vec<&str> = names.into_iter().take(MOST_IDS).collect();
        let ask = Ask::get("jobs", "/api/v2/job_statuses/show_many.json").with("ids", names.join(","));
        let found = match self.ask(ask).await {
            Ok(reply) => reply.json,
            Err(Trouble::Refused { status: 404 | 410, .. }) => json!({ "job_statuses": [] }),
            Err(trouble) => return not_now(rows, &trouble),
        };
        let jobs: BTreeMap<String, &Value> =
            found.list("job_statuses").filter_map(|job| Some((job.id("id")?, job))).collect();
        let items: Vec<Result<Item, OfJob>> = rows
            .iter()
            .map(|row| match jobs.get(&row.job) {
                // There were more than one question holds.
                None if !names.contains(&row.job.as_str()) => Err(OfJob::Working { look_after: SOON }),
                None => Err(OfJob::Lost { detail: "Zendesk does not know its job any more".to_owned() }),
                Some(job) => item(job, row.at),
            })
            .collect();
        let made: Vec<&str> = rows
            .iter()
            .zip(&items)
            .filter(|(row, _)| chosen(&row.row).is_none())
            .filter_map(|(_, item)| if let Ok(Item::Made { ticket }) = item { Some(ticket.as_str()) } else { None })
            .collect();
        let keys = match self.keys_of(&made).await {
            Ok(keys) => keys,
            Err(trouble) => return not_now(rows, &trouble),
        };
        rows.iter()
            .zip(items)
            .map(|(row, item)| match item {
                Ok(item) => self.ended(row, item, &keys),
                Err(of) => of,
            })
            .collect()
    }

    /// The keys of tickets, by number.
    async fn keys_of(&self, tickets: &[&str]) -> Result<BTreeMap<String, String>, Trouble> {
        let mut keys = BTreeMap::new();
        for some in tickets.chunks(MOST_IDS) {
            let ask = Ask::get("tickets", "/api/v2/tickets/show_many.json").with("ids", some.join(","));
            let found = self.ask(ask).await?.json;
            keys.extend(
                found.list("tickets").filter_map(|ticket| Some((ticket.id("id")?, ticket.text("external_id")))),
            );
        }
        Ok(keys)
    }

    fn ended(&self, row: &JobRow, item: Item, keys: &BTreeMap<String, String>) -> OfJob {
        let lost = |detail: &str| OfJob::Lost { detail: detail.to_owned() };
        match item {
            Item::Nothing => lost("its job ended, and said nothing of it"),
            Item::Failed { detail } => {
                self.alone.add(&row.row.submission.key);
                OfJob::Over(Attempt::NotSent { detail, wait: None })
            }
            Item::Made { ticket } => {
                let is_ours = match chosen(&row.row) {
                    Some(chosen) => chosen == ticket,
                    None => keys.get(&ticket) == Some(&row.row.submission.key.0),
                };
                if !is_ours {
                    return lost("what its job says is of somebody else's tickets");
                }
                let answer = match chosen(&row.row) {
                    Some(_) => format!("added to ticket {ticket}"),
                    None => format!("ticket {ticket}"),
                };
                OfJob::Over(Attempt::Done { answer, reference: Reference::ticket(ticket).kept() })
            }
        }
    }
}

/// The ticket an agent chose.
fn chosen(row: &WriteRow) -> Option<&str> {
    let Write::LogCall { entry, .. } = &row.submission.write else { return None };
    match entry.filing.as_ref()?.ticket.as_ref()? {
        TicketChoice::AddTo { ticket, .. } => Some(bare(ticket)),
        TicketChoice::New { .. } | TicketChoice::None => None,
    }
}

fn not_now(rows: &[JobRow], trouble: &Trouble) -> Vec<OfJob> {
    let attempt = match trouble.clone().before_a_write() {
        // A question is asked again, whatever was refused of it.
        Attempt::Refused { detail, .. } => Attempt::NotSent { detail, wait: Some(LATER) },
        attempt => attempt,
    };
    vec![OfJob::NotNow(attempt); rows.len()]
}

/// What a job says of its row at this place.
fn item(job: &Value, at: u32) -> Result<Item, OfJob> {
    let results: Vec<&Value> = job.list("results").collect();
    match job.text("status").to_ascii_lowercase().as_str() {
        "queued" => return Err(OfJob::Working { look_after: LATER }),
        "working" => return Err(OfJob::Working { look_after: SOON }),
        _ => {}
    }
    let at = i64::from(at);
    let indexed = results.iter().any(|result| result.number("index").is_some());
    let own = match indexed {
        true => results.iter().find(|result| result.number("index") == Some(at)),
        false => usize::try_from(at).ok().and_then(|at| results.get(at)),
    };
    let Some(own) = own else { return Ok(Item::Nothing) };
    let error =
        [own.text("details"), own.text("errors"), own.text("error")].into_iter().find(|words| !words.is_empty());
    Ok(match (error, own.id("id")) {
        (Some(detail), _) => Item::Failed { detail },
        (None, Some(_)) if own.get("success").is_some() && !own.flag("success") => {
            Item::Failed { detail: "its job could not do it".to_owned() }
        }
        (None, Some(ticket)) => Item::Made { ticket },
        (None, None) => Item::Nothing,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(job: &Value, at: u32) -> String {
        match item(job, at) {
            Ok(Item::Made { ticket }) => format!("made {ticket}"),
            Ok(Item::Failed { detail }) => format!("failed {detail}"),
            Ok(Item::Nothing) => "nothing".to_owned(),
            Err(of) => format!("{of:?}"),
        }
    }

    #[test]
    fn each_row_of_a_job_has_its_own_result_in_whatever_order_they_come() {
        let job = json!({ "id": "j", "status": "completed", "results": [
            { "index": 1, "error": "TicketUpdateError", "details": "Status: closed prevents ticket update" },
            { "index": 0, "id": 244, "success": true },
            { "index": 2, "id": "245", "success": false },
        ] });
        let of = |at| said(&job, at);
        assert_eq!(of(0), "made 244");
        assert_eq!(of(1), "failed Status: closed prevents ticket update");
        assert_eq!((of(2), of(3)), ("failed its job could not do it".to_owned(), "nothing".to_owned()));
    }

    #[test]
    fn a_job_that_works_is_asked_again_and_one_that_failed_says_nothing_of_its_rows() {
        assert!(said(&json!({ "status": "working" }), 0).starts_with("Working"));
        assert!(said(&json!({ "status": "queued", "results": null }), 0).starts_with("Working"));
        assert_eq!(said(&json!({ "status": "failed", "message": "killed" }), 0), "nothing");
    }
}
