//! What is asked before every HTTP request of an account: the outbox's budgets, where the account has limits.

use crate::{
    outbox::OutboxPlace,
    requests::{Line, RequestLog},
};
use async_trait::async_trait;
use ringcard_connect::{CameTo, CountsAgainst, NotNow, Permit, Permits, permits::Request};
use ringcard_core::Timestamp;
use std::{sync::Weak, time::Duration};
use tokio::sync::SetOnce;

pub(crate) struct AccountPermits {
    pub account: String,
    /// Absent: nobody limits what it is asked. It is there soon after what waits in it is taken up, which may be asked at
    /// once.
    /// Not held: what sends ends with its hub.
    pub outbox: Option<Weak<SetOnce<OutboxPlace>>>,
    pub log: RequestLog,
}

#[async_trait]
impl Permits for AccountPermits {
    async fn take(&self, request: &Request) -> Result<Permit, NotNow> {
        let Some(place) = self.outbox.as_ref().filter(|_| request.counts != CountsAgainst::Nothing) else {
            return Ok(Permit::unlimited());
        };
        let Some(place) = place.upgrade() else {
            return Err(NotNow { why: "the hub has stopped".to_owned(), wait: None });
        };
        match place.wait().await.open() {
            Ok(outbox) => outbox.permit(&self.account, request).await,
            // Nobody counts, and it costs nothing of the day: an agent's call is not lost for that.
            Err(_) if request.is_act() => Ok(Permit::unlimited()),
            Err(failure) => {
                let why = format!("what waits to be sent, and what was used, cannot be opened: {failure}");
                Err(NotNow { why, wait: None })
            }
        }
    }

    fn ended(&self, request: &Request, came_to: &CameTo, took: Duration) {
        self.log.note(Line {
            at: Timestamp::now(),
            account: self.account.clone(),
            purpose: request.purpose.word(),
            what: request.what,
            outcome: came_to.word(),
            took,
        });
    }
}
