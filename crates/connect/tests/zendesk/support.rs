//! An account against a simulated Zendesk.

use crate::support::{secrets, values};
use ringcard_connect::{FindCustomers, KeepCustomers, NewAccount, Registry, System, Tickets};
use ringcard_core::{
    customer::{CustomerId, Match},
    number::DialPlan,
};
use ringcard_sim::zendesk::{User, ZendeskConfig, ZendeskSim};
use std::sync::Arc;

pub async fn sim() -> ZendeskSim {
    ZendeskSim::start(ZendeskConfig::default()).await.expect("the simulator starts")
}

pub fn system(sim: &ZendeskSim) -> System {
    with(sim, &[])
}

/// An account with these settings, too.
pub fn with(sim: &ZendeskSim, more: &[(&str, &str)]) -> System {
    let config = sim.config();
    let base = sim.base_url();
    let mut given = vec![("api_url", base.as_str()), ("email", config.email.as_str())];
    given.extend(more);
    set_up(&given, &[("api_token", config.api_token.as_str())])
}

pub fn set_up(given: &[(&str, &str)], secret: &[(&str, &str)]) -> System {
    let account = NewAccount {
        name: "crm".to_owned(),
        values: values(given),
        secrets: secrets(secret),
        plan: DialPlan::new("HU").expect("a country"),
    };
    let registry = Registry::builtin();
    let connector = registry.find("zendesk").expect("it is in the registry");
    connector.set_up(account).unwrap_or_else(|error| panic!("{error}"))
}

pub fn finds(system: &System) -> Arc<dyn FindCustomers> {
    system.find_customers.clone().expect("it finds customers")
}

pub fn keeps(system: &System) -> Arc<dyn KeepCustomers> {
    system.keep_customers.clone().expect("it keeps customers")
}

pub fn tickets(system: &System) -> Arc<dyn Tickets> {
    system.tickets.clone().expect("it has tickets")
}

pub fn user(name: &str, phone: &str) -> User {
    let phone = (!phone.is_empty()).then(|| phone.to_owned());
    User { name: name.to_owned(), phone, ..User::default() }
}

pub fn id(id: u64) -> CustomerId {
    CustomerId(format!("crm/{id}"))
}

pub fn names(found: &[Match]) -> Vec<&str> {
    found.iter().map(|found| found.customer.details.name.as_str()).collect()
}
