//! A call dialled through wolkvox, and what the agent does with it.

use super::Office;
use ringcard_core::{
    call::{CallId, CallState},
    control::{ControlAct, Toggle},
    frame::{Reply, Request, RequestErrorCode},
};
use ringcard_sim::wolkvox::Misbehaviour;
use std::time::Duration;

const AGENT: &str = super::EXTENSION;
/// Short, and longer than the hub needs to look for what has expired.
const CONVERSATION: Duration = Duration::from_millis(1_500);

impl Office {
    pub(super) async fn dials(&mut self, number: &str) -> CallId {
        let request = Request::Dial {
            key: number.into(),
            number: number.into(),
            confirmed: true,
            force: false,
            extension: None,
            account: None,
            ticket: None,
        };
        let Ok(Reply::Dialling { call_id }) = self.desk.ask(request).await else { panic!("it was not dialled") };
        let id = call_id.clone();
        self.desk
            .until("the agent's phone to ring", |desk| {
                desk.calls.get(&id).is_some_and(|call| call.state == CallState::AgentRinging)
            })
            .await;
        call_id
    }

    pub(super) async fn control(&mut self, call_id: &CallId, act: ControlAct) -> Result<(), RequestErrorCode> {
        let asked = self.desk.ask(Request::Control { call_id: call_id.clone(), act, force: false }).await;
        asked.map(drop).map_err(|error| error.code)
    }
}

#[tokio::test]
async fn a_call_is_held_muted_and_hung_up_and_what_we_know_of_it_is_told() {
    let mut office = Office::open().await;
    let number = office.number_of(super::CUSTOMER);
    let id = office.dials(&number).await;
    assert!(office.desk.calls[&id].controls.is_some(), "it can be controlled");

    office.control(&id, ControlAct::Hold).await.expect("held");
    assert!(office.sim.agent(AGENT).and_then(|agent| agent.call).expect("a call").on_hold);
    let held = id.clone();
    office.desk.until("the call to be held", |desk| desk.calls[&held].controls.is_some_and(|c| c.hold.on)).await;
    // Held again is held still: where a system only knows *the other way round*, nothing is asked.
    office.control(&id, ControlAct::Hold).await.expect("still held");
    assert!(office.sim.agent(AGENT).and_then(|agent| agent.call).expect("a call").on_hold);

    office.control(&id, ControlAct::Tones { tones: "12#".into() }).await.expect("tones");
    assert_eq!(office.sim.agent(AGENT).and_then(|agent| agent.call).expect("a call").tones, "12#");

    office.control(&id, ControlAct::HangUp).await.expect("hung up");
    let ended = id.clone();
    office.desk.until("the end of the call", |desk| desk.calls[&ended].state.is_over()).await;
    assert_eq!(office.desk.calls[&id].state, CallState::Ended);
    assert_eq!(office.control(&id, ControlAct::Hold).await, Err(RequestErrorCode::NotFound), "it is over");
}

#[tokio::test]
async fn an_act_without_an_answer_is_said_to_be_unknown_and_its_state_a_guess() {
    let mut office = Office::open().await;
    let number = office.number_of(super::CUSTOMER);
    let id = office.dials(&number).await;
    office.sim.misbehave("hold", Misbehaviour::ApplyThenCut);
    assert_eq!(office.control(&id, ControlAct::Hold).await, Err(RequestErrorCode::PhoneUnknown));
    let held = id.clone();
    let guess = Toggle { on: true, known: false };
    office.desk.until("a guess", |desk| desk.calls[&held].controls.is_some_and(|c| c.hold == guess)).await;
}

#[tokio::test]
async fn a_transfer_to_what_is_no_number_is_refused_and_nothing_is_asked() {
    let mut office = Office::open().await;
    let number = office.number_of(super::CUSTOMER);
    let id = office.dials(&number).await;
    let to = ControlAct::Transfer { to: "order 12".into() };
    assert_eq!(office.control(&id, to).await, Err(RequestErrorCode::NotANumber));
    assert!(office.sim.agent(AGENT).and_then(|agent| agent.call).expect("a call").transferred_to.is_none());
}

#[tokio::test]
async fn a_call_that_takes_acts_is_a_conversation_from_the_first_one_on() {
    let mut office = Office::open().await;
    let number = office.number_of(super::CUSTOMER);
    let id = office.dials(&number).await;
    office.control(&id, ControlAct::Mute).await.expect("muted");
    let talks = id.clone();
    office.desk.until("a conversation", |desk| desk.calls[&talks].state == CallState::Connected).await;
    let since = office.desk.calls[&id].connected_at;
    assert!(since.is_some());
    office.control(&id, ControlAct::Hold).await.expect("held");
    office.control(&id, ControlAct::HangUp).await.expect("hung up");
    let ended = id.clone();
    office.desk.until("its end", |desk| desk.calls[&ended].state == CallState::Ended).await;
    assert_eq!(office.desk.calls[&id].connected_at, since, "it began once");
}

#[tokio::test]
async fn a_call_that_is_only_hung_up_here_was_one_too() {
    let mut office = Office::open().await;
    let number = office.number_of(super::CUSTOMER);
    let id = office.dials(&number).await;
    office.control(&id, ControlAct::HangUp).await.expect("hung up");
    let ended = id.clone();
    office.desk.until("its end", |desk| desk.calls[&ended].state == CallState::Ended).await;
    assert!(office.desk.calls[&id].connected_at.is_some(), "it is wrapped up");
}

#[tokio::test]
async fn an_act_that_was_refused_says_nothing_about_the_call() {
    let mut office = Office::open().await;
    let number = office.number_of(super::CUSTOMER);
    let id = office.dials(&number).await;
    office.sim.misbehave("hold", Misbehaviour::Refuse { status: 409, message: "NOT NOW".into() });
    office.control(&id, ControlAct::Hold).await.expect_err("refused");
    assert_eq!(office.desk.calls[&id].state, CallState::AgentRinging);
}

#[tokio::test]
async fn a_call_nobody_pushes_anything_of_lasts_as_long_as_a_conversation() {
    let mut office = Office::expiring(Duration::from_millis(50), CONVERSATION).await;
    let number = office.number_of(super::CUSTOMER);
    let id = office.dials(&number).await;
    let over = id.clone();
    office.desk.until("its end", |desk| desk.calls[&over].state == CallState::OutcomeNotReported).await;
    let call = &office.desk.calls[&id];
    let lasted = call.ended_at.expect("an end").since(call.started_at);
    assert!(lasted >= CONVERSATION, "it was taken away after {lasted:?}");
}

#[tokio::test]
async fn a_phone_that_dials_anew_is_no_longer_in_its_earlier_call() {
    let mut office = Office::open().await;
    let (number, another) = (office.number_of(super::CUSTOMER), office.number_of(super::CUSTOMER + 1));
    let talked = office.dials(&number).await;
    office.control(&talked, ControlAct::Mute).await.expect("muted");
    office.sim.customer_hangs_up(AGENT).expect("a call");
    office.dials(&another).await;
    let earlier = talked.clone();
    office.desk.until("the end of the earlier one", |desk| desk.calls[&earlier].state == CallState::Ended).await;
    assert_eq!(office.control(&talked, ControlAct::HangUp).await, Err(RequestErrorCode::NotFound));
    assert!(office.sim.agent(AGENT).and_then(|agent| agent.call).is_some(), "the new one goes on");
}

/// Giving a call away to a number that asks is dialling it.
#[tokio::test]
async fn a_transfer_to_a_number_that_asks_is_not_made_until_somebody_says_so() {
    let mut office = Office::open().await;
    let number = office.number_of(super::CUSTOMER);
    let id = office.dials(&number).await;
    let to = ControlAct::Transfer { to: "+36 90 123 456".into() };
    assert_eq!(office.control(&id, to.clone()).await, Err(RequestErrorCode::AsksFirst));
    assert!(office.sim.agent(AGENT).and_then(|agent| agent.call).expect("a call").transferred_to.is_none());
    let forced = Request::Control { call_id: id, act: to, force: true };
    office.desk.ask(forced).await.expect("given away");
}
