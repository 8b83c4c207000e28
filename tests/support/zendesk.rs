//! A desk whose customers and tickets are a simulated Zendesk's.

use super::{Desk, Plan};
use ringcard_sim::zendesk::{User, ZendeskConfig, ZendeskSim};

/// How the account is called here.
pub const CRM: &str = "crm";

/// The account's table in `ringcard.toml`; `more`: more lines of it.
pub fn account(name: &str, zendesk: &ZendeskSim, more: &str) -> String {
    let (url, email) = (zendesk.base_url(), zendesk.config().email);
    format!(
        r#"
[[account]]
name = "{name}"
connector = "zendesk"
api_url = "{url}"
email = "{email}"
api_token = {{ env = "RINGCARD_TEST_ZENDESK_TOKEN" }}
{more}
"#
    )
}

/// The desk of the plan with such an account, and the simulated Zendesk behind it.
pub async fn desk_with(plan: Plan, more: &str) -> (Desk, ZendeskSim) {
    let zendesk = ZendeskSim::start(ZendeskConfig::default()).await.expect("a simulated Zendesk");
    let desk = Plan { accounts: account(CRM, &zendesk, more), ..plan }.open().await;
    (desk, zendesk)
}

/// An end user with this number.
pub fn user(name: &str, phone: &str) -> User {
    User { name: name.to_owned(), phone: Some(phone.to_owned()), ..User::default() }
}
