//! The demo played by itself, step by step: what a newcomer would click through, with time for a picture of each.

use super::{Demo, DemoFailure, EXTENSION, say};
use crate::{
    contract::views::{DemoRing, Navigate, Section},
    main_window::Word,
    shell::Shell,
};
use ringcard_core::{
    call::{CallId, CallState},
    customer::Lookup,
    frame::ask,
};
use ringcard_desk::{PopCall, PopView, PopupAct, wrap_up::WrapUpDraft};
use ringcard_sim::{Misbehaviour, RingingCall};
use std::time::Duration;
use tokio::time::{sleep, timeout};

/// Long enough to look at, and to take a picture.
const LOOK: Duration = Duration::from_millis(1200);
/// Longer than any step takes by itself.
const PATIENCE: Duration = Duration::from_secs(20);

/// María López García's mobile.
const MARIA: &str = "+34612345601";
const NOBODY: &str = "+36705559998";

/// Plays everything once.
pub async fn play(shell: &Shell) -> Result<(), DemoFailure> {
    let demo = shell.demo.lock().await;
    let Some(demo) = demo.as_ref() else { return Err(DemoFailure::InVain("the demo")) };
    let tour = Tour { shell, demo };
    shell.popup_is_ready().await;
    say("ready");
    tour.incoming().await?;
    tour.click_to_call().await?;
    tour.windows().await
}

struct Tour<'a> {
    shell: &'a Shell,
    demo: &'a Demo,
}

impl Tour<'_> {
    async fn incoming(&self) -> Result<(), DemoFailure> {
        let known = self.rings(DemoRing::Known, "known caller rings").await?;
        known.answer().await?;
        self.shows("answered", |call| call.call.state == CallState::Connected).await?;
        let vip = self.rings(DemoRing::Vip, "second call stacks").await?;
        vip.miss().await?;
        known.hang_up().await?;
        self.wraps_up("Wants the offer in writing.").await?;

        self.gives_up(DemoRing::Several, "several customers").await?;
        self.gives_up(DemoRing::Unknown, "unknown caller").await?;
        self.gives_up(DemoRing::Hidden, "hidden caller").await
    }

    async fn click_to_call(&self) -> Result<(), DemoFailure> {
        self.shell.desk.dial(MARIA.to_owned(), true, true).await;
        self.shows("click-to-call agent ringing", |call| call.call.state == CallState::AgentRinging).await?;
        self.shows("click-to-call customer ringing", |call| call.call.state == CallState::Ringing).await?;
        self.shows("click-to-call connected", |call| call.call.state == CallState::Connected).await?;
        self.demo.systems.telephones.phone(EXTENSION).hang_up().await?;
        self.shows("click-to-call ended", |call| call.call.state.is_over()).await?;
        self.skip_wrap_ups().await?;
        self.clear().await?;

        self.demo.systems.telephones.misbehave(Misbehaviour::RefuseStart { message: "No credit left".to_owned() });
        self.shell.desk.dial(NOBODY.to_owned(), true, true).await;
        self.shows("click-to-call refused", |call| matches!(call.call.state, CallState::Failed { .. })).await?;
        self.clear().await
    }

    async fn windows(&self) -> Result<(), DemoFailure> {
        let maria = self.shell.desk.ask(ask::FindByNumber { number: MARIA.to_owned() }).await.unwrap_or_default();
        let customer_id = maria.into_iter().next().map(|found| found.customer.id);
        for (to, step) in [
            (Navigate::to(Section::Calls), "calls shown"),
            (Navigate::to(Section::Customers), "customers shown"),
            (Navigate { customer_id, ..Navigate::to(Section::Customers) }, "a customer shown"),
            (Navigate::to(Section::Campaigns), "campaigns shown"),
            (Navigate::to(Section::Reports), "reports shown"),
            (Navigate::to(Section::Settings), "settings shown"),
        ] {
            self.shell.main.show(Some(Word::Navigate(to)));
            sleep(LOOK).await;
            say(step);
            sleep(LOOK).await;
        }
        Ok(())
    }

    /// The card of the call that just ended becomes the form; it is filled in and saved while the system that takes the
    /// codes is away, waits, and arrives when it is back.
    async fn wraps_up(&self, comment: &str) -> Result<(), DemoFailure> {
        let ready =
            |pop: &PopView| pop.wrap_ups.iter().any(|one| !one.codes.first.is_empty() && !one.records.is_empty());
        self.wait("the wrap-up", ready).await?;
        let wrap_up = self.shell.desk.pop().borrow().wrap_ups.first().cloned();
        let Some(wrap_up) = wrap_up else { return Err(DemoFailure::InVain("the wrap-up")) };
        let id = wrap_up.call.id.clone();
        let draft = WrapUpDraft {
            revision: wrap_up.draft.revision + 1,
            code: wrap_up.codes.first.get(1).map(|code| code.code.clone()),
            comment: comment.to_owned(),
            record: wrap_up.records.first().map(|found| found.record.clone()),
            close_record: true,
            ..wrap_up.draft
        };
        let not_saved = |_| DemoFailure::InVain("the draft to be saved");
        self.shell.desk.wrap_up_draft(id.clone(), draft).await.map_err(not_saved)?;
        sleep(LOOK / 2).await;
        say("wrap-up");
        sleep(LOOK).await;
        self.demo.systems.campaigns_go_away().await;
        self.shell.desk.wrap_up_finish(id).await.map_err(not_saved)?;
        self.clear().await?;
        self.shell.main.show(Some(Word::Navigate(Navigate::to(Section::Outbox))));
        self.waits_to_be_sent(|waiting| waiting > 0).await?;
        sleep(LOOK).await;
        say("waiting to be sent");
        sleep(LOOK).await;
        self.demo.systems.campaigns_come_back().await?;
        self.waits_to_be_sent(|waiting| waiting == 0).await
    }

    async fn waits_to_be_sent(&self, is: impl Fn(u32) -> bool) -> Result<(), DemoFailure> {
        let mut view = self.shell.desk.view();
        let done = timeout(PATIENCE, view.wait_for(|view| is(view.outbox.waiting) && view.pending.waiting == 0)).await;
        if matches!(done, Ok(Ok(_))) { Ok(()) } else { Err(DemoFailure::InVain("what was coded to be on its way")) }
    }

    async fn skip_wrap_ups(&self) -> Result<(), DemoFailure> {
        let open: Vec<CallId> =
            self.shell.desk.pop().borrow().wrap_ups.iter().map(|wrap_up| wrap_up.call.id.clone()).collect();
        for id in open {
            self.shell.desk.wrap_up_skip(id).await.map_err(|_| DemoFailure::InVain("the end of the wrap-up"))?;
        }
        Ok(())
    }

    /// A call rings, and its card is on the screen, looked up.
    async fn rings(&self, kind: DemoRing, step: &str) -> Result<RingingCall, DemoFailure> {
        let before = self.newest();
        let call = self.demo.ring(kind).await?;
        self.wait("a card", |pop| {
            pop.calls
                .last()
                .is_some_and(|shown| Some(&shown.call.id) != before.as_ref() && shown.card.lookup != Lookup::Looking)
        })
        .await?;
        self.painted().await?;
        say(step);
        sleep(LOOK).await;
        Ok(call)
    }

    async fn gives_up(&self, kind: DemoRing, step: &str) -> Result<(), DemoFailure> {
        let call = self.rings(kind, step).await?;
        call.miss().await?;
        self.clear().await
    }

    /// Waits until the call in front is like this, and lets it be seen.
    async fn shows(&self, step: &str, is: impl Fn(&PopCall) -> bool) -> Result<(), DemoFailure> {
        self.wait("the next state of the call", |pop| pop.calls.iter().any(&is)).await?;
        sleep(LOOK / 4).await;
        say(step);
        sleep(LOOK).await;
        Ok(())
    }

    async fn clear(&self) -> Result<(), DemoFailure> {
        let over = |pop: &PopView| pop.calls.iter().all(|shown| shown.call.state.is_over());
        self.wait("the end of the call", over).await?;
        self.shell.desk.popup(PopupAct::Hide).await;
        sleep(LOOK / 4).await;
        Ok(())
    }

    async fn painted(&self) -> Result<(), DemoFailure> {
        let mut painted = self.shell.painted.subscribe();
        let newest = self.newest();
        let is = |seen: &Option<(CallId, u32)>| seen.as_ref().map(|(id, _)| id) == newest.as_ref();
        let done = timeout(PATIENCE, painted.wait_for(is)).await;
        if matches!(done, Ok(Ok(_))) { Ok(()) } else { Err(DemoFailure::InVain("the card on the screen")) }
    }

    fn newest(&self) -> Option<CallId> {
        self.shell.desk.pop().borrow().calls.last().map(|shown| shown.call.id.clone())
    }

    async fn wait(&self, what: &'static str, is: impl Fn(&PopView) -> bool) -> Result<(), DemoFailure> {
        let mut pop = self.shell.desk.pop();
        let done = timeout(PATIENCE, pop.wait_for(|now| is(now))).await;
        if matches!(done, Ok(Ok(_))) { Ok(()) } else { Err(DemoFailure::InVain(what)) }
    }
}
