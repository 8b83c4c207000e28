//! Starting calls, and acts on them.
//!
//! A call is started by ringing the extension's endpoint; once it is picked up Asterisk's dialplan calls the number. Its
//! channel has an id we choose, so that its events are known for ours from the first. Which channel an act is about is
//! known from the events; where nobody listens, Asterisk is asked for its channels.

use super::{
    AsteriskAccount,
    client::Ask,
    fold::{Order, OwnCall, Who},
    outcome::Trouble,
    wire::{ChannelNow, Many},
};
use crate::{
    ActFailure, Acted, CallAct, CallControl, Originate, OriginateFailure, Originated, StartCalls, Toggle, Toggles,
};
use async_trait::async_trait;
use reqwest::Method;
use ringcard_core::number::{CannotDial, Party};
use serde_json::{Map, Value, json};

impl AsteriskAccount {
    async fn start(&self, order: &Originate) -> Result<Originated, Trouble> {
        let extension = order.extension.trim();
        let is_plain = (1..=32).contains(&extension.len()) && extension.bytes().all(|b| b.is_ascii_alphanumeric());
        if !is_plain {
            let detail = "there is no extension to ring first: give the agent's under Settings".to_owned();
            return Err(Trouble::NotConfigured { detail });
        }
        let number = self.dialled(&order.number).map_err(|cannot| Trouble::Refused { detail: cannot.to_string() })?;
        if self.phones.is_away(extension) {
            let detail =
                format!("no phone is registered for extension {extension}: start it, and look whether it is connected");
            return Err(Trouble::Refused { detail });
        }
        let channel = format!("ringcard-{}", order.call_id);
        let asked = Order { extension: extension.to_owned(), number: order.number.clone() };
        self.orders.remember(&channel, asked);
        // The agent sees whom they are about to speak to; the customer sees the company.
        let mut variables = Map::new();
        if let Some(company) = &self.config.company_number {
            variables.insert("CALLERID(num)".to_owned(), json!(company));
            // The endpoint's own name is the agent's, and no business of the customer.
            variables.insert("CALLERID(name)".to_owned(), json!(""));
        }
        let ask = Ask::new(Method::POST, "originate", &["channels", &channel])
            .with("endpoint", self.config.endpoint.replace("{extension}", extension))
            .with("extension", number.as_str())
            .with("context", self.config.context.as_str())
            .with("priority", "1")
            .with("callerId", number)
            .with("timeout", self.config.ring.as_secs().to_string())
            .json(json!({ "variables": Value::Object(variables) }));
        let outcome = self.ask(ask).await;
        match outcome {
            Ok(body) => {
                let said = serde_json::from_slice::<ChannelNow>(&body).map(|channel| channel.id);
                Ok(Originated { external_id: Some(said.unwrap_or(channel)), advice: None })
            }
            // It may ring: what its events tell is still known for ours.
            Err(trouble @ Trouble::Unknown { .. }) => Err(trouble),
            Err(trouble) => {
                self.orders.forget(&channel);
                Err(trouble)
            }
        }
    }

    /// The call the extension is in now; `call`: that one, and no other.
    async fn own_call(&self, extension: &str, call: Option<&str>) -> Result<OwnCall, Trouble> {
        let known = self.fold().own_call(extension, call);
        if let Some(known) = known {
            return Ok(known);
        }
        // Its first channel has the id of the call.
        let ordered = self.orders.channel_of(extension);
        if let Some(channel) = ordered.filter(|channel| call.is_none_or(|call| call == channel)) {
            return Ok(OwnCall { channel, held: false });
        }
        let Many { all: channels, .. }: Many<ChannelNow> = self.read(Ask::get("channels", &["channels"])).await?;
        let linked = |channel: &ChannelNow| channel.channelvars.get("CHANNEL(linkedid)").cloned();
        let is_meant = |channel: &&ChannelNow| {
            call.is_none_or(|call| channel.id == call || linked(channel).is_some_and(|linked| linked == call))
        };
        let own =
            channels.iter().filter(|channel| self.names.who(&channel.name) == Who::Extension(extension.to_owned()));
        let own = own.filter(is_meant);
        let own = own.max_by_key(|channel| (channel.state == "Up", channel.creationtime.clone()));
        let gone = || Trouble::Gone { detail: format!("extension {extension} is in no call") };
        own.map(|own| OwnCall { channel: own.id.clone(), held: false }).ok_or_else(gone)
    }

    async fn perform(&self, extension: &str, call: Option<&str>, act: &CallAct) -> Result<Acted, Trouble> {
        if !self.can(act) {
            let detail =
                "Asterisk lets others do that only with calls that are in an application of theirs: do it at the phone";
            return Err(Trouble::Refused { detail: detail.to_owned() });
        }
        let own = self.own_call(extension, call).await?;
        if matches!(act, CallAct::PauseRecording | CallAct::ResumeRecording) {
            self.pause_recording(&own, matches!(act, CallAct::PauseRecording)).await?;
            let toggles = self.toggles_in(extension, call);
            return Ok(Acted { external_id: Some(own.channel), toggles });
        }
        let ask = Ask::new(Method::DELETE, "hang_up", &["channels", &own.channel]);
        // Its end may be told before the answer comes.
        self.fold().ends_here(&own.channel, true);
        if let Err(trouble) = self.ask(ask).await {
            self.fold().ends_here(&own.channel, matches!(trouble, Trouble::Unknown { .. }));
            return Err(trouble);
        }
        Ok(Acted { external_id: Some(own.channel), toggles: self.toggles(extension) })
    }

    async fn pause_recording(&self, own: &OwnCall, on: bool) -> Result<(), Trouble> {
        let (recorder, before) = {
            let fold = self.fold();
            let recorded = fold.recorder_of(&own.channel);
            recorded.ok_or_else(|| match fold.is_mixed_only(&own.channel) {
                true => Trouble::NotConfigured {
                    detail: "MixMonitor records this call: to pause that, give the account a `manager_user`".to_owned(),
                },
                false => Trouble::Refused { detail: "nothing is known to record this call".to_owned() },
            })?
        };
        if before == (Toggle { on, known: true }) {
            return Ok(());
        }
        let outcome = self.pause(&recorder, on).await;
        let paused = match &outcome {
            Ok(()) => Toggle { on, known: true },
            Err(Trouble::Unknown { .. }) => Toggle { on, known: false },
            Err(_) => before,
        };
        self.fold().paused(&recorder, paused);
        outcome
    }

    /// As the events tell; whether the microphone is off nobody does.
    fn toggles_in(&self, extension: &str, call: Option<&str>) -> Toggles {
        let fold = self.fold();
        let own = fold.own_call(extension, call);
        let hold = Toggle { on: own.as_ref().is_some_and(|own| own.held), known: own.is_some() };
        let recorded = own.and_then(|own| fold.recorder_of(&own.channel));
        Toggles { hold, recording_paused: recorded.map(|(_, paused)| paused), ..Toggles::default() }
    }
}

#[async_trait]
impl StartCalls for AsteriskAccount {
    async fn originate(&self, order: &Originate) -> Result<Originated, OriginateFailure> {
        self.start(order).await.map_err(Trouble::originate)
    }

    fn dialled(&self, number: &Party) -> Result<String, CannotDial> {
        self.config.dial.write(number, &self.plan)
    }
}

#[async_trait]
impl CallControl for AsteriskAccount {
    /// A call of the dialplan can be ended from outside, and what is recorded of it be paused; nothing else.
    fn can(&self, act: &CallAct) -> bool {
        matches!(act, CallAct::HangUp | CallAct::PauseRecording | CallAct::ResumeRecording)
    }

    /// An agent is known by the extension.
    async fn act(&self, agent_id: &str, act: &CallAct) -> Result<Acted, ActFailure> {
        self.perform(agent_id.trim(), None, act).await.map_err(Trouble::act)
    }

    async fn act_in(&self, agent_id: &str, call: &str, act: &CallAct) -> Result<Acted, ActFailure> {
        self.perform(agent_id.trim(), Some(call), act).await.map_err(Trouble::act)
    }

    fn toggles(&self, agent_id: &str) -> Toggles {
        self.toggles_in(agent_id.trim(), None)
    }

    fn call_began(&self, _: &str) {}
}
