//! What Zendesk calls what was made of a call, as the outbox keeps it: `call/12 ticket/34`, either of them.

use std::fmt;

/// See the module.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in crate::zendesk::writes) struct Reference {
    pub call: Option<String>,
    pub ticket: Option<String>,
}

impl Reference {
    pub fn ticket(id: impl Into<String>) -> Self {
        Self { call: None, ticket: Some(id.into()) }
    }

    pub fn read(text: &str) -> Self {
        let of = |kind: &str| {
            let id = text.split_whitespace().find_map(|part| part.strip_prefix(kind)?.strip_prefix('/'))?;
            let is_id = !id.is_empty() && id.len() <= 40 && id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
            is_id.then(|| id.to_owned())
        };
        Self { call: of("call"), ticket: of("ticket") }
    }

    /// To be kept, where anything is there.
    pub fn kept(&self) -> Option<String> {
        let text = self.to_string();
        (!text.is_empty()).then_some(text)
    }
}

impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.call, &self.ticket) {
            (Some(call), Some(ticket)) => write!(f, "call/{call} ticket/{ticket}"),
            (Some(call), None) => write!(f, "call/{call}"),
            (None, Some(ticket)) => write!(f, "ticket/{ticket}"),
            (None, None) => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reference_is_read_as_it_was_kept_and_no_path_is_one() {
        for (call, ticket) in [(Some("12"), Some("34")), (Some("12"), None), (None, Some("34")), (None, None)] {
            let one = Reference { call: call.map(str::to_owned), ticket: ticket.map(str::to_owned) };
            assert_eq!(Reference::read(&one.to_string()), one);
        }
        assert_eq!(Reference::read("call/../users ticket/1"), Reference::ticket("1"));
        assert_eq!(Reference::default().kept(), None);
    }
}
