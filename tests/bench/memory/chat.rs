//! How much of a prompt stays as it was from turn to turn while memories enter it.

use hearth_core::chat::{Overrides, Send, TurnEvent};
use hearth_core::config::sampling::SamplingConfig;
use hearth_support::lives::{Author, life};
use hearth_support::weights::{LLAMA_360M, Quantization};

use super::open;
use crate::report::{Goal, Report};
use crate::shapes::model;

const TURNS: usize = 50;

/// A conversation of fifty turns with a model of a real shape, which tells and asks.
pub(super) async fn prefix(report: &mut Report) {
    let home = tempfile::tempdir().unwrap();
    let path = model(&home, LLAMA_360M, Quantization::Q4_0);
    let hearth = open(home.path());
    let life = life(77, 60, Author::First);
    let questions = life.questions.iter().map(|question| question.text.clone());
    let told = life
        .turns
        .iter()
        .map(|turn| turn.text.clone())
        .take(TURNS / 2);
    let texts: Vec<String> = told
        .zip(questions)
        .flat_map(|(told, asked)| [told, asked])
        .take(TURNS)
        .collect();
    let (mut prompt, mut reused, mut recalled, mut conversation) = (0.0, 0.0, 0.0, None);
    for (turn, text) in texts.into_iter().enumerate() {
        let overrides = Overrides {
            model: Some(path.to_string_lossy().into_owned()),
            sampling: SamplingConfig {
                temperature: Some(0.0),
                max_tokens: Some(24),
                ..SamplingConfig::default()
            },
            ..Overrides::default()
        };
        let send = Send {
            conversation,
            text,
            overrides,
            ..Send::default()
        };
        let mut follower = hearth.chat.send(send).await.unwrap();
        'answer: loop {
            for event in follower.next().await {
                match event {
                    TurnEvent::Done(answer) => {
                        if turn > 0 {
                            prompt += f64::from(answer.measured.prompt_tokens);
                            reused += f64::from(answer.measured.reused_tokens);
                        }
                        recalled += answer.recalled.len() as f64;
                        conversation = Some(answer.conversation);
                        break 'answer;
                    }
                    TurnEvent::Failed(error) => panic!("{error}"),
                    _ => {}
                }
            }
        }
        hearth.chat.finish_background().await;
    }
    hearth.close().await;
    let what =
        format!("prompt that was not read again, {TURNS} turns, {recalled} memories recalled");
    report.add(
        &what,
        "%",
        &[reused / prompt * 100.0],
        &[f64::NAN],
        Goal::AtLeast(90.0),
    );
}
