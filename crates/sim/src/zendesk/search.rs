//! Search: `role:end-user phone:*5551234567`, fields of the administrator's, names (zendesk.md, Finding the caller).

use super::{
    pages,
    records::{Organization, Ticket, User, written},
    reply::Reply,
    route::Ask,
    time::iso,
    world::World,
};
use serde_json::{Map, Value, json};

/// Results of one search, at most.
const MOST: usize = 1000;

/// One word of a query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Term {
    Word(String),
    Is {
        field: String,
        value: String,
    },
    /// `status<solved`, `created>2026-01-01`
    Compares {
        field: String,
        more: bool,
        or_same: bool,
        value: String,
    },
}

/// Reads a query: words, `field:value`, `"several words"`, `-` before what is not wanted.
pub(crate) fn parse(query: &str) -> Vec<(bool, Term)> {
    let mut words = Vec::new();
    let (mut word, mut quoted) = (String::new(), false);
    for letter in query.chars() {
        match letter {
            '"' => quoted = !quoted,
            c if c.is_whitespace() && !quoted => words.push(std::mem::take(&mut word)),
            c => word.push(c),
        }
    }
    words.push(word);
    let words = words.into_iter().filter(|w| !w.is_empty());
    words
        .map(|word| {
            let (wanted, word) = match word.strip_prefix('-') {
                Some(rest) if !rest.is_empty() => (false, rest.to_owned()),
                _ => (true, word),
            };
            (wanted, term(&word))
        })
        .collect()
}

fn term(word: &str) -> Term {
    let Some(at) = word.find([':', '<', '>']).filter(|at| *at > 0) else { return Term::Word(word.to_owned()) };
    let (field, rest) = word.split_at(at);
    let mut letters = rest.chars();
    let sign = letters.next();
    let rest = letters.as_str();
    match sign {
        Some(':') => Term::Is { field: field.to_lowercase(), value: rest.to_owned() },
        sign => {
            let or_same = rest.starts_with('=') || rest.starts_with(':');
            let value = rest.trim_start_matches(['=', ':']).to_owned();
            Term::Compares { field: field.to_lowercase(), more: sign == Some('>'), or_same, value }
        }
    }
}

/// A pattern with `*` at either end, without regard to case; without one: whole.
fn fits(pattern: &str, text: &str) -> bool {
    let (pattern, text) = (pattern.to_lowercase(), text.to_lowercase());
    match (pattern.strip_prefix('*'), pattern.strip_suffix('*')) {
        (Some(_), Some(_)) => text.contains(pattern.trim_matches('*')),
        (Some(end), None) => text.ends_with(end),
        (None, Some(start)) => text.starts_with(start),
        (None, None) => text == pattern,
    }
}

/// Some word of the text begins so.
fn has_word(word: &str, text: &str) -> bool {
    let word = word.trim_matches('*').to_lowercase();
    text.to_lowercase().split(|c: char| !c.is_alphanumeric() && c != '@' && c != '.').any(|w| w.starts_with(&word))
}

/// Digits only, without `+`. The exact digits as stored in one piece; with a leading `*`, the end of the digits in whatever
/// format they are stored.
fn is_phone(pattern: &str, written: &str) -> bool {
    let digits: String = written.chars().filter(char::is_ascii_digit).collect();
    match pattern.strip_prefix('*') {
        Some(end) => !end.is_empty() && end.bytes().all(|b| b.is_ascii_digit()) && digits.ends_with(end),
        None => written.trim_start_matches('+') == pattern && pattern.bytes().all(|b| b.is_ascii_digit()),
    }
}

impl User {
    fn is_found_by(&self, term: &Term, now: u64) -> bool {
        match term {
            Term::Word(word) if word == "*" => true,
            Term::Word(word) => {
                let digits = word.trim_start_matches(['+', '*']);
                has_word(word, &self.name)
                    || self.email.as_deref().is_some_and(|mail| has_word(word, mail) || fits(word, mail))
                    || has_word(word, &self.notes)
                    || self.phones().any(|phone| {
                        digits.len() >= 4
                            && phone.chars().filter(char::is_ascii_digit).collect::<String>().contains(digits)
                    })
            }
            Term::Is { field, value } => match field.as_str() {
                "type" => value == "user",
                "role" => *value == self.role || (value == "agent" && self.role == "admin"),
                "phone" => self.phones().any(|phone| is_phone(value, phone)),
                "name" => fits(value, &self.name) || has_word(value, &self.name),
                "email" => self.email.as_deref().is_some_and(|mail| fits(value, mail)),
                "external_id" => self.external_id.as_deref().is_some_and(|id| fits(value, id)),
                "tags" => self.tags.iter().any(|tag| fits(value, tag)),
                "notes" => has_word(value, &self.notes),
                "details" => has_word(value, &self.details),
                "organization" | "organization_id" => self.organization_id.is_some_and(|id| id.to_string() == *value),
                "id" => self.id.to_string() == *value,
                "suspended" => self.suspended.to_string() == *value,
                "order_by" | "sort" | "sort_by" | "sort_order" => true,
                key => match self.user_fields.get(key) {
                    Some(Value::String(text)) => fits(value, text),
                    Some(Value::Null) | None => false,
                    Some(other) => written(other) == *value,
                },
            },
            Term::Compares { field, more, or_same, value } => {
                compares(field, *more, *or_same, value, self.created_at, self.updated_at, now)
            }
        }
    }
}

impl Organization {
    fn is_found_by(&self, term: &Term) -> bool {
        match term {
            Term::Word(word) => has_word(word, &self.name),
            Term::Is { field, value } => match field.as_str() {
                "type" => value == "organization",
                "name" => fits(value, &self.name) || has_word(value, &self.name),
                "tags" => self.tags.iter().any(|tag| fits(value, tag)),
                _ => false,
            },
            Term::Compares { .. } => false,
        }
    }
}

impl Ticket {
    fn is_found_by(&self, term: &Term, now: u64) -> bool {
        const ORDER: [&str; 6] = ["new", "open", "pending", "hold", "solved", "closed"];
        match term {
            Term::Word(word) => {
                let number = word.trim_start_matches('#');
                has_word(word, &self.subject)
                    || self.id.to_string() == number
                    || self.comments.iter().any(|c| has_word(word, &c.body))
            }
            Term::Is { field, value } => match field.as_str() {
                "type" => value == "ticket" || self.kind.as_deref() == Some(value),
                "requester" | "requester_id" => self.requester_id.to_string() == *value,
                "assignee" | "assignee_id" => match value.as_str() {
                    "none" => self.assignee_id.is_none(),
                    id => self.assignee_id.is_some_and(|a| a.to_string() == id),
                },
                "status" => self.status == *value,
                "external_id" => self.external_id.as_deref().is_some_and(|id| fits(value, id)),
                "tags" => self.tags.iter().any(|tag| fits(value, tag)),
                "subject" => has_word(value, &self.subject),
                "id" => self.id.to_string() == *value,
                "order_by" | "sort" | "sort_by" | "sort_order" => true,
                key => key.strip_prefix("custom_field_").and_then(|id| id.parse::<u64>().ok()).is_some_and(|id| {
                    self.custom_fields.iter().any(|(own, stored)| *own == id && fits(value, &written(stored)))
                }),
            },
            Term::Compares { field, more, or_same, value } if field == "status" => {
                let place = |status: &str| ORDER.iter().position(|s| *s == status);
                match (place(&self.status), place(value)) {
                    (Some(own), Some(other)) => {
                        (own == other && *or_same) || if *more { own > other } else { own < other }
                    }
                    _ => false,
                }
            }
            Term::Compares { field, more, or_same, value } => {
                compares(field, *more, *or_same, value, self.created_at, self.updated_at, now)
            }
        }
    }
}

/// Dates, and times like `24hours` before now.
fn compares(field: &str, more: bool, or_same: bool, value: &str, created: u64, updated: u64, now: u64) -> bool {
    let own = match field {
        "created" => iso(created),
        "updated" => iso(updated),
        _ => return false,
    };
    let back = [("hours", 3_600_000), ("hour", 3_600_000), ("days", 86_400_000), ("day", 86_400_000)];
    let back = back.iter().find_map(|(unit, ms)| value.strip_suffix(unit)?.parse::<u64>().ok().map(|n| n * ms));
    let other = back.map_or_else(|| value.to_owned(), |back| iso(now.saturating_sub(back)));
    let own = own[..other.len().min(own.len())].to_owned();
    (own == other && or_same) || if more { own > other } else { own < other }
}

impl World {
    /// Whatever is found, newest change first, each with its `result_type`.
    fn found(&self, query: &str, only: Option<&str>) -> Vec<Value> {
        let now = self.now();
        let lag = u64::try_from(self.config.search_lag.as_millis()).unwrap_or(u64::MAX);
        let terms = parse(query);
        let wanted = |kind: &str| {
            only.is_none_or(|only| only == kind)
                && terms.iter().all(|(_, term)| match term {
                    Term::Is { field, value } if field == "type" => {
                        value == kind || (kind == "ticket" && matches!(value.as_str(), "incident" | "problem"))
                    }
                    Term::Is { field, .. } if field == "role" => kind == "user",
                    _ => true,
                })
        };
        let all = self.config.ignores_filter;
        let is = |found: &dyn Fn(&Term) -> bool| all || terms.iter().all(|(want, term)| found(term) == *want);
        let indexed = |created: u64| created.saturating_add(lag) <= now;
        let mut found: Vec<(u64, Value)> = Vec::new();
        let mut add = |at: u64, kind: &str, mut shown: Value| {
            if let Some(object) = shown.as_object_mut() {
                object.insert("result_type".into(), json!(kind));
            }
            found.push((at, shown));
        };
        if wanted("user") {
            let users = self.users.values().filter(|u| !u.deleted && indexed(u.created_at));
            for user in users.filter(|u| is(&|term| u.is_found_by(term, now))) {
                add(user.updated_at, "user", user.shown());
            }
        }
        if wanted("organization") {
            for one in self.organizations.values().filter(|o| is(&|term| o.is_found_by(term))) {
                add(one.created_at, "organization", one.shown());
            }
        }
        if wanted("ticket") {
            let tickets = self.tickets.values().filter(|t| !t.deleted && indexed(t.created_at));
            for ticket in tickets.filter(|t| is(&|term| t.is_found_by(term, now))) {
                add(ticket.updated_at, "ticket", ticket.shown());
            }
        }
        found.sort_by_key(|(at, _)| std::cmp::Reverse(*at));
        found.into_iter().map(|(_, shown)| shown).collect()
    }

    /// `GET search`
    pub fn search(&self, ask: &Ask) -> Result<Reply, Reply> {
        let query = self.query(ask)?;
        let found = self.found(query, None);
        let (size, at) = (ask.number("per_page").unwrap_or(100).clamp(1, 100), ask.number("page").unwrap_or(1).max(1));
        if at * size > MOST as u64 {
            let why = "Requested response size was greater than Search Response Limits";
            return Err(Reply::error(422, "invalid", why));
        }
        let mut body = pages::page(ask, "results", found)?;
        body.insert("facets".into(), Value::Null);
        Ok(Reply::ok(Value::Object(body)))
    }

    /// `GET search/count`
    pub fn search_count(&self, ask: &Ask) -> Result<Reply, Reply> {
        Ok(Reply::ok(json!({ "count": self.found(self.query(ask)?, None).len() })))
    }

    /// `GET search/export`: one type, by cursor.
    pub fn search_export(&self, ask: &Ask) -> Result<Reply, Reply> {
        let query = self.query(ask)?;
        let Some(kind) = ask.get("filter[type]") else {
            return Err(Reply::bad("invalid", "filter[type] is required"));
        };
        let found = self.found(query, Some(kind));
        let size = ask.number("page[size]").unwrap_or(100).clamp(1, 1000);
        let after: u64 = ask.get("page[after]").and_then(|c| c.parse().ok()).unwrap_or_default();
        let total = found.len() as u64;
        let rows: Vec<_> = found.into_iter().skip(after as usize).take(size as usize).collect();
        let end = after + rows.len() as u64;
        let more = end < total;
        let next = more.then(|| ask.address_with(&[("page[after]", &end.to_string())]));
        Ok(Reply::ok(json!({
            "results": rows, "facets": Value::Null, "links": { "next": next, "prev": Value::Null },
            "meta": { "has_more": more, "after_cursor": end.to_string(), "before_cursor": Value::Null },
        })))
    }

    /// `GET users/search`: by `query` or `external_id`.
    pub fn search_users(&self, ask: &Ask) -> Result<Reply, Reply> {
        let users = match (ask.get("external_id"), ask.get("query")) {
            (Some(id), _) => {
                let own = |u: &&super::records::User| {
                    !u.deleted && u.external_id.as_deref().is_some_and(|own| own.eq_ignore_ascii_case(id))
                };
                self.users.values().filter(own).map(User::shown).collect()
            }
            (None, Some(query)) => self.found(query, Some("user")),
            (None, None) => return Err(Reply::bad("InvalidValue", "query or external_id is required")),
        };
        let body = pages::page(ask, "users", users)?;
        Ok(Reply::ok(Value::Object(body)))
    }

    /// `GET organizations/search`
    pub fn search_organizations(&self, ask: &Ask) -> Result<Reply, Reply> {
        let name = ask.get("name").unwrap_or_default().to_lowercase();
        let found = self.organizations.values().filter(|o| o.name.to_lowercase().contains(&name));
        let body: Map<_, _> = pages::page(ask, "organizations", found.map(Organization::shown).collect())?;
        Ok(Reply::ok(Value::Object(body)))
    }

    fn query<'a>(&self, ask: &'a Ask) -> Result<&'a str, Reply> {
        ask.get("query").ok_or_else(|| Reply::error(422, "invalid", "query is required"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_phone_is_found_in_one_piece_or_by_its_end() {
        assert!(is_phone("15135557611", "+15135557611"));
        assert!(!is_phone("15135557611", "+1 513.555.7611"), "stored in another format");
        assert!(is_phone("*5135557611", "+1 513.555.7611"));
        assert!(is_phone("*5135557611", "(513) 555-7611"));
        assert!(!is_phone("+15135557611", "+15135557611"), "digits only");
        assert!(!is_phone("*", "+15135557611"));
    }

    #[test]
    fn queries_are_taken_apart() {
        let is = |field: &str, value: &str| (true, Term::Is { field: field.into(), value: value.into() });
        assert_eq!(parse("role:end-user phone:*36301234567"), [is("role", "end-user"), is("phone", "*36301234567")]);
        assert_eq!(parse("name:\"Nagy Péter\" jan"), [is("name", "Nagy Péter"), (true, Term::Word("jan".into()))]);
        let less = Term::Compares { field: "status".into(), more: false, or_same: false, value: "solved".into() };
        assert_eq!(parse("status<solved -tags:vip"), [(true, less), (false, is("tags", "vip").1)]);
    }
}
