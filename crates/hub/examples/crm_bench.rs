//! A simulated CRM for a bench that measures the app from outside: it waits before it answers, as long as it is told to.
//!
//! `RINGCARD_BENCH_SECRET=… crm_bench`; it is driven by lines on its standard input, each of which is answered with one:
//!
//! - `settings`: the account's settings for `ringcard.toml`, as a JSON string
//! - `customer NUMBER`: somebody with this number and an open ticket
//! - `delay MILLISECONDS`: how long each answer takes from now on
//!
//! It ends with its input.

use ringcard_sim::zendesk::{Limits, User, ZendeskConfig, ZendeskSim};
use serde_json::json;
use std::{
    error::Error,
    io::{BufRead, Write, stdin, stdout},
    time::Duration,
};

type Failure = Box<dyn Error + Send + Sync>;

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let limits = Limits { per_minute: 100_000, ..Limits::default() };
    let api_token = std::env::var("RINGCARD_BENCH_SECRET")?;
    let crm = ZendeskSim::start(ZendeskConfig { api_token, limits, ..ZendeskConfig::default() }).await?;
    tokio::task::block_in_place(|| drive(&crm))?;
    crm.shutdown().await;
    Ok(())
}

fn drive(crm: &ZendeskSim) -> Result<(), Failure> {
    for line in stdin().lock().lines() {
        let line = line?;
        let (command, value) = line.split_once(' ').unwrap_or((&line, ""));
        let answer = match command {
            "settings" => serde_json::Value::String(settings(crm)).to_string(),
            "customer" => {
                let (name, phone) = (format!("Customer of {value}"), Some(value.to_owned()));
                let customer = crm.add_user(User { name, phone, ..User::default() });
                let ticket = json!({
                    "subject": "The printer is broken", "requester_id": customer, "comment": { "body": "It is." },
                });
                crm.add_ticket(&ticket).ok_or("no ticket was made")?.to_string()
            }
            "delay" => {
                let delay = Duration::from_millis(value.parse()?);
                crm.adjust(|config| config.answer_time = delay);
                "ok".to_owned()
            }
            _ => return Err(format!("`{line}` is not known").into()),
        };
        println!("{answer}");
        stdout().flush()?;
    }
    Ok(())
}

fn settings(crm: &ZendeskSim) -> String {
    format!(
        r#"
[[account]]
name = "crm"
connector = "zendesk"
api_url = "{}"
email = "{}"
api_token = {{ env = "RINGCARD_BENCH_SECRET" }}
per_minute = 100000
missed_tickets = false
fresh_minutes = 60
"#,
        crm.base_url(),
        crm.config().email
    )
}
