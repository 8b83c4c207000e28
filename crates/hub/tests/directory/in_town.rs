//! Numbers that were kept as they are dialled in town, and callers that cannot be read whole: found by their ends.

use super::{CustomerList, caller, details};
use ringcard_connect::Crm;
use ringcard_core::{
    customer::{Match, MatchReason, MatchStrength},
    number::{DialPlan, Number, Party},
};

fn plan(country: &str) -> DialPlan {
    DialPlan::new(country).expect("a country").with_internal(3..=4)
}

fn outside(e164: &str) -> Party {
    Party::Outside(Number { e164: e164.to_owned(), extension: None })
}

async fn matches(list: &CustomerList, number: &Party) -> Vec<Match> {
    list.directory.find_by_number(number).await.expect("an answer")
}

async fn strengths(list: &CustomerList, number: &Party) -> Vec<(String, MatchStrength)> {
    let found = matches(list, number).await;
    found.into_iter().map(|found| (found.customer.details.name, found.strength)).collect()
}

#[tokio::test]
async fn a_list_without_area_codes_is_found_by_its_callers() {
    let list = CustomerList::with_plan(plan("HU"));
    let file = list.file("town.csv", "Name,Phone\nAnna Minta,555-0104\nBela Proba,555-105\nGate,54321\n");
    let done = list.import(&file).await;
    assert_eq!((done.created, done.refused), (3, 0), "{done:?}");
    let found = matches(&list, &outside("+3615550104")).await;
    assert_eq!(found.len(), 1);
    assert_eq!((found[0].customer.details.name.as_str(), found[0].strength), ("Anna Minta", MatchStrength::Maybe));
    assert!(matches!(found[0].reason, MatchReason::LastDigits { digits: 7, .. }), "{:?}", found[0].reason);
    assert_eq!(strengths(&list, &outside("+3672555105")).await, [("Bela Proba".to_owned(), MatchStrength::Maybe)]);
    for gate in ["54321", "543 21", "54-321"] {
        let asked = plan("HU").read_or_keep(gate).expect("digits");
        assert_eq!(strengths(&list, &asked).await, [("Gate".to_owned(), MatchStrength::Exact)], "{gate}");
        assert_eq!(strengths(&list, &plan("HU").read_ani(Some(gate)).0).await.len(), 1, "{gate} calls");
    }
    for stranger in ["+3615550105", "+3672555106", "+3615554321"] {
        assert!(matches(&list, &outside(stranger)).await.is_empty(), "{stranger}");
    }
    assert!(matches(&list, &plan("HU").read_or_keep("54322").expect("digits")).await.is_empty());
}

#[tokio::test]
async fn numbers_of_the_town_are_found_in_every_country_that_dials_them() {
    // country, as it was kept, who calls
    let table = [
        ("HU", "555-0104", "+3615550104"),
        ("HU", "5550104", "+3615550104"),
        ("HU", "555 105", "+3672555105"),
        ("HU", "555105", "+3672555105"),
        ("US", "555-2671", "+14155552671"),
        ("US", "5552671", "+14155552671"),
        ("DE", "555 0104", "+49305550104"),
        ("DE", "5550104", "+49305550104"),
        ("DE", "23125014", "+493023125014"),
        ("AT", "588 00 01", "+4315880001"),
        ("GB", "7031 3000", "+442070313000"),
        ("BR", "3555-1234", "+551135551234"),
        ("BR", "98765-4321", "+5511987654321"),
        ("MX", "5550 0105", "+525555500105"),
        ("CO", "234 5678", "+576012345678"),
        ("AR", "2345-6789", "+541123456789"),
        ("AR", "15 2345 6789", "+5491123456789"),
        ("RU", "123-45-67", "+74951234567"),
        ("RS", "3222-333", "+381113222333"),
        ("RO", "310 4567", "+40213104567"),
        ("SK", "5950 1234", "+421259501234"),
    ];
    let mut wrong = Vec::new();
    for (country, kept, calls) in table {
        let list = CustomerList::with_plan(plan(country));
        list.customer("Anna", &[kept]).await;
        let found = strengths(&list, &outside(calls)).await;
        if found.len() != 1 || found[0].1 == MatchStrength::Exact {
            wrong.push(format!("{country}: {kept} was kept, {calls} calls: {found:?}"));
        }
    }
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
}

#[tokio::test]
async fn our_own_area_and_the_customers_make_it_likely() {
    use MatchStrength::{Likely, Maybe};
    let own = plan("HU").with_own([caller("+36 1 999 0000")]);
    let list = CustomerList::with_plan(own);
    list.customer("Anna", &["555-0104"]).await;
    assert_eq!(strengths(&list, &outside("+3615550104")).await, [("Anna".to_owned(), Likely)], "our area");
    assert_eq!(strengths(&list, &outside("+36305550104")).await, [("Anna".to_owned(), Maybe)], "a mobile number");

    let list = CustomerList::with_plan(plan("HU"));
    list.customer("Anna", &["555-105"]).await;
    list.customer("Bela", &["555-105", "+36 72 555 200"]).await;
    let mut cili = details("Cili", &["555-105"]);
    cili.fields.insert("Area".to_owned(), "(72)".to_owned());
    list.directory.create(cili).await.expect("a customer");
    let mut found = strengths(&list, &outside("+3672555105")).await;
    assert_eq!(found.last(), Some(&("Anna".to_owned(), Maybe)), "several are several: {found:?}");
    found.sort();
    assert_eq!(found, [("Anna".to_owned(), Maybe), ("Bela".to_owned(), Likely), ("Cili".to_owned(), Likely)]);
}

#[tokio::test]
async fn whole_numbers_that_differ_stay_strangers() {
    for (country, kept, calls) in [
        ("HU", "+36 20 555 0104", "+36305550104"),
        ("HU", "06 1 555 0104", "+36305550104"),
        ("US", "(415) 555-2671", "+12125552671"),
        ("US", "+1 415 555 2671", "+12125552671"),
        ("DE", "030 5550104", "+49895550104"),
        ("GB", "020 7031 3000", "+442080313000"),
    ] {
        let list = CustomerList::with_plan(plan(country));
        list.customer("Anna", &[kept]).await;
        let found = strengths(&list, &outside(calls)).await;
        assert!(found.is_empty(), "{country}: {kept} was kept, {calls} calls: {found:?}");
    }
}

#[tokio::test]
async fn a_caller_in_an_old_form_is_who_was_kept_in_todays_and_the_other_way_round() {
    for (country, kept, calls) in [
        ("MX", "+52 55 5550 0105", "5215555500105"),
        ("MX", "+52 55 5550 0105", "0445555500105"),
        ("MX", "044 55 5550 0105", "+525555500105"),
        ("MX", "+52 1 55 5550 0105", "5555500105"),
        ("CO", "(1) 234 5678", "+576012345678"),
        ("CO", "601 234 5678", "5712345678"),
        ("BR", "(11) 9876-5432", "+5511998765432"),
        ("BR", "+55 11 99876-5432", "1198765432"),
        ("CL", "09 9123 4567", "+56991234567"),
        ("PL", "0 22 123 45 67", "+48221234567"),
        ("IT", "0333 1234567", "+393331234567"),
        ("CI", "07 12 34 56", "+2250707123456"),
    ] {
        let plan = plan(country);
        let number = plan.read_ani(Some(calls)).0;
        let list = CustomerList::with_plan(plan);
        list.customer("Marta", &[kept]).await;
        let found = strengths(&list, &number).await;
        assert_eq!(found, [("Marta".to_owned(), MatchStrength::Exact)], "{country}: {kept} was kept, {calls} calls");
    }
}

#[tokio::test]
async fn what_cannot_be_read_has_digits_all_the_same() {
    // What was kept cannot be read: beside words, behind a code.
    for kept in ["*21*06305550103#", "06305550103?", "99 30 555 0103"] {
        let list = CustomerList::with_plan(plan("HU"));
        list.customer("Anna", &[kept]).await;
        let found = strengths(&list, &outside("+36305550103")).await;
        assert_eq!(found.len(), 1, "{kept}");
        assert_ne!(found[0].1, MatchStrength::Exact, "{kept}");
    }
    // A card's number is nobody's, and no digits of it are kept.
    let list = CustomerList::with_plan(plan("HU"));
    assert!(list.directory.create(details("Anna", &["4111 1111 1111 1111"])).await.is_err());
}

/// Numbers of many countries, kept in each form, are who calls in any other.
#[tokio::test]
async fn numbers_of_forty_countries_are_found_whatever_form_they_were_kept_in() {
    const NUMBERS: [&str; 40] = [
        "+4366412345678",
        "+32470123456",
        "+359881234567",
        "+385912345678",
        "+35796123456",
        "+420601123456",
        "+4532123456",
        "+37251234567",
        "+358412345678",
        "+33612345678",
        "+4915123456789",
        "+306912345678",
        "+36201234567",
        "+353850123456",
        "+393123456789",
        "+37121234567",
        "+37061234567",
        "+352628123456",
        "+35696961234",
        "+31612345678",
        "+4740612345",
        "+48512345678",
        "+351912345678",
        "+40712034567",
        "+421912123456",
        "+38631234567",
        "+34612345678",
        "+46701234567",
        "+41781234567",
        "+447400123456",
        "+12015550123",
        "+5511961234567",
        "+525512345678",
        "+573211234567",
        "+5491123456789",
        "+56221234567",
        "+79123456789",
        "+380501234567",
        "+905012345678",
        "+972502345678",
    ];
    let form = |e164: &str, form: usize| match form % 5 {
        0 => e164.to_owned(),
        1 => outside(e164).display(),
        2 => format!("00{}", &e164[1..]),
        3 => format!("tel:{}", outside(e164).display().replace(' ', "-")),
        _ => format!("sip:{e164}@pbx.example.com"),
    };
    let list = CustomerList::with_plan(plan("HU"));
    for (at, number) in NUMBERS.iter().enumerate() {
        list.customer(number, &[&form(number, at)]).await;
    }
    for number in NUMBERS {
        for other in 0..5 {
            let calls = plan("HU").read_ani(Some(&form(number, other))).0;
            let found = strengths(&list, &calls).await;
            assert_eq!(found.first(), Some(&(number.to_owned(), MatchStrength::Exact)), "{}", form(number, other));
        }
    }
}

#[tokio::test]
async fn numbers_that_an_earlier_version_kept_are_read_again() {
    let list = CustomerList::with_plan(plan("HU"));
    list.customer("Anna", &["+52 1 55 5550 0105"]).await;
    list.customer("Gate", &["54321"]).await;
    let path = list.path("directory.db");
    list.directory.close().await;
    let before = rusqlite::Connection::open(&path).expect("the file");
    before.execute("UPDATE customer_number SET kind = 0, digits = NULL, reversed = NULL", []).expect("as it was");
    before.execute("UPDATE meta SET value = replace(value, ' v3', ' v2') WHERE key = 'rules'", []).expect("as it was");
    drop(before);
    let directory = ringcard_hub::directory::Directory::open(&path, plan("HU")).expect("open");
    for number in [outside("+525555500105"), plan("HU").read_or_keep("54321").expect("digits")] {
        // Reading again runs beside the work.
        while directory.find_by_number(&number).await.expect("an answer").is_empty() {
            tokio::task::yield_now().await;
        }
    }
}
