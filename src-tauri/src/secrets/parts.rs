//! Secrets that are longer than an entry may be: several entries, and one that says which.
//!
//! The parts of a secret are written to the one of two places that nobody reads, and the entry that names the place last,
//! in one step: after a kill there is the former secret or the new one, whole. What a kill left is taken away by the next
//! write.

use keyring::v1::Error;

/// Begins what is no secret but says where its parts are; no person types it.
const LIST: &str = "\u{1}ringcard in parts ";

/// More than the longest secret needs.
const MOST: usize = 16;

/// Where short secrets are kept.
pub trait Entries {
    fn read(&self, name: &str) -> Result<String, Error>;
    fn write(&self, name: &str, secret: &str) -> Result<(), Error>;
    fn delete(&self, name: &str) -> Result<(), Error>;
}

/// The same for secrets of any length. An entry that takes any length (`None`) has them whole.
pub struct InParts<E> {
    entries: E,
    longest: Option<usize>,
}

/// Where the parts of a secret are, and how many.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Parts {
    place: Place,
    count: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    A,
    B,
}

impl<E: Entries> InParts<E> {
    /// `longest` is in UTF-16 units.
    pub fn new(entries: E, longest: Option<usize>) -> Self {
        Self { entries, longest }
    }

    pub fn read(&self, name: &str) -> Result<String, Error> {
        let whole = self.entries.read(name)?;
        match Parts::listed(&whole) {
            // Where a part is missing there is no secret any more.
            Some(parts) => parts.names(name).map(|part| self.entries.read(&part)).collect(),
            None => Ok(whole),
        }
    }

    pub fn write(&self, name: &str, secret: &str) -> Result<(), Error> {
        let Some(longest) = self.longest else { return self.entries.write(name, secret) };
        if secret.encode_utf16().count() <= longest {
            self.entries.write(name, secret)?;
            self.forget(name, Place::A);
            self.forget(name, Place::B);
            return Ok(());
        }
        let is_former = |place| self.entries.read(name).is_ok_and(|former| Parts::is_in(&former, place));
        let (place, other) = if is_former(Place::A) { (Place::B, Place::A) } else { (Place::A, Place::B) };
        let pieces = cut(secret, longest);
        let parts = Parts { place, count: pieces.len() };
        if parts.count > MOST {
            return Err(Error::TooLong("secret".to_owned(), u32::try_from(MOST * longest).unwrap_or(u32::MAX)));
        }
        self.forget(name, place);
        let mut written = parts.names(name).zip(pieces).map(|(part, text)| self.entries.write(&part, text));
        let all = written.try_for_each(|written| written).and_then(|()| self.entries.write(name, &parts.list()));
        self.forget(name, if all.is_ok() { other } else { place });
        all
    }

    pub fn delete(&self, name: &str) -> Result<(), Error> {
        self.entries.delete(name)?;
        if self.longest.is_some() {
            self.forget(name, Place::A);
            self.forget(name, Place::B);
        }
        Ok(())
    }

    /// What nobody reads any more, all that may be there.
    fn forget(&self, name: &str, place: Place) {
        for part in (Parts { place, count: MOST }).names(name) {
            match self.entries.delete(&part) {
                Ok(()) | Err(Error::NoEntry) => {}
                Err(error) => tracing::info!(%error, "a part of a former secret stays in the keyring"),
            }
        }
    }
}

impl Parts {
    fn listed(whole: &str) -> Option<Self> {
        let (place, count) = whole.strip_prefix(LIST)?.split_once(' ')?;
        let place = match place {
            "a" => Place::A,
            "b" => Place::B,
            _ => return None,
        };
        let count = count.parse().ok().filter(|count| (1..=MOST).contains(count))?;
        Some(Self { place, count })
    }

    fn is_in(whole: &str, place: Place) -> bool {
        Self::listed(whole).is_some_and(|parts| parts.place == place)
    }

    fn list(self) -> String {
        format!("{LIST}{} {}", self.place.letter(), self.count)
    }

    fn names(self, name: &str) -> impl Iterator<Item = String> {
        let begin = format!("{name}#{}", self.place.letter());
        (0..self.count).map(move |number| format!("{begin}{number}"))
    }
}

impl Place {
    fn letter(self) -> char {
        match self {
            Self::A => 'a',
            Self::B => 'b',
        }
    }
}

/// Cuts a text into pieces of so many UTF-16 units at most, and no letter in two.
fn cut(text: &str, longest: usize) -> Vec<&str> {
    let (mut pieces, mut begin, mut units) = (Vec::new(), 0, 0);
    for (at, letter) in text.char_indices() {
        if units + letter.len_utf16() > longest {
            pieces.push(&text[begin..at]);
            (begin, units) = (at, 0);
        }
        units += letter.len_utf16();
    }
    pieces.push(&text[begin..]);
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::{
        cell::{Cell, RefCell},
        collections::BTreeMap,
    };

    const LONGEST: usize = 10;

    /// A keyring that refuses what is too long, and that may be killed before a write.
    #[derive(Default)]
    struct Short {
        kept: RefCell<BTreeMap<String, String>>,
        writes_left: Cell<Option<usize>>,
    }

    impl Entries for &Short {
        fn read(&self, name: &str) -> Result<String, Error> {
            self.kept.borrow().get(name).cloned().ok_or(Error::NoEntry)
        }

        fn write(&self, name: &str, secret: &str) -> Result<(), Error> {
            assert!(name.starts_with("pbx"), "{name}");
            let is_list = secret.starts_with(LIST);
            assert!(is_list || secret.encode_utf16().count() <= LONGEST, "{secret}");
            match self.writes_left.get() {
                Some(0) => return Err(Error::NoDefaultStore),
                left => self.writes_left.set(left.map(|left| left - 1)),
            }
            self.kept.borrow_mut().insert(name.to_owned(), secret.to_owned());
            Ok(())
        }

        fn delete(&self, name: &str) -> Result<(), Error> {
            self.kept.borrow_mut().remove(name).map(drop).ok_or(Error::NoEntry)
        }
    }

    fn keyring(short: &Short) -> InParts<&Short> {
        InParts::new(short, Some(LONGEST))
    }

    #[test]
    fn a_secret_of_any_length_comes_back_as_it_was() {
        let short = Short::default();
        let keyring = keyring(&short);
        for secret in ["", "short", "0123456789", "0123456789a", "árvíztűrő tükörfúrógép", "🙂🙂🙂🙂🙂🙂🙂🙂🙂🙂🙂"]
        {
            keyring.write("pbx", secret).expect("it is kept");
            assert_eq!(keyring.read("pbx").expect("it is there"), secret);
            let entries = short.kept.borrow().len();
            let pieces = cut(secret, LONGEST).len();
            assert_eq!(
                entries,
                if pieces == 1 { 1 } else { pieces + 1 },
                "nothing of the former one is left: {secret}"
            );
        }
        keyring.delete("pbx").expect("it is there");
        assert!(short.kept.borrow().is_empty());
        assert!(matches!(keyring.read("pbx"), Err(Error::NoEntry)));
        assert!(matches!(keyring.delete("pbx"), Err(Error::NoEntry)));
    }

    #[test]
    fn a_write_that_fails_anywhere_leaves_the_former_secret_whole() {
        for former in ["short", "a former one that is long"] {
            for writes in 0..=4 {
                let short = Short::default();
                let keyring = keyring(&short);
                keyring.write("pbx", former).expect("it is kept");
                let before = short.kept.borrow().clone();
                short.writes_left.set(Some(writes));
                let new = "a new one that is long, too";
                match keyring.write("pbx", new) {
                    Ok(()) => assert_eq!(keyring.read("pbx").expect("it is there"), new),
                    Err(_) => {
                        assert_eq!(keyring.read("pbx").expect("it is there"), former);
                        assert_eq!(*short.kept.borrow(), before, "and nothing of the new one");
                    }
                }
            }
        }
    }

    #[test]
    fn what_a_kill_left_is_taken_away_by_the_next_write() {
        let short = Short::default();
        let keyring = keyring(&short);
        keyring.write("pbx", "a former one that is long").expect("it is kept");
        for left in ["pbx#b0", "pbx#b2"] {
            short.kept.borrow_mut().insert(left.to_owned(), "0123456789".to_owned());
        }
        assert_eq!(keyring.read("pbx").expect("it is there"), "a former one that is long");
        keyring.write("pbx", "a new one: long").expect("it is kept");
        assert_eq!(keyring.read("pbx").expect("it is there"), "a new one: long");
        assert_eq!(short.kept.borrow().len(), 3, "the list and two parts");
    }

    #[test]
    fn a_secret_without_end_is_refused_and_leaves_the_former_one() {
        let short = Short::default();
        let keyring = keyring(&short);
        keyring.write("pbx", "short").expect("it is kept");
        assert!(matches!(keyring.write("pbx", &"x".repeat(LONGEST * MOST + 1)), Err(Error::TooLong(..))));
        assert_eq!(keyring.read("pbx").expect("it is there"), "short");
        keyring.write("pbx", &"x".repeat(LONGEST * MOST)).expect("it is kept");
    }

    #[cfg(windows)]
    #[test]
    fn the_credential_manager_keeps_what_is_longer_than_it_takes() {
        let name = format!("test-{}", uuid::Uuid::new_v4());
        let keyring = InParts::new(super::super::Platform, super::super::LONGEST);
        for secret in ["short".to_owned(), "á🙂".repeat(2000), "x".repeat(1280), "x".repeat(1281)] {
            keyring.write(&name, &secret).expect("it is kept");
            assert_eq!(keyring.read(&name).expect("it is there"), secret);
        }
        keyring.delete(&name).expect("it is there");
        assert!(matches!(keyring.read(&name), Err(Error::NoEntry)));
    }

    #[test]
    fn a_part_that_somebody_deleted_is_a_secret_that_is_missing() {
        let short = Short::default();
        let keyring = keyring(&short);
        keyring.write("pbx", "0123456789abcdef").expect("it is kept");
        let part = short.kept.borrow().keys().find(|name| name.contains('#')).cloned().expect("a part");
        short.kept.borrow_mut().remove(&part);
        assert!(matches!(keyring.read("pbx"), Err(Error::NoEntry)));
        keyring.write("pbx", "typed in again").expect("it is kept");
        assert_eq!(keyring.read("pbx").expect("it is there"), "typed in again");
    }

    #[test]
    fn a_keyring_without_a_limit_has_secrets_whole() {
        struct Endless(RefCell<BTreeMap<String, String>>);
        impl Entries for &Endless {
            fn read(&self, name: &str) -> Result<String, Error> {
                self.0.borrow().get(name).cloned().ok_or(Error::NoEntry)
            }
            fn write(&self, name: &str, secret: &str) -> Result<(), Error> {
                self.0.borrow_mut().insert(name.to_owned(), secret.to_owned());
                Ok(())
            }
            fn delete(&self, name: &str) -> Result<(), Error> {
                self.0.borrow_mut().remove(name).map(drop).ok_or(Error::NoEntry)
            }
        }
        let endless = Endless(RefCell::default());
        let keyring = InParts::new(&endless, None);
        let long = "x".repeat(10_000);
        keyring.write("pbx", &long).expect("it is kept");
        assert_eq!(*endless.0.borrow(), BTreeMap::from([("pbx".to_owned(), long)]));
    }
}
