//! The keys of `[[wrap_up.codes]]`, which lie deeper than the tables of [`super::schema`]. Their values are read by
//! their own types; a misspelt key would otherwise be passed over.

use super::{check::closest, schema::MAX_ITEMS};
use std::ops::Range;
use toml_edit::{Item, TableLike};

const TREE: [&str; 6] = ["campaigns", "queues", "lines", "code", "second", "second_required"];
const CODE: [&str; 8] =
    ["code", "label", "key", "second", "second_required", "comment_required", "do_not_call", "call_back"];
const SECOND: [&str; 2] = ["code", "label"];

type Say<'a> = &'a mut dyn FnMut(Option<Range<usize>>, String);

/// Looks at all trees; `say` is told what is wrong, and where.
pub(super) fn check(name: &str, item: &Item, say: Say<'_>) {
    for tree in rows(&format!("wrap_up.{name}"), item, say) {
        known(tree, &TREE, "[[wrap_up.codes]]", say);
        second_level(tree, say);
        if let Some(codes) = tree.get("code") {
            for code in rows("wrap_up.codes.code", codes, say) {
                known(code, &CODE, "[[wrap_up.codes.code]]", say);
                second_level(code, say);
            }
        }
    }
}

fn second_level(row: &dyn TableLike, say: Say<'_>) {
    if let Some(second) = row.get("second") {
        for code in rows("second", second, say) {
            known(code, &SECOND, "`second`", say);
        }
    }
}

fn known(row: &dyn TableLike, keys: &[&str], place: &str, say: Say<'_>) {
    for (name, _) in row.iter().filter(|(name, _)| !keys.contains(name)) {
        let hint = match closest(name, keys.iter().copied()) {
            Some(close) => format!("did you mean `{close}`?"),
            None => format!("known are {}", keys.iter().map(|key| format!("`{key}`")).collect::<Vec<_>>().join(", ")),
        };
        say(row.key(name).and_then(toml_edit::Key::span), format!("{place} has no key `{name}`: {hint}"));
    }
}

/// The tables of a list, however it was written.
fn rows<'a>(name: &str, item: &'a Item, say: Say<'_>) -> Vec<&'a dyn TableLike> {
    let rows: Option<Vec<&dyn TableLike>> = match (item.as_array_of_tables(), item.as_array()) {
        (Some(tables), _) => Some(tables.iter().map(|table| table as &dyn TableLike).collect()),
        (None, Some(list)) => {
            list.iter().map(|value| value.as_inline_table().map(|table| table as &dyn TableLike)).collect()
        }
        (None, None) => None,
    };
    let Some(mut rows) = rows else {
        say(item.span(), format!("`{name}` is a list of tables: write [[{name}]]"));
        return Vec::new();
    };
    if rows.len() > MAX_ITEMS {
        say(item.span(), format!("`{name}` has {} items, and {MAX_ITEMS} is the most", rows.len()));
        rows.truncate(MAX_ITEMS);
    }
    rows
}
