//! Ticket forms, and the fields of which an agent fills in some: theirs to ours.
//!
//! What every ticket has anyway (subject, status, assignee …) is left out, and so is what only Zendesk's own pages can fill
//! in (look-ups of other records). Everything is bounded, and a form of two hundred fields is whole.

use super::{
    normalise::shortened,
    wire::{Read, text},
};
use ringcard_core::ticket::{FieldCondition, FieldKind, FieldOption, TicketField, TicketForm};
use serde_json::Value;
use std::collections::BTreeMap;

/// Forms of one account (zendesk.md, Forms).
const MOST_FORMS: usize = 300;
/// Fields of one form; more than Zendesk advises by far.
const MOST_FIELDS: usize = 1_000;
/// Values of one field.
const MOST_OPTIONS: usize = 2_000;
/// Conditions of one form.
const MOST_CONDITIONS: usize = 4_000;

/// What an account without forms has: one of all its fields, which is no form in Zendesk. Tickets are made without one.
pub(super) const NO_FORM: &str = "default";

/// The forms that tickets are made with, the default first. `fields`: every field of the account.
pub(super) fn forms(forms: &Value, fields: &Value, chosen: Option<&str>) -> Vec<TicketForm> {
    let mut order: Vec<(i64, &Value)> = fields.list("ticket_fields").map(|field| (position(field), field)).collect();
    order.sort_by_key(|(position, _)| *position);
    let known: BTreeMap<String, TicketField> =
        order.iter().filter_map(|(_, field)| field_of(field)).map(|field| (field.id.clone(), field)).collect();
    // One that is chosen and not there (any more) is no default.
    let is_there = |chosen: &&str| forms.list("ticket_forms").any(|form| form.id("id").as_deref() == Some(*chosen));
    let chosen = chosen.filter(is_there);
    let mut found: Vec<(bool, i64, TicketForm)> = Vec::new();
    for form in forms.list("ticket_forms").filter(|form| form["active"] != Value::Bool(false)).take(MOST_FORMS) {
        let Some(id) = form.id("id") else { continue };
        let ids = form.list("ticket_field_ids").map(text).take(MOST_FIELDS);
        let mut of_form: Vec<TicketField> = ids.filter_map(|id| known.get(&id).cloned()).collect();
        conditions(form, &mut of_form);
        let is_default = chosen.map_or_else(|| form.flag("default"), |chosen| chosen == id);
        let name = shortened(&form.text("name"), 200);
        found.push((is_default, position(form), TicketForm { id, name, is_default, fields: of_form }));
    }
    if found.is_empty() {
        let fields = order.iter().filter_map(|(_, field)| known.get(&field.id("id")?).cloned()).take(MOST_FIELDS);
        return vec![TicketForm {
            id: NO_FORM.to_owned(),
            name: String::new(),
            is_default: true,
            fields: fields.collect(),
        }];
    }
    found.sort_by_key(|(is_default, position, _)| (!is_default, *position));
    let mut found: Vec<TicketForm> = found.into_iter().map(|(.., form)| form).collect();
    for (at, form) in found.iter_mut().enumerate() {
        form.is_default = at == 0;
    }
    found
}

fn position(value: &Value) -> i64 {
    value.number("position").unwrap_or(i64::MAX)
}

/// A field an agent can fill in here; `None`: another one.
fn field_of(field: &Value) -> Option<TicketField> {
    if field["active"] == Value::Bool(false) || field["agent_can_edit"] == Value::Bool(false) {
        return None;
    }
    let kind = match field.text("type").as_str() {
        "text" => FieldKind::Text,
        "textarea" => FieldKind::LongText,
        "integer" | "decimal" => FieldKind::Number,
        "date" => FieldKind::Date,
        "checkbox" => FieldKind::Flag,
        "tagger" => FieldKind::Choice { options: options(field) },
        "multiselect" => FieldKind::Choices { options: options(field) },
        "regexp" => FieldKind::Pattern { pattern: shortened(&field.text("regexp_for_validation"), 1_000) },
        _ => return None,
    };
    Some(TicketField {
        id: field.id("id")?,
        title: shortened(&field.text("title"), 200),
        kind,
        required: field.flag("required"),
        shown_when: Vec::new(),
    })
}

fn options(field: &Value) -> Vec<FieldOption> {
    let options = field.list("custom_field_options").take(MOST_OPTIONS);
    let option = |option: &Value| {
        let value = option.text("value");
        let label = [option.text("name"), value.clone()].into_iter().find(|label| !label.is_empty())?;
        Some(FieldOption { value, label: shortened(&label, 200) })
    };
    options.filter_map(option).collect()
}

/// Which fields an agent sees only while another one has a value.
fn conditions(form: &Value, fields: &mut [TicketField]) {
    let mut left = MOST_CONDITIONS;
    for condition in form.list("agent_conditions") {
        let Some(parent) = condition.id("parent_field_id") else { continue };
        let value = condition.text("value");
        for child in condition.list("child_fields") {
            let Some(id) = child.id("id").filter(|id| *id != parent) else { continue };
            let Some(field) = fields.iter_mut().find(|field| field.id == id) else { continue };
            if left == 0 {
                return;
            }
            left -= 1;
            // Required for some statuses only is required as soon as a ticket of it is solved.
            let statuses = child["required_on_statuses"].text("type");
            let required = child.flag("is_required") || matches!(statuses.as_str(), "SOME_STATUSES" | "ALL_STATUSES");
            field.shown_when.push(FieldCondition { field: parent.clone(), value: value.clone(), required });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn fields() -> Value {
        json!({ "ticket_fields": [
            { "id": 1, "type": "subject", "title": "Subject", "active": true, "required": true, "removable": false },
            { "id": 2, "type": "tagger", "title": "Topic", "active": true, "required": true, "position": 2,
              "custom_field_options": [{ "name": "Bill", "value": "bill" }, { "name": "Delivery", "value": "delivery" }] },
            { "id": "3", "type": "regexp", "title": "Invoice", "active": true, "regexp_for_validation": "\\A\\d+\\z", "position": 1 },
            { "id": 4, "type": "text", "title": "Old", "active": false },
            { "id": 5, "type": "lookup", "title": "Asset", "active": true },
            { "id": 6, "type": "checkbox", "title": "Urgent", "active": true, "position": 3 },
        ] })
    }

    #[test]
    fn a_form_has_its_fields_in_its_order_and_what_they_depend_on() {
        let given = json!({ "ticket_forms": [
            { "id": 9, "name": "Other", "active": true, "default": false, "position": 1, "ticket_field_ids": [6] },
            { "id": 8, "name": "Calls", "active": true, "default": true, "position": 2, "ticket_field_ids": [1, 3, 2, 4, 5, 6],
              "agent_conditions": [
                { "parent_field_id": 2, "value": "bill", "child_fields": [
                    { "id": 3, "is_required": false, "required_on_statuses": { "type": "SOME_STATUSES", "statuses": ["solved"] } },
                    { "id": 6, "is_required": false, "required_on_statuses": { "type": "NO_STATUSES" } } ] },
                { "parent_field_id": 6, "value": true, "child_fields": [{ "id": 3, "is_required": false }] } ] },
            { "id": 7, "name": "Gone", "active": false, "ticket_field_ids": [2] },
        ] });
        let read = forms(&given, &fields(), None);
        assert_eq!(read.iter().map(|form| form.name.as_str()).collect::<Vec<_>>(), ["Calls", "Other"]);
        let calls = &read[0];
        assert_eq!(calls.fields.iter().map(|field| field.id.as_str()).collect::<Vec<_>>(), ["3", "2", "6"]);
        let when: Vec<(&str, &str, bool)> =
            calls.fields[0].shown_when.iter().map(|when| (&*when.field, &*when.value, when.required)).collect();
        assert_eq!(when, [("2", "bill", true), ("6", "true", false)]);
        assert!(calls.fields[1].required && !calls.fields[2].shown_when[0].required);
        assert_eq!(calls.fields[0].kind, FieldKind::Pattern { pattern: "\\A\\d+\\z".to_owned() });
        assert_eq!(forms(&given, &fields(), Some("9"))[0].name, "Other");
        assert_eq!(forms(&given, &fields(), Some("404"))[0].name, "Calls");
    }

    #[test]
    fn an_account_without_forms_has_one_of_all_its_fields() {
        for none in [json!({ "ticket_forms": [] }), Value::Null] {
            let read = forms(&none, &fields(), None);
            assert_eq!((read.len(), read[0].id.as_str(), read[0].is_default), (1, NO_FORM, true));
            assert_eq!(read[0].fields.iter().map(|field| field.id.as_str()).collect::<Vec<_>>(), ["3", "2", "6"]);
        }
    }

    #[test]
    fn two_hundred_fields_are_whole_and_a_million_are_bounded() {
        let many: Vec<Value> =
            (0..2_000).map(|id| json!({ "id": id, "type": "text", "title": "Field", "active": true })).collect();
        let ids = |count: u32| (0..count).collect::<Vec<u32>>();
        let form = |count| json!({ "ticket_forms": [{ "id": 1, "name": "Long", "ticket_field_ids": ids(count) }] });
        let fields = json!({ "ticket_fields": many });
        assert_eq!(forms(&form(200), &fields, None)[0].fields.len(), 200);
        assert_eq!(forms(&form(2_000), &fields, None)[0].fields.len(), MOST_FIELDS);
    }
}
