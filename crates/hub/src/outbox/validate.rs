//! What may enter: bounded, readable, and worth trying to send.
//!
//! Invisible characters are taken out of words for people; in an id they are refused, since they would name something else.

use ringcard_core::{
    limits::{LONGEST_COMMENT, Misfit},
    submission::{Submission, SubmissionKey, Write},
};
use thiserror::Error;

const MOST_KEY: usize = 64;
const MOST_ID: usize = 200;
const MOST_ABOUT: usize = 200;
const MOST_NAME: usize = 200;
const MOST_VALUE: usize = 1_000;
const MOST_FIELDS: usize = 60;
const MOST_NUMBERS: usize = 20;

/// What is wrong with a submission.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum Flaw {
    #[error("{field} has {length} characters, at most {most} can be sent; please shorten it")]
    TooLong { field: &'static str, length: usize, most: usize },
    #[error("{field} is missing")]
    Missing { field: &'static str },
    #[error("{field} contains characters that cannot be sent")]
    Unreadable { field: &'static str },
    #[error("there are {count} {field}, at most {most} can be sent")]
    TooMany { field: &'static str, count: usize, most: usize },
    #[error("it needs another submission that is not there")]
    NeedsNothing,
    #[error("this version of Ringcard does not know what is to be written: update the hub")]
    NotKnown,
    /// The account it is for could never take it.
    #[error("{0}")]
    Misfit(Misfit),
}

/// The submission as it is kept, or why it cannot be.
pub(super) fn fit(mut submission: Submission) -> Result<Submission, Flaw> {
    fit_key(&submission.key)?;
    // A label for people: too long a one is no reason to lose what it stands on.
    shorten(&mut submission.about, MOST_ABOUT);
    words("the name", &mut submission.about, MOST_ABOUT)?;
    if let Some(agent) = &submission.agent {
        optional_id("the agent", &agent.0)?;
    }
    if let Some(call) = &submission.call_id {
        optional_id("the call", &call.0)?;
    }
    if let Some(needs) = &submission.needs {
        fit_key(needs)?;
        if *needs == submission.key {
            return Err(Flaw::NeedsNothing);
        }
    }
    submission.write = fit_write(submission.write)?;
    Ok(submission)
}

pub(super) fn fit_write(mut write: Write) -> Result<Write, Flaw> {
    id("the account", write.account())?;
    match &mut write {
        Write::Codify { record, code, second_code, comment, .. } => {
            id("the campaign", &record.campaign.0)?;
            id("the customer's id", &record.customer_id)?;
            id("the code", code)?;
            optional_id("the second code", second_code.as_deref().unwrap_or_default())?;
            words("the comment", comment, LONGEST_COMMENT)?;
        }
        Write::CodeCall { agent_id, code, second_code, comment, .. } => {
            id("the agent's id", agent_id)?;
            id("the code", code)?;
            optional_id("the second code", second_code.as_deref().unwrap_or_default())?;
            words("the comment", comment, LONGEST_COMMENT)?;
        }
        Write::AddRecord { campaign, customer_id, customer_name, numbers, fields, .. } => {
            id("the campaign", &campaign.0)?;
            id("the customer's id", customer_id)?;
            words("the customer's name", customer_name, MOST_NAME)?;
            at_most("numbers", numbers.len(), MOST_NUMBERS)?;
            at_most("fields", fields.len(), MOST_FIELDS)?;
            for number in numbers {
                id("a number", number)?;
            }
            for (name, value) in fields {
                id("a field's name", name)?;
                words("a field", value, MOST_VALUE)?;
            }
        }
        Write::ScheduleCallback { record, number, agent_id, .. }
        | Write::ChangeCallback { record, number, agent_id, .. }
        | Write::CancelCallback { record, number, agent_id, .. } => {
            id("the campaign", &record.campaign.0)?;
            id("the customer's id", &record.customer_id)?;
            id("the number", number)?;
            optional_id("the agent's id", agent_id.as_deref().unwrap_or_default())?;
        }
        // Made here, of what was bounded when it was kept; changed, it would be told again for ever.
        Write::LogCall { entry, .. } | Write::TellTeam { entry, .. } => id("the call", &entry.call_id.0)?,
        Write::AddNumber { customer, number, .. } => {
            id("the customer's id", &customer.0)?;
            id("the number", number)?;
        }
        Write::Other => return Err(Flaw::NotKnown),
    }
    Ok(write)
}

fn fit_key(key: &SubmissionKey) -> Result<(), Flaw> {
    id("the key", &key.0)?;
    at_most_long("the key", &key.0, MOST_KEY)?;
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    if key.0.chars().all(plain) { Ok(()) } else { Err(Flaw::Unreadable { field: "the key" }) }
}

fn id(field: &'static str, value: &str) -> Result<(), Flaw> {
    if value.trim().is_empty() {
        return Err(Flaw::Missing { field });
    }
    optional_id(field, value)
}

fn optional_id(field: &'static str, value: &str) -> Result<(), Flaw> {
    at_most_long(field, value, MOST_ID)?;
    if value.chars().any(char::is_control) { Err(Flaw::Unreadable { field }) } else { Ok(()) }
}

/// Words for people keep their lines, and lose what cannot be seen.
fn words(field: &'static str, value: &mut String, most: usize) -> Result<(), Flaw> {
    at_most_long(field, value, most)?;
    if value.chars().any(|c| c.is_control() && c != '\n') {
        *value = value
            .replace("\r\n", "\n")
            .chars()
            .map(|c| if c == '\t' { ' ' } else { c })
            .filter(|c| !c.is_control() || *c == '\n')
            .collect();
    }
    Ok(())
}

/// Cuts, and shows that it did.
fn shorten(value: &mut String, most: usize) {
    if value.char_indices().nth(most).is_some()
        && let Some((end, _)) = value.char_indices().nth(most - 1)
    {
        value.truncate(end);
        value.push('…');
    }
}

fn at_most_long(field: &'static str, value: &str, most: usize) -> Result<(), Flaw> {
    // Bytes first: a hundred megabytes are not counted.
    if value.len() <= most {
        return Ok(());
    }
    let length = if value.len() > most * 8 { value.len() } else { value.chars().count() };
    if length > most { Err(Flaw::TooLong { field, length, most }) } else { Ok(()) }
}

fn at_most(field: &'static str, count: usize, most: usize) -> Result<(), Flaw> {
    if count > most { Err(Flaw::TooMany { field, count, most }) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ringcard_core::{
        Timestamp,
        campaign::{CampaignId, CampaignKind, RecordRef},
    };

    fn coded(key: &str, customer: &str, code: &str, comment: &str) -> Submission {
        Submission {
            key: SubmissionKey(key.into()),
            write: Write::Codify {
                record: RecordRef {
                    account: "crm".into(),
                    campaign: CampaignId("42".into()),
                    kind: CampaignKind::Predictive,
                    customer_id: customer.into(),
                },
                code: code.into(),
                second_code: None,
                comment: comment.into(),
                do_not_call: true,
            },
            about: "Ana".into(),
            call_id: None,
            agent: None,
            made_at: Timestamp(0),
            expires_at: None,
            needs: None,
        }
    }

    #[test]
    fn bad_input_is_refused_with_a_sentence() {
        let huge = "x".repeat(100_000);
        for (submission, sentence) in [
            (
                coded("k", "9", "12", &huge),
                "the comment has 100000 characters, at most 4000 can be sent; please shorten it",
            ),
            (coded("k", "9", " ", ""), "the code is missing"),
            (coded("k", "9\r\nX: 1", "12", ""), "the customer's id contains characters that cannot be sent"),
            (coded("k/../k", "9", "12", ""), "the key contains characters that cannot be sent"),
            (coded("", "9", "12", ""), "the key is missing"),
            (
                coded(&"k".repeat(65), "9", "12", ""),
                "the key has 65 characters, at most 64 can be sent; please shorten it",
            ),
        ] {
            assert_eq!(fit(submission).expect_err("refused").to_string(), sentence);
        }
    }

    #[test]
    fn a_comment_keeps_its_words_and_lines_and_loses_what_cannot_be_seen() {
        let fit = fit(coded("k", "9", "12", "Ő said:\r\n\u{0}yes\u{8}\tplease")).expect("fit");
        let Write::Codify { comment, .. } = fit.write else { panic!("another write") };
        assert_eq!(comment, "Ő said:\nyes please");
    }

    #[test]
    fn a_customers_long_name_is_shortened_on_the_row_and_the_coding_is_taken() {
        let mut submission = coded("k", "9", "12", "");
        submission.about = "Ő".repeat(MOST_ABOUT);
        assert_eq!(fit(submission.clone()).expect("fit").about, "Ő".repeat(MOST_ABOUT), "as long as it may be");
        submission.about = "Ő".repeat(100_000);
        let about = fit(submission).expect("fit").about;
        assert_eq!(about, format!("{}…", "Ő".repeat(MOST_ABOUT - 1)));
    }

    #[test]
    fn four_thousand_letters_of_any_alphabet_fit() {
        fit(coded("k", "9", "12", &"漢".repeat(LONGEST_COMMENT))).expect("fit");
    }
}
