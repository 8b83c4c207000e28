//! The pushes of an account: who sends them, and what they say.

use super::{
    Explanation, PbxAccount,
    config::push::Kind,
    normalise::proof::{Gate, Proof},
};
use crate::{NotTaken, PROOF_BODY_BYTES, Push, PushKind, PushRefused, RawPush, ReadPushes, Standing, WebhookHint};
use secrecy::{ExposeSecret, SecretString};
use std::sync::LazyLock;

const KINDS: [(PushKind, &str); 3] =
    [(PushKind::Incoming, "incoming"), (PushKind::Event, "event"), (PushKind::CallData, "call-data")];

/// Does for a sender of pushes to an account that is not there what is done for one with a wrong key, so that the time it
/// takes tells nothing.
pub fn refuse_stranger(head: &RawPush) {
    static GATE: LazyLock<Gate> = LazyLock::new(Gate::of_nobody);
    // The outcome is the same whatever it is.
    std::hint::black_box(GATE.in_head(head));
}

impl PbxAccount {
    /// Checks who sends a push, and reads it. Never panics, whatever comes.
    pub fn read_push(&self, kind: PushKind, raw: &RawPush) -> Result<Push, PushRefused> {
        self.take_push(kind, raw).map_err(|refused| refused.why)
    }

    /// The same; where it is refused, also whether it carried anything that could have been a proof.
    pub fn take_push(&self, kind: PushKind, raw: &RawPush) -> Result<Push, NotTaken> {
        self.prove(raw)?;
        Ok(self.read_proved(kind, raw)?)
    }

    fn prove(&self, raw: &RawPush) -> Result<(), NotTaken> {
        let RawPush { query, content_type, headers, .. } = raw;
        let (query, content_type, headers) = (query.clone(), content_type.clone(), headers.clone());
        let head = RawPush { query, content_type, headers, ..RawPush::default() };
        let standing = match self.proof_in_head(&head) {
            Standing::InBody => self.proof_in_body(raw),
            settled => settled,
        };
        match standing {
            Standing::Proved => Ok(()),
            Standing::Refused { tried } => Err(NotTaken { gave_proof: tried, why: PushRefused::Unauthenticated }),
            Standing::InBody => Err(NotTaken { gave_proof: false, why: PushRefused::Unauthenticated }),
        }
    }

    /// The same, telling every name looked for, which one hit and what was read.
    pub fn explain_push(&self, kind: PushKind, raw: &RawPush) -> Explanation {
        let mut explanation = self.reader.explain(kind, raw, &self.push_secrets, &self.plan);
        if let Err(refused) = self.prove(raw) {
            explanation.outcome = Err(refused.why);
        }
        explanation
    }
}

impl ReadPushes for PbxAccount {
    fn headers(&self) -> &[String] {
        &self.push_headers
    }

    fn proof_in_head(&self, head: &RawPush) -> Standing {
        self.gate.in_head(head)
    }

    fn proof_in_body(&self, raw: &RawPush) -> Standing {
        match raw.body.len() > PROOF_BODY_BYTES {
            true => Standing::Refused { tried: false },
            false => self.gate.in_all(raw),
        }
    }

    fn read_proved(&self, kind: PushKind, raw: &RawPush) -> Result<Push, PushRefused> {
        self.reader.read(kind, raw, &self.push_secrets, &self.plan)
    }

    fn takes_without_proof(&self) -> bool {
        matches!(self.gate.proof, Proof::None) && KINDS.iter().any(|(kind, _)| self.reader.takes(*kind))
    }

    fn secret_length(&self) -> Option<usize> {
        let takes_any = KINDS.iter().any(|(kind, _)| self.reader.takes(*kind));
        self.gate.proof.secret().filter(|_| takes_any).map(|secret| secret.chars().count())
    }

    fn webhooks(&self, base: &str, account_name: &str) -> Vec<WebhookHint> {
        let base = base.trim_end_matches('/');
        let hint = |(kind, path): (PushKind, &str)| {
            let rules = self.profile.parts().push.kinds.get(&Kind::from(kind))?;
            let method = rules.method.as_ref().and_then(|method| method.render(&self.values, None).ok());
            Some(WebhookHint {
                kind,
                method: method.filter(|method| !method.is_empty()).unwrap_or_else(|| "GET or POST".to_owned()),
                url: format!("{base}/in/{account_name}/{path}{}", self.gate.proof.in_url()),
                proof: self.gate.proof.sentence(),
            })
        };
        KINDS.into_iter().filter_map(hint).collect()
    }

    fn webhook_address(&self, base: &str, account_name: &str, kind: PushKind) -> Option<SecretString> {
        let (_, path) = KINDS.into_iter().find(|(known, _)| *known == kind && self.reader.takes(kind))?;
        let proof = self.gate.proof.filled_in();
        Some(format!("{}/in/{account_name}/{path}{}", base.trim_end_matches('/'), proof.expose_secret()).into())
    }
}
