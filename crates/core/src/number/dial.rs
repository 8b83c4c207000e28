//! How a number is handed to a PBX.

use super::{DialPlan, Party, territory};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// How a PBX wants the number it shall call. Part of a profile and of the settings; a format that makes no sense is
/// refused when it is loaded.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(try_from = "Written")]
pub struct DialFormat {
    pub style: DialStyle,
    /// Put in front of outside numbers to get a line: `0`, `9`, `9,`.
    pub outside_prefix: Option<String>,
    /// Only the last so many digits are handed over; the prefix is put in front of these.
    pub keep_last: Option<u8>,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum DialStyle {
    /// `+36301234567`
    #[default]
    E164,
    /// `36301234567`
    Digits,
    /// As one dials in the plan's country: `06301234567`; other countries' numbers with its international prefix, `0034…`.
    National,
    /// `0036301234567`, with 00 wherever one dials from.
    International00,
}

/// Why a party cannot be called.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS, thiserror::Error)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum CannotDial {
    #[error("the number is withheld: it cannot be called")]
    Hidden,
    #[error("this is no phone number: it cannot be called")]
    Unreadable,
}

/// A dial format that makes no sense.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadDialFormat {
    #[error("`{0}` cannot be dialled for an outside line: use one to eight of 0-9, *, # and the comma (a pause)")]
    OutsidePrefix(String),
    #[error("keep_last is {0}: a number has 4 to 15 last digits")]
    KeepLast(u8),
}

/// A dial format as it is written in a file.
#[derive(Deserialize)]
#[serde(default, deny_unknown_fields)]
#[derive(Default)]
struct Written {
    style: DialStyle,
    outside_prefix: Option<String>,
    keep_last: Option<u8>,
}

impl TryFrom<Written> for DialFormat {
    type Error = BadDialFormat;

    fn try_from(Written { style, outside_prefix, keep_last }: Written) -> Result<Self, BadDialFormat> {
        // An empty prefix is what an emptied field of a form sends: none.
        let outside_prefix = outside_prefix.filter(|prefix| !prefix.is_empty());
        if let Some(prefix) = &outside_prefix
            && (prefix.len() > 8 || !prefix.bytes().all(|b| b.is_ascii_digit() || b"*#,".contains(&b)))
        {
            return Err(BadDialFormat::OutsidePrefix(prefix.clone()));
        }
        match keep_last {
            Some(digits) if !(4..=15).contains(&digits) => Err(BadDialFormat::KeepLast(digits)),
            keep_last => Ok(Self { style, outside_prefix, keep_last }),
        }
    }
}

impl DialFormat {
    /// The number as the PBX wants it. Internal numbers go out as they are, without any prefix. An extension behind an
    /// outside number is not dialled: PBXs take it for a part of the number.
    pub fn write(&self, party: &Party, plan: &DialPlan) -> Result<String, CannotDial> {
        let number = match party {
            Party::Outside(number) => number,
            Party::Internal { digits } if is_digits(digits) => return Ok(digits.clone()),
            Party::Hidden => return Err(CannotDial::Hidden),
            Party::Internal { .. } | Party::Unreadable { .. } => return Err(CannotDial::Unreadable),
        };
        // Whatever came over the wire: only digits may reach a PBX's dial string.
        let digits = number.e164.strip_prefix('+').filter(|digits| is_digits(digits)).ok_or(CannotDial::Unreadable)?;
        let mut written = match self.style {
            DialStyle::E164 => number.e164.clone(),
            DialStyle::Digits => digits.to_owned(),
            DialStyle::National => national(digits, plan),
            DialStyle::International00 => format!("00{digits}"),
        };
        if let Some(keep) = self.keep_last {
            let digits = written.trim_start_matches('+');
            written = digits[digits.len().saturating_sub(usize::from(keep))..].to_owned();
        }
        Ok(match &self.outside_prefix {
            Some(prefix) => format!("{prefix}{written}"),
            None => written,
        })
    }
}

fn national(digits: &str, plan: &DialPlan) -> String {
    let home = plan.home();
    match territory::split(digits) {
        Some((zone, national)) if zone.code == home.zone.code => zone.main().dial_at_home(national),
        _ => format!("{}{digits}", home.territory.international_prefix()),
    }
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::number::{DialPlan, Number};

    fn write(country: &str, format: &str, e164: &str) -> String {
        let plan = DialPlan::new(country).expect("a country");
        let party = Party::Outside(Number { e164: e164.to_owned(), extension: Some("12".to_owned()) });
        let format: DialFormat = serde_json::from_str(format).expect("a format");
        format.write(&party, &plan).expect("a number")
    }

    #[test]
    fn outside_numbers_are_written_as_the_pbx_wants_them() {
        let table = [
            ("HU", r#"{}"#, "+36301234567", "+36301234567"),
            ("HU", r#"{"style":"digits"}"#, "+36301234567", "36301234567"),
            ("HU", r#"{"style":"national"}"#, "+36301234567", "06301234567"),
            ("HU", r#"{"style":"national"}"#, "+3612345678", "0612345678"),
            ("HU", r#"{"style":"national"}"#, "+34612345678", "0034612345678"),
            ("HU", r#"{"style":"national"}"#, "+36991234567", "06991234567"),
            ("HU", r#"{"style":"international00"}"#, "+36301234567", "0036301234567"),
            ("HU", r#"{"style":"national","outside_prefix":"0"}"#, "+36301234567", "006301234567"),
            ("HU", r#"{"style":"e164","outside_prefix":"9,"}"#, "+36301234567", "9,+36301234567"),
            ("HU", r#"{"keep_last":9}"#, "+36301234567", "301234567"),
            ("HU", r#"{"keep_last":15}"#, "+36301234567", "36301234567"),
            ("HU", r#"{"keep_last":8,"outside_prefix":"0"}"#, "+36301234567", "001234567"),
            ("HU", r#"{"outside_prefix":""}"#, "+36301234567", "+36301234567"),
            ("ES", r#"{"style":"national"}"#, "+34612345678", "612345678"),
            ("DE", r#"{"style":"national"}"#, "+4915112345678", "015112345678"),
            ("US", r#"{"style":"national"}"#, "+14155552671", "4155552671"),
            ("US", r#"{"style":"national"}"#, "+36301234567", "01136301234567"),
            ("IT", r#"{"style":"national"}"#, "+390612345678", "0612345678"),
            ("CO", r#"{"style":"national"}"#, "+573001234567", "3001234567"),
            ("AR", r#"{"style":"national"}"#, "+5491123456789", "0111523456789"),
        ];
        for (country, format, e164, written) in table {
            assert_eq!(write(country, format, e164), written, "{country} {format} {e164}");
        }
    }

    #[test]
    fn internal_numbers_go_out_as_they_are() {
        let plan = DialPlan::new("HU").expect("a country").with_outside_prefix("0");
        let format =
            DialFormat { style: DialStyle::National, outside_prefix: Some("0".to_owned()), keep_last: Some(4) };
        let internal = Party::Internal { digits: "10234".to_owned() };
        assert_eq!(format.write(&internal, &plan), Ok("10234".to_owned()));
    }

    #[test]
    fn what_is_no_number_is_never_handed_to_a_pbx() {
        let plan = DialPlan::new("HU").expect("a country");
        let format = DialFormat::default();
        let forged = |e164: &str| Party::Outside(Number { e164: e164.to_owned(), extension: None });
        assert_eq!(format.write(&Party::Hidden, &plan), Err(CannotDial::Hidden));
        for party in [
            Party::Unreadable { text: "101".to_owned() },
            Party::Internal { digits: "101&exec=1".to_owned() },
            Party::Internal { digits: String::new() },
            forged("+36 30\r\nX: 1"),
            forged("36301234567"),
            forged("+"),
        ] {
            assert_eq!(format.write(&party, &plan), Err(CannotDial::Unreadable), "{party:?}");
        }
    }

    #[test]
    fn a_format_that_makes_no_sense_is_refused_when_it_is_loaded() {
        for format in [
            r#"{"outside_prefix":"0 "}"#,
            r#"{"outside_prefix":"123456789"}"#,
            r#"{"keep_last":0}"#,
            r#"{"keep_last":99}"#,
            r#"{"styles":"e164"}"#,
            r#"{"style":"E164"}"#,
        ] {
            assert!(serde_json::from_str::<DialFormat>(format).is_err(), "{format}");
        }
    }
}
