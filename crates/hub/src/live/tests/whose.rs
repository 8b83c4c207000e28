//! Who may act on a call that goes on.

use super::*;
use crate::{
    policy::{Asked, may},
    principal::{Principal, Role},
};
use ringcard_core::{
    control::ControlAct,
    customer::CustomerId,
    frame::{Request, RequestErrorCode},
};

#[tokio::test]
async fn whose_a_call_that_goes_on_is_waits_for_no_history() {
    let dir = TempDir::new().expect("a folder for the test");
    let hub = hub(&dir).await;
    let shared = hub.shared();
    let rings = shared.live.push("pbx", ring("+36301234567", Some("1")), Instant::now()).await;
    let Ok(Told::New(call)) = rings else { panic!("it rings: {rings:?}") };
    // From now on nothing can be read.
    shared.history.close().await;
    let [ana, bela] = ["Ana", "Béla"].map(|name| Principal::agent_with(AgentId(name.into()), Role::Agent));
    let (call_id, customer) = (call.clone(), CustomerId("c".into()));
    let hang_up = Request::Control { call_id: call_id.clone(), act: ControlAct::HangUp, force: false };
    assert_eq!(may(shared, &ana, Asked::Request(&hang_up)).await, Ok(()));
    for request in [
        Request::Choose { call_id: call_id.clone(), customer: None },
        Request::SetAside { call_id: call_id.clone(), customer: customer.clone() },
        Request::TakeBack { call_id, customers: vec![customer] },
    ] {
        assert_eq!(may(shared, &ana, Asked::Request(&request)).await, Ok(()), "{request:?}");
        let others = may(shared, &bela, Asked::Request(&request)).await.expect_err("it is not theirs");
        assert_eq!(others.code, RequestErrorCode::NotAllowed, "{request:?}");
    }
    let others = shared.live.control(bela.agent().cloned(), call, ControlAct::HangUp, false).await;
    assert_eq!(others.expect_err("it is not theirs").code, RequestErrorCode::NotAllowed);
    // One that does not go on is looked up.
    let past = Request::TakeBack { call_id: ringcard_core::call::CallId("past".into()), customers: Vec::new() };
    let unread = may(shared, &ana, Asked::Request(&past)).await.expect_err("it cannot be read");
    assert_eq!(unread.code, RequestErrorCode::Busy);
}
