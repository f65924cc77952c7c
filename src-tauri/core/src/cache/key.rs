//! Under what an answer is kept.

use md5::{Digest, Md5};

use crate::pipeline::{Request, Reuse};
use crate::store::responses;

use super::encoding::encoded;

/// What names a request: the MD5 of its canonical bytes as an index, and the bytes themselves,
/// which are compared at every hit, so that a forged collision finds nothing.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Key {
    pub(super) digest: [u8; 16],
    pub(super) canonical: Vec<u8>,
}

impl Key {
    /// The key of a request.
    #[must_use]
    pub fn of(request: &Request) -> Self {
        /// For the numbers and the names of the fields.
        const BESIDE: usize = 2048;
        let text: usize = request.messages.iter().map(|one| one.content.len()).sum();
        let canonical = encoded(request, is_seedless(request), text + BESIDE);
        Self::from_canonical(canonical)
    }

    /// The number of its answer, as people see it.
    #[must_use]
    pub fn name(&self) -> String {
        responses::name(self.id())
    }

    pub(super) fn from_canonical(canonical: Vec<u8>) -> Self {
        Self {
            digest: Md5::digest(&canonical).into(),
            canonical,
        }
    }

    /// The number under which the database keeps it: the beginning of the digest.
    pub(super) fn id(&self) -> i64 {
        id_of(self.digest)
    }
}

pub(super) fn id_of(digest: [u8; 16]) -> i64 {
    let mut start = [0; 8];
    start.copy_from_slice(&digest[..8]);
    i64::from_be_bytes(start)
}

/// Requests among which questions may stand for each other: everything but the last message is
/// the same.
pub(super) fn partition(request: &Request) -> [u8; 16] {
    let mut rest = request.clone();
    if let Some(last) = rest.messages.last_mut() {
        last.content.clear();
    }
    let canonical = encoded(&("partition", &rest), is_seedless(request), 4096);
    Md5::digest(&canonical).into()
}

/// Whether the seed says nothing: nothing is drawn, or any drawing will do.
fn is_seedless(request: &Request) -> bool {
    let drawn = request.terms.drawn_seed && request.terms.reuse == Reuse::SameDrawn;
    drawn || request.sampling.temperature == 0.0
}
