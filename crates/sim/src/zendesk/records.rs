//! What there is in the simulated account, and how each is shown.

use super::time::iso;
use serde::Serialize;
use serde_json::{Map, Value, json};

/// An end user, agent or administrator.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct User {
    pub id: u64,
    pub name: String,
    pub email: Option<String>,
    /// As it was written.
    pub phone: Option<String>,
    /// Several profiles share it; absent: there is no phone.
    pub shared_phone_number: Option<bool>,
    /// `end-user`, `agent`, `admin`
    pub role: String,
    pub suspended: bool,
    /// Deleted, or merged into somebody.
    pub deleted: bool,
    pub merged_into: Option<u64>,
    pub organization_id: Option<u64>,
    pub external_id: Option<String>,
    pub tags: Vec<String>,
    pub notes: String,
    pub details: String,
    /// The administrator's own fields, by key.
    pub user_fields: Map<String, Value>,
    pub identities: Vec<Identity>,
    pub created_at: u64,
    pub updated_at: u64,
    /// They were sent a mail to verify their address.
    pub mailed: bool,
}

/// One more way of reaching a user.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Identity {
    pub id: u64,
    /// `email`, `phone_number`
    pub kind: String,
    pub value: String,
    pub primary: bool,
    pub verified: bool,
    pub at: u64,
}

#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Organization {
    pub id: u64,
    pub name: String,
    pub details: String,
    pub notes: String,
    pub tags: Vec<String>,
    pub created_at: u64,
}

#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Ticket {
    pub id: u64,
    pub subject: String,
    /// `new`, `open`, `pending`, `hold`, `solved`, `closed`
    pub status: String,
    pub priority: Option<String>,
    pub kind: Option<String>,
    pub requester_id: u64,
    pub submitter_id: u64,
    pub assignee_id: Option<u64>,
    pub group_id: Option<u64>,
    pub organization_id: Option<u64>,
    pub external_id: Option<String>,
    pub tags: Vec<String>,
    pub form_id: Option<u64>,
    /// By the field's id.
    pub custom_fields: Vec<(u64, Value)>,
    pub comments: Vec<Comment>,
    /// 44 voicemail, 45 inbound, 46 outbound; absent: the API.
    pub via_id: Option<u64>,
    /// The closed ticket that it follows.
    pub follows: Option<u64>,
    /// The ticket it was merged into; it is closed then.
    pub merged_into: Option<u64>,
    pub deleted: bool,
    pub created_at: u64,
    pub updated_at: u64,
}

#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Comment {
    pub id: u64,
    /// `Comment`, `VoiceComment`, `TpeVoiceComment`
    pub kind: String,
    pub body: String,
    pub public: bool,
    pub author_id: u64,
    /// Names of the files with it.
    pub uploads: Vec<String>,
    /// What a voice comment says of its call.
    pub data: Option<Value>,
    pub at: u64,
}

/// A call record of Talk Partner Edition.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Call {
    pub id: String,
    pub ticket_id: Option<u64>,
    /// Everything that was told.
    pub fields: Map<String, Value>,
    pub created_at: u64,
    pub updated_at: u64,
}

impl Call {
    /// A field as text.
    pub fn text(&self, name: &str) -> &str {
        self.fields.get(name).and_then(Value::as_str).unwrap_or_default()
    }
}

/// A page that an agent's browser was told to open.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Display {
    pub agent_id: u64,
    /// `user` or `ticket`
    pub what: &'static str,
    pub id: u64,
}

/// A field of tickets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TicketField {
    pub id: u64,
    pub title: String,
    /// `subject`, `description`, `text`, `textarea`, `checkbox`, `date`, `integer`, `decimal`, `regexp`, `tagger`, `multiselect`
    pub kind: String,
    /// To solve a ticket.
    pub required: bool,
    pub pattern: Option<String>,
    /// Values and names.
    pub options: Vec<(String, String)>,
    pub active: bool,
}

/// A form of tickets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TicketForm {
    pub id: u64,
    pub name: String,
    pub active: bool,
    pub default: bool,
    pub fields: Vec<u64>,
    pub conditions: Vec<Condition>,
}

/// While a field has this value, others are shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Condition {
    pub parent: u64,
    /// Of a checkbox: `true` or `false`.
    pub value: String,
    /// The fields, and whether each is required then.
    pub children: Vec<(u64, bool)>,
}

fn url(kind: &str, id: u64) -> String {
    format!("https://example.zendesk.com/api/v2/{kind}/{id}.json")
}

impl User {
    pub(crate) fn shown(&self) -> Value {
        json!({
            "id": self.id, "url": url("users", self.id), "name": self.name, "email": self.email,
            "phone": self.phone, "shared_phone_number": self.shared_phone_number, "role": self.role,
            "active": !self.deleted, "suspended": self.suspended, "verified": true, "shared": false,
            "shared_agent": false, "alias": "", "organization_id": self.organization_id,
            "external_id": self.external_id, "tags": self.tags, "notes": self.notes, "details": self.details,
            "user_fields": self.user_fields, "time_zone": "Budapest", "iana_time_zone": "Europe/Budapest",
            "locale": "en-US", "locale_id": 1, "moderator": self.role != "end-user", "only_private_comments": false,
            "restricted_agent": self.role != "admin", "role_type": Value::Null, "signature": "",
            "ticket_restriction": if self.role == "end-user" { json!("requested") } else { Value::Null },
            "photo": Value::Null, "last_login_at": Value::Null,
            "created_at": iso(self.created_at), "updated_at": iso(self.updated_at),
        })
    }

    /// Every number of theirs, as written.
    pub fn phones(&self) -> impl Iterator<Item = &str> {
        let more = self.identities.iter().filter(|i| i.kind == "phone_number").map(|i| i.value.as_str());
        self.phone.iter().map(String::as_str).chain(more)
    }
}

impl Identity {
    pub(crate) fn shown(&self, user: u64) -> Value {
        json!({
            "id": self.id, "url": url(&format!("users/{user}/identities"), self.id), "user_id": user, "type": self.kind,
            "value": self.value, "verified": self.verified, "primary": self.primary,
            "created_at": iso(self.at), "updated_at": iso(self.at),
        })
    }
}

impl Organization {
    pub(crate) fn shown(&self) -> Value {
        json!({
            "id": self.id, "url": url("organizations", self.id), "name": self.name, "details": self.details,
            "notes": self.notes, "tags": self.tags, "domain_names": [], "external_id": Value::Null,
            "group_id": Value::Null, "organization_fields": {}, "shared_comments": false, "shared_tickets": false,
            "created_at": iso(self.created_at), "updated_at": iso(self.created_at),
        })
    }
}

impl Ticket {
    pub(crate) fn shown(&self) -> Value {
        let (channel, rel, from) = match (self.via_id, self.follows) {
            (Some(44..=46), _) => ("voice", Value::Null, json!({})),
            (_, Some(source)) => ("api", json!("follow_up"), json!({ "ticket_id": source })),
            _ => ("api", Value::Null, json!({})),
        };
        let fields: Vec<_> = self.custom_fields.iter().map(|(id, value)| json!({ "id": id, "value": value })).collect();
        let description = self.comments.first().map(|c| c.body.clone()).unwrap_or_default();
        json!({
            "id": self.id, "url": url("tickets", self.id), "subject": self.subject, "raw_subject": self.subject,
            "description": description, "status": self.status, "priority": self.priority, "type": self.kind,
            "requester_id": self.requester_id, "submitter_id": self.submitter_id, "assignee_id": self.assignee_id,
            "group_id": self.group_id, "organization_id": self.organization_id, "external_id": self.external_id,
            "tags": self.tags, "ticket_form_id": self.form_id, "custom_fields": fields.clone(), "fields": fields,
            "followup_ids": [], "follower_ids": [], "collaborator_ids": [], "email_cc_ids": [],
            "sharing_agreement_ids": [], "has_incidents": false, "is_public": true, "due_at": Value::Null,
            "problem_id": Value::Null, "recipient": Value::Null, "allow_attachments": true,
            "allow_channelback": false, "brand_id": 1, "satisfaction_rating": Value::Null,
            "from_messaging_channel": false, "generated_timestamp": self.updated_at / 1000,
            "via": { "channel": channel, "source": { "from": from, "to": {}, "rel": rel } },
            "created_at": iso(self.created_at), "updated_at": iso(self.updated_at),
        })
    }

    /// Whether it takes nothing any more.
    pub fn is_closed(&self) -> bool {
        self.status == "closed"
    }
}

impl Comment {
    pub(crate) fn shown(&self) -> Value {
        let attachments: Vec<_> =
            self.uploads.iter().enumerate().map(|(at, name)| attachment(at as u64 + 1, name)).collect();
        let mut shown = json!({
            "id": self.id, "audit_id": self.id + 1, "type": self.kind, "body": self.body, "plain_body": self.body,
            "html_body": format!("<div class=\"zd-comment\">{}</div>", escaped(&self.body)), "public": self.public,
            "author_id": self.author_id, "attachments": attachments, "created_at": iso(self.at),
            "metadata": { "system": {}, "custom": {} }, "via": { "channel": "api", "source": { "from": {}, "to": {}, "rel": Value::Null } },
        });
        if let (Some(data), Some(shown)) = (&self.data, shown.as_object_mut()) {
            shown.insert("data".into(), data.clone());
        }
        shown
    }
}

/// A file that was uploaded.
pub(crate) fn attachment(id: u64, name: &str) -> Value {
    json!({
        "id": id, "url": url("attachments", id), "file_name": name, "content_type": "application/octet-stream",
        "content_url": format!("https://example.zendesk.com/attachments/{id}"), "size": 1, "inline": false,
        "deleted": false, "thumbnails": [],
    })
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

impl Call {
    pub(crate) fn shown(&self) -> Value {
        let mut shown = self.fields.clone();
        shown.insert("id".into(), json!(self.id));
        shown.insert("ticket_id".into(), json!(self.ticket_id));
        shown.insert("created_at".into(), json!(iso(self.created_at)));
        shown.insert("updated_at".into(), json!(iso(self.updated_at)));
        Value::Object(shown)
    }
}

impl TicketField {
    pub(crate) fn shown(&self, at: u64) -> Value {
        let mut shown = json!({
            "id": self.id, "url": url("ticket_fields", self.id), "title": self.title, "raw_title": self.title,
            "title_in_portal": self.title, "type": self.kind, "required": self.required, "active": self.active,
            "position": self.id, "description": "", "raw_description": "", "agent_description": Value::Null,
            "regexp_for_validation": self.pattern, "removable": !self.is_system(), "required_in_portal": false,
            "visible_in_portal": true, "editable_in_portal": true, "collapsed_for_agents": false, "tag": Value::Null,
            "created_at": iso(at), "updated_at": iso(at),
        });
        if matches!(self.kind.as_str(), "tagger" | "multiselect")
            && let Some(shown) = shown.as_object_mut()
        {
            let options = self.options.iter().enumerate();
            let options: Vec<_> = options
                .map(|(at, (value, name))| json!({ "id": at + 1, "name": name, "raw_name": name, "value": value, "default": false }))
                .collect();
            shown.insert("custom_field_options".into(), json!(options));
        }
        shown
    }

    /// Whether it is Zendesk's own and no administrator's.
    pub(crate) fn is_system(&self) -> bool {
        matches!(
            self.kind.as_str(),
            "subject" | "description" | "status" | "tickettype" | "priority" | "group" | "assignee"
        )
    }
}

impl TicketForm {
    pub(crate) fn shown(&self, at: u64) -> Value {
        let conditions: Vec<_> = self
            .conditions
            .iter()
            .map(|condition| {
                let value = match condition.value.as_str() {
                    "true" => json!(true),
                    "false" => json!(false),
                    text => json!(text),
                };
                let children: Vec<_> = condition
                    .children
                    .iter()
                    .map(|(id, required)| {
                        let when = if *required { "ALL_STATUSES" } else { "NO_STATUSES" };
                        json!({ "id": id, "is_required": required, "required_on_statuses": { "type": when } })
                    })
                    .collect();
                json!({ "parent_field_id": condition.parent, "value": value, "child_fields": children })
            })
            .collect();
        json!({
            "id": self.id, "url": url("ticket_forms", self.id), "name": self.name, "raw_name": self.name,
            "display_name": self.name, "raw_display_name": self.name, "active": self.active, "default": self.default,
            "position": 1, "end_user_visible": true, "in_all_brands": true, "restricted_brand_ids": [],
            "ticket_field_ids": self.fields, "agent_conditions": conditions, "end_user_conditions": [],
            "created_at": iso(at), "updated_at": iso(at),
        })
    }
}

/// A field's value as a search or a condition writes it.
pub(super) fn written(value: &serde_json::Value) -> std::borrow::Cow<'_, str> {
    match value {
        serde_json::Value::String(text) => text.into(),
        other => other.to_string().into(),
    }
}
