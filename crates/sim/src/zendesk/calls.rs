//! Talk Partner Edition: call records, voice comments, tickets of calls, pages in the agent's browser (zendesk.md, Calls).

use super::{
    records::{Call, Comment, Display},
    reply::Reply,
    route::Ask,
    time::is_iso,
    users::text,
    world::World,
};
use serde_json::{Map, Value, json};

/// What a call record must have.
const REQUIRED: [&str; 5] = ["app_id", "from_line", "to_line", "call_started_at", "direction"];

impl World {
    /// The plan has it.
    fn talk_partner(&self) -> Result<(), Reply> {
        if self.config.talk_partner {
            return Ok(());
        }
        let why = "Talk Partner Edition is not enabled for this account";
        Err(Reply::error(self.config.no_talk_partner_status, "Forbidden", why))
    }

    pub fn create_call(&mut self, ask: &Ask) -> Result<Reply, Reply> {
        self.talk_partner()?;
        let wanted = ask.object("call")?;
        let body = ask.json();
        let missing: Vec<_> =
            REQUIRED.into_iter().filter(|name| text(&wanted, name).is_none_or(|v| v.is_empty())).collect();
        if !missing.is_empty() {
            let wrong = missing
                .into_iter()
                .map(|name| (name.to_owned(), format!("{name}: cannot be blank"), "BlankValue".to_owned()));
            return Err(Reply::invalids(wrong.collect()));
        }
        self.check_call(&wanted)?;
        let comment = body.get("comment").filter(|c| c.is_object()).cloned();
        if let Some(comment) = &comment {
            self.check_call_comment(comment)?;
        }
        let now = self.now();
        let number = self.next_id();
        let mut call = Call {
            id: format!("01SIM{number:021}"),
            ticket_id: wanted.get("ticket_id").and_then(Value::as_u64),
            fields: wanted.as_object().cloned().unwrap_or_default(),
            created_at: now,
            updated_at: now,
        };
        if let Some(comment) = comment {
            // Without a ticket it makes one.
            let ticket = match call.ticket_id {
                Some(id) => id,
                None => self.ticket_of_call(&call, &comment)?,
            };
            call.ticket_id = Some(ticket);
            self.comment_of_call(ticket, &call, &comment)?;
        }
        let shown = call.shown();
        let location = format!("/api/v2/calls/{}.json", call.id);
        self.calls.push(call);
        Ok(Reply::created(&location, json!({ "call": shown })))
    }

    fn check_call(&self, wanted: &Value) -> Result<(), Reply> {
        let invalid = |name: &str| Reply::invalid(name, &format!("{name}: is invalid"), "InvalidValue");
        if text(wanted, "direction").is_some_and(|d| d != "inbound" && d != "outbound") {
            return Err(invalid("direction"));
        }
        for name in ["call_started_at", "call_ended_at"] {
            if text(wanted, name).is_some_and(|moment| !is_iso(&moment)) {
                return Err(invalid(name));
            }
        }
        if let Some(id) = wanted.get("ticket_id").and_then(Value::as_u64) {
            let ticket = self.tickets.get(&id).filter(|t| !t.deleted).ok_or_else(|| invalid("ticket_id"))?;
            if ticket.is_closed() {
                return Err(Reply::invalid("ticket_id", "Status: closed prevents ticket update", "InvalidValue"));
            }
        }
        for name in ["agent_id", "end_user_id"] {
            if let Some(id) = wanted.get(name).and_then(Value::as_u64)
                && self.user(id).is_err()
            {
                return Err(invalid(name));
            }
        }
        Ok(())
    }

    fn check_call_comment(&self, comment: &Value) -> Result<(), Reply> {
        if text(comment, "title").is_none_or(|t| t.is_empty()) {
            return Err(Reply::invalid("title", "title: cannot be blank", "BlankValue"));
        }
        if let Some(agent) = comment.get("display_to_agent").and_then(Value::as_u64)
            && !self.is_agent(agent)
        {
            return Err(Reply::invalid("display_to_agent", "display_to_agent: is invalid", "InvalidValue"));
        }
        Ok(())
    }

    fn ticket_of_call(&mut self, call: &Call, comment: &Value) -> Result<u64, Reply> {
        let inbound = call.text("direction") == "inbound";
        let line = |name: &str| text(comment, name).filter(|t| !t.is_empty());
        let subject = line("subject").or_else(|| line("title")).unwrap_or_default();
        let mut ticket = json!({ "subject": subject, "description": subject, "via_id": if inbound { 45 } else { 46 } });
        let caller =
            [comment.get("end_user_id"), call.fields.get("end_user_id")].into_iter().flatten().find_map(Value::as_u64);
        if let (Some(id), Some(ticket)) = (caller, ticket.as_object_mut()) {
            ticket.insert("requester_id".into(), json!(id));
        }
        let id = self.make_ticket(&ticket)?;
        if let Some(ticket) = self.tickets.get_mut(&id) {
            // The voice comment is its first one.
            ticket.comments.clear();
        }
        Ok(id)
    }

    /// A line for each field of the call that the comment names.
    fn comment_of_call(&mut self, ticket: u64, call: &Call, comment: &Value) -> Result<Value, Reply> {
        if self.ticket(ticket)?.is_closed() {
            return Err(Reply::invalid("ticket_id", "Status: closed prevents ticket update", "InvalidValue"));
        }
        let (id, at) = (self.next_id(), self.now());
        let mut lines = vec![text(comment, "title").unwrap_or_default()];
        let mut data = Map::new();
        for name in comment.get("call_fields").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str)
        {
            let value = call.fields.get(name).cloned().unwrap_or_default();
            lines.push(format!("{name}: {}", value.as_str().map_or_else(|| value.to_string(), str::to_owned)));
            data.insert(name.to_owned(), value);
        }
        data.insert("call_id".into(), json!(call.id));
        let author = comment.get("author_id").or(call.fields.get("agent_id")).and_then(Value::as_u64);
        let made = Comment {
            id,
            kind: "TpeVoiceComment".into(),
            body: lines.join("\n"),
            author_id: author.unwrap_or_else(|| self.me()),
            data: Some(Value::Object(data)),
            at,
            ..Comment::default()
        };
        let shown = made.shown();
        if let Some(ticket) = self.tickets.get_mut(&ticket) {
            ticket.comments.push(made);
            ticket.updated_at = at.max(ticket.updated_at / 1000 * 1000 + 1000);
        }
        if let Some(agent) = comment.get("display_to_agent").and_then(Value::as_u64) {
            self.displays.push(Display { agent_id: agent, what: "ticket", id: ticket });
        }
        Ok(shown)
    }

    pub fn show_call(&self, ask: &Ask) -> Result<Reply, Reply> {
        self.talk_partner()?;
        let call = self.calls.iter().find(|c| Some(&c.id) == ask.segments.get(1)).ok_or_else(Reply::not_found)?;
        Ok(Reply::ok(json!({ "call": call.shown() })))
    }

    pub fn update_call(&mut self, ask: &Ask) -> Result<Reply, Reply> {
        self.talk_partner()?;
        let wanted = ask.object("call")?;
        self.check_call(&wanted)?;
        let now = self.now();
        let id = ask.segments.get(1).cloned();
        let call = self.calls.iter_mut().find(|c| Some(&c.id) == id.as_ref()).ok_or_else(Reply::not_found)?;
        call.fields.extend(wanted.as_object().cloned().unwrap_or_default());
        if let Some(ticket) = wanted.get("ticket_id") {
            call.ticket_id = ticket.as_u64();
        }
        call.updated_at = now;
        Ok(Reply::ok(json!({ "call": call.shown() })))
    }

    pub fn comment_on_call(&mut self, ask: &Ask) -> Result<Reply, Reply> {
        self.talk_partner()?;
        let comment = ask.object("comment")?;
        self.check_call_comment(&comment)?;
        let call = self.calls.iter().find(|c| Some(&c.id) == ask.segments.get(1)).cloned();
        let call = call.ok_or_else(Reply::not_found)?;
        let ticket = match call.ticket_id {
            Some(id) => id,
            None => self.ticket_of_call(&call, &comment)?,
        };
        let shown = self.comment_of_call(ticket, &call, &comment)?;
        if let Some(own) = self.calls.iter_mut().find(|c| c.id == call.id) {
            own.ticket_id = Some(ticket);
        }
        Ok(Reply::json(201, json!({ "comment": shown })))
    }

    pub fn create_voice_ticket(&mut self, ask: &Ask) -> Result<Reply, Reply> {
        self.talk_partner()?;
        let wanted = ask.object("ticket")?;
        let body = ask.json();
        let agent = body.get("display_to_agent").and_then(Value::as_u64);
        if agent.is_some_and(|agent| !self.is_agent(agent)) {
            return Err(Reply::invalid("display_to_agent", "display_to_agent: is invalid", "InvalidValue"));
        }
        let via = wanted.get("via_id").and_then(Value::as_u64);
        if !via.is_some_and(|via| (44..=46).contains(&via)) {
            return Err(Reply::invalid("via_id", "via_id: is invalid", "InvalidValue"));
        }
        if via == Some(44) && wanted.get("voice_comment").is_none() {
            return Err(Reply::invalid("voice_comment", "voice_comment: cannot be blank", "BlankValue"));
        }
        let id = self.make_ticket(&wanted)?;
        if let Some(agent_id) = agent {
            self.displays.push(Display { agent_id, what: "ticket", id });
        }
        Ok(Reply::json(201, json!({ "ticket": self.ticket(id)?.shown() })))
    }

    /// Tells an agent's browser to open somebody's or a ticket's page.
    pub fn display(&mut self, ask: &Ask, what: &'static str) -> Result<Reply, Reply> {
        self.talk_partner()?;
        let (agent_id, id) = (ask.id(), ask.ids.get(1).copied().unwrap_or_default());
        let there = if what == "user" { self.user(id).is_ok() } else { self.ticket(id).is_ok() };
        if !self.is_agent(agent_id) || !there {
            return Err(Reply::json(404, json!("")));
        }
        self.displays.push(Display { agent_id, what, id });
        Ok(Reply::ok(json!("")))
    }

    fn is_agent(&self, id: u64) -> bool {
        self.user(id).is_ok_and(|u| u.role != "end-user")
    }
}
