//! Whose channel it is, by its name: `PJSIP/101-00000001`, `SIP/my-trunk-0000001a`, `Local/101@from-queue-00000002;1`.

use ringcard_core::number::{DialPlan, Party};

/// What stands at a channel's end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::asterisk) enum Who {
    /// A phone of ours.
    Extension(String),
    /// The way out of the house, or in.
    Outside,
    /// Half of a pair inside Asterisk: what goes into one comes out of the other. The name both share.
    Local(String),
    /// Something Asterisk made for itself: a recorder, an announcer, what a masquerade left.
    Machine,
}

impl Who {
    pub fn is_folded_away(&self) -> bool {
        matches!(self, Self::Local(_) | Self::Machine)
    }
}

const MACHINES: [&str; 8] = ["Announcer", "Recorder", "CBAnn", "CBRec", "Snoop", "Surrogate", "UnicastRTP", "Message"];

/// How an account's extensions are called in Asterisk.
#[derive(Debug, Clone)]
pub(in crate::asterisk) struct Names {
    before: String,
    after: String,
    plan: DialPlan,
}

impl Names {
    /// `endpoint`: how an extension is dialled, such as `PJSIP/{extension}`. Its technology does not matter: a phone may
    /// have one of each.
    pub fn new(endpoint: &str, plan: DialPlan) -> Self {
        let resource = endpoint.split_once('/').map_or(endpoint, |(_, resource)| resource);
        let resource = resource.split(['@', '/']).next().unwrap_or_default();
        let (before, after) = resource.split_once("{extension}").unwrap_or((resource, ""));
        Self { before: before.to_owned(), after: after.to_owned(), plan }
    }

    pub fn plan(&self) -> &DialPlan {
        &self.plan
    }

    pub fn who(&self, name: &str) -> Who {
        let Some((technology, rest)) = name.split_once('/') else { return Who::Machine };
        if name.contains('<') || MACHINES.iter().any(|machine| technology.eq_ignore_ascii_case(machine)) {
            return Who::Machine;
        }
        if technology.eq_ignore_ascii_case("local") {
            return Who::Local(rest.split(';').next().unwrap_or_default().to_owned());
        }
        let resource = rest.rsplit_once('-').map_or(rest, |(resource, _)| resource);
        match self.extension(resource) {
            Some(extension) => Who::Extension(extension),
            None => Who::Outside,
        }
    }

    /// The extension behind the name of an endpoint.
    pub fn extension(&self, resource: &str) -> Option<String> {
        let extension = resource.strip_prefix(self.before.as_str())?.strip_suffix(self.after.as_str())?;
        let is_plain = (1..=32).contains(&extension.len()) && extension.bytes().all(|b| b.is_ascii_alphanumeric());
        let is_inside = || matches!(self.plan.read_dnis(Some(extension)).0, Party::Internal { .. });
        (is_plain && is_inside()).then(|| extension.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_channels_name_says_whose_it_is() {
        let plan = DialPlan::new("CO").expect("a country");
        let names = Names::new("PJSIP/{extension}", plan.clone());
        let extension = |text: &str| Who::Extension(text.to_owned());
        for (name, who) in [
            ("PJSIP/101-00000001", extension("101")),
            ("SIP/101-0000001a", extension("101")),
            ("PJSIP/trunk-00000000", Who::Outside),
            ("SIP/my-trunk-0000001a", Who::Outside),
            ("PJSIP/5716017000-00000001", Who::Outside),
            ("DAHDI/i1/3001234567-1", Who::Outside),
            ("Local/101@from-queue-00000002;1", Who::Local("101@from-queue-00000002".to_owned())),
            ("Local/101@from-queue-00000002;2", Who::Local("101@from-queue-00000002".to_owned())),
            ("PJSIP/101-00000001<ZOMBIE>", Who::Machine),
            ("Announcer/ARI-00000001;2", Who::Machine),
            ("nonsense", Who::Machine),
        ] {
            assert_eq!(names.who(name), who, "{name}");
        }
        let dressed = Names::new("PJSIP/web-{extension}", plan.clone());
        assert_eq!(dressed.who("PJSIP/web-101-00000001"), extension("101"));
        assert_eq!(dressed.who("PJSIP/101-00000001"), Who::Outside);
        let through = Names::new("Local/{extension}@from-internal", plan);
        assert_eq!(through.who("PJSIP/101-00000001"), extension("101"));
    }
}
