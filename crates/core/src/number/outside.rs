//! Which number of the public network a row of digits means.
//!
//! Only digits arrive here; what stood around them was judged before. A number that can exist is preferred to one
//! that cannot, whatever the prefixes say: that is how `+36 (0)30 …` loses its zero and `+39 0721 …` keeps it.

use super::{
    NotANumber, UnsureReason, retired,
    territory::{self, Length, MAX_DIGITS, Territory, Zone},
};

/// Shorter ones, country code included, are nobody's.
const MIN_DIGITS: usize = 7;

/// A number of the public network.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Outside {
    /// With country code, without plus.
    pub digits: String,
    pub doubt: Option<UnsureReason>,
}

impl Outside {
    fn sure(zone: &Zone, national: &str) -> Self {
        Self { digits: format!("{}{national}", zone.code), doubt: None }
    }

    fn but(self, doubt: UnsureReason) -> Self {
        Self { doubt: Some(doubt), ..self }
    }

    /// Whether it is a valid number as it was written, without anything put in front.
    pub fn is_clear(&self) -> bool {
        self.is_worldwide() && self.doubt != Some(UnsureReason::PlusMissing)
    }

    /// Whether it is a valid number as it was written, or with a plus in front.
    pub fn is_worldwide(&self) -> bool {
        self.is_valid() && !matches!(self.doubt, Some(UnsureReason::ZeroMissing | UnsureReason::OldForm))
    }

    /// Whether a number like this can exist.
    pub fn is_valid(&self) -> bool {
        !matches!(self.doubt, Some(UnsureReason::NotInUse | UnsureReason::LooksTooShort | UnsureReason::LooksTooLong))
    }
}

/// Reads digits that begin with a country code.
pub(super) fn worldwide(digits: &str) -> Result<Outside, NotANumber> {
    // `+0036…`: somebody put the plus in front of the 00.
    let digits = digits.strip_prefix("00").unwrap_or(digits);
    let (zone, national) = territory::split(digits).ok_or(unknown_code(digits))?;
    if let Some(valid) = valid_in(zone, national) {
        return Ok(valid);
    }
    if let Some(today) = today_in(zone, national, true) {
        return Ok(today);
    }
    match digits.len() {
        0..MIN_DIGITS => Err(NotANumber::TooShort),
        MIN_DIGITS..=MAX_DIGITS => Ok(Outside::sure(zone, national).but(match zone.main().length(national) {
            Length::TooShort => UnsureReason::LooksTooShort,
            Length::Possible => UnsureReason::NotInUse,
            Length::TooLong => UnsureReason::LooksTooLong,
        })),
        _ => Err(NotANumber::TooLong),
    }
}

fn unknown_code(digits: &str) -> NotANumber {
    match digits.len() {
        0..MIN_DIGITS => NotANumber::TooShort,
        MIN_DIGITS..=MAX_DIGITS => NotANumber::UnknownCountryCode,
        _ => NotANumber::TooLong,
    }
}

/// A national number that can exist, perhaps only without the trunk prefix that does not belong behind a country code.
fn valid_in(zone: &Zone, national: &str) -> Option<Outside> {
    if zone.has(national) {
        return Some(Outside::sure(zone, national));
    }
    let main = zone.main();
    if let Some(stripped) = main.strip_trunk(national)
        && zone.has(&stripped)
    {
        return Some(Outside::sure(zone, &stripped));
    }
    // `+36 (0)30 …`: people write the zero that other countries have, even where the prefix is another.
    let stripped = national.strip_prefix('0')?;
    zone.has(stripped).then(|| Outside::sure(zone, stripped))
}

/// A national number in a form that its country has given up.
fn today_in(zone: &'static Zone, national: &str, abroad: bool) -> Option<Outside> {
    let today = retired::today(zone, national, abroad)?;
    let found = Outside::sure(zone, &today.national);
    Some(if today.put_in { found.but(UnsureReason::OldForm) } else { found })
}

/// Where somebody dials from.
#[derive(Debug, Clone, Copy)]
pub(super) struct Home<'a> {
    pub zone: &'static Zone,
    pub territory: &'static Territory,
    /// What gets an outside line; people write it in front, PBXs report it.
    pub outside_prefix: Option<&'a str>,
}

/// How digits without plus were written.
#[derive(Debug, Clone, Copy)]
pub(super) struct Manner {
    /// Nothing stood between them, as in an order number.
    pub is_plain: bool,
    /// A PBX or a link says that it is a telephone number.
    pub is_surely_a_number: bool,
}

impl Home<'_> {
    /// Reads digits without a plus, as they are dialled or written at home.
    pub fn read(&self, digits: &str, manner: Manner) -> Result<Outside, NotANumber> {
        if digits.bytes().all(|b| b == b'0') {
            return Err(NotANumber::TooShort);
        }
        // National digits, a carrier's code, the international prefix and an outside line's: never more than ten more.
        if digits.len() > MAX_DIGITS + 10 {
            return Err(NotANumber::TooLong);
        }
        self.clear(digits, manner)
            .or_else(|| self.behind_outside_prefix(digits, manner))
            .or_else(|| self.lenient(digits))
            .or_else(|| self.guessed(digits, manner))
            .or_else(|| self.retired(digits, manner))
            .or_else(|| self.not_in_use(digits, manner))
            .ok_or_else(|| self.refusal(digits, manner))
    }

    /// Whether these digits are a public number beyond doubt.
    pub fn is_clear(&self, digits: &str) -> bool {
        self.clear(digits, Manner { is_plain: true, is_surely_a_number: true }).is_some()
    }

    /// The number of the world that these digits are, dialled here, if they are one; with country code, without plus.
    pub fn clear_digits(&self, digits: &str) -> Option<String> {
        let manner = Manner { is_plain: true, is_surely_a_number: true };
        let found = self.clear(digits, manner).or_else(|| self.behind_outside_prefix(digits, manner))?;
        Some(found.digits)
    }

    /// A valid number, written as it should be.
    fn clear(&self, digits: &str, manner: Manner) -> Option<Outside> {
        let mut abroad = self.abroad(digits).filter_map(territory::split);
        if let Some((zone, national)) = abroad.find(|(zone, national)| zone.has(national)) {
            return Some(Outside::sure(zone, national));
        }
        if let Some(national) = self.territory.strip_trunk(digits)
            && self.zone.has(&national)
        {
            return Some(Outside::sure(self.zone, &national));
        }
        let worldwide =
            digits.strip_prefix(self.zone.code.to_string().as_str()).filter(|national| self.zone.has(national));
        if self.zone.has(digits) {
            let found = Outside::sure(self.zone, digits);
            // Fixed-line numbers without their 06 are any eight digits; mobile ones have a beginning of their own.
            let lacks_prefix = self.territory.trunk_prefix().is_some_and(|prefix| prefix.starts_with('0'));
            let is_half = lacks_prefix && !self.territory.is_mobile(digits);
            return Some(match worldwide {
                // Germany's 49 30 … is Berlin to the world. Nobody dials it as a number of Norden without a zero.
                Some(national) if is_half => Outside::sure(self.zone, national),
                _ if is_half && manner.is_plain && !manner.is_surely_a_number => {
                    found.but(UnsureReason::MayBeOrderNumber)
                }
                _ => found,
            });
        }
        worldwide.map(|national| Outside::sure(self.zone, national))
    }

    /// What stands behind the international prefix: 00, which people write everywhere, or this country's, which may have
    /// a carrier's code in it (Brazil's 00 14).
    fn abroad<'d>(&self, digits: &'d str) -> impl Iterator<Item = &'d str> {
        [digits.strip_prefix("00"), self.territory.strip_international(digits)].into_iter().flatten()
    }

    fn behind_outside_prefix(&self, digits: &str, manner: Manner) -> Option<Outside> {
        let rest = digits.strip_prefix(self.outside_prefix.filter(|prefix| !prefix.is_empty())?)?;
        self.clear(rest, manner).or_else(|| self.lenient(rest))
    }

    /// A valid number with a trunk prefix where none belongs: `0036 06 30 …`, `36 06 30 …`.
    fn lenient(&self, digits: &str) -> Option<Outside> {
        let own = digits.strip_prefix(self.zone.code.to_string().as_str());
        self.abroad(digits)
            .filter_map(territory::split)
            .find_map(|(zone, national)| valid_in(zone, national))
            .or_else(|| own.and_then(|national| valid_in(self.zone, national)))
    }

    /// A valid number if something is put in front.
    fn guessed(&self, digits: &str, manner: Manner) -> Option<Outside> {
        if digits.starts_with('0') {
            return None;
        }
        if let Some((zone, national)) = territory::split(digits)
            && zone.has(national)
        {
            let found = Outside::sure(zone, national);
            return Some(if manner.is_surely_a_number { found } else { found.but(UnsureReason::PlusMissing) });
        }
        // Spreadsheets take 06301234567 for a number and keep 6301234567.
        let with_zero = format!("0{digits}");
        let national = self.territory.strip_trunk(&with_zero).filter(|_| manner.is_plain)?;
        self.zone.has(&national).then(|| Outside::sure(self.zone, &national).but(UnsureReason::ZeroMissing))
    }

    /// A form that this country has given up, or another one whose number it is.
    fn retired(&self, digits: &str, manner: Manner) -> Option<Outside> {
        let at_home = |digits: &str| {
            let found = today_in(self.zone, digits, false)?;
            let is_any = found.doubt.is_some() && manner.is_plain && !manner.is_surely_a_number;
            Some(if is_any { found.but(UnsureReason::MayBeOrderNumber) } else { found })
        };
        let abroad = |digits: &str| {
            self.abroad(digits).filter_map(territory::split).find_map(|(zone, national)| today_in(zone, national, true))
        };
        let own = digits.strip_prefix(self.zone.code.to_string().as_str());
        let line = self.outside_prefix.filter(|prefix| !prefix.is_empty());
        let foreign = || {
            let (zone, national) = territory::split(digits)?;
            let found = today_in(zone, national, true)?;
            let is_doubtful = found.doubt.is_some() || manner.is_surely_a_number;
            Some(if is_doubtful { found } else { found.but(UnsureReason::PlusMissing) })
        };
        abroad(digits)
            .or_else(|| at_home(digits))
            .or_else(|| own.and_then(|national| today_in(self.zone, national, true)))
            .or_else(|| {
                line.and_then(|line| digits.strip_prefix(line)).and_then(|rest| abroad(rest).or_else(|| at_home(rest)))
            })
            .or_else(foreign)
    }

    /// A number that cannot exist as far as we know, but is clearly meant to be one: data grow old, PBXs err.
    fn not_in_use(&self, digits: &str, manner: Manner) -> Option<Outside> {
        if let Some(rest) = self.abroad(digits).next() {
            return worldwide(rest).ok();
        }
        let at_home = |national: &str| worldwide(&format!("{}{national}", self.zone.code)).ok();
        // A leading zero says that a number is meant; a leading 1 or 8 (America, Russia) says nothing by itself.
        let is_meant = |national: &str| digits.starts_with('0') || self.territory.length(national) == Length::Possible;
        if let Some(national) = self.territory.strip_trunk(digits).filter(|national| is_meant(national)) {
            return at_home(&national);
        }
        let own = digits.strip_prefix(self.zone.code.to_string().as_str());
        if let Some(national) = own.filter(|national| self.territory.length(national) == Length::Possible) {
            return at_home(national);
        }
        let is_written_like_one = !manner.is_plain && self.territory.length(digits) == Length::Possible;
        at_home(digits).filter(|_| is_written_like_one)
    }

    fn refusal(&self, digits: &str, manner: Manner) -> NotANumber {
        if digits.len() < MIN_DIGITS || self.territory.length(digits) == Length::TooShort {
            NotANumber::TooShort
        } else if digits.len() > MAX_DIGITS {
            NotANumber::TooLong
        } else if manner.is_plain && !manner.is_surely_a_number && !digits.starts_with('0') {
            NotANumber::OrderNumber
        } else {
            NotANumber::NotFromHere
        }
    }
}
