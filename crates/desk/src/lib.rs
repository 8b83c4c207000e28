//! The desk of one agent, without windows: the link to the hub, the calls that matter now, what the popup shows.
//!
//! One task owns everything ([`Desk`] is its handle): what the hub says, what the agent does and the clock are
//! messages, handled in order. Whoever looks gets a watch channel, so that looking begins with what is there.
//! It decides nothing about windows, trays or words: the shell draws what it is given.
//!
//! Start reading at [`desk`]; [`calls`] says which calls are kept and for how long, [`pop`] which of them the popup shows,
//! [`wrap_up`] what an agent types after a call, [`own_callbacks`] what they promised, [`forms`] what is typed in the main
//! window, [`keep`] and [`pending`] why none of it is lost; [`asking`] what is asked before a number is dialled, and how links are taken;
//! [`audio`] what of a recording is played.

mod asking;
pub mod attention;
pub mod audio;
mod calls;
pub mod desk;
mod dial;
pub mod forms;
mod hub_time;
pub mod keep;
pub mod left;
pub mod link;
mod lost_end;
pub mod missed;
pub mod own_callbacks;
pub mod pending;
mod pop;
pub mod preferences;
pub mod view;
pub mod wrap_up;

pub use asking::{CallQuestion, LinkAnswer, NotDialled};
pub use attention::{Alert, AlertKind, Attention};
pub use desk::Desk;
pub use pop::PopupAct;
pub use preferences::Preferences;
pub use view::{AgentView, DeskView, DialAnswer, ListedCall, PopCall, PopView, SettingsProblem};
