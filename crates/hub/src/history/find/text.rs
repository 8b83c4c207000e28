//! Words by which calls are found: of names, notes, comments and codes, of summaries and transcripts.
//!
//! What people type is never handed to the search as it is: each word stands in quotes, and may be the beginning of a longer one.

use super::Wanted;
use ringcard_core::call::CallId;
use rusqlite::{Connection, OptionalExtension, ToSql, params};

/// Words of one question; whoever types more finds by the first of them.
const WORDS: usize = 12;

/// Letters of a call's notes by which it is found. Whoever writes them waits for this, and rings behind them: a transcript of
/// two hours fits in.
const MOST_LETTERS: u32 = 128 * 1024;

/// Calls in which each word stands, the newest first; nothing where there is no word.
pub(super) fn matching(connection: &Connection, wanted: &Wanted, most: u32) -> rusqlite::Result<Option<Vec<String>>> {
    let Some(words) = quoted(&wanted.search.text) else { return Ok(None) };
    let before = match &wanted.before {
        Some(before) => {
            let n = connection
                .prepare_cached("SELECT n FROM call_n WHERE call_id = ?1")?
                .query_row([&before.0], |row| row.get::<_, i64>(0))
                .optional()?;
            match n {
                Some(n) => Some(n),
                None => return Ok(Some(Vec::new())),
            }
        }
        None => None,
    };
    let past = if before.is_some() { " AND rowid < ?3" } else { "" };
    let mut query = connection.prepare_cached(&format!(
        "SELECT call_id FROM (SELECT rowid AS n FROM call_text WHERE call_text MATCH ?1{past} ORDER BY rowid DESC LIMIT ?2)
         JOIN call_n USING (n) ORDER BY n DESC"
    ))?;
    let mut values: Vec<&dyn ToSql> = vec![&words, &most];
    values.extend(before.as_ref().map(|n| n as &dyn ToSql));
    query.query_map(values.as_slice(), |row| row.get(0))?.collect::<rusqlite::Result<_>>().map(Some)
}

/// `"kiss"* "anna"*`: what stands between two quotes is text to the search, whatever it is.
fn quoted(text: &str) -> Option<String> {
    let words = text.split(|letter: char| !letter.is_alphanumeric()).filter(|word| !word.is_empty());
    let words: Vec<String> = words.take(WORDS).map(|word| format!("\"{word}\"*")).collect();
    (!words.is_empty()).then(|| words.join(" "))
}

/// Writes down anew by which words a call is found, from what is kept of it.
pub(in crate::history) fn write_words(change: &Connection, id: &CallId) -> rusqlite::Result<()> {
    let words: Option<String> = change
        .prepare_cached(
            "SELECT concat_ws(char(10), customer_name, party_name,
                (SELECT group_concat(note, char(10)) FROM note_so_far WHERE call_id = call.id),
                (SELECT group_concat(concat_ws(char(10), outcome ->> '$.label', outcome ->> '$.second_label',
                    outcome ->> '$.comment'), char(10)) FROM outcome WHERE call_id = call.id AND json_valid(outcome)),
                (SELECT substr(group_concat(text, char(10)), 1, ?2) FROM
                    (SELECT text FROM note WHERE call_id = ?1 ORDER BY kind = 'transcript', n)))
             FROM call WHERE id = ?1",
        )?
        .query_row(params![id.0, MOST_LETTERS], |row| row.get(0))
        .optional()?;
    let Some(words) = words else { return Ok(()) };
    if words.trim().is_empty() {
        return forget_words(change, id);
    }
    change.prepare_cached("INSERT OR IGNORE INTO call_n (call_id) VALUES (?1)")?.execute([&id.0])?;
    change
        .prepare_cached(
            "INSERT OR REPLACE INTO call_text (rowid, words) VALUES ((SELECT n FROM call_n WHERE call_id = ?1), ?2)",
        )?
        .execute(params![id.0, words])
        .map(drop)
}

/// It is found by no word any more.
pub(in crate::history) fn forget_words(change: &Connection, id: &CallId) -> rusqlite::Result<()> {
    change
        .prepare_cached("DELETE FROM call_text WHERE rowid = (SELECT n FROM call_n WHERE call_id = ?1)")?
        .execute([&id.0])?;
    change.prepare_cached("DELETE FROM call_n WHERE call_id = ?1")?.execute([&id.0]).map(drop)
}

#[cfg(test)]
mod tests {
    use super::quoted;

    #[test]
    fn what_is_typed_is_words_and_nothing_else() {
        assert_eq!(quoted("Kiss Anna").as_deref(), Some("\"Kiss\"* \"Anna\"*"));
        assert_eq!(
            quoted("\"a\" OR words:* NEAR(x) - ^").as_deref(),
            Some("\"a\"* \"OR\"* \"words\"* \"NEAR\"* \"x\"*")
        );
        assert_eq!(quoted(" \"*()-^: "), None);
        assert_eq!(quoted(&"a ".repeat(99)).map(|words| words.matches('a').count()), Some(super::WORDS));
    }
}
