//! Who sent a request: its connection, and how much of its body is held.

use super::{body::Held, connection::Connection};
use std::sync::Arc;

/// In the extensions of every request that came over the network.
#[derive(Clone)]
pub(crate) struct Sender {
    pub connection: Arc<Connection>,
    pub(super) held: Arc<Held>,
}

impl Sender {
    /// Says that this request came with a right key or token. The connection is not closed for strangers' sake any more,
    /// its address gets a place before strangers do, and what the request carries is counted apart from theirs. To be
    /// said as soon as it is known, before the body is read where that is possible.
    pub fn proved(&self) {
        self.held.proved();
        self.connection.proved();
    }

    /// Says that the body is not held as a whole: it may take longer, and what is given back ([`Self::let_go`]) counts no more.
    pub fn lets_go_of_pieces(&self) {
        self.held.lets_go_of_pieces();
    }

    /// So much of the body is not held any more.
    pub fn let_go(&self, bytes: usize) {
        self.held.shrink(bytes);
    }

    /// Whether the body could not be read because too much is held already.
    pub fn is_crowded_out(&self) -> bool {
        self.held.is_full()
    }
}
