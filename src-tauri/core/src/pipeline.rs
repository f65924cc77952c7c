//! From a request to an answer: one trait, one layer for each capability.
//!
//! A layer is one file that implements [`Generate`] around the next one. The innermost is
//! the local engine ([`crate::engine::Engines`]). A new capability is a new layer.

pub mod coalesce;
pub mod group;
pub mod observe;
pub mod queue;
mod request;
pub mod reuse;
mod stream;

pub use request::{Event, Finished, Priority, Request, Reuse, Reused, Terms};
pub use stream::{AnswerStream, Events};

/// Something that answers requests: an engine, or a layer around one.
pub trait Generate: Send + Sync {
    /// Begins to answer. The stream ends after [`Event::Done`] or [`Event::Failed`]; dropping
    /// it earlier cancels the answer.
    fn generate(&self, request: Request) -> AnswerStream;
}

impl<G: Generate + ?Sized> Generate for std::sync::Arc<G> {
    fn generate(&self, request: Request) -> AnswerStream {
        (**self).generate(request)
    }
}
