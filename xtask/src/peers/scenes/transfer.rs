//! A call goes from one phone to another.

use super::Scene;
use crate::peers::world::World;

pub fn scenes() -> Vec<Scene> {
    vec![
        Scene {
            name: "transfer: blind, 102 picks up",
            right: &[
                "inbound +573001234567 > +5716017001 “MARIA LOPEZ”: ended, talked; 101 over, 102 over (from 101)",
                "Ana: ringing, connected, ended, ended (passed to Béla)",
                "Béla: ringing (from Ana), connected (from Ana), ended (from Ana)",
            ],
            play: blind,
        },
        Scene {
            name: "transfer: blind, 102 does not pick up",
            right: &[
                "inbound +573001234567 > +5716017001 “MARIA LOPEZ”: ended, talked; 101 over, 102 not answered (from 101)",
                "Ana: ringing, connected, ended, ended (passed to Béla)",
                "Béla: ringing (from Ana), answered elsewhere (not answered) (from Ana)",
            ],
            play: blind_not_answered,
        },
    ]
}

/// Maria speaks with Ana; both ends.
fn speak_with_ana(world: &mut World) -> Result<(String, String), String> {
    let theirs = world.maria_calls("5716017001")?;
    let ours = world.rings_at_ana()?;
    world.p101.answer(&ours)?;
    world.ana.until_state("connected")?;
    world.speak();
    Ok((theirs, ours))
}

fn blind(world: &mut World) -> Result<(), String> {
    let (theirs, ours) = speak_with_ana(world)?;
    world.p101.pass_blind(&ours, "102")?;
    let (second, rang) = world.p102.rings()?;
    let told = world.bela.until_state("ringing")?;
    world.card(rang, told.at);
    world.p101.hang_up(&ours)?;
    world.p102.answer(&second)?;
    world.bela.until_state("connected")?;
    world.speak();
    world.carrier.hang_up(&theirs)?;
    world.p102.until_over(&second).map(drop)
}

fn blind_not_answered(world: &mut World) -> Result<(), String> {
    let (theirs, ours) = speak_with_ana(world)?;
    world.p101.pass_blind(&ours, "102")?;
    let (second, _) = world.p102.rings()?;
    world.p101.hang_up(&ours)?;
    world.p102.until_over(&second)?;
    world.carrier.until_over(&theirs).map(drop)
}
