//! What is asked before every HTTP request of an account: the outbox's budgets, where the account has limits.

use crate::{
    outbox::OutboxPlace,
    requests::{Line, RequestLog},
};
use async_trait::async_trait;
use ringcard_connect::{
    CountsAgainst, NotNow, Permit, Permits, System, Writes,
    permits::{Ended, Request},
};
use ringcard_core::Timestamp;
use std::sync::{Arc, Weak};
use tokio::sync::SetOnce;

pub(crate) struct AccountPermits {
    pub account: String,
    /// Absent: nobody limits what it is asked. It is there soon after what waits in it is taken up, which may be asked at
    /// once.
    pub counted: Option<Counted>,
    pub log: RequestLog,
}

/// Where an account's requests are counted, and whose they are. Neither is held: what sends ends with its hub, and whoever
/// takes permits here is asked through them.
pub(crate) struct Counted {
    pub outbox: Weak<SetOnce<OutboxPlace>>,
    pub system: Weak<dyn Writes>,
}

/// From now on every request of this account takes a permit and leaves a line.
pub(crate) fn count(account: &str, system: &System, outbox: &Arc<SetOnce<OutboxPlace>>, log: &RequestLog) {
    let counted = system.take_writes.as_ref();
    let counted = counted.map(|writes| Counted { outbox: Arc::downgrade(outbox), system: Arc::downgrade(writes) });
    let permits = AccountPermits { account: account.to_owned(), counted, log: log.clone() };
    system.takes_permits.use_permits(Arc::new(permits));
}

#[async_trait]
impl Permits for AccountPermits {
    async fn take(&self, request: &Request) -> Result<Permit, NotNow> {
        let Some(counted) = self.counted.as_ref().filter(|_| request.counts != CountsAgainst::Nothing) else {
            return Ok(Permit::unlimited());
        };
        let Some(place) = counted.outbox.upgrade() else {
            return Err(NotNow { why: "the hub has stopped".to_owned(), wait: None });
        };
        match place.wait().await.open() {
            Ok(outbox) => outbox.permit(&self.account, counted.system.upgrade(), request).await,
            // Nobody counts, and it costs nothing of the day: an agent's call is not lost for that.
            Err(_) if request.is_act() => Ok(Permit::unlimited()),
            Err(failure) => {
                let why = format!("what waits to be sent, and what was used, cannot be opened: {failure}");
                Err(NotNow { why, wait: None })
            }
        }
    }

    fn ended(&self, ended: Ended<'_>) {
        self.log.note(Line {
            at: Timestamp::now(),
            account: self.account.clone(),
            purpose: ended.request.purpose.word(),
            what: ended.request.what,
            outcome: ended.word(),
            by: ended.by.unwrap_or_default().to_owned(),
            took: ended.took,
        });
    }
}
