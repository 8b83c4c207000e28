//! What is typed in the main window's forms, on its way to the disk.

use super::{
    DeskTask,
    after_call::{Saved, WaitsFor},
};
use ringcard_core::{Timestamp, frame::RequestError};

impl DeskTask {
    /// Somebody typed in a form of the main window; without words it was saved or discarded.
    pub(super) fn form(&mut self, place: String, typed: Option<String>, revision: u64, saved: Saved) {
        let now = Timestamp::now();
        let taken = match typed {
            Some(typed) => self.after.forms.typed(place.clone(), typed, revision, now),
            None => Ok(self.after.forms.gone(place.clone(), revision, now)),
        };
        match taken {
            Ok(Some(keep)) => {
                self.after.waiting.push((WaitsFor::Form(place, revision), saved));
                self.keep(keep);
            }
            // A newer one went before.
            Ok(None) => drop(saved.send(Ok(()))),
            Err(why) => drop(saved.send(Err(RequestError::not_saved(&why)))),
        }
    }
}
