//! What CCAI Platform's custom CRM does when a call comes to an agent: it opens an address that an administrator wrote, with
//! the call's data in the place of names (ccai.md, Custom CRM).

use crate::{SimError, pairs};
use reqwest::{Client, redirect};
use std::time::Duration;

/// A look-up address, as it is filled in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lookup {
    pub customer_phone_number: String,
    pub support_phone_number: String,
    pub outbound_number: String,
    pub session_id: String,
    pub custom_agent_id: String,
}

impl Lookup {
    /// Every name in braces is replaced by its value; whoever writes the address writes which.
    pub fn address(&self, template: &str) -> String {
        let values = [
            ("CUSTOMER_PHONE_NUMBER", &self.customer_phone_number),
            ("SUPPORT_PHONE_NUMBER", &self.support_phone_number),
            ("OUTBOUND_NUMBER", &self.outbound_number),
            ("SESSION_ID", &self.session_id),
            ("CUSTOM_AGENT_ID", &self.custom_agent_id),
        ];
        values.into_iter().fold(template.to_owned(), |address, (name, value)| {
            let coded = pairs::encode(&[(String::new(), value.clone())]);
            address.replace(&format!("{{{name}}}"), coded.trim_start_matches('='))
        })
    }

    /// Opens it as the agent's browser does from the adapter: a navigation that comes from another site.
    pub async fn open(&self, template: &str) -> Result<Opened, SimError> {
        let address = self.address(template);
        // An error means that there is one already, which is as good.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = Client::builder().no_proxy().redirect(redirect::Policy::none()).timeout(Duration::from_secs(10));
        let failed = |what: reqwest::Error| SimError::WaitedInVain(10, what.without_url().to_string());
        let request = client.build().map_err(failed)?.get(address);
        let request = request
            .header("Sec-Fetch-Site", "cross-site")
            .header("Sec-Fetch-Mode", "navigate")
            .header("Sec-Fetch-Dest", "document")
            .header("Accept", "text/html");
        let answer = request.send().await.map_err(failed)?;
        let status = answer.status().as_u16();
        let header =
            |name: &str| answer.headers().get(name).and_then(|v| v.to_str().ok()).unwrap_or_default().to_owned();
        let (content_type, policy) = (header("content-type"), header("content-security-policy"));
        Ok(Opened { status, content_type, policy, text: answer.text().await.map_err(failed)? })
    }
}

/// What the browser got.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opened {
    pub status: u16,
    pub content_type: String,
    /// `Content-Security-Policy`
    pub policy: String,
    pub text: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_in_an_address_are_filled_in() {
        let lookup = Lookup {
            customer_phone_number: "+36301234567".into(),
            support_phone_number: "+3612345678".into(),
            outbound_number: String::new(),
            session_id: "a b&c".into(),
            custom_agent_id: "101".into(),
        };
        let template = "http://hub/in/ccai/lookup?from={CUSTOMER_PHONE_NUMBER}&id={SESSION_ID}&out={OUTBOUND_NUMBER}";
        assert_eq!(lookup.address(template), "http://hub/in/ccai/lookup?from=%2B36301234567&id=a+b%26c&out=");
    }
}
