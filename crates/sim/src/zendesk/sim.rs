//! The handle: start a simulated Zendesk, make it misbehave, see what was asked of it and what there is.

use super::{
    config::ZendeskConfig,
    journal::Asked,
    limits::{Left, Traffic},
    misbehave::{Misbehaviour, Standing},
    records::{Call, Comment, Display, Organization, Ticket, TicketField, TicketForm, User},
    server,
    world::{Shared, World},
};
use crate::{
    SimError, pairs,
    port::{Closed, Port},
};
use serde_json::Value;
use std::{net::SocketAddr, sync::Arc, time::Duration};

/// A running simulated Zendesk. Dropping it closes everything it opened; [`ZendeskSim::shutdown`] also waits for it.
#[derive(Debug)]
pub struct ZendeskSim {
    shared: Arc<Shared>,
    port: Port,
}

impl ZendeskSim {
    pub async fn start(config: ZendeskConfig) -> Result<Self, SimError> {
        let wanted = config.listen;
        let shared = Shared::new(config);
        let watched = shared.clone();
        let closed: Closed = Arc::new(move || Box::pin(watched.closed()));
        let port = Port::open(closed, server::app(shared.clone()), wanted).await;
        let port = port.map_err(|source| SimError::Listen { address: wanted, source })?;
        tracing::info!(address = %port.address, "a simulated Zendesk answers");
        Ok(Self { shared, port })
    }

    pub fn address(&self) -> SocketAddr {
        self.port.address
    }

    /// `http://127.0.0.1:port`, in the place of `https://{subdomain}.zendesk.com`.
    pub fn base_url(&self) -> String {
        format!("http://{}", self.port.address)
    }

    /// `http://127.0.0.1:port/api/v2`
    pub fn api_url(&self) -> String {
        format!("{}/api/v2", self.base_url())
    }

    /// The value of `Authorization` for the API token.
    pub fn basic(&self) -> String {
        self.shared.look(|world| {
            let config = &world.config;
            format!("Basic {}", pairs::base64(format!("{}/token:{}", config.email, config.api_token).as_bytes()))
        })
    }

    pub fn config(&self) -> ZendeskConfig {
        self.shared.look(|world| world.config.clone())
    }

    /// Changes limits, the plan, whatever is set, from now on.
    pub fn adjust(&self, change: impl FnOnce(&mut ZendeskConfig)) {
        self.shared.change(|world| change(&mut world.config));
    }

    /// Misbehaves once, at the next such request that is let in. `of`: `search`, `POST tickets`, `PUT tickets/{}`, `*`.
    pub fn misbehave(&self, of: &str, misbehaviour: Misbehaviour) {
        self.misbehave_times(of, misbehaviour, 1);
    }

    pub fn misbehave_times(&self, of: &str, misbehaviour: Misbehaviour, times: u32) {
        self.tell(Standing { of: of.into(), misbehaviour, times: Some(times) });
    }

    pub fn misbehave_until_cleared(&self, of: &str, misbehaviour: Misbehaviour) {
        self.tell(Standing { of: of.into(), misbehaviour, times: None });
    }

    fn tell(&self, standing: Standing) {
        self.shared.change(|world| world.misconduct.tell(standing));
    }

    /// Forgets all misbehaviour.
    pub fn behave(&self) {
        self.shared.change(|world| world.misconduct.clear());
    }

    /// Connections are refused from now on.
    pub async fn go_offline(&self) {
        self.port.shut().await;
    }

    pub async fn go_online(&self) -> Result<(), SimError> {
        let address = self.port.address;
        self.port.reopen().await.map_err(|source| SimError::Listen { address, source })
    }

    /// The simulator's clock, in milliseconds since 1970. It runs in tokio's time.
    pub fn now(&self) -> u64 {
        self.shared.look(World::now)
    }

    /// Sets the clock on: windows turn, jobs end, keys and tokens expire.
    pub fn advance(&self, by: Duration) {
        self.shared.change(|world| world.advance(i64::try_from(by.as_millis()).unwrap_or(i64::MAX)));
    }

    /// What the account's limits leave now.
    pub fn left(&self) -> Left {
        self.shared.change(|world| {
            let now = world.now();
            world.left(now)
        })
    }

    /// Another program uses so many of this minute and day, at once.
    pub fn spend(&self, requests: u32) {
        self.shared.change(|world| world.spend(requests));
    }

    pub fn traffic(&self) -> Traffic {
        self.shared.look(|world| world.used.traffic)
    }

    /// What was asked, oldest first, the refused included.
    pub fn requests(&self) -> Vec<Asked> {
        self.shared.look(|world| world.journal.asked().cloned().collect())
    }

    /// `POST tickets`, `PUT tickets/{}`, `GET search`; without a method: any.
    pub fn requests_of(&self, endpoint: &str) -> Vec<Asked> {
        let is =
            |a: &&Asked| a.endpoint == endpoint || a.endpoint.split_once(' ').is_some_and(|(_, path)| path == endpoint);
        self.shared.look(|world| world.journal.asked().filter(is).cloned().collect())
    }

    /// Requests and answers that did not fit their schemas: method and path, and what is wrong. A test of a connector ends with
    /// this being empty.
    pub fn misfits(&self) -> Vec<(String, String)> {
        self.shared.look(|world| {
            let of = |a: &Asked| {
                let found = [a.misfit.clone(), a.answer_misfit.as_ref().map(|why| format!("the answer: {why}"))];
                found.into_iter().flatten().map(|why| (a.endpoint.clone(), why)).collect::<Vec<_>>()
            };
            world.journal.asked().flat_map(of).collect()
        })
    }

    /// Waits (10 s at most) until such a request came; the first such.
    pub async fn wait_for_request(&self, what: &str, is: impl Fn(&Asked) -> bool) -> Result<Asked, SimError> {
        self.shared.wait_for(what, |world| world.journal.asked().find(|a| is(a)).cloned()).await
    }

    /// Waits (10 s at most) until there is such a ticket; the first such.
    pub async fn wait_for_ticket(&self, what: &str, is: impl Fn(&Ticket) -> bool) -> Result<Ticket, SimError> {
        self.shared.wait_for(what, |world| world.tickets.values().find(|t| is(t)).cloned()).await
    }

    /// All users, merged and deleted ones too.
    pub fn users(&self) -> Vec<User> {
        self.shared.look(|world| world.users.values().cloned().collect())
    }

    pub fn user(&self, id: u64) -> Option<User> {
        self.shared.look(|world| world.users.get(&id).cloned())
    }

    /// Adds (or changes) somebody; an id of 0 is given one.
    pub fn add_user(&self, mut user: User) -> u64 {
        self.shared.change(|world| {
            if user.id == 0 {
                user.id = world.next_id();
            }
            if user.role.is_empty() {
                user.role = "end-user".into();
            }
            if user.created_at == 0 {
                user.created_at = world.now();
            }
            user.updated_at = user.updated_at.max(user.created_at);
            let id = user.id;
            world.users.insert(id, user);
            world.count_sharing();
            id
        })
    }

    /// So many customers with this one number.
    pub fn add_users_of_one_number(&self, phone: &str, count: u64) {
        self.shared.change(|world| {
            let now = world.now();
            for at in 0..count {
                let id = world.next_id();
                let (phone, name) = (Some(phone.to_owned()), format!("Customer {at}"));
                let role = "end-user".to_owned();
                let user = User { id, name, phone, role, created_at: now, updated_at: now, ..User::default() };
                world.users.insert(id, user);
            }
            world.count_sharing();
        });
    }

    pub fn change_user(&self, id: u64, change: impl FnOnce(&mut User)) {
        self.shared.change(|world| {
            if let Some(user) = world.users.get_mut(&id) {
                change(user);
            }
            world.count_sharing();
        });
    }

    /// One user is merged into another one: their tickets go along.
    pub fn merge_users(&self, from: u64, into: u64) {
        self.shared.change(|world| {
            if let Some(user) = world.users.get_mut(&from) {
                (user.deleted, user.merged_into) = (true, Some(into));
            }
            for ticket in world.tickets.values_mut().filter(|t| t.requester_id == from) {
                ticket.requester_id = into;
            }
        });
    }

    pub fn organizations(&self) -> Vec<Organization> {
        self.shared.look(|world| world.organizations.values().cloned().collect())
    }

    pub fn add_organization(&self, name: &str) -> u64 {
        self.shared.change(|world| {
            let (id, created_at) = (world.next_id(), world.now());
            let name = name.to_owned();
            world.organizations.insert(id, Organization { id, name, created_at, ..Organization::default() });
            id
        })
    }

    /// All tickets, deleted ones too.
    pub fn tickets(&self) -> Vec<Ticket> {
        self.shared.change(|world| {
            world.settle();
            world.tickets.values().cloned().collect()
        })
    }

    pub fn ticket(&self, id: u64) -> Option<Ticket> {
        self.shared.change(|world| {
            world.settle();
            world.tickets.get(&id).cloned()
        })
    }

    /// Those with this `external_id`.
    pub fn tickets_with(&self, external_id: &str) -> Vec<Ticket> {
        self.tickets().into_iter().filter(|t| t.external_id.as_deref() == Some(external_id)).collect()
    }

    /// A ticket as somebody else made it: the object of a `POST tickets`.
    pub fn add_ticket(&self, ticket: &Value) -> Option<u64> {
        self.shared.change(|world| world.make_ticket(ticket).ok())
    }

    /// A colleague changes a ticket: the object of a `PUT tickets/{}`; whether it was taken.
    pub fn edit_ticket(&self, id: u64, change: &Value) -> bool {
        self.shared.change(|world| world.change_ticket(id, change).is_ok())
    }

    pub fn close_ticket(&self, id: u64) {
        self.on_ticket(id, |ticket| ticket.status = "closed".into());
    }

    pub fn delete_ticket(&self, id: u64) {
        self.on_ticket(id, |ticket| ticket.deleted = true);
    }

    fn on_ticket(&self, id: u64, change: impl FnOnce(&mut Ticket)) {
        self.shared.change(|world| world.tickets.get_mut(&id).map(change));
    }

    /// Whether one could be merged into the other.
    pub fn merge_tickets(&self, from: u64, into: u64) -> bool {
        self.shared.change(|world| world.merge_ticket(into, from).is_ok())
    }

    pub fn comments(&self, ticket: u64) -> Vec<Comment> {
        self.ticket(ticket).map(|t| t.comments).unwrap_or_default()
    }

    pub fn calls(&self) -> Vec<Call> {
        self.shared.look(|world| world.calls.clone())
    }

    /// Pages that agents' browsers were told to open, oldest first.
    pub fn displays(&self) -> Vec<Display> {
        self.shared.look(|world| world.displays.clone())
    }

    /// Changes fields and forms of tickets.
    pub fn change_forms(&self, change: impl FnOnce(&mut Vec<TicketField>, &mut Vec<TicketForm>)) {
        self.shared.change(|world| change(&mut world.fields, &mut world.forms));
    }

    /// Jobs by id, oldest first, and whether each is done.
    pub fn jobs(&self) -> Vec<(String, bool)> {
        self.shared.change(|world| {
            world.settle();
            world.job_ids()
        })
    }

    /// A job that somebody else made; its id.
    pub fn add_foreign_job(&self) -> String {
        self.shared.change(World::foreign_job)
    }

    /// Jobs under way fail as a whole.
    pub fn fail_jobs(&self) {
        self.shared.change(World::fail_jobs);
    }

    /// All access and refresh tokens are taken back.
    pub fn revoke_tokens(&self) {
        self.shared.change(World::revoke_all);
    }

    /// How many access tokens were made.
    pub fn tokens_made(&self) -> usize {
        self.shared.look(World::tokens_made)
    }

    /// Closes the port and ends all tasks.
    pub async fn shutdown(self) {
        self.shared.close();
        self.port.ended().await;
    }
}

impl Drop for ZendeskSim {
    fn drop(&mut self) {
        self.shared.close();
    }
}
