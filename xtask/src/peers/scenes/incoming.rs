//! Customers call.

use super::Scene;
use crate::peers::{
    sip::Caller,
    world::{MARIA, World},
};
use std::time::Duration;

pub fn scenes() -> Vec<Scene> {
    vec![
        Scene {
            name: "incoming: answered",
            right: &[
                "inbound +573001234567 > +5716017001 “MARIA LOPEZ”: ended, talked; 101 over",
                "Ana: ringing, connected, ended",
            ],
            play: answered,
        },
        Scene {
            name: "incoming: given up",
            right: &[
                "inbound +573001234567 > +5716017001 “MARIA LOPEZ”: missed; 101 caller gone",
                "Ana: ringing, missed",
            ],
            play: given_up,
        },
        Scene {
            name: "incoming: the phone is busy",
            right: &[
                "inbound +573001234567 > +5716017001 “MARIA LOPEZ”: missed; 101 busy",
                "Ana: ringing, answered elsewhere (busy), missed (busy)",
            ],
            play: |world| refused(world, "486 Busy Here"),
        },
        Scene {
            name: "incoming: declined",
            right: &[
                "inbound +573001234567 > +5716017001 “MARIA LOPEZ”: missed; 101 declined",
                "Ana: ringing, answered elsewhere (declined), missed (declined)",
            ],
            play: |world| refused(world, "603 Decline"),
        },
        Scene {
            name: "incoming: anonymous",
            right: &["inbound hidden > +5716017001: ended, talked; 101 over", "Ana: ringing, connected, ended"],
            play: |world| by(world, Caller::new("anonymous", "Anonymous")),
        },
        Scene {
            name: "incoming: the network withholds the number",
            right: &["inbound hidden > +5716017001: ended, talked; 101 over", "Ana: ringing, connected, ended"],
            play: |world| by(world, Caller { is_withheld: true, ..MARIA }),
        },
        Scene {
            name: "incoming: a name with quotes",
            right: &[
                "inbound +573001234567 > +5716017001 “Ana \"la Jefa\" Núñez, S.A.”: ended, talked; 101 over",
                "Ana: ringing, connected, ended",
            ],
            play: |world| by(world, Caller::new("+573001234567", "Ana \\\"la Jefa\\\" Núñez, S.A.")),
        },
        Scene {
            name: "incoming: two phones ring, 102 answers",
            right: &[
                "inbound +573001234567 > +5716017002 “MARIA LOPEZ”: ended, talked; 101 answered elsewhere, 102 over",
                "Ana: ringing, answered elsewhere",
                "Béla: ringing, connected, ended",
            ],
            play: two_phones,
        },
        Scene {
            name: "incoming: held and resumed",
            right: &[
                "inbound +573001234567 > +5716017001 “MARIA LOPEZ”: ended, talked; 101 over",
                "Ana: ringing, connected, connected (held), connected, ended",
            ],
            play: held,
        },
        Scene {
            name: "incoming: voicemail takes it",
            right: &[
                "inbound +573001234567 > +5716017003 “MARIA LOPEZ”: missed; 101 went to service",
                "Ana: ringing, answered elsewhere (not answered), answered elsewhere (went to service), missed (went to service)",
            ],
            play: voicemail,
        },
    ]
}

fn answered(world: &mut World) -> Result<(), String> {
    by(world, MARIA)
}

fn by(world: &mut World, caller: Caller<'_>) -> Result<(), String> {
    let theirs = world.carrier.call("5716017001", caller)?;
    let ours = world.rings_at_ana()?;
    world.p101.answer(&ours)?;
    world.ana.until_state("connected")?;
    world.speak();
    world.carrier.hang_up(&theirs)?;
    world.p101.until_over(&ours).map(drop)
}

fn given_up(world: &mut World) -> Result<(), String> {
    let theirs = world.maria_calls("5716017001")?;
    let ours = world.rings_at_ana()?;
    world.pass(Duration::from_millis(500));
    world.carrier.hang_up(&theirs)?;
    world.p101.until_over(&ours).map(drop)
}

fn refused(world: &mut World, status: &str) -> Result<(), String> {
    let theirs = world.maria_calls("5716017001")?;
    let ours = world.rings_at_ana()?;
    world.p101.refuse(&ours, status)?;
    world.carrier.until_over(&theirs).map(drop)
}

fn two_phones(world: &mut World) -> Result<(), String> {
    let theirs = world.maria_calls("5716017002")?;
    let first = world.rings_at_ana()?;
    let second = world.rings_at_bela()?;
    world.p102.answer(&second)?;
    world.bela.until_state("connected")?;
    world.p101.until_over(&first)?;
    world.speak();
    world.p102.hang_up(&second)?;
    world.carrier.until_over(&theirs).map(drop)
}

fn held(world: &mut World) -> Result<(), String> {
    let theirs = world.maria_calls("5716017001")?;
    let ours = world.rings_at_ana()?;
    world.p101.answer(&ours)?;
    world.ana.until_state("connected")?;
    world.p101.hold(&ours, true)?;
    world.ana.until("held", |call| call["course"]["legs"][0]["held"] == true)?;
    world.p101.hold(&ours, false)?;
    world.ana.until("resumed", |call| call["course"]["legs"][0]["held"] == false)?;
    world.speak();
    world.carrier.hang_up(&theirs)?;
    world.p101.until_over(&ours).map(drop)
}

fn voicemail(world: &mut World) -> Result<(), String> {
    let theirs = world.maria_calls("5716017003")?;
    let ours = world.rings_at_ana()?;
    world.p101.until_over(&ours)?;
    world.ana.until_state("answered_elsewhere")?;
    world.speak();
    world.carrier.hang_up(&theirs)
}
