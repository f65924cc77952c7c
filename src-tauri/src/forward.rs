//! An answer's events on their way into the page.

use std::time::Duration;

use hearth_core::chat::{Follower, TurnEvent};
use tauri::ipc::Channel;

/// The page draws at most sixty times a second; more messages would only cost time.
pub(crate) const FRAME: Duration = Duration::from_millis(16);

/// Sends a follower's events through a channel until the last, at most one batch a frame.
pub(crate) fn spawn(mut follower: Follower, channel: Channel<Vec<TurnEvent>>) {
    tauri::async_runtime::spawn(async move {
        loop {
            let events = joined(follower.next().await);
            let is_over = events.last().is_none_or(TurnEvent::is_last);
            // A page that was closed or reloaded ends its channel; the answer goes on.
            if events.is_empty() || channel.send(events).is_err() || is_over {
                return;
            }
            tokio::time::sleep(FRAME).await;
        }
    });
}

/// Neighbouring pieces of text made one.
fn joined(events: Vec<TurnEvent>) -> Vec<TurnEvent> {
    let mut joined: Vec<TurnEvent> = Vec::with_capacity(events.len());
    for event in events {
        match (joined.last_mut(), event) {
            (Some(TurnEvent::Text { text }), TurnEvent::Text { text: more })
            | (Some(TurnEvent::Reasoning { text }), TurnEvent::Reasoning { text: more }) => {
                text.push_str(&more);
            }
            (_, event) => joined.push(event),
        }
    }
    joined
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_joined_and_never_across_another_event() {
        let text = |text: &str| TurnEvent::Text { text: text.into() };
        let notice = TurnEvent::Notice { text: "n".into() };
        let events = vec![text("a"), text("b"), notice.clone(), text("c")];
        assert_eq!(joined(events), [text("ab"), notice, text("c")]);
    }
}
