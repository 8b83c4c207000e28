//! Who is behind a number, and what a card shows of them.
//!
//! A number costs one request where it is found as it is usually kept, and one more for each custom field after that.

use super::{
    ZendeskAccount,
    client::Ask,
    normalise::{compared, names, shortened},
    outcome::Trouble,
    wire::Read,
};
use crate::{About, AskFailure, FindCustomers};
use async_trait::async_trait;
use jiff::tz::TimeZone;
use ringcard_core::{
    Timestamp,
    customer::{Customer, CustomerId, Fact, FactLabel, Match, MatchReason, MatchStrength},
    number::{Number, Party, search_keys},
    ticket::Ticket,
};
use serde_json::Value;
use std::{cmp::Reverse, collections::BTreeSet, time::Duration};

/// More than this nobody can choose from.
const MOST_MATCHES: usize = 20;
/// A page of search; what is behind it is not looked at (zendesk.md, Finding the caller).
const A_PAGE: &str = "100";
/// Where so few were found and none of them has the number written down, their identities are asked for.
const ASK_IDENTITIES_OF: usize = 3;
/// Tickets of a card.
const MOST_TICKETS: usize = 20;
/// Of a text that is searched for.
const LONGEST_QUERY: usize = 200;
/// Fewer digits find half the account.
const FEWEST_DIGITS: usize = 6;

/// The digits a number is searched by: without country and trunk zero, however they are written there, and the whole
/// number where that leaves too little.
pub(super) fn digits_to_find(number: &Party) -> Option<String> {
    let keys = search_keys(number);
    let whole = keys.e164?.trim_start_matches('+').to_owned();
    Some(keys.national.filter(|national| national.len() >= FEWEST_DIGITS).unwrap_or(whole))
}

impl ZendeskAccount {
    /// A page of users that search finds. Costs one request.
    async fn users_where(&self, query: &str) -> Result<(Vec<Value>, usize), Trouble> {
        let ask = Ask::get("search", "/api/v2/search.json").with("query", query).with("per_page", A_PAGE);
        let reply = self.ask(ask).await?;
        let mut users: Vec<Value> = Vec::new();
        for result in reply.json.list("results") {
            // A server that ignores the filter tells of tickets, too.
            let is_user = matches!(result.text("result_type").as_str(), "user" | "") && result.get("subject").is_none();
            let is_customer = matches!(result.text("role").as_str(), "end-user" | "");
            if is_user && is_customer && users.len() < 100 {
                users.push(result.clone());
            }
        }
        let count = usize::try_from(reply.json.number("count").unwrap_or(0)).unwrap_or(0);
        Ok((users, count))
    }

    /// Those of them whose own numbers are the one that was asked for.
    fn matching(&self, users: &[Value], number: &Party) -> Vec<Match> {
        let customers = users.iter().filter_map(|user| Some((user, self.customer(user, None)?)));
        let matched = customers.filter_map(|(user, customer)| {
            let matched = self.match_of(customer, number)?;
            let id = user.id("id")?;
            self.seen.note(&id, user);
            Some(matched)
        });
        matched.collect()
    }

    fn match_of(&self, customer: Customer, number: &Party) -> Option<Match> {
        let numbers = customer.details.numbers.iter();
        let best = numbers.filter_map(|kept| compared(kept, number, &self.plan)).min_by_key(|(strength, _)| *strength);
        best.map(|(strength, reason)| Match { customer, strength, reason })
    }

    async fn find(&self, number: &Party) -> Result<Vec<Match>, Trouble> {
        let Some(digits) = digits_to_find(number).filter(|_| !self.plan.is_own(number)) else { return Ok(Vec::new()) };
        let mut found: Vec<Match> =
            self.seen.fresh().into_iter().filter_map(|customer| self.match_of(customer, number)).collect();
        // Made here a moment ago, when nobody was found.
        if found.iter().any(|found| found.strength == MatchStrength::Exact) {
            return Ok(strongest_first(found));
        }
        // A number that is kept with its extension ends with that.
        if let Party::Outside(Number { extension: Some(extension), .. }) = number {
            let (users, _) = self.users_where(&format!("role:end-user phone:*{digits}{extension}")).await?;
            found.extend(self.matching(&users, number));
        }
        let (users, count) = self.users_where(&format!("role:end-user phone:*{digits}")).await?;
        found.extend(self.matching(&users, number));
        if found.is_empty() && users.len() <= ASK_IDENTITIES_OF {
            found = self.by_identities(&users, number).await?;
        }
        for field in &self.config.phone_fields {
            if !found.is_empty() {
                break;
            }
            let (users, _) = self.users_where(&format!("role:end-user {field}:*{digits}")).await?;
            found.extend(self.matching(&users, number));
        }
        if count > found.len().max(MOST_MATCHES) {
            tracing::info!(account = self.name, count, shown = found.len().min(MOST_MATCHES), "many have this number");
        }
        Ok(strongest_first(found))
    }

    /// Users that search found by a number which is not in their profile: it may be one of their identities.
    async fn by_identities(&self, users: &[Value], number: &Party) -> Result<Vec<Match>, Trouble> {
        let mut found = Vec::new();
        for user in users {
            let Some(id) = user.id("id") else { continue };
            let ask = Ask::get("identities", format!("/api/v2/users/{id}/identities.json"));
            let mut whole = user.clone();
            whole["identities"] = self.ask(ask).await?.json["identities"].take();
            found.extend(self.matching(&[whole], number));
        }
        Ok(found)
    }

    async fn search_text(&self, query: &str, limit: usize) -> Result<Vec<Match>, Trouble> {
        if let Ok(reading) = self.plan.read(query)
            && digits_to_find(&reading.party).is_some()
        {
            let mut found = self.find(&reading.party).await?;
            found.truncate(limit);
            return Ok(found);
        }
        let words = searched(query);
        if words.is_empty() {
            return Ok(Vec::new());
        }
        let (users, _) = self.users_where(&format!("role:end-user {words}")).await?;
        let customers = users.iter().filter_map(|user| {
            let customer = self.customer(user, None)?;
            self.seen.note(&user.id("id")?, user);
            Some(customer)
        });
        // Search is behind: whoever was made here is found here.
        let fresh = self.seen.fresh().into_iter().filter(|customer| has_words(customer, query));
        let mut found: Vec<Match> = Vec::new();
        for customer in fresh.chain(customers) {
            if found.len() < limit && !found.iter().any(|known| known.customer.id == customer.id) {
                let strength = match customer.details.name.to_lowercase() == query.trim().to_lowercase() {
                    true => MatchStrength::Exact,
                    false => MatchStrength::Likely,
                };
                found.push(Match { customer, strength, reason: MatchReason::Text });
            }
        }
        found.sort_by_key(|found| found.strength);
        Ok(found)
    }

    /// A user as they are now, with their organisation's name. Costs one request.
    pub(super) async fn user_now(&self, id: &str) -> Result<(Value, Option<String>), Trouble> {
        let ask = Ask::get("user", format!("/api/v2/users/{id}.json")).with("include", "organizations");
        let mut reply = self.ask(ask).await.inspect_err(|trouble| {
            if trouble.is_gone() {
                self.seen.forget(id);
                self.seen.forget_fresh(&self.customer_id(id).0);
            }
        })?;
        for organization in reply.json.list("organizations") {
            if let Some(id) = organization.id("id") {
                self.seen.note_organization(&id, &shortened(&organization.text("name"), 300));
            }
        }
        let user = reply.json["user"].take();
        if user.id("id").as_deref() != Some(id) {
            return Err(Trouble::Unknown {
                detail: "Zendesk answered with another customer than was asked for".to_owned(),
            });
        }
        self.seen.note(id, &user);
        let organization = user.id("organization_id").and_then(|id| self.seen.organization(&id));
        Ok((user, organization))
    }

    /// The same, or as they were a moment ago where that says everything.
    async fn user_seen(&self, id: &str) -> Result<(Value, Option<String>), Trouble> {
        if let Some(user) = self.seen.user(id) {
            match user.id("organization_id") {
                None => return Ok((user, None)),
                Some(organization) => {
                    if let Some(name) = self.seen.organization(&organization) {
                        return Ok((user, Some(name)));
                    }
                }
            }
        }
        self.user_now(id).await
    }

    /// Their tickets, open ones first, then the newest. Costs one request.
    async fn tickets_of(&self, id: &str) -> Result<Vec<Ticket>, Trouble> {
        let ask = Ask::get("tickets_requested", format!("/api/v2/users/{id}/tickets/requested.json"));
        let ask = ask.with("sort_by", "updated_at").with("sort_order", "desc").with("include", "users");
        let reply = self.ask(ask.with("per_page", A_PAGE)).await?;
        let mut names = names(&reply.json);
        let rows: Vec<&Value> = reply.json.list("tickets").take(100).collect();
        let mut shown: Vec<(Ticket, Option<String>)> =
            rows.iter().filter_map(|row| Some((self.ticket_of(row, &names)?, row.id("assignee_id")))).collect();
        shown.sort_by_key(|(ticket, _)| (!ticket.status.is_open(), Reverse(ticket.updated_at)));
        shown.truncate(MOST_TICKETS);
        // Not every plan's lists bring their users along.
        let missing: BTreeSet<String> =
            shown.iter().filter_map(|(_, assignee)| assignee.clone()).filter(|id| !names.contains_key(id)).collect();
        if !missing.is_empty() {
            let ids: Vec<String> = missing.into_iter().collect();
            let ask = Ask::get("users", "/api/v2/users/show_many.json").with("ids", ids.join(","));
            // Without their names the tickets are there all the same.
            if let Ok(reply) = self.ask(ask).await {
                names.extend(super::normalise::names(&reply.json));
            }
        }
        Ok(shown
            .into_iter()
            .map(|(ticket, assignee)| Ticket { assignee: assignee.and_then(|id| names.get(&id).cloned()), ..ticket })
            .collect())
    }

    async fn about_user(&self, id: &str) -> Result<About, Trouble> {
        let (user, organization) = self.user_seen(id).await?;
        let tickets = self.tickets_of(id).await?;
        Ok(About { facts: facts(&user, organization, &tickets), tickets })
    }

    pub(super) fn known(&self, id: &CustomerId) -> Result<String, AskFailure> {
        let other = || AskFailure::Refused { detail: "this customer is not one of this account's".to_owned() };
        self.own_id(id).map(str::to_owned).ok_or_else(other)
    }
}

/// Twice the same customer is the stronger one.
fn strongest_first(mut found: Vec<Match>) -> Vec<Match> {
    found.sort_by_key(|found| found.strength);
    let mut ids = BTreeSet::new();
    found.retain(|found| ids.insert(found.customer.id.clone()));
    found.truncate(MOST_MATCHES);
    found
}

/// What somebody typed as words of a search: no keyword, no operator, no quotes of theirs.
fn searched(query: &str) -> String {
    let plain = |c: char| if c.is_control() || "\":<>*()[]{}\\".contains(c) { ' ' } else { c };
    let text: String = query.chars().take(LONGEST_QUERY).map(plain).collect();
    let words = text.split_whitespace().map(|word| word.trim_start_matches(['-', '+'])).filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join(" ")
}

fn has_words(customer: &Customer, query: &str) -> bool {
    let details = &customer.details;
    let all = format!("{} {}", details.name, details.email).to_lowercase();
    let mut words = query.split_whitespace().map(str::to_lowercase).peekable();
    words.peek().is_some() && words.all(|word| all.contains(&word))
}

fn facts(user: &Value, organization: Option<String>, tickets: &[Ticket]) -> Vec<Fact> {
    let fact = |label: FactLabel, text: String| (!text.is_empty()).then_some(Fact { label, text });
    let tags: Vec<String> = user.list("tags").map(super::wire::text).filter(|tag| !tag.is_empty()).take(30).collect();
    let last = tickets.iter().max_by_key(|ticket| ticket.updated_at);
    let contact = last.map(|ticket| format!("{} · {}", day(ticket.updated_at), ticket.subject)).unwrap_or_default();
    let suspended = if user.flag("suspended") { "true".to_owned() } else { String::new() };
    [
        fact(FactLabel::Suspended, suspended),
        fact(FactLabel::Organization, organization.unwrap_or_default()),
        fact(FactLabel::LastContact, contact),
        fact(FactLabel::Tags, shortened(&tags.join(", "), 300)),
        fact(FactLabel::Notes, shortened(&user.text("notes"), 2_000)),
        fact(FactLabel::Details, shortened(&user.text("details"), 2_000)),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// `2026-11-29`
fn day(at: Timestamp) -> String {
    let moment = jiff::Timestamp::from_millisecond(at.0).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
    moment.to_zoned(TimeZone::UTC).date().to_string()
}

#[async_trait]
impl FindCustomers for ZendeskAccount {
    async fn find_by_number(&self, number: &Party) -> Result<Vec<Match>, AskFailure> {
        self.find(number).await.map_err(Trouble::ask)
    }

    async fn search(&self, query: &str, limit: u32) -> Result<Vec<Match>, AskFailure> {
        let limit = usize::try_from(limit).unwrap_or(usize::MAX).min(100);
        self.search_text(query, limit).await.map_err(Trouble::ask)
    }

    async fn get(&self, id: &CustomerId) -> Result<Customer, AskFailure> {
        let own = self.known(id)?;
        let gone = || AskFailure::Refused { detail: "this customer is not in Zendesk any more".to_owned() };
        match self.user_now(&own).await {
            Ok((user, organization)) => self.customer(&user, organization.as_deref()).ok_or_else(gone),
            Err(trouble) if trouble.is_gone() => Err(gone()),
            Err(trouble) => Err(trouble.ask()),
        }
    }

    async fn about(&self, id: &CustomerId) -> Result<About, AskFailure> {
        let own = self.known(id)?;
        self.about_user(&own).await.map_err(Trouble::ask)
    }

    fn fresh_for(&self) -> Duration {
        self.config.fresh_for
    }
}
