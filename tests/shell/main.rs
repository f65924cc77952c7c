//! The shell without a window: the interface to the page, and the command line.

mod interface;
