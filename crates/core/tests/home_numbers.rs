//! Digits without a plus from a PBX, at home in every country.

use phonenumber::metadata::{DATABASE, Metadata};
use ringcard_core::number::{Certainty, DialPlan, Party};

fn read(plan: &DialPlan, digits: &str) -> String {
    match plan.read_ani(Some(digits)).0 {
        Party::Outside(number) => number.e164,
        other => format!("{other:?}"),
    }
}

fn plan(country: &str) -> DialPlan {
    DialPlan::new(country).expect("a country").with_internal(3..=3)
}

/// Every country with its example numbers, without the country code.
fn countries() -> impl Iterator<Item = (DialPlan, &'static Metadata, Vec<&'static str>)> {
    (1..1000).filter_map(|code| DATABASE.by_code(&code)).flatten().filter(|meta| meta.id() != "001").map(|meta| {
        let kinds = meta.descriptors();
        let kinds = [
            kinds.fixed_line(),
            kinds.mobile(),
            kinds.toll_free(),
            kinds.premium_rate(),
            kinds.shared_cost(),
            kinds.personal_number(),
            kinds.voip(),
            kinds.uan(),
        ];
        let examples = kinds.into_iter().flatten().filter_map(|kind| kind.example()).collect();
        (plan(meta.id()), meta, examples)
    })
}

#[test]
fn a_worldwide_number_of_the_own_country_without_its_plus_is_that_number() {
    let table = [
        ("DE", "493023125014", "+493023125014"),
        ("DE", "493023125000", "+493023125000"),
        ("DE", "4917604069014", "+4917604069014"),
        ("DE", "498912345678", "+498912345678"),
        ("DE", "4961511234567", "+4961511234567"),
        ("DE", "49301234567", "+49301234567"),
        ("DE", "49203123456", "+49203123456"),
        ("DE", "498001234567", "+498001234567"),
        ("AT", "431588000", "+431588000"),
        ("AT", "436641234567", "+436641234567"),
        ("AT", "435242123456", "+435242123456"),
        ("HU", "3615550114", "+3615550114"),
        ("HU", "36305550103", "+36305550103"),
        ("HU", "3636123456", "+3636123456"),
        ("ES", "34612345678", "+34612345678"),
        ("ES", "34912345678", "+34912345678"),
        ("IT", "390612345678", "+390612345678"),
        ("IT", "393331234567", "+393331234567"),
        ("US", "12025550100", "+12025550100"),
        ("MX", "525555500105", "+525555500105"),
        ("BR", "551155501234", "+551155501234"),
        ("BR", "5511955501234", "+5511955501234"),
        ("RU", "74955501234", "+74955501234"),
        ("AR", "541155501234", "+541155501234"),
        ("AR", "5491155501234", "+5491155501234"),
        ("FI", "358401234567", "+358401234567"),
        ("CN", "861055501234", "+861055501234"),
        ("IN", "919876543210", "+919876543210"),
        ("GB", "442070313000", "+442070313000"),
        ("FR", "33631966543", "+33631966543"),
        ("LU", "35227123456", "+35227123456"),
    ];
    for (country, digits, expected) in table {
        assert_eq!(read(&plan(country), digits), expected, "{country} {digits}");
        assert_eq!(plan(country).read_dnis(Some(digits)).0, plan(country).read_ani(Some(digits)).0, "{digits}");
    }
}

#[test]
fn what_is_dialled_inside_the_country_is_read_as_it_is_dialled() {
    let table = [
        ("DE", "03023125014", "+493023125014"),
        ("DE", "3023125014", "+493023125014"),
        // Norden in East Frisia: its area code begins as the country's does.
        ("DE", "04931123456", "+494931123456"),
        ("DE", "004930 23125014", "+493023125014"),
        ("AT", "04350123456", "+434350123456"),
        ("AT", "06641234567", "+436641234567"),
        ("AT", "6641234567", "+436641234567"),
        ("HU", "36123456", "+3636123456"),
        ("HU", "0636123456", "+3636123456"),
        ("IT", "3931234567", "+393931234567"),
        ("IT", "3906123456", "+393906123456"),
        ("ES", "612345678", "+34612345678"),
        ("US", "2025550100", "+12025550100"),
        ("US", "12025550100", "+12025550100"),
        ("BR", "55991234567", "+5555991234567"),
        ("MX", "5555500105", "+525555500105"),
        ("IN", "9198765432", "+919198765432"),
        ("RU", "84955501234", "+74955501234"),
    ];
    for (country, digits, expected) in table {
        assert_eq!(read(&plan(country), digits), expected, "{country} {digits}");
    }
}

#[test]
fn every_countrys_example_numbers_are_read_without_their_plus() {
    let (mut asked, mut wrong) = (0, Vec::new());
    for (plan, meta, examples) in countries() {
        for national in examples {
            let e164 = format!("+{}{national}", meta.country_code());
            asked += 1;
            let found = read(&plan, &e164[1..]);
            // Vietnam's 084 is a mobile prefix, dialled by many without its zero; this is one company's short number.
            if found != e164 && e164 != "+841992000" {
                wrong.push(format!("{} {e164} is read as {found}", meta.id()));
            }
        }
    }
    assert!(asked > 1_000, "{asked}");
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
}

#[test]
fn every_countrys_example_numbers_are_read_as_they_are_dialled_in_it() {
    let mut wrong = Vec::new();
    for (plan, meta, examples) in countries() {
        for national in examples {
            let e164 = format!("+{}{national}", meta.country_code());
            for dialled in [national.to_owned(), format!("{}{national}", meta.national_prefix().unwrap_or_default())] {
                let found = read(&plan, &dialled);
                // In Colombia 03 chooses a carrier, and no zero is dialled before a mobile number.
                if found != e164 && dialled != "03211234567" {
                    wrong.push(format!("{} {e164} dialled {dialled} is read as {found}", meta.id()));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
}

/// Both countries have numbers of many lengths, and area codes that begin as their country's code does.
#[test]
fn numbers_of_every_length_are_read_without_their_plus_where_a_zero_is_dialled_first() {
    let german = ["30", "40", "89", "221", "511", "6151", "4931", "49", "800"].map(|area| ("DE", "49", area));
    let austrian = ["1", "316", "512", "662", "4212", "5242", "664", "43"].map(|area| ("AT", "43", area));
    for (country, code, area) in german.into_iter().chain(austrian) {
        let plan = plan(country);
        for length in 3..=8 {
            for digit in '1'..='9' {
                let digits = format!("{code}{area}{}", digit.to_string().repeat(length));
                let e164 = format!("+{digits}");
                let exists = plan.read(&e164).is_ok_and(|reading| reading.certainty == Certainty::Sure);
                if exists && digits.len() > 6 {
                    assert_eq!(read(&plan, &digits), e164, "{country}");
                }
            }
        }
    }
}
