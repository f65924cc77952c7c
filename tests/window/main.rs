//! The real window, driven as a person would, through WebKit's own driver.

mod driver;
mod journeys;
