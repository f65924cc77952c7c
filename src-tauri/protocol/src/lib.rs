//! The messages between Hearth's core and its engine workers, and how they travel.
//!
//! The core starts one `hearth-engine` process per loaded model and speaks to it over the
//! child's stdin and stdout: every message is one JSON value in a length-prefixed frame
//! ([`frame`]). There is no port, so no other program can speak to a worker.
//!
//! A session: the worker says [`FromEngine::Hello`]; the core sends [`ToEngine::Load`]; the
//! worker answers with [`FromEngine::Loading`] as it proceeds and then with
//! [`FromEngine::Ready`] or [`FromEngine::LoadFailed`]. After that any number of requests run
//! at once, each under an id that the core chose. The end of stdin ends the worker.

mod format;
pub mod frame;
mod load;
mod message;
mod sampling;

pub use format::{BadFormat, Format};
pub use load::{
    CacheType, Choice, Library, LoadModel, Loaded, Lora, Purpose, Requantize, StateBudget,
    TemplateSource, Weights,
};
pub use message::{
    Answered, EngineFault, FaultCode, Finish, FromEngine, GenerateRequest, Measured, Message,
    RequestId, Role, Started, ToEngine, Usage,
};
pub use sampling::{Mirostat, OutOfRange, Sampling};

/// Raised whenever a message changes its meaning. Core and worker ship together, so a
/// difference means a broken installation, and the core says so.
pub const PROTOCOL_VERSION: u32 = 3;
