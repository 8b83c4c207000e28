//! What customers can be told by, in a few megabytes: whoever cannot be known need not be looked for.

use super::apply::Incoming;
use crate::directory::person;
use rusqlite::Connection;

pub(super) fn number_key(person: i64, digits: &str) -> i64 {
    person ^ person::hash([digits])
}

pub(super) fn email_key(person: i64, email: i64) -> i64 {
    person.rotate_left(17) ^ email
}

/// A customer's number by itself.
pub(super) fn lone_number_key(digits: &str) -> i64 {
    person::hash(["number", digits])
}

/// A customer's name by itself.
pub(super) fn lone_name_key(person: i64) -> i64 {
    person.rotate_left(31)
}

/// What a list without keys of its own finds a customer again by.
pub(super) fn source_key(source_key: i64) -> i64 {
    source_key.rotate_left(47)
}

pub(super) fn newest(connection: &Connection) -> rusqlite::Result<i64> {
    connection.prepare_cached("SELECT coalesce(max(id), 0) FROM customer")?.query_row([], |row| row.get(0))
}

/// What a customer can be told by together with the name: one of the numbers, and the e-mail address.
fn keys(person: Option<i64>, email: Option<i64>, digits: Option<&str>) -> impl Iterator<Item = i64> {
    let of_number = person.zip(digits).map(|(person, digits)| number_key(person, digits));
    let of_email = person.zip(email).map(|(person, email)| email_key(person, email));
    of_number.into_iter().chain(of_email)
}

/// What customers of the directory can be told by. Whoever is changed while an import goes on is known as they were.
#[derive(Debug)]
pub(super) struct Told {
    /// Absent: anybody may be known.
    keys: Option<Seen>,
    /// All who are as old as this one were read.
    until: i64,
}

impl Told {
    /// Customers read at once: nobody who saves one is held up.
    const AT_ONCE: i64 = 20_000;
    /// Bytes of a file for each customer who is read for it: a row takes as long to be looked up as some twenty customers
    /// to be read, and has some hundred bytes.
    const BYTES: u64 = 5;

    /// For a file of so many bytes. A short one is not worth reading a large directory for: its rows are looked up,
    /// whoever they are about.
    pub fn begin(connection: &Connection, bytes: u64) -> rusqlite::Result<Self> {
        let is_worth_it = newest(connection)?.unsigned_abs().saturating_mul(Self::BYTES) <= bytes;
        Ok(Self { keys: is_worth_it.then(Seen::default), until: 0 })
    }

    /// Reads some more of them; whether there are still more.
    pub fn read(&mut self, connection: &Connection) -> rusqlite::Result<bool> {
        let Some(seen) = &mut self.keys else { return Ok(false) };
        let newest = newest(connection)?;
        if self.until >= newest {
            return Ok(false);
        }
        let next = newest.min(self.until + Self::AT_ONCE);
        let mut statement = connection.prepare_cached(
            "SELECT c.person_key, c.email_key, n.digits, c.source_key
             FROM customer c LEFT JOIN customer_number n ON n.customer_id = c.id WHERE c.id > ?1 AND c.id <= ?2",
        )?;
        let mut rows = statement.query([self.until, next])?;
        while let Some(row) = rows.next()? {
            let (person, email): (Option<i64>, Option<i64>) = (row.get(0)?, row.get(1)?);
            let digits = row.get_ref(2)?.as_str_or_null()?;
            let source: Option<i64> = row.get(3)?;
            let alone = [digits.map(lone_number_key), person.map(lone_name_key), source.map(source_key)];
            let alone = alone.into_iter().flatten();
            alone.chain(keys(person, email, digits)).for_each(|key| seen.add(key));
        }
        self.until = next;
        Ok(next < newest)
    }

    /// A row is about somebody.
    pub fn meet(&mut self, incoming: &Incoming) {
        let Some(seen) = &mut self.keys else { return };
        let customer = &incoming.customer;
        let numbers = customer.numbers.iter().filter_map(|number| number.digits());
        let of_numbers = numbers.flat_map(|digits| keys(customer.person_key, None, Some(digits)));
        let others = keys(customer.person_key, customer.email_key, None).chain(incoming.key.map(source_key));
        of_numbers.chain(others).for_each(|key| seen.add(key));
    }

    /// Whoever there is by now is known.
    pub fn pass(&mut self, connection: &Connection) -> rusqlite::Result<()> {
        self.until = newest(connection)?;
        Ok(())
    }

    /// Whether it may be somebody's: what is not is known for certain.
    pub fn may_have(&self, key: i64) -> bool {
        self.keys.as_ref().is_none_or(|seen| seen.may_have(key))
    }
}

/// Keys that were seen, in a few megabytes whatever the file: what was not seen is known for certain, what was is not.
#[derive(Debug, Default)]
struct Seen {
    bits: Vec<u64>,
}

impl Seen {
    /// 8 MB: with a million customers and a file of as many, which are eight million keys, one in forty is looked up in
    /// vain.
    const WORDS: u64 = 1 << 20;

    fn places(key: i64) -> [(usize, u64); 3] {
        // The middle bits of a product are mixed best.
        [0x9e37_79b9_7f4a_7c15_u64, 0xc2b2_ae3d_27d4_eb4f, 0x1656_67b1_9e37_79f9].map(|factor| {
            let mixed = key.cast_unsigned().wrapping_mul(factor) >> 20;
            ((mixed / 64 % Self::WORDS) as usize, 1 << (mixed % 64))
        })
    }

    fn add(&mut self, key: i64) {
        if self.bits.is_empty() {
            self.bits = vec![0; Self::WORDS as usize];
        }
        for (word, bit) in Self::places(key) {
            self.bits[word] |= bit;
        }
    }

    fn may_have(&self, key: i64) -> bool {
        !self.bits.is_empty() && Self::places(key).iter().all(|(word, bit)| self.bits[*word] & bit != 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::directory::open;

    #[test]
    fn what_was_seen_is_known_and_most_of_what_was_not_is_not() {
        let mut seen = Seen::default();
        let key = |n: i64| person::hash([n.to_string().as_str()]);
        assert!(!seen.may_have(key(1)));
        (0..10_000).for_each(|n| seen.add(key(n)));
        assert!((0..10_000).all(|n| seen.may_have(key(n))));
        let wrong = (10_000..20_000).filter(|n| seen.may_have(key(*n))).count();
        assert!(wrong < 50, "{wrong}");
    }

    #[test]
    fn everybody_is_read_and_whoever_somebody_else_makes_later() {
        let folder = tempfile::tempdir().expect("a folder");
        let connection = open::writer(&folder.path().join("directory.db")).expect("a directory");
        let customer = |id: i64| {
            let made = format!(
                "INSERT INTO customer (id, name, company, role, email, tags, vip, notes, fields, updated_at, person_key, email_key)
                     VALUES ({id}, 'n', '', '', 'e', '', 0, '', '', 1, {id}, {id});
                 INSERT INTO customer_number (customer_id, position, label, written, kind, digits, certainty, imported)
                     VALUES ({id}, 0, '', '{id}', 1, '{id}', 1, 0)"
            );
            connection.execute_batch(&made).expect("made");
        };
        let knows = |told: &Told, id: i64| {
            let digits = id.to_string();
            let keys = [lone_number_key(&digits), lone_name_key(id), number_key(id, &digits), email_key(id, id)];
            keys.iter().filter(|key| told.may_have(**key)).count()
        };
        // In more than one piece, with a gap wider than one.
        let old = [1, 2, Told::AT_ONCE, Told::AT_ONCE + 1, Told::AT_ONCE * 4];
        old.iter().for_each(|id| customer(*id));
        let newest = Told::AT_ONCE.unsigned_abs() * 4;
        let mut told = Told::begin(&connection, newest * Told::BYTES).expect("a directory");
        let mut pieces = 1;
        while told.read(&connection).expect("read") {
            pieces += 1;
        }
        assert_eq!((pieces, old.map(|id| knows(&told, id))), (4, [4; 5]));

        customer(Told::AT_ONCE * 4 + 1);
        told.pass(&connection).expect("a batch that made one ended");
        customer(Told::AT_ONCE * 4 + 2);
        while told.read(&connection).expect("read") {}
        assert_eq!(knows(&told, Told::AT_ONCE * 4 + 1), 0, "the rows of a batch are met, not read");
        assert_eq!(knows(&told, Told::AT_ONCE * 4 + 2), 4);
    }

    #[test]
    fn for_a_short_file_a_large_directory_is_not_read_and_anybody_may_be_known() {
        let folder = tempfile::tempdir().expect("a folder");
        let connection = open::writer(&folder.path().join("directory.db")).expect("a directory");
        assert!(!Told::begin(&connection, 0).expect("a directory").may_have(1), "nobody is there");
        let made = "INSERT INTO customer (id, name, company, role, email, tags, vip, notes, fields, updated_at)
                    VALUES (1000, 'n', '', '', '', '', 0, '', '', 1)";
        connection.execute_batch(made).expect("made");
        let mut told = Told::begin(&connection, 4_999).expect("a directory");
        assert!(!told.read(&connection).expect("nothing to read"));
        assert!(told.may_have(1));
        assert!(!Told::begin(&connection, 5_000).expect("a directory").may_have(1));
    }
}
