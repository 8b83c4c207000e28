//! A queue rings one after the other.

use super::Scene;
use crate::peers::world::World;
use std::time::Duration;

pub fn scenes() -> Vec<Scene> {
    vec![
        Scene {
            name: "queue: 101 does not pick up, 102 does",
            right: &[
                "inbound +573001234567 > +5716017009 “MARIA LOPEZ” via sales: ended, talked; 101 not answered, 102 over",
                "Ana: ringing, answered elsewhere (not answered)",
                "Béla: ringing, connected, ended",
            ],
            play: |world| goes_on(world, "5716017009", None),
        },
        Scene {
            name: "queue: 101 declines, 102 picks up",
            right: &[
                "inbound +573001234567 > +5716017009 “MARIA LOPEZ” via sales: ended, talked; 101 declined, 102 over",
                "Ana: ringing, answered elsewhere (declined)",
                "Béla: ringing, connected, ended",
            ],
            play: |world| goes_on(world, "5716017009", Some("603 Decline")),
        },
        Scene {
            name: "queue: 101 is busy, 102 picks up",
            right: &[
                "inbound +573001234567 > +5716017009 “MARIA LOPEZ” via sales: ended, talked; 101 busy, 102 over",
                "Ana: ringing, answered elsewhere (busy)",
                "Béla: ringing, connected, ended",
            ],
            play: |world| goes_on(world, "5716017009", Some("486 Busy Here")),
        },
        Scene {
            name: "queue: the caller gives up while 102 rings",
            right: &[
                "inbound +573001234567 > +5716017009 “MARIA LOPEZ” via sales: missed; 101 not answered, 102 caller gone",
                "Ana: ringing, answered elsewhere (not answered), missed",
                "Béla: ringing, missed",
            ],
            play: given_up,
        },
        Scene {
            name: "queue: the same through Local channels",
            right: &[
                "inbound +573001234567 > +5716017008 “MARIA LOPEZ” via local: ended, talked; 101 not answered, 102 over",
                "Ana: ringing, answered elsewhere (not answered)",
                "Béla: ringing, connected, ended",
            ],
            play: |world| goes_on(world, "5716017008", None),
        },
    ]
}

fn goes_on(world: &mut World, number: &str, refused: Option<&str>) -> Result<(), String> {
    let theirs = world.maria_calls(number)?;
    let first = world.rings_at_ana()?;
    if let Some(status) = refused {
        world.p101.refuse(&first, status)?;
    }
    world.p101.until_over(&first)?;
    let second = world.rings_at_bela()?;
    world.p102.answer(&second)?;
    world.bela.until_state("connected")?;
    world.speak();
    world.carrier.hang_up(&theirs)?;
    world.p102.until_over(&second).map(drop)
}

fn given_up(world: &mut World) -> Result<(), String> {
    let theirs = world.maria_calls("5716017009")?;
    let first = world.rings_at_ana()?;
    world.p101.until_over(&first)?;
    let second = world.rings_at_bela()?;
    world.pass(Duration::from_millis(500));
    world.carrier.hang_up(&theirs)?;
    world.p102.until_over(&second).map(drop)
}
