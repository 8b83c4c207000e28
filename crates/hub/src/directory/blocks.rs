//! Customers and their numbers by blocks of ids, as the indexes have them by which they are found
//! (`migrations/2026-12-10-blocks.sql`): one block after the other, each by the index.

/// Every number; what it is found by is its `digits` or `reversed`.
pub(super) const NUMBERS: &str = "customer_block AS block CROSS JOIN customer_number AS number
                                  ON number.customer_id >> 17 = block.n";

/// Every customer; what they are found by is `c.person_key` or `c.source_key`.
pub(super) const CUSTOMERS: &str = "customer_block AS block CROSS JOIN customer AS c ON c.id >> 17 = block.n";

/// Numbers that may lack their area code, which are few: by an index of their own (`migrations/2026-12-11-unsure.sql`)
/// that has no blocks. They are found by their `digits` and that they are [`UNSURE`].
pub(super) const UNSURE_NUMBERS: &str = "customer_number AS number INDEXED BY customer_number_unsure";

/// Not read as a number of the public network, or not surely so.
pub(super) const UNSURE: &str = "(kind <> 1 OR certainty = 0)";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{database::plan_of, directory::open};

    #[test]
    fn every_block_is_looked_through_by_its_index() {
        let folder = tempfile::tempdir().expect("a folder");
        let connection = open::writer(&folder.path().join("directory.db")).expect("a directory");
        for (from, question, index) in [
            (NUMBERS, "digits = 'a'", "number USING INDEX customer_number_digits (<expr>=? AND digits=?)"),
            (NUMBERS, "digits IN ('a', 'b')", "number USING INDEX customer_number_digits (<expr>=? AND digits=?)"),
            (
                NUMBERS,
                "reversed >= 'a' AND reversed < 'b'",
                "customer_number_reversed (<expr>=? AND reversed>? AND reversed<?)",
            ),
            (CUSTOMERS, "c.source_key = 1", "c USING INDEX customer_source_key (<expr>=? AND source_key=?)"),
            (CUSTOMERS, "c.person_key = 1 AND c.id <= 9 ORDER BY c.id", "customer_person (<expr>=? AND person_key=?)"),
            (
                CUSTOMERS,
                "c.person_key = 1 AND c.email_key = 2",
                "customer_person (<expr>=? AND person_key=? AND email_key=?)",
            ),
        ] {
            let steps = plan_of(&connection, &format!("SELECT * FROM {from} WHERE {question}"));
            assert!(steps.iter().any(|step| step.contains(index)), "{question}: {steps:?}");
            let is_all = |step: &String| step.starts_with("SCAN number") || step.starts_with("SCAN c");
            assert!(!steps.iter().any(is_all), "{question}: {steps:?}");
        }
    }

    #[test]
    fn a_number_without_its_area_is_looked_for_once() {
        let folder = tempfile::tempdir().expect("a folder");
        let connection = open::writer(&folder.path().join("directory.db")).expect("a directory");
        let question = format!("SELECT * FROM {UNSURE_NUMBERS} WHERE digits IN ('a', 'b') AND {UNSURE}");
        let steps = plan_of(&connection, &question);
        assert_eq!(steps, ["SEARCH number USING INDEX customer_number_unsure (digits=?)"]);
    }

    #[test]
    fn blocks_are_those_that_somebody_is_in() {
        let folder = tempfile::tempdir().expect("a folder");
        let connection = open::writer(&folder.path().join("directory.db")).expect("a directory");
        let blocks = || {
            let mut asked = connection.prepare("SELECT n FROM customer_block").expect("a question");
            let rows = asked.query_map([], |row| row.get::<_, i64>(0)).expect("an answer");
            rows.collect::<Result<Vec<_>, _>>().expect("numbers")
        };
        assert_eq!(blocks(), Vec::<i64>::new());
        for id in [1, 131_071, 131_072, 131_073, 10 * 131_072 - 1, 1_000_000_000] {
            let made = "INSERT INTO customer (id, name, company, role, email, tags, vip, notes, fields, updated_at)
                        VALUES (?1, '', '', '', '', '', 0, '', '', 1)";
            connection.execute(made, [id]).expect("made");
        }
        assert_eq!(blocks(), [0, 1, 9, 7629]);
    }
}
