//! A simulated CRM beside the app that is measured: a program of the release build, driven by lines.

use std::{
    io::{BufRead, BufReader, Write},
    path::Path,
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
};

pub struct Crm {
    process: Child,
    to: ChildStdin,
    from: BufReader<ChildStdout>,
}

impl Drop for Crm {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

impl Crm {
    pub fn start(program: &Path, secret: &str) -> Result<Self, String> {
        if !program.is_file() {
            return Err(format!("{} is not built", program.display()));
        }
        let mut process = Command::new(program)
            .env("RINGCARD_BENCH_SECRET", secret)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|e| format!("the simulated CRM does not start: {e}"))?;
        let to = process.stdin.take().ok_or("the simulated CRM hears nothing")?;
        let from = BufReader::new(process.stdout.take().ok_or("the simulated CRM says nothing")?);
        Ok(Self { process, to, from })
    }

    /// The account for the app's settings.
    pub fn settings(&mut self) -> Result<String, String> {
        let answer = self.ask("settings")?;
        serde_json::from_str(&answer).map_err(|e| format!("the simulated CRM's settings: {e}"))
    }

    /// Somebody with this number and an open ticket.
    pub fn customer(&mut self, number: &str) -> Result<(), String> {
        self.ask(&format!("customer {number}")).map(drop)
    }

    /// How long each answer takes from now on.
    pub fn delay(&mut self, milliseconds: u32) -> Result<(), String> {
        self.ask(&format!("delay {milliseconds}")).map(drop)
    }

    fn ask(&mut self, line: &str) -> Result<String, String> {
        let fail = |e: std::io::Error| format!("the simulated CRM, `{line}`: {e}");
        writeln!(self.to, "{line}").map_err(fail)?;
        self.to.flush().map_err(fail)?;
        let mut answer = String::new();
        match self.from.read_line(&mut answer).map_err(fail)? {
            0 => Err(format!("the simulated CRM ended at `{line}`")),
            _ => Ok(answer),
        }
    }
}
