//! The last look before a number is dialled, whoever wants it and by whatever way: emergency, premium and unusual
//! numbers need somebody who says yes, and those that a rule refuses are dialled by nobody.

use super::task::LiveTask;
use ringcard_core::{
    frame::{RequestError, RequestErrorCode},
    number::{Caution, CautionKind, Certainty, DialPlan, Party, UnsureReason},
};

impl LiveTask {
    /// Whether a number may be dialled now; `force`: somebody knows what there is to know of it and wants it.
    pub(super) fn may_dial(&self, number: &Party, force: bool) -> Result<(), RequestError> {
        may_dial(&self.parts.plan.borrow(), number, force)
    }

    /// The same for the phone that shall ring first. A PBX dials what it is given: no other number may come in this way.
    pub(super) fn may_ring_first(&self, extension: &str, force: bool) -> Result<(), RequestError> {
        let plan = self.parts.plan.borrow();
        let is_a_colleague = self.rules.agents.iter().any(|agent| agent.extension.as_deref() == Some(extension));
        if is_a_colleague {
            return Ok(());
        }
        // Behind a PBX's own codes (`*21*…#`) stands a number, too.
        let rows = extension.split(|c: char| !c.is_ascii_digit()).filter(|digits| !digits.is_empty());
        for digits in rows {
            // As the PBX would dial these digits, and as the number they are without doubt.
            may_dial(&plan, &Party::Internal { digits: digits.to_owned() }, force)?;
            if let Ok(reading) = plan.read(digits)
                && !is_guess(reading.certainty)
            {
                may_dial(&plan, &reading.party, force)?;
            }
        }
        Ok(())
    }
}

/// Whether it is this number only if something is put in front, which no PBX does.
fn is_guess(certainty: Certainty) -> bool {
    use UnsureReason::{LooksTooLong, NotInUse};
    !matches!(certainty, Certainty::Sure | Certainty::Unsure { why: NotInUse | LooksTooLong })
}

fn may_dial(plan: &DialPlan, number: &Party, force: bool) -> Result<(), RequestError> {
    let cautions = plan.cautions(number);
    let (code, message) = if cautions.refused {
        let why = rule_of(&cautions.all).map_or_else(String::new, |name| format!(" ({name})"));
        (
            RequestErrorCode::NumberNotAllowed,
            format!("A rule under [[dialling.rule]] does not allow {}{why}", number.display()),
        )
    } else if cautions.asks() && !force {
        let what = cautions.all.iter().filter(|caution| caution.asks).map(words).collect::<Vec<_>>().join(", ");
        (
            RequestErrorCode::AsksFirst,
            format!("{} asks first: {what}. Nothing was dialled; to call it all the same, say so", number.display()),
        )
    } else {
        return Ok(());
    };
    tracing::info!(number = number.masked(), ?code, "a number was not dialled");
    Err(RequestError { cautions: cautions.all, ..RequestError::new(code, message) })
}

fn rule_of(cautions: &[Caution]) -> Option<&str> {
    cautions.iter().find(|caution| caution.kind == CautionKind::Rule)?.name.as_deref()
}

fn words(caution: &Caution) -> String {
    let country = caution.country.as_deref();
    match caution.kind {
        CautionKind::Emergency => "an emergency number".to_owned(),
        CautionKind::Premium => "a premium number".to_owned(),
        CautionKind::SharedCost => "a number with shared cost".to_owned(),
        CautionKind::Satellite => "a satellite or worldwide network".to_owned(),
        CautionKind::International => format!("another country ({})", country.unwrap_or("worldwide")),
        CautionKind::UnusualCountry => format!("an unusual country ({})", country.unwrap_or("worldwide")),
        CautionKind::Rule => caution.name.clone().unwrap_or_else(|| "a rule of the settings".to_owned()),
    }
}
