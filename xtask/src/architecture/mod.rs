//! What the plan forbids, checked and not hoped for. `ARCHITECTURE.md` says why.

mod arrows;
mod listed;
mod promises;
mod tree;
mod vendors;
mod windows;

use crate::checkout::Checkout;

/// What was found: problems fail the check, remarks do not.
#[derive(Default)]
pub struct Findings {
    pub problems: Vec<String>,
    pub remarks: Vec<String>,
}

impl Findings {
    fn problem(&mut self, text: String) {
        self.problems.push(text);
    }

    fn remark(&mut self, text: String) {
        self.remarks.push(text);
    }
}

pub fn check(checkout: &Checkout) -> Result<Findings, String> {
    let mut findings = Findings::default();
    arrows::check(checkout, &mut findings)?;
    tree::check(checkout, &mut findings)?;
    vendors::check(checkout, &mut findings)?;
    windows::check(checkout, &mut findings)?;
    promises::check(checkout, &mut findings)?;
    listed::check(checkout, &mut findings)?;
    Ok(findings)
}
