//! Tickets: made once by a key, changed unless somebody else was faster, closed for good (zendesk.md, Tickets).

use super::{
    config::RequiredFields,
    pages,
    records::{Comment, Ticket, User, attachment},
    reply::Reply,
    route::Ask,
    time::{HOUR, iso},
    users::text,
    world::World,
};
use serde_json::{Map, Value, json};

const STATUSES: [&str; 6] = ["new", "open", "pending", "hold", "solved", "closed"];

impl World {
    /// One that is there: deleted ones are not.
    pub fn ticket(&self, id: u64) -> Result<&Ticket, Reply> {
        self.tickets.get(&id).filter(|t| !t.deleted).ok_or_else(Reply::not_found)
    }

    pub fn list_tickets(&self, ask: &Ask) -> Result<Reply, Reply> {
        let external = ask.get("external_id");
        let is = |t: &&Ticket| !t.deleted && external.is_none_or(|id| t.external_id.as_deref() == Some(id));
        self.tickets_page(ask, self.tickets.values().filter(is).collect())
    }

    pub fn show_tickets(&self, ask: &Ask) -> Result<Reply, Reply> {
        let ids = ask.numbers("ids");
        if ids.len() > 100 {
            return Err(Reply::bad("BadRequest", "Up to 100 ids"));
        }
        self.tickets_page(ask, self.tickets.values().filter(|t| !t.deleted && ids.contains(&t.id)).collect())
    }

    /// Newest change last, or as asked.
    pub fn requested_by(&self, ask: &Ask) -> Result<Reply, Reply> {
        self.user(ask.id())?;
        let mut tickets: Vec<_> = self.tickets.values().filter(|t| !t.deleted && t.requester_id == ask.id()).collect();
        let by = ask.get("sort_by").or_else(|| ask.get("sort")).unwrap_or_default();
        if by.contains("updated_at") {
            tickets.sort_by_key(|t| t.updated_at);
        }
        if ask.get("sort_order") == Some("desc") || by.starts_with('-') {
            tickets.reverse();
        }
        self.tickets_page(ask, tickets)
    }

    fn tickets_page(&self, ask: &Ask, tickets: Vec<&Ticket>) -> Result<Reply, Reply> {
        let mut body = pages::page(ask, "tickets", tickets.iter().map(|t| t.shown()).collect())?;
        if ask.includes("users") {
            let ids: Vec<_> = tickets.iter().flat_map(|t| [Some(t.requester_id), t.assignee_id]).flatten().collect();
            let users = self.users.values().filter(|u| ids.contains(&u.id)).map(User::shown).collect();
            body.insert("users".into(), users);
        }
        Ok(Reply::ok(Value::Object(body)))
    }

    pub fn show_ticket(&self, ask: &Ask) -> Result<Reply, Reply> {
        let ticket = self.ticket(ask.id())?;
        let mut body = Map::new();
        body.insert("ticket".into(), ticket.shown());
        if ask.includes("users") {
            let ids = [Some(ticket.requester_id), ticket.assignee_id];
            let users = self.users.values().filter(|u| ids.contains(&Some(u.id))).map(User::shown).collect();
            body.insert("users".into(), users);
        }
        Ok(Reply::ok(Value::Object(body)))
    }

    /// The same key within two hours is the same ticket; with another request, a mistake.
    pub fn create_ticket_once(&mut self, ask: &Ask) -> Result<Reply, Reply> {
        let Some(key) = ask.header("idempotency-key").map(str::to_owned) else {
            return self.create_ticket(ask);
        };
        if key.chars().count() > 255 {
            return Err(Reply::bad("IdempotentRequestError", "The key is longer than 255 characters"));
        }
        let now = self.now();
        if let Some((_, body, reply)) = self.keys.get(&key).filter(|(at, ..)| now.saturating_sub(*at) < 2 * HOUR) {
            if *body != ask.body {
                let why = "The parameters of this request differ from those first sent with this key";
                return Err(Reply::bad("IdempotentRequestError", why));
            }
            return Ok(reply.clone().with("x-idempotency-lookup", "hit"));
        }
        let reply = self.create_ticket(ask)?;
        self.keys.insert(key, (now, ask.body.clone(), reply.clone()));
        Ok(reply.with("x-idempotency-lookup", "miss"))
    }

    fn create_ticket(&mut self, ask: &Ask) -> Result<Reply, Reply> {
        let id = self.make_ticket(&ask.object("ticket")?)?;
        let audit = json!({ "id": self.next_id(), "ticket_id": id, "events": [], "created_at": iso(self.now()) });
        let body = json!({ "ticket": self.ticket(id)?.shown(), "audit": audit });
        Ok(Reply::created(&format!("/api/v2/tickets/{id}.json"), body))
    }

    pub fn make_ticket(&mut self, wanted: &Value) -> Result<u64, Reply> {
        let now = self.now();
        let has_text = wanted.get("comment").is_some_and(|c| comment_text(c).is_some())
            || text(wanted, "description").is_some_and(|d| !d.is_empty())
            || wanted.get("voice_comment").is_some();
        if !has_text {
            return Err(Reply::invalid("base", "Description: cannot be blank", "BlankValue"));
        }
        self.check_ticket(wanted)?;
        let follows = wanted.get("via_followup_source_id").and_then(Value::as_u64);
        if let Some(source) = follows
            && !self.tickets.get(&source).is_some_and(Ticket::is_closed)
        {
            return Err(Reply::invalid("via_followup_source_id", "The source ticket is not closed", "InvalidValue"));
        }
        let requester = match wanted.get("requester") {
            Some(new) if new.is_object() => self.requester(new)?,
            _ => wanted.get("requester_id").and_then(Value::as_u64).unwrap_or_else(|| self.me()),
        };
        let suspended = self.users.get(&requester).is_some_and(|u| u.suspended);
        if suspended {
            let name = self.users.get(&requester).map(|u| u.name.clone()).unwrap_or_default();
            return Err(Reply::invalid("requester", &format!("Requester: {name} is suspended."), "RequesterSuspended"));
        }
        let id = self.next_id();
        let default_form = self.forms.iter().find(|f| f.default).map(|f| f.id);
        let organization = self.users.get(&requester).and_then(|u| u.organization_id);
        let mut ticket = Ticket {
            id,
            status: "open".into(),
            requester_id: requester,
            submitter_id: self.me(),
            organization_id: organization,
            form_id: default_form,
            follows,
            via_id: wanted.get("via_id").and_then(Value::as_u64),
            created_at: now,
            updated_at: now,
            ..Ticket::default()
        };
        self.fill_ticket(&mut ticket, wanted)?;
        if ticket.subject.is_empty() {
            ticket.subject = ticket.comments.first().map(|c| c.body.chars().take(100).collect()).unwrap_or_default();
        }
        self.require(&ticket)?;
        self.tickets.insert(id, ticket);
        Ok(id)
    }

    /// Somebody named in the ticket itself, by e-mail or as new.
    fn requester(&mut self, wanted: &Value) -> Result<u64, Reply> {
        let email = text(wanted, "email");
        let is = |u: &&User| !u.deleted && email.is_some() && u.email == email;
        match self.users.values().find(is).map(|u| u.id) {
            Some(id) => Ok(id),
            None => self.make_user(wanted),
        }
    }

    fn check_ticket(&self, wanted: &Value) -> Result<(), Reply> {
        if let Some(status) = text(wanted, "status")
            && !STATUSES.contains(&status.as_str())
        {
            return Err(Reply::invalid("status", "Status: is not valid", "InvalidValue"));
        }
        for (name, title) in [("requester_id", "Requester"), ("assignee_id", "Assignee"), ("submitter_id", "Submitter")]
        {
            if let Some(id) = wanted.get(name).and_then(Value::as_u64) {
                let known = self.users.get(&id).filter(|u| !u.deleted);
                let fits = known.is_some_and(|u| name != "assignee_id" || u.role != "end-user");
                if !fits {
                    return Err(Reply::invalid(name, &format!("{title}: is invalid"), "InvalidValue"));
                }
            }
        }
        if let Some(id) = wanted.get("ticket_form_id").and_then(Value::as_u64)
            && !self.forms.iter().any(|f| f.id == id)
        {
            return Err(Reply::invalid("ticket_form_id", "Form: is invalid", "InvalidValue"));
        }
        for (id, value) in custom_fields(wanted) {
            self.check_field(id, &value)?;
        }
        Ok(())
    }

    fn fill_ticket(&mut self, ticket: &mut Ticket, wanted: &Value) -> Result<(), Reply> {
        if let Some(subject) = text(wanted, "subject") {
            ticket.subject = subject;
        }
        if let Some(status) = text(wanted, "status") {
            ticket.status = status;
        }
        if wanted.get("external_id").is_some() {
            ticket.external_id = text(wanted, "external_id");
        }
        if wanted.get("priority").is_some() {
            ticket.priority = text(wanted, "priority");
        }
        if wanted.get("type").is_some() {
            ticket.kind = text(wanted, "type");
        }
        for (name, place) in [
            ("assignee_id", &mut ticket.assignee_id),
            ("group_id", &mut ticket.group_id),
            ("organization_id", &mut ticket.organization_id),
            ("ticket_form_id", &mut ticket.form_id),
        ] {
            if let Some(id) = wanted.get(name) {
                *place = id.as_u64();
            }
        }
        let list = |name: &str| wanted.get(name).and_then(Value::as_array);
        let words = |list: &Vec<Value>| list.iter().filter_map(Value::as_str).map(str::to_owned).collect::<Vec<_>>();
        if let Some(tags) = list("tags") {
            ticket.tags = words(tags);
        }
        if let Some(tags) = list("additional_tags") {
            ticket.tags.extend(words(tags));
            ticket.tags.dedup();
        }
        if let Some(id) = wanted.get("requester_id").and_then(Value::as_u64) {
            ticket.requester_id = id;
        }
        for (id, value) in custom_fields(wanted) {
            match ticket.custom_fields.iter_mut().find(|(own, _)| *own == id) {
                Some((_, stored)) => *stored = value,
                None => ticket.custom_fields.push((id, value)),
            }
        }
        if let Some(comment) = wanted.get("comment") {
            let author = ticket.submitter_id;
            let comment = self.make_comment(comment, author)?;
            ticket.comments.push(comment);
        } else if let Some(body) = text(wanted, "description").filter(|_| ticket.comments.is_empty()) {
            let (id, at) = (self.next_id(), self.now());
            let author_id = ticket.requester_id;
            let comment =
                Comment { id, kind: "Comment".into(), body, public: true, author_id, at, ..Comment::default() };
            ticket.comments.push(comment);
        }
        if let Some(voice) = wanted.get("voice_comment") {
            let comment = self.make_voice_comment(voice);
            ticket.comments.push(comment);
        }
        Ok(())
    }

    /// Its uploads are used up with it.
    fn make_comment(&mut self, wanted: &Value, author: u64) -> Result<Comment, Reply> {
        let mut uploads = Vec::new();
        for token in wanted.get("uploads").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str) {
            let Some((name, _)) = self.uploads.remove(token) else {
                return Err(Reply::invalid("uploads", "Uploads: the token is invalid or has expired", "InvalidValue"));
            };
            uploads.push(name);
        }
        let (id, at) = (self.next_id(), self.now());
        Ok(Comment {
            id,
            kind: "Comment".into(),
            body: comment_text(wanted).unwrap_or_default(),
            public: wanted.get("public").and_then(Value::as_bool).unwrap_or(true),
            author_id: wanted.get("author_id").and_then(Value::as_u64).unwrap_or(author),
            uploads,
            data: None,
            at,
        })
    }

    fn make_voice_comment(&mut self, wanted: &Value) -> Comment {
        let (id, at) = (self.next_id(), self.now());
        let line = |name: &str| text(wanted, name).unwrap_or_default();
        Comment {
            id,
            kind: "VoiceComment".into(),
            body: format!("Call from: {}\nCall to: {}\nLength: {}", line("from"), line("to"), line("call_duration")),
            author_id: wanted.get("answered_by_id").and_then(Value::as_u64).unwrap_or_else(|| self.me()),
            data: Some(wanted.clone()),
            at,
            ..Comment::default()
        }
    }

    pub fn update_ticket(&mut self, ask: &Ask) -> Result<Reply, Reply> {
        let wanted = ask.object("ticket")?;
        self.change_ticket(ask.id(), &wanted)?;
        let audit = json!({ "id": self.next_id(), "ticket_id": ask.id(), "events": [], "created_at": iso(self.now()) });
        Ok(Reply::ok(json!({ "ticket": self.ticket(ask.id())?.shown(), "audit": audit })))
    }

    pub fn change_ticket(&mut self, id: u64, wanted: &Value) -> Result<(), Reply> {
        let mut ticket = self.ticket(id)?.clone();
        if ticket.is_closed() {
            return Err(Reply::invalid("status", "Status: closed prevents ticket update", "InvalidValue"));
        }
        if wanted.get("safe_update").and_then(Value::as_bool).unwrap_or_default() {
            let Some(stamp) = text(wanted, "updated_stamp") else {
                return Err(Reply::bad("InvalidValue", "updated_stamp is required with safe_update"));
            };
            if stamp != iso(ticket.updated_at) {
                let why = "Safe Update prevented the update due to outdated ticket data. Please fetch the latest ticket data and try again.";
                return Err(Reply::error(409, "UpdateConflict", why));
            }
        }
        self.check_ticket(wanted)?;
        self.fill_ticket(&mut ticket, wanted)?;
        self.require(&ticket)?;
        // To the second: two changes within one have different stamps.
        ticket.updated_at = self.now().max(ticket.updated_at / 1000 * 1000 + 1000);
        self.tickets.insert(id, ticket);
        Ok(())
    }

    /// What its form asks for is there, when it must be.
    fn require(&self, ticket: &Ticket) -> Result<(), Reply> {
        let solved = matches!(ticket.status.as_str(), "solved" | "closed");
        if self.config.required == RequiredFields::WhenSolved && !solved {
            return Ok(());
        }
        let missing = self.missing_fields(ticket);
        if missing.is_empty() {
            return Ok(());
        }
        let wrong = missing.into_iter().map(|title| {
            ("base".to_owned(), format!("{title}: is required when solving a ticket"), "BlankValue".to_owned())
        });
        Err(Reply::invalids(wrong.collect()))
    }

    pub fn delete_ticket(&mut self, ask: &Ask) -> Result<Reply, Reply> {
        self.ticket(ask.id())?;
        if let Some(ticket) = self.tickets.get_mut(&ask.id()) {
            ticket.deleted = true;
        }
        Ok(Reply::empty(204))
    }

    pub fn list_comments(&self, ask: &Ask) -> Result<Reply, Reply> {
        let ticket = self.ticket(ask.id())?;
        let mut comments: Vec<_> = ticket.comments.iter().map(Comment::shown).collect();
        if ask.get("sort") == Some("-created_at") || ask.get("sort_order") == Some("desc") {
            comments.reverse();
        }
        Ok(Reply::ok(Value::Object(pages::page(ask, "comments", comments)?)))
    }

    pub fn upload(&mut self, ask: &Ask) -> Result<Reply, Reply> {
        let Some(name) = ask.get("filename").map(str::to_owned) else {
            return Err(Reply::bad("MissingParameter", "filename is required"));
        };
        if ask.header("content-type").is_none_or(str::is_empty) {
            return Err(Reply::bad("InvalidContentType", "Content-Type is required"));
        }
        let id = self.next_id();
        let token = format!("up{id:014x}");
        self.uploads.insert(token.clone(), (name.clone(), self.now() + HOUR));
        let file = attachment(id, &name);
        let body = json!({ "upload": {
            "token": token, "attachment": file.clone(), "attachments": [file], "expires_at": iso(self.now() + HOUR),
        } });
        Ok(Reply::json(201, body))
    }

    pub fn delete_upload(&mut self, ask: &Ask) -> Result<Reply, Reply> {
        let token = ask.segments.get(1).cloned().unwrap_or_default();
        self.uploads.remove(&token).map(|_| Reply::empty(204)).ok_or_else(Reply::not_found)
    }
}

fn comment_text(comment: &Value) -> Option<String> {
    text(comment, "body").or_else(|| text(comment, "html_body")).filter(|t| !t.is_empty())
}

fn custom_fields(wanted: &Value) -> Vec<(u64, Value)> {
    let list = wanted.get("custom_fields").and_then(Value::as_array).into_iter().flatten();
    list.filter_map(|f| Some((f.get("id")?.as_u64()?, f.get("value").cloned().unwrap_or_default()))).collect()
}
