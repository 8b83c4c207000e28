//! Tickets and comments.
//!
//! A comment alone overwrites nothing. Fields are set as they were read only (`safe_update`): where somebody else changed the
//! ticket meanwhile (409), the comment is added, and says which fields were not set.

use super::{
    Told, before,
    files::Files,
    layout::{Layout, mark},
    place::{New, reference::Reference, user_of},
};
use crate::{
    Attempt,
    zendesk::{ZendeskAccount, client::Ask, outcome::Trouble, wire::Read},
};
use reqwest::Method;
use ringcard_core::{submission::ParkReason, ticket::FieldValue};
use serde_json::{Map, Value, json};
use std::{collections::BTreeMap, time::Duration};

/// Tickets that became another one, one after the other, that are followed.
const MOST_MERGES: usize = 3;
/// Somebody else is changing the ticket right now.
const BUSY: Duration = Duration::from_secs(5);
/// What every ticket of ours is tagged with.
const TAG: &str = "ringcard";

/// How a ticket stands.
enum Stands {
    Takes { updated_at: String },
    Closed,
    Merged { into: String },
    Gone,
}

/// A ticket before a call record is written onto it.
pub(super) enum Ready {
    /// `ticket`: the chosen one, or what it became. `not_set`: somebody else changed it meanwhile, and its fields are theirs.
    /// `said`: of files that are not there.
    Takes {
        ticket: String,
        not_set: bool,
        said: String,
    },
    Closed {
        ticket: String,
    },
    Gone {
        ticket: String,
    },
}

/// What takes the place of a ticket that an agent chose.
pub(super) enum Instead {
    Itself,
    /// It was merged into this one.
    Another(String),
    /// It is closed.
    FollowUp,
    Gone,
}

/// Custom fields as Zendesk takes them: several values of one field are a list.
fn custom_fields(fields: &[FieldValue]) -> Vec<Value> {
    let mut values: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for FieldValue { field, value } in fields {
        values.entry(field).or_default().push(value);
    }
    let id = |field: &str| field.parse::<u64>().map_or_else(|_| json!(field), |id| json!(id));
    let one = |(field, values): (&str, Vec<&str>)| match values.as_slice() {
        [value] => json!({ "id": id(field), "value": value }),
        values => json!({ "id": id(field), "value": values }),
    };
    values.into_iter().map(one).collect()
}

fn number(id: &str) -> Value {
    id.parse::<u64>().map_or_else(|_| json!(id), |id| json!(id))
}

/// A comment of ours on these calls: agents read it, and the customer does not. Who spoke wrote it, where that is one of them.
pub(super) fn comment(body: String, told: &[Told<'_>]) -> Value {
    let mut comment = json!({ "body": body, "public": false });
    let mut authors = told.iter().map(|told| told.agent);
    if let Some(Some(author)) = authors.next()
        && authors.all(|other| other == Some(author))
    {
        comment["author_id"] = json!(author);
    }
    if let [one] = told
        && !one.uploads.is_empty()
    {
        comment["uploads"] = json!(one.uploads);
    }
    comment
}

impl Told<'_> {
    pub(super) fn body(&self, layout: &Layout) -> String {
        layout.body(self.entry, self.key, self.is_change)
    }
}

impl ZendeskAccount {
    /// A new ticket's content; `follows`: the closed one it goes on from.
    pub(super) fn new_ticket(&self, told: Told<'_>, new: &New, follows: Option<&str>) -> Value {
        let layout = &self.config.writing.layout;
        let mut ticket = Map::new();
        let subject = ringcard_core::limits::one_line(&new.subject);
        let subject = if subject.is_empty() { layout.subject(told.entry) } else { subject.chars().take(255).collect() };
        ticket.insert("subject".into(), json!(subject));
        ticket.insert("comment".into(), comment(told.body(layout), &[told]));
        if let Some(agent) = told.agent {
            ticket.insert("submitter_id".into(), json!(agent));
        }
        ticket.insert("external_id".into(), json!(told.key.0));
        ticket.insert("tags".into(), json!([TAG]));
        if let Some(user) = user_of(told.entry) {
            ticket.insert("requester_id".into(), number(user));
        }
        if let Some(form) = new.form.as_deref().or(self.config.ticket_form.as_deref()) {
            ticket.insert("ticket_form_id".into(), number(form));
        }
        if !new.fields.is_empty() {
            ticket.insert("custom_fields".into(), Value::Array(custom_fields(&new.fields)));
        }
        if let Some(follows) = follows {
            ticket.insert("via_followup_source_id".into(), number(follows));
        }
        Value::Object(ticket)
    }

    /// Makes a ticket, and says its number.
    pub(super) async fn make_ticket(
        &self,
        told: Told<'_>,
        new: &New,
        follows: Option<&str>,
    ) -> Result<Attempt, Trouble> {
        let ask = Ask::new(Method::POST, "create_ticket", "/api/v2/tickets.json")
            .header("idempotency-key", told.key.0.clone())
            .json(json!({ "ticket": self.new_ticket(told, new, follows) }));
        let reply = match self.ask(ask).await {
            Ok(reply) => reply,
            // An earlier attempt with other content arrived: it is looked for.
            Err(Trouble::Refused { error, detail, .. }) if error.contains("Idempotent") => {
                return Ok(Attempt::Unknown { detail });
            }
            Err(trouble) => {
                self.doubt_forms(&trouble).await;
                return Err(trouble);
            }
        };
        let Some(id) = reply.json["ticket"].id("id") else {
            return Ok(Attempt::Unknown { detail: "Zendesk did not say which ticket it made".to_owned() });
        };
        let answer = match (follows, reply.repeated) {
            (_, Some(true)) => format!("ticket {id}, which an earlier attempt made"),
            (Some(closed), _) => format!("ticket {closed} is closed: ticket {id} follows it up"),
            (None, _) => format!("ticket {id}"),
        };
        Ok(Attempt::Done { answer, reference: Reference::ticket(id).kept() })
    }

    /// Adds one comment for these calls, and sets fields.
    pub(super) async fn add_comment(
        &self,
        told: &[Told<'_>],
        ticket: &str,
        fields: &[FieldValue],
    ) -> Result<Attempt, Trouble> {
        let layout = &self.config.writing.layout;
        let body = layout.bodies(told.iter().map(|told| (told.entry, told.key, told.is_change)));
        let (mut ticket, mut merged) = (ticket.to_owned(), None::<String>);
        let mut stands = None;
        // Each may be found out by a refusal.
        for _ in 0..=2 * MOST_MERGES {
            if !fields.is_empty() && stands.is_none() {
                stands = Some(self.stands(&ticket).await.map_err(before)?);
            }
            match stands.take() {
                Some(Stands::Gone) => return Ok(deleted(&ticket)),
                Some(Stands::Closed) => return self.follow_up(told, &ticket, fields).await,
                Some(Stands::Merged { into }) => {
                    merged.get_or_insert_with(|| ticket.clone());
                    ticket = into;
                    continue;
                }
                Some(Stands::Takes { updated_at }) if !fields.is_empty() => {
                    match self.update(&ticket, Some(comment(body.clone(), told)), Some((fields, &updated_at))).await {
                        Ok(()) => return Ok(added(&ticket, merged.as_deref(), "")),
                        Err(Trouble::Refused { status: 409, .. }) => {
                            let body = format!("{body}\n\n{}", layout.fields_not_set(fields));
                            self.update(&ticket, Some(comment(body, told)), None).await?;
                            let why =
                                "; somebody else changed it meanwhile: its fields were not set, the comment names them";
                            return Ok(added(&ticket, merged.as_deref(), why));
                        }
                        Err(trouble) => return Err(trouble),
                    }
                }
                _ => {}
            }
            match self.update(&ticket, Some(comment(body.clone(), told)), None).await {
                Ok(()) => return Ok(added(&ticket, merged.as_deref(), "")),
                Err(Trouble::Refused { status: 409, detail, .. }) => {
                    return Ok(Attempt::NotSent { detail, wait: Some(BUSY) });
                }
                // Why it takes none is read off the ticket; what takes one was refused for another reason.
                Err(trouble @ Trouble::Refused { status: 400 | 403 | 404 | 410 | 422, .. }) => {
                    match self.stands(&ticket).await.map_err(before)? {
                        Stands::Takes { .. } => return Err(trouble),
                        other => stands = Some(other),
                    }
                }
                Err(trouble) => return Err(trouble),
            }
        }
        let detail = format!("ticket {ticket} was merged into another one again and again");
        Ok(Attempt::Refused { why: ParkReason::Gone, detail })
    }

    /// A closed ticket takes nothing: another one goes on from it. Several calls make several.
    async fn follow_up(&self, told: &[Told<'_>], closed: &str, fields: &[FieldValue]) -> Result<Attempt, Trouble> {
        let [one] = told else {
            // Each alone: one ticket for each call.
            told.iter().for_each(|told| self.alone.add(told.key));
            let detail = format!("ticket {closed} is closed: each call gets a follow-up of its own");
            return Ok(Attempt::NotSent { detail, wait: None });
        };
        let new = New { fields: fields.to_vec(), ..New::default() };
        self.make_ticket(*one, &new, Some(closed)).await
    }

    async fn update(
        &self,
        ticket: &str,
        comment: Option<Value>,
        safely: Option<(&[FieldValue], &str)>,
    ) -> Result<(), Trouble> {
        let mut change = json!({});
        if let Some(comment) = comment {
            change["comment"] = comment;
        }
        if let Some((fields, updated_at)) = safely {
            change["custom_fields"] = Value::Array(custom_fields(fields));
            change["safe_update"] = json!(true);
            change["updated_stamp"] = json!(updated_at);
        }
        let path = format!("/api/v2/tickets/{}.json", checked(ticket)?);
        let updated = self.ask(Ask::new(Method::PUT, "update_ticket", path).json(json!({ "ticket": change }))).await;
        if let (Err(trouble), Some(_)) = (&updated, safely) {
            self.doubt_forms(trouble).await;
        }
        updated.map(drop)
    }

    /// Sets fields and adds files before a call record is written onto the ticket. A record has neither, and both are the same
    /// twice as once: fields are set as they were read, and files that are there are not added again.
    pub(super) async fn make_ready(
        &self,
        told: Told<'_>,
        ticket: &str,
        fields: &[FieldValue],
    ) -> Result<Ready, Trouble> {
        let mut ticket = ticket.to_owned();
        for _ in 0..=MOST_MERGES {
            let updated_at = match self.stands(&ticket).await.map_err(before)? {
                Stands::Takes { updated_at } => updated_at,
                Stands::Closed => return Ok(Ready::Closed { ticket }),
                Stands::Gone => return Ok(Ready::Gone { ticket }),
                Stands::Merged { into } => {
                    ticket = into;
                    continue;
                }
            };
            let files = match self.sends_files(told.entry) {
                true => self.upload(told.entry, &self.files_of(&ticket).await?).await?,
                false => Files::default(),
            };
            let told = Told { uploads: &files.tokens, ..told };
            let words = self.config.writing.layout.words.recording;
            let with_files = || (!files.tokens.is_empty()).then(|| comment(words.to_owned(), &[told]));
            let said = files.said.clone();
            if fields.is_empty() && files.tokens.is_empty() {
                return Ok(Ready::Takes { ticket, not_set: false, said });
            }
            let safely = (!fields.is_empty()).then_some((fields, updated_at.as_str()));
            let not_set = match self.update(&ticket, with_files(), safely).await {
                Ok(()) => false,
                Err(Trouble::Refused { status: 409, .. }) if safely.is_some() => {
                    if let Some(files) = with_files() {
                        self.update(&ticket, Some(files), None).await.map_err(before)?;
                    }
                    true
                }
                Err(Trouble::Refused { status: 409, detail, .. }) => {
                    return Err(Trouble::NotSent { detail, wait: Some(BUSY) });
                }
                Err(trouble) => return Err(before(trouble)),
            };
            return Ok(Ready::Takes { ticket, not_set, said });
        }
        let detail = format!("ticket {ticket} was merged into another one again and again");
        Err(Trouble::Refused { why: ParkReason::Gone, status: 0, error: String::new(), detail })
    }

    async fn stands(&self, ticket: &str) -> Result<Stands, Trouble> {
        let ask = Ask::get("ticket", format!("/api/v2/tickets/{}.json", checked(ticket)?));
        let found = match self.ask(ask).await {
            Ok(reply) => reply.json["ticket"].clone(),
            Err(trouble) if trouble.is_gone() => return Ok(Stands::Gone),
            Err(trouble) => return Err(trouble),
        };
        Ok(match found.text("status").as_str() {
            "deleted" => Stands::Gone,
            "closed" if found.list("tags").any(|tag| tag == "closed_by_merge") => match self.merged_into(ticket).await?
            {
                Some(into) => Stands::Merged { into },
                None => Stands::Closed,
            },
            "closed" => Stands::Closed,
            _ => Stands::Takes { updated_at: found.text("updated_at") },
        })
    }

    /// What a merged ticket's last words say it became.
    async fn merged_into(&self, ticket: &str) -> Result<Option<String>, Trouble> {
        let comments = self.comments(ticket).await?;
        let mut words = comments.list("comments").map(|comment| comment.text("body"));
        Ok(words.find_map(|words| named_in(&words)).filter(|into| into != ticket))
    }

    /// The last hundred of them, the newest first.
    pub(super) async fn comments(&self, ticket: &str) -> Result<Value, Trouble> {
        let ask = Ask::get("comments", format!("/api/v2/tickets/{}/comments.json", checked(ticket)?))
            .with("sort_order", "desc")
            .with("per_page", "100");
        Ok(self.ask(ask).await?.json)
    }

    /// The ticket that this row made, whatever became of it; `None`: there is none.
    pub(super) async fn made_by(&self, told: Told<'_>) -> Result<Option<String>, Trouble> {
        let ask = Ask::get("find_ticket", "/api/v2/tickets.json").with("external_id", told.key.0.clone());
        let found = self.ask(ask).await?.json;
        // A server that ignores the question names no ticket of ours.
        let ours = found.list("tickets").find(|ticket| ticket.text("external_id") == told.key.0);
        Ok(ours.and_then(|ticket| ticket.id("id")))
    }

    /// Whether a comment of this ticket names the row.
    pub(super) async fn has_comment(&self, ticket: &str, told: Told<'_>) -> Result<bool, Trouble> {
        let mark = mark(told.key);
        match self.comments(ticket).await {
            Ok(found) => Ok(found.list("comments").any(|comment| comment.to_string().contains(&mark))),
            Err(trouble) if trouble.is_gone() => Ok(false),
            Err(trouble) => Err(trouble),
        }
    }

    /// What takes comments by now in this ticket's place.
    pub(super) async fn instead_of(&self, ticket: &str) -> Result<Instead, Trouble> {
        Ok(match self.stands(ticket).await? {
            Stands::Takes { .. } => Instead::Itself,
            Stands::Closed => Instead::FollowUp,
            Stands::Merged { into } => Instead::Another(into),
            Stands::Gone => Instead::Gone,
        })
    }
}

/// The ticket's number, if it is one: of a path, something else would ask for something else.
fn checked(ticket: &str) -> Result<&str, Trouble> {
    let is_number = !ticket.is_empty() && ticket.len() <= 20 && ticket.bytes().all(|b| b.is_ascii_digit());
    if is_number { Ok(ticket) } else { Err(Trouble::invalid("this is no ticket's number")) }
}

/// *This request was closed and merged into request #34*.
fn named_in(words: &str) -> Option<String> {
    let at = words.find("merged into")?;
    let number: String = words[at..].split('#').nth(1)?.chars().take_while(char::is_ascii_digit).collect();
    (!number.is_empty() && number.len() <= 20).then_some(number)
}

pub(super) fn deleted(ticket: &str) -> Attempt {
    Attempt::Refused {
        why: ParkReason::Gone,
        detail: format!("ticket {ticket} was deleted in Zendesk; choose another one, or take this entry away"),
    }
}

fn added(ticket: &str, merged: Option<&str>, more: &str) -> Attempt {
    let answer = match merged {
        Some(before) => format!("ticket {before} was merged into {ticket}: added there{more}"),
        None => format!("added to ticket {ticket}{more}"),
    };
    Attempt::Done { answer, reference: Reference::ticket(ticket).kept() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn several_values_of_one_field_are_a_list() {
        let value = |field: &str, value: &str| FieldValue { field: field.into(), value: value.into() };
        let fields = custom_fields(&[value("7", "a"), value("8", "true"), value("7", "b")]);
        assert_eq!(Value::Array(fields), json!([{ "id": 7, "value": ["a", "b"] }, { "id": 8, "value": "true" }]));
    }

    #[test]
    fn a_merged_ticket_names_what_it_became() {
        let words = "This request was closed and merged into request #34 “Printer”.";
        assert_eq!(named_in(words).as_deref(), Some("34"));
        for none in ["merged into something", "", "#12", "merged into #"] {
            assert_eq!(named_in(none), None, "{none}");
        }
    }

    #[test]
    fn what_is_no_number_is_asked_for_nowhere() {
        for bad in ["", "../users/1", "12?x", "123456789012345678901"] {
            assert!(checked(bad).is_err(), "{bad}");
        }
        assert!(checked("35436").is_ok());
    }
}
