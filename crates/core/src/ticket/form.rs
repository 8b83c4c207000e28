//! What a form asks for, as far as it is filled in: which fields are shown and which of them must be filled in, and what is
//! wrong with a value. Pure: the connector reads the form, the desk and its page ask here.

use super::{FieldKind, FieldValue, TicketField, TicketForm};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Characters of one value. Nobody types that; what is pasted beyond it is said.
pub const LONGEST_VALUE: usize = 10_000;

/// A field that is shown for what is filled in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ShownField<'f> {
    pub field: &'f TicketField,
    /// It must be filled in before a ticket is made.
    pub required: bool,
}

/// What is wrong with what is filled in, of one field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum ValueProblem {
    NotANumber,
    /// No day of the calendar, or written in another way than `2026-11-29`.
    NotADate,
    /// Not, or no longer, among what can be chosen.
    NotOffered,
    /// It takes one value.
    Several,
    TooLong {
        length: u32,
        most: u32,
    },
}

impl TicketForm {
    /// The fields that are shown while these are filled in, in the order of the form. A field with conditions is shown while
    /// another one that is shown has one of the values; conditions may be chained, and those that only wait for each other
    /// show nothing. A flag that nobody touched is `false`.
    pub fn shown(&self, values: &[FieldValue]) -> Vec<ShownField<'_>> {
        let mut is_shown: Vec<bool> = self.fields.iter().map(|field| field.shown_when.is_empty()).collect();
        // Each round shows one field at least, or is the last.
        loop {
            let more: Vec<usize> = (0..self.fields.len())
                .filter(|at| !is_shown[*at] && self.holding(&self.fields[*at], values, &is_shown).next().is_some())
                .collect();
            if more.is_empty() {
                break;
            }
            more.into_iter().for_each(|at| is_shown[at] = true);
        }
        let shown = self.fields.iter().enumerate().filter(|(at, _)| is_shown[*at]);
        shown
            .map(|(_, field)| {
                let required = field.required || self.holding(field, values, &is_shown).any(|required| required);
                ShownField { field, required }
            })
            .collect()
    }

    /// Of the conditions that hold: whether the field must be filled in then.
    fn holding<'f>(
        &'f self,
        field: &'f TicketField,
        values: &'f [FieldValue],
        is_shown: &'f [bool],
    ) -> impl Iterator<Item = bool> + 'f {
        field.shown_when.iter().filter_map(move |when| {
            let at = self.fields.iter().position(|other| other.id == when.field)?;
            (is_shown[at] && self.fields[at].has(values, &when.value)).then_some(when.required)
        })
    }

    /// What is filled in of what is shown, as it is sent: without spaces around it, a number with a point, a day and nothing
    /// that is empty. What is not shown is left out, whatever was typed there before.
    pub fn filled_in(&self, values: &[FieldValue]) -> Vec<FieldValue> {
        let filled = self.shown(values).into_iter().flat_map(|shown| {
            shown.field.values(values).map(|value| FieldValue { field: shown.field.id.clone(), value })
        });
        filled.collect()
    }
}

impl TicketField {
    /// What is filled in, as it is sent; what is empty is not.
    fn values<'v>(&'v self, values: &'v [FieldValue]) -> impl Iterator<Item = String> + 'v {
        let filled = values.iter().filter(|value| value.field == self.id).map(|value| value.value.trim());
        filled.filter(|value| !value.is_empty()).map(|value| match self.kind {
            FieldKind::Number => value.replace(',', "."),
            _ => value.to_owned(),
        })
    }

    fn has(&self, values: &[FieldValue], wanted: &str) -> bool {
        let mut filled = self.values(values).peekable();
        if filled.peek().is_none() && matches!(self.kind, FieldKind::Flag) {
            return wanted == "false";
        }
        filled.any(|value| value == wanted)
    }

    /// Whether there is nothing in it; a flag that must be set and is not counts as nothing.
    pub fn is_empty(&self, values: &[FieldValue]) -> bool {
        let mut filled = self.values(values);
        match self.kind {
            FieldKind::Flag => !filled.any(|value| value == "true"),
            _ => filled.next().is_none(),
        }
    }

    /// What is wrong with what is filled in, if anything. That a pattern is kept to is seen by the CRM alone.
    pub fn problem(&self, values: &[FieldValue]) -> Option<ValueProblem> {
        let filled: Vec<String> = self.values(values).collect();
        if filled.len() > 1 && !matches!(self.kind, FieldKind::Choices { .. }) {
            return Some(ValueProblem::Several);
        }
        filled.iter().find_map(|value| self.problem_of(value))
    }

    fn problem_of(&self, value: &str) -> Option<ValueProblem> {
        let length = value.chars().count();
        if length > LONGEST_VALUE {
            let count = |length: usize| u32::try_from(length).unwrap_or(u32::MAX);
            return Some(ValueProblem::TooLong { length: count(length), most: count(LONGEST_VALUE) });
        }
        match &self.kind {
            FieldKind::Text | FieldKind::LongText | FieldKind::Pattern { .. } => None,
            FieldKind::Number => (!is_number(value)).then_some(ValueProblem::NotANumber),
            FieldKind::Date => (!is_date(value)).then_some(ValueProblem::NotADate),
            FieldKind::Flag => (!matches!(value, "true" | "false")).then_some(ValueProblem::NotOffered),
            FieldKind::Choice { options } | FieldKind::Choices { options } => {
                (!options.iter().any(|option| option.value == value)).then_some(ValueProblem::NotOffered)
            }
        }
    }
}

/// Digits, with a sign before them and a point between them at most.
fn is_number(text: &str) -> bool {
    let text = text.strip_prefix(['-', '+']).unwrap_or(text);
    let (whole, part) = text.split_once('.').map_or((text, None), |(whole, part)| (whole, Some(part)));
    let are_digits = |digits: &str| !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    are_digits(whole) && part.is_none_or(are_digits)
}

/// `2026-11-29`, and a day there is.
fn is_date(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    let [year, month, day] = parts[..] else { return false };
    let number = |digits: &str, long: usize| {
        let are_digits = digits.len() == long && digits.bytes().all(|byte| byte.is_ascii_digit());
        are_digits.then(|| digits.parse::<u32>().ok()).flatten()
    };
    let (Some(year), Some(month), Some(day)) = (number(year, 4), number(month, 2), number(day, 2)) else {
        return false;
    };
    let is_leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    let last = match month {
        2 if is_leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return false,
    };
    (1..=last).contains(&day)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ticket::{FieldCondition, FieldOption};
    use proptest::prelude::*;

    fn options(values: &[&str]) -> Vec<FieldOption> {
        values.iter().map(|value| FieldOption { value: (*value).into(), label: value.to_uppercase() }).collect()
    }

    fn field(id: &str, kind: FieldKind, required: bool) -> TicketField {
        TicketField { id: id.into(), title: id.to_uppercase(), kind, required, shown_when: Vec::new() }
    }

    fn when(mut field: TicketField, other: &str, value: &str, required: bool) -> TicketField {
        field.shown_when.push(FieldCondition { field: other.into(), value: value.into(), required });
        field
    }

    fn form(fields: Vec<TicketField>) -> TicketForm {
        TicketForm { id: "8".into(), name: "Calls".into(), is_default: true, fields }
    }

    fn values(of: &[(&str, &str)]) -> Vec<FieldValue> {
        of.iter().map(|(field, value)| FieldValue { field: (*field).into(), value: (*value).into() }).collect()
    }

    fn shown(form: &TicketForm, of: &[(&str, &str)]) -> Vec<(String, bool)> {
        form.shown(&values(of)).iter().map(|shown| (shown.field.id.clone(), shown.required)).collect()
    }

    /// Topic → kind of bill → invoice, and a flag that hides what is asked of those who are no customers.
    fn chained() -> TicketForm {
        form(vec![
            when(field("invoice", FieldKind::Text, false), "bill", "paper", true),
            field("topic", FieldKind::Choice { options: options(&["bill", "delivery"]) }, true),
            when(
                field("bill", FieldKind::Choice { options: options(&["paper", "mail"]) }, false),
                "topic",
                "bill",
                false,
            ),
            field("guest", FieldKind::Flag, false),
            when(field("customer", FieldKind::Number, false), "guest", "false", false),
        ])
    }

    #[test]
    fn a_field_is_shown_while_the_one_it_waits_for_is_shown_and_has_the_value() {
        let form = chained();
        let of = |of: &[(&str, &str)]| shown(&form, of).into_iter().map(|(id, _)| id).collect::<Vec<_>>().join(" ");
        assert_eq!(of(&[]), "topic guest customer", "a flag nobody touched is false");
        assert_eq!(of(&[("topic", "bill")]), "topic bill guest customer");
        assert_eq!(of(&[("topic", "bill"), ("bill", " paper ")]), "invoice topic bill guest customer");
        assert_eq!(of(&[("topic", "delivery"), ("bill", "paper")]), "topic guest customer", "the chain is broken");
        assert_eq!(of(&[("guest", "true")]), "topic guest");
    }

    #[test]
    fn what_a_condition_requires_is_required_while_it_holds() {
        let form = chained();
        let all = shown(&form, &[("topic", "bill"), ("bill", "paper")]);
        let required: Vec<&str> = all.iter().filter(|(_, required)| *required).map(|(id, _)| id.as_str()).collect();
        assert_eq!(required, ["invoice", "topic"]);
    }

    #[test]
    fn fields_that_only_wait_for_each_other_are_not_shown() {
        let a = when(field("a", FieldKind::Flag, false), "b", "false", true);
        let b = when(field("b", FieldKind::Flag, false), "a", "false", true);
        let itself = when(field("c", FieldKind::Flag, false), "c", "false", true);
        let of_none = when(field("d", FieldKind::Text, false), "there is none", "x", true);
        assert!(shown(&form(vec![a, b, itself, of_none]), &[]).is_empty());
    }

    #[test]
    fn what_is_sent_is_what_is_shown_and_filled_in() {
        let form = chained();
        let typed = [
            ("topic", "delivery"),
            ("bill", "paper"),
            ("invoice", "77"),
            ("customer", " 3,5 "),
            ("guest", ""),
            ("old", "x"),
        ];
        assert_eq!(form.filled_in(&values(&typed)), values(&[("topic", "delivery"), ("customer", "3.5")]));
    }

    #[test]
    fn each_kind_of_field_says_what_is_wrong() {
        let choice = FieldKind::Choice { options: options(&["a", "b"]) };
        let choices = FieldKind::Choices { options: options(&["a", "b"]) };
        let long = "x".repeat(LONGEST_VALUE + 1);
        let table: [(&FieldKind, &[&str], Option<ValueProblem>); 21] = [
            (&FieldKind::Text, &["<b>"], None),
            (&FieldKind::Text, &["one", "two"], Some(ValueProblem::Several)),
            (&FieldKind::Number, &["12"], None),
            (&FieldKind::Number, &["-0,5"], None),
            (&FieldKind::Number, &["1.234,5"], Some(ValueProblem::NotANumber)),
            (&FieldKind::Number, &["."], Some(ValueProblem::NotANumber)),
            (&FieldKind::Number, &["1e9"], Some(ValueProblem::NotANumber)),
            (&FieldKind::Number, &["٣"], Some(ValueProblem::NotANumber)),
            (&FieldKind::Date, &["2028-02-29"], None),
            (&FieldKind::Date, &["2026-02-29"], Some(ValueProblem::NotADate)),
            (&FieldKind::Date, &["1900-02-29"], Some(ValueProblem::NotADate)),
            (&FieldKind::Date, &["2026-13-01"], Some(ValueProblem::NotADate)),
            (&FieldKind::Date, &["29.11.2026"], Some(ValueProblem::NotADate)),
            (&FieldKind::Flag, &["true"], None),
            (&FieldKind::Flag, &["yes"], Some(ValueProblem::NotOffered)),
            (&choice, &["b"], None),
            (&choice, &["B"], Some(ValueProblem::NotOffered)),
            (&choices, &["a", "b"], None),
            (&choices, &["a", "c"], Some(ValueProblem::NotOffered)),
            (&FieldKind::Pattern { pattern: "\\A\\d+\\z".into() }, &["what the CRM looks at"], None),
            (&FieldKind::LongText, &[&long], Some(ValueProblem::TooLong { length: 10_001, most: 10_000 })),
        ];
        for (kind, given, expected) in table {
            let given = values(&given.iter().map(|value| ("f", *value)).collect::<Vec<_>>());
            assert_eq!(field("f", kind.clone(), false).problem(&given), expected, "{kind:?} {}", given.len());
        }
    }

    #[test]
    fn a_flag_that_must_be_set_is_empty_until_it_is() {
        let flag = field("f", FieldKind::Flag, true);
        assert!(
            flag.is_empty(&[])
                && flag.is_empty(&values(&[("f", "false")]))
                && !flag.is_empty(&values(&[("f", "true")]))
        );
        let text = field("t", FieldKind::Text, true);
        assert!(text.is_empty(&values(&[("t", "  ")])) && !text.is_empty(&values(&[("t", "x")])));
    }

    prop_compose! {
        /// Any form of few fields, whose conditions may go in circles.
        fn any_form()(fields in prop::collection::vec(
            (any::<bool>(), any::<bool>(), prop::collection::vec((0..6_usize, 0..3_u8, any::<bool>()), 0..3)), 0..6,
        )) -> TicketForm {
            form(fields.into_iter().enumerate().map(|(at, (is_flag, required, conditions))| {
                let kind = if is_flag { FieldKind::Flag } else { FieldKind::Text };
                let new = field(&at.to_string(), kind, required);
                conditions.into_iter().fold(new, |new, (other, value, required)| {
                    let value = ["true", "false", "x"][usize::from(value)];
                    when(new, &other.to_string(), value, required)
                })
            }).collect())
        }
    }

    proptest! {
        /// Each field with conditions that is shown has one that holds on a field that is shown; none that is hidden has.
        #[test]
        fn a_field_is_shown_for_a_reason(
            form in any_form(),
            given in prop::collection::vec((0..6_usize, 0..3_usize), 0..8),
        ) {
            let given: Vec<FieldValue> = given
                .into_iter()
                .map(|(at, value)| FieldValue { field: at.to_string(), value: ["true", "false", "x"][value].into() })
                .collect();
            let shown = form.shown(&given);
            let is_shown = |id: &str| shown.iter().any(|one| one.field.id == id);
            for field in &form.fields {
                let holds = field.shown_when.iter().any(|when| {
                    let other = form.fields.iter().find(|other| other.id == when.field);
                    other.is_some_and(|other| is_shown(&other.id) && other.has(&given, &when.value))
                });
                if is_shown(&field.id) {
                    prop_assert!(field.shown_when.is_empty() || holds);
                } else {
                    prop_assert!(!field.shown_when.is_empty() && !holds);
                }
            }
            let sent = form.filled_in(&given);
            prop_assert_eq!(form.filled_in(&sent), sent.clone(), "what is sent is filled in already");
            prop_assert!(sent.iter().all(|value| is_shown(&value.field)));
        }
    }
}
