//! The contract of connectors: what each capability promises, run against every connector of the registry that offers it,
//! over real HTTP.
//!
//! A new connector is picked up by the registry. It needs a simulated system (`simulated`), and passes when it keeps what
//! it offers; one without is refused here. What only one system does is tested beside it (`wolkvox`, `described`).

mod asking;
mod control_calls;
mod customers;
mod follow_calls;
mod permits;
mod read_pushes;
mod recordings;
mod simulated;
mod start_calls;
mod take_writes;
mod tell_state;
mod trial;
mod watch_calls;

use crate::support::encoded;
use base64::{Engine, prelude::BASE64_STANDARD};
use ringcard_connect::{Capability, Registry};
use simulated::{offering, simulated};
use std::collections::BTreeSet;

#[tokio::test]
async fn every_connector_has_a_simulated_system_and_can_be_set_up_against_it() {
    for connector in Registry::builtin().iter() {
        let world = simulated(connector.id()).await;
        let system = world.system();
        assert_eq!(system.connector, connector.id());
        assert!(!system.offers().is_empty(), "{}: an account that can do nothing", connector.id());
        assert!(!system.origins.is_empty(), "{}: nobody knows where its secrets go", connector.id());
        assert!(format!("{system:?}").contains(connector.id()));
    }
}

#[tokio::test]
async fn every_account_finds_each_of_its_secrets_however_it_is_written() {
    for connector in Registry::builtin().iter() {
        let world = simulated(connector.id()).await;
        let known = world.system().secrets;
        for secret in world.secrets() {
            let dressed = [secret.to_owned(), format!("pbx-{secret}"), encoded(secret), BASE64_STANDARD.encode(secret)];
            for text in dressed {
                assert!(known.are_in(&text), "{}: {text}", connector.id());
            }
        }
        assert!(!known.are_in("pbx-incoming"), "{}", connector.id());
    }
}

#[tokio::test]
async fn every_capability_is_offered_by_somebody_so_that_no_contract_is_empty() {
    let mut offered = BTreeSet::new();
    for connector in Registry::builtin().iter() {
        offered.extend(simulated(connector.id()).await.system().offers());
    }
    let all = [
        Capability::StartCalls,
        Capability::ControlCalls,
        Capability::WatchCalls,
        Capability::ReadPushes,
        Capability::Campaigns,
        Capability::Codes,
        Capability::Reports,
        Capability::TakeWrites,
        Capability::TellState,
        Capability::FollowCalls,
        Capability::Recordings,
        Capability::FindCustomers,
        Capability::KeepCustomers,
        Capability::ExportCustomers,
        Capability::Tickets,
    ];
    assert_eq!(offered.into_iter().collect::<Vec<_>>(), all);
    assert!(offering(Capability::StartCalls).await.len() >= 3);
}

#[test]
fn what_a_connector_tells_of_itself_is_there_in_every_language_and_no_id_is_taken_twice() {
    let mut ids = BTreeSet::new();
    for connector in Registry::builtin().iter() {
        assert!(ids.insert(connector.id().to_owned()), "{} is there twice", connector.id());
        assert!(!connector.title().in_language("en").is_empty(), "{}", connector.id());
        for language in ["en", "es", "hu"] {
            assert!(!connector.description().in_language(language).trim().is_empty(), "{}", connector.id());
            for setting in connector.settings() {
                assert!(!setting.label.in_language(language).is_empty(), "{}: {}", connector.id(), setting.key);
            }
        }
    }
}
