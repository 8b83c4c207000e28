//! Users, their identities and organizations (zendesk.md, Users).

use super::{
    pages,
    records::{Identity, Organization, User},
    reply::Reply,
    route::Ask,
    world::World,
};
use serde_json::{Map, Value, json};

/// Digits of a number at most (E.164), without an extension.
const DIGITS_MOST: usize = 15;

/// A text or number of a JSON object, as text.
pub(crate) fn text(object: &Value, name: &str) -> Option<String> {
    match object.get(name)? {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

fn texts(object: &Value, name: &str) -> Option<Vec<String>> {
    let list = object.get(name)?.as_array()?;
    Some(list.iter().filter_map(Value::as_str).map(str::to_owned).collect())
}

fn too_long(number: &str) -> bool {
    let bare = number.split('x').next().unwrap_or_default();
    bare.chars().filter(char::is_ascii_digit).count() > DIGITS_MOST
}

impl World {
    /// One who is there: merged and deleted users are gone.
    pub fn user(&self, id: u64) -> Result<&User, Reply> {
        self.users.get(&id).filter(|u| !u.deleted).ok_or_else(Reply::not_found)
    }

    pub fn list_users(&self, ask: &Ask) -> Result<Reply, Reply> {
        let role = ask.get("role");
        let users = self.users.values().filter(|u| !u.deleted && role.is_none_or(|role| u.role == role));
        Ok(Reply::ok(Value::Object(pages::page(ask, "users", users.map(User::shown).collect())?)))
    }

    pub fn show_users(&self, ask: &Ask) -> Result<Reply, Reply> {
        let wanted = ask.numbers("ids");
        let external: Vec<_> = ask.get("external_ids").unwrap_or_default().split(',').collect();
        if wanted.len() > 100 {
            return Err(Reply::bad("BadRequest", "Up to 100 ids"));
        }
        let is = |u: &&User| {
            !u.deleted && (wanted.contains(&u.id) || u.external_id.as_deref().is_some_and(|id| external.contains(&id)))
        };
        let users: Vec<_> = self.users.values().filter(is).collect();
        let mut body = Map::new();
        self.beside(ask, &users, &mut body);
        body.insert("count".into(), json!(users.len()));
        body.insert("users".into(), users.iter().map(|u| u.shown()).collect());
        Ok(Reply::ok(Value::Object(body)))
    }

    pub fn show_me(&self) -> Result<Reply, Reply> {
        let mut shown = self.user(self.me())?.shown();
        if let Some(shown) = shown.as_object_mut() {
            shown.insert("authenticity_token".into(), json!("sim"));
        }
        Ok(Reply::ok(json!({ "user": shown })))
    }

    pub fn show_user(&self, ask: &Ask) -> Result<Reply, Reply> {
        let user = self.user(ask.id())?;
        let mut body = Map::new();
        self.beside(ask, &[user], &mut body);
        body.insert("user".into(), user.shown());
        Ok(Reply::ok(Value::Object(body)))
    }

    pub fn autocomplete(&self, ask: &Ask) -> Result<Reply, Reply> {
        let name = ask.get("name").unwrap_or_default().to_lowercase();
        let users = self.users.values().filter(|u| !u.deleted && u.name.to_lowercase().starts_with(&name));
        Ok(Reply::ok(Value::Object(pages::page(ask, "users", users.map(User::shown).collect())?)))
    }

    /// Side-loads organizations.
    fn beside(&self, ask: &Ask, users: &[&User], body: &mut Map<String, Value>) {
        if ask.includes("organizations") {
            let ids: Vec<_> = users.iter().filter_map(|u| u.organization_id).collect();
            let of = self.organizations.values().filter(|o| ids.contains(&o.id)).map(Organization::shown);
            body.insert("organizations".into(), of.collect());
        }
    }

    pub fn create_user(&mut self, ask: &Ask) -> Result<Reply, Reply> {
        let user = ask.object("user")?;
        let id = self.make_user(&user)?;
        let shown = self.user(id)?.shown();
        Ok(Reply::created(&format!("/api/v2/users/{id}.json"), json!({ "user": shown })))
    }

    /// By e-mail or `external_id`, never by phone.
    pub fn create_or_update_user(&mut self, ask: &Ask) -> Result<Reply, Reply> {
        let wanted = ask.object("user")?;
        let (email, external) = (text(&wanted, "email"), text(&wanted, "external_id"));
        let same = |one: &Option<String>, other: &Option<String>| match (one, other) {
            (Some(one), Some(other)) => one.eq_ignore_ascii_case(other),
            _ => false,
        };
        let is = |u: &&User| !u.deleted && (same(&u.email, &email) || same(&u.external_id, &external));
        let location = |id: u64| format!("/api/v2/users/{id}.json");
        if let Some(id) = self.users.values().find(is).map(|u| u.id) {
            self.change_user(id, &wanted)?;
            return Ok(Reply::ok(json!({ "user": self.user(id)?.shown() })).with("Location", location(id)));
        }
        let id = self.make_user(&wanted)?;
        Ok(Reply::created(&location(id), json!({ "user": self.user(id)?.shown() })))
    }

    pub fn make_user(&mut self, wanted: &Value) -> Result<u64, Reply> {
        let name = text(wanted, "name").filter(|name| !name.trim().is_empty());
        let Some(name) = name else {
            return Err(Reply::invalid("name", "Name: is too short (minimum one character)", "BlankValue"));
        };
        let now = self.now();
        let id = self.next_id();
        let mut user = User { id, name, role: "end-user".into(), created_at: now, updated_at: now, ..User::default() };
        self.check_user(None, wanted)?;
        self.fill_user(&mut user, wanted);
        let silent = wanted.get("skip_verify_email").and_then(Value::as_bool).unwrap_or_default();
        user.mailed = user.email.is_some() && !silent;
        let lists = wanted.get("identities").and_then(Value::as_array).cloned().unwrap_or_default();
        for identity in lists {
            let (Some(kind), Some(value)) = (text(&identity, "type"), text(&identity, "value")) else { continue };
            let id = self.next_id();
            user.identities.push(Identity { id, kind, value, primary: false, verified: true, at: now });
        }
        self.users.insert(id, user);
        self.count_sharing();
        Ok(id)
    }

    fn check_user(&self, own: Option<u64>, wanted: &Value) -> Result<(), Reply> {
        if let Some(email) = text(wanted, "email") {
            let taken = |u: &User| {
                Some(u.id) != own && !u.deleted && u.email.as_deref().is_some_and(|e| e.eq_ignore_ascii_case(&email))
            };
            if self.users.values().any(taken) {
                let why = format!("Email: {email} is already being used by another user");
                return Err(Reply::invalid("email", &why, "DuplicateValue"));
            }
            if !email.contains('@') {
                return Err(Reply::invalid("email", "Email: is not properly formatted", "InvalidFormat"));
            }
        }
        if text(wanted, "phone").is_some_and(|phone| too_long(&phone)) {
            return Err(Reply::invalid("phone", "Phone Number: is too long", "TooLong"));
        }
        let organization = wanted.get("organization_id").and_then(Value::as_u64);
        if organization.is_some_and(|id| !self.organizations.contains_key(&id)) {
            return Err(Reply::invalid("organization", "Organization: is invalid", "InvalidValue"));
        }
        Ok(())
    }

    fn fill_user(&self, user: &mut User, wanted: &Value) {
        let take = |name: &str, place: &mut Option<String>| {
            if wanted.get(name).is_some() {
                *place = text(wanted, name).filter(|v| !v.is_empty());
            }
        };
        take("email", &mut user.email);
        take("phone", &mut user.phone);
        take("external_id", &mut user.external_id);
        if let Some(notes) = text(wanted, "notes") {
            user.notes = notes;
        }
        if let Some(details) = text(wanted, "details") {
            user.details = details;
        }
        if let Some(name) = text(wanted, "name") {
            user.name = name;
        }
        if let Some(tags) = texts(wanted, "tags") {
            user.tags = tags;
        }
        if let Some(suspended) = wanted.get("suspended").and_then(Value::as_bool) {
            user.suspended = suspended;
        }
        if let Some(role) = text(wanted, "role") {
            user.role = role;
        }
        if let Some(id) = wanted.get("organization_id") {
            user.organization_id = id.as_u64();
        }
        if let Some(fields) = wanted.get("user_fields").and_then(Value::as_object) {
            user.user_fields.extend(fields.clone());
        }
    }

    pub fn change_user(&mut self, id: u64, wanted: &Value) -> Result<(), Reply> {
        self.check_user(Some(id), wanted)?;
        let mut user = self.user(id)?.clone();
        self.fill_user(&mut user, wanted);
        user.updated_at = self.now();
        self.users.insert(id, user);
        self.count_sharing();
        Ok(())
    }

    pub fn update_user(&mut self, ask: &Ask) -> Result<Reply, Reply> {
        let wanted = ask.object("user")?;
        self.change_user(ask.id(), &wanted)?;
        Ok(Reply::ok(json!({ "user": self.user(ask.id())?.shown() })))
    }

    /// A number that several profiles have is shared in each of them.
    pub fn count_sharing(&mut self) {
        let mut of = std::collections::BTreeMap::<String, u32>::new();
        let digits = |phone: &str| phone.chars().filter(char::is_ascii_digit).collect::<String>();
        for phone in self.users.values().filter(|u| !u.deleted).filter_map(|u| u.phone.as_deref()) {
            *of.entry(digits(phone)).or_default() += 1;
        }
        for user in self.users.values_mut() {
            user.shared_phone_number =
                user.phone.as_deref().map(|phone| of.get(&digits(phone)).is_some_and(|n| *n > 1));
        }
    }

    pub fn list_identities(&self, ask: &Ask) -> Result<Reply, Reply> {
        let user = self.user(ask.id())?;
        let mut all = Vec::new();
        if let Some(email) = &user.email {
            let own = Identity {
                id: user.id * 10,
                kind: "email".into(),
                value: email.clone(),
                primary: true,
                verified: true,
                at: user.created_at,
            };
            all.push(own.shown(user.id));
        }
        all.extend(user.identities.iter().map(|i| i.shown(user.id)));
        Ok(Reply::ok(Value::Object(pages::page(ask, "identities", all)?)))
    }

    pub fn add_identity(&mut self, ask: &Ask) -> Result<Reply, Reply> {
        let wanted = ask.object("identity")?;
        let (Some(kind), Some(value)) = (text(&wanted, "type"), text(&wanted, "value")) else {
            return Err(Reply::invalid("type", "Type: cannot be blank", "BlankValue"));
        };
        if !matches!(
            kind.as_str(),
            "email" | "twitter" | "facebook" | "google" | "phone_number" | "agent_forwarding" | "sdk"
        ) {
            return Err(Reply::invalid("type", "Type: is invalid", "InvalidValue"));
        }
        if kind == "phone_number" && too_long(&value) {
            return Err(Reply::invalid("value", "Value: is too long", "TooLong"));
        }
        self.user(ask.id())?;
        let taken = |u: &User| !u.deleted && u.identities.iter().any(|i| i.kind == kind && i.value == value);
        if self.users.values().any(taken) {
            let why = format!("Value: {value} is already being used by another user");
            return Err(Reply::invalid("value", &why, "DuplicateValue"));
        }
        let (id, at) = (self.next_id(), self.now());
        let identity = Identity { id, kind, value, primary: false, verified: true, at };
        let shown = identity.shown(ask.id());
        if let Some(user) = self.users.get_mut(&ask.id()) {
            user.identities.push(identity);
            user.updated_at = at;
        }
        Ok(Reply::created(&format!("/api/v2/users/{}/identities/{id}.json", ask.id()), json!({ "identity": shown })))
    }

    pub fn related(&self, ask: &Ask) -> Result<Reply, Reply> {
        let id = self.user(ask.id())?.id;
        let requested = self.tickets.values().filter(|t| !t.deleted && t.requester_id == id).count();
        let assigned = self.tickets.values().filter(|t| !t.deleted && t.assignee_id == Some(id)).count();
        Ok(Reply::ok(json!({ "user_related": {
            "assigned_tickets": assigned, "requested_tickets": requested, "ccd_tickets": 0, "organization_subscriptions": 0,
        } })))
    }

    pub fn organizations_of(&self, ask: &Ask) -> Result<Reply, Reply> {
        let user = self.user(ask.id())?;
        let of = self.organizations.values().filter(|o| user.organization_id == Some(o.id)).map(Organization::shown);
        Ok(Reply::ok(Value::Object(pages::page(ask, "organizations", of.collect())?)))
    }

    pub fn show_organization(&self, ask: &Ask) -> Result<Reply, Reply> {
        let one = self.organizations.get(&ask.id()).ok_or_else(Reply::not_found)?;
        Ok(Reply::ok(json!({ "organization": one.shown() })))
    }

    pub fn show_organizations(&self, ask: &Ask) -> Result<Reply, Reply> {
        let ids = ask.numbers("ids");
        let of = self.organizations.values().filter(|o| ids.contains(&o.id)).map(Organization::shown).collect();
        Ok(Reply::ok(Value::Object(pages::page(ask, "organizations", of)?)))
    }

    /// The keys there are, each a text.
    pub fn list_user_fields(&self, ask: &Ask) -> Result<Reply, Reply> {
        let keys: std::collections::BTreeSet<_> =
            self.users.values().flat_map(|u| u.user_fields.keys().cloned()).collect();
        let fields = keys.into_iter().enumerate().map(|(at, key)| {
            json!({ "id": at + 1, "key": key, "title": key, "raw_title": key, "type": "text", "active": true, "position": at })
        });
        Ok(Reply::ok(Value::Object(pages::page(ask, "user_fields", fields.collect())?)))
    }
}
