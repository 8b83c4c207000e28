//! A recording's file is written on a thread that may wait for the disk, beside whoever reads what arrives. What does not
//! arrive whole is not kept.

use super::{Arrival, NoRecordings, NotKept};
use ringcard_core::recording::AudioKind;
use sha2::{Digest, Sha256};
use tokio::sync::mpsc;

/// Pieces that wait for the disk.
const PIECES: usize = 8;
/// No piece is longer.
const PIECE: usize = 64 * 1024;

/// What is known of a recording whose file is whole.
#[derive(Debug, Clone)]
pub(super) struct Audio {
    pub kind: AudioKind,
    pub bytes: u64,
    /// SHA-256 of it.
    pub digest: [u8; 32],
}

enum Piece {
    More(Vec<u8>),
    Whole,
}

/// The end where what arrives is put in. Dropped before [`Pieces::whole`], nothing is kept.
pub(super) struct Pieces(mpsc::Sender<Piece>);

/// The end where it is written.
pub(super) struct Queue(mpsc::Receiver<Piece>);

pub(super) fn queue() -> (Pieces, Queue) {
    let (pieces, queue) = mpsc::channel(PIECES);
    (Pieces(pieces), Queue(queue))
}

impl Pieces {
    /// `false`: no more is taken, and whoever writes says why.
    pub async fn more(&self, bytes: &[u8]) -> bool {
        for piece in bytes.chunks(PIECE) {
            if self.0.send(Piece::More(piece.to_vec())).await.is_err() {
                return false;
            }
        }
        true
    }

    /// It is whole, or no more was taken of it.
    pub async fn whole(self) {
        let _ = self.0.send(Piece::Whole).await;
    }
}

impl Queue {
    /// What is known of it when it is on the disk; nothing where it was not whole.
    pub async fn write(self, mut arrival: Arrival) -> Result<Option<Audio>, NotKept> {
        let Self(mut queue) = self;
        let writing = tokio::task::spawn_blocking(move || {
            let mut digest = Sha256::new();
            while let Some(piece) = queue.blocking_recv() {
                match piece {
                    Piece::More(bytes) => {
                        arrival.write(&bytes)?;
                        digest.update(&bytes);
                    }
                    Piece::Whole => {
                        let (kind, bytes) = arrival.finish()?;
                        return Ok(Some(Audio { kind, bytes, digest: digest.finalize().into() }));
                    }
                }
            }
            Ok(None)
        });
        writing.await.unwrap_or_else(|_| Err(NoRecordings::Failed("writing it failed".to_owned()).into()))
    }
}
