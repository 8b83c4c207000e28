//! The people who call: believable customers, and calls worth trying.

use serde::Serialize;

/// The customers as a CRM would export them: numbers in many written forms, some shared, names long and accented.
pub fn customers_csv() -> &'static str {
    include_str!("../data/customers.csv")
}

/// A customer as the page lists them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Person {
    pub name: String,
    pub company: String,
    pub role: String,
    /// ISO 3166, of the customer's office.
    pub country: String,
    pub vip: bool,
    pub notes: String,
    pub numbers: Vec<PersonNumber>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PersonNumber {
    /// The column it stands in.
    pub label: String,
    /// As the list has it.
    pub written: String,
    /// As a PBX reports it when it calls.
    pub caller: String,
}

/// The columns of [`customers_csv`] that hold numbers.
pub const NUMBER_COLUMNS: [&str; 4] = ["mobile", "work", "home", "other"];

/// [`customers_csv`], read.
pub fn customers() -> Vec<Person> {
    let mut rows = read(customers_csv()).into_iter();
    let header = rows.next().unwrap_or_default();
    let column = |name: &str| header.iter().position(|h| h == name);
    rows.map(|row| {
        let cell = |name: &str| column(name).and_then(|at| row.get(at)).cloned().unwrap_or_default();
        let country = cell("country");
        let numbers =
            NUMBER_COLUMNS.iter().map(|label| (label, cell(label))).filter(|(_, written)| !written.is_empty());
        let numbers = numbers.map(|(label, written)| PersonNumber {
            label: label.to_string(),
            caller: as_caller(&written, &country),
            written,
        });
        Person {
            name: cell("name"),
            company: cell("company"),
            role: cell("role"),
            vip: cell("vip") == "yes",
            notes: cell("notes"),
            numbers: numbers.collect(),
            country,
        }
    })
    .collect()
}

/// What the network shows of a number written like those in the list: plus, country, number, without extension.
fn as_caller(written: &str, country: &str) -> String {
    // country, its code, and what a national number begins with
    const COUNTRIES: [(&str, &str, &str); 10] = [
        ("HU", "36", "06"),
        ("ES", "34", ""),
        ("DE", "49", "0"),
        ("AT", "43", "0"),
        ("GB", "44", "0"),
        ("FR", "33", "0"),
        ("RO", "40", "0"),
        ("IT", "39", ""),
        ("PL", "48", ""),
        ("US", "1", "1"),
    ];
    // `m/12`: an extension, which the network does not show; `(0)`: said only inside the country
    let number = written.split(" m/").next().unwrap_or_default().replace("(0)", "");
    let digits: String = number.chars().filter(char::is_ascii_digit).collect();
    let (_, code, trunk) = COUNTRIES.iter().find(|(c, ..)| *c == country).copied().unwrap_or(("", "", ""));
    if number.contains('+') {
        format!("+{digits}")
    } else if let Some(international) = digits.strip_prefix("00") {
        format!("+{international}")
    } else if digits.starts_with(code) && digits.len() > 10 {
        format!("+{digits}")
    } else {
        format!("+{code}{}", digits.strip_prefix(trunk).unwrap_or(&digits))
    }
}

/// Reads RFC 4180: commas, quotes, doubled quotes.
fn read(text: &str) -> Vec<Vec<String>> {
    let (mut rows, mut row, mut cell, mut quoted) = (Vec::new(), Vec::new(), String::new(), false);
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '"' if quoted && letters.peek() == Some(&'"') => {
                letters.next();
                cell.push('"');
            }
            '"' => quoted = !quoted,
            ',' if !quoted => row.push(std::mem::take(&mut cell)),
            '\n' if !quoted => {
                row.push(std::mem::take(&mut cell));
                rows.push(std::mem::take(&mut row));
            }
            '\r' if !quoted => {}
            other => cell.push(other),
        }
    }
    if !cell.is_empty() || !row.is_empty() {
        row.push(cell);
        rows.push(row);
    }
    rows
}

/// A call worth trying.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Scenario {
    /// For scripts.
    pub name: &'static str,
    /// For buttons.
    pub title: &'static str,
    /// What it shows, for people.
    pub about: &'static str,
    /// Empty: hidden.
    pub caller: &'static str,
}

/// The calls worth trying, against [`customers_csv`].
pub fn scenarios() -> &'static [Scenario] {
    const fn call(name: &'static str, title: &'static str, about: &'static str, caller: &'static str) -> Scenario {
        Scenario { name, title, about, caller }
    }
    const SCENARIOS: [Scenario; 10] = [
        call("known", "Known", "Nagy Péter, by his one number", "+36205550102"),
        call("vip", "VIP", "María López García, who prefers English", "+34612345601"),
        call("other_form", "Known, other form", "Tóth Gábor, sent as the exchange dials it", "06305550104"),
        call("no_plus", "Known, no plus", "Begoña Iturralde, country code without plus", "34612345608"),
        call("shared", "Shared number", "The hotel's reception: two customers", "+3615550111"),
        call(
            "switchboard",
            "Behind a switchboard",
            "A company's main number: two customers with extensions",
            "+3615550112",
        ),
        call("unknown", "Unknown", "A number in nobody's list", "+36705559999"),
        call("unknown_abroad", "Unknown, abroad", "A number from Portugal in nobody's list", "+351912345678"),
        call("hidden", "Hidden", "The caller withholds the number", ""),
        call("internal", "Internal", "A colleague at extension 103", "103"),
    ];
    &SCENARIOS
}
