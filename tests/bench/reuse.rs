//! What need not be computed: what was read before, and what can be guessed.

use hearth_protocol::{GenerateRequest, LoadModel, Message, Role, Sampling, StateBudget};
use hearth_support::engine::{Engine, message, request};
use hearth_support::weights::{LLAMA_360M, Quantization};

use crate::answers::timed;
use crate::report::{Goal, Report};
use crate::shapes::{ROUNDS, model, order};

/// The time to the first token of turn 20 of a conversation of 6,000 tokens.
pub(crate) fn states(report: &mut Report) {
    let folder = tempfile::tempdir().unwrap();
    let path = model(&folder, LLAMA_360M, Quantization::Q8_0);
    let states = folder.path().join("kv");
    let with_states = LoadModel {
        states: Some(StateBudget {
            ram_bytes: 1 << 30,
            folder: states,
            disk_bytes: 4 << 30,
        }),
        ..order(&path, 8192, 2)
    };
    let (mut fresh, mut reused, mut restarted) = (Vec::new(), Vec::new(), Vec::new());
    for round in 0..3 {
        let asked = |id, messages: &[Message]| GenerateRequest {
            messages: messages.to_vec(),
            max_tokens: 8,
            ..request(id, "")
        };
        let mut messages = conversation(round);
        let mut engine = Engine::with(with_states.clone());
        let answer = timed(&mut engine, asked(1, &messages)).1;
        engine.unload();
        messages.push(message(Role::Assistant, &answer));
        messages.push(message(
            Role::User,
            "And what about the fox, is he well too?",
        ));
        let mut engine = Engine::with(with_states.clone());
        restarted.push(timed(&mut engine, asked(2, &messages)).0.first_token_ms);
        // The same question again, from where the answer before left the slot.
        let other = [message(Role::User, "Something else.")];
        let _ = timed(&mut engine, asked(3, &other));
        messages.pop();
        messages.push(message(
            Role::User,
            "And what about the bear, is he well too?",
        ));
        reused.push(timed(&mut engine, asked(4, &messages)).0.first_token_ms);
        let mut engine = Engine::with(order(&path, 8192, 2));
        fresh.push(timed(&mut engine, asked(5, &messages)).0.first_token_ms);
    }
    let inverse = |goal| Goal::RatioAtMost(1.0 / goal);
    report.add(
        "turn 20 at 6,000 tokens: first token, with reuse",
        "ms",
        &reused,
        &fresh,
        inverse(20.0),
    );
    report.add(
        "turn 20 after a restart: first token",
        "ms",
        &restarted,
        &fresh,
        inverse(8.0),
    );
}

/// Nineteen questions and the answers to all but the last, of 300 tokens a turn.
fn conversation(round: usize) -> Vec<Message> {
    let mut messages = Vec::new();
    for turn in 0..19 {
        if turn > 0 {
            messages.push(message(Role::Assistant, &"The owl is well. ".repeat(24)));
        }
        let question = format!("{round} {turn}: {}", "what about the owl? ".repeat(20));
        messages.push(message(Role::User, &question));
    }
    messages
}

/// Guessing ahead from what was said: where the answer repeats what was there, and where
/// nothing can be guessed. Noise at temperature 0 ends in repeating itself, and at a high
/// temperature it never does.
pub(crate) fn lookup(report: &mut Report) {
    let folder = tempfile::tempdir().unwrap();
    for (name, quantization) in [("Q4_0", Quantization::Q4_0), ("Q8_0", Quantization::Q8_0)] {
        let path = model(&folder, LLAMA_360M, quantization);
        let mut with = Engine::with(LoadModel {
            lookup: true,
            ..order(&path, 2048, 1)
        });
        let mut without = Engine::with(order(&path, 2048, 1));
        let ask = |id: u64, temperature| GenerateRequest {
            max_tokens: 256,
            sampling: Sampling {
                temperature,
                top_k: 0,
                top_p: 1.0,
                seed: u32::try_from(id).unwrap(),
                ..Sampling::default()
            },
            ..request(id, &format!("Think of something, number {id}."))
        };
        let kinds = [("repeats itself", 0.0, 1.8), ("never does", 1.5, 0.97)];
        // In eight bits the noise takes longer to repeat itself than an answer lasts.
        let skipped = usize::from(quantization == Quantization::Q8_0);
        for (kind, temperature, goal) in &kinds[skipped..] {
            let (mut ours, mut base) = (Vec::new(), Vec::new());
            let mut equal = 0;
            for round in 0..=ROUNDS as u64 {
                let fast = timed(&mut with, ask(round, *temperature));
                let slow = timed(&mut without, ask(round, *temperature));
                equal += usize::from(fast.1 == slow.1);
                if round > 0 {
                    ours.push(fast.0.tokens_per_second);
                    base.push(slow.0.tokens_per_second);
                }
            }
            println!(
                "{equal} of {} answers are the same with and without",
                ROUNDS + 1
            );
            let what = format!("360M {name}: guessing ahead, the answer {kind}");
            report.add(&what, "tokens/s", &ours, &base, Goal::RatioAtLeast(*goal));
        }
    }
}
