//! Who somebody is by name, and whether two names may be one person's.

use super::fold;
use rusqlite::{Connection, OptionalExtension, params};

/// Words that are no part of anybody's name.
const TITLES: &[&str] =
    &["dr", "dra", "drs", "prof", "mr", "mrs", "ms", "miss", "mme", "mlle", "herr", "frau", "ing", "mgr", "phd", "md"];

/// Words that tell two people of one name in one family apart.
const GENERATIONS: &[&str] = &[
    "ifj", "ifjabb", "id", "idosb", "ozv", "jr", "junior", "sr", "senior", "hijo", "padre", "fils", "pere", "ii", "iii",
];

/// Customers whose keys are made in one transaction.
const BATCH: i64 = 5_000;

/// The words of a name in one order, without titles; of the company, where nobody is named.
pub(super) fn words(name: &str, company: &str) -> Vec<String> {
    let mut words = fold::words(name);
    if words.is_empty() {
        words = fold::words(company);
    } else if words.iter().any(|word| !TITLES.contains(&word.as_str())) {
        words.retain(|word| !TITLES.contains(&word.as_str()));
    }
    words.sort_unstable();
    words
}

/// The same for everybody called the same, whatever the case, the accents and the order of the words.
pub(super) fn person_key(name: &str, company: &str) -> Option<i64> {
    let words = words(name, company);
    (!words.is_empty()).then(|| hash(words.iter().map(String::as_str)))
}

pub(super) fn email_key(email: &str) -> Option<i64> {
    let email = email.trim().to_lowercase();
    (!email.is_empty()).then(|| hash([email.as_str()]))
}

/// Whether two different names may be one person's, one of them shortened or misspelt.
pub(super) fn is_near(one: &[String], other: &[String]) -> bool {
    let missing = |from: &[String], of: &[String]| -> Vec<String> {
        let mut left = from.to_vec();
        of.iter()
            .filter(|word| left.iter().position(|known| known == *word).map(|at| left.remove(at)).is_none())
            .cloned()
            .collect()
    };
    let (more, less) = (missing(one, other), missing(other, one));
    match (more.as_slice(), less.as_slice()) {
        ([], []) => true,
        ([], rest) | (rest, []) => !rest.iter().any(|word| GENERATIONS.contains(&word.as_str())),
        // One word of several is another one, and those are nearly the same.
        ([more], [less]) if one.len() > 1 => {
            is_initial(more, less) || is_initial(less, more) || is_one_letter_off(more, less)
        }
        _ => false,
    }
}

fn is_initial(short: &str, long: &str) -> bool {
    short.chars().count() == 1 && long.starts_with(short)
}

/// One letter is missing, too many, another one, or two have changed places; in a word of some length.
fn is_one_letter_off(one: &str, other: &str) -> bool {
    let (one, other): (Vec<char>, Vec<char>) = (one.chars().collect(), other.chars().collect());
    if one.len().min(other.len()) < 4 || one.len().abs_diff(other.len()) > 1 {
        return false;
    }
    let start = one.iter().zip(&other).take_while(|(a, b)| a == b).count();
    let most = one.len().min(other.len()) - start;
    let end = one.iter().rev().zip(other.iter().rev()).take(most).take_while(|(a, b)| a == b).count();
    let (one, other) = (&one[start..one.len() - end], &other[start..other.len() - end]);
    match (one, other) {
        ([a, b], [c, d]) => a == d && b == c,
        _ => one.len() <= 1 && other.len() <= 1,
    }
}

/// FNV-1a, 64 bits: kept in files, so that it may never change; the standard library's may.
pub(super) fn hash<'a>(texts: impl IntoIterator<Item = &'a str>) -> i64 {
    let mut hash: u64 = 0xcbf2_9ce4_8422_2325;
    for text in texts {
        // 0xff is in no text: it keeps neighbours apart.
        for byte in text.bytes().chain([0xff]) {
            hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }
    hash.cast_signed()
}

/// Makes the keys of some customers who are older than these; whether there may be more.
pub(super) fn make_keys(connection: &Connection) -> rusqlite::Result<bool> {
    const AFTER: &str = "SELECT value FROM meta WHERE key = 'person_keys_after'";
    let after: Option<String> = connection.query_row(AFTER, [], |row| row.get(0)).optional()?;
    let after = after.as_deref().unwrap_or("0");
    let Ok(after) = after.parse::<i64>() else { return Ok(false) };
    let customers: Vec<(i64, String, String, String)> = connection
        .prepare_cached("SELECT id, name, company, email FROM customer WHERE id > ?1 ORDER BY id LIMIT ?2")?
        .query_map([after, BATCH], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)))?
        .collect::<rusqlite::Result<_>>()?;
    for (id, name, company, email) in &customers {
        connection
            .prepare_cached("UPDATE customer SET person_key = ?2, email_key = ?3 WHERE id = ?1")?
            .execute(params![id, person_key(name, company), email_key(email)])?;
    }
    // Everybody who comes later has theirs from the beginning.
    let until = customers.last().map_or_else(|| "all".to_owned(), |(id, ..)| id.to_string());
    connection.execute("INSERT OR REPLACE INTO meta (key, value) VALUES ('person_keys_after', ?1)", [until])?;
    Ok(!customers.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_person_is_called_the_same_in_any_case_order_and_with_any_title() {
        for (one, other) in [
            ("Anna Minta", "MINTA  Anna"),
            ("Minta, Anna", "Anna Minta"),
            ("Dr. Próba Béla", "bela proba"),
            ("Łukasz Großmann", "GROSSMANN Łukasz"),
            ("María López-Núñez", "Lopez Nunez Maria"),
        ] {
            assert_eq!(person_key(one, ""), person_key(other, ""), "{one} / {other}");
        }
        assert_eq!(person_key("", "Minta Kft."), person_key("", "MINTA KFT"));
        assert_eq!(person_key("Anna", "Minta"), person_key("Anna", "Other"));
        assert_ne!(person_key("Anna Minta", ""), person_key("Bela Minta", ""));
        assert_eq!((person_key(" ", " "), email_key(" ")), (None, None));
        assert_eq!(email_key("Anna@Example.com "), email_key("anna@example.COM"));
        assert!(person_key("Dr.", "").is_some(), "somebody called like a title only is somebody");
    }

    #[test]
    fn a_shortened_or_misspelt_name_may_be_the_same_and_a_relatives_is_not() {
        let near = |one: &str, other: &str| is_near(&words(one, ""), &words(other, ""));
        for (one, other) in [
            ("Anna Minta", "Anna Maria Minta"),
            ("A. Minta", "Anna Minta"),
            ("Anna Mintha", "Anna Minta"),
            ("Anna Mitna", "Anna Minta"),
            ("Minta", "Anna Minta"),
        ] {
            assert!(near(one, other) && near(other, one), "{one} / {other}");
        }
        for (one, other) in [
            ("Anna Minta", "Bela Minta"),
            ("Jan Novak", "Eva Novak"),
            ("Kiss Janos", "ifj. Kiss Janos"),
            ("John Smith Jr.", "John Smith"),
            ("Anna", "Hanna"),
            ("Kiss Janos", "Kiss Janosne"),
        ] {
            assert!(!near(one, other) && !near(other, one), "{one} / {other}");
        }
    }
}
