//! A write is done once; where its answer is lost, that is said, and so is whether it may be sent again.

use super::simulated::{World, Wrong, assert_no_secret, offering};
use ringcard_connect::{Attempt, Capability, Looked, System, Writes};
use ringcard_core::submission::{GateReason, Submission};
use std::sync::Arc;

fn writes(system: &System) -> Arc<dyn Writes> {
    system.take_writes.clone().expect("it takes writes")
}

async fn write(system: &System, submission: &Submission) -> Attempt {
    let attempts = writes(system).write(&[submission.clone().into()]).await;
    assert_no_secret(&format!("{attempts:?}"));
    let [attempt] = attempts.try_into().expect("one outcome for one row");
    attempt
}

async fn worlds() -> Vec<World> {
    offering(Capability::TakeWrites).await
}

#[tokio::test]
async fn what_is_written_arrives_once() {
    for world in worlds().await {
        let attempt = write(&world.system(), &world.write("said yes")).await;
        assert!(matches!(attempt, Attempt::Done { .. }), "{}: {attempt:?}", world.id());
        assert_eq!(world.written(), 1, "{}", world.id());
    }
}

#[tokio::test]
async fn where_the_answer_is_lost_it_is_unknown_and_can_be_looked_for_or_sent_again_or_shown() {
    for wrong in [Wrong::Silent, Wrong::CutOff] {
        for world in worlds().await {
            let submission = world.write("said yes");
            world.does(wrong);
            let attempt = write(&world.impatient(), &submission).await;
            assert!(matches!(attempt, Attempt::Unknown { .. }), "{} {wrong:?}: {attempt:?}", world.id());
            assert_eq!(world.written(), 1, "{} {wrong:?}: written, and nobody told us", world.id());
            // Still nobody answers: that is no "not written".
            let looked = writes(&world.impatient()).look(&submission.clone().into()).await;
            assert!(!matches!(looked, Looked::NotWritten), "{} {wrong:?}: {looked:?}", world.id());
        }
    }
}

#[tokio::test]
async fn what_never_left_is_safe_to_repeat() {
    for world in worlds().await {
        let (submission, system) = (world.write("said yes"), world.system());
        let id = world.go_away().await;
        let attempt = write(&system, &submission).await;
        assert!(matches!(attempt, Attempt::NotSent { .. } | Attempt::Closed { .. }), "{id}: {attempt:?}");
    }
}

#[tokio::test]
async fn who_is_not_accepted_closes_the_account_and_not_the_row() {
    for world in worlds().await {
        let attempt = write(&world.with_a_wrong_secret(), &world.write("said yes")).await;
        let is_sign_in = matches!(attempt, Attempt::Closed { why: GateReason::SignIn, .. });
        assert!(is_sign_in, "{}: {attempt:?}", world.id());
        assert_eq!(world.written(), 0, "{}", world.id());
    }
}

#[tokio::test]
async fn what_is_too_long_is_refused_before_anything_is_sent_and_what_just_fits_is_taken() {
    for world in worlds().await {
        let system = world.system();
        let Some(limits) = writes(&system).limits() else { continue };
        let most = usize::try_from(limits.record_comment).expect("a length");
        let attempt = write(&system, &world.write(&"x".repeat(most + 1))).await;
        assert!(matches!(attempt, Attempt::Refused { .. }), "{}: {attempt:?}", world.id());
        assert_eq!(world.requests(), 0, "{}", world.id());
        let attempt = write(&system, &world.write(&"x".repeat(most))).await;
        assert!(matches!(attempt, Attempt::Done { .. }), "{}: {attempt:?}", world.id());
    }
}

#[tokio::test]
async fn what_an_account_is_allowed_is_said_and_possible() {
    for world in worlds().await {
        let allowance = writes(&world.system()).allowance();
        assert!(allowance.at_once >= 1 && allowance.reserved_percent < 100, "{}: {allowance:?}", world.id());
        assert!(!allowance.time_zone.is_empty(), "{}", world.id());
        assert!(!writes(&world.system()).settles_within().is_zero(), "{}", world.id());
    }
}
