//! What would be heard at the desk: a sound server of the session's own whose only loudspeaker is written down.

use super::{session::Session, until};
use std::{fs, path::PathBuf};

/// Of what is heard.
pub const RATE: usize = 8000;
/// Quieter than this is silence.
const SILENCE: f64 = 0.01;
/// Samples that are looked at together: 20 ms.
const MOMENT: usize = RATE / 50;

pub struct Loudspeaker {
    heard: PathBuf,
}

impl Loudspeaker {
    /// Before what starts the app: it finds the loudspeaker in its environment.
    pub async fn of(session: &mut Session) -> Self {
        let folder = session.dir().join("sound");
        fs::create_dir_all(&folder).expect("a folder");
        let socket = folder.join("socket");
        let mut server = session.command("pulseaudio");
        // No pid file, no cookie, no D-Bus: nothing but a socket in the session's folder.
        server.args(["-n", "--daemonize=no", "--use-pid-file=no", "--exit-idle-time=-1", "--disallow-exit=yes"]);
        server.args(["-L", "module-null-sink sink_name=heard rate=8000 channels=1 format=s16le"]);
        server.args(["-L", &format!("module-native-protocol-unix auth-anonymous=1 socket={}", socket.display())]);
        session.spawn("pulseaudio", server).expect("a sound server");
        session.set_env("PULSE_SERVER", &format!("unix:{}", socket.display()));
        until("the sound server", async || {
            let info = session.output("pactl", ["info"]);
            if info.contains("Default Sink: heard") { Ok(()) } else { Err(info) }
        })
        .await;
        let heard = folder.join("heard.raw");
        let mut writer = session.command("parec");
        writer.args(["--device=heard.monitor", "--raw", "--format=s16le", "--rate=8000", "--channels=1"]);
        writer.arg("--latency-msec=50").arg(&heard);
        session.spawn("parec", writer).expect("somebody who writes down what is heard");
        Self { heard }
    }

    /// All that was heard so far, silence left out, in moments of 20 ms: how loud each was, from 0 to 1.
    pub fn sounds(&self) -> Vec<f64> {
        let moments = self.samples();
        moments.chunks_exact(MOMENT).map(rms).filter(|loud| *loud > SILENCE).collect()
    }

    /// Seconds of sound.
    pub fn seconds(&self) -> f64 {
        self.sounds().len() as f64 * MOMENT as f64 / RATE as f64
    }

    /// The pitch of what was heard, in hertz: how often it crosses zero upwards.
    pub fn pitch(&self) -> f64 {
        let samples = self.samples();
        let loud: Vec<f64> = samples.chunks_exact(MOMENT).filter(|one| rms(one) > SILENCE).flatten().copied().collect();
        let crossings = loud.windows(2).filter(|two| two[0] < 0.0 && two[1] >= 0.0).count();
        crossings as f64 * RATE as f64 / loud.len().max(1) as f64
    }

    fn samples(&self) -> Vec<f64> {
        let bytes = fs::read(&self.heard).unwrap_or_default();
        bytes.chunks_exact(2).map(|two| f64::from(i16::from_le_bytes([two[0], two[1]])) / 32_768.0).collect()
    }
}

fn rms(samples: &[f64]) -> f64 {
    (samples.iter().map(|sample| sample * sample).sum::<f64>() / samples.len() as f64).sqrt()
}
