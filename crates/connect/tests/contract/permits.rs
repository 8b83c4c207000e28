//! Every request takes a permit and tells what it came to, whatever was asked; without a permit nothing leaves.

use super::simulated::{World, simulated};
use crate::support;
use async_trait::async_trait;
use ringcard_connect::{
    CallAct, CameTo, NotNow, Permit, Permits, Registry, System,
    permits::{Ended, Request},
};
use ringcard_core::{Timestamp, customer::CustomerDetails};
use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering::Relaxed},
    },
    time::Duration,
};

const DAY: Duration = Duration::from_secs(24 * 3600);

/// Hands out as many as there are, and remembers what came of them.
#[derive(Default)]
struct Counted {
    left: AtomicUsize,
    ended: Mutex<Vec<(&'static str, CameTo)>>,
}

#[async_trait]
impl Permits for Counted {
    async fn take(&self, _: &Request) -> Result<Permit, NotNow> {
        let one_less = self.left.fetch_update(Relaxed, Relaxed, |left| left.checked_sub(1));
        one_less.map(|_| Permit::unlimited()).map_err(|_| NotNow { why: "no more for now".to_owned(), wait: None })
    }

    fn ended(&self, ended: Ended<'_>) {
        self.ended.lock().expect("a lock").push((ended.request.what, ended.came_to.clone()));
    }
}

fn counted(system: &System, left: usize) -> Arc<Counted> {
    let permits = Arc::new(Counted { left: left.into(), ..Counted::default() });
    system.takes_permits.use_permits(permits.clone());
    permits
}

/// Everything it can do, once; how its trial went.
async fn everything(world: &World, system: &System) -> String {
    if let Some(starts) = &system.start_calls {
        let _ = starts.originate(&world.order().0).await;
    }
    if let Some(follows) = &system.follow_calls {
        let _ = follows.look(&[super::follow_calls::open(Some("1"))]).await;
    }
    if let Some(controls) = &system.control_calls {
        let _ = controls.act(world.agent(), &CallAct::HangUp).await;
    }
    if let Some(campaigns) = &system.campaigns {
        let _ = campaigns.campaigns().await;
        let _ = campaigns.find_records(&world.campaign_customer()).await;
        let _ = campaigns.callbacks(None).await;
    }
    if let Some(codes) = &system.codes {
        let _ = codes.codes().await;
    }
    if let Some(reports) = &system.reports {
        let now = Timestamp::now();
        let _ = reports.smart_wait(now.before(40 * DAY), now).await;
        let _ = reports.not_coded(world.agent(), now.before(40 * DAY), now).await;
    }
    if let Some(finds) = &system.find_customers {
        let found = finds.find_by_number(&support::outside("+36305559999")).await;
        let _ = finds.search("kiss", 10).await;
        if let Some(found) = found.ok().and_then(|found| found.into_iter().next()) {
            let _ = finds.get(&found.customer.id).await;
            let _ = finds.about(&found.customer.id).await;
        }
    }
    if let Some(keeps) = &system.keep_customers {
        let details = CustomerDetails { name: "Ana Kiss".to_owned(), ..CustomerDetails::default() };
        if let Ok(made) = keeps.create(details).await {
            let _ = keeps.add_number(&made.id, &support::outside("+36305559999")).await;
        }
    }
    if let Some(tickets) = &system.tickets {
        let _ = tickets.forms().await;
        let _ = tickets.ticket("1").await;
    }
    if let Some(writes) = &system.take_writes {
        let row = world.write("said yes").into();
        let _ = writes.write(std::slice::from_ref(&row)).await;
        let _ = writes.look(&row).await;
    }
    format!("{:?}", system.trial.test().await)
}

#[tokio::test]
async fn every_request_takes_a_permit_and_tells_what_it_came_to() {
    for connector in Registry::builtin().iter() {
        let world = simulated(connector.id()).await;
        let system = world.system();
        let permits = counted(&system, 1_000);
        everything(&world, &system).await;
        let ended = permits.ended.lock().expect("a lock").clone();
        assert!(!ended.is_empty(), "{}: nothing was asked", connector.id());
        assert_eq!(permits.left.load(Relaxed), 1_000 - ended.len(), "{}", connector.id());
        // A simulated telephone system remembers what its interface was asked, and not who looked at its front page.
        let asked = ended.iter().filter(|(what, _)| *what != "front_page").count();
        assert_eq!(asked, world.requests(), "{}: {ended:?}", connector.id());
        let unsaid: Vec<_> = ended.iter().filter(|(_, came_to)| matches!(came_to, CameTo::Unknown { .. })).collect();
        assert!(unsaid.is_empty(), "{}: answered, and nobody said so: {unsaid:?}", connector.id());
    }
}

#[tokio::test]
async fn without_a_permit_nothing_leaves_and_a_trial_says_why() {
    for connector in Registry::builtin().iter() {
        let world = simulated(connector.id()).await;
        let system = world.system();
        counted(&system, 0);
        let tried = everything(&world, &system).await;
        assert_eq!(world.requests(), 0, "{}", connector.id());
        assert!(tried.contains("no more for now"), "{}: {tried}", connector.id());
    }
}
