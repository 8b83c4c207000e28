//! What is watched: everything there is and everything that happens, in order, once; a line that breaks is opened again.

use super::simulated::{World, assert_no_secret, offering};
use ringcard_connect::{Capability, Lost, Push, System, WatchState, Watched};
use ringcard_core::{
    call::Direction,
    leg::{LegEvent, LegSide},
};
use tokio::{sync::mpsc, task::AbortHandle};

/// A line that is watched until it is dropped.
struct Line {
    heard: mpsc::Receiver<Watched>,
    task: AbortHandle,
}

fn is_caller(push: &Push) -> bool {
    push.leg.as_ref().is_some_and(|leg| leg.side == LegSide::Customer && leg.event == LegEvent::Answered)
}

impl Drop for Line {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Line {
    fn of(system: &System) -> Self {
        let (told, heard) = mpsc::channel(16);
        let watched = system.watch_calls.clone().expect("it tells of its calls");
        let task = tokio::spawn(async move { watched.watch(told).await }).abort_handle();
        Self { heard, task }
    }

    async fn state(&mut self) -> WatchState {
        loop {
            let heard = self.heard.recv().await.expect("it goes on");
            assert_no_secret(&format!("{heard:?}"));
            if let Watched::State(state) = heard {
                return state;
            }
        }
    }

    async fn until(&mut self, wanted: WatchState) {
        while self.state().await != wanted {}
    }

    async fn lost(&mut self) -> Lost {
        loop {
            if let WatchState::Away { why, again_in, .. } = self.state().await {
                assert!(!again_in.is_zero());
                return why;
            }
        }
    }

    async fn push(&mut self) -> Push {
        loop {
            // That whoever calls in is on the line is told as well, and is nothing to wait for.
            if let Watched::Push(push) = self.heard.recv().await.expect("it goes on")
                && !(push.direction == Some(Direction::Inbound) && is_caller(&push))
            {
                return *push;
            }
        }
    }
}

fn happened(push: &Push) -> Option<LegEvent> {
    push.leg.as_ref().map(|leg| leg.event)
}

async fn worlds() -> Vec<World> {
    offering(Capability::WatchCalls).await
}

#[tokio::test]
async fn a_ring_is_told_with_who_calls_whom_and_its_end_too() {
    for world in worlds().await {
        let mut line = Line::of(&world.system());
        line.until(WatchState::Connected).await;
        let (caller, phone) = world.rings();
        let rings = line.push().await;
        assert_eq!(happened(&rings), Some(LegEvent::Rings), "{}: {rings:?}", world.id());
        assert_eq!(rings.ani.0.display(), "+36 30 123 4567", "{}", world.id());
        assert_eq!(
            (rings.extensions.as_slice(), rings.party_name.as_deref()),
            (&["101".to_owned()][..], Some("Ana Kiss"))
        );
        assert!(rings.external_id.is_some() && rings.sent_at.is_none(), "{}: {rings:?}", world.id());
        world.ends(&phone);
        world.ends(&caller);
        let (one, other) = (line.push().await, line.push().await);
        assert_eq!(
            (happened(&one), happened(&other)),
            (Some(LegEvent::Ended), Some(LegEvent::Ended)),
            "{}",
            world.id()
        );
        assert!(one.event.is_none() && other.event.is_some(), "{}: {other:?}", world.id());
        assert_eq!(one.external_id, rings.external_id, "{}", world.id());
    }
}

#[tokio::test]
async fn what_was_there_before_is_told_when_the_line_opens() {
    for world in worlds().await {
        world.rings();
        let mut line = Line::of(&world.system());
        assert_eq!(happened(&line.push().await), Some(LegEvent::Rings), "{}", world.id());
    }
}

#[tokio::test]
async fn which_calls_there_are_is_told_when_the_line_opens_before_it_is_said_to_be() {
    for world in worlds().await {
        world.rings();
        let mut line = Line::of(&world.system());
        let id = line.push().await.external_id.expect("an id");
        loop {
            match line.heard.recv().await.expect("it goes on") {
                Watched::Going(ids) => break assert!(ids.contains(&id), "{}: {ids:?}", world.id()),
                Watched::State(state) => panic!("{}: {state:?} before", world.id()),
                Watched::Push(_) | Watched::PhonesAway(_) | Watched::Recording { .. } => {}
            }
        }
    }
}

#[tokio::test]
async fn a_line_that_breaks_is_opened_again_and_what_ended_meanwhile_is_told() {
    for world in worlds().await {
        let mut line = Line::of(&world.system());
        line.until(WatchState::Connected).await;
        let (caller, phone) = world.rings();
        assert_eq!(happened(&line.push().await), Some(LegEvent::Rings), "{}", world.id());
        world.cut_line();
        assert_eq!(line.lost().await, Lost::Unreachable, "{}", world.id());
        world.ends(&phone);
        world.ends(&caller);
        assert_eq!(happened(&line.push().await), Some(LegEvent::Ended), "{}", world.id());
        line.until(WatchState::Connected).await;
    }
}

#[tokio::test]
async fn who_is_not_accepted_hears_so_and_is_not_tried_again_at_once() {
    for world in worlds().await {
        let mut line = Line::of(&world.with_a_wrong_secret());
        assert_eq!(line.lost().await, Lost::Refused, "{}", world.id());
    }
}

#[tokio::test]
async fn where_nobody_answers_it_is_unreachable() {
    for world in worlds().await {
        let system = world.system();
        let id = world.go_away().await;
        assert_eq!(Line::of(&system).lost().await, Lost::Unreachable, "{id}");
    }
}

#[tokio::test]
async fn who_hears_no_more_ends_the_line() {
    for world in worlds().await {
        let (told, heard) = mpsc::channel(1);
        drop(heard);
        // It would go on for ever.
        world.system().watch_calls.expect("it tells of its calls").watch(told).await;
    }
}
