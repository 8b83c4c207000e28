//! From a file's values to a customer, by what each column is.

use super::{
    ImportTarget, Refusal,
    fit::{Adjustment, Origins},
};
use ringcard_core::{
    customer::{CustomerDetails, CustomerNumber},
    number::DialPlan,
};

/// What has fewer digits is no telephone number of a customer.
const FEWEST_DIGITS: usize = 6;

/// What stands between several numbers of one cell.
pub(super) const PARTED_BY: [char; 4] = ['\n', ';', ',', '|'];

/// A longer key is no key.
const LONGEST_EXTERNAL_ID: usize = 128;

/// One value of a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Value {
    pub target: ImportTarget,
    pub text: String,
    /// Of a number, where the file has a place for it; there is one number then, however it is written.
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
    let (mut first, mut last) = (String::new(), String::new());
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
            ImportTarget::Ignore => {}
            ImportTarget::Name => details.name = text.to_owned(),
            ImportTarget::FirstName => first = text.to_owned(),
            ImportTarget::LastName => last = text.to_owned(),
            ImportTarget::Company => details.company = text.to_owned(),
            ImportTarget::Role => details.role = text.to_owned(),
            ImportTarget::Email => details.email = text.to_owned(),
            ImportTarget::Number => add_numbers(details, text, label, ""),
            ImportTarget::Mobile => add_numbers(details, text, label, "mobile"),
            ImportTarget::Work => add_numbers(details, text, label, "work"),
            ImportTarget::Home => add_numbers(details, text, label, "home"),
            ImportTarget::Tags => details.tags.extend(text.split([',', ';', '|', '\n']).map(str::to_owned)),
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
            ImportTarget::Field(name) => {
                details.fields.insert(name, text.to_owned());
            }
        }
    }
    if mapped.details.name.is_empty() {
        let family_first = matches!(plan.country(), "HU" | "JP" | "CN" | "TW" | "KR" | "VN");
        let parts = if family_first { [last, first] } else { [first, last] };
        mapped.details.name = parts.join(" ").trim().to_owned();
    }
    mapped
}

/// A formula's sign that was guarded for spreadsheets: see [`crate::directory::export`].
pub(super) fn unguarded(text: &str) -> &str {
    match text.strip_prefix('\'') {
        Some(rest) if rest.starts_with(['=', '+', '-', '@', '\'']) => rest,
        _ => text,
    }
}

fn add_numbers(details: &mut CustomerDetails, text: &str, own_label: Option<String>, label: &str) {
    let mut add = |written: &str, label: &str| {
        details.numbers.push(CustomerNumber { label: label.to_owned(), written: written.to_owned(), party: None });
    };
    if let Some(own) = own_label {
        return add(text, if own.is_empty() { label } else { &own });
    }
    // One on each line, as a report has them.
    let lines: Vec<&str> = match text.lines().filter(|line| !line.trim().is_empty()).all(has_a_numbers_digits) {
        true => text.lines().collect(),
        false => vec![text],
    };
    for line in lines {
        if let Some((written, own)) = labelled(line.trim()) {
            add(written, own);
        } else if is_several_numbers(line) {
            line.split(PARTED_BY).map(str::trim).filter(|part| !part.is_empty()).for_each(|part| add(part, label));
        } else if !line.trim().is_empty() {
            add(line.trim(), label);
        }
    }
}

/// Whether a cell holds several numbers: not, where a part is too short to be one (`… ; ext 12`).
pub(in crate::directory) fn is_several_numbers(text: &str) -> bool {
    let mut parts = text.split(PARTED_BY).filter(|part| !part.trim().is_empty()).peekable();
    parts.peek().is_some() && parts.all(has_a_numbers_digits)
}

/// Whether there are as many digits as a telephone number has at least.
pub(super) fn has_a_numbers_digits(text: &str) -> bool {
    text.bytes().filter(u8::is_ascii_digit).count() >= FEWEST_DIGITS
}

/// `+36 30 123 4567 [mobile]`, as we write it.
pub(in crate::directory) fn labelled(text: &str) -> Option<(&str, &str)> {
    let (written, label) = text.strip_suffix(']')?.rsplit_once('[')?;
    Some((written.trim_end(), label))
}

fn yes_or_no(text: &str) -> Option<bool> {
    if text.contains(['✓', '✔', '☑', '✅', '★', '⭐']) {
        return Some(true);
    }
    match crate::directory::fold::fold(text).as_str() {
        "yes" | "y" | "true" | "1" | "x" | "vip" | "si" | "s" | "verdadero" | "igen" | "i" | "igaz" | "on"
        | "checked" | "ja" | "oui" | "sim" | "tak" | "da" | "ano" => Some(true),
        "no" | "n" | "false" | "0" | "falso" | "nem" | "hamis" | "" | "off" | "unchecked" | "nein" | "non" | "nao"
        | "nie" | "ne" => Some(false),
        _ => None,
    }
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
