//! Sending pushes to the hub: what each says, and doing it wrong when told to.

use crate::{
    call::CallView,
    clock,
    config::{PushConfig, PushEncoding, PushMethod},
    encode::{Content, Encoded, encode},
    exchange::Exchange,
    journal::{CallNo, PushKind, PushOutcome, Pushed, System},
    recordings::recording_id,
    sent_recording,
    sound::Coding,
};
use std::{
    sync::Arc,
    time::{Duration, Instant},
};

/// A push held back goes after this long even if nothing follows it.
const HELD_AT_MOST: Duration = Duration::from_secs(2);
/// Of an answer, this much is kept.
const ANSWER_KEPT: usize = 4096;

/// Something worth telling the hub.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Notice {
    Incoming {
        caller: String,
        called: String,
        queue: String,
        name: String,
        extra: Vec<(String, String)>,
    },
    /// One more phone rings.
    RingsAt {
        extension: String,
        passed_by: Option<String>,
    },
    /// Something happened at one phone; the call goes on.
    AtPhone {
        word: &'static str,
        extension: String,
    },
    Event {
        word: &'static str,
        leg: Option<Leg>,
        is_the_end: bool,
    },
    CallData,
}

impl Notice {
    pub fn event(word: &'static str) -> Self {
        Self::Event { word, leg: None, is_the_end: false }
    }

    pub fn end(word: &'static str) -> Self {
        Self::Event { word, leg: None, is_the_end: true }
    }

    pub fn failure(word: &'static str, leg: Leg) -> Self {
        Self::Event { word, leg: Some(leg), is_the_end: true }
    }

    fn kind(&self) -> PushKind {
        match self {
            Self::Incoming { .. } | Self::RingsAt { .. } => PushKind::Incoming,
            Self::Event { .. } | Self::AtPhone { .. } => PushKind::Event,
            Self::CallData => PushKind::CallData,
        }
    }
}

/// Which half of a call a failure is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Leg {
    Agent,
    Customer,
}

/// A push, ready to go.
#[derive(Debug, Clone)]
pub(crate) struct Push {
    call: CallNo,
    kind: PushKind,
    event: Option<&'static str>,
    encoded: Encoded,
}

impl Exchange {
    /// Pushes, as far as this PBX pushes such things. Returns when it was answered, failed, or was put off.
    pub async fn push(self: &Arc<Self>, call: CallNo, notice: Notice) {
        let push = &self.config.push;
        let wanted = match notice.kind() {
            PushKind::Incoming => true,
            PushKind::Event => push.events,
            PushKind::CallData => push.call_data,
        };
        let is_the_end = matches!(notice, Notice::Event { is_the_end: true, .. } | Notice::CallData);
        if !wanted {
            return;
        }
        let Some((hub, view, plan)) = self.change(|world| {
            let hub = world.hub.clone()?;
            let view = world.entry(call)?.view.clone();
            let silent = world.entry(call).is_some_and(|e| e.silent_end);
            let mut plan =
                if silent && is_the_end { Default::default() } else { world.misconduct.at_a_push(is_the_end) };
            plan.drop |= silent && is_the_end;
            if let Some(entry) = world.entry(call) {
                entry.silent_end |= plan.drop;
            }
            Some((hub, view, plan))
        }) else {
            return;
        };
        let account = match view.via {
            System::Asterisk => self.config.ari.account.as_ref().unwrap_or(&hub.account),
            _ => &hub.account,
        };
        let url = format!("{}/in/{}/{}", hub.base_url.trim_end_matches('/'), account, notice.kind().path());
        // A dialplan posts forms: `CURL(url,fields)`.
        let dialplan = PushConfig { method: PushMethod::Post, encoding: PushEncoding::Form, ..push.clone() };
        let how = if view.via == System::Asterisk { &dialplan } else { push };
        let coding = self.look(|world| world.recordings.coding);
        let content = content(how, &view, &notice, plan.without_call_id, coding);
        let event = match notice {
            Notice::Event { word, .. } | Notice::AtPhone { word, .. } => Some(word),
            Notice::Incoming { .. } | Notice::RingsAt { .. } | Notice::CallData => None,
        };
        let push = Push { call, kind: notice.kind(), event, encoded: encode(how, &url, &content, plan.wrong_key) };

        if plan.drop {
            return self.write_down(&push, clock::now(), Instant::now(), PushOutcome::Dropped);
        }
        if plan.hold {
            return self.hold(push);
        }
        if let Some(ms) = plan.late_ms {
            let exchange = self.clone();
            return self.spawn(async move {
                tokio::time::sleep(Duration::from_millis(ms)).await;
                exchange.send(&push).await;
            });
        }
        self.send(&push).await;
        if plan.twice {
            self.send(&push).await;
        }
        self.send_held(call).await;
    }

    fn hold(self: &Arc<Self>, push: Push) {
        let call = push.call;
        self.change(|world| {
            if let Some(entry) = world.entry(call) {
                entry.held.push(push);
            }
        });
        let exchange = self.clone();
        self.spawn(async move {
            tokio::time::sleep(HELD_AT_MOST).await;
            exchange.send_held(call).await;
        });
    }

    async fn send_held(&self, call: CallNo) {
        let held = self.change(|world| world.entry(call).map(|e| std::mem::take(&mut e.held)).unwrap_or_default());
        for push in held {
            self.send(&push).await;
        }
    }

    async fn send(&self, push: &Push) {
        let (at, began) = (clock::now(), Instant::now());
        let outcome = match self.request(&push.encoded).await {
            Ok((status, body)) => PushOutcome::Answered { status, body },
            // The address holds the secrets the push carries: it is in the journal, and not in the reason.
            Err(error) => PushOutcome::Failed { why: reason(&error.without_url()) },
        };
        self.write_down(push, at, began, outcome);
    }

    async fn request(&self, encoded: &Encoded) -> Result<(u16, String), reqwest::Error> {
        let method = match encoded.method {
            PushMethod::Get => reqwest::Method::GET,
            PushMethod::Post => reqwest::Method::POST,
        };
        let mut request = self.http.request(method, &encoded.url);
        for (name, value) in &encoded.headers {
            request = request.header(name, value);
        }
        if let Some(content_type) = encoded.content_type {
            request = request.header("content-type", content_type).body(encoded.body.clone());
        }
        let mut response = request.send().await?;
        let status = response.status().as_u16();
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await? {
            let room = ANSWER_KEPT - body.len();
            body.extend_from_slice(&chunk[..chunk.len().min(room)]);
            if body.len() == ANSWER_KEPT {
                break;
            }
        }
        Ok((status, String::from_utf8_lossy(&body).into_owned()))
    }

    fn write_down(&self, push: &Push, at: u64, began: Instant, outcome: PushOutcome) {
        let took_ms = u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX);
        tracing::info!(call = push.call, kind = push.kind.path(), event = push.event, ?took_ms, "pushed");
        let pushed = Pushed {
            seq: 0,
            at,
            call: push.call,
            kind: push.kind,
            event: push.event.map(str::to_owned),
            method: if push.encoded.method == PushMethod::Get { "GET" } else { "POST" }.into(),
            url: push.encoded.url.clone(),
            content_type: push.encoded.content_type.map(str::to_owned),
            body: String::from_utf8_lossy(&push.encoded.body).into_owned(),
            outcome,
            took_ms,
        };
        self.change(|world| world.journal.push(pushed));
    }
}

/// An error and what is behind it.
fn reason(error: &dyn std::error::Error) -> String {
    let mut words = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        words = format!("{words}: {inner}");
        cause = inner.source();
    }
    words
}

fn content(config: &PushConfig, view: &CallView, notice: &Notice, without_call_id: bool, coding: Coding) -> Content {
    let names = &config.names;
    let mut content = Content { extra: config.extra.clone(), ..Content::default() };
    let mut field = |name: &str, value: &str| {
        if !name.is_empty() {
            content.fields.push((name.to_owned(), value.to_owned()));
        }
    };
    let id = (config.call_ids && !without_call_id).then_some(view.id.as_str());
    let extensions = if view.extensions_told { view.extensions.as_slice() } else { &[] };
    match notice {
        Notice::Incoming { caller, called, queue, name, extra } => {
            field(&names.caller, caller);
            field(&names.called, called);
            extensions.iter().for_each(|e| field(&names.extension, e));
            id.iter().for_each(|id| field(&names.call_id, id));
            for (named, value) in [(&names.queue, queue), (&names.caller_name, name)] {
                if !value.is_empty() {
                    field(named, value);
                }
            }
            content.extra.extend(extra.iter().cloned());
        }
        Notice::RingsAt { extension, passed_by } => {
            field(&names.caller, &view.caller);
            field(&names.called, &view.called);
            field(&names.extension, extension);
            id.iter().for_each(|id| field(&names.call_id, id));
            passed_by.iter().for_each(|by| field(&names.passed_by, by));
        }
        Notice::AtPhone { word, extension } => {
            id.iter().for_each(|id| field(&names.call_id, id));
            field(&names.event, word);
            field(&names.caller, &view.caller);
            field(&names.called, &view.called);
            field(&names.extension, extension);
            field(&names.direction, view.direction.word());
            field(&names.leg, "agent");
        }
        Notice::Event { word, leg, .. } => {
            id.iter().for_each(|id| field(&names.call_id, id));
            field(&names.event, word);
            field(&names.caller, &view.caller);
            field(&names.called, &view.called);
            extensions.iter().for_each(|e| field(&names.extension, e));
            field(&names.direction, view.direction.word());
            if let Some(leg) = leg {
                field(&names.leg, if *leg == Leg::Agent { "agent" } else { "customer" });
            }
        }
        Notice::CallData => {
            let mut data = view.data();
            if let (None, Some(object)) = (id, data.as_object_mut()) {
                object.remove("id");
            }
            if let (true, Some(object)) = (config.recording_ids, data.as_object_mut()) {
                object.insert("recording_id".to_owned(), recording_id(&view.id).into());
            }
            let as_file = config.encoding == PushEncoding::Multipart && config.method == PushMethod::Post;
            if config.recordings && as_file {
                content.file = sent_recording::file(view, coding);
            } else if let (true, Some(object)) = (config.recordings, data.as_object_mut()) {
                sent_recording::put_into(object, view, coding);
            }
            content.data = Some(data);
        }
    }
    content
}
