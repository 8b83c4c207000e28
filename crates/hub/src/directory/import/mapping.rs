//! From a file's values to a customer, by what each column is.

use super::{
    ImportTarget, Refusal, cells,
    fit::{self, Adjustment, Origins},
    header,
};
use crate::directory::validate::{self, Part};
use ringcard_core::{
    customer::{CustomerDetails, CustomerNumber},
    number::{DialPlan, NotANumber},
};
use std::collections::BTreeMap;

/// A longer key is no key.
const LONGEST_EXTERNAL_ID: usize = 128;

/// One value of a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Value {
    pub target: ImportTarget,
    pub text: String,
    /// Of a number, what its file says of it, in the file's own words.
    pub label: Option<String>,
    /// The column it stood in.
    pub column: Option<usize>,
}

impl Value {
    pub fn new(target: ImportTarget, text: impl Into<String>) -> Self {
        Self { target, text: text.into(), label: None, column: None }
    }

    pub fn of_column(self, column: usize) -> Self {
        Self { column: Some(column), ..self }
    }
}

/// A row as a customer, not yet checked.
#[derive(Debug, Clone, Default)]
pub(super) struct Mapped {
    pub details: CustomerDetails,
    pub external_id: Option<String>,
    /// A value for *VIP* was given, be it *no*.
    pub says_vip: bool,
    pub origins: Origins,
    /// Values that are not what their column is.
    pub misfits: Vec<Misfit>,
    /// What was changed so that the rest could be kept.
    pub adjustments: Vec<Adjustment>,
}

/// A value that is not what its column is.
#[derive(Debug, Clone)]
pub(super) struct Misfit {
    pub target: ImportTarget,
    pub text: String,
    pub why: Refusal,
}

pub(super) fn map(values: Vec<Value>, plan: &DialPlan) -> Mapped {
    let mut mapped = Mapped::default();
    let (mut first, mut middle, mut last) = (String::new(), Vec::new(), String::new());
    let mut numbers = Numbers::default();
    for Value { target, text, label, column } in values {
        let text = text.trim();
        if text.is_empty() {
            continue;
        }
        if let Some(column) = column {
            mapped.origins.note(&target, column);
        }
        let details = &mut mapped.details;
        let misfit = |why: Refusal| Misfit { target: target.clone(), text: text.to_owned(), why };
        match target {
            ImportTarget::Ignore | ImportTarget::Label => {}
            ImportTarget::Name => details.name = text.to_owned(),
            ImportTarget::FirstName => first = text.to_owned(),
            ImportTarget::MiddleName => middle.push(text.to_owned()),
            ImportTarget::LastName => last = text.to_owned(),
            ImportTarget::Company => details.company = text.to_owned(),
            ImportTarget::Role => details.role = text.to_owned(),
            ImportTarget::Email => match cells::several_emails(text).split_first() {
                None => details.email = text.to_owned(),
                Some((address, others)) => {
                    details.email = (*address).to_owned();
                    if !others.is_empty() {
                        let why = Refusal::TooMany { part: Part::Email, found: others.len() + 1, most: 1 };
                        mapped.misfits.push(Misfit { target, text: others.join(", "), why });
                    }
                }
            },
            ImportTarget::Number
            | ImportTarget::Mobile
            | ImportTarget::Work
            | ImportTarget::Home
            | ImportTarget::Labelled(_) => {
                if !numbers.take(text, label.as_deref(), own_label(&target), plan) {
                    let place = numbers.all.len() + 1;
                    mapped.misfits.push(misfit(Refusal::Number { place, why: NotANumber::NoDigits }));
                }
            }
            ImportTarget::Tags => details.tags.extend(cells::tags(text)),
            ImportTarget::Vip => match yes_or_no(text) {
                Some(vip) => {
                    details.vip = vip;
                    mapped.says_vip = true;
                }
                None => mapped.misfits.push(misfit(Refusal::Vip)),
            },
            ImportTarget::Notes => details.notes = text.to_owned(),
            ImportTarget::Link => match web_address(text) {
                Some(link) => details.link = Some(link),
                None => mapped.misfits.push(misfit(Refusal::Link)),
            },
            ImportTarget::ExternalId if text.chars().count() > LONGEST_EXTERNAL_ID => {
                mapped.misfits.push(misfit(Refusal::LongKey));
            }
            ImportTarget::ExternalId => mapped.external_id = Some(text.to_owned()),
            ImportTarget::Field(name) => add_field(&mut details.fields, name, text),
        }
    }
    mapped.details.numbers = numbers.in_order();
    if mapped.details.name.is_empty() {
        let family_first = matches!(plan.country(), "HU" | "JP" | "CN" | "TW" | "KR" | "VN");
        let given = std::iter::once(first).chain(middle).filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ");
        let parts = if family_first { [last, given] } else { [given, last] };
        mapped.details.name = parts.join(" ").trim().to_owned();
    }
    mapped
}

/// Two columns for one free field: neither value is lost.
fn add_field(fields: &mut BTreeMap<String, String>, name: String, text: &str) {
    let numbered = (2..=9).map(|time| validate::field_name(&format!("{time}: {name}")));
    let is_free = |name: &String| fields.get(name).is_none_or(|known| known == text);
    let free = std::iter::once(name.clone()).chain(numbered).find(is_free);
    fields.insert(free.unwrap_or(name), text.to_owned());
}

/// The numbers of a row in the order of its cells.
#[derive(Default)]
struct Numbers {
    all: Vec<CustomerNumber>,
    /// Behind the others: a fax that is first would be dialled.
    faxes: Vec<CustomerNumber>,
}

impl Numbers {
    /// Takes the numbers of a cell, unless it says that there is none.
    fn take(&mut self, text: &str, said: Option<&str>, column: &str, plan: &DialPlan) -> bool {
        let is_one = |line: &str| cells::has_a_numbers_digits(line) || cells::labelled(line.trim()).is_some();
        // One on each line, as a report has them.
        let lines: Vec<&str> = match text.lines().filter(|line| !line.trim().is_empty()).all(is_one) {
            true => text.lines().map(str::trim).filter(|line| !line.is_empty()).collect(),
            false => vec![text],
        };
        let said = said.map(header::label_word).filter(|said| !said.is_empty());
        for line in lines {
            if let Some((written, own)) = cells::labelled(line) {
                // In a file of ours, where a person put it.
                self.all.push(number(written, own));
                continue;
            }
            if !line.bytes().any(|byte| byte.is_ascii_digit()) && fit::is_nothing(line) {
                return false;
            }
            for part in cells::numbers(line, plan) {
                let label = part.label.filter(|label| !label.is_empty());
                let label = label.or_else(|| said.clone()).unwrap_or_else(|| column.to_owned());
                let to = if label == "fax" { &mut self.faxes } else { &mut self.all };
                to.push(number(part.written, &label));
            }
        }
        true
    }

    fn in_order(self) -> Vec<CustomerNumber> {
        self.all.into_iter().chain(self.faxes).collect()
    }
}

fn number(written: &str, label: &str) -> CustomerNumber {
    CustomerNumber { label: label.to_owned(), written: written.to_owned(), party: None }
}

/// The label of the numbers of a column.
fn own_label(target: &ImportTarget) -> &str {
    match target {
        ImportTarget::Mobile => "mobile",
        ImportTarget::Work => "work",
        ImportTarget::Home => "home",
        ImportTarget::Labelled(label) => label.trim(),
        _ => "",
    }
}

/// Gives each number what the column beside it says of it. `twins` has the number's column for each column of labels.
pub(super) fn give_labels(values: &mut [Value], twins: &[Option<usize>]) {
    for at in 0..values.len() {
        let Some(number) = values[at].column.and_then(|column| twins.get(column).copied().flatten()) else { continue };
        let label = values[at].text.trim().to_owned();
        if let Some(value) = values.iter_mut().find(|value| value.column == Some(number)) {
            value.label = Some(label);
        }
    }
}

/// Whether a number that stands in a cell as it is would be read as something else: then its label stands beside it, in
/// brackets, be it empty.
pub(in crate::directory) fn reads_otherwise(written: &str) -> bool {
    cells::labelled(written).is_some() || cells::may_be_several_numbers(written) || fit::is_nothing(written)
}

/// A formula's sign that was guarded for spreadsheets: see [`crate::directory::export`].
pub(super) fn unguarded(text: &str) -> &str {
    match text.strip_prefix('\'') {
        Some(rest) if rest.starts_with(['=', '+', '-', '@', '\'']) => rest,
        _ => text,
    }
}

fn yes_or_no(text: &str) -> Option<bool> {
    if text.contains(['✓', '✔', '☑', '✅', '★', '⭐']) {
        return Some(true);
    }
    header::yes_or_no(&crate::directory::fold::fold(text))
}

/// `acme.hu/12` is meant as a web address; `skype:anna` and `n/a` are none.
fn web_address(text: &str) -> Option<String> {
    if text.contains(char::is_whitespace) {
        return None;
    }
    if let Some((scheme, rest)) = text.split_once("://") {
        let is_web = scheme.eq_ignore_ascii_case("https") || scheme.eq_ignore_ascii_case("http");
        return (is_web && !rest.is_empty()).then(|| text.to_owned());
    }
    let (host, rest) = text.split_at(text.find(['/', ':', '?', '#']).unwrap_or(text.len()));
    let is_port = |rest: &str| rest.starts_with(|digit: char| digit.is_ascii_digit());
    let is_host = host.contains('.') && !host.contains('@') && !host.starts_with('.') && !host.ends_with('.');
    (is_host && rest.strip_prefix(':').is_none_or(is_port)).then(|| format!("https://{text}"))
}
