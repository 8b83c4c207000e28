//! What the words of a header line mean: the data are in `columns.toml`, in the languages of users.

use crate::directory::fold::fold;
use serde::Deserialize;
use std::{
    collections::{BTreeMap, HashMap, HashSet},
    sync::LazyLock,
};

/// What a column's name says that it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Meaning {
    Name,
    /// The whole name, or beside a column for the other half its own half.
    NameOrHalf,
    FirstName,
    MiddleName,
    LastName,
    Company,
    Role,
    /// A role, or a form of address.
    Title,
    Email,
    Number,
    Mobile,
    Work,
    Home,
    Fax,
    /// The labels of the numbers in the column beside it.
    Label,
    Tags,
    Vip,
    Notes,
    Link,
    ExternalId,
    /// Known, and kept as a free field.
    Field,
    /// A date, an amount, the number of something else: no telephone, whatever stands in it.
    Never,
}

/// One meaning of a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Said {
    pub meaning: Meaning,
    /// Only where no other column is it.
    pub is_weak: bool,
}

/// The sections of the data, in the order in which a word with several meanings is taken.
const SECTIONS: [(&str, Meaning); 22] = [
    ("name", Meaning::Name),
    ("name_or_half", Meaning::NameOrHalf),
    ("last_name", Meaning::LastName),
    ("first_name", Meaning::FirstName),
    ("middle_name", Meaning::MiddleName),
    ("company", Meaning::Company),
    ("role", Meaning::Role),
    ("title", Meaning::Title),
    ("email", Meaning::Email),
    ("number", Meaning::Number),
    ("mobile", Meaning::Mobile),
    ("work", Meaning::Work),
    ("home", Meaning::Home),
    ("fax", Meaning::Fax),
    ("tags", Meaning::Tags),
    ("vip", Meaning::Vip),
    ("notes", Meaning::Notes),
    ("link", Meaning::Link),
    ("external_id", Meaning::ExternalId),
    ("label", Meaning::Label),
    ("field", Meaning::Field),
    ("never", Meaning::Never),
];
const WEAK: &str = "_if_nothing_better";

/// The label a number gets by its column or by the words beside it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Kind {
    /// A telephone, and nothing more is said.
    Plain,
    Mobile,
    Work,
    Home,
    Fax,
    /// `pager`, `assistant` …
    Other(&'static str),
}

impl Kind {
    /// As it stands beside a number in the directory.
    pub fn label(&self) -> &'static str {
        match self {
            Self::Plain => "",
            Self::Mobile => "mobile",
            Self::Work => "work",
            Self::Home => "home",
            Self::Fax => "fax",
            Self::Other(label) => label,
        }
    }
}

/// A name that is put together of words for telephones.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct NumberName {
    pub kind: Kind,
    /// No word of it says anything else.
    pub is_clear: bool,
}

#[derive(Deserialize)]
struct Data(BTreeMap<String, BTreeMap<String, String>>);

struct Words {
    /// By whole names, without spaces.
    names: HashMap<String, Vec<Said>>,
    /// Sections that are looked into word by word.
    lists: HashMap<&'static str, HashSet<String>>,
    labels: HashMap<String, &'static str>,
}

static WORDS: LazyLock<Words> = LazyLock::new(Words::load);

/// The lists of single words; `words.` are those of the section of that name.
const LISTS: [&str; 19] = [
    "words.messengers",
    "words.telephone_parts",
    "words.telephone_begins",
    "words.telephone",
    "words.fax_parts",
    "words.mobile_begins",
    "words.mobile",
    "words.work_begins",
    "words.work",
    "words.home_begins",
    "words.home",
    "words.filler",
    "words.about_parts",
    "words.about",
    "label",
    "address_words",
    "yes",
    "no",
    "between",
];

impl Words {
    fn load() -> Self {
        let Data(sections) = toml::from_str(include_str!("columns.toml")).expect("BUG: columns.toml is in the program");
        let listed = |section: &str| -> Vec<String> {
            let (section, key) = section.split_once('.').map_or((section, None), |(section, key)| (section, Some(key)));
            let words = sections.get(section).into_iter().flatten().filter(|(language, _)| {
                // Of a section of languages all.
                key.is_none_or(|key| key == language.as_str())
            });
            words.flat_map(|(_, words)| words.split('|')).map(fold).filter(|word| !word.is_empty()).collect()
        };
        let mut names: HashMap<String, Vec<Said>> = HashMap::new();
        for (section, meaning) in SECTIONS {
            for (section, is_weak) in [(section.to_owned(), false), (format!("{section}{WEAK}"), true)] {
                for name in listed(&section) {
                    let said = names.entry(name.replace(' ', "")).or_default();
                    if !said.iter().any(|said| said.meaning == meaning) {
                        said.push(Said { meaning, is_weak });
                    }
                }
            }
        }
        let lists = LISTS.into_iter().map(|list| (list, listed(list).into_iter().collect())).collect();
        let labels = sections.get("labels").into_iter().flatten().flat_map(|(label, words)| {
            // They live as long as the program does, and are a handful.
            let label: &'static str = Box::leak(label.clone().into_boxed_str());
            words.split('|').map(move |word| (fold(word), label))
        });
        Self { names, lists, labels: labels.collect() }
    }

    fn is(&self, list: &'static str, word: &str) -> bool {
        self.lists.get(list).is_some_and(|words| words.contains(word))
    }

    fn any(&self, list: &'static str, fits: impl Fn(&str) -> bool) -> bool {
        self.lists.get(list).is_some_and(|words| words.iter().any(|word| fits(word)))
    }
}

/// What a name means, the likeliest first; nothing where it is not known.
pub(super) fn meanings(name: &str) -> &'static [Said] {
    let known = |words: Vec<String>| WORDS.names.get(&words.concat()).map(Vec::as_slice);
    known(words_of(name)).or_else(|| known(words_of(&taken_apart(name)))).unwrap_or_default()
}

/// Whether a name means anything to us: a row with such names is a header.
pub(super) fn is_known(name: &str) -> bool {
    !meanings(name).is_empty() || number_name(name).is_some_and(|name| name.is_clear) || names_labels(name)
}

/// `Phone 1 - Type`, `Telefon Typ`: a column with the labels of numbers.
pub(super) fn names_labels(name: &str) -> bool {
    let words = words_of(&taken_apart(name));
    let is_label = |word: &String| WORDS.is("label", word);
    let is_about_telephones = |word: &String| !WORDS.is("words.about", word) && telephone(word).is_some();
    words.iter().any(is_label)
        && words.iter().any(is_about_telephones)
        && words.iter().all(|word| is_label(word) || telephone(word).is_some() || WORDS.is("words.filler", word))
}

/// `Telefon geschäftlich`, `Business Fax 2`, `Handynummer`; not `Phone bill` or `Fecha de alta del teléfono`.
pub(super) fn number_name(name: &str) -> Option<NumberName> {
    let whole = read_number_name(&words_of(name));
    let says_which = |name: &NumberName| name.kind != Kind::Plain;
    if whole.as_ref().is_some_and(says_which) {
        return whole;
    }
    let apart = read_number_name(&words_of(&taken_apart(name)));
    apart.filter(|apart| whole.is_none() || apart.is_clear).or(whole)
}

fn read_number_name(words: &[String]) -> Option<NumberName> {
    let is_about =
        |word: &String| WORDS.is("words.about", word) || WORDS.any("words.about_parts", |part| word.contains(part));
    if words.iter().any(is_about) || !words.iter().any(|word| telephone(word).is_some()) {
        return None;
    }
    let (kind, unknown) = kinds(words);
    let is_messenger = words.iter().any(|word| WORDS.is("words.messengers", word));
    Some(NumberName { kind, is_clear: unknown == 0 && !is_messenger })
}

/// A word that stands beside a number, in a column, a card or the cell itself, as our own label; as it is written where
/// it is none of these. `* Mobile` is how one program marks the first.
pub(super) fn label_word(written: &str) -> String {
    let written = written.trim().trim_start_matches("* ").trim();
    match known_label(written) {
        // A word of the file's own, which is as good as ours.
        Some(Kind::Other(label)) if label != "pager" => written.to_owned(),
        Some(kind) => kind.label().to_owned(),
        None => written.to_owned(),
    }
}

/// Whether a text is nothing but words for kinds of telephones.
pub(super) fn known_label(text: &str) -> Option<Kind> {
    let words = words_of(text);
    let (kind, unknown) = kinds(&words);
    let says_something = words.iter().any(|word| !WORDS.is("words.filler", word));
    (unknown == 0 && says_something).then_some(kind)
}

/// What the words say of a telephone, and how many say something else.
fn kinds(words: &[String]) -> (Kind, usize) {
    let mut found: Vec<Kind> = Vec::new();
    let mut unknown = 0;
    for word in words {
        match telephone(word).or_else(|| beside(word)) {
            Some(kind) => found.push(kind),
            None => unknown += usize::from(!WORDS.is("words.filler", word)),
        }
    }
    let rank = |kind: &Kind| match kind {
        Kind::Fax => 0,
        Kind::Other("main") => 5,
        Kind::Other(_) => 1,
        Kind::Mobile => 2,
        Kind::Work => 3,
        Kind::Home => 4,
        Kind::Plain => 6,
    };
    (found.into_iter().min_by_key(rank).unwrap_or(Kind::Plain), unknown)
}

/// A word that says *telephone* by itself.
fn telephone(word: &str) -> Option<Kind> {
    let begins = |list| WORDS.any(list, |begin| word.starts_with(begin));
    if WORDS.any("words.fax_parts", |part| word.contains(part)) {
        return Some(Kind::Fax);
    }
    if begins("words.mobile_begins") {
        return Some(Kind::Mobile);
    }
    if WORDS.is("words.telephone", word) || begins("words.telephone_begins") {
        return Some(if WORDS.is("words.mobile", word) { Kind::Mobile } else { Kind::Plain });
    }
    if let Some(label) = WORDS.labels.get(word).filter(|label| ["pager", "callback"].contains(label)) {
        return Some(Kind::Other(label));
    }
    // `Geschäftstelefon`
    let is_one = WORDS.is("words.messengers", word) || WORDS.any("words.telephone_parts", |part| word.contains(part));
    is_one.then(|| beside(word).unwrap_or(Kind::Plain))
}

/// A word that says which telephone, beside one that says *telephone*.
fn beside(word: &str) -> Option<Kind> {
    let begins = |list| WORDS.any(list, |begin| word.starts_with(begin));
    if let Some(label) = WORDS.labels.get(word) {
        Some(Kind::Other(label))
    } else if WORDS.is("words.mobile", word) {
        Some(Kind::Mobile)
    } else if WORDS.is("words.home", word) || begins("words.home_begins") {
        Some(Kind::Home)
    } else if WORDS.is("words.work", word) || begins("words.work_begins") {
        Some(Kind::Work)
    } else {
        None
    }
}

/// The words of a name, folded, without numbers and what one program writes behind every name.
fn words_of(name: &str) -> Vec<String> {
    let folded = fold(name);
    let is_number = |word: &str| word.bytes().all(|byte| byte.is_ascii_digit());
    let mut words: Vec<String> = folded.split(' ').filter(|word| !is_number(word)).map(str::to_owned).collect();
    if words.len() > 1 {
        words.retain(|word| word != "value");
    }
    words
}

/// `BusinessPhone2` as `Business Phone 2`.
fn taken_apart(name: &str) -> String {
    let mut apart = String::with_capacity(name.len() + 8);
    let mut before = ' ';
    for letter in name.chars() {
        let is_new_word = before.is_lowercase() && letter.is_uppercase()
            || before.is_alphabetic() && letter.is_ascii_digit()
            || before.is_ascii_digit() && letter.is_alphabetic();
        if is_new_word {
            apart.push(' ');
        }
        apart.push(letter);
        before = letter;
    }
    apart
}

/// `Ms.`, `Dr.`, `Herr`: how somebody is addressed, and nothing they do.
pub(super) fn is_address(value: &str) -> bool {
    let folded = fold(value);
    !folded.is_empty() && folded.split(' ').all(|word| WORDS.is("address_words", word))
}

/// *yes* or *no* in the words of users.
pub(super) fn yes_or_no(folded: &str) -> Option<bool> {
    if WORDS.is("yes", folded) { Some(true) } else { (folded.is_empty() || WORDS.is("no", folded)).then_some(false) }
}

/// A word that stands between two numbers: *or*, *und*, *vagy*.
pub(super) fn stands_between(word: &str) -> bool {
    let folded = fold(word);
    !folded.is_empty() && WORDS.is("between", &folded)
}

#[cfg(test)]
mod tests;
