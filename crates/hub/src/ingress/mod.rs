//! Webhooks: known, proved, bounded, read by the account's profile, committed, answered.
//!
//! 200 with an empty body (a page, where a browser opened it) means: it is on disk. Everything else is
//! `{"error":{code, message}}`. Nothing slow happens before the answer, and nothing much for a stranger: who sends a push is
//! asked of its header and address before a byte of its body is read. Where a profile lets the proof stand in the body, only so
//! much of it is read, and nothing but the proof is looked for.

mod body;
mod data_lane;
mod lifted;
mod page;
mod reader;

pub(crate) use reader::PushReader;

use crate::{
    account::NotRead,
    api::ApiError,
    from_where::{self, FromWhere},
    hub::Shared,
    listen::Sender,
    live::{PushNotKept, Told},
    recordings::{Lifts, NoRecordings},
    repeats::RepeatedLine,
    throttle::Counted,
};
use axum::{
    Extension,
    body::{Body, HttpBody},
    extract::{Path, Request, State, rejection::PathRejection},
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use reader::Whose;
use ringcard_connect::{
    PROOF_BODY_BYTES, Push, PushKind, PushRefused, RawPush, ReadPushes, Standing, profile::refuse_stranger,
};
use ringcard_core::{
    Timestamp,
    call::CallId,
    pushed::{PushBecame, PushNote},
};
use std::{sync::Arc, time::Duration, time::Instant};

/// A notifier is a few names and numbers.
const NOTIFIER_BYTES: usize = 256 * 1024;
/// Call data may carry more, besides recordings.
const CALL_DATA_BYTES: usize = 4 * 1024 * 1024;
/// Call data beyond what an account may send wait so long for their turn.
const DATA_TURN: Duration = Duration::from_secs(5);
/// A part of the path that is longer names nothing of ours.
const LONGEST_SEGMENT: usize = 64;

/// A push that was not taken: what the sender reads, and what people here see.
struct Refused {
    error: ApiError,
    became: PushBecame,
}

impl Refused {
    fn throttled(wait: Duration, message: &'static str) -> Self {
        let error = ApiError::new(StatusCode::TOO_MANY_REQUESTS, "too_many_requests", message).retry_after(wait);
        Self { error, became: PushBecame::Throttled }
    }
}

/// What is known of a push by now.
#[derive(Default)]
struct Learnt {
    is_proven: bool,
    /// A person's browser opened it: it is answered with a page.
    is_opened: bool,
    /// Whom it is about, for people.
    shows: Option<String>,
}

pub(crate) async fn push(
    State(shared): State<Arc<Shared>>,
    Extension(from): Extension<FromWhere>,
    names: Result<Path<(String, String)>, PathRejection>,
    request: Request,
) -> Response {
    let received = Instant::now();
    shared.metrics.push();
    // What is no text names nothing of ours, and is answered and counted like every other wrong name.
    let (account, kind) = names.map_or_else(|_| Default::default(), |Path(names)| names);
    let has_body = !request.body().is_end_stream();
    let language = request.headers().get(header::ACCEPT_LANGUAGE).cloned();
    let mut learnt = Learnt::default();
    let taken = take(&shared, &from, &account, &kind, request, received, &mut learnt).await;
    let taken = taken.map_err(|refused| match learnt.is_proven {
        true => refused,
        false => to_a_stranger(&shared, &from, refused, received),
    });
    if !learnt.is_proven {
        // A connection may bring the next one at once: whoever has proved who they are comes in between.
        tokio::task::yield_now().await;
    }
    let (account, kind) = (shown(&shared, &account), shown(&shared, &kind));
    let became = match &taken {
        Ok(became) => became.clone(),
        Err(refused) => refused.became.clone(),
    };
    let is_known = shared.accounts.is_known(&account);
    if let Err(Refused { became, .. }) = &taken {
        shared.metrics.push_refused();
        if *became == PushBecame::Throttled {
            shared.metrics.push_throttled();
        }
        let line = RepeatedLine::new("a push was not taken", reason(became), from.place());
        shared.repeats.say(line.about(if is_known { &account } else { "" }), received);
    }
    if became == PushBecame::TooOld {
        let line = RepeatedLine::new(
            "a push made no call",
            "by its own time it was sent more than ten minutes ago",
            from.place(),
        );
        shared.repeats.say(line.about(&account), received);
    }
    let from = from.address.to_string();
    shared.pushes.note(PushNote { at: Timestamp::now(), account, kind, from, became, times: 1 }, is_known);
    match taken {
        Ok(_) if learnt.is_opened => page::of(learnt.shows.as_deref(), language.as_ref()),
        Ok(_) => StatusCode::OK.into_response(),
        Err(Refused { error, .. }) => {
            let mut response = error.into_response();
            if has_body {
                // Of its body there may be more to come: nobody waits for it.
                response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
            }
            response
        }
    }
}

/// What somebody gets who proved nothing: less, where too many come from there, or by a name that is not ours.
fn to_a_stranger(shared: &Shared, from: &FromWhere, refused: Refused, now: Instant) -> Refused {
    match shared.strangers.take(from.place(), now) {
        Err(wait) => Refused::throttled(wait, "Too many requests from this address; slow down"),
        Ok(()) if from.by_foreign_name => {
            Refused { error: from_where::foreign_host(), became: PushBecame::ForeignName }
        }
        Ok(()) => refused,
    }
}

/// For the log, which has no words of a sender.
fn reason(became: &PushBecame) -> &'static str {
    match became {
        PushBecame::KeyMissing => "it carried no key, user or password",
        PushBecame::KeyWrong => "its key, user or password is wrong",
        PushBecame::Unreadable { .. } => "it cannot be read",
        PushBecame::TooLarge => "it is too large",
        PushBecame::Cut => "it did not arrive whole",
        PushBecame::Throttled => "too many",
        PushBecame::AddressNotAllowed => "its address is not under push_from",
        PushBecame::ForeignName => "it asked by a name that is not under [listen] names",
        PushBecame::NotTaken => "no account takes such a push",
        PushBecame::NotSetUp { .. } => "the account is not set up",
        PushBecame::NotKept => "it could not be saved",
        PushBecame::NewCall { .. }
        | PushBecame::KnownCall { .. }
        | PushBecame::Repeated { .. }
        | PushBecame::Nothing
        | PushBecame::TooOld => "it was taken",
    }
}

/// What an account may send is counted by account; where only the address is the proof, by that too. Call data wait for
/// their turn a while: after an outage there are many.
async fn has_a_turn(shared: &Shared, from: &FromWhere, account: &str, kind: PushKind) -> Result<(), Refused> {
    let known_by = shared.accounts.takes_without_proof(account).then_some(from);
    let counted = if kind == PushKind::CallData { Counted::Data } else { Counted::Ring };
    let until = Instant::now() + DATA_TURN;
    loop {
        match shared.senders.take(account, known_by, counted, Instant::now()) {
            Ok(()) => return Ok(()),
            Err(wait) if counted == Counted::Data && Instant::now() + wait <= until => tokio::time::sleep(wait).await,
            Err(wait) => return Err(Refused::throttled(wait, "Too many pushes to this account; slow down")),
        }
    }
}

/// Every step costs more than the one before, and is for fewer.
async fn take(
    shared: &Shared,
    from: &FromWhere,
    account: &str,
    kind: &str,
    request: Request,
    received: Instant,
    learnt: &mut Learnt,
) -> Result<PushBecame, Refused> {
    shared.accounts.admits(account, from).map_err(not_admitted)?;
    let pbx = match shared.accounts.pusher(account) {
        // A page of another site had a browser open it, and that is not how this system pushes: there is no such account.
        Ok(pbx) if from.opened_by_another_site && !pbx.is_opened_in_a_browser() => Err(NotRead::NotTaken),
        pbx => pbx,
    };
    learnt.is_opened = pbx.as_ref().is_ok_and(|pbx| pbx.is_opened_in_a_browser());
    let (kind, most) = known_kind(kind)?;
    let sender = request.extensions().get::<Sender>().cloned();
    let (parts, body) = request.into_parts();
    let head = body::head(&parts);
    let mut proved = || {
        learnt.is_proven = true;
        sender.iter().for_each(Sender::proved);
    };
    let (pbx, push, lifts) = match proof_in_head(shared, pbx, &head).await? {
        (pbx, true) if kind == PushKind::CallData => {
            proved();
            has_a_turn(shared, from, account, kind).await?;
            let (push, lifts) = lifted::read(&shared.recordings, account, head, body, sender.as_ref()).await?;
            (pbx, push, lifts)
        }
        (pbx, true) => {
            proved();
            has_a_turn(shared, from, account, kind).await?;
            let push = RawPush { body: body::read(body, most, sender.as_ref()).await?, ..head };
            (pbx, push, Lifts::new(&shared.recordings, account))
        }
        (pbx, false) => {
            let looked = proof_in_body(shared, pbx, head, body, sender.as_ref()).await;
            if kind == PushKind::CallData && looked.as_ref().is_err_and(|why| why.became == PushBecame::TooLarge) {
                say_where_the_key_belongs(shared, from, account, received);
            }
            let (pbx, push) = looked?;
            proved();
            has_a_turn(shared, from, account, kind).await?;
            if kind == PushKind::CallData {
                // What came is here already: it is read as if it came now.
                let (body, head) = (Body::from(push.body), RawPush { body: Vec::new(), ..push });
                let (push, lifts) = lifted::read(&shared.recordings, account, head, body, None).await?;
                (pbx, push, lifts)
            } else {
                (pbx, push, Lifts::new(&shared.recordings, account))
            }
        }
    };
    let push = read(shared, account, pbx, kind, push).await?;
    learnt.shows = page::shown(&push);
    keep(shared, account, push, lifts, received).await
}

/// The kinds there are are no secret.
fn known_kind(kind: &str) -> Result<(PushKind, usize), Refused> {
    match kind {
        "incoming" => Ok((PushKind::Incoming, NOTIFIER_BYTES)),
        "event" => Ok((PushKind::Event, NOTIFIER_BYTES)),
        "call-data" => Ok((PushKind::CallData, CALL_DATA_BYTES)),
        _ => {
            let error = not_found("There is no such webhook: incoming, event or call-data");
            Err(Refused { error, became: PushBecame::NotTaken })
        }
    }
}

/// Whether header and address prove who it is, or the body may. Without an account the same is done and answered as for
/// a wrong proof.
async fn proof_in_head(
    shared: &Shared,
    pbx: Result<Arc<dyn ReadPushes>, NotRead>,
    head: &RawPush,
) -> Result<(Arc<dyn ReadPushes>, bool), Refused> {
    let (pbx, absent) = match pbx {
        Ok(pbx) => (Some(pbx), None),
        Err(absent) => (None, Some(absent)),
    };
    let (asked, query) = (pbx.clone(), head.query.len());
    let head = head.clone();
    let standing = shared.push_reader.read(Whose::Strangers, query, move || match asked {
        Some(pbx) => pbx.proof_in_head(&head),
        None => {
            refuse_stranger(&head);
            Standing::Refused { tried: false }
        }
    });
    match (pbx, standing.await.ok_or_else(busy)?) {
        (Some(pbx), Standing::Proved) => Ok((pbx, true)),
        (Some(pbx), Standing::InBody) => Ok((pbx, false)),
        (Some(_), Standing::Refused { tried }) => Err(unproved(tried)),
        (None, _) => Err(stranger(match absent {
            Some(NotRead::NotSetUp { detail }) => PushBecame::NotSetUp { detail },
            _ => PushBecame::NotTaken,
        })),
    }
}

/// Data with a recording inside are long, and a key in the body is not found then.
fn say_where_the_key_belongs(shared: &Shared, from: &FromWhere, account: &str, now: Instant) {
    if shared.accounts.is_known(account) {
        let what = "call data were not looked through";
        let why = "there is no key in their address or header, and their body is too long to look for one: recordings inside \
                   of call data need the key in the address or a header";
        shared.repeats.say(RepeatedLine::new(what, why, from.place()).about(account), now);
    }
}

/// The push with its body, where the proof is in that.
async fn proof_in_body(
    shared: &Shared,
    pbx: Arc<dyn ReadPushes>,
    head: RawPush,
    body: Body,
    sender: Option<&Sender>,
) -> Result<(Arc<dyn ReadPushes>, RawPush), Refused> {
    let body = body::read(body, PROOF_BODY_BYTES, sender).await.map_err(|refused| match refused.became {
        // Who it is nobody knows: no more is said than to any stranger.
        PushBecame::TooLarge => stranger(PushBecame::TooLarge),
        became => Refused { became, ..refused },
    })?;
    let push = RawPush { body, ..head };
    let bytes = push.query.len() + push.body.len();
    let looked = shared.push_reader.read(Whose::Strangers, bytes, move || {
        let standing = pbx.proof_in_body(&push);
        (pbx, push, standing)
    });
    match looked.await.ok_or_else(busy)? {
        (pbx, push, Standing::Proved) => Ok((pbx, push)),
        (_, _, Standing::Refused { tried }) => Err(unproved(tried)),
        (_, _, Standing::InBody) => Err(unproved(false)),
    }
}

async fn read(
    shared: &Shared,
    account: &str,
    pbx: Arc<dyn ReadPushes>,
    kind: PushKind,
    raw: RawPush,
) -> Result<Push, Refused> {
    let bytes = raw.query.len() + raw.body.len();
    let read = shared.push_reader.read(Whose::Senders, bytes, move || pbx.read_proved(kind, &raw)).await;
    let push = read.ok_or_else(busy)?.map_err(|refused| match refused {
        PushRefused::Unauthenticated => unproved(true),
        PushRefused::NotTaken => {
            Refused { error: not_found("This account takes no such push"), became: PushBecame::NotTaken }
        }
        PushRefused::Unreadable(detail) => Refused {
            error: ApiError::new(StatusCode::BAD_REQUEST, "unreadable", detail.clone()),
            became: PushBecame::Unreadable { detail },
        },
    })?;
    shared.accounts.works(account);
    Ok(push)
}

async fn keep(
    shared: &Shared,
    account: &str,
    mut push: Push,
    lifts: Lifts,
    received: Instant,
) -> Result<PushBecame, Refused> {
    let (ids, audio) = (std::mem::take(&mut push.recording_ids), std::mem::take(&mut push.audio));
    let is_recorded = !ids.is_empty() || !audio.is_empty();
    let lane = match push.kind {
        PushKind::CallData => shared.push_reader.data.enter().await,
        _ => {
            shared.push_reader.data.rings();
            None
        }
    };
    let told = shared.live.push(account, push, received).await.map_err(not_kept)?;
    drop(lane);
    if let Told::New(call) | Told::News(call) | Told::Again(call) = &told {
        let kept = async {
            if !ids.is_empty() {
                shared.recordings.told(call.clone(), account, ids).await?;
            }
            if audio.is_empty() && lifts.is_empty() {
                return Ok(());
            }
            if is_private(shared, call).await? {
                return lifts.refuse_as_private(call, &audio).await;
            }
            lifts.belong_to(call, audio).await?;
            // Made private in this moment: what was not there yet when its recordings went, goes now.
            if is_private(shared, call).await? {
                shared
                    .recordings
                    .delete_of_private(call.clone(), None)
                    .await
                    .map_err(|why| NoRecordings::Failed(why.to_string()))?;
            }
            Ok(())
        };
        match kept.await {
            Ok(()) if is_recorded => {
                // Only by what it is found is missing then.
                if let Err(error) = shared.history.has_recording(call.clone()).await {
                    tracing::warn!(%call, %error, "the call list does not know of a recording");
                }
                shared.live.recorded(call.clone()).await;
            }
            Ok(()) => {}
            // Whoever sends it again changes nothing of that, and the call is kept.
            Err(NoRecordings::NotOpen(_)) => tracing::warn!(%call, "a recording is not kept: the list is not open"),
            Err(_) => return Err(not_kept(PushNotKept::NotSaved)),
        }
    }
    Ok(match told {
        Told::New(call_id) => PushBecame::NewCall { call_id },
        Told::News(call_id) => PushBecame::KnownCall { call_id },
        Told::Again(call_id) => PushBecame::Repeated { call_id },
        Told::Nothing => PushBecame::Nothing,
        Told::TooOld => PushBecame::TooOld,
    })
}

/// Where that cannot be looked up, the sender tries again.
async fn is_private(shared: &Shared, call: &CallId) -> Result<bool, NoRecordings> {
    shared.live.is_private(call).await.map_err(|_| NoRecordings::Busy)
}

/// Whoever cannot prove who they are learns no more than that, not even whether there is such an account.
fn stranger(became: PushBecame) -> Refused {
    let message = "There is no such account here, or the key, user or password of this push is missing or wrong";
    Refused { error: ApiError::new(StatusCode::UNAUTHORIZED, "unauthenticated", message), became }
}

/// The account does not listen to this sender: people here are told, and a stranger no more than with a wrong key.
fn not_admitted(why: NotRead) -> Refused {
    match why {
        NotRead::ForeignName => Refused { error: from_where::foreign_host(), became: PushBecame::ForeignName },
        _ => stranger(PushBecame::AddressNotAllowed),
    }
}

fn unproved(tried: bool) -> Refused {
    stranger(if tried { PushBecame::KeyWrong } else { PushBecame::KeyMissing })
}

fn not_kept(why: PushNotKept) -> Refused {
    let code = match why {
        PushNotKept::NotSaved => "not_saved",
        PushNotKept::Busy => "busy",
    };
    let error = ApiError::new(StatusCode::SERVICE_UNAVAILABLE, code, why.to_string());
    Refused { error: error.retry_after(Duration::from_secs(1)), became: PushBecame::NotKept }
}

fn busy() -> Refused {
    not_kept(PushNotKept::Busy)
}

fn not_found(message: &str) -> ApiError {
    ApiError::new(StatusCode::NOT_FOUND, "not_found", message)
}

/// What a stranger put into the path, fit for a log line and a list: its beginning, as far as it looks like a name. With
/// `&` instead of `?` in the address, a key is in the path.
fn shown(shared: &Shared, text: &str) -> String {
    let is_ours = shared.accounts.is_known(text) || known_kind(text).is_ok();
    if !is_ours && (text.len() > LONGEST_SEGMENT || shared.accounts.know_as_secret(text)) {
        return "•••".to_owned();
    }
    text.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '-').take(32).collect()
}
