//! Who and what there is at the start: the customers that call in the demo, two agents, forms, some tickets.

use super::{
    records::{Comment, Condition, Organization, Ticket, TicketField, TicketForm, User},
    time::{DAY, HOUR},
    world::World,
};
use crate::people;
use serde_json::json;
use std::collections::BTreeMap;

/// Whose token it is.
pub const TELEPHONY: u64 = 11;
pub const AGENT_ANNA: u64 = 12;
pub const AGENT_BOB: u64 = 13;
/// Its fields: subject, description and a category, which brings others.
pub const FORM_DEFAULT: u64 = 101;
/// Requires the order's number, and details where the product is broken.
pub const FORM_RETURNS: u64 = 102;
/// Two hundred fields.
pub const FORM_LARGE: u64 = 103;
pub const FIELD_CATEGORY: u64 = 203;
/// Shown and required while the category is `product`.
pub const FIELD_PRODUCT: u64 = 204;
/// The order's number: digits; required.
pub const FORM_FIELD_ORDER: u64 = 205;
/// Shown while the product is `broken`.
pub const FIELD_DETAILS: u64 = 206;
/// The first customer's id; they are numbered in the order of the list.
const FIRST_CUSTOMER: u64 = 400;
const FIRST_TICKET: u64 = 901;

pub(crate) fn fill(world: &mut World) {
    let now = world.born_at;
    let email = world.config.email.clone();
    let role = if world.config.admin { "admin" } else { "agent" };
    for (id, name, email, role) in [
        (TELEPHONY, "Telephony", email.as_str(), role),
        (AGENT_ANNA, "Anna Agent", "anna@example.com", "agent"),
        (AGENT_BOB, "Bob Agent", "bob@example.com", "agent"),
    ] {
        let (name, email, role) = (name.to_owned(), Some(email.to_owned()), role.to_owned());
        let at = now.saturating_sub(400 * DAY);
        world.users.insert(id, User { id, name, email, role, created_at: at, updated_at: at, ..User::default() });
    }
    customers(world, now);
    forms(world);
    tickets(world, now);
    world.count_sharing();
}

/// Those who call in the demo, as somebody else typed them in.
fn customers(world: &mut World, now: u64) {
    let mut companies = BTreeMap::<String, u64>::new();
    for (at, person) in people::customers().into_iter().enumerate() {
        let id = FIRST_CUSTOMER + at as u64;
        let created_at = now.saturating_sub((300 - at as u64 % 200) * DAY);
        let organization_id = (!person.company.is_empty()).then(|| {
            let next = 300 + companies.len() as u64;
            *companies.entry(person.company.clone()).or_insert(next)
        });
        let mut numbers = person.numbers.iter().map(|n| n.written.clone());
        let mut user = User {
            id,
            name: if person.name.is_empty() { person.company.clone() } else { person.name.clone() },
            phone: numbers.next(),
            role: "end-user".into(),
            organization_id,
            tags: if person.vip { vec!["vip".into()] } else { Vec::new() },
            notes: person.notes.clone(),
            created_at,
            updated_at: created_at,
            ..User::default()
        };
        // The administrator has a field for another number.
        if let Some(second) = numbers.next() {
            user.user_fields.insert("second_phone".into(), json!(second));
        }
        world.users.insert(id, user);
    }
    for (name, id) in companies {
        let created_at = now.saturating_sub(300 * DAY);
        world.organizations.insert(id, Organization { id, name, created_at, ..Organization::default() });
    }
}

fn forms(world: &mut World) {
    let field = |id: u64, title: &str, kind: &str, required: bool| TicketField {
        id,
        title: title.into(),
        kind: kind.into(),
        required,
        pattern: None,
        options: Vec::new(),
        active: true,
    };
    let options = |list: &[(&str, &str)]| list.iter().map(|(v, n)| ((*v).to_owned(), (*n).to_owned())).collect();
    world.fields = vec![
        field(201, "Subject", "subject", true),
        field(202, "Description", "description", true),
        TicketField {
            options: options(&[("billing", "Billing"), ("product", "Product"), ("other", "Other::Anything")]),
            ..field(FIELD_CATEGORY, "Category", "tagger", false)
        },
        TicketField {
            options: options(&[("fine", "Works"), ("broken", "Broken")]),
            ..field(FIELD_PRODUCT, "Product", "tagger", false)
        },
        TicketField { pattern: Some("\\A[0-9]+\\z".into()), ..field(FORM_FIELD_ORDER, "Order number", "regexp", true) },
        field(FIELD_DETAILS, "What is broken", "textarea", false),
        field(207, "Bought on", "date", false),
        field(208, "In warranty", "checkbox", false),
        TicketField {
            options: options(&[("call", "Call"), ("mail", "Mail"), ("chat", "Chat")]),
            ..field(209, "Reached by", "multiselect", false)
        },
        field(210, "Pieces", "integer", false),
    ];
    let many: Vec<u64> = (0..200).map(|n| 2000 + n).collect();
    world.fields.extend(many.iter().map(|id| field(*id, &format!("Field {}", id - 1999), "text", false)));
    let form = |id: u64, name: &str, default: bool, fields: Vec<u64>, conditions: Vec<Condition>| TicketForm {
        id,
        name: name.into(),
        active: true,
        default,
        fields,
        conditions,
    };
    let when = |parent: u64, value: &str, child: u64, required: bool| Condition {
        parent,
        value: value.into(),
        children: vec![(child, required)],
    };
    world.forms = vec![
        form(
            FORM_DEFAULT,
            "Default",
            true,
            vec![201, 202, FIELD_CATEGORY, FIELD_PRODUCT],
            vec![when(FIELD_CATEGORY, "product", FIELD_PRODUCT, true)],
        ),
        form(
            FORM_RETURNS,
            "Returns",
            false,
            vec![201, 202, FORM_FIELD_ORDER, FIELD_PRODUCT, FIELD_DETAILS, 207, 208, 209, 210],
            vec![when(FIELD_PRODUCT, "broken", FIELD_DETAILS, true)],
        ),
        form(FORM_LARGE, "Everything", false, [vec![201, 202], many].concat(), Vec::new()),
    ];
}

/// The first customers have tickets in every state.
fn tickets(world: &mut World, now: u64) {
    const TOLD: [(&str, &str, u64); 6] = [
        ("Invoice 2211 twice", "open", 2),
        ("Where is my parcel?", "pending", 26),
        ("Wrong address on the invoice", "solved", 24 * 9),
        ("Cannot sign in", "new", 1),
        ("Offer for 40 pieces", "hold", 24 * 4),
        ("Complaint of last year", "closed", 24 * 320),
    ];
    let customers: Vec<u64> = world.users.values().filter(|u| u.role == "end-user").map(|u| u.id).take(12).collect();
    for (at, requester_id) in customers.into_iter().enumerate() {
        for (nth, (subject, status, hours)) in TOLD.iter().enumerate().skip(at % 3).step_by(2) {
            let id = FIRST_TICKET + (at * TOLD.len() + nth) as u64;
            let created_at = now.saturating_sub((hours + at as u64) * HOUR + HOUR);
            let organization_id = world.users.get(&requester_id).and_then(|u| u.organization_id);
            let comment = Comment {
                id: id * 10,
                kind: "Comment".into(),
                body: format!("{subject}. Please call me back."),
                public: true,
                author_id: requester_id,
                at: created_at,
                ..Comment::default()
            };
            let ticket = Ticket {
                id,
                subject: (*subject).into(),
                status: (*status).into(),
                requester_id,
                submitter_id: requester_id,
                assignee_id: (nth % 2 == 0).then_some(AGENT_ANNA),
                organization_id,
                form_id: Some(FORM_DEFAULT),
                comments: vec![comment],
                created_at,
                updated_at: created_at + HOUR,
                ..Ticket::default()
            };
            world.tickets.insert(id, ticket);
        }
    }
}
