//! The desk's handle: what the shell and its windows can ask and watch.

mod after_call;
mod asking;
mod callbacks;
mod left;
mod task;

use crate::{
    attention::Attention,
    audio::Names,
    link::OpenLink,
    missed::MissedRows,
    pop::PopupAct,
    preferences::Preferences,
    view::{DeskView, PopView},
};
use after_call::Unsaved;
use ringcard_core::{
    call::CallId,
    frame::{Ask, RequestError, RequestErrorCode},
};
use std::{sync::Arc, time::Duration};
use task::{DeskTask, Message};
use tokio::{
    sync::{mpsc, oneshot, watch},
    task::JoinHandle,
};

/// A desk at work. Cheap to clone; the last clone's end is the desk's end.
#[derive(Clone)]
pub struct Desk {
    inbox: mpsc::Sender<Message>,
    pop: watch::Receiver<Arc<PopView>>,
    view: watch::Receiver<Arc<DeskView>>,
    attention: watch::Receiver<Arc<Attention>>,
    unsaved: Unsaved,
    pub(crate) audio: Names,
}

/// What waits for the owner; senders wait when it is full.
const INBOX: usize = 256;

impl Desk {
    /// Starts the desk's task. It looks for the hub behind `way_to_hub` until there is one. The task ends with the last
    /// handle; an earlier end is a panic, which whoever holds the `JoinHandle` reports.
    pub fn start(preferences: Preferences, way_to_hub: Arc<dyn OpenLink>) -> (Self, JoinHandle<()>) {
        let (inbox, messages) = mpsc::channel(INBOX);
        let owner = DeskTask::new(preferences, way_to_hub, messages);
        let desk = Self {
            inbox,
            pop: owner.watch_pop(),
            view: owner.watch_view(),
            attention: owner.watch_attention(),
            unsaved: Unsaved::default(),
            audio: Names::default(),
        };
        (desk, tokio::spawn(owner.run()))
    }

    /// What the popup shows, now and from now on.
    pub fn pop(&self) -> watch::Receiver<Arc<PopView>> {
        self.pop.clone()
    }

    /// What the main window shows, now and from now on.
    pub fn view(&self) -> watch::Receiver<Arc<DeskView>> {
        self.view.clone()
    }

    /// What tray and notifications show, now and from now on.
    pub fn attention(&self) -> watch::Receiver<Arc<Attention>> {
        self.attention.clone()
    }

    /// Takes changed settings.
    pub async fn adopt(&self, preferences: Preferences) {
        self.tell(Message::Adopt(Box::new(preferences))).await;
    }

    /// Talks to another hub from now on.
    pub async fn use_door(&self, way_to_hub: Arc<dyn OpenLink>) {
        self.tell(Message::OpenLink(way_to_hub)).await;
    }

    /// Acts on the popup. Answers when it is done, so that what is read next is what came of it.
    pub async fn popup(&self, act: PopupAct) {
        let (done, wait) = oneshot::channel();
        self.tell(Message::Popup { act, done }).await;
        let _ = wait.await;
    }

    /// At once, whether or not the settings can keep it.
    pub async fn do_not_disturb(&self, on: bool) {
        self.tell(Message::DoNotDisturb(on)).await;
    }

    /// The agent acted on this call's notification, or took it away.
    pub async fn alert_taken_away(&self, call_id: CallId) {
        self.tell(Message::AlertTakenAway(call_id)).await;
    }

    /// Waits until there is a hub to ask; `false` when there was none in time.
    pub async fn online(&self, within: Duration) -> bool {
        let mut attention = self.attention.clone();
        tokio::time::timeout(within, attention.wait_for(|now| now.online)).await.is_ok_and(|there| there.is_ok())
    }

    /// Asks the hub. What it can be asked, and with what it answers, is listed beside [`ringcard_core::frame::Request`].
    pub async fn ask<A: Ask>(&self, ask: A) -> Result<A::Answer, RequestError> {
        let (answer, wait) = oneshot::channel();
        self.tell(Message::Ask { request: Box::new(ask.into()), answer }).await;
        let reply = wait.await.unwrap_or_else(|_| Err(stopped()))?;
        Ok(A::answered(reply)?)
    }

    /// The team's missed calls that are left to do, as this desk knows them.
    pub async fn missed(&self) -> MissedRows {
        let (answer, wait) = oneshot::channel();
        self.tell(Message::Missed(answer)).await;
        wait.await.unwrap_or_default()
    }

    async fn tell(&self, message: Message) {
        // Only a desk that stopped takes nothing; whoever waits for an answer hears so.
        let _ = self.inbox.send(message).await;
    }
}

fn stopped() -> RequestError {
    RequestError::new(RequestErrorCode::Offline, "Ringcard is closing.")
}
