//! Every customer, page by page, and later those that changed: for warming what is kept of them (zendesk.md, Exports).

use super::{ZendeskAccount, client::Ask, normalise::shortened, outcome::Trouble, wire::Read};
use crate::{AskFailure, ExportCustomers, ExportPage};
use async_trait::async_trait;
use std::collections::BTreeMap;

/// Users of one page.
const A_PAGE: usize = 500;
/// The first moment there is.
const FROM_THE_BEGINNING: &str = "1";
/// Whatever is longer is no cursor of Zendesk's.
const LONGEST_CURSOR: usize = 2_000;

impl ZendeskAccount {
    async fn export_page(&self, after: Option<&str>) -> Result<ExportPage, Trouble> {
        let ask = Ask::get("export_users", "/api/v2/incremental/users/cursor.json");
        let ask = match after {
            Some(cursor) => ask.with("cursor", cursor),
            None => ask.with("start_time", FROM_THE_BEGINNING),
        };
        let ask = ask.with("per_page", A_PAGE.to_string()).with("include", "organizations");
        let json = self.ask(ask).await?.json;
        let name = |one: &serde_json::Value| Some((one.id("id")?, shortened(&one.text("name"), 300)));
        let organizations: BTreeMap<String, String> = json.list("organizations").filter_map(name).collect();
        let users = json.list("users").take(2 * A_PAGE);
        let (mut customers, mut gone) = (Vec::new(), Vec::new());
        for user in users.filter(|user| matches!(&*user.text("role"), "end-user" | "")) {
            let organization = user.id("organization_id").and_then(|id| organizations.get(&id));
            match self.customer(user, organization.map(String::as_str)) {
                Some(customer) => customers.push(customer),
                // Deleted, or merged into another one.
                None => gone.extend(user.id("id").map(|id| self.customer_id(&id))),
            }
        }
        for id in &gone {
            self.seen.forget_fresh(&id.0);
        }
        // At the end there may be none: whoever asks later goes on from the same place.
        let cursor = [json.text("after_cursor"), after.unwrap_or_default().to_owned()];
        let cursor =
            cursor.into_iter().find(|cursor| !cursor.is_empty()).filter(|cursor| cursor.len() <= LONGEST_CURSOR);
        let no_cursor = || Trouble::Unknown { detail: "the export does not say where it goes on".to_owned() };
        let cursor = cursor.ok_or_else(no_cursor)?;
        Ok(ExportPage { customers, gone, cursor, is_end: json["end_of_stream"] != false })
    }
}

#[async_trait]
impl ExportCustomers for ZendeskAccount {
    async fn export(&self, after: Option<&str>) -> Result<ExportPage, AskFailure> {
        self.export_page(after).await.map_err(Trouble::ask)
    }
}
