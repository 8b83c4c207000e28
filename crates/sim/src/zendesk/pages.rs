//! Lists in pages: by offset (`page`, `per_page`) and by cursor (`page[size]`, `page[after]`), each at most 100 (zendesk.md,
//! Conventions).

use super::{reply::Reply, route::Ask};
use serde_json::{Map, Value, json};

/// Rows by offset, at most.
const OFFSET_MOST: usize = 10_000;

/// One page of these, under `name`.
pub(crate) fn page(ask: &Ask, name: &str, all: Vec<Value>) -> Result<Map<String, Value>, Reply> {
    let mut body = Map::new();
    if ask.get("page[size]").is_some() || ask.get("page[after]").is_some() {
        let size = number(ask, "page[size]", 100)?.clamp(1, 100);
        let after: usize = match ask.get("page[after]") {
            Some(cursor) => {
                cursor.parse().map_err(|_| Reply::bad("InvalidCursor", "The provided cursor is not valid"))?
            }
            None => 0,
        };
        let rows: Vec<_> = all.iter().skip(after).take(size).cloned().collect();
        let end = after + rows.len();
        let more = end < all.len();
        let next =
            more.then(|| ask.address_with(&[("page[size]", &size.to_string()), ("page[after]", &end.to_string())]));
        body.insert(name.into(), Value::Array(rows));
        body.insert(
            "meta".into(),
            json!({ "has_more": more, "after_cursor": end.to_string(), "before_cursor": after.to_string() }),
        );
        body.insert("links".into(), json!({ "next": next, "prev": Value::Null }));
        return Ok(body);
    }
    let size = number(ask, "per_page", 100)?.clamp(1, 100);
    let at = number(ask, "page", 1)?.max(1);
    if at * size > OFFSET_MOST {
        return Err(Reply::bad("InvalidPaginationDepth", "Page number is beyond the limit of 100 pages"));
    }
    let count = all.len();
    let rows: Vec<_> = all.into_iter().skip((at - 1) * size).take(size).collect();
    let address = |to: usize| ask.address_with(&[("page", &to.to_string()), ("per_page", &size.to_string())]);
    body.insert(name.into(), Value::Array(rows));
    body.insert("count".into(), json!(count));
    body.insert("next_page".into(), json!((at * size < count).then(|| address(at + 1))));
    body.insert("previous_page".into(), json!((at > 1).then(|| address(at - 1))));
    Ok(body)
}

fn number(ask: &Ask, name: &str, usual: usize) -> Result<usize, Reply> {
    match ask.get(name) {
        Some(text) => text.parse().map_err(|_| Reply::bad("InvalidValue", "A page is a number")),
        None => Ok(usual),
    }
}
