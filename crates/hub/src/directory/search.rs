//! Search while typing: by words (name, company, e-mail, tags) and by the beginning or end of a number.
//!
//! The first letter matches a hundred thousand customers: candidates are taken in the order the index gives them, a
//! few hundred at most, whole words before beginnings of words, and only these few are ranked.

use super::{
    blocks::NUMBERS,
    fold, matching,
    numbers::{past, reversed},
    row::{self, FileTag},
};
use ringcard_core::{
    customer::{Match, MatchReason, MatchStrength},
    number::DialPlan,
};
use rusqlite::{Connection, params};
use std::{cmp::Reverse, collections::HashSet};

/// Longer queries are cut; nobody types them.
const LONGEST_QUERY: usize = 200;
const MOST_WORDS: usize = 8;

/// Customers ranked for one query.
const CANDIDATES: u32 = 200;

/// Rows taken from one range of an index of numbers.
const A_FEW: i64 = 40;

/// Fewer digits are looked for as words only.
const FEWEST_DIGITS: usize = 2;
/// From so many on, they may as well be the end of a number.
const FEWEST_END_DIGITS: usize = 3;

/// What the search found, at most `limit`, best first. Nothing typed: the newest customers.
pub(super) fn search(
    connection: &Connection,
    tag: &FileTag,
    plan: &DialPlan,
    query: &str,
    limit: u32,
) -> rusqlite::Result<Vec<Match>> {
    let query: String = query.trim().chars().take(LONGEST_QUERY).collect();
    let mut found = Found { matches: Vec::new(), seen: HashSet::new(), limit: limit as usize };
    if query.is_empty() {
        for row in rows(connection, "SELECT id FROM customer ORDER BY id DESC LIMIT ?1", params![limit])? {
            found.push(connection, tag, row, MatchStrength::Maybe)?;
        }
        return Ok(found.matches);
    }
    let words: Vec<String> = fold::typed_words(&query).into_iter().take(MOST_WORDS).collect();
    let digits = typed_number(&query);
    if let Some(digits) = &digits {
        if let Ok(reading) = plan.read(&query) {
            for known in matching::find(connection, tag, plan, &reading.party)?.matches {
                found.take(tag, known);
            }
        }
        for row in by_digits(connection, digits)? {
            found.push(connection, tag, row, MatchStrength::Likely)?;
        }
    }
    if found.matches.len() < found.limit && !words.is_empty() {
        let mut candidates = by_words(connection, &words, CANDIDATES)?;
        if digits.is_none() {
            candidates.extend(by_words_and_digits(connection, &words)?);
        }
        for (strength, row) in ranked(connection, candidates, &words)? {
            found.push(connection, tag, row, strength)?;
        }
    }
    Ok(found.matches)
}

struct Found {
    matches: Vec<Match>,
    seen: HashSet<i64>,
    limit: usize,
}

impl Found {
    fn push(
        &mut self,
        connection: &Connection,
        tag: &FileTag,
        id: i64,
        strength: MatchStrength,
    ) -> rusqlite::Result<()> {
        if self.matches.len() < self.limit
            && self.seen.insert(id)
            && let Some(customer) = row::load(connection, tag, id)?
        {
            self.matches.push(Match { customer, strength, reason: MatchReason::Text });
        }
        Ok(())
    }

    fn take(&mut self, tag: &FileTag, known: Match) {
        if self.matches.len() < self.limit
            && let Some(row) = tag.row(&known.customer.id)
            && self.seen.insert(row)
        {
            self.matches.push(known);
        }
    }
}

/// A number as far as it was typed; nothing where it is rather a word.
#[derive(Debug, PartialEq, Eq)]
struct Typed {
    digits: String,
    /// With a + in front: these digits begin with the country.
    worldwide: bool,
}

fn typed_number(query: &str) -> Option<Typed> {
    let in_numbers =
        |letter: char| letter.is_ascii_digit() || letter.is_whitespace() || "+-–/().\u{2011}".contains(letter);
    let digits: String = query.chars().filter(char::is_ascii_digit).collect();
    if digits.len() < FEWEST_DIGITS || !query.chars().all(in_numbers) {
        return None;
    }
    let worldwide = query.trim_start().starts_with('+') || query.trim_start().starts_with("(+");
    Some(match digits.strip_prefix("00") {
        Some(rest) if !worldwide && rest.len() >= FEWEST_DIGITS => Typed { digits: rest.to_owned(), worldwide: true },
        _ => Typed { digits, worldwide },
    })
}

/// Customers with a number that begins or ends with these digits, in whatever form they were typed.
fn by_digits(connection: &Connection, typed: &Typed) -> rusqlite::Result<Vec<i64>> {
    let by = |column: &str, first: &str| {
        let question = format!("SELECT customer_id FROM {NUMBERS} WHERE {column} >= ?1 AND {column} < ?2 LIMIT ?3");
        rows(connection, &question, params![first, past(first), A_FEW])
    };
    let begin = |digits: &str| by("digits", digits);
    let mut found = begin(&typed.digits)?;
    if typed.worldwide {
        return Ok(found);
    }
    let countries: Vec<String> = connection
        .prepare_cached("SELECT code FROM country_code")?
        .query_map([], |found| found.get(0))?
        .collect::<Result<_, _>>()?;
    for national in national_forms(&typed.digits) {
        for country in &countries {
            if found.len() >= CANDIDATES as usize {
                return Ok(found);
            }
            found.extend(begin(&format!("{country}{national}"))?);
        }
    }
    if typed.digits.len() >= FEWEST_END_DIGITS {
        found.extend(by("reversed", &reversed(&typed.digits))?);
    }
    Ok(found)
}

/// The digits as they are, and without what is dialled in front of them inside a country: 0, in Hungary 06, elsewhere 8 or 1.
fn national_forms(digits: &str) -> Vec<&str> {
    let mut forms = vec![digits];
    for prefix in ["06", "0", "8", "1"] {
        if let Some(rest) = digits.strip_prefix(prefix)
            && rest.len() >= FEWEST_DIGITS
        {
            forms.push(rest);
        }
    }
    forms
}

/// Customers who have all words: whole ones first, then the last one still being typed. Only where nobody has the
/// words before it whole, each may be a beginning.
fn by_words(connection: &Connection, words: &[String], most: u32) -> rusqlite::Result<Vec<i64>> {
    let matching = |begun: usize| {
        let whole = words.len() - begun;
        let terms = words.iter().enumerate().map(|(place, word)| {
            let end = if place < whole { "" } else { " *" };
            format!("\"{word}\"{end}")
        });
        let query = terms.collect::<Vec<_>>().join(" AND ");
        rows(connection, "SELECT rowid FROM customer_text WHERE customer_text MATCH ?1 LIMIT ?2", params![query, most])
    };
    let mut found = matching(0)?;
    if found.len() < most as usize {
        found.extend(matching(1)?);
    }
    if found.is_empty() && words.len() > 1 {
        found = matching(words.len())?;
    }
    Ok(found)
}

/// *kovacs 4567*: words and a piece of a number.
fn by_words_and_digits(connection: &Connection, words: &[String]) -> rusqlite::Result<Vec<i64>> {
    let (digits, names): (Vec<&String>, Vec<&String>) =
        words.iter().partition(|word| word.bytes().all(|letter| letter.is_ascii_digit()));
    let digits: String = digits.into_iter().map(String::as_str).collect();
    if names.is_empty() || digits.len() < FEWEST_DIGITS {
        return Ok(Vec::new());
    }
    let names: Vec<String> = names.into_iter().cloned().collect();
    let national = digits.trim_start_matches('0');
    let mut has_digits = connection.prepare_cached(
        "SELECT 1 FROM customer_number WHERE customer_id = ?1 AND (instr(digits, ?2) > 0 OR instr(digits, ?3) > 0)",
    )?;
    let mut found = Vec::new();
    for row in by_words(connection, &names, CANDIDATES * 5)? {
        if has_digits.exists(params![row, digits, national])? {
            found.push(row);
        }
    }
    // A common name and a rare number: the other way round.
    for row in by_digits(connection, &Typed { digits, worldwide: false })? {
        if let Some(customer) = Ranked::of(connection, row)?
            && names.iter().all(|word| customer.has(word))
        {
            found.push(row);
        }
    }
    Ok(found)
}

fn ranked(
    connection: &Connection,
    candidates: Vec<i64>,
    words: &[String],
) -> rusqlite::Result<Vec<(MatchStrength, i64)>> {
    let mut seen = HashSet::new();
    let mut ranked = Vec::new();
    for row in candidates.into_iter().filter(|row| seen.insert(*row)) {
        if let Some(customer) = Ranked::of(connection, row)? {
            ranked.push((customer.rank(words), Reverse(customer.vip), customer.name, row));
        }
    }
    ranked.sort();
    let strength = |rank| match rank {
        0 => MatchStrength::Exact,
        1..=3 => MatchStrength::Likely,
        _ => MatchStrength::Maybe,
    };
    Ok(ranked.into_iter().map(|(rank, _, _, row)| (strength(rank), row)).collect())
}

/// What a candidate is ranked by.
struct Ranked {
    name: String,
    company: String,
    rest: String,
    vip: bool,
}

impl Ranked {
    fn of(connection: &Connection, row: i64) -> rusqlite::Result<Option<Self>> {
        let mut statement =
            connection.prepare_cached("SELECT name, company, email, tags, vip FROM customer WHERE id = ?1")?;
        let mut rows = statement.query([row])?;
        let Some(row) = rows.next()? else { return Ok(None) };
        let text = |column: usize| -> rusqlite::Result<String> { Ok(row.get_ref(column)?.as_str()?.to_owned()) };
        Ok(Some(Self {
            name: fold::fold(&text(0)?),
            company: fold::fold(&text(1)?),
            rest: [fold::address(&text(2)?).unwrap_or_default(), fold::fold(&text(2)?), fold::fold(&text(3)?)]
                .join(" "),
            vip: row.get(4)?,
        }))
    }

    /// 0 is best.
    fn rank(&self, words: &[String]) -> u8 {
        let typed = words.join(" ");
        let whole = |text: &str| words.iter().all(|word| text.split(' ').any(|known| known == word));
        let begun = |text: &str| words.iter().all(|word| begins_a_word(text, word));
        match () {
            () if self.name == typed => 0,
            () if self.name.starts_with(&typed) => 1,
            () if whole(&self.name) => 2,
            () if begun(&self.name) => 3,
            () if self.company.starts_with(&typed) => 4,
            () if begun(&self.company) => 5,
            () => 6,
        }
    }

    fn has(&self, word: &str) -> bool {
        [&self.name, &self.company, &self.rest].into_iter().any(|text| begins_a_word(text, word))
    }
}

fn begins_a_word(text: &str, beginning: &str) -> bool {
    text.split(' ').any(|word| word.starts_with(beginning))
}

fn rows(connection: &Connection, question: &str, parameters: impl rusqlite::Params) -> rusqlite::Result<Vec<i64>> {
    connection.prepare_cached(question)?.query_map(parameters, |found| found.get(0))?.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_looks_like_a_number_is_searched_as_one() {
        let typed = |query| typed_number(query).map(|typed| (typed.digits, typed.worldwide));
        for (query, digits, worldwide) in [
            ("+36 30 1", "36301", true),
            ("0036 30", "3630", true),
            ("06-30/123", "0630123", false),
            ("(30) 12", "3012", false),
            ("4567", "4567", false),
            ("00", "00", false),
        ] {
            assert_eq!(typed(query), Some((digits.to_owned(), worldwide)), "{query}");
        }
        for word in ["3M", "7", "a 30", "info@30.hu", "30 kovacs", "☎ 30"] {
            assert_eq!(typed(word), None, "{word}");
        }
    }
}
