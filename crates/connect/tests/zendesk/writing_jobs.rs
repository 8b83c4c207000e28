//! Several calls in one request, as a job.

use super::{
    support::{sim, user, with},
    writing::{add_to, filed, fits, made, row, ticket_of, writes},
};
use ringcard_connect::{Attempt, JobRow, OfJob, WriteRow, Writes};
use ringcard_sim::zendesk::{Misbehaviour, ZendeskSim};
use std::{sync::Arc, time::Duration};

/// Rows as they are taken.
#[track_caller]
fn taken(rows: Vec<WriteRow>, attempts: Vec<Attempt>) -> Vec<JobRow> {
    let of = |(row, attempt)| match attempt {
        Attempt::Taken { job, at, .. } => JobRow { job, at, row },
        other => panic!("{other:?}"),
    };
    rows.into_iter().zip(attempts).map(of).collect()
}

async fn ended(sim: &ZendeskSim, writes: &Arc<dyn Writes>, rows: &[JobRow]) -> Vec<OfJob> {
    assert!(matches!(writes.ask_jobs(rows).await[0], OfJob::Working { .. }), "it takes time");
    sim.advance(Duration::from_secs(5));
    writes.ask_jobs(rows).await
}

fn reference(of: &OfJob) -> Option<String> {
    let OfJob::Over(Attempt::Done { reference, .. }) = of else { return None };
    reference.clone()
}

#[tokio::test]
async fn a_hundred_tickets_are_one_request_and_each_row_has_its_own() {
    let sim = sim().await;
    let writes = writes(&with(&sim, &[]));
    let rows: Vec<WriteRow> = (0..100).map(|_| row(filed(None, None))).collect();
    assert!(rows.iter().all(|row| writes.batch(&row.submission).is_some() && writes.may_share(&row.submission)));
    let attempts = writes.write(&rows).await;
    let rows = taken(rows, attempts);
    assert_eq!(sim.requests().len(), 1);
    // In whichever order they are asked about.
    let turned: Vec<JobRow> = rows.iter().rev().cloned().collect();
    let said = ended(&sim, &writes, &turned).await;
    for (row, of) in turned.iter().zip(&said) {
        let ours = sim.tickets_with(&row.row.submission.key.0);
        let [ticket] = ours.try_into().expect("one ticket");
        assert_eq!(reference(of), Some(format!("ticket/{}", ticket.id)));
    }
    assert_eq!(sim.requests().len(), 4, "a request, two questions, and whose tickets they are");
    fits(&sim);
}

#[tokio::test]
async fn what_a_job_could_not_do_goes_alone_and_the_rest_is_done() {
    let sim = sim().await;
    let ana = sim.add_user(user("Ana", "+36301234567"));
    sim.change_user(ana, |user| user.suspended = true);
    let writes = writes(&with(&sim, &[]));
    let rows = vec![row(filed(None, None)), row(filed(Some(ana), None)), row(filed(None, None))];
    let attempts = writes.write(&rows).await;
    let rows = taken(rows, attempts);
    let said = ended(&sim, &writes, &rows).await;
    assert!(reference(&said[0]).is_some() && reference(&said[2]).is_some(), "{said:?}");
    assert!(
        matches!(&said[1], OfJob::Over(Attempt::NotSent { detail, .. }) if detail.contains("suspended")),
        "{said:?}"
    );
    assert!(!writes.may_share(&rows[1].row.submission) && writes.may_share(&rows[0].row.submission));
    assert_eq!(made(&sim).len(), 2);
}

#[tokio::test]
async fn comments_on_many_tickets_are_one_request_and_those_on_one_are_one_comment() {
    let sim = sim().await;
    let ana = sim.add_user(user("Ana", "+36301234567"));
    let (one, other) = (ticket_of(&sim, ana), ticket_of(&sim, ana));
    let writes = writes(&with(&sim, &[]));
    let to = |ticket| row(filed(Some(ana), add_to(ticket)));
    let rows = vec![to(one), to(one), to(other)];
    assert!(writes.folds(&rows[0].submission, &rows[1].submission));
    let attempts = writes.write(&rows).await;
    let rows = taken(rows, attempts);
    assert_eq!(rows.iter().map(|row| row.at).collect::<Vec<_>>(), [0, 0, 1]);
    let said = ended(&sim, &writes, &rows).await;
    assert!(said.iter().all(|of| reference(of).is_some()), "{said:?}");
    let of_one = sim.comments(one);
    assert_eq!((of_one.len(), sim.comments(other).len()), (2, 2));
    for row in &rows[..2] {
        assert!(of_one[1].body.contains(&row.row.submission.key.0));
    }
    // Without another ticket they are no job at all.
    let alone = writes.write(&[to(one), to(one)]).await;
    assert!(alone.iter().all(|attempt| matches!(attempt, Attempt::Done { .. })), "{alone:?}");
    assert_eq!(sim.comments(one).len(), 3);
    fits(&sim);
}

#[tokio::test]
async fn a_job_that_failed_expired_or_is_somebody_elses_is_lost_and_its_rows_are_looked_for() {
    let sim = sim().await;
    let writes = writes(&with(&sim, &[]));
    let two = || vec![row(filed(None, None)), row(filed(None, None))];
    let rows = two();
    let attempts = writes.write(&rows).await;
    let rows = taken(rows, attempts);
    sim.fail_jobs();
    let lost = |said: &[OfJob]| said.iter().all(|of| matches!(of, OfJob::Lost { .. }));
    assert!(lost(&writes.ask_jobs(&rows).await));

    let foreign: Vec<JobRow> =
        rows.iter().map(|row| JobRow { job: sim.add_foreign_job(), at: 0, row: row.row.clone() }).collect();
    assert!(lost(&writes.ask_jobs(&foreign).await), "its tickets are not ours");

    let rows = two();
    let attempts = writes.write(&rows).await;
    let rows = taken(rows, attempts);
    sim.advance(Duration::from_secs(2 * 3600));
    assert!(matches!(writes.ask_jobs(&rows).await[0], OfJob::Over(_)) || lost(&writes.ask_jobs(&rows).await));
    sim.advance(Duration::from_secs(2 * 3600));
    assert!(lost(&writes.ask_jobs(&rows).await), "it is kept for an hour");
    let found = writes.look(&rows[0].row).await;
    assert!(matches!(found, ringcard_connect::Looked::Written { .. }), "{found:?}");
}

#[tokio::test]
async fn where_as_many_jobs_are_under_way_as_it_takes_nothing_was_written_and_it_waits() {
    let sim = sim().await;
    sim.adjust(|config| config.limits.jobs = 0);
    let writes = writes(&with(&sim, &[]));
    let said = writes.write(&[row(filed(None, None)), row(filed(None, None))]).await;
    assert!(said.iter().all(|one| matches!(one, Attempt::NotSent { wait: Some(_), .. })), "{said:?}");
    assert!(made(&sim).is_empty());
}

#[tokio::test]
async fn after_the_last_place_for_a_job_rows_go_alone_for_a_while() {
    let sim = sim().await;
    sim.adjust(|config| config.limits.jobs = 1);
    let writes = writes(&with(&sim, &[]));
    let one = row(filed(None, None));
    assert!(writes.may_share(&one.submission));
    taken(vec![one.clone(), row(filed(None, None))], writes.write(&[one.clone(), row(filed(None, None))]).await);
    assert!(!writes.may_share(&one.submission));
}

#[tokio::test]
async fn a_question_without_an_answer_says_nothing_of_the_rows() {
    let sim = sim().await;
    let writes = writes(&with(&sim, &[]));
    let rows = vec![row(filed(None, None)), row(filed(None, None))];
    let attempts = writes.write(&rows).await;
    let rows = taken(rows, attempts);
    for wrong in
        [Misbehaviour::Close, Misbehaviour::Html { status: 502, applied: false }, Misbehaviour::TooMany { seconds: 3 }]
    {
        sim.misbehave("job_statuses/show_many", wrong);
        let said = writes.ask_jobs(&rows).await;
        assert!(said.iter().all(|of| matches!(of, OfJob::NotNow(_))), "{said:?}");
    }
}

#[tokio::test]
async fn with_call_records_or_batching_off_nothing_shares_a_request() {
    let sim = sim().await;
    let one = row(filed(None, None));
    assert!(writes(&with(&sim, &[("batching", "false")])).batch(&one.submission).is_none());
    let records = writes(&with(&sim, &[("app_id", "7")]));
    assert!(records.batch(&one.submission).is_some() && !records.may_share(&one.submission), "nobody knows yet");
    records.write(std::slice::from_ref(&one)).await;
    assert!(records.batch(&one.submission).is_none());
    sim.adjust(|config| config.talk_partner = false);
    let without = writes(&with(&sim, &[("app_id", "7")]));
    without.write(&[row(filed(None, None))]).await;
    assert!(without.may_share(&one.submission));
}
