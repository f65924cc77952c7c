//! Guessing ahead changes the speed and nothing else.

use hearth_protocol::{GenerateRequest, LoadModel, Purpose, Sampling};
use hearth_support::engine::{Engine, request};
use hearth_support::place;

fn order() -> LoadModel {
    LoadModel {
        context: 512,
        threads: 1,
        ..LoadModel::new(place::ember(), Purpose::Chat)
    }
}

fn without() -> LoadModel {
    LoadModel {
        lookup: false,
        ..order()
    }
}

const QUESTIONS: [&str; 4] = [
    "Tell me a long story about an owl named Bibo.",
    "List three fruits.",
    "Tell me a long story about an owl named Bibo. Tell me a long story about an owl named Bibo.",
    "Think step by step: what is 8 + 9?",
];

/// The answers, and how many of their tokens were guessed.
fn answers(order: LoadModel, sampling: &Sampling) -> (Vec<String>, u32) {
    let mut engine = Engine::with(order);
    let mut guessed = 0;
    let texts = (1..)
        .zip(QUESTIONS)
        .map(|(id, text)| {
            let heard = engine.answered(GenerateRequest {
                sampling: sampling.clone(),
                max_tokens: 300,
                ..request(id, text)
            });
            guessed += heard.end.unwrap().usage.guessed_tokens;
            heard.text
        })
        .collect();
    (texts, guessed)
}

#[test]
fn the_answer_is_the_same_with_and_without_lookup() {
    let (expected, none) = answers(without(), &Sampling::GREEDY);
    let (texts, guessed) = answers(order(), &Sampling::GREEDY);
    assert_eq!(texts, expected);
    assert_eq!(none, 0);
    assert!(guessed > 0, "something was guessed right");
}

#[test]
fn a_draw_by_chance_with_the_same_seed_is_the_same_too() {
    let sampling = Sampling {
        temperature: 0.8,
        seed: 11,
        ..Sampling::default()
    };
    assert_eq!(
        answers(order(), &sampling).0,
        answers(without(), &sampling).0
    );
}

#[test]
fn a_draft_model_guesses_and_changes_no_answer() {
    // The model itself is the best of all draft models: every guess is right.
    let drafted = LoadModel {
        draft: Some(place::ember()),
        ..without()
    };
    let (texts, guessed) = answers(drafted, &Sampling::GREEDY);
    assert_eq!(texts, answers(without(), &Sampling::GREEDY).0);
    assert!(guessed > 0, "something was guessed right");
}

#[test]
fn a_draft_model_of_another_vocabulary_is_refused_in_words() {
    let mut engine = Engine::start();
    let refusal = engine
        .order(LoadModel {
            draft: Some(place::assets().join("models/all-minilm-l6-v2-q8_0.gguf")),
            ..order()
        })
        .unwrap_err();
    assert!(refusal.contains("vocabulary"), "{refusal}");
}
