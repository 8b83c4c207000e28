//! New customers, and one more number of theirs. Nobody gets an e-mail of it.

use super::{ZendeskAccount, client::Ask, outcome::Trouble, wire::Read};
use crate::{AskFailure, Attempt, KeepCustomers, Looked};
use async_trait::async_trait;
use reqwest::Method;
use ringcard_core::{
    customer::{Customer, CustomerDetails, CustomerId, CustomerNumber},
    number::Party,
    submission::SubmissionKey,
};
use serde_json::{Map, Value, json};

/// Numbers of one new customer beside the first: each costs a request.
const MOST_MORE: usize = 4;
/// What Zendesk keeps of a name (zendesk.md, Users).
const LONGEST_NAME: usize = 255;

/// `+15551234567`, and an extension as `+15551234567x123` (zendesk.md, Users).
fn as_kept(number: &Party) -> Option<String> {
    match number {
        Party::Outside(number) => Some(match &number.extension {
            Some(extension) => format!("{}x{extension}", number.e164),
            None => number.e164.clone(),
        }),
        Party::Internal { .. } | Party::Hidden | Party::Unreadable { .. } => None,
    }
}

impl ZendeskAccount {
    fn numbers_as_kept(&self, numbers: &[CustomerNumber]) -> Vec<String> {
        let read = |number: &CustomerNumber| {
            let party = number.party.clone().or_else(|| self.plan.read(&number.written).ok().map(|read| read.party))?;
            as_kept(&party)
        };
        let mut kept: Vec<String> = Vec::new();
        for number in numbers.iter().filter_map(read) {
            if !kept.contains(&number) {
                kept.push(number);
            }
        }
        kept
    }

    async fn make(&self, details: CustomerDetails) -> Result<Customer, Trouble> {
        let numbers = self.numbers_as_kept(&details.numbers);
        let name = match (details.shown_name().trim(), numbers.first()) {
            ("", Some(number)) => format!("Caller: {}", number.trim_start_matches('+')),
            ("", None) => return Err(Trouble::invalid("give a name or a number: there is nothing to know them by")),
            (name, _) => name.chars().take(LONGEST_NAME).collect(),
        };
        // Whether a lost answer's customer is there is asked by this.
        let external_id = format!("ringcard-{}", SubmissionKey::new());
        let mut user = Map::new();
        user.insert("name".to_owned(), name.into());
        user.insert("role".to_owned(), "end-user".into());
        user.insert("skip_verify_email".to_owned(), true.into());
        user.insert("external_id".to_owned(), external_id.clone().into());
        let more = [("email", details.email.trim()), ("notes", details.notes.trim())];
        let company = if details.name.trim().is_empty() { "" } else { details.company.trim() };
        let more =
            more.into_iter().chain([("details", company), ("phone", numbers.first().map_or("", String::as_str))]);
        for (key, value) in more.filter(|(_, value)| !value.is_empty()) {
            user.insert(key.to_owned(), value.into());
        }
        if !details.tags.is_empty() {
            user.insert("tags".to_owned(), details.tags.into());
        }
        let ask =
            Ask::new(Method::POST, "create_user", "/api/v2/users.json").json(json!({ "user": Value::Object(user) }));
        let mut user = match self.ask(ask).await {
            Ok(mut reply) => reply.json["user"].take(),
            Err(Trouble::Unknown { detail }) => self.made_after_all(&external_id, detail).await?,
            Err(trouble) => return Err(trouble),
        };
        let Some(id) = user.id("id") else {
            return Err(Trouble::Unknown { detail: "Zendesk did not say what it calls the new customer".to_owned() });
        };
        for number in numbers.iter().skip(1).take(MOST_MORE) {
            match self.add_identity(&id, number).await {
                Ok(identity) => match user["identities"].as_array_mut() {
                    Some(identities) => identities.push(identity),
                    None => user["identities"] = json!([identity]),
                },
                // They are there, without this one: that is not worth losing them for.
                Err(trouble) => {
                    tracing::warn!(
                        account = self.name,
                        why = trouble.kind(),
                        "a new customer's further number was not kept"
                    );
                    break;
                }
            }
        }
        let customer = self.customer(&user, None);
        let customer =
            customer.ok_or_else(|| Trouble::Unknown { detail: "the new customer is not active".to_owned() })?;
        self.seen.note(&id, &user);
        self.seen.note_fresh(&customer);
        Ok(customer)
    }

    /// The customer whose making had no answer, where they are there.
    async fn made_after_all(&self, external_id: &str, detail: String) -> Result<Value, Trouble> {
        let ask = Ask::get("user_by_external_id", "/api/v2/users/search.json").with("external_id", external_id);
        let found = self.ask(ask).await.ok();
        let users = found.iter().flat_map(|reply| reply.json.list("users"));
        let mut same = users.filter(|user| user.text("external_id") == external_id);
        same.next().cloned().ok_or(Trouble::Unknown { detail })
    }

    /// One more number of theirs. Costs one request.
    async fn add_identity(&self, id: &str, number: &str) -> Result<Value, Trouble> {
        let identity = json!({ "identity": { "type": "phone_number", "value": number, "skip_verify_email": true } });
        let path = format!("/api/v2/users/{id}/identities.json");
        let mut reply = self.ask(Ask::new(Method::POST, "add_number", path).json(identity)).await?;
        let made = reply.json["identity"].take();
        match made.is_object() {
            true => Ok(made),
            false => Ok(json!({ "type": "phone_number", "value": number })),
        }
    }
}

#[async_trait]
impl KeepCustomers for ZendeskAccount {
    async fn create(&self, details: CustomerDetails) -> Result<Customer, AskFailure> {
        self.make(details).await.map_err(Trouble::ask)
    }

    async fn add_number(&self, id: &CustomerId, number: &Party) -> Result<(), AskFailure> {
        let own = self.known(id)?;
        let no_number = || AskFailure::Refused { detail: "this is no number that a customer can have".to_owned() };
        let written = as_kept(number).ok_or_else(no_number)?;
        self.add_identity(&own, &written).await.map_err(Trouble::ask)?;
        self.has_number(id, &own, written, number);
        Ok(())
    }

    fn adds_numbers(&self) -> bool {
        self.config.add_numbers
    }
}

impl ZendeskAccount {
    /// The number is theirs from now on, before search knows it.
    fn has_number(&self, id: &CustomerId, own: &str, written: String, number: &Party) {
        let fresh = self.seen.fresh().into_iter().find(|customer| customer.id == *id);
        let known = match fresh {
            Some(customer) => Some(customer),
            None => self.seen.user(own).and_then(|user| self.customer(&user, None)),
        };
        self.seen.forget(own);
        if let Some(mut customer) = known {
            let number = CustomerNumber { label: String::new(), written, party: Some(number.clone()) };
            customer.details.numbers.push(number);
            self.seen.note_fresh(&customer);
        }
    }

    /// What an agent said is theirs. A number that they have already is not added again.
    pub(super) async fn write_number(&self, id: &CustomerId, number: &str) -> Result<Attempt, Trouble> {
        let (own, party, written) = self.number_of(id, number)?;
        let refused = match self.add_identity(&own, &written).await {
            Ok(_) => None,
            Err(trouble @ Trouble::Refused { .. }) => Some(trouble),
            Err(trouble) => return Err(trouble),
        };
        if let Some(trouble) = refused
            && !self.has_already(&own, &party).await?
        {
            return Err(trouble);
        }
        self.has_number(id, &own, written, &party);
        Ok(Attempt::done(format!("the number is one of user {own}")))
    }

    /// Whether a number whose adding had no answer is theirs.
    pub(super) async fn look_for_number(&self, id: &CustomerId, number: &str) -> Result<Looked, Trouble> {
        let (own, party, _) = self.number_of(id, number)?;
        Ok(match self.has_already(&own, &party).await? {
            true => Looked::Written { answer: format!("the number is one of user {own}"), reference: None },
            false => Looked::NotWritten,
        })
    }

    fn number_of(&self, id: &CustomerId, number: &str) -> Result<(String, Party, String), Trouble> {
        let own = self.own_id(id).ok_or_else(|| Trouble::invalid("this customer is not one of this account's"))?;
        let party = self.plan.read(number).ok().map(|reading| reading.party);
        let read = party.and_then(|party| Some((as_kept(&party)?, party)));
        let (written, party) = read.ok_or_else(|| Trouble::invalid("this is no number that a customer can have"))?;
        Ok((own.to_owned(), party, written))
    }

    async fn has_already(&self, own: &str, number: &Party) -> Result<bool, Trouble> {
        let ask = Ask::get("identities", format!("/api/v2/users/{own}/identities.json"));
        let found = self.ask(ask).await?.json;
        let numbers = found.list("identities").filter(|identity| identity.text("type") == "phone_number");
        let mut read = numbers.filter_map(|identity| self.plan.read(&identity.text("value")).ok());
        Ok(read.any(|reading| reading.party == *number))
    }
}
