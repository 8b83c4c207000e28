//! Customers.

use super::Answer;
use crate::{
    contract::{CommandError, ShellErrorCode},
    shell::Shell,
};
use ringcard_core::{
    Timestamp,
    call::CallId,
    customer::{Customer, CustomerAbout, CustomerDetails, CustomerId, CustomerSource, Match, NotTheirs},
    frame::ask,
};
use tauri_plugin_opener::OpenerExt;

pub async fn search(shell: &Shell, query: String, limit: u32) -> Answer<Vec<Match>> {
    Ok(shell.desk.ask(ask::SearchCustomers { query, limit }).await?)
}

pub async fn get(shell: &Shell, id: CustomerId) -> Answer<Customer> {
    Ok(shell.desk.ask(ask::Customer { id }).await?)
}

pub async fn save(
    shell: &Shell,
    id: Option<CustomerId>,
    details: CustomerDetails,
    seen: Option<Timestamp>,
) -> Answer<Customer> {
    Ok(shell.desk.ask(ask::SaveCustomer { id, details, seen }).await?)
}

pub async fn delete(shell: &Shell, id: CustomerId) -> Answer<()> {
    Ok(shell.desk.ask(ask::DeleteCustomer { id }).await?)
}

pub async fn choose(shell: &Shell, call_id: CallId, customer: Option<CustomerId>) -> Answer<()> {
    Ok(shell.desk.ask(ask::Choose { call_id, customer }).await?)
}

pub async fn set_aside(shell: &Shell, call_id: CallId, customer: CustomerId) -> Answer<()> {
    Ok(shell.desk.ask(ask::SetAside { call_id, customer }).await?)
}

pub async fn take_back(shell: &Shell, call_id: CallId, customers: Vec<CustomerId>) -> Answer<()> {
    Ok(shell.desk.ask(ask::TakeBack { call_id, customers }).await?)
}

pub async fn number_not_theirs(shell: &Shell, customer: CustomerId, number: String) -> Answer<()> {
    Ok(shell.desk.ask(ask::NumberNotTheirs { customer, number }).await?)
}

pub async fn number_theirs(shell: &Shell, customer: CustomerId, number: String) -> Answer<()> {
    Ok(shell.desk.ask(ask::NumberTheirs { customer, number }).await?)
}

pub async fn not_theirs(shell: &Shell, customer: CustomerId) -> Answer<Vec<NotTheirs>> {
    Ok(shell.desk.ask(ask::NotTheirs { customer }).await?)
}

pub async fn sources(shell: &Shell) -> Answer<Vec<CustomerSource>> {
    Ok(shell.desk.ask(ask::CustomerSources {}).await?)
}

pub async fn search_source(shell: &Shell, source: String, query: String, limit: u32) -> Answer<Vec<Match>> {
    Ok(shell.desk.ask(ask::SearchSource { source, query, limit }).await?)
}

pub async fn create_in(shell: &Shell, source: String, details: CustomerDetails) -> Answer<Customer> {
    Ok(shell.desk.ask(ask::CreateCustomerIn { source, details }).await?)
}

pub async fn about(shell: &Shell, id: CustomerId) -> Answer<CustomerAbout> {
    Ok(shell.desk.ask(ask::AboutCustomer { id }).await?)
}

pub async fn link(shell: &Shell, one: CustomerId, other: CustomerId) -> Answer<()> {
    Ok(shell.desk.ask(ask::LinkCustomers { one, other }).await?)
}

pub async fn unlink(shell: &Shell, one: CustomerId, other: CustomerId) -> Answer<()> {
    Ok(shell.desk.ask(ask::UnlinkCustomers { one, other }).await?)
}

/// Opens the page of a customer's ticket, as their system told it.
pub async fn open_ticket(shell: &Shell, customer_id: CustomerId, ticket: String) -> Answer<()> {
    let about = shell.desk.ask(ask::AboutCustomer { id: customer_id.clone() }).await?;
    let theirs = about.parts.into_iter().filter(|part| part.customer.as_ref() == Some(&customer_id));
    let link = theirs.flat_map(|part| part.tickets).find(|one| one.id == ticket).and_then(|one| one.link);
    open(shell, link.unwrap_or_default(), "This ticket's link is no web address: only http:// and https:// are opened.")
}

/// Opens the customer's link in the browser. A link is data: only addresses of the web are opened, never a program.
pub async fn open_link(shell: &Shell, customer_id: CustomerId) -> Answer<()> {
    let link = shell.desk.ask(ask::Customer { id: customer_id }).await?.details.link.unwrap_or_default();
    open(shell, link, "This customer's link is no web address: only http:// and https:// are opened.")
}

fn open(shell: &Shell, link: String, otherwise: &str) -> Answer<()> {
    if !is_web(&link) {
        return Err(CommandError::new(ShellErrorCode::InvalidSetting, otherwise));
    }
    shell.app.opener().open_url(link, None::<&str>).map_err(CommandError::internal)
}

fn is_web(link: &str) -> bool {
    let scheme = link.split_once("://").map(|(scheme, rest)| (scheme.to_ascii_lowercase(), rest));
    matches!(scheme, Some((scheme, rest)) if matches!(scheme.as_str(), "http" | "https") && !rest.is_empty())
        && !link.chars().any(char::is_control)
}

#[cfg(test)]
mod tests {
    use super::is_web;

    #[test]
    fn only_addresses_of_the_web_are_opened() {
        for web in ["https://crm.example.com/4411", "HTTP://crm.example.com"] {
            assert!(is_web(web), "{web}");
        }
        for other in [
            "",
            "https://",
            "file:///etc/passwd",
            "javascript:alert(1)",
            "tel:+36301234567",
            "https:/x",
            "https://a\nb",
        ] {
            assert!(!is_web(other), "{other}");
        }
    }
}
