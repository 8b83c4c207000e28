//! Theirs to ours: users, tickets, and whether a number of theirs is the one that calls.

use super::{
    ZendeskAccount,
    wire::{Read, text},
};
use ringcard_core::{
    Timestamp,
    customer::{Customer, CustomerDetails, CustomerId, CustomerNumber, MatchReason, MatchStrength},
    number::{Certainty, DialPlan, Party},
    ticket::{Ticket, TicketStatus},
};
use serde_json::Value;
use std::collections::BTreeMap;

/// A name has at most so many characters here; Zendesk's have up to 255.
const LONGEST_NAME: usize = 300;
/// Of notes and details.
const LONGEST_NOTES: usize = 4_000;
/// A subject.
const LONGEST_SUBJECT: usize = 300;
/// Tags of one customer.
const MOST_TAGS: usize = 50;
/// Custom fields of one customer.
const MOST_FIELDS: usize = 50;

/// The tag that Zendesk leaves on a ticket that was merged into another one (zendesk.md, Tickets).
const MERGED: &str = "closed_by_merge";

impl ZendeskAccount {
    /// A customer of an answer's user; `None`: they have no id, or were deleted or merged (then they are not active).
    pub(super) fn customer(&self, user: &Value, organization: Option<&str>) -> Option<Customer> {
        let id = user.id("id")?;
        if user["active"] == Value::Bool(false) {
            return None;
        }
        let numbers = self.numbers(user);
        let tags: Vec<String> = user.list("tags").map(text).filter(|tag| !tag.is_empty()).take(MOST_TAGS).collect();
        let fields = user["user_fields"].as_object().into_iter().flatten();
        let fields = fields.filter(|(key, _)| !self.config.phone_fields.contains(key));
        let fields: BTreeMap<String, String> = fields
            .map(|(key, value)| (shortened(key, 100), shortened(&text(value), 500)))
            .filter(|(_, value)| !value.is_empty())
            .take(MOST_FIELDS)
            .collect();
        let email = shortened(&user.text("email"), 254);
        let name = shortened(&user.text("name"), LONGEST_NAME);
        let details = CustomerDetails {
            name: if name.is_empty() { email.clone() } else { name },
            company: organization.map(|name| shortened(name, LONGEST_NAME)).unwrap_or_default(),
            role: String::new(),
            email,
            vip: tags.iter().any(|tag| tag.eq_ignore_ascii_case("vip")),
            tags,
            notes: shortened(&user.text("notes"), LONGEST_NOTES),
            link: Some(self.page("users", &id)),
            numbers,
            fields,
        };
        let at = user.moment("updated_at").or_else(|| user.moment("created_at"));
        Some(Customer {
            id: self.customer_id(&id),
            source: self.name.clone(),
            details,
            updated_at: at.unwrap_or(Timestamp(0)),
        })
    }

    pub(super) fn customer_id(&self, id: &str) -> CustomerId {
        CustomerId(format!("{}/{id}", self.name))
    }

    /// What this account calls a customer; `None`: they are another system's.
    pub(super) fn own_id<'i>(&self, id: &'i CustomerId) -> Option<&'i str> {
        let own = id.0.strip_prefix(self.name.as_str())?.strip_prefix('/')?;
        (!own.is_empty() && own.len() <= 20 && own.bytes().all(|b| b.is_ascii_digit())).then_some(own)
    }

    /// The page of something in Zendesk.
    pub(super) fn page(&self, kind: &str, id: &str) -> String {
        let base = self.config.base.as_str().trim_end_matches('/');
        format!("{base}/agent/{kind}/{id}")
    }

    fn numbers(&self, user: &Value) -> Vec<CustomerNumber> {
        let own = std::iter::once((String::new(), user.text("phone")));
        let custom = self.config.phone_fields.iter().map(|key| (key.clone(), user["user_fields"].text(key)));
        let identities = user.list("identities").filter(|identity| identity.text("type") == "phone_number");
        let identities = identities.map(|identity| (String::new(), identity.text("value")));
        let mut numbers: Vec<CustomerNumber> = Vec::new();
        for (label, written) in own.chain(custom).chain(identities) {
            let written = shortened(&written, 100);
            if !written.is_empty() && numbers.len() < 20 && !numbers.iter().any(|known| known.written == written) {
                let party = self.plan.read(&written).ok().map(|reading| reading.party);
                numbers.push(CustomerNumber { label, written, party });
            }
        }
        numbers
    }

    /// A ticket; `None`: it has no id, or was deleted. `names`: of the users it may name.
    pub(super) fn ticket_of(&self, ticket: &Value, names: &BTreeMap<String, String>) -> Option<Ticket> {
        let id = ticket.id("id")?;
        let status = match ticket.text("status").as_str() {
            "deleted" => return None,
            "new" => TicketStatus::New,
            "pending" => TicketStatus::Pending,
            "hold" => TicketStatus::OnHold,
            "solved" => TicketStatus::Solved,
            "closed" => TicketStatus::Closed,
            // Whatever is new there is something somebody has to do.
            _ => TicketStatus::Open,
        };
        let merged = status == TicketStatus::Closed && ticket.list("tags").any(|tag| text(tag) == MERGED);
        let created_at = ticket.moment("created_at").unwrap_or(Timestamp(0));
        let subject = [ticket.text("subject"), ticket.text("raw_subject"), ticket.text("description")];
        let subject = subject.into_iter().find(|subject| !subject.is_empty()).unwrap_or_default();
        Some(Ticket {
            subject: shortened(&subject, LONGEST_SUBJECT),
            status,
            status_label: None,
            merged,
            created_at,
            updated_at: ticket.moment("updated_at").unwrap_or(created_at),
            assignee: ticket.id("assignee_id").and_then(|id| names.get(&id).cloned()),
            link: Some(self.page("tickets", &id)),
            id,
        })
    }
}

/// The names of an answer's users, by their ids.
pub(super) fn names(answer: &Value) -> BTreeMap<String, String> {
    let name = |user: &Value| Some((user.id("id")?, shortened(&user.text("name"), LONGEST_NAME)));
    answer.list("users").filter_map(name).take(1_000).collect()
}

/// A text of theirs, no longer than this many characters, without what cannot be seen and what steers the text beside it.
pub(super) fn shortened(text: &str, characters: usize) -> String {
    let lines = text.chars().map(|c| if c == '\t' { ' ' } else { c }).filter(|c| *c != '\r');
    let mut kept = String::new();
    for (at, line) in lines.collect::<String>().split('\n').enumerate() {
        if at > 0 {
            kept.push('\n');
        }
        kept.extend(ringcard_core::text::seen(line.chars()));
    }
    let kept: String = kept.trim().chars().take(characters).collect();
    kept
}

/// How a number of theirs is the one that was asked for; `None`: it is another one, whatever the server thinks.
pub(super) fn compared(
    number: &CustomerNumber,
    asked: &Party,
    plan: &DialPlan,
) -> Option<(MatchStrength, MatchReason)> {
    let (Party::Outside(asked), Some(Party::Outside(kept))) = (asked, &number.party) else { return None };
    if asked.e164 != kept.e164 {
        return None;
    }
    let label = number.label.clone();
    let sure = plan.read(&number.written).is_ok_and(|reading| reading.certainty == Certainty::Sure);
    Some(match (&kept.extension, &asked.extension) {
        (Some(kept), Some(asked)) if kept != asked => (MatchStrength::Maybe, MatchReason::OtherForm { label }),
        (Some(_), None) => (MatchStrength::Likely, MatchReason::OtherForm { label }),
        _ if !sure => (MatchStrength::Likely, MatchReason::OtherForm { label }),
        _ => (MatchStrength::Exact, MatchReason::SameNumber { label }),
    })
}
