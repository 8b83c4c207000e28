//! Lists of numbers as people write them: whole ones in any form that can be read, and beginnings (`+3620*`).

use super::{BadPrefix, DialPlan, DialRule, NotANumber, Party, RuleAct};
use std::collections::BTreeSet;
use thiserror::Error;

/// Numbers, and beginnings of numbers.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NumberList {
    whole: BTreeSet<String>,
    beginnings: BTreeSet<String>,
}

/// Neither a number nor the beginning of one.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum NotListed {
    #[error("“{written}” is no phone number: {reason}")]
    Number { written: String, reason: NotANumber },
    #[error(transparent)]
    Beginning(#[from] BadPrefix),
}

impl NumberList {
    /// Whether this is one of them.
    pub fn has(&self, party: &Party) -> bool {
        let written = match party {
            Party::Outside(number) => &number.e164,
            Party::Internal { digits } => digits,
            Party::Hidden | Party::Unreadable { .. } => return false,
        };
        self.whole.contains(written) || self.beginnings.iter().any(|beginning| written.starts_with(beginning))
    }

    /// Takes in one more, as it is written.
    pub fn take(&mut self, plan: &DialPlan, written: &str) -> Result<(), NotListed> {
        if let Some(beginning) = written.trim().strip_suffix('*') {
            let tidy: String = beginning.chars().filter(|letter| !" -()./".contains(*letter)).collect();
            let tidy = tidy.strip_prefix("00").map_or_else(|| tidy.clone(), |digits| format!("+{digits}"));
            let is_one = !tidy.starts_with('0') && DialRule::new(tidy.clone(), RuleAct::Ask, None).is_ok();
            if !is_one {
                return Err(BadPrefix(written.trim().to_owned()).into());
            }
            self.beginnings.insert(tidy);
            return Ok(());
        }
        let not_read = |reason| NotListed::Number { written: written.to_owned(), reason };
        match plan.read(written).map_err(not_read)?.party {
            Party::Outside(number) => self.whole.insert(number.e164),
            Party::Internal { digits } => self.whole.insert(digits),
            Party::Hidden | Party::Unreadable { .. } => return Err(not_read(NotANumber::Withheld)),
        };
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_knows_its_numbers_in_every_spelling_and_by_how_they_begin() {
        let plan = DialPlan::new("HU").expect("a country").with_internal(3..=4);
        let mut list = NumberList::default();
        for written in ["06 30 123 4567", "+36 20*", "0049 (30) *", "71*", "105"] {
            list.take(&plan, written).expect(written);
        }
        let is_listed = |written: &str| list.has(&plan.read(written).expect(written).party);
        for written in ["+36301234567", "36 30 123-4567", "06201112223", "+493012345678", "7123", "105"] {
            assert!(is_listed(written), "{written}");
        }
        for written in ["+36301234568", "+36701112223", "+494012345678", "106", "721"] {
            assert!(!is_listed(written), "{written}");
        }
        assert!(!list.has(&Party::Hidden) && !list.has(&Party::Unreadable { text: "+3620".into() }));
    }

    #[test]
    fn what_is_no_number_and_begins_none_is_said() {
        let plan = DialPlan::new("HU").expect("a country");
        for (written, said) in [("*", "begins no number"), ("0630*", "begins no number"), ("hello", "no phone number")]
        {
            let error = NumberList::default().take(&plan, written).expect_err(written).to_string();
            assert!(error.contains(said) && error.contains(written), "{written}: {error}");
        }
    }
}
