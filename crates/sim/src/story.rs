//! Calls with several phones in them that play by themselves: for people, and the same for tests.

use crate::{
    SimError,
    call::Ring,
    course::What,
    exchange::Exchange,
    leg::{Leaving, LegAct},
};
use serde::Serialize;
use std::{sync::Arc, time::Duration};

/// A course of several steps that plays by itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Story {
    /// For scripts.
    pub name: &'static str,
    /// For buttons.
    pub title: &'static str,
    /// What it shows, for people.
    pub about: &'static str,
    #[serde(skip)]
    pub(crate) steps: Vec<Step>,
}

/// One step of a story. Each of its calls has another caller.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Step {
    Ring {
        extensions: Vec<&'static str>,
        queue: &'static str,
    },
    /// At the newest call of the story.
    Leg(LegAct),
    /// The caller hangs up.
    End,
    Restart,
}

/// The stories, with the PBX's first three extensions.
pub fn stories() -> Vec<Story> {
    use LegAct::{Holds, Menu, PassesOn, PicksUp, Resumes, RingsAt, Vanishes, Voicemail};
    use Step::{End, Leg, Restart};
    let ring = |extensions: &[&'static str], queue| Step::Ring { extensions: extensions.to_vec(), queue };
    let rings = |at: &str, by: Option<&str>| Leg(RingsAt { extension: at.into(), passed_by: by.map(str::to_owned) });
    let picks_up = |at: &str| Leg(PicksUp { extension: at.into() });
    let leaves = |at: &str, how| Leg(LegAct::Leaves { extension: at.into(), how });
    let story = |name, title, about, steps| Story { name, title, about, steps };
    vec![
        story(
            "queue",
            "Queue goes on",
            "A queue rings 101, who does not pick up, then 102, who does",
            vec![ring(&["101"], "Sales"), leaves("101", Leaving::NoAnswer), rings("102", None), picks_up("102"), End],
        ),
        story(
            "decline",
            "One declines",
            "101 and 102 ring; 101 declines and 102 picks up",
            vec![ring(&["101", "102"], "Sales"), leaves("101", Leaving::Declined), picks_up("102"), End],
        ),
        story(
            "devices",
            "Two devices",
            "101 picks up at the desk, and the telephone in the pocket stops ringing",
            vec![ring(&["101"], ""), picks_up("101"), leaves("101", Leaving::AnsweredElsewhere), End],
        ),
        story(
            "transfer",
            "Passed on",
            "101 talks, and passes the call to 102 without asking",
            vec![
                ring(&["101"], ""),
                picks_up("101"),
                Leg(PassesOn { extension: "101".into(), to: "102".into() }),
                picks_up("102"),
                End,
            ],
        ),
        story(
            "attended",
            "Passed on, asked first",
            "101 holds the caller, asks 102, and gives them the call",
            vec![
                ring(&["101"], ""),
                picks_up("101"),
                Leg(Holds { extension: "101".into() }),
                rings("102", Some("101")),
                Leg(Resumes { extension: "101".into() }),
                picks_up("102"),
                leaves("101", Leaving::Ended),
                End,
            ],
        ),
        story(
            "voicemail",
            "Voicemail",
            "101 does not pick up, and the caller gets voicemail",
            vec![ring(&["101"], ""), Leg(Voicemail), End],
        ),
        story("menu", "Menu", "A menu takes the call back from 101", vec![ring(&["101"], ""), Leg(Menu), End]),
        story(
            "silence",
            "Silence",
            "101 talks, and the end is never told",
            vec![ring(&["101"], ""), picks_up("101"), Leg(Vanishes)],
        ),
        story(
            "reused_ids",
            "Restart",
            "The PBX restarts in a call; the next, of somebody else, has the same id",
            vec![Restart, ring(&["101"], ""), picks_up("101"), Restart, ring(&["101"], ""), End],
        ),
    ]
}

impl Exchange {
    /// The same in the background.
    pub fn tell_story(self: &Arc<Self>, story: Story, caller: String, step: Duration) {
        let exchange = self.clone();
        self.spawn(async move {
            let name = story.name;
            if let Err(error) = exchange.play_story(story, caller, step).await {
                tracing::warn!(name, %error, "the story ended early");
            }
        });
    }

    /// Plays a story to its end.
    pub async fn play_story(self: &Arc<Self>, story: Story, caller: String, step: Duration) -> Result<(), SimError> {
        let mut call = None;
        for (at, what) in story.steps.into_iter().enumerate() {
            if at > 0 {
                tokio::time::sleep(step).await;
            }
            match what {
                Step::Restart => self.restart().await,
                Step::Ring { extensions, queue } => {
                    let caller = if call.is_none() { caller.clone() } else { another(&caller) };
                    let ring = Ring::from(caller).queue(queue);
                    let ring = extensions.into_iter().fold(ring, Ring::extension);
                    let (no, told) = self.call_in(ring)?;
                    told.await.map_err(|_| SimError::NoSuchCall(no))??;
                    call = Some(no);
                }
                Step::Leg(act) => self.order(call.unwrap_or_default(), What::Leg(act)).await?,
                Step::End => self.order(call.unwrap_or_default(), What::HangUp).await?,
            }
        }
        Ok(())
    }
}

/// A neighbour's number.
fn another(caller: &str) -> String {
    let mut digits = caller.to_owned();
    match digits.pop() {
        Some('9') => digits.push('8'),
        Some(_) => digits.push('9'),
        // Who hides their number has a neighbour who shows it.
        None => digits.push_str("+36205550102"),
    }
    digits
}
