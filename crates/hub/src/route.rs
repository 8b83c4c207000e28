//! Whom a call rings for.

use ringcard_core::{
    call::AgentId,
    number::{Dnis, Party},
};

/// A person who takes calls.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Agent {
    pub id: AgentId,
    /// The phone that rings first in click-to-call.
    pub extension: Option<String>,
    /// Called numbers this agent answers; empty: all.
    pub lines: Vec<Party>,
}

/// The agents a ring is for. The PBX's own word on which extension rings wins; else the called number decides,
/// since the ringing extension is not promised.
pub fn agents_for(agents: &[Agent], extensions: &[String], dnis: &Dnis) -> Vec<AgentId> {
    let by_extension = |digits: &str| -> Vec<AgentId> {
        agents.iter().filter(|agent| agent.extension.as_deref() == Some(digits)).map(|agent| agent.id.clone()).collect()
    };
    let named: Vec<AgentId> = extensions.iter().flat_map(|extension| by_extension(extension)).collect();
    if !extensions.is_empty() {
        return named;
    }
    if let Party::Internal { digits } = &dnis.0 {
        let direct = by_extension(digits);
        if !direct.is_empty() {
            return direct;
        }
    }
    let on_line: Vec<AgentId> =
        agents.iter().filter(|agent| agent.lines.contains(&dnis.0)).map(|agent| agent.id.clone()).collect();
    if !on_line.is_empty() {
        return on_line;
    }
    agents.iter().filter(|agent| agent.lines.is_empty()).map(|agent| agent.id.clone()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use ringcard_core::number::Number;

    fn agent(name: &str, extension: &str, lines: &[&str]) -> Agent {
        Agent {
            id: AgentId(name.into()),
            extension: Some(extension.into()),
            lines: lines.iter().map(|line| outside(line)).collect(),
        }
    }

    fn outside(e164: &str) -> Party {
        Party::Outside(Number { e164: e164.into(), extension: None })
    }

    fn names(agents: &[Agent], extensions: &[&str], dnis: Party) -> Vec<String> {
        let extensions: Vec<String> = extensions.iter().map(|text| (*text).to_owned()).collect();
        agents_for(agents, &extensions, &Dnis(dnis)).into_iter().map(|id| id.0).collect()
    }

    #[test]
    fn a_ring_goes_to_who_the_pbx_names_then_to_who_answers_the_line_then_to_who_answers_all() {
        let desk =
            [agent("Ana", "101", &["+3611111111"]), agent("Béla", "102", &["+3622222222"]), agent("Cili", "103", &[])];
        assert_eq!(names(&desk, &["102", "103"], outside("+3611111111")), ["Béla", "Cili"]);
        assert_eq!(names(&desk, &[], outside("+3611111111")), ["Ana"]);
        assert_eq!(names(&desk, &[], Party::Internal { digits: "102".into() }), ["Béla"]);
        assert_eq!(names(&desk, &[], outside("+3699999999")), ["Cili"]);
    }

    #[test]
    fn a_ring_for_a_strangers_extension_is_nobodys() {
        assert!(names(&[agent("Cili", "103", &[])], &["999"], outside("+3611111111")).is_empty());
    }
}
