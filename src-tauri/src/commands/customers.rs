//! Customers.

use super::Answer;
use crate::{
    contract::{CommandError, ShellErrorCode},
    shell::Shell,
};
use ringcard_core::{
    Timestamp,
    call::CallId,
    customer::{Customer, CustomerDetails, CustomerId, Match, NotTheirs},
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

/// Opens the customer's link in the browser. A link is data: only addresses of the web are opened, never a program.
pub async fn open_link(shell: &Shell, customer_id: CustomerId) -> Answer<()> {
    let link = shell.desk.ask(ask::Customer { id: customer_id }).await?.details.link.unwrap_or_default();
    if !is_web(&link) {
        let message = "This customer's link is no web address: only http:// and https:// are opened.";
        return Err(CommandError::new(ShellErrorCode::InvalidSetting, message));
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
