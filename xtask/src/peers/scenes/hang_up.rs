//! The agent ends a call with the button on the card.

use super::Scene;
use crate::peers::world::World;

pub fn scenes() -> Vec<Scene> {
    vec![
        Scene {
            name: "button: a call that rings is declined",
            right: &[
                "inbound +573001234567 > +5716017001 “MARIA LOPEZ”: missed; 101 declined",
                "Ana: ringing, answered elsewhere (declined), missed (declined)",
            ],
            play: rings,
        },
        Scene {
            name: "button: a conversation is ended",
            right: &[
                "inbound +573001234567 > +5716017001 “MARIA LOPEZ”: ended, talked; 101 over",
                "Ana: ringing, connected, ended",
            ],
            play: talks,
        },
        Scene {
            name: "button: a click is taken back while the agent's phone rings",
            right: &[
                "outbound 101 > +573009876543: ended, not reached; 101 not answered",
                "Ana: starting, agent ringing, ended (not reached)",
            ],
            play: own_phone_rings,
        },
        Scene {
            name: "button: a click is taken back while the customer's phone rings",
            right: &[
                "outbound 101 > +573009876543: ended, not reached; 101 over",
                "Ana: starting, agent ringing, ringing, ended (not reached)",
            ],
            play: customer_rings,
        },
    ]
}

fn rings(world: &mut World) -> Result<(), String> {
    let theirs = world.maria_calls("5716017001")?;
    let ours = world.rings_at_ana()?;
    world.ana.hang_up(&world.ana.until_state("ringing")?.call)?;
    world.p101.until_over(&ours)?;
    world.carrier.until_over(&theirs).map(drop)
}

fn talks(world: &mut World) -> Result<(), String> {
    let theirs = world.maria_calls("5716017001")?;
    let ours = world.rings_at_ana()?;
    world.p101.answer(&ours)?;
    let told = world.ana.until_state("connected")?;
    world.speak();
    world.ana.hang_up(&told.call)?;
    world.p101.until_over(&ours)?;
    world.carrier.until_over(&theirs).map(drop)
}

fn own_phone_rings(world: &mut World) -> Result<(), String> {
    let own = super::click::clicked(world)?;
    world.ana.hang_up(&world.ana.until_state("agent_ringing")?.call)?;
    world.p101.until_over(&own).map(drop)
}

fn customer_rings(world: &mut World) -> Result<(), String> {
    let (own, theirs) = super::click::customer_rings(world)?;
    world.ana.hang_up(&world.ana.until_state("ringing")?.call)?;
    world.p101.until_over(&own)?;
    world.carrier.until_over(&theirs).map(drop)
}
