//! What a column probably is: by its name in the languages of users, by the columns beside it, and by what is in it.
//!
//! Digits with spaces may be anything: a date, a tax number, a balance. A column with a name is one of telephone numbers
//! only where its name says so (an odd value costs itself, not the column), or where every value has a plus and a country.
//! A stranger would be taken for a customer.

use super::{
    ImportTarget::{self, *},
    content::{self, filled},
    header::{self, Kind, Meaning, NumberName, Said},
};
pub(super) use super::{
    content::{looks_like_email, looks_like_number},
    header::is_known as is_known_name,
};
use crate::directory::validate::field_name;
use ringcard_core::number::DialPlan;
use std::collections::HashSet;

/// In front of a free field's name in files we wrote.
pub(in crate::directory) const FIELD_PREFIX: &str = "field: ";

/// Unknown columns that become free fields; more are left out until somebody asks for them.
const MOST_GUESSED_FIELDS: usize = 30;

/// A column as far as the first rows tell.
pub(super) struct Seen<'a> {
    pub name: &'a str,
    /// The file gives it one; otherwise it is *Column 3*.
    pub has_name: bool,
    pub sample: &'a [String],
}

/// What we think a column is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Guess {
    pub target: ImportTarget,
    /// By what is in it, not by its name.
    pub guessed: bool,
}

/// A column on its way to its target.
struct Judged<'a> {
    seen: &'a Seen<'a>,
    said: &'static [Said],
    number: Option<NumberName>,
    target: ImportTarget,
    /// Of two columns that could be the same the lower one wins.
    rank: u8,
    guessed: bool,
}

/// What the columns become, in their order. What only one column can be, the best one is.
pub(super) fn guess(columns: &[Seen<'_>], plan: Option<&DialPlan>) -> Vec<Guess> {
    let mut judged: Vec<Judged<'_>> = columns.iter().map(Judged::new).collect();
    let firmly: HashSet<Meaning> = judged.iter().filter_map(Judged::only_meaning).collect();
    for column in &mut judged {
        column.by_name(&firmly);
    }
    settle_halves(&mut judged);
    settle_titles(&mut judged);
    for column in &mut judged {
        column.by_content(plan);
    }
    settle_labels(&mut judged);
    one_of_each(&mut judged);
    into_fields(judged)
}

impl<'a> Judged<'a> {
    fn new(seen: &'a Seen<'a>) -> Self {
        let said = if seen.has_name { header::meanings(seen.name) } else { &[] };
        let number = (seen.has_name && said.is_empty()).then_some(seen.name).and_then(header::number_name);
        Self { seen, said, number, target: Ignore, rank: 0, guessed: false }
    }

    fn is_empty(&self) -> bool {
        filled(self.seen.sample).next().is_none()
    }

    /// The meaning of a name that has only one.
    fn only_meaning(&self) -> Option<Meaning> {
        let [Said { meaning, is_weak: false }] = self.said else { return None };
        Some(*meaning)
    }

    fn is_weak(&self) -> bool {
        self.said.first().is_some_and(|said| said.is_weak)
    }

    fn has(&self, meaning: Meaning) -> bool {
        self.said.iter().any(|said| said.meaning == meaning)
    }

    /// Of several meanings the first that no other column has for certain.
    fn by_name(&mut self, firmly: &HashSet<Meaning>) {
        if let Some(field) = self.seen.name.trim().strip_prefix(FIELD_PREFIX) {
            self.target = Field(field.to_owned());
            return;
        }
        let labels = header::names_labels(self.seen.name);
        let meanings = || self.said.iter().filter(|said| said.meaning != Meaning::Label);
        let free = meanings().find(|said| self.said.len() == 1 || !firmly.contains(&said.meaning));
        let Some(said) = free.or_else(|| meanings().next()) else {
            if labels && self.seen.has_name {
                self.target = Label;
            }
            return;
        };
        self.rank = u8::from(said.is_weak) + 2 * u8::from(self.is_empty());
        self.target = match said.meaning {
            Meaning::Name | Meaning::NameOrHalf => Name,
            Meaning::FirstName => FirstName,
            Meaning::MiddleName => MiddleName,
            Meaning::LastName => LastName,
            Meaning::Company => Company,
            Meaning::Role | Meaning::Title => Role,
            Meaning::Email => Email,
            Meaning::Number => Number,
            Meaning::Mobile => Mobile,
            Meaning::Work => Work,
            Meaning::Home => Home,
            Meaning::Fax => labelled("fax"),
            Meaning::Tags => Tags,
            Meaning::Vip => Vip,
            Meaning::Notes => Notes,
            Meaning::Link => Link,
            Meaning::ExternalId => ExternalId,
            Meaning::Label | Meaning::Field | Meaning::Never => Ignore,
        };
        if self.has(Meaning::Title) && said.meaning == Meaning::Title {
            self.rank += 1;
        }
    }

    fn by_content(&mut self, plan: Option<&DialPlan>) {
        let values: Vec<&str> = filled(self.seen.sample).collect();
        match self.target {
            // *Contacto* is a person, but not where each value is a number.
            Name if content::are_beyond_doubt(&values, plan) => (self.target, self.guessed) = (Number, true),
            Ignore if self.said.is_empty() => {
                (self.target, self.guessed) = self.unnamed(&values, plan);
                // One that is named for it is the better one.
                self.rank = 1;
            }
            _ => {}
        }
    }

    /// A column whose name is in no list.
    fn unnamed(&self, values: &[&str], plan: Option<&DialPlan>) -> (ImportTarget, bool) {
        if let Some(name) = &self.number {
            let target = || of_kind(&name.kind, self.seen.name);
            return match name.is_clear {
                // Perhaps further down the file.
                _ if values.is_empty() => (target(), !name.is_clear),
                true if content::may_be_numbers(values, plan) => (target(), false),
                false if content::are_mostly_numbers(values, plan) => (target(), true),
                _ if content::are_beyond_doubt(values, plan) => (target(), true),
                _ => (Ignore, false),
            };
        }
        if values.is_empty() {
            return (Ignore, false);
        }
        let is_email = values.iter().all(|value| content::looks_like_email(value));
        if is_email {
            (Email, !self.seen.name.to_lowercase().contains("mail") || !self.seen.has_name)
        } else if content::are_numbers(values, self.seen.has_name, plan) {
            (Number, true)
        } else {
            (Ignore, false)
        }
    }
}

fn labelled(label: &str) -> ImportTarget {
    Labelled(label.to_owned())
}

/// The target of a number column by the words of its name; what stands there in brackets is a label of its own.
fn of_kind(kind: &Kind, name: &str) -> ImportTarget {
    match kind {
        Kind::Mobile => Mobile,
        Kind::Work => Work,
        Kind::Home => Home,
        Kind::Fax | Kind::Other(_) => labelled(kind.label()),
        Kind::Plain => match name.trim().strip_suffix(')').and_then(|name| name.rsplit_once('(')) {
            Some((_, own)) if own.chars().any(char::is_alphabetic) && header::known_label(own).is_none() => {
                labelled(own.trim())
            }
            _ => Number,
        },
    }
}

/// *Nombre* and *Apellidos* side by side, *Prénom* and *Nom*: neither is the whole name.
fn settle_halves(columns: &mut [Judged<'_>]) {
    let (has_first, has_last) = (has(columns, &FirstName), has(columns, &LastName));
    let half = columns.iter_mut().find(|column| column.target == Name && column.has(Meaning::NameOrHalf));
    match half {
        Some(half) if has_last && !has_first => half.target = FirstName,
        Some(half) if has_first && !has_last => half.target = LastName,
        _ => {}
    }
    let has_halves = columns.iter().any(|column| matches!(column.target, FirstName | LastName) && !column.is_empty());
    // *File as* says the same in another order.
    for column in columns.iter_mut().filter(|column| has_halves && column.target == Name && column.is_weak()) {
        column.target = Ignore;
    }
}

fn has(columns: &[Judged<'_>], target: &ImportTarget) -> bool {
    columns.iter().any(|column| column.target == *target)
}

/// *Title* with *Ms.* and *Dr.* in it is a form of address; beside a column for the role, too.
fn settle_titles(columns: &mut [Judged<'_>]) {
    let is_role = |column: &Judged<'_>| column.target == Role && !column.has(Meaning::Title);
    let has_role = columns.iter().any(|column| is_role(column) && !column.is_empty());
    for column in columns.iter_mut().filter(|column| column.target == Role && column.has(Meaning::Title)) {
        let values: Vec<&str> = filled(column.seen.sample).collect();
        let addresses = values.iter().filter(|value| header::is_address(value)).count();
        if has_role || !values.is_empty() && addresses * 2 >= values.len() {
            column.target = Ignore;
        }
    }
}

/// *Type* and *Label* beside a column of numbers: where their name says so, or their values do.
fn settle_labels(columns: &mut [Judged<'_>]) {
    let has_numbers = columns.iter().any(|column| is_number(&column.target));
    for at in 0..columns.len() {
        let is_beside = [at.checked_sub(1), Some(at + 1)]
            .into_iter()
            .flatten()
            .any(|place| columns.get(place).is_some_and(|column| is_number(&column.target)));
        let column = &mut columns[at];
        if column.target == Label {
            if !has_numbers {
                column.target = Ignore;
            }
        } else if is_beside && column.has(Meaning::Label) && !is_number(&column.target) {
            let values: Vec<&str> = filled(column.seen.sample).collect();
            let known = values.iter().filter(|value| is_label(value)).count();
            if !values.is_empty() && known * 2 >= values.len() {
                (column.target, column.guessed) = (Label, true);
            }
        }
    }
}

/// `Mobile`, `* Work`, `Lager`: not a sentence, and no number.
fn is_label(value: &str) -> bool {
    header::known_label(value.trim_start_matches("* ")).is_some()
}

/// Of several columns for what there is one of, the best: with values before one without, a strong name before a weak
/// one, the first of equals.
fn one_of_each(columns: &mut [Judged<'_>]) {
    for at in 0..columns.len() {
        if repeats(&columns[at].target) {
            continue;
        }
        let rivals = |other: usize| columns[other].target == columns[at].target;
        let better = |other: usize| (columns[other].rank, other) < (columns[at].rank, at);
        if (0..columns.len()).any(|other| other != at && rivals(other) && better(other)) {
            columns[at].rank = u8::MAX;
        }
    }
    for column in columns.iter_mut().filter(|column| column.rank == u8::MAX) {
        (column.target, column.guessed) = (Ignore, false);
    }
}

/// What nothing is known of becomes free fields, as long as there is something in it.
fn into_fields(columns: Vec<Judged<'_>>) -> Vec<Guess> {
    let mut fields = 0;
    let mut names = HashSet::new();
    columns
        .into_iter()
        .map(|column| {
            let Judged { seen, target, guessed, .. } = column;
            // The columns our own report of refused rows has in front.
            if seen.name.starts_with('#') {
                return Guess { target: Ignore, guessed: false };
            }
            if let Field(name) = &target {
                names.insert(name.clone());
            }
            if target != Ignore {
                return Guess { target, guessed };
            }
            let empty = filled(seen.sample).next().is_none();
            fields += usize::from(!empty);
            let target = match empty || fields > MOST_GUESSED_FIELDS {
                true => Ignore,
                false => Field(unlike(seen.name, &mut names)),
            };
            Guess { target, guessed: false }
        })
        .collect()
}

/// A free field's name as it can be kept, that no other has.
pub(super) fn unlike(name: &str, taken: &mut HashSet<String>) -> String {
    let numbered = (2..).map(|time| format!("{time}: {name}"));
    let mut names = std::iter::once(name.to_owned()).chain(numbered).map(|name| field_name(&name));
    let free = names.find(|name| !taken.contains(name)).unwrap_or_default();
    taken.insert(free.clone());
    free
}

/// Whether several columns may be this.
pub(super) fn repeats(target: &ImportTarget) -> bool {
    matches!(target, Ignore | Tags | MiddleName | Label) || is_number(target)
}

/// Whether a column has telephone numbers.
pub(super) fn is_number(target: &ImportTarget) -> bool {
    matches!(target, Number | Mobile | Work | Home | Labelled(_))
}

/// Whether a customer has a name by it.
pub(super) fn names_somebody(target: &ImportTarget) -> bool {
    matches!(target, Name | FirstName | MiddleName | LastName | Company)
}

/// For each column whose values are labels the column of the numbers they belong to: the one of the same number
/// (`Phone 2 - Type`), else the one beside it, as the first pair of the file has it.
pub(super) fn twins(targets: &[ImportTarget], names: &[String]) -> Vec<Option<usize>> {
    let mut twins = vec![None; targets.len()];
    let Some(first) = targets.iter().position(|target| *target == Label) else { return twins };
    let labels_follow = targets.iter().position(is_number).is_some_and(|number| number < first);
    let number_in = |place: usize| -> String {
        names.get(place).map(|name| name.chars().filter(char::is_ascii_digit).collect()).unwrap_or_default()
    };
    let mut taken = HashSet::new();
    for at in (first..targets.len()).filter(|at| targets[*at] == Label) {
        let own = number_in(at);
        let fits = |place: &usize| {
            let is_beside = place.abs_diff(at) == 1;
            is_number(&targets[*place])
                && !taken.contains(place)
                && (is_beside || !own.is_empty() && number_in(*place) == own)
        };
        let rank = |place: &usize| {
            let is_usual_side = (*place < at) == labels_follow;
            (number_in(*place) != own, !is_usual_side, place.abs_diff(at))
        };
        let twin = (0..targets.len()).filter(fits).min_by_key(rank);
        taken.extend(twin);
        twins[at] = twin;
    }
    twins
}

/// What a person chose, for a message.
pub(super) fn in_words(target: &ImportTarget) -> String {
    let words = match target {
        Field(name) | Labelled(name) => name,
        Ignore => "",
        Name => "name",
        FirstName => "first name",
        MiddleName => "middle name",
        LastName => "last name",
        Company => "company",
        Role => "role",
        Email => "email",
        Number => "phone",
        Mobile => "mobile",
        Work => "work",
        Home => "home",
        Label => "label",
        Tags => "tags",
        Vip => "vip",
        Notes => "notes",
        Link => "link",
        ExternalId => "id",
    };
    words.to_owned()
}
