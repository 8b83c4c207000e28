//! How a push was read, for whoever writes or checks a profile.

use crate::{Push, PushRefused};
use std::fmt;

/// How a push was read. `Display` is what `profile check` prints.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explanation {
    pub lookups: Vec<Lookup>,
    /// Names that came and nothing asked for.
    pub unused: Vec<String>,
    pub outcome: Result<Push, PushRefused>,
}

/// One thing that was looked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lookup {
    /// `caller`, `called`, `extension` ...
    pub what: String,
    /// In the order tried.
    pub names: Vec<String>,
    /// The name that hit, as it came.
    pub hit: Option<String>,
    /// What stood there (never a key or password), and what it was read as.
    pub read: String,
}

impl Explanation {
    pub(in crate::profile) fn impossible(message: String) -> Self {
        Self { lookups: Vec::new(), unused: Vec::new(), outcome: Err(PushRefused::Unreadable(message)) }
    }
}

impl fmt::Display for Explanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for Lookup { what, names, hit, read } in &self.lookups {
            match hit {
                Some(hit) => writeln!(f, "{what:>13}  {read}  (from `{hit}`)")?,
                None => writeln!(f, "{what:>13}  -  (looked for {})", names.join(", "))?,
            }
        }
        if !self.unused.is_empty() {
            writeln!(f, "{:>13}  {}", "not used", self.unused.join(", "))?;
        }
        match &self.outcome {
            Err(refused) => writeln!(f, "{:>13}  {refused}", "refused"),
            Ok(push) => {
                let kind = match push.kind {
                    crate::PushKind::Incoming => "an incoming call",
                    crate::PushKind::Event => "an event of a call",
                    crate::PushKind::CallData => "the data of a call that is over",
                };
                write!(f, "{:>13}  {kind}: {} calls {}", "read as", push.ani.0.display(), push.dnis.0.display())?;
                if let Some(event) = &push.event {
                    write!(f, "; {event:?}")?;
                }
                if let Some(answered) = push.answered {
                    write!(f, "; {}", if answered { "answered" } else { "not answered" })?;
                }
                if let Some(news) = &push.leg {
                    write!(f, "; of the {:?}'s leg: {:?}", news.side, news.event)?;
                }
                let told = [("named", &push.party_name), ("queue", &push.queue), ("passed on by", &push.passed_by)];
                for (what, told) in told.into_iter().filter_map(|(what, told)| Some((what, told.as_ref()?))) {
                    write!(f, "; {what} {told}")?;
                }
                for (name, value) in &push.extra {
                    write!(f, "; {name} = {value}")?;
                }
                writeln!(f)
            }
        }
    }
}
