//! The shell without a window: the interface to the page, and the command line as a person or
//! a script uses it.

mod crashes;
mod interface;
mod terminal;
