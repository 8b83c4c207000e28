//! What was used of each account's limits: asked by desks and REST, put together of what was counted and of the budgets.

use crate::{
    hub::Shared,
    not_there::quoted,
    outbox::OutboxPlace,
    requests::{RequestLog, bounds},
};
use jiff::tz::TimeZone;
use ringcard_core::{
    Timestamp,
    frame::{RequestError, RequestErrorCode},
    usage::{Usage, UsageCounts, UsageRange},
};
use std::{collections::BTreeSet, time::Duration};
use tokio::{
    sync::watch,
    time::{Instant, MissedTickBehavior, interval_at},
};

/// How often what waits is written down.
const NOTE_EVERY: Duration = Duration::from_secs(60);

/// What was used of an account, of the first one where none is named.
pub(crate) async fn answer(shared: &Shared, account: Option<String>, range: UsageRange) -> Result<Usage, RequestError> {
    let budgets = match shared.outbox.open() {
        Ok(outbox) => outbox.budgets().await,
        Err(_) => Vec::new(),
    };
    let writable = shared.accounts.writable();
    let first = account.clone().or_else(|| writable.first().cloned()).unwrap_or_default();
    let zone = shared.accounts.writes().get(&first).map(|writes| writes.allowance().time_zone);
    let zone = zone.and_then(|name| TimeZone::get(&name).ok()).unwrap_or(TimeZone::UTC);
    let bounds = bounds(range, &zone, Timestamp::now());
    let (from, to) = (bounds.first().copied(), bounds.last().copied());
    let read = shared.requests.used(first.clone(), range, bounds).await;
    let (counted, not_kept) = read.map_err(|failure| RequestError::new(RequestErrorCode::Busy, failure.to_string()))?;
    let accounts: BTreeSet<String> = counted.accounts.iter().cloned().chain(shared.accounts.names()).collect();
    if let Some(unknown) = account.filter(|account| !accounts.contains(account)) {
        let message = format!("There is no account {}", quoted(&unknown));
        return Err(RequestError::new(RequestErrorCode::NoAccount, message));
    }
    let mut total = UsageCounts::default();
    for slot in &counted.slots {
        for purpose in ["look_up", "agent_act", "write", "report", "test"] {
            let of_slot = { slot.requests }.of(purpose).map_or(0, |count| *count);
            if let Some(count) = total.of(purpose) {
                *count = count.saturating_add(of_slot);
            }
        }
    }
    let sum =
        |of: fn(&ringcard_core::usage::UsageSlot) -> u32| counted.slots.iter().map(of).fold(0, u32::saturating_add);
    let budget = budgets.into_iter().find(|budget| budget.account == first);
    Ok(Usage {
        limited: sum(|slot| slot.limited),
        failed: sum(|slot| slot.failed),
        account: first,
        accounts: accounts.into_iter().collect(),
        range,
        from: from.unwrap_or(Timestamp(0)),
        to: to.unwrap_or(Timestamp(0)),
        total,
        by: counted.by,
        saved_by_batching: counted.saved_by_batching,
        cache_hits: counted.cache_hits,
        waiting: budget.as_ref().map_or(0, |budget| budget.waiting),
        windows: budget.map(|budget| budget.windows).unwrap_or_default(),
        not_kept: u32::try_from(not_kept).unwrap_or(u32::MAX),
        slots: counted.slots,
    })
}

/// Writes down every minute how much waits for each account, until the hub stops.
pub(crate) async fn keep_noting_what_waits(outbox: OutboxPlace, log: RequestLog, mut stopped: watch::Receiver<bool>) {
    let mut ticks = interval_at(Instant::now() + NOTE_EVERY, NOTE_EVERY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            biased;
            _ = stopped.wait_for(|stopped| *stopped) => return,
            _ = ticks.tick() => {}
        }
        let Ok(outbox) = outbox.open() else { continue };
        for budget in outbox.budgets().await.into_iter().filter(|budget| budget.waiting > 0) {
            log.note_waiting(&budget.account, budget.waiting);
        }
    }
}

/// As a table for a spreadsheet: one row for each part of the time. Times are UTC.
pub(crate) fn csv(usage: &Usage) -> String {
    let mut text = String::from("from,until,look_up,agent_act,write,report,test,total,limited,failed,waiting\r\n");
    let at = |moment: Timestamp| {
        jiff::Timestamp::from_millisecond(moment.0).unwrap_or_default().strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
    };
    for slot in &usage.slots {
        let UsageCounts { look_up, agent_act, write, report, test } = slot.requests;
        let (from, until, total) = (at(slot.at), at(slot.until), slot.requests.total());
        let (limited, failed, waiting) = (slot.limited, slot.failed, slot.waiting);
        text += &format!(
            "{from},{until},{look_up},{agent_act},{write},{report},{test},{total},{limited},{failed},{waiting}\r\n"
        );
    }
    text
}
