//! Somebody dies in the middle of a call.

use super::Scene;
use crate::peers::world::World;

const ANSWERED: &str = "inbound +573001234567 > +5716017001 “MARIA LOPEZ”: ended, talked; 101 over";

pub fn scenes() -> Vec<Scene> {
    vec![
        Scene {
            name: "the hub is killed while it rings, and is back",
            right: &[ANSWERED, "Ana: ringing, connected, ended"],
            play: hub_in_a_ring,
        },
        Scene {
            name: "the hub is killed in a call, and is back",
            right: &[ANSWERED, "Ana: ringing, connected, ended"],
            play: hub_in_a_call,
        },
        Scene {
            name: "the hub is killed, and the call ends before it is back",
            right: &[
                "inbound +573001234567 > +5716017001 “MARIA LOPEZ”: outcome not reported; 101 not reported",
                "Ana: ringing, connected, outcome not reported (end not reported)",
            ],
            play: hub_misses_the_end,
        },
        Scene {
            name: "Asterisk is killed in a call, and is back",
            right: &[ANSWERED, "Ana: ringing, connected, ended"],
            play: asterisk_in_a_call,
        },
    ]
}

fn hub_in_a_ring(world: &mut World) -> Result<(), String> {
    let theirs = world.maria_calls("5716017001")?;
    let ours = world.rings_at_ana()?;
    world.hub.kill();
    world.hub.begin()?;
    world.until_heard()?;
    world.p101.answer(&ours)?;
    world.ana.until_state("connected")?;
    world.speak();
    world.carrier.hang_up(&theirs)?;
    world.p101.until_over(&ours).map(drop)
}

/// Maria speaks with Ana; both ends.
fn speak(world: &mut World) -> Result<(String, String), String> {
    let theirs = world.maria_calls("5716017001")?;
    let ours = world.rings_at_ana()?;
    world.p101.answer(&ours)?;
    world.ana.until_state("connected")?;
    world.speak();
    Ok((theirs, ours))
}

fn hub_in_a_call(world: &mut World) -> Result<(), String> {
    let (theirs, ours) = speak(world)?;
    world.hub.kill();
    world.hub.begin()?;
    world.until_heard()?;
    world.speak();
    world.carrier.hang_up(&theirs)?;
    world.p101.until_over(&ours).map(drop)
}

fn hub_misses_the_end(world: &mut World) -> Result<(), String> {
    let (theirs, ours) = speak(world)?;
    world.hub.kill();
    world.carrier.hang_up(&theirs)?;
    world.p101.until_over(&ours)?;
    world.hub.begin()?;
    world.until_heard()
}

fn asterisk_in_a_call(world: &mut World) -> Result<(), String> {
    speak(world)?;
    world.pbx.kill();
    world.ana.until_connection("pbx", "to be in trouble", |state| state["kind"] == "trouble")?;
    world.pbx.begin()?;
    world.until_heard()
}
