//! The look-up address of its custom CRM: opened in the agent's browser when a call comes to them, with the call's data in its
//! query (ccai.md, Custom CRM).

use super::CcaiAccount;
use crate::{Push, PushKind, PushRefused, RawPush, ReadPushes, Standing, WebhookHint, http::percent};
use reqwest::Url;
use ringcard_core::call::{CallEvent, Direction};
use secrecy::{ExposeSecret, SecretString};
use std::{
    collections::{BTreeMap, VecDeque},
    sync::PoisonError,
    time::{Duration, Instant},
};
use subtle::ConstantTimeEq;

/// What an administrator writes behind the address: our names, and theirs in braces.
const QUERY: &str = "caller={CUSTOMER_PHONE_NUMBER}&called={SUPPORT_PHONE_NUMBER}&outbound={OUTBOUND_NUMBER}\
                     &session={SESSION_ID}&agent={CUSTOM_AGENT_ID}";
/// Longer values are no number and no id.
const LONGEST: usize = 200;
const PARAMETERS_MOST: usize = 50;
/// Sessions that are remembered.
const SESSIONS: usize = 2_000;
/// An address that is opened again so soon is the same ring.
const SAME_RING: Duration = Duration::from_secs(30);

/// The query's values by name, the first of each; what is left in braces was not filled in.
fn parameters(raw: &RawPush) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    let mut url = Url::parse("http://nowhere.invalid/").expect("BUG: a constant address");
    url.set_query(Some(&raw.query));
    for (name, value) in url.query_pairs().take(PARAMETERS_MOST) {
        let is_filled_in = !(value.starts_with('{') && value.ends_with('}'));
        if is_filled_in && value.len() <= LONGEST {
            found.entry(name.into_owned()).or_insert_with(|| value.into_owned());
        }
    }
    found
}

impl CcaiAccount {
    fn proved(&self, raw: &RawPush) -> Standing {
        let given = parameters(raw).remove("key").unwrap_or_default();
        if given.is_empty() {
            return Standing::Refused { tried: false };
        }
        match bool::from(given.as_bytes().ct_eq(self.config.push_key.expose_secret().as_bytes())) {
            true => Standing::Proved,
            false => Standing::Refused { tried: true },
        }
    }
}

/// The sessions whose address was opened for an agent, the last ones, and when first.
#[derive(Debug, Default)]
pub(super) struct Opened(VecDeque<(String, String, Instant)>);

impl Opened {
    /// Remembers it; whether it was opened for the same agent before, longer ago than the same ring comes twice.
    fn again(&mut self, session: &str, agent: &str, now: Instant) -> bool {
        if let Some((.., first)) = self.0.iter().find(|(known, of, _)| known == session && of == agent) {
            return now.duration_since(*first) >= SAME_RING;
        }
        if self.0.len() == SESSIONS {
            self.0.pop_front();
        }
        self.0.push_back((session.to_owned(), agent.to_owned(), now));
        false
    }
}

impl CcaiAccount {
    fn was_opened_before(&self, session: &str, agent: &str) -> bool {
        self.opened.lock().unwrap_or_else(PoisonError::into_inner).again(session, agent, Instant::now())
    }
}

impl ReadPushes for CcaiAccount {
    fn headers(&self) -> &[String] {
        &[]
    }

    fn proof_in_head(&self, head: &RawPush) -> Standing {
        self.proved(head)
    }

    fn proof_in_body(&self, raw: &RawPush) -> Standing {
        self.proved(raw)
    }

    /// The session's id ties what is opened twice to one call. A number to call from says that it is the agent's call.
    fn read_proved(&self, kind: PushKind, raw: &RawPush) -> Result<Push, PushRefused> {
        if kind != PushKind::Incoming {
            return Err(PushRefused::NotTaken);
        }
        let given = parameters(raw);
        let get = |name: &str| given.get(name).map(|value| value.trim()).filter(|value| !value.is_empty());
        if get("caller").is_none() && get("session").is_none() {
            let message = "The look-up address has neither CUSTOMER_PHONE_NUMBER nor SESSION_ID";
            return Err(PushRefused::Unreadable(message.to_owned()));
        }
        let outbound = get("outbound");
        let (ani, dnis) = match outbound {
            // The customer is whom the agent calls.
            Some(own) => (self.plan.read_ani(Some(own)), self.plan.read_dnis(get("caller"))),
            None => (self.plan.read_ani(get("caller")), self.plan.read_dnis(get("called"))),
        };
        let opened_before =
            get("session").is_some_and(|id| self.was_opened_before(id, get("agent").unwrap_or_default()));
        // A call that comes in rings; one that the agent makes is told like news of it, and may be one we started.
        let (kind, event) = match outbound {
            Some(_) => (PushKind::Event, Some(CallEvent::AgentRinging)),
            None => (PushKind::Incoming, None),
        };
        // A page that is opened again, from the browser's history perhaps, is no phone that rings: sessions are used once.
        let (kind, event) = if opened_before { (PushKind::Event, None) } else { (kind, event) };
        Ok(Push {
            extensions: get("agent").map(|agent| self.config.extension_of(agent)).into_iter().collect(),
            external_id: get("session").map(str::to_owned),
            direction: Some(if outbound.is_some() { Direction::Outbound } else { Direction::Inbound }),
            event,
            ..Push::between(kind, ani, dnis)
        })
    }

    fn is_opened_in_a_browser(&self) -> bool {
        true
    }

    fn takes_without_proof(&self) -> bool {
        false
    }

    fn secret_length(&self) -> Option<usize> {
        Some(self.config.push_key.expose_secret().chars().count())
    }

    fn webhooks(&self, base: &str, account_name: &str) -> Vec<WebhookHint> {
        let url = format!("{}/in/{account_name}/incoming?key={{key}}&{QUERY}", base.trim_end_matches('/'));
        vec![WebhookHint {
            kind: PushKind::Incoming,
            method: "GET".to_owned(),
            url,
            proof: "The key in the address proves that CCAI Platform opens it: as the custom CRM's account lookup URL."
                .to_owned(),
        }]
    }

    fn webhook_address(&self, base: &str, account_name: &str, kind: PushKind) -> Option<SecretString> {
        let key = percent::encode(self.config.push_key.expose_secret());
        let base = base.trim_end_matches('/');
        (kind == PushKind::Incoming).then(|| format!("{base}/in/{account_name}/incoming?key={key}&{QUERY}").into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ringcard_core::number::{Ani, DialPlan, Dnis, Party};

    fn account() -> CcaiAccount {
        let values = [("api_url", "https://customer.ccaiplatform.com"), ("agents", "101=anna@example.com")];
        let secrets = [("token", "t0ken"), ("push_key", "k&y")];
        CcaiAccount::new(
            "ccai",
            values.map(|(k, v)| (k.to_owned(), toml::Value::from(v))).into(),
            secrets.map(|(k, v)| (k.to_owned(), SecretString::from(v))).into(),
            DialPlan::new("HU").expect("a country"),
        )
        .unwrap_or_else(|error| panic!("{error}"))
    }

    fn opened(query: &str) -> RawPush {
        RawPush { query: query.to_owned(), ..RawPush::default() }
    }

    fn read(query: &str) -> Push {
        account().read_proved(PushKind::Incoming, &opened(query)).unwrap_or_else(|refused| panic!("{refused}"))
    }

    fn is_number(party: &Party, e164: &str) -> bool {
        matches!(party, Party::Outside(number) if number.e164 == e164)
    }

    #[test]
    fn a_call_that_comes_in_rings_at_its_agent() {
        let push = read("caller=%2B36301234567&called=%2B3612345678&outbound=&session=77&agent=anna%40example.com");
        let (Ani(ani), Dnis(dnis)) = (&push.ani, &push.dnis);
        assert!(is_number(ani, "+36301234567") && is_number(dnis, "+3612345678"), "{push:?}");
        assert_eq!((push.kind, push.event, push.direction), (PushKind::Incoming, None, Some(Direction::Inbound)));
        assert_eq!((push.extensions, push.external_id.as_deref()), (vec!["101".to_owned()], Some("77")));
    }

    #[test]
    fn the_documentation_has_the_address_as_it_is_shown() {
        let shown = account().webhooks("https://hub.example.com", "ccai").remove(0).url;
        assert!(include_str!("../../../../docs/ccai.md").contains(&shown), "{shown}");
    }

    #[test]
    fn a_page_that_is_opened_again_later_is_no_ring_and_another_agents_is() {
        let (mut opened, now) = (Opened::default(), Instant::now());
        assert!(!opened.again("77", "101", now));
        assert!(!opened.again("77", "101", now + SAME_RING / 2), "the browser asked twice");
        assert!(opened.again("77", "101", now + SAME_RING * 20), "from its history");
        assert!(!opened.again("77", "102", now + SAME_RING * 20), "it is passed on");
        for n in 0..SESSIONS {
            assert!(!opened.again(&n.to_string(), "103", now));
        }
        assert_eq!(opened.0.len(), SESSIONS);
    }

    #[test]
    fn a_number_to_call_from_says_that_it_is_the_agents_call() {
        let push = read("caller=%2B36301234567&called=&outbound=%2B3612345678&session=77&agent=101");
        let Dnis(dnis) = &push.dnis;
        assert!(is_number(dnis, "+36301234567"), "{push:?}");
        assert_eq!((push.kind, push.direction), (PushKind::Event, Some(Direction::Outbound)));
    }

    #[test]
    fn names_that_were_not_filled_in_are_not_values() {
        let push = read("caller={CUSTOMER_PHONE_NUMBER}&outbound={OUTBOUND_NUMBER}&session=77&agent={CUSTOM_AGENT_ID}");
        assert!(matches!(push.ani, Ani(Party::Hidden)), "{push:?}");
        assert!(push.extensions.is_empty() && push.direction == Some(Direction::Inbound));
        let nothing = account().read_proved(PushKind::Incoming, &opened("caller={CUSTOMER_PHONE_NUMBER}"));
        assert!(matches!(nothing, Err(PushRefused::Unreadable(_))), "{nothing:?}");
        let other = account().read_proved(PushKind::CallData, &opened("caller=1"));
        assert_eq!(other, Err(PushRefused::NotTaken));
    }

    #[test]
    fn the_address_to_copy_proves_itself_and_the_shown_one_does_not() {
        let account = account();
        let shown = account.webhooks("https://hub.example.com/", "ccai").remove(0);
        assert!(shown.url.contains("?key={key}&caller={CUSTOMER_PHONE_NUMBER}"), "{}", shown.url);
        let whole =
            account.webhook_address("https://hub.example.com/", "ccai", PushKind::Incoming).expect("it takes them");
        let query = |address: &str| opened(address.split_once('?').expect("a query").1);
        assert_eq!(account.proof_in_head(&query(whole.expose_secret())), Standing::Proved);
        assert_eq!(account.proof_in_head(&query(&shown.url)), Standing::Refused { tried: false });
    }
}
