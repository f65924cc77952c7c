//! The outermost layer: measures every answer as its reader sees it.

use std::time::Instant;

use super::{AnswerStream, Event, Generate, Request};

/// Measures the answers of the layer inside.
pub struct Observe<G>(pub G);

impl<G: Generate> Generate for Observe<G> {
    fn generate(&self, request: Request) -> AnswerStream {
        let start = Instant::now();
        let model = request.model.clone();
        let mut first_piece = None;
        self.0
            .generate(request)
            .looked_at(move |event| match event {
                Event::Text(_) | Event::Reasoning(_) => {
                    first_piece.get_or_insert_with(|| since(start));
                }
                Event::Done(finished) => {
                    finished.total_ms = since(start);
                    finished.first_token_ms = first_piece.unwrap_or(finished.total_ms);
                    tracing::info!(model, ?finished, "answered");
                }
                Event::Failed(error) => tracing::warn!(model, %error, "failed"),
                _ => {}
            })
    }
}

fn since(start: Instant) -> f32 {
    start.elapsed().as_secs_f32() * 1000.0
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pipeline::Finished;
    use hearth_protocol::{Finish, Usage};

    /// An inner layer that says what it was told to.
    struct Script(Vec<Event>);

    impl Generate for Script {
        fn generate(&self, _: Request) -> AnswerStream {
            let script = self.0.clone();
            AnswerStream::spawn(|events| async move {
                for event in script {
                    events.send(event).await;
                }
            })
        }
    }

    #[tokio::test]
    async fn events_pass_unchanged_and_the_end_carries_the_times() {
        let finished = Finished {
            finish: Finish::Stop,
            usage: Usage::default(),
            first_token_ms: 0.0,
            total_ms: 0.0,
        };
        let script = [
            Event::Text("a".into()),
            Event::Text("b".into()),
            Event::Done(finished),
        ];
        let request = Request {
            model: "m".into(),
            max_tokens: 1,
            ..Request::default()
        };
        let mut stream = Observe(Script(script.to_vec())).generate(request);
        assert_eq!(stream.next().await, Some(script[0].clone()));
        assert_eq!(stream.next().await, Some(script[1].clone()));
        let Some(Event::Done(end)) = stream.next().await else {
            panic!("the end is missing")
        };
        assert!(end.first_token_ms > 0.0 && end.total_ms >= end.first_token_ms);
        assert_eq!(stream.next().await, None);
    }
}
