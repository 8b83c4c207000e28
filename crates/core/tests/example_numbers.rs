//! Every example number of libphonenumber, in every form people and programs write it, read in thirty countries.

use phonenumber::{
    Mode,
    metadata::{DATABASE, Metadata},
};
use ringcard_core::number::{DialPlan, Number, Party};
use std::{collections::BTreeSet, sync::LazyLock};

const HOMES: [&str; 30] = [
    "HU", "ES", "US", "GB", "DE", "AT", "FR", "IT", "PT", "NL", "BE", "PL", "CZ", "SK", "RO", "HR", "SI", "RS", "BG",
    "GR", "TR", "SE", "DK", "NO", "FI", "RU", "UA", "BR", "MX", "CO",
];

/// Not read as libphonenumber reads it: home country (or *), what is written, why.
const EXCEPTIONS: &[(&str, &str, &str)] = &[];

struct Example {
    e164: String,
    code: u16,
    /// As the world, programs and links write it: the country is in it.
    worldwide: Vec<String>,
    /// As it is written in its own country.
    national: Option<String>,
    country: &'static str,
}

static EXAMPLES: LazyLock<Vec<Example>> = LazyLock::new(|| {
    let mut seen = BTreeSet::new();
    (1..1000)
        .filter_map(|code| DATABASE.by_code(&code))
        .flatten()
        .flat_map(|meta| examples(meta).into_iter().map(move |national| (meta, national)))
        .filter(|(meta, national)| seen.insert(format!("+{}{national}", meta.country_code())))
        .map(|(meta, national)| Example::of(meta, national))
        .collect()
});

fn examples(meta: &'static Metadata) -> Vec<&'static str> {
    let kinds = meta.descriptors();
    let kinds = [
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
    kinds.into_iter().flatten().filter_map(|kind| kind.example()).collect()
}

impl Example {
    fn of(meta: &'static Metadata, national: &str) -> Self {
        let (code, e164) = (meta.country_code(), format!("+{}{national}", meta.country_code()));
        let theirs = phonenumber::parse(None, &e164).ok().filter(|theirs| theirs.national().to_string() == national);
        let written = |mode| theirs.as_ref().map(|theirs| theirs.format().mode(mode).to_string());
        let grouped = Party::Outside(Number { e164: e164.clone(), extension: None }).display();
        let mut worldwide = vec![
            e164.clone(),
            format!("00{code}{national}"),
            format!("00 {}", &grouped[1..]),
            format!("tel:{}", grouped.replace(' ', "-")),
            format!("sip:{e164}@pbx.example.com;user=phone"),
            format!("ringcard:call?number=%2B{}&source=crm", &e164[1..]),
            grouped,
        ];
        worldwide.extend([Mode::International, Mode::Rfc3966].into_iter().filter_map(written));
        Self { code, worldwide, national: written(Mode::National), country: meta.id(), e164 }
    }
}

fn plan(country: &str) -> DialPlan {
    DialPlan::new(country).expect("a country").with_internal(3..=3)
}

fn said(party: &Party) -> String {
    match party {
        Party::Outside(number) => number.e164.clone(),
        other => format!("{other:?}"),
    }
}

fn is_excepted(home: &str, written: &str) -> bool {
    EXCEPTIONS.iter().any(|(at, what, why)| !why.is_empty() && (*at == "*" || *at == home) && *what == written)
}

/// Kept in any form, a number is the one that calls in any other: both are the same party.
fn whole_numbers_are_read_in(homes: &[&str]) {
    let mut wrong = Vec::new();
    for home in homes {
        let plan = plan(home);
        for example in EXAMPLES.iter() {
            for written in &example.worldwide {
                let kept = plan.read(written).map_or_else(|why| format!("!{why:?}"), |reading| said(&reading.party));
                if kept != example.e164 && !is_excepted(home, written) {
                    wrong.push(format!("{home}: {written} is kept as {kept}"));
                }
            }
            // The caller's way is another one where links and plain digits are concerned.
            for written in example.worldwide.iter().take(5) {
                let calls = said(&plan.read_ani(Some(written)).0);
                if calls != example.e164 && !is_excepted(home, written) {
                    wrong.push(format!("{home}: {written} calls as {calls}"));
                }
            }
        }
    }
    wrong.truncate(60);
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
}

#[test]
fn whole_numbers_are_read_in_the_first_ten_countries() {
    whole_numbers_are_read_in(&HOMES[..10]);
}

#[test]
fn whole_numbers_are_read_in_the_second_ten_countries() {
    whole_numbers_are_read_in(&HOMES[10..20]);
}

#[test]
fn whole_numbers_are_read_in_the_last_ten_countries() {
    whole_numbers_are_read_in(&HOMES[20..]);
}

#[test]
fn there_are_examples_of_every_country_and_kind() {
    assert!(EXAMPLES.len() > 1_000, "{}", EXAMPLES.len());
    assert!(EXAMPLES.iter().map(|example| example.country).collect::<BTreeSet<_>>().len() > 240);
}

/// Digits that a PBX sends without a plus are a number of the home country where they are one, and else the world's.
#[test]
fn digits_without_a_plus_are_never_somebody_elses_number() {
    let mut wrong = Vec::new();
    for home in HOMES {
        let plan = plan(home);
        let code = DATABASE.by_id(home).expect("a country").country_code();
        for example in EXAMPLES.iter() {
            let digits = &example.e164[1..];
            let found = said(&plan.read_ani(Some(digits)).0);
            let exists = plan.read(&found).is_ok_and(|read| said(&read.party) == found);
            let is_home = found.starts_with(&format!("+{code}")) && exists;
            if found != example.e164 && !is_home && !is_excepted(home, digits) {
                wrong.push(format!("{home}: {digits} is read as {found}"));
            }
        }
    }
    wrong.truncate(60);
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
}

#[test]
fn national_forms_are_read_in_their_own_country() {
    let mut wrong = Vec::new();
    for home in HOMES {
        let plan = plan(home);
        for example in EXAMPLES.iter().filter(|example| example.country == home) {
            let Some(written) = &example.national else { continue };
            let kept = plan.read(written).map_or_else(|why| format!("!{why:?}"), |reading| said(&reading.party));
            let calls = said(&plan.read_ani(Some(written)).0);
            if (&kept, &calls) != (&example.e164, &example.e164) && !is_excepted(home, written) {
                wrong.push(format!("{home}: {written} (+{} …) is kept as {kept} and calls as {calls}", example.code));
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
}
