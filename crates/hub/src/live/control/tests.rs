//! Which acts an agent is offered.

use super::*;
use async_trait::async_trait;

/// Takes one kind of act.
struct Takes(&'static str);

#[async_trait]
impl CallControl for Takes {
    fn can(&self, act: &CallAct) -> bool {
        act.name() == self.0
    }

    async fn act(&self, _: &str, _: &CallAct) -> Result<Acted, ActFailure> {
        Err(ActFailure::NotConfigured { detail: "nobody asks it here".to_owned() })
    }

    fn toggles(&self, _: &str) -> Toggles {
        Toggles::default()
    }

    fn call_began(&self, _: &str) {}
}

#[test]
fn an_agent_is_offered_what_their_telephone_system_takes_and_nothing_else() {
    let none = Acts { hang_up: false, hold: false, mute: false, tones: false, transfer: false };
    for (takes, offered) in [
        ("hang up", Acts { hang_up: true, ..none }),
        ("hold", Acts { hold: true, ..none }),
        ("mute", Acts { mute: true, ..none }),
        ("dtmf", Acts { tones: true, ..none }),
        ("transfer", Acts { transfer: true, ..none }),
        ("nothing", none),
    ] {
        assert_eq!(acts_of(&Takes(takes)), offered, "of one that takes {takes}");
    }
}
