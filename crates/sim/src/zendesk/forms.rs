//! Forms and fields of tickets (zendesk.md, Forms).

use super::{
    pages,
    records::{Ticket, TicketField, written},
    reply::Reply,
    route::Ask,
    world::World,
};
use serde_json::{Value, json};

impl World {
    pub fn list_forms(&self, ask: &Ask) -> Result<Reply, Reply> {
        let active = ask.get("active").is_some_and(|a| a == "true");
        let forms = self.forms.iter().filter(|f| f.active || !active).map(|f| f.shown(self.born_at));
        Ok(Reply::ok(Value::Object(pages::page(ask, "ticket_forms", forms.collect())?)))
    }

    pub fn show_form(&self, ask: &Ask) -> Result<Reply, Reply> {
        let form = self.forms.iter().find(|f| f.id == ask.id()).ok_or_else(Reply::not_found)?;
        Ok(Reply::ok(json!({ "ticket_form": form.shown(self.born_at) })))
    }

    pub fn list_fields(&self, ask: &Ask) -> Result<Reply, Reply> {
        let fields = self.fields.iter().map(|f| f.shown(self.born_at)).collect();
        Ok(Reply::ok(Value::Object(pages::page(ask, "ticket_fields", fields)?)))
    }

    pub fn show_field(&self, ask: &Ask) -> Result<Reply, Reply> {
        let field = self.field(ask.id()).ok_or_else(Reply::not_found)?;
        Ok(Reply::ok(json!({ "ticket_field": field.shown(self.born_at) })))
    }

    fn field(&self, id: u64) -> Option<&TicketField> {
        self.fields.iter().find(|f| f.id == id)
    }

    /// A field's value is one it takes.
    pub fn check_field(&self, id: u64, value: &Value) -> Result<(), Reply> {
        // A field nobody knows is left out without a word.
        let Some(field) = self.field(id) else { return Ok(()) };
        let known = |text: &str| field.options.iter().any(|(value, _)| value == text);
        let text = match value {
            Value::Null => return Ok(()),
            Value::String(text) if text.is_empty() => return Ok(()),
            Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        let fits = match field.kind.as_str() {
            "tagger" => known(&text),
            "multiselect" => value.as_array().is_some_and(|l| l.iter().all(|v| v.as_str().is_some_and(known))),
            "checkbox" => matches!(text.as_str(), "true" | "false"),
            "integer" => text.parse::<i64>().is_ok(),
            "decimal" => text.parse::<f64>().is_ok(),
            "date" => text.len() == 10 && text.split('-').all(|part| part.parse::<u32>().is_ok()),
            // Only the one pattern that forms of a simulator have: digits.
            "regexp" => text.chars().all(|c| c.is_ascii_digit()),
            _ => value.is_string(),
        };
        if fits { Ok(()) } else { Err(Reply::invalid("base", &format!("{}: is invalid", field.title), "InvalidValue")) }
    }

    /// Titles of what the ticket's form requires and the ticket lacks.
    pub fn missing_fields(&self, ticket: &Ticket) -> Vec<String> {
        let Some(form) = self.forms.iter().find(|f| Some(f.id) == ticket.form_id) else { return Vec::new() };
        let value = |id: u64| ticket.custom_fields.iter().find(|(own, _)| *own == id).map(|(_, value)| value);
        let filled = |field: &TicketField| match field.kind.as_str() {
            "subject" => !ticket.subject.is_empty(),
            kind if field.is_system() => kind != "assignee" || ticket.assignee_id.is_some(),
            "checkbox" => value(field.id).is_some_and(|v| v == &json!(true) || v == "true"),
            _ => value(field.id).is_some_and(|v| match v {
                Value::Null => false,
                Value::String(text) => !text.is_empty(),
                Value::Array(list) => !list.is_empty(),
                _ => true,
            }),
        };
        let holds = |parent: u64, wanted: &str| value(parent).is_some_and(|v| written(v) == wanted);
        let mut required = Vec::new();
        for id in &form.fields {
            // Whoever has conditions is asked for while one holds, and required as that one says.
            let conditions: Vec<_> = form
                .conditions
                .iter()
                .filter_map(|c| Some((c, c.children.iter().find(|(child, _)| child == id)?.1)))
                .collect();
            let must = if conditions.is_empty() {
                self.field(*id).is_some_and(|f| f.required)
            } else {
                conditions.iter().any(|(c, required)| *required && holds(c.parent, &c.value))
            };
            if must {
                required.push(*id);
            }
        }
        let missing = required.into_iter().filter_map(|id| self.field(id)).filter(|f| !filled(f));
        missing.map(|f| f.title.clone()).collect()
    }
}
