//! An agent's own act and a row of the outbox about the same agent, of an account that may be asked one thing at a time.

use super::support::*;
use async_trait::async_trait;
use ringcard_connect::{
    Attempt, CallAct, CallControl, CountsAgainst, NotNow, Permit, Permits, Purpose, StartCalls, TakesPermits, WriteRow,
    Writes,
    permits::{Ended, Request, for_purpose, with_permit},
    wolkvox::WolkvoxAccount,
};
use ringcard_core::submission::Write;
use ringcard_sim::wolkvox::{CallOrigin, WolkvoxSim};
use std::{slice, sync::Arc, time::Duration};
use tokio::{
    sync::{Semaphore, mpsc},
    task::JoinHandle,
    time::timeout,
};

/// Long enough for everything that comes.
const PATIENCE: Duration = Duration::from_secs(20);

/// Hands out the one permit there is, and tells who asks for it.
struct OneAtATime {
    free: Arc<Semaphore>,
    asks: mpsc::UnboundedSender<Purpose>,
}

impl OneAtATime {
    async fn permit(&self) -> Permit {
        let place = self.free.clone().acquire_owned().await.expect("it stays open");
        Permit::new(move |_, _| drop(place))
    }
}

#[async_trait]
impl Permits for OneAtATime {
    async fn take(&self, request: &Request) -> Result<Permit, NotNow> {
        self.asks.send(request.purpose).expect("the test listens");
        Ok(self.permit().await)
    }

    fn ended(&self, _: Ended<'_>) {}
}

struct Desk {
    sim: WolkvoxSim,
    wolkvox: Arc<WolkvoxAccount>,
    permits: Arc<OneAtATime>,
    asked: mpsc::UnboundedReceiver<Purpose>,
}

impl Desk {
    async fn open() -> Self {
        let sim = sim_with(|config| config.second_codes = false).await;
        let wolkvox = Arc::new(account(&sim));
        let (asks, asked) = mpsc::unbounded_channel();
        let permits = Arc::new(OneAtATime { free: Arc::new(Semaphore::new(1)), asks });
        wolkvox.use_permits(permits.clone());
        Self { sim, wolkvox, permits, asked }
    }

    /// Begins what the agent does, up to where it waits for its permit; and lets the outbox, which has it, send a code.
    async fn while_the_outbox_has_the_permit(
        mut self,
        begin: impl FnOnce(Arc<WolkvoxAccount>) -> JoinHandle<bool>,
    ) -> Vec<String> {
        let in_hand = self.permits.permit().await;
        let act = begin(self.wolkvox.clone());
        assert_eq!(self.asked.recv().await, Some(Purpose::AgentAct));
        let row: WriteRow = submission(Write::CodeCall {
            account: "wolkvox".to_owned(),
            agent_id: AGENT.to_owned(),
            code: "001".to_owned(),
            second_code: None,
            comment: "said yes".to_owned(),
        })
        .into();
        let write = self.wolkvox.write(slice::from_ref(&row));
        let written = with_permit(Purpose::Write, in_hand, CountsAgainst::Pace, write);
        let (attempts, left) = timeout(PATIENCE, written).await.expect("the two wait for each other");
        assert!(matches!(&attempts[..], [Attempt::Done { .. }]) && left.is_none(), "{attempts:?}");
        assert!(act.await.expect("no panic"), "the agent's act was taken");
        assert_eq!(self.asked.recv().await, Some(Purpose::Write), "it asks anew for the permit it gave back");
        self.sim.requests().into_iter().map(|asked| asked.api).collect()
    }
}

#[tokio::test]
async fn an_act_and_a_code_of_one_agent_do_not_wait_for_each_other() {
    let desk = Desk::open().await;
    desk.sim.give_call(AGENT, CallOrigin::Inbound, "3009998877", None);
    desk.wolkvox.call_began(AGENT);
    let asked = desk.while_the_outbox_has_the_permit(|wolkvox| {
        tokio::spawn(async move { for_purpose(Purpose::AgentAct, wolkvox.act(AGENT, &CallAct::Hold)).await.0.is_ok() })
    });
    assert_eq!(asked.await, ["hold", "type"]);
}

#[tokio::test]
async fn a_dial_and_a_code_of_one_agent_do_not_wait_for_each_other() {
    let desk = Desk::open().await;
    let order = ringcard_connect::Originate {
        extension: AGENT.to_owned(),
        number: outside("+573001234567"),
        call_id: "0192f0c0ffee".to_owned(),
        ticket: None,
    };
    let asked = desk.while_the_outbox_has_the_permit(|wolkvox| {
        tokio::spawn(async move { for_purpose(Purpose::AgentAct, wolkvox.originate(&order)).await.0.is_ok() })
    });
    assert_eq!(asked.await, ["dial", "type"]);
}
