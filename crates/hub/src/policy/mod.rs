//! Who may what: one function, which every request passes, whether it came from the desk in this program, over a desk's
//! socket or by REST; and one table ([`table`]).
//!
//! An agent acts as themselves, a lead sees everybody's, an administrator may do everything, in anybody's name too. What
//! is asked for belongs to somebody ([`table::Object`]): a call to those for whom it rang, a row that waits to who saved
//! it, a phone to its agent. Whose something is, is looked up only where it matters.
//!
//! What changes the hub's files by the command line (`customers import`, `profile confirm`) is no request: there the
//! system's own permissions decide.

mod table;

pub(crate) use table::Asked;

use crate::{
    hub::Shared,
    live,
    principal::{Principal, Role},
    session::{self, outbox, story},
};
use ringcard_core::{
    call::{AgentId, CallId},
    frame::{CallSearch, Request, RequestError, RequestErrorCode},
    missed::MissedId,
    recording::RecordingId,
    submission::SubmissionKey,
};
use table::{Object, Reach, Row};

/// Whether something is the asker's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Whose {
    Own,
    Others,
}

impl Whose {
    fn own_if(is_own: bool) -> Self {
        if is_own { Self::Own } else { Self::Others }
    }

    fn and(self, other: impl FnOnce() -> Self) -> Self {
        if self == Self::Own { other() } else { self }
    }
}

/// Lets a request through, or says why not.
pub(crate) async fn may(shared: &Shared, principal: &Principal, asked: Asked<'_>) -> Result<(), RequestError> {
    let row = table::row(asked);
    let reach = reach(principal.role(), &row);
    let whose = match reach {
        Reach::Own => whose(shared, principal, &row.object).await?,
        Reach::Nothing | Reach::Everybodys => Whose::Others,
    };
    if !decide(principal, &row, whose) {
        return Err(not_allowed(principal, reach, &row.object));
    }
    match table::is_for_those_in_it(asked) {
        true => open(shared, principal, &row.object).await,
        false => Ok(()),
    }
}

/// Of a private call nobody is told who was not in it, whatever their role.
async fn open(shared: &Shared, principal: &Principal, object: &Object<'_>) -> Result<(), RequestError> {
    let call = match *object {
        Object::Call(id) | Object::Story(id) => id.clone(),
        Object::Recording(id) => match shared.recordings.one(id.clone()).await {
            Ok(Some(recording)) => recording.call_id,
            Ok(None) => return Ok(()),
            Err(why) => return Err(session::recordings::refused(&why.into())),
        },
        _ => return Ok(()),
    };
    match shared.live.call(&call).await? {
        Some(call) if !live::is_open(&shared.agents, principal.me(), &call) => {
            let message = "This call is private: only whoever was in it may do this";
            Err(RequestError::new(RequestErrorCode::NotAllowed, message))
        }
        _ => Ok(()),
    }
}

/// The principal of a desk that shows a token and says whose it is.
pub(crate) fn desk(shared: &Shared, shown: &Principal, named: AgentId) -> Result<Principal, RequestError> {
    let refused = |message: String| Err(RequestError::new(RequestErrorCode::NotAllowed, message));
    match shown.me() {
        Some(me) if *me == named => Ok(shown.clone()),
        Some(me) => refused(format!(
            "This token is {}'s, and opens no desk of somebody else: set their name under Settings, Agent, or keep another \
             token where [hub] token says",
            me.0
        )),
        None if shared.is_token_shared => Ok(Principal::agent_with(named, shown.role())),
        None => refused(
            "This hub takes agents' own tokens only: ask its administrator for yours, and keep it where [hub] token says"
                .to_owned(),
        ),
    }
}

/// Everybody of the team, for who may see everybody's calls.
pub(crate) fn team(shared: &Shared, principal: &Principal) -> Vec<AgentId> {
    let search = CallSearch { everybody: true, ..CallSearch::default() };
    let asked = Request::FindCalls { search, before: None, limit: 1 };
    match decide(principal, &table::row(Asked::Request(&asked)), Whose::Others) {
        true => shared.agents.iter().map(|agent| agent.id.clone()).collect(),
        false => Vec::new(),
    }
}

/// The decision, once it is known whose it is.
fn decide(principal: &Principal, row: &Row<'_>, whose: Whose) -> bool {
    let reach = reach(principal.role(), row);
    // Who names somebody else may ask about them; what is done is done in one's own name.
    let may_name = principal.is_in_own_name() || row.object == Object::Asker;
    principal.role() == Role::Administrator
        || may_name
            && match reach {
                Reach::Nothing => false,
                Reach::Own => whose == Whose::Own,
                Reach::Everybodys => true,
            }
}

fn reach(role: Role, row: &Row<'_>) -> Reach {
    match role {
        Role::Agent => row.agent,
        Role::Lead => row.lead,
        Role::Administrator => Reach::Everybodys,
    }
}

async fn whose(shared: &Shared, principal: &Principal, object: &Object<'_>) -> Result<Whose, RequestError> {
    if !principal.is_in_own_name() {
        return Ok(Whose::Others);
    }
    let Some(me) = principal.me() else { return Ok(Whose::Others) };
    Ok(match *object {
        Object::Team => Whose::Others,
        Object::Asker => Whose::Own,
        Object::Call(id) => call(shared, me, id).await?,
        Object::Story(id) => story_of(shared, me, id).await?,
        Object::Customer(id) => Whose::own_if(story::had_a_call_with(shared, me, id).await?),
        Object::Recording(id) => recorded(shared, me, id).await?,
        Object::Missed(id) => missed(shared, me, id).await?,
        Object::Row(key, phone) => written(shared, me, key).await?.and(|| of_phone(shared, me, phone)),
        Object::Phone(phone) => of_phone(shared, me, phone),
        Object::Name { agent, call: id, phone } => {
            let named = Whose::own_if(agent.is_none_or(|agent| agent == me)).and(|| of_phone(shared, me, phone));
            match id {
                Some(id) if named == Whose::Own => call(shared, me, id).await?,
                _ => named,
            }
        }
    })
}

/// One that goes on says so itself, also while the call list cannot be read. A call that is in no history either is nobody
/// else's: what is asked of it finds out what it is.
async fn call(shared: &Shared, me: &AgentId, id: &CallId) -> Result<Whose, RequestError> {
    if let Some(is_theirs) = shared.live.is_of(id, me).await {
        return Ok(Whose::own_if(is_theirs));
    }
    let is_theirs = shared.history.is_of(id.clone(), me.clone()).await.map_err(|error| session::busy(&error))?;
    Ok(Whose::own_if(is_theirs.unwrap_or(true)))
}

/// Theirs is, too, what happened to a customer whom they have spoken with: it helps with the next call.
async fn story_of(shared: &Shared, me: &AgentId, id: &CallId) -> Result<Whose, RequestError> {
    match call(shared, me, id).await? {
        Whose::Own => Ok(Whose::Own),
        Whose::Others => Ok(Whose::own_if(story::knows_whom(shared, me, id).await?)),
    }
}

/// So is a recording that is not there.
async fn recorded(shared: &Shared, me: &AgentId, id: &RecordingId) -> Result<Whose, RequestError> {
    let found = shared.recordings.one(id.clone()).await;
    match found.map_err(|why| session::recordings::refused(&why.into()))? {
        Some(recording) => call(shared, me, &recording.call_id).await,
        None => Ok(Whose::Own),
    }
}

/// One that is not there is nobody else's.
async fn missed(shared: &Shared, me: &AgentId, id: &MissedId) -> Result<Whose, RequestError> {
    let row = shared.history.missed_one(id.clone()).await.map_err(|error| session::busy(&error))?;
    Ok(Whose::own_if(row.is_none_or(|row| live::serves(&shared.agents, me, &row))))
}

/// So is a row that is not there.
async fn written(shared: &Shared, me: &AgentId, key: &SubmissionKey) -> Result<Whose, RequestError> {
    let found = outbox::there(shared)?.row(key.clone()).await.map_err(outbox::refused)?;
    Ok(Whose::own_if(found.is_none_or(|(row, _)| row.submission.agent.as_ref() == Some(me))))
}

fn of_phone(shared: &Shared, me: &AgentId, phone: Option<&str>) -> Whose {
    let Some(phone) = phone else { return Whose::Own };
    let mut holders = shared.agents.iter().filter(|agent| agent.extension.as_deref() == Some(phone)).peekable();
    Whose::own_if(holders.peek().is_none() || holders.any(|agent| agent.id == *me))
}

fn not_allowed(principal: &Principal, reach: Reach, object: &Object<'_>) -> RequestError {
    let me = principal.me().map_or("", |me| me.0.as_str());
    let message = match object {
        _ if reach == Reach::Nothing => {
            format!("{me} may not do this: it takes the token of a team lead or an administrator")
        }
        _ if !principal.is_in_own_name() => format!("This token is {me}'s, and is good for nobody else"),
        Object::Team | Object::Asker | Object::Name { .. } => {
            format!("This token is {me}'s, and is good for nobody else")
        }
        Object::Call(_) | Object::Story(_) | Object::Recording(_) => "This is a colleague's call".to_owned(),
        Object::Customer(_) => format!(
            "{me} had no call with this customer: their calls are seen by those who had one, and by a team lead"
        ),
        Object::Missed(_) => "This is a call to a line that others serve".to_owned(),
        Object::Row(..) => "A colleague saved this: they decide about it, or a team lead".to_owned(),
        Object::Phone(_) => "This is a colleague's phone: leave the extension out, and your own rings".to_owned(),
    };
    RequestError::new(RequestErrorCode::NotAllowed, message)
}

#[cfg(test)]
mod tests;
