//! How numbers are read in one place: its country, its internal numbers, its own numbers.

use super::{
    Ani, Certainty, DialRules, Dnis, NotANumber, NumberList, Party, Reading, UnsureReason,
    hidden::{is_hidden, is_said_hidden},
    keys::unread_digits,
    outside::Home,
    read::{CUT, MAX_TEXT, Reader, exists},
    shape::is_card_of_today,
    territory::{self, Territory, Zone},
    undress::undressed,
};
use std::{borrow::Cow, ops::RangeInclusive, sync::Arc};

/// Raised when the same text is read as another number than before: kept numbers are then read again.
const READER: u32 = 3;

/// How much is kept of what is no number.
const MAX_UNREADABLE: usize = 64;

/// Digits that are dialled in town or inside, and are no number by themselves.
const SHORT: RangeInclusive<usize> = 3..=7;

/// How numbers are read and written here. Cheap to clone.
///
/// ```
/// use ringcard_core::number::{Certainty, DialPlan};
///
/// let plan = DialPlan::new("HU")?.with_internal(3..=4).with_outside_prefix("0");
/// let reading = plan.read("(06-30) 123-4567")?;
/// assert_eq!(reading.party.display(), "+36 30 123 4567");
/// assert_eq!(reading.certainty, Certainty::Sure);
/// assert_eq!(plan.read_ani(Some("36301234567")).0, reading.party);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct DialPlan(Arc<Rules>);

#[derive(Debug, Clone)]
struct Rules {
    country: String,
    zone: &'static Zone,
    territory: &'static Territory,
    internal: RangeInclusive<u8>,
    own: Vec<Party>,
    outside_prefix: Option<String>,
    hidden_words: Vec<String>,
    /// Extensions of telephones that are ours.
    phones: Vec<String>,
    dialling: DialRules,
    private: NumberList,
}

/// The country in the settings is none we know.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no country we know: give its two letters of ISO 3166, such as HU, ES or US")]
pub struct UnknownCountry(pub String);

/// Whether they read and judge every number alike.
impl PartialEq for DialPlan {
    fn eq(&self, other: &Self) -> bool {
        // Zone and territory follow from the country.
        let parts = |rules: &Rules| {
            let Rules { country, internal, own, outside_prefix, hidden_words, phones, dialling, private, .. } =
                rules.clone();
            (country, internal, own, outside_prefix, hidden_words, phones, dialling, private)
        };
        Arc::ptr_eq(&self.0, &other.0) || parts(&self.0) == parts(&other.0)
    }
}

impl DialPlan {
    /// A plan for a country (`HU`). The first one of a process loads the world's numbering data, which takes about a tenth
    /// of a second: make it while something else starts. Internal numbers have 2 to 6 digits until said otherwise.
    pub fn new(country: &str) -> Result<Self, UnknownCountry> {
        let id = country.trim().to_ascii_uppercase();
        let known = territory::country(&id).filter(|(_, territory)| territory.iso().is_some());
        let (zone, territory) = known.ok_or_else(|| UnknownCountry(country.to_owned()))?;
        Ok(Self(Arc::new(Rules {
            country: id,
            zone,
            territory,
            internal: 2..=6,
            own: Vec::new(),
            outside_prefix: None,
            hidden_words: Vec::new(),
            phones: Vec::new(),
            dialling: DialRules::default(),
            private: NumberList::default(),
        })))
    }

    /// How many digits an internal number has.
    pub fn with_internal(mut self, digits: RangeInclusive<u8>) -> Self {
        self.rules().internal = digits;
        self
    }

    /// What is dialled here to get an outside line (`0`, `9`). It is taken off where it makes a valid number of one that
    /// is none; putting it in front is [`DialFormat::outside_prefix`](super::DialFormat)'s.
    pub fn with_outside_prefix(mut self, prefix: impl Into<String>) -> Self {
        self.rules().outside_prefix = Some(prefix.into());
        self
    }

    /// Our own numbers and lines.
    pub fn with_own(mut self, own: impl IntoIterator<Item = Party>) -> Self {
        self.rules().own = own.into_iter().collect();
        self
    }

    /// What this PBX says, besides the usual words, when a caller withholds the number.
    pub fn with_hidden_words<S: Into<String>>(mut self, words: impl IntoIterator<Item = S>) -> Self {
        self.rules().hidden_words = words.into_iter().map(Into::into).collect();
        self
    }

    /// Extensions of our own telephones: dialling one calls a colleague.
    pub fn with_phones(mut self, extensions: impl IntoIterator<Item = String>) -> Self {
        self.rules().phones = extensions.into_iter().collect();
        self
    }

    /// What is asked before dialling ([`DialPlan::cautions`]).
    pub fn with_rules(mut self, dialling: DialRules) -> Self {
        self.rules().dialling = dialling;
        self
    }

    /// Whose calls are private, without anybody saying so ([`crate::call::Call::take_privacy`]).
    pub fn with_private(mut self, private: NumberList) -> Self {
        self.rules().private = private;
        self
    }

    pub fn is_private(&self, party: &Party) -> bool {
        self.0.private.has(party)
    }

    fn rules(&mut self) -> &mut Rules {
        Arc::make_mut(&mut self.0)
    }

    /// ISO 3166: `HU`.
    pub fn country(&self) -> &str {
        &self.0.country
    }

    /// What readings depend on: where this text is the same, so are the readings of kept numbers.
    pub fn reading_rules(&self) -> String {
        let Rules { country, internal, outside_prefix, .. } = &*self.0;
        let prefix = outside_prefix.as_deref().unwrap_or("-");
        format!("{country} {}-{} {prefix} v{READER}", internal.start(), internal.end())
    }

    /// Reads what a person, a link or a file gave. The party is `Outside` or `Internal`.
    pub fn read(&self, text: &str) -> Result<Reading, NotANumber> {
        // Numbers are the common case, and no number has a letter or is said to be hidden.
        let may_be_said = text.chars().any(|c| c.is_alphabetic()) || text.contains("266696687");
        if (may_be_said || !self.0.hidden_words.is_empty())
            && text.chars().nth(MAX_TEXT).is_none()
            && is_said_hidden(text, &self.0.hidden_words)
        {
            return Err(NotANumber::Withheld);
        }
        self.reader(false).read(text)
    }

    /// The number, or what was written where that cannot be read and somebody may have kept it like that: `54321`, `555-0104`.
    pub fn read_or_keep(&self, text: &str) -> Result<Party, NotANumber> {
        use NotANumber::{NotFromHere, OrderNumber, ServiceCode, TooLong, TooShort, UnknownCountryCode};
        match self.read(text) {
            Ok(reading) => Ok(reading.party),
            Err(reason @ (TooShort | TooLong | NotFromHere | UnknownCountryCode | OrderNumber | ServiceCode)) => {
                let kept = Party::Unreadable { text: bounded(text) };
                let is_digits = !text.chars().any(char::is_alphabetic) && unread_digits(&kept).is_some();
                if is_digits { Ok(kept) } else { Err(reason) }
            }
            Err(reason) => Err(reason),
        }
    }

    /// Reads what shall be dialled. A few digits that are no number of the world are what a PBX may know all the same: they
    /// are dialled as they are, once somebody says that they are meant.
    pub fn read_to_dial(&self, text: &str) -> Result<Reading, NotANumber> {
        self.read(text).or_else(|reason| {
            let digits: String = text.chars().filter(char::is_ascii_digit).collect();
            let is_written = |c: char| c.is_ascii_digit() || " -/.()".contains(c);
            let is_one = reason == NotANumber::TooShort
                && SHORT.contains(&digits.len())
                && text.trim().chars().all(is_written)
                && digits.bytes().any(|b| b != b'0');
            let why = UnsureReason::LooksTooShort;
            let short = Reading { party: Party::Internal { digits }, certainty: Certainty::Unsure { why } };
            is_one.then_some(short).ok_or(reason)
        })
    }

    /// Whether what stands in a field for telephone numbers is a payment card's number all the same.
    pub fn is_card(&self, text: &str) -> bool {
        self.read(text) == Err(NotANumber::CardNumber) && is_card_of_today(text)
    }

    /// Whether a zero is dialled before a number with its area: what has none may be a number of this town.
    pub fn dials_zero_first(&self) -> bool {
        self.0.territory.trunk_prefix().is_some_and(|prefix| prefix.starts_with('0'))
    }

    /// Whether one of our own numbers begins with this country and area (digits without plus).
    pub fn has_own_in(&self, area: &str) -> bool {
        let is_there =
            |own: &Party| matches!(own, Party::Outside(own) if own.e164.trim_start_matches('+').starts_with(area));
        self.0.own.iter().any(is_there)
    }

    /// Reads the caller a PBX reports. Never fails: without a number it is `Hidden`, with something else `Unreadable`.
    pub fn read_ani(&self, text: Option<&str>) -> Ani {
        let text = &*undressed(text.unwrap_or_default());
        Ani(if text.chars().nth(MAX_TEXT).is_none() && is_hidden(text, &self.0.hidden_words) {
            Party::Hidden
        } else {
            self.read_reported(text)
        })
    }

    /// Reads the called number a PBX reports. Never fails: where it reports none, the party is `Unreadable` without text.
    pub fn read_dnis(&self, text: Option<&str>) -> Dnis {
        Dnis(self.read_reported(&undressed(text.unwrap_or_default())))
    }

    /// A text that came out of a URL or a form, with the plus that became a space there: ` 36301234567`,
    /// `<sip: 36301234567@pbx>`. Only where that makes it a number that exists.
    pub fn with_lost_plus<'t>(&self, text: &'t str) -> Cow<'t, str> {
        let digit_behind = |at: usize| text[at + 1..].starts_with(|next: char| next.is_ascii_digit());
        let begins_one = |at: usize| at == 0 || text[..at].ends_with([':', '<', '"', ' ']);
        let lost = text.match_indices(' ').map(|(at, _)| at).find(|at| digit_behind(*at) && begins_one(*at));
        let Some(at) = lost.filter(|_| !text.contains('+') && text.chars().nth(MAX_TEXT).is_none()) else {
            return Cow::Borrowed(text);
        };
        let with_plus = format!("{}+{}", &text[..at], &text[at + 1..]);
        match self.reader(true).read(&with_plus) {
            Ok(reading) if matches!(reading.party, Party::Outside(_)) && exists(&reading) => Cow::Owned(with_plus),
            _ => Cow::Borrowed(text),
        }
    }

    fn read_reported(&self, text: &str) -> Party {
        match self.reader(true).read(text) {
            Ok(reading) => reading.party,
            Err(_) => Party::Unreadable { text: bounded(text) },
        }
    }

    fn reader(&self, is_from_pbx: bool) -> Reader<'_> {
        Reader { home: self.home(), internal: self.0.internal.clone(), is_from_pbx }
    }

    pub(super) fn home(&self) -> Home<'_> {
        Home { zone: self.0.zone, territory: self.0.territory, outside_prefix: self.0.outside_prefix.as_deref() }
    }

    pub(super) fn rules_of_dialling(&self) -> &DialRules {
        &self.0.dialling
    }

    /// Whether these digits are the extension of a telephone of ours.
    pub fn is_a_phone(&self, digits: &str) -> bool {
        let own = |party: &Party| matches!(party, Party::Internal { digits: own } if own == digits);
        self.0.phones.iter().any(|phone| phone == digits) || self.0.own.iter().any(own)
    }

    /// Whether this is one of our own numbers, whatever extension is behind it.
    pub fn is_own(&self, party: &Party) -> bool {
        self.0.own.iter().any(|own| match (own, party) {
            (Party::Outside(own), Party::Outside(other)) => own.e164 == other.e164,
            (Party::Internal { digits: own }, Party::Internal { digits: other }) => own == other,
            _ => false,
        })
    }
}

/// What is kept of a text that is no number: one line of at most 64 characters. It reads as the text did, so line ends
/// become what they become in `tidy`, and what was too long to be read stays so.
fn bounded(text: &str) -> String {
    let line = |c: char| match c {
        '\n' | '\r' | '\u{0085}' => ';',
        c if c.is_control() => ' ',
        c => c,
    };
    // What becomes blank at its ends would not be there when it is read again.
    let bare = text.trim_matches(|c: char| c.is_whitespace() || c.is_control());
    let mut kept: String = bare.chars().take(MAX_UNREADABLE + 1).map(line).collect();
    if text.chars().nth(MAX_TEXT).is_some() || kept.chars().nth(MAX_UNREADABLE).is_some() {
        kept = kept.chars().take(MAX_UNREADABLE - 1).chain([CUT]).collect();
    }
    kept
}
