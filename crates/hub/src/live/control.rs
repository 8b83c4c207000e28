//! Acts on a call under way: hold, mute, tones, giving it away, hanging up. Each is done once; nothing repeats it.

use super::{Answer, Input, task::LiveTask};
use ringcard_connect::{
    ActFailure, Acted, CallAct, CallControl, Purpose,
    permits::{for_purpose, on_behalf_of},
};
use ringcard_core::{
    call::{AgentId, CallEvent, CallId, CallLeg},
    control::{Acts, ControlAct, Toggles},
    frame::{RequestError, RequestErrorCode},
    number::Party,
};

impl LiveTask {
    /// Answers when the telephone system did, or at once where there is nothing to ask.
    pub(super) fn control(
        &mut self,
        agent: Option<&AgentId>,
        call_id: CallId,
        act: ControlAct,
        force: bool,
        answer: Answer<()>,
    ) {
        let found = self.find(agent, &call_id).and_then(|found| Ok((found, self.call_act(&act, force)?)));
        let (Own { account, phone, there }, order) = match found {
            Ok(found) => found,
            Err(error) => {
                let _ = answer.send(Err(error));
                return;
            }
        };
        let Some(control) = self.parts.accounts.control(&account) else {
            let _ = answer.send(Err(cannot()));
            return;
        };
        if !control.can(&order) {
            let message = "The telephone system lets others do this with none of its calls: do it at the phone";
            let _ = answer.send(Err(RequestError::new(RequestErrorCode::Invalid, message)));
            return;
        }
        let by = agent.map_or_else(String::new, |agent| agent.0.clone());
        self.later(async move {
            let act_on_it = async {
                match &there {
                    Some(there) => control.act_in(&phone, there, &order).await,
                    None => control.act(&phone, &order).await,
                }
            };
            let (outcome, _) = on_behalf_of(by, for_purpose(Purpose::AgentAct, act_on_it)).await;
            let toggles = outcome.as_ref().map_or_else(|_| control.toggles(&phone), |acted| acted.toggles);
            let toggles = Toggles { can: acts_of(&*control), ..toggles };
            Input::Controlled { call_id, act, outcome, toggles, answer }
        });
    }

    /// What the telephone system said.
    pub(super) fn controlled(
        &mut self,
        id: &CallId,
        act: &ControlAct,
        outcome: Result<Acted, ActFailure>,
        toggles: Toggles,
        answer: Answer<()>,
    ) {
        if let Some(live) = self.calls.get_mut(id)
            && !live.call.state.is_over()
            && live.call.controls.is_some_and(|before| before != toggles)
        {
            live.call.controls = Some(toggles);
            let call = live.call.clone();
            self.when_kept(|task| task.tell(call));
        }
        if let Err(failure) = outcome {
            let _ = answer.send(Err(refused(&failure)));
            return;
        }
        if self.calls.get(id).is_some_and(|live| !self.tells_of(&live.call)) {
            // Nobody pushes that they talk: what can be held, given away or hung up is a call under way. What cannot be
            // kept is said on the way.
            self.happen(id, &CallEvent::Connected, |_, _| {});
            if matches!(act, ControlAct::HangUp | ControlAct::Transfer { .. }) {
                // Nor does anybody push the end of a call that we were asked to end.
                self.happen(id, &CallEvent::Ended, |_, _| {});
            }
        }
        self.when_kept(|_| {
            let _ = answer.send(Ok(()));
        });
    }

    /// What the calls of an account take from us, where they take anything.
    pub(super) fn controls_of(&self, account: &str) -> Option<Toggles> {
        let control = self.parts.accounts.control(account)?;
        Some(Toggles { can: acts_of(&*control), ..Toggles::default() })
    }

    /// Where the agent's own call is.
    fn find(&self, agent: Option<&AgentId>, id: &CallId) -> Result<Own, RequestError> {
        let Some(live) = self.calls.get(id) else {
            return Err(RequestError::new(RequestErrorCode::NotFound, "There is no such call, or it is over"));
        };
        if agent.is_some_and(|agent| !live.call.agents.contains(agent)) {
            return Err(of_a_colleague());
        }
        if live.call.state.is_over() {
            return Err(RequestError::new(RequestErrorCode::NotFound, "The call is over"));
        }
        let account = live.call.account.clone();
        let told = self.parts.accounts.tells_of_calls(&account);
        let own = agent.and_then(|agent| self.phone_of(agent)).filter(|phone| told && live.call.is_in_it(Some(phone)));
        if let Some(own) = own {
            let is_open = |leg: &CallLeg| leg.end.is_none() && leg.extension.as_deref() == Some(own);
            if !live.call.course.legs.iter().any(is_open) {
                return Err(RequestError::new(RequestErrorCode::NotFound, "Your part of this call is over"));
            }
        }
        let phone = own.map(str::to_owned).or_else(|| live.call.extension.clone());
        let phone = phone.filter(|_| live.call.controls.is_some()).ok_or_else(cannot)?;
        Ok(Own { account, phone, there: live.call.external_id.clone().filter(|_| told) })
    }

    fn call_act(&self, act: &ControlAct, force: bool) -> Result<CallAct, RequestError> {
        Ok(match act {
            ControlAct::HangUp => CallAct::HangUp,
            ControlAct::Hold => CallAct::Hold,
            ControlAct::Resume => CallAct::Resume,
            ControlAct::Mute => CallAct::Mute,
            ControlAct::Unmute => CallAct::Unmute,
            ControlAct::Tones { tones } => CallAct::Dtmf { tones: tones.clone() },
            ControlAct::PauseRecording => CallAct::PauseRecording,
            ControlAct::ResumeRecording => CallAct::ResumeRecording,
            ControlAct::Transfer { to } => CallAct::Transfer { to: self.read_target(to, force)? },
        })
    }

    /// Giving a call away dials, too.
    fn read_target(&self, to: &str, force: bool) -> Result<Party, RequestError> {
        let reading = self.parts.plan.borrow().read(to);
        let refused =
            |why: ringcard_core::number::NotANumber| RequestError::new(RequestErrorCode::NotANumber, why.to_string());
        let target = reading.map(|reading| reading.party).map_err(refused)?;
        self.may_dial(&target, force)?;
        Ok(target)
    }
}

/// An agent's own part of a call.
struct Own {
    account: String,
    /// The agent's name at the telephone system.
    phone: String,
    /// The call's id there, where the system tells its calls apart.
    there: Option<String>,
}

/// What an agent is offered: nothing that this telephone system never takes.
pub(super) fn acts_of(control: &dyn CallControl) -> Acts {
    Acts {
        hang_up: control.can(&CallAct::HangUp),
        hold: control.can(&CallAct::Hold),
        mute: control.can(&CallAct::Mute),
        tones: control.can(&CallAct::Dtmf { tones: String::new() }),
        transfer: control.can(&CallAct::Transfer { to: Party::Hidden }),
    }
}

fn cannot() -> RequestError {
    RequestError::new(RequestErrorCode::Invalid, "The telephone system of this call takes no acts from others")
}

fn refused(failure: &ActFailure) -> RequestError {
    let code = match failure {
        ActFailure::Refused { .. } | ActFailure::NotConfigured { .. } => RequestErrorCode::PhoneRefused,
        ActFailure::Unreachable { .. } | ActFailure::Closed { .. } => RequestErrorCode::PhoneAway,
        ActFailure::Unknown { .. } => RequestErrorCode::PhoneUnknown,
    };
    RequestError::new(code, failure.to_string())
}

/// What an agent hears who is not in a call.
pub(super) fn of_a_colleague() -> RequestError {
    RequestError::new(RequestErrorCode::NotAllowed, "This is a colleague's call")
}

#[cfg(test)]
mod tests;
