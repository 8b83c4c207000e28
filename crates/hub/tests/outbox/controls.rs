//! A call dialled through wolkvox, and what the agent does with it.

use super::Office;
use ringcard_core::{
    call::{CallId, CallState},
    control::{ControlAct, Toggle},
    frame::{Reply, Request, RequestErrorCode},
};
use ringcard_sim::wolkvox::Misbehaviour;

const AGENT: &str = super::EXTENSION;

impl Office {
    async fn dials(&mut self, number: &str) -> CallId {
        let request = Request::Dial {
            key: "click".into(),
            number: number.into(),
            confirmed: true,
            extension: None,
            account: None,
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

    async fn control(&mut self, call_id: &CallId, act: ControlAct) -> Result<(), RequestErrorCode> {
        let asked = self.desk.ask(Request::Control { call_id: call_id.clone(), act }).await;
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
