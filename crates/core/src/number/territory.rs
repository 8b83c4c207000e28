//! The world's numbering plans: which country a number belongs to, whether it can exist, how it is grouped.
//!
//! The data are libphonenumber's, as the `phonenumber` crate carries them; the matching is our own, for three reasons
//! (all measured or tested with 0.3.10): that crate takes a foreign number's leading digits for our own trunk prefix
//! (`+39 06 …`, Rome, loses its `06` when read in Hungary, whose trunk prefix is `06`); it takes a number as valid
//! that merely begins like one; and its shared cache holds 100 patterns, so that validating and formatting numbers of
//! ten countries takes 30 µs each instead of one.
//!
//! Everything here is digits only: a *national* number is the part behind the country code, without trunk prefix.

use phonenumber::metadata::{DATABASE, Format, Metadata};
use regex::{Captures, Regex, RegexBuilder};
use std::{
    borrow::Cow,
    fmt,
    sync::{LazyLock, OnceLock},
};

/// Longest number of the public network, country code included (E.164).
pub(super) const MAX_DIGITS: usize = 15;

/// All territories that share a country code, the main one first. Country codes have one to three digits.
static ZONES: LazyLock<Vec<Option<Zone>>> = LazyLock::new(|| (0..1000).map(Zone::load).collect());

/// A country code and the territories behind it: +1 has twenty-five.
pub(super) struct Zone {
    pub code: u16,
    territories: Vec<Lazy>,
}

/// A territory whose patterns are compiled at first use: most are never met.
struct Lazy {
    meta: &'static Metadata,
    territory: OnceLock<Territory>,
}

/// One country's numbering plan.
pub(super) struct Territory {
    meta: &'static Metadata,
    /// Every number somebody may have, of whatever kind.
    possible: Regex,
    mobile: Option<Regex>,
    /// The first digits that belong to it alone in its zone.
    leading: Option<Regex>,
    /// Numbers that cost more than others.
    premium: Option<Regex>,
    shared_cost: Option<Regex>,
    /// What is dialled before a national number, as far as it has to be taken off.
    trunk: Option<Regex>,
    transform: Option<String>,
    /// What is dialled to get out of the country.
    international: Option<Regex>,
    /// Bit n is set where national numbers of n digits exist.
    lengths: u32,
    formats: OnceLock<Formats>,
}

struct Formats {
    international: Vec<Grouping>,
    national: Vec<Grouping>,
}

struct Grouping {
    leading: Option<Regex>,
    pattern: Regex,
    template: String,
}

/// What a call to a number costs, as far as its kind tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Cost {
    Usual,
    /// The caller pays a part.
    Shared,
    Premium,
}

/// How a national number's length compares with those that exist.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Length {
    TooShort,
    Possible,
    TooLong,
}

/// Splits an international number (digits only) into its zone and its national number.
pub(super) fn split(digits: &str) -> Option<(&'static Zone, &str)> {
    // No code is the beginning of another: the first that exists is the one.
    (1..=3).find_map(|length| {
        let code = digits.get(..length).filter(|code| !code.starts_with('0'))?.parse::<u16>().ok()?;
        Some((Zone::of(code)?, &digits[length..]))
    })
}

/// The zone and the territory of a country, by its ISO code.
pub(super) fn country(id: &str) -> Option<(&'static Zone, &'static Territory)> {
    let zone = Zone::of(DATABASE.by_id(id)?.country_code())?;
    let territory = zone.territories.iter().find(|lazy| lazy.meta.id() == id)?;
    Some((zone, territory.get()))
}

impl fmt::Debug for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "+{}", self.code)
    }
}

impl fmt::Debug for Territory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.meta.id())
    }
}

impl Zone {
    fn of(code: u16) -> Option<&'static Self> {
        ZONES.get(usize::from(code))?.as_ref()
    }

    fn load(code: u16) -> Option<Self> {
        let territories: Vec<_> =
            DATABASE.by_code(&code)?.into_iter().map(|meta| Lazy { meta, territory: OnceLock::new() }).collect();
        (!territories.is_empty()).then_some(Self { code, territories })
    }

    /// The territory whose rules (trunk prefix, grouping) hold for the zone.
    pub fn main(&self) -> &Territory {
        self.territories.first().expect("BUG: a zone has a territory").get()
    }

    /// Where a national number belongs, if it can exist.
    pub fn locate(&self, national: &str) -> Option<&Territory> {
        // Germany's plan allows more digits than the world's does.
        if self.code.ilog10() as usize + 1 + national.len() > MAX_DIGITS {
            return None;
        }
        let territories = || self.territories.iter().map(Lazy::get);
        // Leading digits decide where a territory has some; the others are asked in libphonenumber's order.
        territories()
            .find(|territory| {
                territory.leading.as_ref().is_some_and(|l| l.is_match(national)) && territory.has(national)
            })
            .or_else(|| territories().find(|territory| territory.leading.is_none() && territory.has(national)))
    }

    pub fn has(&self, national: &str) -> bool {
        self.locate(national).is_some()
    }

    /// Where a number that cannot exist would belong: by its first digits, else to the main territory.
    pub fn likeliest(&self, national: &str) -> &Territory {
        let mut territories = self.territories.iter().map(Lazy::get);
        let leads = |territory: &&Territory| territory.leading.as_ref().is_some_and(|l| l.is_match(national));
        territories.find(leads).unwrap_or_else(|| self.main())
    }
}

impl Lazy {
    fn get(&self) -> &Territory {
        self.territory.get_or_init(|| Territory::compile(self.meta))
    }
}

impl Territory {
    fn compile(meta: &'static Metadata) -> Self {
        let kinds = meta.descriptors();
        let existing = [
            kinds.fixed_line(),
            kinds.mobile(),
            kinds.toll_free(),
            kinds.premium_rate(),
            kinds.shared_cost(),
            kinds.personal_number(),
            kinds.voip(),
            kinds.pager(),
            kinds.uan(),
            kinds.voicemail(),
        ];
        let existing: Vec<_> = existing.into_iter().flatten().collect();
        let any = existing
            .iter()
            .map(|kind| format!("(?:{})", kind.national_number().as_str()))
            .collect::<Vec<_>>()
            .join("|");
        let lengths = existing.iter().flat_map(|kind| kind.possible_length()).filter(|length| **length < 32);
        Self {
            meta,
            possible: whole(&any),
            mobile: kinds.mobile().map(|kind| whole(kind.national_number().as_str())),
            premium: kinds.premium_rate().map(|kind| whole(kind.national_number().as_str())),
            shared_cost: kinds.shared_cost().map(|kind| whole(kind.national_number().as_str())),
            leading: meta.leading_digits().map(|pattern| beginning(pattern.as_str())),
            trunk: match (meta.national_prefix_for_parsing(), meta.national_prefix()) {
                (Some(pattern), _) => Some(beginning(pattern.as_str())),
                (None, Some(prefix)) => Some(beginning(prefix)),
                (None, None) => None,
            },
            transform: meta.national_prefix_transform_rule().map(braced),
            international: meta.international_prefix().map(|pattern| beginning(pattern.as_str())),
            lengths: lengths.fold(0, |bits, length| bits | 1 << length),
            formats: OnceLock::new(),
        }
    }

    /// ISO 3166; none for worldwide numbers such as +800.
    pub fn iso(&self) -> Option<&'static str> {
        Some(self.meta.id()).filter(|id| *id != "001")
    }

    pub fn has(&self, national: &str) -> bool {
        self.possible.is_match(national)
    }

    /// Whether it can only be a mobile number, or a mobile number among others.
    pub fn is_mobile(&self, national: &str) -> bool {
        self.mobile.as_ref().is_some_and(|mobile| mobile.is_match(national))
    }

    /// What a call to it costs, in the order in which libphonenumber asks.
    pub fn cost(&self, national: &str) -> Cost {
        let is = |kind: &Option<Regex>| kind.as_ref().is_some_and(|kind| kind.is_match(national));
        match () {
            () if is(&self.premium) => Cost::Premium,
            () if is(&self.shared_cost) => Cost::Shared,
            () => Cost::Usual,
        }
    }

    /// Whether a prefix is dialled before national numbers: `06`, `0`; none in Spain.
    pub fn trunk_prefix(&self) -> Option<&'static str> {
        self.meta.national_prefix()
    }

    pub fn length(&self, national: &str) -> Length {
        if national.len() < self.lengths.trailing_zeros() as usize {
            Length::TooShort
        } else if national.len() >= (u32::BITS - self.lengths.leading_zeros()) as usize {
            Length::TooLong
        } else {
            // A gap between two lengths counts as possible: new ranges appear in such places.
            Length::Possible
        }
    }

    /// Takes the trunk prefix (and a carrier's code) off; `None` where there is none in front.
    pub fn strip_trunk<'a>(&self, digits: &'a str) -> Option<Cow<'a, str>> {
        let found = self.trunk.as_ref()?.captures(digits)?;
        let end = found.get(0)?.end();
        let rest = &digits[end..];
        let last = found.get(found.len() - 1).filter(|_| found.len() > 1);
        match &self.transform {
            // Argentina writes mobile numbers with a 15 inside at home and with a 9 in front from abroad.
            Some(rule) if last.is_some() => {
                let mut national = String::new();
                found.expand(rule, &mut national);
                national.push_str(rest);
                (national != digits).then_some(Cow::Owned(national))
            }
            _ => (end > 0).then_some(Cow::Borrowed(rest)),
        }
    }

    /// Takes off what is dialled to get out of this country.
    pub fn strip_international<'a>(&self, digits: &'a str) -> Option<&'a str> {
        let end = self.international.as_ref()?.find(digits)?.end();
        Some(&digits[end..]).filter(|rest| !rest.starts_with('0'))
    }

    /// What is dialled to get out of this country: `00`, `011`.
    pub fn international_prefix(&self) -> &'static str {
        // Where there are several (a choice of carriers), the pattern is no prefix.
        let only = self.meta.international_prefix().map(|pattern| pattern.as_str());
        let plain = only.filter(|text| text.bytes().all(|b| b.is_ascii_digit()));
        self.meta.preferred_international_prefix().or(plain).unwrap_or("00")
    }

    /// `30 123 4567`; the number as it is where no grouping is known.
    pub fn group<'a>(&self, national: &'a str) -> Cow<'a, str> {
        self.formats()
            .international
            .iter()
            .find_map(|grouping| grouping.apply(national))
            // A grouping may not lose or add a digit, whatever the data say.
            .filter(|grouped| grouped.bytes().filter(u8::is_ascii_digit).eq(national.bytes()))
            .map_or(Cow::Borrowed(national), Cow::Owned)
    }

    /// As it is dialled inside the country, prefix included: `06301234567`.
    pub fn dial_at_home(&self, national: &str) -> String {
        match self.formats().national.iter().find_map(|grouping| grouping.apply(national)) {
            Some(grouped) => grouped.chars().filter(char::is_ascii_digit).collect(),
            None => format!("{}{national}", self.trunk_prefix().unwrap_or_default()),
        }
    }

    fn formats(&self) -> &Formats {
        self.formats.get_or_init(|| {
            let trunk = self.trunk_prefix().unwrap_or_default();
            let national: Vec<_> = self.meta.formats().iter().map(|format| Grouping::national(format, trunk)).collect();
            let international = match self.meta.international_formats() {
                [] => self.meta.formats(),
                some => some,
            };
            Formats {
                international: international.iter().map(|format| Grouping::new(format, format.format())).collect(),
                national,
            }
        })
    }
}

impl Grouping {
    fn new(format: &Format, template: &str) -> Self {
        Self {
            // Each further pattern repeats the one before, with more digits: the last is the whole truth.
            leading: format.leading_digits().last().map(|pattern| beginning(pattern.as_str())),
            pattern: whole(format.pattern().as_str()),
            template: braced(template),
        }
    }

    /// `$NP` is the trunk prefix, `$FG` the first group of the template, `$CC` a carrier's code (we choose none).
    fn national(format: &Format, trunk: &str) -> Self {
        let mut template = format.format().to_owned();
        if let Some(rule) = format.national_prefix()
            && let Some(first) = template.find('$')
            && template.is_char_boundary(first + 2)
        {
            let group = template[first..first + 2].to_owned();
            let rule = rule.replace("$NP", trunk).replace("$FG", &group).replace("$CC", "");
            template.replace_range(first..first + 2, &rule);
        }
        Self::new(format, &template)
    }

    fn apply(&self, national: &str) -> Option<String> {
        if self.leading.as_ref().is_some_and(|leading| !leading.is_match(national)) {
            return None;
        }
        let groups: Captures = self.pattern.captures(national)?;
        let mut grouped = String::with_capacity(national.len() + 4);
        groups.expand(&self.template, &mut grouped);
        Some(grouped)
    }
}

/// `$1` as `${1}`: a digit or letter behind it shall not become part of the name.
fn braced(template: &str) -> String {
    let mut braced = String::with_capacity(template.len() + 8);
    let mut rest = template.chars().peekable();
    while let Some(c) = rest.next() {
        braced.push(c);
        if c == '$'
            && let Some(group) = rest.next_if(char::is_ascii_digit)
        {
            braced.extend(['{', group, '}']);
        }
    }
    braced
}

pub(super) fn whole(pattern: &str) -> Regex {
    compile(&format!("^(?:{pattern})$"))
}

fn beginning(pattern: &str) -> Regex {
    compile(&format!("^(?:{pattern})"))
}

fn compile(pattern: &str) -> Regex {
    // Only digits are matched: ASCII keeps the patterns a hundred times smaller.
    RegexBuilder::new(pattern)
        .ignore_whitespace(true)
        .unicode(false)
        .build()
        .expect("BUG: the numbering data have been compiled in a test")
}

#[cfg(test)]
mod tests {
    use super::*;
    use phonenumber::{Mode, country::Id};

    fn all() -> impl Iterator<Item = (&'static Zone, &'static Territory)> {
        ZONES.iter().flatten().flat_map(|zone| zone.territories.iter().map(move |lazy| (zone, lazy.get())))
    }

    fn examples(territory: &Territory) -> impl Iterator<Item = &str> {
        let kinds = territory.meta.descriptors();
        let kinds =
            [kinds.fixed_line(), kinds.mobile(), kinds.toll_free(), kinds.premium_rate(), kinds.voip(), kinds.uan()];
        kinds.into_iter().flatten().filter_map(|kind| kind.example())
    }

    #[test]
    fn every_pattern_of_every_territory_compiles() {
        for (_, territory) in all() {
            territory.formats();
        }
        assert!(all().count() > 200);
    }

    #[test]
    fn every_example_number_belongs_to_its_territory() {
        for (zone, territory) in all() {
            for national in examples(territory) {
                assert!(zone.has(national), "+{} {national}", zone.code);
                assert_eq!(territory.length(national), Length::Possible, "+{} {national}", zone.code);
            }
        }
        // Free-phone numbers are shared by all of a zone, and two territories have the numbers of their neighbours.
        let astray: Vec<_> = all()
            .filter(|(_, territory)| territory.iso().is_some_and(|iso| !matches!(iso, "EH" | "MF")))
            .filter_map(|(zone, territory)| {
                Some((zone, territory, territory.meta.descriptors().fixed_line()?.example()?))
            })
            .filter(|(zone, territory, national)| zone.locate(national).map(Territory::iso) != Some(territory.iso()))
            .map(|(zone, territory, national)| format!("{} +{} {national}", territory.meta.id(), zone.code))
            .collect();
        assert!(astray.is_empty(), "{astray:?}");
    }

    /// Where that crate reads a number as one that exists, we read the same, from abroad and as it is dialled at home.
    #[test]
    fn we_read_and_group_example_numbers_as_the_phonenumber_crate_does() {
        let (mut asked, mut agreed) = (0, 0);
        for (zone, territory) in all() {
            for national in examples(territory) {
                asked += 1;
                let ours = format!("+{}{national}", zone.code);
                let theirs = phonenumber::parse(None, &ours).expect("an example number");
                // +7 800 … loses its 8 there, which is Russia's trunk prefix.
                if !theirs.is_valid() {
                    continue;
                }
                assert_eq!(theirs.format().mode(Mode::E164).to_string(), ours);
                let shown = theirs.format().mode(Mode::International).to_string();
                let grouped = format!("+{} {}", zone.code, zone.main().group(national));
                let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
                assert_eq!(digits(&shown), digits(&grouped));

                let at_home = territory.dial_at_home(national);
                let stripped = territory.strip_trunk(&at_home).filter(|stripped| zone.has(stripped));
                if let Some(id) = territory.iso().and_then(|id| id.parse::<Id>().ok())
                    && let Ok(theirs) = phonenumber::parse(Some(id), &at_home)
                    && theirs.is_valid()
                {
                    let ours = stripped.as_deref().unwrap_or(&at_home);
                    assert_eq!(ours, theirs.national().to_string(), "{id:?} {at_home}");
                    agreed += 1;
                }
            }
        }
        assert!(agreed * 100 > asked * 90, "only {agreed} of {asked} agree");
    }
}
