//! Jobs: up to a hundred tickets in one request, done after a while, each with a result of its own (zendesk.md, Tickets).

use super::{reply::Reply, route::Ask, time::HOUR, users::text, world::World};
use serde_json::{Value, json};
use std::collections::VecDeque;

/// Kept at most; older ones are gone.
const KEPT: usize = 100;
/// Of one request.
const ITEMS_MOST: usize = 100;

#[derive(Debug, Default)]
pub(crate) struct Jobs {
    all: VecDeque<Job>,
}

#[derive(Debug, Clone)]
pub(crate) struct Job {
    pub id: String,
    kind: &'static str,
    items: Vec<Item>,
    made_at: u64,
    ends_at: u64,
    /// Absent: it is not done yet.
    results: Option<Vec<Value>>,
    /// It failed as a whole.
    failed: bool,
}

#[derive(Debug, Clone)]
enum Item {
    Create(Value),
    Update(u64, Value),
    Merge { into: u64, from: u64 },
}

impl World {
    /// `POST tickets/create_many`
    pub fn create_many(&mut self, ask: &Ask) -> Result<Reply, Reply> {
        let items = list(&ask.object("tickets")?)?.into_iter().map(Item::Create).collect();
        self.queue_job("Bulk Create Ticket", items)
    }

    /// `PUT tickets/update_many`: objects with ids, or one change for `ids`.
    pub fn update_many(&mut self, ask: &Ask) -> Result<Reply, Reply> {
        let items: Vec<_> = if ask.get("ids").is_some() {
            let change = ask.object("ticket")?;
            ask.numbers("ids").into_iter().map(|id| Item::Update(id, change.clone())).collect()
        } else {
            let changes = list(&ask.object("tickets")?)?;
            let with_id = changes.into_iter().map(|c| Some(Item::Update(c.get("id")?.as_u64()?, c)));
            let items: Option<Vec<_>> = with_id.collect();
            items.ok_or_else(|| Reply::bad("BadRequest", "Every ticket needs its id"))?
        };
        if items.len() > ITEMS_MOST {
            return Err(Reply::bad("TooManyValues", "Up to 100 tickets"));
        }
        self.queue_job("Bulk Update Ticket", items)
    }

    /// `POST tickets/{}/merge`
    pub fn merge(&mut self, ask: &Ask) -> Result<Reply, Reply> {
        self.ticket(ask.id())?;
        let ids = ask.json().get("ids").and_then(Value::as_array).cloned().unwrap_or_default();
        let items = ids.iter().filter_map(Value::as_u64).map(|from| Item::Merge { into: ask.id(), from });
        self.queue_job("Bulk Merge Ticket", items.collect())
    }

    fn queue_job(&mut self, kind: &'static str, items: Vec<Item>) -> Result<Reply, Reply> {
        let now = self.now();
        let most = self.config.limits.jobs;
        let under_way: Vec<_> = self.jobs.all.iter().filter(|j| j.results.is_none()).map(|j| j.id.clone()).collect();
        let header = |left: usize| format!("total={most}; remaining={left}; resets=60");
        if under_way.len() >= most {
            let body = json!({
                "error": "TooManyJobs", "description": "Too many jobs queued or running",
                "current_job_ids": under_way,
            });
            return Err(Reply::json(429, body).with("zendesk-ratelimit-inflight-jobs", header(0)));
        }
        let takes = u64::try_from(self.config.job_takes.as_millis()).unwrap_or(u64::MAX);
        let id = format!("{:032x}", u128::from(self.next_id()) << 64 | u128::from(now));
        let job =
            Job { id, kind, items, made_at: now, ends_at: now.saturating_add(takes), results: None, failed: false };
        let shown = job.shown(now);
        self.jobs.all.push_back(job);
        while self.jobs.all.len() > KEPT {
            self.jobs.all.pop_front();
        }
        let left = most - under_way.len() - 1;
        Ok(Reply::ok(json!({ "job_status": shown })).with("zendesk-ratelimit-inflight-jobs", header(left)))
    }

    /// Those whose time has come take effect; those of more than an hour ago are forgotten.
    pub fn end_jobs(&mut self) {
        let now = self.now();
        while let Some(at) = self.jobs.all.iter().position(|j| j.results.is_none() && j.ends_at <= now) {
            let job = self.jobs.all[at].clone();
            let results = job.items.iter().enumerate().map(|(index, item)| self.end_item(index, item)).collect();
            self.jobs.all[at].results = Some(results);
        }
        self.jobs.all.retain(|job| job.results.is_none() || now.saturating_sub(job.ends_at) < HOUR);
    }

    fn end_item(&mut self, index: usize, item: &Item) -> Value {
        let named = |id: Option<u64>, object: &Value| {
            let names = [id.map(|id| id.to_string()), text(object, "external_id")];
            names.into_iter().flatten().any(|name| self.config.fails_in_jobs.contains(&name))
        };
        let fails = match item {
            Item::Create(ticket) => named(None, ticket),
            Item::Update(id, change) => named(Some(*id), change),
            Item::Merge { .. } => false,
        };
        let done = if fails {
            Err(Reply::invalid("base", "Ticket: could not be saved", "InvalidValue"))
        } else {
            match item {
                Item::Create(ticket) => self.make_ticket(ticket).map(|id| ("create", "Created", id)),
                Item::Update(id, change) => self.change_ticket(*id, change).map(|()| ("update", "Updated", *id)),
                Item::Merge { into, from } => self.merge_ticket(*into, *from).map(|()| ("update", "Updated", *from)),
            }
        };
        match (done, item) {
            (Ok((action, status, id)), Item::Create(ticket)) => {
                let external = ticket.get("external_id").cloned().unwrap_or_default();
                json!({ "index": index, "id": id, "action": action, "status": status, "success": true, "account_id": 1, "external_id": external })
            }
            (Ok((action, status, id)), _) => {
                json!({ "index": index, "id": id, "action": action, "status": status, "success": true })
            }
            (Err(why), item) => {
                let (error, action) = match item {
                    Item::Create(_) => ("TicketCreateFailed", "create"),
                    _ => ("TicketUpdateFailed", "update"),
                };
                let id = match item {
                    Item::Create(_) => json!(0),
                    Item::Update(id, _) | Item::Merge { from: id, .. } => json!(id),
                };
                let details = details(&why);
                json!({ "index": index, "id": id, "action": action, "status": "Failed", "success": false, "error": error, "details": details })
            }
        }
    }

    /// It is closed, and says into which it went.
    pub fn merge_ticket(&mut self, into: u64, from: u64) -> Result<(), Reply> {
        self.ticket(into)?;
        self.ticket(from)?;
        let note = format!("This request was closed and merged into request #{into}.");
        self.change_ticket(
            from,
            &json!({ "comment": { "body": note, "public": false }, "additional_tags": ["closed_by_merge"] }),
        )?;
        if let Some(ticket) = self.tickets.get_mut(&from) {
            (ticket.status, ticket.merged_into) = ("closed".into(), Some(into));
        }
        Ok(())
    }

    pub fn list_jobs(&self, _ask: &Ask) -> Result<Reply, Reply> {
        let now = self.now();
        let jobs: Vec<_> = self.jobs.all.iter().rev().map(|j| j.shown(now)).collect();
        Ok(Reply::ok(
            json!({ "job_statuses": jobs, "meta": { "has_more": false }, "links": { "next": null, "prev": null } }),
        ))
    }

    pub fn show_jobs(&self, ask: &Ask) -> Result<Reply, Reply> {
        let Some(ids) = ask.get("ids") else { return Err(Reply::bad("MissingParameter", "ids is required")) };
        let now = self.now();
        let found = ids.split(',').filter_map(|id| self.jobs.all.iter().find(|j| j.id == id.trim()));
        let jobs: Vec<_> = found.map(|j| j.shown(now)).collect();
        Ok(Reply::ok(json!({ "job_statuses": jobs })))
    }

    pub fn show_job(&self, ask: &Ask) -> Result<Reply, Reply> {
        let now = self.now();
        let job = self.jobs.all.iter().find(|j| Some(&j.id) == ask.segments.get(1)).ok_or_else(Reply::not_found)?;
        Ok(Reply::ok(json!({ "job_status": job.shown(now) })))
    }

    /// A job that somebody else made: its results are about tickets of theirs.
    pub fn foreign_job(&mut self) -> String {
        let now = self.now();
        let id = format!("{:032x}", u128::MAX - u128::from(self.next_id()));
        let results = vec![
            json!({ "index": 0, "id": 1, "action": "create", "status": "Created", "success": true, "account_id": 1 }),
        ];
        let items = Vec::new();
        let kind = "Bulk Create Ticket";
        let job =
            Job { id: id.clone(), kind, items, made_at: now, ends_at: now, results: Some(results), failed: false };
        self.jobs.all.push_back(job);
        id
    }

    /// Whoever asks for a job is told of another.
    pub fn other_job(&mut self) -> Reply {
        let id = self.foreign_job();
        let now = self.now();
        let shown = self.jobs.all.iter().find(|j| j.id == id).map(|j| j.shown(now)).unwrap_or_default();
        Reply::ok(json!({ "job_status": shown }))
    }

    /// Jobs under way fail as a whole; nothing of them takes effect.
    pub fn fail_jobs(&mut self) {
        for job in self.jobs.all.iter_mut().filter(|j| j.results.is_none()) {
            (job.failed, job.results) = (true, Some(Vec::new()));
        }
    }

    /// Ids of the jobs there are, oldest first, and whether each is done.
    pub fn job_ids(&self) -> Vec<(String, bool)> {
        self.jobs.all.iter().map(|j| (j.id.clone(), j.results.is_some())).collect()
    }
}

impl Job {
    fn shown(&self, now: u64) -> Value {
        let status = match (&self.results, self.failed) {
            (_, true) => "failed",
            (Some(_), false) => "completed",
            (None, false) if now.saturating_sub(self.made_at) * 2 < self.ends_at - self.made_at => "queued",
            (None, false) => "working",
        };
        let total = self.items.len().max(self.results.as_ref().map_or(0, Vec::len));
        let done = self.results.is_some();
        json!({
            "id": self.id, "job_type": self.kind, "url": format!("https://example.zendesk.com/api/v2/job_statuses/{}.json", self.id),
            "status": status, "total": total, "progress": if done { json!(total) } else { Value::Null },
            "message": if done { json!("Completed") } else { Value::Null },
            "results": self.results.clone().map_or(Value::Null, Value::Array),
        })
    }
}

fn details(why: &Reply) -> String {
    let body: Value = serde_json::from_str(&why.text()).unwrap_or_default();
    let lists = body.get("details").and_then(Value::as_object).into_iter().flat_map(|o| o.values());
    let words = lists.flat_map(|l| l.as_array().into_iter().flatten()).filter_map(|d| d.get("description")?.as_str());
    let words: Vec<_> = words.collect();
    if words.is_empty() { text(&body, "description").unwrap_or_default() } else { words.join("; ") }
}

fn list(tickets: &Value) -> Result<Vec<Value>, Reply> {
    let list = tickets.as_array().cloned().ok_or_else(|| Reply::bad("InvalidValue", "tickets is a list"))?;
    if list.is_empty() || list.len() > ITEMS_MOST {
        return Err(Reply::bad("TooManyValues", "Between 1 and 100 tickets"));
    }
    Ok(list)
}
