//! A call goes from one phone to another.

use super::Scene;
use crate::peers::{sip::Caller, world::World};
use std::time::Duration;

pub fn scenes() -> Vec<Scene> {
    vec![
        Scene {
            name: "transfer: blind, 102 picks up",
            right: &[
                "inbound +573001234567 > +5716017001 “MARIA LOPEZ”: ended, talked; 101 over, 102 over (from 101)",
                "Ana: ringing, connected, ended (passed to Béla)",
                "Béla: ringing (from Ana), connected (from Ana), ended (from Ana)",
            ],
            play: blind,
        },
        Scene {
            name: "transfer: blind, 102 does not pick up",
            right: &[
                "inbound +573001234567 > +5716017001 “MARIA LOPEZ”: ended, talked; 101 over, 102 not answered (from 101)",
                "Ana: ringing, connected, ended (passed to Béla)",
                "Béla: ringing (from Ana), missed (not answered) (from Ana)",
            ],
            play: blind_not_answered,
        },
        Scene {
            name: "transfer: attended",
            right: &[
                "inbound +573001234567 > +5716017001 “MARIA LOPEZ”: ended, talked; 101 over, 102 over (from 101)",
                "Ana: ringing, connected, ended (passed to Béla)",
                "Béla: ringing (from Ana), connected (from Ana), ended (from Ana)",
            ],
            play: attended,
        },
        Scene {
            name: "pick-up: 102 takes what rings at 101",
            right: &[
                "inbound +573001234567 > +5716017001 “MARIA LOPEZ”: ended, talked; 101 answered elsewhere, 102 over",
                "Ana: ringing, answered elsewhere",
                "Béla: connected, ended",
            ],
            play: pick_up,
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

fn attended(world: &mut World) -> Result<(), String> {
    let (theirs, ours) = speak_with_ana(world)?;
    world.p101.hold(&ours, true)?;
    let asks = world.p101.call("102", Caller::new("101", "Ana"))?;
    let (second, _) = world.p102.rings()?;
    world.p102.answer(&second)?;
    world.p101.until(&asks, "the colleague", |state| state == crate::peers::sip::State::Up)?;
    world.speak();
    world.p101.pass_attended(&ours, &asks, "102")?;
    world.p101.until_over(&ours)?;
    world.speak();
    world.carrier.hang_up(&theirs)?;
    world.p102.until_over(&second).map(drop)
}

fn pick_up(world: &mut World) -> Result<(), String> {
    let theirs = world.maria_calls("5716017001")?;
    let first = world.rings_at_ana()?;
    world.pass(Duration::from_millis(300));
    let second = world.p102.call("*8", Caller::new("102", "Bela"))?;
    world.p101.until_over(&first)?;
    world.bela.until_state("connected")?;
    world.speak();
    world.carrier.hang_up(&theirs)?;
    world.p102.until_over(&second).map(drop)
}
