//! Incremental exports: everything that changed since a moment, in pages by cursor, for administrators (zendesk.md, Exports).

use super::{
    records::{Ticket, User},
    reply::Reply,
    route::Ask,
    world::World,
};
use crate::pairs;
use serde_json::{Value, json};

/// Rows of a page.
const PAGE: usize = 1000;

impl World {
    pub fn export_users(&self, ask: &Ask) -> Result<Reply, Reply> {
        let rows = self.users.values().map(|u| (u.updated_at, u.id, User::shown(u))).collect();
        self.export(ask, "users", rows)
    }

    pub fn export_tickets(&self, ask: &Ask) -> Result<Reply, Reply> {
        let tickets = self.tickets.values().filter(|t| !t.deleted);
        self.export(ask, "tickets", tickets.map(|t| (t.updated_at, t.id, Ticket::shown(t))).collect())
    }

    fn export(&self, ask: &Ask, name: &str, mut rows: Vec<(u64, u64, Value)>) -> Result<Reply, Reply> {
        if !self.config.admin {
            return Err(Reply::forbidden("You do not have access to this page. Please contact the account owner."));
        }
        rows.sort_by_key(|(at, id, _)| (*at, *id));
        // A cursor is the last row's moment and id.
        let after = match (ask.get("cursor"), ask.number("start_time")) {
            (Some(cursor), _) => {
                let read = cursor.split_once('-').and_then(|(at, id)| Some((at.parse().ok()?, id.parse().ok()?)));
                read.ok_or_else(|| Reply::bad("InvalidCursor", "The provided cursor is not valid"))?
            }
            (None, Some(start)) => {
                if start * 1000 > self.now().saturating_sub(60_000) {
                    return Err(Reply::error(
                        422,
                        "InvalidValue",
                        "Too recent start_time. Use a start_time older than 1 minute",
                    ));
                }
                (start * 1000, 0)
            }
            (None, None) => return Err(Reply::bad("MissingParameter", "start_time or cursor is required")),
        };
        let rest: Vec<_> = rows.into_iter().filter(|(at, id, _)| (*at, *id) > after).collect();
        let size = ask.number("per_page").map_or(PAGE, |n| (n as usize).clamp(1, PAGE));
        let more = rest.len() > size;
        let page: Vec<_> = rest.into_iter().take(size).collect();
        let cursor = page.last().map_or(after, |(at, id, _)| (*at, *id));
        let cursor = format!("{}-{}", cursor.0, cursor.1);
        let encoded = pairs::encode(&[("cursor".to_owned(), cursor.clone())]);
        let rows: Vec<_> = page.into_iter().map(|(.., shown)| shown).collect();
        Ok(Reply::ok(json!({
            name: rows, "after_cursor": cursor, "after_url": format!("{}?{encoded}", ask.address),
            "before_cursor": Value::Null, "before_url": Value::Null, "end_of_stream": !more,
        })))
    }
}
