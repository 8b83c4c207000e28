//! Forms of numbers that their countries have given up, and what they are dialled as today.
//!
//! Lists live for decades, and telephone systems and messengers send old forms for years after a change. A form is looked
//! at only where the ordinary reading finds no number that exists, and counts only where it leads to one that does, and to
//! one only: a valid number is never made another. Two kinds are told apart: something that was dialled in front is gone
//! (the same subscriber, whoever reads it), and digits were put in (then somebody is asked before it is dialled: a number
//! with a digit missing looks the same).
//!
//! Sources are named at each country. Where a regulator's notice is meant, it is the communication that the country sent to
//! the ITU (*Communications of national numbering plan*, <https://www.itu.int/oth/T0202.aspx?parent=T0202>); the numbers
//! that exist today are libphonenumber's, whose comments and release notes name most of the same changes.

use super::territory::{self, Zone};
use regex::Regex;
use std::{collections::HashMap, sync::LazyLock};

/// One form that a country has given up.
struct Change {
    /// The country code.
    code: u16,
    /// The national digits as they were written, trunk prefix included.
    was: &'static str,
    is: &'static str,
    how: How,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum How {
    /// Something in front is gone, or inside.
    Gone,
    /// Digits were put in, or others in their place.
    PutIn,
    /// The same, in numbers that were written behind the country's code: at home they were whole.
    PutInAbroad,
}

/// What was dialled in front, or stood inside, is gone.
const fn gone(code: u16, was: &'static str, is: &'static str) -> Change {
    Change { code, was, is, how: How::Gone }
}

/// Digits were put in, or others in their place.
const fn put_in(code: u16, was: &'static str, is: &'static str) -> Change {
    Change { code, was, is, how: How::PutIn }
}

const fn put_in_abroad(code: u16, was: &'static str, is: &'static str) -> Change {
    Change { code, was, is, how: How::PutInAbroad }
}

#[rustfmt::skip]
const CHANGES: &[Change] = &[
    // Mexico: 01, 02, 044, 045 and the 1 behind +52 are gone since 3 August 2019 (IFT, Plan Técnico Fundamental de
    // Numeración; libphonenumber 8.10.17 and 8.13.38); messengers and old switches still send them.
    gone(52, r"(?:1|01|02|044|045)([2-9]\d{9})", "$1"),
    // Argentina: mobile numbers are 15 behind the area code at home and 9 before it from abroad (ENACOM; libphonenumber's
    // rule for AR); people mix the two, and write the 15 first.
    gone(54, r"0?9?(11)15(\d{8})", "9$1$2"),
    gone(54, r"0?9?([23]\d\d)15(\d{7})", "9$1$2"),
    gone(54, r"0?9?([23]\d{3})15(\d{6})", "9$1$2"),
    gone(54, r"0?15(11\d{8}|[23]\d{9})", "9$1"),
    gone(54, r"0(9\d{10})", "$1"),
    // Colombia: since 1 September 2021 all numbers have ten digits; 60 stands before the old area code, and 03 before
    // mobile numbers, 0 and the carriers' codes are gone (CRC, resolución 5826 of 2019).
    put_in(57, r"(?:0(?:[3579]|4(?:[14]4|56))?)?([124-8]\d{7})", "60$1"),
    gone(57, r"0(?:[3579]|4(?:[14]4|56))?(60\d{8}|3\d{9})", "$1"),
    // Chile: 09 and 0 before area codes and carriers' codes of three digits are gone; a 2 was put in before fixed numbers
    // and a 9 before mobile ones (Subtel, 2012 to 2016).
    gone(56, r"0?(?:1\d\d)?0?(9\d{8}|2\d{8}|[3-7]\d{8})", "$1"),
    put_in(56, r"0?2(\d{7})", "22$1"),
    put_in(56, r"0?([3-7]\d)(\d{6})", "${1}2$2"),
    put_in(56, r"(?:09)?([5-9]\d{7})", "9$1"),
    // Poland: no 0 and no carrier's code (10xx) before the nine digits since 2009 (UKE).
    gone(48, r"0(?:10\d\d)?([1-9]\d{8})", "$1"),
    // Italy: no 0 before mobile numbers since 2001 (AGCOM); from abroad, fixed numbers were dialled without theirs until 1998.
    gone(39, r"0(3\d{8,9})", "$1"),
    // What begins as a number that costs, or is free, begins so today (80, 84, 89, 144, 163, 164, 166, 178, 199).
    put_in_abroad(39, r"([24567]\d{5,9}|8[1-35-8]\d{4,8}|1(?:[0-358]\d|4[0-35-9]|6[0-257-9]|7[0-79]|9[0-8])\d{3,7})", "0$1"),
    // Czechia: no 0 before the nine digits since 22 September 2002 (ČTÚ).
    gone(420, r"0([1-9]\d{8})", "$1"),
    // Estonia: no 0 and no 8 first since 2004.
    gone(372, r"[08]([3-7]\d{6,7})", "$1"),
    // Brazil: a carrier's code stands behind the zero (0 15 11 …), 90 makes the other side pay (Anatel, resolução 749); mobile
    // numbers got their ninth digit, a 9 in front, from 2012 to 2016 (resolução 553).
    gone(55, r"0\d\d([1-9]\d{9,10})", "$1"),
    gone(55, r"90(?:\d\d)?([1-9]\d{9,10})", "$1"),
    put_in(55, r"(?:90|0)?(?:\d\d)?([1-9]\d)([6-9]\d{7})", "${1}9$2"),
    // Ukraine: 8, a second tone, then 0 and the area code, until 2009.
    gone(380, r"80([3-9]\d{8})", "$1"),
    // Russia: Moscow's 095 is 495 since December 2005 (and 8 is still dialled first, which is no old form).
    put_in(7, r"8?095(\d{7})", "495$1"),
    // Kazakhstan: fixed numbers begin with 7 instead of 3 since 2007.
    put_in(7, r"8?3([12]\d{8})", "7$1"),
    // Uzbekistan and Georgia: 8 and a second tone before national numbers.
    gone(998, r"8([1-9]\d{8})", "$1"),
    gone(995, r"8([345]\d{8})", "$1"),
    // Georgia: mobile numbers begin with 5 instead of 8 since 2011.
    put_in(995, r"0?8([579]\d{7})", "5$1"),
    // Great Britain: London's 0171 and 0181 became 020 7 and 020 8, five more cities 02x, on 22 April 2000 (Oftel).
    put_in(44, r"0?171(\d{7})", "207$1"),
    put_in(44, r"0?181(\d{7})", "208$1"),
    put_in(44, r"0?1203(\d{6})", "2476$1"),
    put_in(44, r"0?1222(\d{6})", "2920$1"),
    put_in(44, r"0?1232(\d{6})", "2890$1"),
    put_in(44, r"0?1703(\d{6})", "2380$1"),
    put_in(44, r"0?1705(\d{6})", "2392$1"),
    // Greece: 2 stands before fixed numbers, with a 0 behind the old area code, since 2002; 6 instead of 0 before mobile ones (EETT).
    put_in(30, r"0?1(\d{7})", "210$1"),
    put_in(30, r"0?(9\d{8})", "6$1"),
    put_in(30, r"0([2-8]\d)(\d{6})", "2${1}0$2"),
    put_in(30, r"0([2-8]\d\d)(\d{5})", "2${1}0$2"),
    // Vietnam: mobile numbers of eleven digits became ten on 15 September 2018 (MIC, decision 798 of 2018).
    put_in(84, r"0?120(\d{7})", "70$1"), put_in(84, r"0?121(\d{7})", "79$1"), put_in(84, r"0?122(\d{7})", "77$1"),
    put_in(84, r"0?126(\d{7})", "76$1"), put_in(84, r"0?128(\d{7})", "78$1"), put_in(84, r"0?123(\d{7})", "83$1"),
    put_in(84, r"0?124(\d{7})", "84$1"), put_in(84, r"0?125(\d{7})", "85$1"), put_in(84, r"0?127(\d{7})", "81$1"),
    put_in(84, r"0?129(\d{7})", "82$1"), put_in(84, r"0?16([2-9])(\d{7})", "3$1$2"),
    put_in(84, r"0?18([68])(\d{7})", "5$1$2"), put_in(84, r"0?199(\d{7})", "59$1"),
    // Vietnam: Hanoi's 4 is 24 and Ho Chi Minh City's 8 is 28 since 2017 (MIC, decision 2036 of 2016).
    put_in(84, r"0?4([2-9]\d{7})", "24$1"), put_in(84, r"0?8([2-9]\d{7})", "28$1"),
    // Côte d'Ivoire: ten digits since 31 January 2021: 01, 05 and 07 before mobile numbers by their second digit, 21, 25 and
    // 27 before fixed ones by their third (ARTCI).
    put_in(225, r"([04-9][0-3]\d{6})", "01$1"), put_in(225, r"([04-9][4-6]\d{6})", "05$1"), put_in(225, r"([04-9][7-9]\d{6})", "07$1"),
    put_in(225, r"([23]\d8\d{5})", "21$1"), put_in(225, r"([23]\d0\d{5})", "25$1"), put_in(225, r"([23]\d[1-79]\d{5})", "27$1"),
    // Benin: 01 stands before the eight digits since 30 November 2024 (ARCEP Bénin).
    put_in(229, r"([2-9]\d{7})", "01$1"),
    // Cameroon: 2 before fixed and 6 before mobile numbers since 21 November 2014 (ART).
    put_in(237, r"([23]\d{7})", "2$1"), put_in(237, r"([5-9]\d{7})", "6$1"),
    // Ecuador: 9 before the 8 or 9 of mobile numbers since 30 September 2012 (Conatel).
    put_in(593, r"0?([89]\d{7})", "9$1"),
    // Egypt: mobile numbers of ten digits became eleven on 6 October 2011 (NTRA).
    put_in(20, r"0?10(\d{7})", "100$1"), put_in(20, r"0?1([69])(\d{7})", "10$1$2"),
    put_in(20, r"0?1([14])(\d{7})", "11$1$2"), put_in(20, r"0?1([278])(\d{7})", "12$1$2"),
    // Mauritius: 5 before mobile numbers since 1 September 2013 (ICTA).
    put_in(230, r"([479]\d{6})", "5$1"),
    // Cyprus: 22 to 26 instead of 02 to 06, since 2002 (OCECPR).
    put_in(357, r"0?([2-6])(\d{6})", "2$1$2"),
];

/// A form that was given up, ready to be looked for.
struct Ready {
    was: Regex,
    is: &'static str,
    how: How,
}

static BY_CODE: LazyLock<HashMap<u16, Vec<Ready>>> = LazyLock::new(|| {
    let mut by_code: HashMap<u16, Vec<Ready>> = HashMap::new();
    for Change { code, was, is, how } in CHANGES {
        let was = territory::whole(was);
        by_code.entry(*code).or_default().push(Ready { was, is, how: *how });
    }
    by_code
});

/// A number as it is dialled today.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Today {
    pub national: String,
    /// Digits were put in since: a number with a digit missing would look the same.
    pub put_in: bool,
}

/// What national digits in an old form are today, where that is one number that exists; `abroad`: they stood behind the
/// country's code.
pub(super) fn today(zone: &'static Zone, written: &str, abroad: bool) -> Option<Today> {
    let changes = BY_CODE.get(&zone.code)?;
    if zone.has(written) {
        return None;
    }
    let stripped = zone.main().strip_trunk(written);
    let forms = [Some(written), stripped.as_deref()];
    let mut found: Option<Today> = None;
    for form in forms.into_iter().flatten() {
        for change in changes.iter().filter(|change| abroad || change.how != How::PutInAbroad) {
            let Some(groups) = change.was.captures(form) else { continue };
            let mut national = String::new();
            groups.expand(change.is, &mut national);
            if !zone.has(&national) {
                continue;
            }
            let put_in = change.how != How::Gone;
            match &mut found {
                None => found = Some(Today { national, put_in }),
                Some(known) if known.national == national => known.put_in &= put_in,
                // Two numbers that exist: which of them was meant nobody knows.
                Some(_) => return None,
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_change_compiles_and_belongs_to_a_country() {
        assert!(BY_CODE.len() > 20);
        for code in BY_CODE.keys() {
            assert!(territory::split(&format!("{code}000000")).is_some_and(|(zone, _)| zone.code == *code), "+{code}");
        }
    }

    #[test]
    fn a_number_that_exists_is_never_read_as_another() {
        for (e164, code) in [("525555500105", 52), ("551155501234", 55), ("393331234567", 39), ("56221234567", 56)] {
            let (zone, national) = territory::split(e164).expect("a country");
            assert_eq!((zone.code, today(zone, national, true)), (code, None), "{e164}");
        }
    }
}
