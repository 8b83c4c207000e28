//! What a card says of somebody: from its properties to the values of a row.

use super::{
    ImportTarget,
    columns::repeats,
    labels,
    mapping::Value,
    vcard::{COLUMNS, Card, Content, ContentLine, FIELD, Fault, LABEL, LONGEST, MOST_PROPERTIES, Property},
    vcard_line::{Around, Parameters, components, decode, name, split_head, split_outside_quotes, unescaped},
};
use encoding_rs::Encoding;

/// The properties of a card that anybody wants, as they stood there.
#[derive(Default)]
pub(super) struct Lines {
    wanted: Vec<Wanted>,
    /// What one property says of its letters, others of the card mean as well.
    charset: Option<&'static Encoding>,
    is_agent: bool,
    lines: usize,
}

struct Wanted {
    group: String,
    name: String,
    parameters: Parameters,
    value: Vec<u8>,
    cut: bool,
}

/// A card's values.
#[derive(Default)]
struct Told {
    known: Vec<(String, Property, Value)>,
    labels: Vec<(String, String)>,
    is_organisation: bool,
}

impl Lines {
    pub fn take(&mut self, mut line: ContentLine) {
        self.lines += 1;
        if self.lines > MOST_PROPERTIES {
            return;
        }
        let Some((head, value)) = split_head(&line.bytes) else { return };
        let written = String::from_utf8_lossy(head).into_owned();
        let mut parts = split_outside_quotes(&written, ';').into_iter();
        let (group, _) = parts.next().unwrap_or_default().rsplit_once('.').unwrap_or_default();
        let name = name(&line.bytes);
        self.is_agent = name == "AGENT";
        let wanted = column(&name).is_some() || matches!(name.as_str(), "N" | "ROLE" | "KIND" | "X-ABLABEL" | FIELD);
        if !wanted {
            return;
        }
        let parameters = Parameters::read(parts);
        self.charset = self.charset.or(parameters.charset());
        let group = group.trim().to_ascii_lowercase();
        let cut = line.cut || value.len() > LONGEST;
        let at = line.bytes.len() - value.len();
        let value = line.bytes.split_off(at);
        self.wanted.push(Wanted { group, name, parameters, value, cut });
    }

    /// Whether the last property is somebody else's card.
    pub fn is_agent(&self) -> bool {
        self.is_agent
    }

    pub fn into_card(self, around: &Around) -> Card {
        let is_cut = self.lines > MOST_PROPERTIES;
        let texts: Vec<_> = self.wanted.iter().map(|wanted| (wanted, wanted.text(self.charset, around))).collect();
        let has_broken = texts.iter().any(|(_, text)| text.is_err());
        if has_broken {
            let is_name = |wanted: &Wanted| matches!(wanted.name.as_str(), "FN" | "N" | "ORG");
            let mut names = texts.iter().filter(|(wanted, _)| is_name(wanted)).peekable();
            let named = |text: &Result<String, Fault>| text.as_ref().is_ok_and(|text| !text.trim().is_empty());
            if names.peek().is_some() && !names.any(|(_, text)| named(text)) {
                return Card::Refused(Fault::Broken, self.as_far_as_told(around));
            }
        }
        let mut told = Told::default();
        for (wanted, text) in &texts {
            if let Ok(text) = text {
                told.property(wanted, text, around);
            }
        }
        Card::Read(Content { values: told.into_values(), is_cut, has_broken })
    }

    /// With a sign in the place of what cannot be read.
    pub fn as_far_as_told(&self, around: &Around) -> Vec<(Property, Value)> {
        let mut told = Told::default();
        for wanted in &self.wanted {
            let text = wanted.text(self.charset, around);
            told.property(
                wanted,
                &text.unwrap_or_else(|_| String::from_utf8_lossy(&wanted.value).into_owned()),
                around,
            );
        }
        told.into_values()
    }
}

impl Wanted {
    fn text(&self, of_card: Option<&'static Encoding>, around: &Around) -> Result<String, Fault> {
        let value = &self.value[..self.value.len().min(LONGEST)];
        let text = decode(value, &self.parameters, of_card, around);
        if !self.cut {
            return text;
        }
        // Where it is cut, a letter may be. It is too long for whatever it is, which is said there.
        Ok(text.unwrap_or_else(|_| String::from_utf8_lossy(value).into_owned()))
    }
}

impl Told {
    fn property(&mut self, wanted: &Wanted, text: &str, around: &Around) {
        let Wanted { group, name, parameters, .. } = wanted;
        let mut add = |column: &str, text: String, label: Option<String>| {
            if let Some((place, target)) = self::column(column) {
                let value = Value { label, ..Value::new(target, text) };
                self.known.push((group.clone(), Property::Column(place), value));
            }
        };
        match name.as_str() {
            "N" => {
                let parts = components(text, ';');
                let part = |at: usize| parts.get(at).cloned().unwrap_or_default();
                add("N (family)", part(0), None);
                add("N (given)", [part(1), part(2)].join(" ").trim().to_owned(), None);
            }
            "ORG" => {
                let parts: Vec<String> = components(text, ';').into_iter().filter(|part| !part.is_empty()).collect();
                add("ORG", parts.join(", "), None);
            }
            "TEL" => match parameters.first(LABEL) {
                // Written by us: one number, however it is written, and in its place.
                Some(own) => add("TEL", format!("{} [{own}]", number(text, parameters)), None),
                None => add("TEL", number(text, parameters), Some(label(parameters, around))),
            },
            "CATEGORIES" => components(text, ',').into_iter().for_each(|tag| add("CATEGORIES", tag, None)),
            "ROLE" => add("TITLE", unescaped(text), None),
            "KIND" => self.is_organisation = text.trim().eq_ignore_ascii_case("org"),
            "X-ABLABEL" => {
                let label = unescaped(text);
                let label = label.trim_start_matches("_$!<").trim_end_matches(">!$_");
                let label = labels::known(label).unwrap_or(label).to_owned();
                self.labels.push((group.clone(), label));
            }
            FIELD => {
                if let Some(field) = parameters.first("X-NAME") {
                    let value = Value::new(ImportTarget::Field(field.to_owned()), unescaped(text));
                    self.known.push((String::new(), Property::Field, value));
                }
            }
            _ => add(name, unescaped(text), None),
        }
    }

    /// Of e-mail addresses, titles and links the first counts, and the others are free fields; several notes are one.
    /// Names in other languages or letters are the same customer's, and left out.
    fn settle_repeated(&mut self) {
        let mut firsts: Vec<(String, Property, Value)> = Vec::new();
        for (group, property, value) in std::mem::take(&mut self.known) {
            let may_repeat = repeats(&value.target) || matches!(value.target, ImportTarget::Field(_));
            let first = firsts.iter_mut().find(|(_, _, first)| first.target == value.target).filter(|_| !may_repeat);
            let Some((_, _, first)) = first else {
                firsts.push((group, property, value));
                continue;
            };
            if first.text.trim() == value.text.trim() {
                continue;
            }
            if first.text.trim().is_empty() {
                *first = value;
                continue;
            }
            match (first.target.clone(), property) {
                (ImportTarget::Notes, _) => first.text = format!("{}\n{}", first.text, value.text),
                (ImportTarget::Email | ImportTarget::Role | ImportTarget::Link, Property::Column(place)) => {
                    let name = COLUMNS[place].0.to_owned();
                    firsts.push((group, Property::Field, Value::new(ImportTarget::Field(name), value.text)));
                }
                _ => {}
            }
        }
        self.known = firsts;
    }

    fn into_values(mut self) -> Vec<(Property, Value)> {
        let company: Option<String> = self.text_of(&ImportTarget::Company);
        // A card of an organisation must have a name all the same: the organisation's.
        if self.is_organisation && self.text_of(&ImportTarget::Name) == company {
            self.known.retain(|(_, _, value)| value.target != ImportTarget::Name);
        }
        self.settle_repeated();
        let labels = self.labels;
        let named = |group: &str| {
            labels.iter().find(|(of, _)| of == group && !group.is_empty()).map(|(_, label)| label.clone())
        };
        let mut faxes = Vec::new();
        let mut values = Vec::new();
        for (group, property, mut value) in self.known {
            if value.target != ImportTarget::Number {
                values.push((property, value));
                continue;
            }
            let is_fax = value.label.as_deref() == Some(labels::FAX);
            // *Home* is said of a fax, too; it stays one.
            value.label = named(&group).filter(|label| !is_fax || labels::known(label).is_none()).or(value.label);
            let is_fax = is_fax || value.label.as_deref() == Some(labels::FAX);
            let list = if is_fax { &mut faxes } else { &mut values };
            list.push((property, value));
        }
        // Nobody is called on a fax: it is never the first of several numbers.
        values.append(&mut faxes);
        values
    }

    fn text_of(&self, target: &ImportTarget) -> Option<String> {
        self.known.iter().find(|(_, _, value)| value.target == *target).map(|(_, _, value)| value.text.clone())
    }
}

fn column(name: &str) -> Option<(usize, ImportTarget)> {
    COLUMNS.iter().position(|(known, _)| *known == name).map(|place| (place, COLUMNS[place].1.clone()))
}

/// `tel:+36-30-123-4567;ext=12` and plain numbers.
fn number(text: &str, parameters: &Parameters) -> String {
    let is_uri = parameters.first("VALUE").is_some_and(|value| value.eq_ignore_ascii_case("uri"));
    let text = if is_uri { text.to_owned() } else { unescaped(text) };
    let text = text.trim();
    match text.get(..4) {
        Some(scheme) if scheme.eq_ignore_ascii_case("tel:") => text[4..].to_owned(),
        _ => text.to_owned(),
    }
}

/// What the types of a number say.
fn label(parameters: &Parameters, around: &Around) -> String {
    if let Some(custom) = parameters.custom_label(around) {
        return labels::known(&custom).map_or(custom, str::to_owned);
    }
    labels::of_types(parameters.all("TYPE").flat_map(|types| types.split(',')))
}
