use super::*;
use ringcard_core::submission::GateReason;

const START: i64 = 1_795_231_800_000;
const WRITE: Share = Share { haste: Haste::Later, daily: true, past_gate: false };
const LOOK_UP: Share = Share { haste: Haste::Now, daily: true, past_gate: false };

fn now(seconds: u64) -> Now {
    let mono = Duration::from_secs(seconds);
    Now { wall: Timestamp(START).after(mono), mono }
}

fn allowed(second: Option<u32>, minute: Option<u32>, day: Option<u32>, at_once: u32, percent: u8) -> Allowance {
    Allowance {
        per_second: second,
        per_minute: minute,
        per_day: day,
        reserved_percent: percent,
        time_zone: "America/Bogota".into(),
        ..Allowance::unlimited(at_once)
    }
}

/// How many get through at one moment, each ending at once.
fn through(ledger: &mut Ledger, share: Share, at: Now) -> u32 {
    let mut count = 0;
    while ledger.may(share, at) == Verdict::Free && count < 10_000 {
        let pass = ledger.take(share);
        ledger.end(pass, at);
        ledger.account_gate().answered(pass.probe);
        count += 1;
    }
    count
}

fn why(verdict: Verdict) -> Option<WaitReason> {
    match verdict {
        Verdict::Free => None,
        Verdict::Wait { why, .. } => Some(why),
    }
}

#[test]
fn four_hundred_a_minute_and_twenty_five_hundred_a_day_are_kept_to() {
    let mut ledger = Ledger::new(allowed(None, Some(400), Some(2_500), 2, 0), now(0));
    let sent: Vec<u32> = (0..8).map(|minute| through(&mut ledger, WRITE, now(minute * 60))).collect();
    assert_eq!(sent, [400, 400, 400, 400, 400, 400, 100, 0]);
    let Verdict::Wait { why: WaitReason::DayBudget, until: Some(until), .. } = ledger.may(WRITE, now(480)) else {
        panic!("the day is spent")
    };
    assert_eq!(until, Timestamp(START + 5_400_000), "midnight in Bogotá");
    assert_eq!(through(&mut ledger, WRITE, now(5_400)), 400);
}

#[test]
fn a_part_is_kept_for_look_ups() {
    let mut ledger = Ledger::new(allowed(None, Some(10), Some(100), 2, 20), now(0));
    assert_eq!(through(&mut ledger, WRITE, now(0)), 8);
    assert_eq!(why(ledger.may(WRITE, now(0))), Some(WaitReason::Pace));
    assert_eq!(through(&mut ledger, LOOK_UP, now(0)), 2);
    // One of two places at once is theirs, too.
    let pass = ledger.take(WRITE);
    assert_eq!(why(ledger.may(WRITE, now(100))), Some(WaitReason::Turn));
    assert_eq!(ledger.may(LOOK_UP, now(100)), Verdict::Free);
    ledger.end(pass, now(100));
}

#[test]
fn what_does_not_count_against_the_day_goes_on_when_the_day_is_spent() {
    let mut ledger = Ledger::new(allowed(None, None, Some(3), 1, 0), now(0));
    assert_eq!(through(&mut ledger, WRITE, now(0)), 3);
    assert_eq!(ledger.may(Share::of_row(false, Priority::Note), now(0)), Verdict::Free);
}

#[test]
fn what_was_spent_is_spent_after_a_restart() {
    let mut ledger = Ledger::new(allowed(Some(5), Some(10), Some(30), 1, 0), now(0));
    assert_eq!(through(&mut ledger, WRITE, now(0)), 5);
    assert_eq!(through(&mut ledger, WRITE, now(2)), 5);
    let spent = ledger.spent(0, vec!["crm".into()], now(2));
    let mut again = Ledger::new(allowed(Some(5), Some(10), Some(30), 1, 0), now(3));
    again.restore(&spent, now(3));
    assert_eq!(through(&mut again, WRITE, now(3)), 0);
    assert_eq!(through(&mut again, WRITE, now(63)), 5);
    assert_eq!(again.windows(now(63)).last().map(|day| day.used), Some(15));
}

#[test]
fn a_gate_lets_one_probe_through_and_only_its_answer_opens_it() {
    let mut ledger = Ledger::new(allowed(None, None, None, 4, 0), now(0));
    let early = ledger.take(WRITE);
    let closing = ledger.take(WRITE);
    ledger.end(closing, now(0));
    let until = Some(Timestamp(START + 60_000));
    let change =
        ledger.account_gate().close(GateReason::Maintenance, until, "closed".into(), "crm", closing.probe, now(0));
    assert_eq!(change, GateChange::Closed);
    // What left before the gate closed does not open it.
    ledger.end(early, now(1));
    assert_eq!(ledger.account_gate().answered(early.probe), GateChange::Stays);
    assert_eq!(why(ledger.may(WRITE, now(59))), Some(WaitReason::Gate));
    assert_eq!(ledger.may(WRITE, now(60)), Verdict::Free);
    let probe = ledger.take(WRITE);
    assert!(probe.probe);
    assert_eq!(why(ledger.may(WRITE, now(60))), Some(WaitReason::Gate));
    ledger.end(probe, now(61));
    assert_eq!(ledger.account_gate().answered(probe.probe), GateChange::Opened);
    assert_eq!(ledger.may(WRITE, now(61)), Verdict::Free);
}

#[test]
fn what_the_other_system_says_only_makes_us_wait_longer() {
    let mut ledger = Ledger::new(allowed(None, None, Some(100), 4, 0), now(0));
    ledger.hold(Duration::from_secs(50), now(0));
    ledger.hold(Duration::from_secs(5), now(0));
    assert_eq!(why(ledger.may(WRITE, now(49))), Some(WaitReason::Pace));
    assert_eq!(ledger.may(WRITE, now(50)), Verdict::Free);
    let close = |ledger: &mut Ledger, seconds: i64| {
        let until = Some(Timestamp(START + seconds * 1000));
        ledger.account_gate().close(GateReason::Pace, until, String::new(), "crm", false, now(100))
    };
    close(&mut ledger, 200);
    close(&mut ledger, 150);
    assert_eq!(why(ledger.may(WRITE, now(199))), Some(WaitReason::Gate));
    assert_eq!(ledger.may(WRITE, now(200)), Verdict::Free);
    ledger.hint(&Hint { left_today: Some(90), wait: None }, now(200));
    ledger.hint(&Hint { left_today: Some(99), wait: None }, now(200));
    assert_eq!(ledger.windows(now(200))[0].used, 10);
}

#[test]
fn a_clock_set_back_neither_opens_a_window_nor_keeps_a_gate_closed_for_ever() {
    let mut ledger = Ledger::new(allowed(None, Some(2), None, 4, 0), now(0));
    assert_eq!(through(&mut ledger, WRITE, now(0)), 2);
    let set_back = |seconds: u64| Now { wall: Timestamp(START - 86_400_000), ..now(seconds) };
    assert_eq!(why(ledger.may(WRITE, set_back(59))), Some(WaitReason::Pace));
    ledger.account_gate().close(
        GateReason::Pace,
        Some(Timestamp(START + 90_000)),
        String::new(),
        "crm",
        false,
        now(60),
    );
    assert_eq!(why(ledger.may(WRITE, set_back(80))), Some(WaitReason::Gate));
    assert_eq!(ledger.may(WRITE, set_back(90)), Verdict::Free);
}

#[test]
fn an_account_that_cannot_be_reached_five_times_running_is_closed_as_a_whole() {
    let mut ledger = Ledger::new(allowed(None, None, None, 4, 0), now(0));
    let changes: Vec<_> = (0..5).map(|n| ledger.account_gate().not_sent("no route", "crm", false, now(n))).collect();
    assert_eq!(changes[..4], [None; 4]);
    assert_eq!(changes[4], Some(GateChange::Closed));
    assert_eq!(why(ledger.may(WRITE, now(5))), Some(WaitReason::Gate));
    // The person changes the address: it is tried at once.
    ledger.set_allowance(allowed(None, None, None, 4, 0), now(5));
    ledger.account_gate().changed(now(5));
    assert_eq!(ledger.may(WRITE, now(5)), Verdict::Free);
}

/// One that was closed at `now(0)` and did not say until when.
fn closed(why: GateReason, until: Option<Timestamp>) -> Ledger {
    let mut ledger = Ledger::new(allowed(None, None, Some(100), 4, 0), now(0));
    let pass = ledger.take(WRITE);
    ledger.end(pass, now(0));
    ledger.account_gate().close(why, until, "a sentence".into(), "crm", pass.probe, now(0));
    ledger
}

#[test]
fn a_door_that_only_we_keep_closed_is_tried_once_after_a_restart_and_at_a_persons_wish() {
    for why in [GateReason::SignIn, GateReason::Offline, GateReason::Maintenance] {
        let mut ledger = closed(why, None);
        let kept = ledger.spent(0, vec!["crm".into()], now(1));
        assert_eq!(super::tests::why(ledger.may(WRITE, now(1))), Some(WaitReason::Gate), "{why:?}");
        assert_eq!(ledger.try_now(WRITE, now(1)), None, "{why:?}");
        assert!(ledger.take(WRITE).probe);
        assert_eq!(super::tests::why(ledger.may(WRITE, now(1))), Some(WaitReason::Gate), "one probe, no storm");
        let mut again = Ledger::new(allowed(None, None, Some(100), 4, 0), now(2));
        again.restore(&kept, now(2));
        assert_eq!(again.may(WRITE, now(2)), Verdict::Free, "{why:?}");
        assert!(again.take(WRITE).probe);
    }
}

#[test]
fn a_door_whose_end_the_other_system_said_is_not_tried_before_and_says_why() {
    let until = Timestamp(START + 3_600_000);
    for (why, said) in [
        (GateReason::Maintenance, Some(until)),
        (GateReason::Pace, Some(until)),
        (GateReason::SignIn, Some(until)),
        (GateReason::DayQuota, Some(until)),
    ] {
        let mut ledger = closed(why, said);
        let not_now = ledger.try_now(WRITE, now(1)).expect("not now");
        assert_eq!((not_now.until, not_now.why), (until, StopsNow::Closed(why, "a sentence".into())));
        let kept = ledger.spent(0, vec!["crm".into()], now(1));
        let mut again = Ledger::new(allowed(None, None, Some(100), 4, 0), now(2));
        again.restore(&kept, now(2));
        assert_eq!(super::tests::why(again.may(WRITE, now(2))), Some(WaitReason::Gate), "{why:?}");
    }
    let mut spent = Ledger::new(allowed(None, None, Some(1), 4, 0), now(0));
    through(&mut spent, WRITE, now(0));
    assert_eq!(spent.try_now(WRITE, now(1)).map(|not_now| not_now.why), Some(StopsNow::DaySpent));
    let mut asked = Ledger::new(allowed(None, None, None, 4, 0), now(0));
    asked.hold(Duration::from_secs(50), now(0));
    assert_eq!(asked.try_now(WRITE, now(1)).map(|not_now| not_now.why), Some(StopsNow::Asked));
}

#[test]
fn look_ups_are_written_down_ahead_so_that_hardly_one_waits_for_the_disk() {
    let mut ledger = Ledger::new(allowed(None, Some(100), Some(100), 4, 0), now(0));
    assert!(!ledger.is_covered(true, now(0)));
    ledger.expect_look_ups();
    let spent = ledger.spent(0, vec!["crm".into()], now(0));
    assert_eq!(spent.used, AHEAD);
    ledger.saved(&spent);
    for _ in 0..AHEAD {
        assert!(ledger.is_covered(true, now(0)));
        let pass = ledger.take(LOOK_UP);
        ledger.end(pass, now(0));
    }
    assert!(!ledger.is_covered(true, now(0)));
}

fn join(budgets: &mut Budgets, account: &str, before: Option<BudgetId>, name: Option<&str>, day: u32) -> BudgetId {
    let allowed = allowed(None, None, Some(day), 4, 0);
    budgets.join(&account.into(), before, name.map(str::to_owned), allowed, now(0))
}

#[test]
fn accounts_with_one_token_have_one_budget_and_nobody_is_allowed_more_by_the_others_word() {
    let mut budgets = Budgets::default();
    let one = join(&mut budgets, "one", None, Some("token:a"), 10);
    let other = join(&mut budgets, "other", None, Some("token:a"), 5);
    let own = join(&mut budgets, "third", None, None, 10);
    assert!(one == other && one != own);
    assert_eq!(through(budgets.ledger(one), WRITE, now(0)), 5);
    assert_eq!(budgets.spent(one, now(0)).names, ["token:a", "one", "other"]);
    // The stricter one is gone.
    budgets.leave("other", other, now(0));
    assert_eq!(through(budgets.ledger(one), WRITE, now(0)), 5);
    assert_eq!(budgets.each(), [(one, vec!["one".into()]), (own, vec!["third".into()])]);
}

#[test]
fn neither_a_new_token_nor_a_new_name_is_a_new_day_while_running_or_after_a_restart() {
    let mut budgets = Budgets::default();
    let id = join(&mut budgets, "one", None, Some("token:a"), 10);
    assert_eq!(through(budgets.ledger(id), WRITE, now(0)), 10);
    let spent = budgets.spent(id, now(0));
    let moved = join(&mut budgets, "one", Some(id), Some("token:b"), 10);
    assert!(moved != id && budgets.ledger(moved).may(WRITE, now(0)) != Verdict::Free);
    for (account, token) in [("one", Some("token:b")), ("renamed", Some("token:a")), ("one", None)] {
        let mut budgets = Budgets::default();
        // As two rows of the file.
        budgets.take_up(spent.names.iter().map(|name| Spent { names: vec![name.clone()], ..spent.clone() }));
        let id = join(&mut budgets, account, None, token, 10);
        assert_eq!(why(budgets.ledger(id).may(WRITE, now(0))), Some(WaitReason::DayBudget), "{account} {token:?}");
    }
}

#[test]
fn one_that_failed_for_days_is_disabled_until_a_person_says_so_where_it_gives_up_at_all() {
    const DAY: u64 = 86_400;
    let after_days = |gives_up_after: Option<Duration>, days: u64| {
        let mut ledger = closed(GateReason::Offline, None);
        ledger.account_gate().give_up_after(gives_up_after);
        let pass = ledger.take(WRITE);
        ledger.end(pass, now(days * DAY));
        ledger.account_gate().not_sent("connection refused", "crm", true, now(days * DAY));
        ledger
    };
    let five = Some(Duration::from_secs(5 * DAY));
    let reason = |ledger: &mut Ledger| ledger.account_gate().gate().map(|gate| gate.why);
    assert_eq!(reason(&mut after_days(five, 4)), Some(GateReason::Offline));
    assert_eq!(reason(&mut after_days(None, 400)), Some(GateReason::Offline), "a CRM is waited for");
    let mut disabled = after_days(five, 5);
    assert_eq!(reason(&mut disabled), Some(GateReason::Disabled));
    assert_eq!(why(disabled.may(WRITE, now(300 * DAY))), Some(WaitReason::Gate), "nobody tries by themselves");
    assert_eq!(disabled.try_now(WRITE, now(300 * DAY)), None);
    let pass = disabled.take(WRITE);
    disabled.end(pass, now(300 * DAY));
    disabled.account_gate().answered(pass.probe);
    assert_eq!(reason(&mut disabled), None);
}

#[test]
fn a_share_of_the_account_is_ours_and_the_other_systems_own_limit_where_it_is_less() {
    let half = Allowance { share_percent: 50, ..allowed(None, Some(400), Some(2_500), 4, 0) };
    let mut ledger = Ledger::new(half, now(0));
    assert_eq!(through(&mut ledger, WRITE, now(0)), 200);
    let days: Vec<u32> = (1..8).map(|minute| through(&mut ledger, WRITE, now(minute * 60))).collect();
    assert_eq!(days, [200, 200, 200, 200, 200, 50, 0]);
    let mut slower = Ledger::new(allowed(None, Some(400), None, 4, 0), now(0));
    let pass = slower.take(WRITE);
    slower.end(pass, now(0));
    slower.hear(pass, &Said { per_minute: Some(100), ..Said::default() }, now(0));
    assert_eq!(through(&mut slower, WRITE, now(1)), 99);
    // More than was set is never ours.
    let pass = slower.take(LOOK_UP);
    slower.end(pass, now(1));
    slower.hear(pass, &Said { per_minute: Some(9_999), ..Said::default() }, now(1));
    assert_eq!(through(&mut slower, WRITE, now(70)), 400);
}

#[test]
fn what_may_wait_is_spread_over_the_day_and_told_until_when_and_urgent_ones_are_not() {
    let paced =
        Allowance { pacing: Some(ringcard_connect::Pacing::default()), ..allowed(None, None, Some(100), 4, 20) };
    let mut ledger = Ledger::new(paced, now(0));
    // Six in the morning in Bogotá.
    let six = now(27_000);
    assert_eq!(through(&mut ledger, WRITE, six), 20);
    let Verdict::Wait { why: WaitReason::DayPace, until: Some(until), .. } = ledger.may(WRITE, six) else {
        panic!("it waits for its part of the day")
    };
    assert_eq!(until, six.wall.after(Duration::from_secs(3_600 + 13 * 60)));
    assert_eq!(through(&mut ledger, WRITE, now(27_000 + 3_600 + 13 * 60)), 1);
    assert_eq!(through(&mut ledger, Share::of_row(true, Priority::Code), now(32_000)), 59);
    assert_eq!(why(ledger.may(WRITE, now(32_000))), Some(WaitReason::DayBudget));
    assert_eq!(through(&mut ledger, LOOK_UP, now(32_000)), 20);
}

#[test]
fn one_that_was_turned_away_closes_the_account_for_as_long_as_it_was_asked_and_one_tries_it_then() {
    let mut ledger = Ledger::new(allowed(None, Some(400), None, 4, 0), now(0));
    let (first, second) = (ledger.take(WRITE), ledger.take(LOOK_UP));
    let said = Said { turned_away: true, wait: Some(Duration::from_secs(40)), ..Said::default() };
    ledger.end(first, now(1));
    ledger.hear(first, &said, now(1));
    assert_eq!(ledger.turned_away(first, &said, "crm", now(1)), GateChange::Closed);
    for share in [WRITE, LOOK_UP] {
        assert_eq!(why(ledger.may(share, now(40))), Some(WaitReason::Gate));
    }
    // What was under way and was taken opens nothing.
    ledger.end(second, now(2));
    ledger.account_gate().answered(second.probe);
    assert_eq!(why(ledger.may(LOOK_UP, now(40))), Some(WaitReason::Gate));
    assert_eq!(ledger.may(LOOK_UP, now(41)), Verdict::Free);
    assert!(ledger.take(LOOK_UP).probe);
    assert_eq!(why(ledger.may(WRITE, now(41))), Some(WaitReason::Gate), "one tries it");
}

#[test]
fn one_tickets_limit_closes_nothing() {
    let mut ledger = Ledger::new(allowed(None, Some(400), None, 4, 0), now(0));
    let pass = ledger.take(WRITE);
    ledger.end(pass, now(0));
    let said = Said {
        turned_away: true,
        only_this: true,
        wait: Some(Duration::from_secs(40)),
        left: Some(300),
        ..Said::default()
    };
    ledger.hear(pass, &said, now(0));
    assert_eq!(ledger.may(WRITE, now(0)), Verdict::Free);
}
