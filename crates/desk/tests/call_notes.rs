//! Windows that show notes of a call hear that there is something new among them.

use crate::support;

use ringcard_core::{
    call::CallId,
    frame::{DeskEvent, Snapshot},
};
use support::Office;

#[tokio::test(start_paused = true)]
async fn windows_hear_of_every_change_among_notes_and_of_none_where_the_hub_keeps_none() {
    let mut office = Office::open();
    let mut hub = office.line().await;
    hub.welcome(Snapshot { keeps_notes: true, ..Snapshot::default() }).await;
    let before = office.view("a hub that keeps notes", |desk| desk.call_notes.is_some()).await.call_notes;
    hub.event(DeskEvent::Notes { call_id: CallId("c1".into()) }).await;
    office.view("something new", |desk| desk.call_notes > before).await;
    drop(hub);
    let mut older = office.line().await;
    older.welcome(Snapshot::default()).await;
    office.view("an older hub", |desk| desk.call_notes.is_none()).await;
}
